"""A cut takes out what it names, whatever else there is, and nothing more."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import validate
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.lesion import (
    connections,
    projections,
    without_block_output,
    without_component,
    without_connection,
    without_projection,
)


def synapses(compiled):
    """Every synapse as (from component, to component, electrical, from, to, weight, delay, type)."""
    network = compiled.network
    names = [record.name for record in compiled.components]
    types = [network.classes[k].type for k in network.synapse_class]
    return [
        (names[compiled.component[a]], names[compiled.component[b]], gap, a, b, w, d, type_)
        for a, b, gap, w, d, type_ in zip(
            network.source.tolist(),
            network.target.tolist(),
            compiled.electrical.tolist(),
            network.weight.tolist(),
            network.delay.tolist(),
            types,
            strict=True,
        )
    ]


def test_a_cut_projection_is_a_recipe_without_it(build, recipe):
    sections = {key: recipe[key] for key in ("components", "projections")}
    whole = build(**sections)
    sections["projections"] = sections["projections"][:-1]
    last = len(sections["projections"])
    assert synapses(without_projection(whole, last)) == synapses(build(**sections))


@pytest.mark.parametrize("index", range(5))
def test_every_projection_can_be_cut_alone(compiled, index):
    cut = without_projection(compiled, index)
    gone = [name.startswith(f"projections[{index}] ") for name in compiled.origins]
    gone = np.array(gone)[compiled.origin]
    assert gone.any()
    assert synapses(cut) == [s for s, out in zip(synapses(compiled), gone, strict=True) if not out]
    assert cut.origin.tolist() == compiled.origin[~gone].tolist()
    validate(cut.network)


def test_a_component_that_was_cut_tells_no_other_anything(compiled):
    cut = without_component(compiled, "on")
    left = synapses(cut)
    assert not [s for s in left if s[0] == "on" != s[1]]
    assert not [s for s in left if s[1] == "on" != s[0] and s[2]]
    expected = [
        s for s in synapses(compiled) if s[0] == s[1] or (s[0] != "on" and not (s[2] and s[1] == "on"))
    ]
    assert left == expected
    validate(cut.network)


def test_components_cut_together_are_cut_from_each_other_too(compiled):
    left = synapses(without_component(compiled, ["on", "off"]))
    assert not [s for s in left if s[0] in ("on", "off") and s[0] != s[1]]
    assert [s for s in left if s[0] == s[1] == "on"]


def test_a_block_is_cut_in_all_components_made_of_it(compiled):
    assert synapses(without_block_output(compiled, "cells")) == synapses(
        without_component(compiled, ["on", "off"])
    )


def test_a_connection_is_cut_in_one_direction(compiled):
    cut = without_connection(compiled, "off", "on")
    assert ("off", "on") in connections(compiled) and ("on", "off") in connections(compiled)
    assert set(connections(compiled)) - set(connections(cut)) == {("off", "on")}


def test_who_opens_a_gate_elsewhere_shuts_it_when_cut(build):
    compiled = build(
        components=[{"id": name, "block": "cells"} for name in ("speaker", "doorkeeper", "listener")],
        projections=[
            {
                "from": "speaker.cell_out",
                "to": "listener.cell_in",
                "weight": 30,
                "type": "gated",
                "modulator": "doorkeeper.latch_out",
                "parameters": {"w_max": 50},
            },
        ],
    )
    current = np.where(np.isin(compiled.component, [0, 1]), 20.0, 0.0)

    def heard(brain):
        return Brain(brain.network, seed=0).advance(300, current)[brain.component == 2].sum()

    assert heard(compiled) > 0
    assert heard(without_component(compiled, "doorkeeper")) == 0
    assert heard(without_component(compiled, "listener")) == heard(compiled)
    own_gates = [s for s in synapses(without_component(compiled, "doorkeeper")) if s[-1] == "gated"]
    assert {(s[0], s[1]) for s in own_gates} == {(n, n) for n in ("speaker", "doorkeeper", "listener")}


def test_a_brain_with_everything_cut_still_runs(compiled):
    cut = compiled
    for index in range(len(projections(compiled))):
        cut = without_projection(cut, index)
    cut = without_component(cut, [record.name for record in compiled.components])
    assert not connections(cut)
    assert Brain(cut.network).advance(50).shape == (cut.network.n_neurons,)


def test_the_original_and_all_but_synapses_are_left_alone(compiled):
    before = synapses(compiled)
    cut = without_component(compiled, "on")
    assert synapses(compiled) == before
    for part in ("sensor_map", "muscle_map", "proprioception_map", "component", "receptors", "reward"):
        assert getattr(cut, part) is getattr(compiled, part)
    assert cut.network.modulators is compiled.network.modulators


def test_what_is_not_there_cannot_be_cut(compiled):
    with pytest.raises(InputError, match=r"projection is 5; small_worm has 5, counted from 0"):
        without_projection(compiled, 5)
    with pytest.raises(UnknownNameError, match="did you mean 'head'"):
        without_component(compiled, "haed")
    with pytest.raises(UnknownNameError, match="did you mean 'cells'"):
        without_block_output(compiled, "cell")
    with pytest.raises(UnknownNameError, match="'tail'"):
        without_connection(compiled, "on", "tail")
    with pytest.raises(InputError, match="itself"):
        without_connection(compiled, "on", "on")
