"""Between body and brain: from observation to currents, and from motor spikes to action.

Two kernels. Receptors are documented in ``compiler.receptors``, the maps in
``compiler.compiled_brain``. A receptor is evaluated once per environment step, with dt the duration of the
step; its current holds for all ticks of the step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.anatomy import N_JOINTS, N_SEGMENTS
from spikeworm_env.compiler.compiled_brain import MUSCLE_SIDES, CompiledBrain
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
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.errors import InputError, shown
from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.elementary import expm1, log
from spikeworm_env.kernels.function_handles import disowned, handle_type
from spikeworm_env.world.scale import TICK_S

STAGE_KINDS = ("logarithm", "low_pass", "high_pass", "clip", "gain", "noise")
LOGARITHM, LOW_PASS, HIGH_PASS, CLIP, GAIN, NOISE = range(len(STAGE_KINDS))
ABSENT = -1  # index of a channel that the arena does not have: its value is 0
FIRST_JOINT = LAYOUT["joint_angle"].start


class Sensorimotor(NamedTuple):
    """Arrays of the kernels: r receptors, s stages, k rows of a map."""

    channel: NDArray  # (r,) index into the observation, or ABSENT
    first_stage: NDArray  # (r + 1,) the stages of each receptor
    stage_kind: NDArray  # (s,) index into STAGE_KINDS
    stage_parameters: NDArray  # (s, 2): offset; decay per step; low, high; gain; or sd
    stage_mean: NDArray  # (s,) running mean of a filter; NaN before the first input
    stage_noise: NDArray  # (s,) standard normal numbers, drawn at each step
    receptor_output: NDArray  # (r,) output of each receptor
    sense_neuron: NDArray
    sense_receptor: NDArray
    sense_scale: NDArray  # (k, 3) gain, offset, limit
    bend: NDArray  # (joints + 1,) running sum of the joint angles
    bend_neuron: NDArray
    bend_joints: NDArray  # (k, 2) first, last (exclusive)
    bend_gain: NDArray
    current: NDArray  # (n,) into each neuron
    muscle_neuron: NDArray
    muscle: NDArray  # side · N_SEGMENTS + segment
    muscle_gain: NDArray  # gain / rows of that muscle
    activation: NDArray  # (sides · segments,) muscle activation of this step, 0 to 1


SensorimotorType, sensorimotor_handle = handle_type("SensorimotorType", Sensorimotor._fields, __name__)


def handle(sensorimotor):
    """A pointer to all arrays; the caller keeps a reference to them."""
    return sensorimotor_handle(*disowned(sensorimotor))


def sense(sensorimotor, observation):
    """Fill ``sensorimotor.current`` from an observation."""
    current, output = sensorimotor.current, sensorimotor.receptor_output
    current[:] = 0.0
    for r in range(output.size):
        x = 0.0 if sensorimotor.channel[r] == ABSENT else float(observation[sensorimotor.channel[r]])
        for s in range(sensorimotor.first_stage[r], sensorimotor.first_stage[r + 1]):
            kind = sensorimotor.stage_kind[s]
            if kind == LOGARITHM:
                x = log(max(x, 0.0) + sensorimotor.stage_parameters[s, 0])
            elif kind in (LOW_PASS, HIGH_PASS):
                m = sensorimotor.stage_mean[s]
                m = x if math.isnan(m) else m + sensorimotor.stage_parameters[s, 0] * (x - m)
                sensorimotor.stage_mean[s] = m
                x = m if kind == LOW_PASS else x - m
            elif kind == CLIP:
                x = min(max(x, sensorimotor.stage_parameters[s, 0]), sensorimotor.stage_parameters[s, 1])
            elif kind == GAIN:
                x *= sensorimotor.stage_parameters[s, 0]
            else:
                x += sensorimotor.stage_parameters[s, 0] * sensorimotor.stage_noise[s]
        output[r] = x
    scale = sensorimotor.sense_scale
    for k in range(sensorimotor.sense_neuron.size):
        x = scale[k, 0] * output[sensorimotor.sense_receptor[k]] + scale[k, 1]
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
    """Fill ``action`` (sides, segments): spikes per motor neuron and tick, times gain, at most 1."""
    activation = sensorimotor.activation
    activation[:] = 0.0
    for k in range(sensorimotor.muscle_neuron.size):
        activation[sensorimotor.muscle[k]] += (
            sensorimotor.muscle_gain[k] * spikes[sensorimotor.muscle_neuron[k]]
        )
    n_segments = action.shape[1]
    for m in range(activation.size):
        action[m // n_segments, m % n_segments] = min(activation[m] / ticks, 1.0)


@cache
def kernels():
    """(handle, sense, move), compiled once per process and cached on disk."""
    return kernel(handle), kernel(sense), kernel(move)


def make_sensorimotor(
    compiled: CompiledBrain, frame_skip: int, layout: Mapping[str, slice] = LAYOUT
) -> Sensorimotor:
    """The arrays for one brain, in the state before the first observation.

    Receptors for an odour that the arena does not have receive 0.

    Args:
        compiled: the brain.
        frame_skip: ticks for which sensed values hold.
        layout: slice of each channel in an observation.

    Raises:
        InputError: a receptor reads a channel that the observation does not have, or a map leads to a neuron,
            receptor, muscle or joint that there is not.
    """
    _check_maps(compiled)
    absent = absent_odours(compiled, layout)
    for receptor in compiled.receptors:
        if receptor.source not in layout and receptor.source not in absent:
            raise InputError(
                f"receptor {receptor.name!r} reads {receptor.source!r}, which the observation does not have; "
                "give the agent the channels of its environment: layout=env.unwrapped.layout"
            )
    step_s = frame_skip * TICK_S
    stages = [stage for receptor in compiled.receptors for stage in receptor.stages]
    stages_each = [len(receptor.stages) for receptor in compiled.receptors]
    senses, bends, muscles = compiled.sensor_map, compiled.proprioception_map, compiled.muscle_map
    muscle = muscles.side * N_SEGMENTS + muscles.segment
    rows = np.bincount(muscle, minlength=len(MUSCLE_SIDES) * N_SEGMENTS)
    return Sensorimotor(
        channel=np.array(
            [ABSENT if r.source in absent else layout[r.source].start for r in compiled.receptors], np.int64
        ),
        first_stage=np.concatenate([[0], np.cumsum(stages_each)]).astype(np.int64),
        stage_kind=np.array([STAGE_KINDS.index(stage.kind) for stage in stages], dtype=np.int64),
        stage_parameters=np.array([_parameters(stage, step_s) for stage in stages]).reshape(-1, 2),
        stage_mean=np.full(len(stages), np.nan),
        stage_noise=np.zeros(len(stages)),
        receptor_output=np.zeros(len(compiled.receptors)),
        sense_neuron=senses.neuron,
        sense_receptor=senses.receptor,
        sense_scale=np.column_stack([senses.gain, senses.offset, senses.limit]),
        bend=np.zeros(N_JOINTS + 1),
        bend_neuron=bends.neuron,
        bend_joints=np.column_stack([bends.first_joint, bends.last_joint]),
        bend_gain=bends.gain,
        current=np.zeros(compiled.network.n_neurons),
        muscle_neuron=muscles.neuron,
        muscle=muscle,
        muscle_gain=muscles.gain / rows[muscle],
        activation=np.zeros(rows.size),
    )


def check_layout(layout: object) -> None:
    """Check that every channel is a part of a vector, and the joint angles are where `sense` reads them.

    Raises:
        InputError: one is not.
    """
    if not isinstance(layout, Mapping):
        raise InputError(f"layout is {shown(layout)}; expected env.unwrapped.layout")
    for name, part in layout.items():
        start, stop, step = (part.start, part.stop, part.step) if isinstance(part, slice) else (None, None, 1)
        if not (isinstance(start, int) and isinstance(stop, int) and 0 <= start < stop and step is None):
            raise InputError(f"layout[{shown(name)}] is {shown(part)}; expected env.unwrapped.layout")
    if layout.get("joint_angle") != LAYOUT["joint_angle"]:
        raise InputError(
            f"layout['joint_angle'] is {shown(layout.get('joint_angle'))}; expected {LAYOUT['joint_angle']}"
        )


def _check_maps(compiled: CompiledBrain) -> None:
    """Check what `sense` and `move` index with."""
    n, senses, bends, muscles = (
        compiled.network.n_neurons,
        compiled.sensor_map,
        compiled.proprioception_map,
        compiled.muscle_map,
    )
    for name, indices, least, end in (
        ("sensor_map.neuron", senses.neuron, 0, n),
        ("sensor_map.receptor", senses.receptor, 0, len(compiled.receptors)),
        ("proprioception_map.neuron", bends.neuron, 0, n),
        ("proprioception_map.first_joint", bends.first_joint, 0, N_JOINTS),
        ("proprioception_map.last_joint", bends.last_joint, 1, N_JOINTS + 1),
        ("muscle_map.neuron", muscles.neuron, 0, n),
        ("muscle_map.side", muscles.side, 0, len(MUSCLE_SIDES)),
        ("muscle_map.segment", muscles.segment, 0, N_SEGMENTS),
    ):
        if indices.size and not (
            indices.dtype.kind == "i" and least <= indices.min() and indices.max() < end
        ):
            raise InputError(f"brain: {name} has an index outside {least} to {end - 1}")


def absent_odours(compiled: CompiledBrain, layout: Mapping[str, slice]) -> frozenset[str]:
    """The second-odour channels that a brain has receptors for and an observation does not have."""
    return frozenset({r.source for r in compiled.receptors} & set(SECOND_ODOUR_CHANNELS) - set(layout))


def _parameters(stage: Stage, dt_s: float) -> tuple[float, float]:
    """A stage's row of ``Sensorimotor.stage_parameters``."""
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
