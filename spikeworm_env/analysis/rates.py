"""Firing rates, smoothed by a Gaussian kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import ndtr

from spikeworm_env.analysis.traces import Traces
from spikeworm_env.analysis.trains import SpikeTrains, spike_trains
from spikeworm_env.checks import number
from spikeworm_env.world.scale import MAX_SECONDS, TICK_S

REACH = 5.0  # standard deviations after which the kernel is 0; it holds all but 6e-7 of its area


@dataclass(frozen=True, eq=False)
class FiringRates(Traces):
    """Rates of n neurons at m times, Hz; ``kernel_s`` is the kernel's standard deviation."""

    quantity: ClassVar[str] = "rate, Hz"
    column: ClassVar[str] = "rate_hz"

    kernel_s: float


def firing_rates(
    source: object, neurons: Any = None, *, kernel_s: float = 0.1, every_s: float = 0.05
) -> FiringRates:
    """The rate of each neuron over time: the sum of a Gaussian about each spike.

    The area of a kernel that reaches beyond the window is 1 within it at every time (the sum is divided by
    the share of the kernel that lies inside), so that a constant rate is constant up to the ends.

    Args:
        source, neurons: as for `spike_trains`.
        kernel_s: standard deviation of the Gaussian, seconds; at least 1 ms.
        every_s: interval between times, seconds; at least 1 ms. 0.05: that of the samples of behaviour.

    Raises:
        InputError: as `spike_trains`, or a width or interval out of range.
    """
    kernel_s = number("kernel_s", kernel_s, TICK_S, MAX_SECONDS, "s")
    trains = spike_trains(source, neurons)
    times = grid(trains, every_s)
    rates = _summed(trains, times, kernel_s)
    inside = ndtr((trains.stop_s - times) / kernel_s) - ndtr((trains.start_s - times) / kernel_s)
    return FiringRates(times, rates / inside[:, None], trains.ids, trains.labels, kernel_s)


def grid(trains: SpikeTrains, every_s: float) -> np.ndarray:
    """(m,) even times in the window of spike trains, from its start on.

    Raises:
        InputError: an interval out of range.
    """
    every_s = number("every_s", every_s, TICK_S, MAX_SECONDS, "s")
    return trains.start_s + every_s * np.arange(int(trains.seconds / every_s + 1e-9) + 1)


def _summed(trains: SpikeTrains, times: np.ndarray, kernel_s: float) -> np.ndarray:
    """(m, n) sum of the Gaussians, Hz."""
    m, every = times.size, (times[1] - times[0] if times.size > 1 else trains.seconds)
    total = np.zeros((m, trains.ids.size))
    nearest, columns = np.rint((trains.times_s - times[0]) / every).astype(np.int64), trains.columns
    reach = int(np.ceil(REACH * kernel_s / every))
    for step in range(max(-reach, -m), min(reach, m) + 1):
        at = nearest + step
        inside = (at >= 0) & (at < m)
        z = (times[at[inside]] - trains.times_s[inside]) / kernel_s
        np.add.at(total, (at[inside], columns[inside]), np.exp(-0.5 * z * z))
    return total / (kernel_s * np.sqrt(2 * np.pi))
