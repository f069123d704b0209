"""The summary counts what is there and names what leads nowhere."""

from __future__ import annotations

from spikeworm_env.compiler import summary


def test_the_numbers_add_up(compiled):
    found = summary(compiled)
    assert found.name == "small_worm"
    assert found.neurons == sum(found.neuron_types.values()) == 200
    assert found.neuron_types == {"CH": 12, "FS": 56, "RS": 132}
    assert found.synapses == sum(found.synapse_types.values()) == sum(found.origins.values())
    assert found.origins["block motor_segment"] == 28 * 10
    assert found.origins["projections[0] on.cell_out -> head.dorsal_in"] == 160
    assert (found.sensor_rows, found.muscle_rows, found.proprioception_rows) == (20, 112, 32 + 120)


def test_a_brain_without_loose_ends_gives_no_warning(write, recipe, build):
    compiled = build(
        components=[{"id": "nose", "block": "cells"}, {"id": "body", "block": "motor_segment", "count": 24}],
        projections=[
            {"from": "nose.cell_out", "to": "body.dorsal_in", "weight": 1},
            {"from": "nose.latch_out", "to": "body.ventral_in", "weight": 1},
        ],
        receptors={"smell": {"source": "concentration"}},
        senses=[{"receptor": "smell", "to": "nose.cell_in", "gain": 1}],
        muscles=[
            {"from": "body.dorsal_out", "side": "dorsal", "segments": [0, 23]},
            {"from": "body.ventral_out", "side": "ventral", "segments": [0, 23]},
        ],
    )
    assert summary(compiled).warnings == ()


def test_every_loose_end_is_named(build):
    compiled = build(
        components=[
            {"id": "nose", "block": "cells"},
            {"id": "idle", "block": "cells"},
            {"id": "body", "block": "motor_segment", "count": 24},
        ],
        projections=[
            {"from": "idle.cell_out", "to": "body.dorsal_in", "weight": 1, "probability": 0},
        ],
        receptors={"smell": {"source": "concentration"}, "touch": {"source": "tail_touch"}},
        senses=[{"receptor": "smell", "to": "nose.cell_in", "gain": 1}],
        muscles=[{"from": "body.dorsal_out", "side": "dorsal", "segments": [0, 23]}],
    )
    assert set(summary(compiled).warnings) == {
        "projections[0] idle.cell_out -> body.dorsal_in makes no synapse",
        "input idle.cell_in is never wired",
        "input body.dorsal_in is never wired",
        "input body.ventral_in is never wired",
        "output nose.cell_out is never wired",
        "output nose.latch_out is never wired",
        "output idle.cell_out is never wired",
        "output idle.latch_out is never wired",
        "output body.ventral_out is never wired",
        "component idle is reached by no sense and no joint",
        "component body is reached by no sense and no joint",
        "receptor smell reaches no muscle",
        "receptor touch is used by no sense",
    }
