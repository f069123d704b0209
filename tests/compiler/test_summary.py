"""The summary counts what is there and names what leads nowhere."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.compiler import summary


def test_the_numbers_add_up(compiled):
    found = summary(compiled)
    assert found.name == "small_worm"
    assert found.neurons == sum(found.neuron_types.values()) == 200
    assert found.neuron_types == {"CH": 12, "FS": 56, "RS": 132}
    assert found.synapses == sum(found.synapse_types.values()) == sum(found.origins.values())
    assert found.origins["block motor_segment"] == 28 * 10
    assert found.origins["projections[0] on.cell_out -> head.dorsal_in"] == 160
    assert found.layers == {"front": 48, "1": 120, "–": 32}
    assert (found.sensor_rows, found.muscle_rows, found.proprioception_rows) == (20, 112, 32 + 120)


def test_a_fully_connected_brain_gives_no_warning(write, recipe, build):
    compiled = build(
        components=[{"id": "nose", "block": "cells"}, {"id": "body", "block": "motor_segment", "count": 24}],
        projections=[
            {"from": "nose.cell_out", "to": "body.dorsal_in", "weight": 1},
            {"from": "nose.latch_out", "to": "body.ventral_in", "weight": 1},
        ],
        receptors={"odour": {"source": "concentration"}},
        senses=[{"receptor": "odour", "to": "nose.cell_in", "gain": 1}],
        muscles=[
            {"from": "body.dorsal_out", "side": "dorsal", "segments": [0, 23]},
            {"from": "body.ventral_out", "side": "ventral", "segments": [0, 23]},
        ],
    )
    assert summary(compiled).warnings == ()


def test_a_brain_without_a_synapse_has_a_summary_too(build):
    block = {
        "name": "lone",
        "description": "One neuron.",
        "neurons": [{"id": "only", "type": "RS"}],
        "terminals": {"inputs": {"only_in": ["only"]}},
    }
    compiled = build(components=[{"id": "c", "block": "lone"}], extra_blocks={"lone": block})
    found = summary(compiled)
    assert (found.neurons, found.synapses, found.origins) == (1, 0, {})
    assert set(found.warnings) == {
        "input c.only_in is never wired",
        "component c is reached by no sense and no joint",
    }


def test_every_unconnected_part_gives_a_warning(build):
    compiled = build(
        components=[
            {"id": "nose", "block": "cells"},
            {"id": "idle", "block": "cells"},
            {"id": "body", "block": "motor_segment", "count": 24},
        ],
        projections=[
            {"from": "idle.cell_out", "to": "body.dorsal_in", "weight": 1, "probability": 0},
        ],
        receptors={"odour": {"source": "concentration"}, "touch": {"source": "tail_touch"}},
        senses=[{"receptor": "odour", "to": "nose.cell_in", "gain": 1}],
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
        "receptor odour reaches no muscle",
        "receptor touch is used by no sense",
    }


def test_each_component_has_its_excitation_and_inhibition(build):
    compiled = build(
        components=[
            {"id": "up", "block": "cells"},
            {"id": "down", "block": "cells"},
            {"id": "body", "block": "motor_segment", "count": 2},
        ],
        projections=[
            {"from": "up.cell_out", "to": "down.cell_in", "weight": 2},
            {"from": "down.latch_out", "to": "up.cell_in", "weight": -3},
        ],
    )
    up, down, body = summary(compiled).balances
    own = 3 * 20 + 4 * 1 + 5 * 3 * 2  # ring of latches, chain of cells, cells onto latches
    assert (up.component, down.component, body.component) == ("up", "down", "body")
    assert up.excitation == pytest.approx(own / 8)
    assert up.inhibition == pytest.approx(-3 * 3 * 5 / 8)
    assert up.ratio == pytest.approx(own / 45)
    assert (up.excitatory_sources, up.inhibitory_sources) == (8, 3)
    assert down.excitation == pytest.approx((own + 5 * 5 * 2) / 8)
    assert (down.inhibition, down.ratio, down.inhibitory_sources) == (0, None, 0)
    # its gap junctions count for neither
    assert body.excitation == pytest.approx(4 * 25 / 6)
    assert body.inhibition == pytest.approx(4 * -4.1 / 6)


def test_without_proximity_wiring_there_is_no_ratio(build):
    compiled = build(components=[{"id": "nose", "block": "cells"}])
    assert summary(compiled).projection_ratio is None


def random_wiring(build, probability):
    return build(
        components=[
            {"id": "nose", "block": "cells"},
            {"id": "body", "block": "motor_segment", "count": 2},
        ],
        projections=[
            {"from": "nose.cell_out", "to": "body.dorsal_in", "weight": 1, "probability": probability}
        ],
        proximity=[
            {
                "from": ["nose"],
                "to": ["body"],
                "probability": 1.0,
                "length": 1e6,
                "radius": 1000.0,
                "excitatory": {"weight": 0.5},
                "protected": ["body.ventral_in"],
            }
        ],
        muscles=[{"from": "body.dorsal_out", "side": "dorsal", "segments": [0, 1]}],
    )


def test_more_proximity_than_projection_wiring_gives_a_warning(build):
    compiled = random_wiring(build, 1.0)
    found = summary(compiled)
    projected = sum(n for name, n in found.origins.items() if name.startswith("projections"))
    random = sum(n for name, n in found.origins.items() if name.startswith("proximity"))
    assert found.projection_ratio == projected / random < 1.5
    assert any("learning is reported to fail" in warning for warning in found.warnings)


def test_proximity_wiring_onto_motor_neurons_gives_a_warning(build):
    compiled = random_wiring(build, 1.0)
    motor = np.unique(compiled.muscle_map.neuron).size
    expected = f"{motor} motor neurons of body receive proximity synapses, which shift their resting activity"
    assert expected in summary(compiled).warnings
