"""Between body and brain: receptors and proprioceptors that become currents, motor spikes that become action.

Kernels, one call each; what they compute is documented where it is declared: receptors in
``compiler.receptors``, the maps in ``compiler.brain``. A receptor is evaluated once an environment step, with
dt the length of that step, and its current holds for all ticks of the step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.brain import MUSCLE_SIDES, CompiledBrain
from spikeworm_env.compiler.fields import JOINTS, SEGMENTS
from spikeworm_env.compiler.receptors import (
    SECOND_ODOUR_CHANNELS,
    Clip,
    Gain,
    HighPass,
    Logarithm,
    LowPass,
    Noise,
    Stage,
)
from spikeworm_env.envs.observation import LAYOUT
from spikeworm_env.errors import InputError
from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.elementary import expm1, log
from spikeworm_env.kernels.handles import disowned, handle_type
from spikeworm_env.world.scale import TICK_S

STAGE_KINDS = ("logarithm", "low_pass", "high_pass", "clip", "gain", "noise")
LOGARITHM, LOW_PASS, HIGH_PASS, CLIP, GAIN, NOISE = range(len(STAGE_KINDS))
ABSENT = -1  # in place of a channel's index: an odour that the arena does not have
FIRST_JOINT = LAYOUT["joint_angle"].start


class Sensorimotor(NamedTuple):
    """Arrays of the kernels: r receptors, s stages, and the rows of the three maps."""

    channel: NDArray  # (r,) index into the observation, or ABSENT
    first_stage: NDArray  # (r + 1,) the stages of each receptor
    kind: NDArray  # (s,) index into STAGE_KINDS
    p: NDArray  # (s, 2) its numbers: offset; share forgotten a step; low, high; gain; sd
    mean: NDArray  # (s,) running mean of a filter; NaN before the first input
    noise: NDArray  # (s,) standard normal numbers, drawn anew each step
    level: NDArray  # (r,) what each receptor reports
    sense_neuron: NDArray
    sense_receptor: NDArray
    sense_scale: NDArray  # (k, 3) gain, offset, limit
    bend: NDArray  # (joints + 1,) running sum of the joint angles
    bend_neuron: NDArray
    bend_joints: NDArray  # (k, 2) first, last (exclusive)
    bend_gain: NDArray
    current: NDArray  # (n,) into each neuron
    muscle_neuron: NDArray
    muscle: NDArray  # side · SEGMENTS + segment
    muscle_gain: NDArray  # gain / rows of that muscle
    share: NDArray  # (sides · segments,) of this step


SensorimotorType, sensorimotor_handle = handle_type("SensorimotorType", Sensorimotor._fields, __name__)


def handle(sensorimotor):
    """All arrays behind one pointer; whoever made them keeps them alive."""
    return sensorimotor_handle(*disowned(sensorimotor))


def sense(sensorimotor, observation):
    """Fill ``sensorimotor.current`` from an observation."""
    current, level = sensorimotor.current, sensorimotor.level
    current[:] = 0.0
    for r in range(level.size):
        x = 0.0 if sensorimotor.channel[r] == ABSENT else float(observation[sensorimotor.channel[r]])
        for s in range(sensorimotor.first_stage[r], sensorimotor.first_stage[r + 1]):
            kind = sensorimotor.kind[s]
            if kind == LOGARITHM:
                x = log(max(x, 0.0) + sensorimotor.p[s, 0])
            elif kind in (LOW_PASS, HIGH_PASS):
                m = sensorimotor.mean[s]
                m = x if math.isnan(m) else m + sensorimotor.p[s, 0] * (x - m)
                sensorimotor.mean[s] = m
                x = m if kind == LOW_PASS else x - m
            elif kind == CLIP:
                x = min(max(x, sensorimotor.p[s, 0]), sensorimotor.p[s, 1])
            elif kind == GAIN:
                x *= sensorimotor.p[s, 0]
            else:
                x += sensorimotor.p[s, 0] * sensorimotor.noise[s]
        level[r] = x
    scale = sensorimotor.sense_scale
    for k in range(sensorimotor.sense_neuron.size):
        x = scale[k, 0] * level[sensorimotor.sense_receptor[k]] + scale[k, 1]
        current[sensorimotor.sense_neuron[k]] += min(max(x, -scale[k, 2]), scale[k, 2])
    bend = sensorimotor.bend
    for j in range(bend.size - 1):
        bend[j + 1] = bend[j] + observation[FIRST_JOINT + j]
    for k in range(sensorimotor.bend_neuron.size):
        first, last = sensorimotor.bend_joints[k, 0], sensorimotor.bend_joints[k, 1]
        current[sensorimotor.bend_neuron[k]] += (
            sensorimotor.bend_gain[k] * (bend[last] - bend[first]) / (last - first)
        )


def move(sensorimotor, spikes, ticks, action):
    """Fill ``action`` (sides, segments): the share of motor neurons that spiked per tick, at most 1."""
    share = sensorimotor.share
    share[:] = 0.0
    for k in range(sensorimotor.muscle_neuron.size):
        share[sensorimotor.muscle[k]] += sensorimotor.muscle_gain[k] * spikes[sensorimotor.muscle_neuron[k]]
    n_segments = action.shape[1]
    for m in range(share.size):
        action[m // n_segments, m % n_segments] = min(share[m] / ticks, 1.0)


@cache
def kernels():
    """(handle, sense, move), compiled once a process and kept on disk."""
    return kernel(handle), kernel(sense), kernel(move)


def make_sensorimotor(
    compiled: CompiledBrain, frame_skip: int, layout: Mapping[str, slice] = LAYOUT
) -> Sensorimotor:
    """The arrays for one brain, in the state before the first observation.

    Of an odour that the arena does not have there is none: receptors for it are given 0.

    Args:
        compiled: the brain.
        frame_skip: ticks in which what is sensed holds.
        layout: where each channel is found in an observation.

    Raises:
        InputError: a receptor sees a channel that the observation does not have.
    """
    absent = absent_odours(compiled, layout)
    for receptor in compiled.receptors:
        if receptor.source not in layout and receptor.source not in absent:
            raise InputError(
                f"receptor {receptor.name!r} sees {receptor.source!r}, which the observation does not have; "
                "an agent is given an environment's own channels as layout=env.unwrapped.layout"
            )
    stages = [stage for receptor in compiled.receptors for stage in receptor.stages]
    per_receptor = [len(receptor.stages) for receptor in compiled.receptors]
    senses, bends, muscles = compiled.sensor_map, compiled.proprioception_map, compiled.muscle_map
    muscle = muscles.side * SEGMENTS + muscles.segment
    rows = np.bincount(muscle, minlength=len(MUSCLE_SIDES) * SEGMENTS)
    return Sensorimotor(
        channel=np.array(
            [ABSENT if r.source in absent else layout[r.source].start for r in compiled.receptors], np.int64
        ),
        first_stage=np.concatenate([[0], np.cumsum(per_receptor)]).astype(np.int64),
        kind=np.array([STAGE_KINDS.index(stage.kind) for stage in stages], dtype=np.int64),
        p=np.array([_numbers(stage, frame_skip * TICK_S) for stage in stages]).reshape(-1, 2),
        mean=np.full(len(stages), np.nan),
        noise=np.zeros(len(stages)),
        level=np.zeros(len(compiled.receptors)),
        sense_neuron=senses.neuron,
        sense_receptor=senses.receptor,
        sense_scale=np.column_stack([senses.gain, senses.offset, senses.limit]),
        bend=np.zeros(JOINTS + 1),
        bend_neuron=bends.neuron,
        bend_joints=np.column_stack([bends.first_joint, bends.last_joint]),
        bend_gain=bends.gain,
        current=np.zeros(compiled.network.n_neurons),
        muscle_neuron=muscles.neuron,
        muscle=muscle,
        muscle_gain=muscles.gain / rows[muscle],
        share=np.zeros(rows.size),
    )


def absent_odours(compiled: CompiledBrain, layout: Mapping[str, slice]) -> frozenset[str]:
    """The channels of a second odour that a brain has receptors for and an observation lacks."""
    return frozenset({r.source for r in compiled.receptors} & set(SECOND_ODOUR_CHANNELS) - set(layout))


def _numbers(stage: Stage, dt_s: float) -> tuple[float, float]:
    """A stage's row of ``Sensorimotor.p``."""
    match stage:
        case Logarithm():
            return stage.offset, 0.0
        case LowPass() | HighPass():
            return -expm1(-dt_s / stage.tau_s), 0.0
        case Clip():
            return stage.low, stage.high
        case Gain():
            return stage.gain, 0.0
        case Noise():
            return stage.sd, 0.0
