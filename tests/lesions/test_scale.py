"""A weakened brain differs from the whole one by what was asked for, and by nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import validate
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.lesion import connections, without_connection
from spikeworm_env.lesions.scale import WeightScaling, scaled


def between(compiled, source, target):
    """(m,) the synapses from one component to another, and gap junctions back, one by one."""
    names = [record.name for record in compiled.components]
    network, found = compiled.network, []
    for a, b, gap in zip(network.source, network.target, compiled.electrical, strict=True):
        ends = (names[compiled.component[a]], names[compiled.component[b]])
        found.append(ends == (source, target) or (gap and ends == (target, source)))
    return np.array(found)


def test_only_the_named_connection_is_weaker_and_by_that_share(compiled):
    for source, target in connections(compiled):
        named = between(compiled, source, target)
        found = scaled(compiled, [WeightScaling(source, target, 0.5)])
        whole, low = compiled.network, [c.parameters.get("w_min", -np.inf) for c in compiled.network.classes]
        free = named & (0.5 * whole.weight > np.array(low)[whole.synapse_class])
        assert named.any()
        assert found.network.weight[free] == pytest.approx(0.5 * whole.weight[free])
        assert (found.network.weight[~named] == whole.weight[~named]).all()
        validate(found.network)


def test_a_share_of_one_changes_nothing_and_the_original_is_left_alone(compiled):
    source, target = connections(compiled)[0]
    before = compiled.network.weight.copy()
    assert (scaled(compiled, [WeightScaling(source, target, 1.0)]).network.weight == before).all()
    scaled(compiled, [WeightScaling(source, target, 0.0)])
    assert (compiled.network.weight == before).all()


def test_weakenings_add_up(compiled):
    (a, b), (c, d) = connections(compiled)[:2]
    both = scaled(compiled, [WeightScaling(a, b, 0.5), WeightScaling(c, d, 0.25)])
    one = scaled(scaled(compiled, [WeightScaling(a, b, 0.5)]), [WeightScaling(c, d, 0.25)])
    assert (both.network.weight == one.network.weight).all()


def test_silenced_it_spikes_as_if_the_connection_were_cut(compiled):
    for source, target in connections(compiled):
        silent = scaled(compiled, [WeightScaling(source, target, 0.0)])
        if silent.network.weight[between(compiled, source, target)].any():
            continue  # a synapse that learns and whose least weight is not 0
        brains = (silent, without_connection(compiled, source, target))
        runs = [Brain(brain.network, seed=3, learning=False).run(200).spikes for brain in brains]
        assert np.array_equal(*runs)


@pytest.mark.parametrize("text", ["steering->head=0.25", " steering -> head = .25 "])
def test_a_weakening_is_written_as_it_is_read(text):
    found = WeightScaling.parse(text)
    assert found == WeightScaling("steering", "head", 0.25)
    assert WeightScaling.parse(str(found)) == found


@pytest.mark.parametrize("text", ["", "steering", "steering->head", "steering=0.5", "a->b=x", "a->b->c=1"])
def test_anything_else_is_refused(text):
    with pytest.raises(InputError, match="expected from->to=share"):
        WeightScaling.parse(text)


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan, math.inf])
def test_a_share_lies_between_nothing_and_all(share):
    with pytest.raises(InputError, match="no share from 0 to 1"):
        WeightScaling("a", "b", share)


def test_what_the_brain_does_not_have_is_refused(compiled):
    source, target = connections(compiled)[0]
    with pytest.raises(UnknownNameError):
        scaled(compiled, [WeightScaling("nobody", target, 0.5)])
    with pytest.raises(InputError, match="not from"):
        scaled(compiled, [WeightScaling(source, source, 0.5)])
    unlinked = next(
        (a.name, b.name)
        for a in compiled.components
        for b in compiled.components
        if a is not b and not between(compiled, a.name, b.name).any()
    )
    with pytest.raises(InputError, match="no synapse leads"):
        scaled(compiled, [WeightScaling(*unlinked, 0.5)])
