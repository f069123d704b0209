"""Senses, muscles and joints reach the neurons that the recipe names."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.compiler.body_maps import joint_range, segments_by_copy
from spikeworm_env.compiler.recipe_schema import Joints


def test_a_sense_reaches_every_neuron_of_its_terminal_with_its_own_gain(compiled):
    rows = compiled.sensor_map
    smelling = rows.receptor == 0
    assert rows.neuron[smelling].tolist() == compiled.terminals["on.cell_in"].tolist()
    assert set(rows.gain[smelling]) == {1500.0}
    assert set(rows.offset[smelling]) == {0.0}
    assert set(rows.limit[smelling]) == {50.0}
    touched = rows.receptor == 1
    assert rows.neuron[touched].tolist() == compiled.terminals["off.cell_in"].tolist()
    assert (rows.gain[touched][0], rows.offset[touched][0], rows.limit[touched][0]) == (-5.0, 1.0, 20.0)


def test_motor_neurons_are_spread_over_the_segments_in_order(compiled):
    rows = compiled.muscle_map
    for segment in range(24):
        for side in (0, 1):
            here = (rows.segment == segment) & (rows.side == side)
            # 8 head copies on 4 segments, 20 body copies on 20; two motor neurons a copy and side
            assert here.sum() == (4 if segment < 4 else 2)
            if segment >= 4:
                assert set(compiled.copy[rows.neuron[here]]) == {segment - 4}
            else:
                assert set(compiled.copy[rows.neuron[here]]) == {2 * segment, 2 * segment + 1}
            assert set(rows.gain[here]) == {0.5 if segment >= 4 and side == 0 else 1.0}


@pytest.mark.parametrize(
    ("copies", "segments", "expected"),
    [
        (4, (0, 3), [[0], [1], [2], [3]]),
        (4, (2, 3), [[2], [2], [3], [3]]),
        (2, (4, 9), [[4, 5, 6], [7, 8, 9]]),
        (1, (0, 23), [list(range(24))]),
        (3, (5, 5), [[5], [5], [5]]),
    ],
)
def test_copies_share_segments_or_cover_several(copies, segments, expected):
    assert segments_by_copy(copies, segments).tolist() == expected


def test_a_copy_that_covers_several_segments_has_a_row_for_each(build):
    compiled = build(
        components=[{"id": "m", "block": "motor_segment", "count": 2}],
        muscles=[{"from": "m.dorsal_out", "side": "dorsal", "segments": [0, 5]}],
    )
    rows = compiled.muscle_map
    assert sorted(zip(rows.segment.tolist(), rows.neuron.tolist(), strict=True)) == [
        *((segment, neuron) for segment in range(3) for neuron in (0, 1)),
        *((segment, neuron) for segment in range(3, 6) for neuron in (6, 7)),
    ]


def test_ahead_selects_the_joints_of_the_published_crawler(compiled):
    """Independent formula: joints [max(0, i − 4), max(first + 1, i)) of segment i."""
    rows = compiled.proprioception_map
    ahead = np.isin(rows.neuron, compiled.terminals["body.dorsal_in"])
    for neuron, first, last in zip(
        rows.neuron[ahead], rows.first_joint[ahead], rows.last_joint[ahead], strict=True
    ):
        i = 4 + int(compiled.copy[neuron])
        assert (first, last) == (max(0, i - 4), max(max(0, i - 4) + 1, i))


def test_absolute_joints_are_the_same_for_all_copies(compiled):
    rows = compiled.proprioception_map
    head = np.isin(rows.neuron, compiled.terminals["head.dorsal_in"])
    assert head.sum() == 16
    assert set(rows.first_joint[head]) == {2}
    assert set(rows.last_joint[head]) == {10}
    assert set(rows.gain[head]) == {-75.2}


def test_behind_is_the_mirror_image_of_ahead():
    segments = np.arange(24)
    ahead = joint_range(Joints(ahead=(4, 1)), segments, segments)
    behind = joint_range(Joints(behind=(1, 4)), segments, segments)
    # segment i ↔ 23 − i and joint j ↔ 22 − j, so joints [f, l) ↔ [23 − l, 23 − f)
    assert (behind[0][::-1] == 23 - ahead[1]).all()
    assert (behind[1][::-1] == 23 - ahead[0]).all()


def test_ahead_counts_from_the_first_segment_of_a_copy_and_behind_from_its_last():
    """Copies of four segments each: what a copy feels behind it begins where the copy ends."""
    first, last = np.array([0, 4, 8]), np.array([3, 7, 11])
    behind = joint_range(Joints(behind=(1, 4)), first, last)
    assert behind[0].tolist() == [4, 8, 12] and behind[1].tolist() == [7, 11, 15]
    ahead = joint_range(Joints(ahead=(4, 1)), first, last)
    assert ahead[0].tolist() == [0, 0, 4] and ahead[1].tolist() == [1, 3, 7]


def test_a_recipe_s_behind_reaches_the_map(compiled):
    rows = compiled.proprioception_map
    behind = np.isin(rows.neuron, compiled.terminals["body.ventral_in"]) & (rows.gain == -63.6)
    assert behind.sum() == 40
    for k in np.flatnonzero(behind):
        i = 4 + int(compiled.copy[rows.neuron[k]])
        assert (rows.first_joint[k], rows.last_joint[k]) == (min(i, 22), min(i + 4, 23))


def test_own_is_the_joint_behind_a_segment_and_the_last_joint_for_the_tail():
    segments = np.arange(24)
    first, last = joint_range(Joints(own=True), segments, segments)
    assert first.tolist() == [*range(23), 22]
    assert (last == first + 1).all()


@pytest.mark.parametrize("joints", [Joints(ahead=(23, 20)), Joints(behind=(20, 23)), Joints(ahead=(1, 0))])
def test_every_copy_has_at_least_one_joint_of_the_body(joints):
    segments = np.arange(24)
    first, last = joint_range(joints, segments, segments)
    assert (first >= 0).all() and (last <= 23).all() and (first < last).all()


def test_a_neuron_may_have_several_rows(compiled):
    rows = compiled.proprioception_map
    ventral = np.isin(rows.neuron, compiled.terminals["body.ventral_in"])
    assert ventral.sum() == 2 * 40
    assert set(rows.gain[ventral]) == {-63.6, -1.0}
