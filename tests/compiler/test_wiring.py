"""Which pairs become synapses, held against loops that are too simple to be wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spikeworm_env.compiler.json_fields import SynapseSpec
from spikeworm_env.compiler.wiring import SynapseTable, bernoulli, draw_weights, pairs_within


@st.composite
def groups(draw):
    """((g, i), (g, j)) ids that may overlap, none twice within a row."""
    g, i, j = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(1, 5))
    row = st.permutations(range(8))
    sources = [draw(row)[:i] for _ in range(g)]
    targets = [draw(row)[:j] for _ in range(g)]
    return np.array(sources), np.array(targets)


@given(groups())
def test_every_source_meets_every_target_of_its_group_but_itself(ends):
    sources, targets = ends
    pairs = pairs_within(sources, targets, 1.0, False, np.random.default_rng(0))
    expected = [
        (s, t, g)
        for g in range(len(sources))
        for s in sources[g].tolist()
        for t in targets[g].tolist()
        if s != t
    ]
    assert list(zip(*(column.tolist() for column in pairs), strict=True)) == expected


@given(groups())
def test_an_undirected_pair_is_made_once(ends):
    sources, targets = ends
    pairs = pairs_within(sources, targets, 1.0, True, np.random.default_rng(0))
    made = [frozenset(pair) for pair in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)]
    expected = {
        frozenset((s, t))
        for g in range(len(sources))
        for s in sources[g].tolist()
        for t in targets[g].tolist()
        if s != t
    }
    assert len(made) == len(set(made))
    assert set(made) == expected


@given(total=st.integers(0, 3000), probability=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_trials_succeed_in_order_and_at_most_once(total, probability, seed):
    hits = bernoulli(total, probability, np.random.default_rng(seed))
    assert (np.diff(hits) > 0).all()
    assert hits.size == 0 or (hits[0] >= 0 and hits[-1] < total)
    if probability == 1:
        assert hits.size == total


@pytest.mark.parametrize("probability", [0.001, 0.05, 0.5, 0.97])
def test_trials_succeed_with_the_given_probability(probability):
    rng = np.random.default_rng(1)
    rounds, total = 3000, 200
    successes = np.zeros(total)
    numbers = []
    for _ in range(rounds):
        hits = bernoulli(total, probability, rng)
        successes[hits] += 1
        numbers.append(hits.size)
    deviation = np.sqrt(probability * (1 - probability) / rounds)
    # 200 trials, first to last alike; and the number of successes is binomial, not merely right on average
    assert np.abs(successes / rounds - probability).max() < 5 * deviation + 1e-3
    assert np.var(numbers) == pytest.approx(total * probability * (1 - probability), rel=0.15)


def test_random_weights_keep_mean_spread_and_sign():
    weights = draw_weights(SynapseSpec(weight=-4, weight_sd=1), 100_000, np.random.default_rng(0))
    assert weights.mean() == pytest.approx(-4, abs=0.02)
    assert weights.std() == pytest.approx(1, abs=0.02)
    wild = draw_weights(SynapseSpec(weight=-4, weight_sd=40), 10_000, np.random.default_rng(0))
    assert wild.max() == pytest.approx(-0.05 * 4)


def test_random_weights_of_a_type_that_learns_stay_in_its_bounds():
    spec = SynapseSpec(weight=8, weight_sd=4, type="plastic")
    weights = draw_weights(spec, 1000, np.random.default_rng(0))
    assert weights.min() > 0 and weights.max() == 10


def test_equal_parameters_share_a_class():
    table, rng = SynapseTable(), np.random.default_rng(0)
    pairs = pairs_within(np.array([[0, 1]]), np.array([[2]]), 1.0, False, rng)
    table.add(SynapseSpec(weight=1, type="plastic"), pairs, "a", rng)
    table.add(
        SynapseSpec(weight=2, type="plastic", parameters={"w_max": 10, "tau_plus": 20.0}), pairs, "b", rng
    )
    table.add(SynapseSpec(weight=-2, type="plastic"), pairs, "c", rng)  # mirrored bounds: another class
    table.add(SynapseSpec(weight=2), pairs, "a", rng)
    columns = table.columns()
    assert [(c.type, c.parameters.get("w_min")) for c in table.classes] == [
        ("plastic", 0),
        ("plastic", -10),
        ("fixed", None),
    ]
    assert columns.synapse_class.tolist() == [0, 0, 0, 0, 1, 1, 2, 2]
    assert columns.origin.tolist() == [0, 0, 1, 1, 2, 2, 0, 0]
    assert columns.delay.tolist() == [1] * 8
