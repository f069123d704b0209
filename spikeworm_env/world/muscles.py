"""The muscles: from spikes of motor neurons to the angles towards which the joints are pulled.

    activation a:    a <- (a + q share) exp(-1 ms / tau)               each tick, each segment and side
    joint target:    theta* = A [(1 - exp(-a_D)) - (1 - exp(-a_V))]    a_D, a_V: means of its two segments

``share`` is the share of a muscle's motor neurons that spike in the tick. A spike is added first and has
decayed for one tick when the joints feel it. The constants belong to the gait `agar`.
"""

from __future__ import annotations

from typing import Final

from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.elementary import exp, negative_exponentials
from spikeworm_env.world.record_types import Field
from spikeworm_env.world.scale import N_JOINTS, N_SEGMENTS, TICK_S

GAIN: Final = 0.862938186512739  # q: activation when every motor neuron spikes once
TAU_S: Final = 0.1
DECAY: Final = exp(-TICK_S / TAU_S)
AMPLITUDE_RAD: Final = 0.5877749836192182  # A: joint angle at full activation of one side
STIFFNESS: Final = 0.16296206562258592  # kappa of a joint, c_t BL^3/s
DAMPING: Final = 0.02910036886117606  # eta of a joint, c_t BL^3

FIELDS: Final[tuple[Field, ...]] = (
    ("activation", f"(2,{N_SEGMENTS})f8", "a, dorsal and ventral, head to tail"),
    ("relaxation", f"(2,{N_SEGMENTS})f8", "exp(-a / 2)"),
    ("target", f"({N_JOINTS},)f8", "theta*, rad"),
)


@kernel
def contract(activation, share, relaxation, target):
    """Advance the activations by one tick and write the joints' target angles.

    Args:
        activation: (2, m) dorsal and ventral activation of m segments; written.
        share: (2, m) share of each muscle's motor neurons that spike in this tick, 0..1.
        relaxation: (2, m) output, exp(-activation / 2).
        target: (m - 1,) output, rad.
    """
    for side in range(2):
        a, s = activation[side], relaxation[side]
        for i in range(a.shape[0]):
            a[i] = (a[i] + GAIN * share[side, i]) * DECAY
            s[i] = 0.5 * a[i]
        negative_exponentials(s)
    # exp(-mean) of two segments is the product of their relaxations
    for j in range(target.shape[0]):
        target[j] = AMPLITUDE_RAD * (
            relaxation[1, j] * relaxation[1, j + 1] - relaxation[0, j] * relaxation[0, j + 1]
        )
