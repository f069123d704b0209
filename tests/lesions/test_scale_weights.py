"""Scaling weights changes the weights of the named connection and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.connection import connections, lesion_connection
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights


def between(compiled, source, target):
    """(m,) the synapses from one component to another, and gap junctions back, one by one."""
    names = [record.name for record in compiled.components]
    network, found = compiled.network, []
    for a, b, gap in zip(network.source, network.target, compiled.network.symmetric, strict=True):
        ends = (names[compiled.component[a]], names[compiled.component[b]])
        found.append(ends == (source, target) or (gap and ends == (target, source)))
    return np.array(found)


def test_only_the_named_connection_is_scaled_by_the_factor(compiled):
    for source, target in connections(compiled):
        named = between(compiled, source, target)
        found = scale_weights(compiled, [WeightScaling(source, target, 0.5)])
        whole, low = compiled.network, [c.parameters.get("w_min", -np.inf) for c in compiled.network.classes]
        free = named & (0.5 * whole.weight > np.array(low)[whole.synapse_class])
        assert named.any()
        assert found.network.weight[free] == pytest.approx(0.5 * whole.weight[free])
        assert (found.network.weight[~named] == whole.weight[~named]).all()
        validate(found.network)


def test_a_factor_of_one_changes_no_weight_and_the_given_brain_is_unchanged(compiled):
    source, target = connections(compiled)[0]
    before = compiled.network.weight.copy()
    assert (scale_weights(compiled, [WeightScaling(source, target, 1.0)]).network.weight == before).all()
    scale_weights(compiled, [WeightScaling(source, target, 0.0)])
    assert (compiled.network.weight == before).all()


def test_scalings_of_several_connections_are_independent(compiled):
    (a, b), (c, d) = connections(compiled)[:2]
    both = scale_weights(compiled, [WeightScaling(a, b, 0.5), WeightScaling(c, d, 0.25)])
    one = scale_weights(scale_weights(compiled, [WeightScaling(a, b, 0.5)]), [WeightScaling(c, d, 0.25)])
    assert (both.network.weight == one.network.weight).all()


def test_a_factor_of_zero_gives_the_spikes_of_a_lesion_of_the_connection(compiled):
    for source, target in connections(compiled):
        silent = scale_weights(compiled, [WeightScaling(source, target, 0.0)])
        if silent.network.weight[between(compiled, source, target)].any():
            continue  # a synapse that learns and whose least weight is not 0
        brains = (silent, lesion_connection(compiled, source, target))
        runs = [Brain(brain.network, seed=3, learning=False).run(200).spikes for brain in brains]
        assert np.array_equal(*runs)


@pytest.mark.parametrize("text", ["steering->head=0.25", " steering -> head = .25 "])
def test_parse_and_str_are_inverse(text):
    found = WeightScaling.parse(text)
    assert found == WeightScaling("steering", "head", 0.25)
    assert WeightScaling.parse(str(found)) == found


@pytest.mark.parametrize("text", ["", "steering", "steering->head", "steering=0.5", "a->b=x", "a->b->c=1"])
def test_a_text_of_another_form_is_an_error(text):
    with pytest.raises(InputError, match="expected from->to=factor"):
        WeightScaling.parse(text)


@pytest.mark.parametrize("factor", [-0.1, 1.1, math.nan, math.inf])
def test_a_factor_outside_0_to_1_is_an_error(factor):
    with pytest.raises(InputError, match="expected a number from 0 to 1"):
        WeightScaling("a", "b", factor)


def test_an_unknown_connection_is_an_error(compiled):
    source, target = connections(compiled)[0]
    with pytest.raises(UnknownNameError):
        scale_weights(compiled, [WeightScaling("nobody", target, 0.5)])
    with pytest.raises(InputError, match="to itself; expected two components"):
        scale_weights(compiled, [WeightScaling(source, source, 0.5)])
    unlinked = next(
        (a.name, b.name)
        for a in compiled.components
        for b in compiled.components
        if a is not b and not between(compiled, a.name, b.name).any()
    )
    with pytest.raises(InputError, match="no synapse leads"):
        scale_weights(compiled, [WeightScaling(*unlinked, 0.5)])
