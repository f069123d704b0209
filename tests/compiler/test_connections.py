"""Connections between components, and the summary of one component."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.component_summary import component_summary
from spikeworm_env.compiler.connections import Sign, connections
from spikeworm_env.engine.synapses import SYNAPSE_TYPES


@pytest.fixture(scope="module")
def compiled() -> CompiledBrain:
    return compile_recipe("kitchen_sink")


def test_every_synapse_is_in_one_connection(compiled: CompiledBrain) -> None:
    found = connections(compiled)
    assert sum(each.synapses for each in found) == compiled.network.n_synapses
    counts = Counter[str]()
    for each in found:
        counts[each.synapse_type] += each.synapses
    types, sizes = np.unique(compiled.network.synapse_type, return_counts=True)
    assert counts == dict(zip(types.tolist(), sizes.tolist(), strict=True))


def test_sign_and_mean_are_those_of_the_weights(compiled: CompiledBrain) -> None:
    network = compiled.network
    assert {each.sign for each in connections(compiled)} == set(Sign)
    for each in connections(compiled):
        assert (each.sign is Sign.ELECTRICAL) == SYNAPSE_TYPES[each.synapse_type].symmetric
        own = compiled.synapses(f"{each.source} -> {each.target}")
        own = own[network.synapse_type[own] == each.synapse_type]
        if each.sign is not Sign.ELECTRICAL:
            own = own[(network.weight[own] < 0) == (each.sign is Sign.INHIBITORY)]
        assert each.synapses == own.size
        assert each.mean_weight == pytest.approx(network.weight[own].mean())


def test_electrical_connections_have_one_direction_only(compiled: CompiledBrain) -> None:
    pairs = [{each.source, each.target} for each in connections(compiled) if each.sign is Sign.ELECTRICAL]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)


def test_each_connection_of_two_components_is_with_both(compiled: CompiledBrain) -> None:
    found = {part.name: component_summary(compiled, part.name) for part in compiled.components}
    for each in connections(compiled):
        if each.source == each.target:
            assert each in found[each.source].within
        elif each.sign is Sign.ELECTRICAL:
            assert each in found[each.source].incoming and each in found[each.target].incoming
        else:
            assert each in found[each.source].outgoing and each in found[each.target].incoming
    for part in compiled.components:
        assert sum(group.neurons for group in found[part.name].groups) == part.count * part.size
