"""A lesion removes the synapses of the named part and no others."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.block import lesion_block
from spikeworm_env.lesions.component import lesion_component
from spikeworm_env.lesions.connection import connections, lesion_connection
from spikeworm_env.lesions.projection import lesion_projection, projections


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
            compiled.network.symmetric.tolist(),
            network.weight.tolist(),
            network.delay.tolist(),
            types,
            strict=True,
        )
    ]


def test_a_lesion_of_a_projection_equals_the_recipe_without_it(build, recipe):
    sections = {key: recipe[key] for key in ("components", "projections")}
    whole = build(**sections)
    sections["projections"] = sections["projections"][:-1]
    last = len(sections["projections"])
    assert synapses(lesion_projection(whole, last)) == synapses(build(**sections))


@pytest.mark.parametrize("index", range(5))
def test_every_projection_can_be_lesioned_alone(compiled, index):
    lesioned = lesion_projection(compiled, index)
    gone = [name.startswith(f"projections[{index}] ") for name in compiled.origins]
    gone = np.array(gone)[compiled.origin]
    assert gone.any()
    assert synapses(lesioned) == [s for s, out in zip(synapses(compiled), gone, strict=True) if not out]
    assert lesioned.origin.tolist() == compiled.origin[~gone].tolist()
    validate(lesioned.network)


def test_a_lesioned_component_has_no_outgoing_synapses(compiled):
    lesioned = lesion_component(compiled, "on")
    left = synapses(lesioned)
    assert not [s for s in left if s[0] == "on" != s[1]]
    assert not [s for s in left if s[1] == "on" != s[0] and s[2]]
    expected = [
        s for s in synapses(compiled) if s[0] == s[1] or (s[0] != "on" and not (s[2] and s[1] == "on"))
    ]
    assert left == expected
    validate(lesioned.network)


def test_components_lesioned_together_lose_the_synapses_between_them(compiled):
    left = synapses(lesion_component(compiled, ["on", "off"]))
    assert not [s for s in left if s[0] in ("on", "off") and s[0] != s[1]]
    assert [s for s in left if s[0] == s[1] == "on"]


def test_a_lesion_of_a_block_applies_to_all_its_components(compiled):
    assert synapses(lesion_block(compiled, "cells")) == synapses(lesion_component(compiled, ["on", "off"]))


def test_a_lesion_of_a_connection_has_one_direction(compiled):
    lesioned = lesion_connection(compiled, "off", "on")
    assert ("off", "on") in connections(compiled) and ("on", "off") in connections(compiled)
    assert set(connections(compiled)) - set(connections(lesioned)) == {("off", "on")}


def test_a_gate_whose_openers_are_lesioned_stays_shut(build):
    compiled = build(
        components=[{"id": name, "block": "cells"} for name in ("source", "opener", "target")],
        projections=[
            {
                "from": "source.cell_out",
                "to": "target.cell_in",
                "weight": 30,
                "type": "gated",
                "modulator": "opener.latch_out",
                "parameters": {"w_max": 50},
            },
        ],
    )
    current = np.where(np.isin(compiled.component, [0, 1]), 20.0, 0.0)

    def target_spikes(brain):
        return Brain(brain.network, seed=0).advance(300, current)[brain.component == 2].sum()

    assert target_spikes(compiled) > 0
    assert target_spikes(lesion_component(compiled, "opener")) == 0
    assert target_spikes(lesion_component(compiled, "target")) == target_spikes(compiled)
    own_gates = [s for s in synapses(lesion_component(compiled, "opener")) if s[-1] == "gated"]
    assert {(s[0], s[1]) for s in own_gates} == {(n, n) for n in ("source", "opener", "target")}


def test_a_brain_without_any_projection_still_runs(compiled):
    lesioned = compiled
    for index in range(len(projections(compiled))):
        lesioned = lesion_projection(lesioned, index)
    lesioned = lesion_component(lesioned, [record.name for record in compiled.components])
    assert not connections(lesioned)
    assert Brain(lesioned.network).advance(50).shape == (lesioned.network.n_neurons,)


def test_the_given_brain_and_all_but_synapses_are_unchanged(compiled):
    before = synapses(compiled)
    lesioned = lesion_component(compiled, "on")
    assert synapses(compiled) == before
    for part in ("sensor_map", "muscle_map", "proprioception_map", "component", "receptors", "reward"):
        assert getattr(lesioned, part) is getattr(compiled, part)
    assert lesioned.network.modulators is compiled.network.modulators


def test_an_unknown_part_is_an_error(compiled):
    with pytest.raises(InputError, match=r"projection is 5; small_worm has 5, counted from 0"):
        lesion_projection(compiled, 5)
    with pytest.raises(UnknownNameError, match="did you mean 'head'"):
        lesion_component(compiled, "haed")
    with pytest.raises(UnknownNameError, match="did you mean 'cells'"):
        lesion_block(compiled, "cell")
    with pytest.raises(UnknownNameError, match="'tail'"):
        lesion_connection(compiled, "on", "tail")
    with pytest.raises(InputError, match="itself"):
        lesion_connection(compiled, "on", "on")
