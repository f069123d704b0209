"""Recordings as segments of Neo, which Elephant and many other programs take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.analysis.trains import spike_trains
from spikeworm_env.errors import InputError
from spikeworm_env.trials.brain_recording import SPIKES, BrainRecording
from spikeworm_env.world.scale import TICKS_PER_S

if TYPE_CHECKING:
    from neo import AnalogSignal, Segment, SpikeTrain


def neo_segment(recording: BrainRecording, neurons: Any = None) -> Segment:
    """A segment with all that was recorded, in seconds since the start of the trial.

    ``spiketrains``: one each neuron, in order of their ids, also for those that never fired. Their
    annotations, and the array annotations of signals: ``neuron``, ``component``, ``label``, ``block_copy``.
    ``analogsignals``: ``"voltages"`` in mV, one channel each recorded neuron; ``"weights"``, one channel each
    recorded synapse, with ``synapse``, ``source`` and ``target``.

    Args:
        recording: of a trial: ``run_trial(..., record=["spikes", "v:head"]).recording``.
        neurons: a pattern of names, or None for all; of the voltages, those that were recorded.

    Raises:
        InputError: Neo is not installed, or there are no such neurons.
    """
    try:
        from neo import Segment
    except ImportError as error:
        raise InputError("to_neo needs Neo: pip install spikeworm[neo]") from error
    meta = recording.compiled.meta
    segment = Segment(
        name=meta.recipe_name,
        description="A simulated brain in a worm's body",
        recipe=meta.recipe_name,
        recipe_hash=meta.recipe_hash,
        brain_seed=meta.seed,
        edits=list(meta.edits),
    )
    if SPIKES in recording.record:
        segment.spiketrains.extend(_spike_trains(recording, neurons))
    segment.analogsignals.extend(_signals(recording, neurons))
    return segment


def _spike_trains(recording: BrainRecording, neurons: Any) -> list[SpikeTrain]:
    import quantities as pq
    from neo import SpikeTrain

    trains = spike_trains(recording, neurons)
    order = np.argsort(trains.columns, kind="stable")
    parts = np.split(trains.times_s[order], np.cumsum(trains.counts)[:-1])
    about = _about(recording, trains.ids)
    return [
        SpikeTrain(
            times,
            units=pq.s,
            t_start=0 * pq.s,
            t_stop=recording.seconds * pq.s,
            sampling_rate=TICKS_PER_S * pq.Hz,
            name=str(name),
            **{key: values[k].item() for key, values in about.items()},
        )
        for k, (times, name) in enumerate(zip(parts, trains.labels, strict=True))
    ]


def _signals(recording: BrainRecording, neurons: Any) -> list[AnalogSignal]:
    import quantities as pq

    found = []
    wanted = recording.voltage_neurons
    if neurons is not None:
        wanted = np.intersect1d(recording.compiled.ids(neurons), wanted)
    if wanted.size:
        times, rows = recording.voltages(wanted)
        found.append(_signal(times, rows, pq.mV, "voltages", _about(recording, wanted)))
    if recording.weight_synapses.size:
        times, rows = recording.weights()
        index, network = recording.weight_synapses, recording.compiled.network
        about = {"synapse": index, "source": network.source[index], "target": network.target[index]}
        found.append(_signal(times, rows, pq.dimensionless, "weights", about))
    return [each for each in found if each is not None]


def _signal(
    times: NDArray[np.float64], rows: NDArray[np.float64], unit: Any, name: str, about: dict[str, NDArray]
) -> AnalogSignal | None:
    """None where nothing was sampled."""
    import quantities as pq
    from neo import AnalogSignal

    if not times.size:
        return None
    every_s = times[1] - times[0] if times.size > 1 else 1 / TICKS_PER_S
    return AnalogSignal(
        rows,
        units=unit,
        t_start=times[0] * pq.s,
        sampling_period=every_s * pq.s,
        name=name,
        array_annotations=about,
    )


def _about(recording: BrainRecording, ids: NDArray[np.int64]) -> dict[str, NDArray]:
    compiled = recording.compiled
    names = np.array([each.name for each in compiled.components], np.str_)
    return {
        "neuron": ids,
        "component": names[compiled.component[ids]],
        "label": compiled.label[ids],
        "block_copy": compiled.copy[ids],
    }
