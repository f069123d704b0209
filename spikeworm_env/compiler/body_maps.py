"""Builds the sensor, muscle and proprioception maps of a compiled brain from its recipe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikeworm_env.anatomy import N_JOINTS
from spikeworm_env.compiler.compiled_brain import MUSCLE_SIDES, MuscleMap, ProprioceptionMap, SensorMap
from spikeworm_env.compiler.neurons import NeuronTable
from spikeworm_env.compiler.recipe_schema import Joints, Muscle, Proprioception, Sense
from spikeworm_env.engine.network import Floats, Ints


def sensor_map(table: NeuronTable, senses: Sequence[Sense], receptors: Sequence[str]) -> SensorMap:
    """The sensor map, in the order of the senses; ``receptors`` are the receptor names by index."""
    neurons = [table.terminal(sense.to).ravel() for sense in senses]
    sizes = [ids.size for ids in neurons]

    def column(values: Sequence[float]) -> Floats:
        return np.repeat(np.array(values, float), sizes)

    return SensorMap(
        neuron=_joined(neurons),
        receptor=np.repeat(np.array([receptors.index(sense.receptor) for sense in senses], np.int64), sizes),
        gain=column([sense.gain for sense in senses]),
        offset=column([sense.offset for sense in senses]),
        limit=column([sense.limit for sense in senses]),
    )


def muscle_map(table: NeuronTable, muscles: Sequence[Muscle]) -> MuscleMap:
    """The muscle map, in the order of the muscles; a copy that covers k segments has k rows per neuron."""
    neurons, sides, segments, gains = [], [], [], []
    for muscle in muscles:
        ids = table.terminal(muscle.source)
        covered = segments_by_copy(len(ids), muscle.segments)
        neuron = np.repeat(ids[:, None, :], covered.shape[1], axis=1).ravel()
        neurons.append(neuron)
        segments.append(np.repeat(covered.ravel(), ids.shape[1]))
        sides.append(np.full(neuron.size, MUSCLE_SIDES.index(muscle.side), np.int64))
        gains.append(np.full(neuron.size, muscle.gain))
    return MuscleMap(
        _joined(neurons), _joined(sides), _joined(segments), np.concatenate([np.empty(0), *gains])
    )


def proprioception_map(table: NeuronTable, senses: Sequence[Proprioception]) -> ProprioceptionMap:
    """The proprioception map, in the order of the entries, one row per neuron."""
    neurons, firsts, lasts, gains = [], [], [], []
    for sense in senses:
        ids = table.terminal(sense.to)
        covered = (
            segments_by_copy(len(ids), sense.segments) if sense.segments else np.zeros((len(ids), 1), int)
        )
        first, last = joint_range(sense.joints, covered[:, 0], covered[:, -1])
        neurons.append(ids.ravel())
        firsts.append(np.repeat(first, ids.shape[1]))
        lasts.append(np.repeat(last, ids.shape[1]))
        gains.append(np.full(ids.size, sense.gain))
    return ProprioceptionMap(
        _joined(neurons), _joined(firsts), _joined(lasts), np.concatenate([np.empty(0), *gains])
    )


def segments_by_copy(copies: int, segments: tuple[int, int]) -> Ints:
    """(copies, k) segments of each copy, in order from the first segment to the last.

    With more copies than segments, neighbouring copies share a segment (k = 1); with fewer, each copy covers
    k segments.
    """
    n = segments[1] - segments[0] + 1
    each = max(1, n // copies)
    starts = segments[0] + np.arange(copies) * n // copies
    return starts[:, None] + np.arange(each)


def joint_range(joints: Joints, first_segment: Ints, last_segment: Ints) -> tuple[Ints, Ints]:
    """(first, last exclusive) joints of copies that cover the given segments; (copies,) each.

    Ranges are clamped to the body and contain at least one joint.
    """
    if joints.absolute is not None:
        first, last = (np.full(first_segment.size, joint) for joint in joints.absolute)
    elif joints.ahead is not None:
        first, last = first_segment - joints.ahead[0], first_segment - joints.ahead[1]
    elif joints.behind is not None:
        first, last = last_segment + joints.behind[0], last_segment + joints.behind[1]
    else:
        first, last = first_segment, last_segment + 1
    first = np.clip(first, 0, N_JOINTS - 1)
    return first, np.clip(last, first + 1, N_JOINTS)


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.empty(0, np.int64), *parts])
