"""Analysis of spikes and behaviour: pure functions of a recorded trial or of arrays.

A source is a trial with a recording (``run_trial(..., record="spikes")``), its recording, or `SpikeTrains`
made of arrays. Each result holds arrays with their units, and has ``to_frame()`` (extra ``pandas``) and
``plot(ax=None)`` (extra ``report``). For what is not here, ``recording.to_neo()`` hands spikes and voltages
to Neo and so to Elephant.
"""

from __future__ import annotations

from spikeworm_env.analysis.correlogram import CrossCorrelogram, cross_correlogram
from spikeworm_env.analysis.imaging import INDICATORS, Calcium, Indicator, calcium
from spikeworm_env.analysis.intervals import InterspikeIntervals, interspike_intervals
from spikeworm_env.analysis.neo_segment import neo_segment
from spikeworm_env.analysis.rates import FiringRates, firing_rates
from spikeworm_env.analysis.signals import SIGNALS, Signal, signal, signals
from spikeworm_env.analysis.traces import Traces
from spikeworm_env.analysis.trains import SpikeTrains, spike_trains
from spikeworm_env.analysis.trajectory import Trajectory, population_trajectory
from spikeworm_env.analysis.triggered import TriggeredAverage, spike_triggered_average
from spikeworm_env.analysis.tuning import TuningCurve, tuning_curve

__all__ = [
    "INDICATORS",
    "SIGNALS",
    "Calcium",
    "CrossCorrelogram",
    "FiringRates",
    "Indicator",
    "InterspikeIntervals",
    "Signal",
    "SpikeTrains",
    "Traces",
    "Trajectory",
    "TriggeredAverage",
    "TuningCurve",
    "calcium",
    "cross_correlogram",
    "firing_rates",
    "interspike_intervals",
    "neo_segment",
    "population_trajectory",
    "signal",
    "signals",
    "spike_trains",
    "spike_triggered_average",
    "tuning_curve",
]
