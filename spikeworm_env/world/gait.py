"""A crawling gait without neurons, for baselines and for steering by two numbers.

A wave of muscle activation travels from head to tail,

    w_i = sin(phase - 2 pi N i / 24) + b turn        N: waves on the body
    dorsal share_i = p max(0, w_i)                   ventral share_i = p max(0, -w_i)

and ``phase`` runs at ``drive`` times 0.71 Hz; below 0 the wave runs from tail to head: backward locomotion.
``turn`` bends the whole body: positive towards dorsal, which is the worm's right. On agar, at full drive:
straight on 0.26 BL/s; at ``turn = 1`` a circle of radius 0.3 BL.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.elementary import sin
from spikeworm_env.world.checks import check_frame_skip
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, N_SEGMENTS, TICK_S

# frequency and wavelength (0.54 BL) of the spiking gait `agar`; the peak gives its speed
FREQUENCY_HZ: Final = 0.71
WAVES_ON_BODY: Final = 1.85
PEAK_SHARE: Final = (
    0.0112  # share of a muscle's motor neurons spiking per tick at the crest: 11.2 spikes/s each
)
TURN_BIAS: Final = 0.3  # b, in units of the wave's amplitude

CYCLE_RAD: Final = 2 * math.pi
LAG_RAD: Final = CYCLE_RAD * WAVES_ON_BODY / N_SEGMENTS  # of the wave from segment to segment


@kernel
def crawl_on(phase_rad, turn, drive, seconds, share):
    """Write the shares for a step, those of the wave at its middle.

    Args:
        phase_rad: phase of the wave at the first segment when the step begins.
        turn: -1 (ventral, left) to 1 (dorsal, right); clipped.
        drive: -1 (full speed backwards) over 0 (hold the posture) to 1 (full speed); clipped.
        seconds: length of the step.
        share: (2, 24) output, shares of each muscle's motor neurons spiking per tick.

    Returns:
        the phase when the step ends.
    """
    advance = CYCLE_RAD * FREQUENCY_HZ * min(max(drive, -1.0), 1.0) * seconds
    crest, bias = phase_rad + 0.5 * advance, TURN_BIAS * min(max(turn, -1.0), 1.0)
    for i in range(share.shape[1]):
        wave = PEAK_SHARE * (sin(crest - LAG_RAD * i) + bias)
        share[0, i] = max(wave, 0.0)
        share[1, i] = max(-wave, 0.0)
    phase = phase_rad + advance
    return phase - CYCLE_RAD * np.floor(phase / CYCLE_RAD)


class Gait:
    """The gait with its phase, which it keeps from step to step.

    Args:
        frame_skip: ticks of 1 ms for which each action holds, >= 1.

    Raises:
        InputError: ``frame_skip`` is not a whole number of ticks, at least 1.
    """

    def __init__(self, frame_skip: int = DEFAULT_FRAME_SKIP) -> None:
        self._step_s = check_frame_skip(frame_skip) * TICK_S
        self.phase_rad = 0.0

    def reset(self, phase_rad: float = 0.0) -> None:
        """Set the phase."""
        self.phase_rad = phase_rad

    def step(self, turn: float, drive: float = 1.0) -> NDArray[np.float32]:
        """The action for the next step, (2, 24) float32.

        Args:
            turn: -1 (ventral, left) to 1 (dorsal, right); clipped.
            drive: -1 (full speed backwards) over 0 (hold the posture) to 1 (full speed); clipped.
        """
        action = np.empty((2, N_SEGMENTS), np.float32)
        self.phase_rad = crawl_on(self.phase_rad, float(turn), float(drive), self._step_s, action)
        return action
