"""Agents against each other: every pair once, and corrected for how many pairs there are."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from spikeworm_env.experiments.comparison.pairs import pairs_of
from spikeworm_env.experiments.comparison.summary import ResultTable
from spikeworm_env.trials.provenance import AS_NAMED

N = 10


@pytest.fixture(scope="module")
def pairs():
    """Three agents on ten seeds: alike but for noise, save one that is a little better."""
    rng = np.random.default_rng(4)
    tables = {
        name: ResultTable(
            [
                SimpleNamespace(seed=k, ci_time=mean + x, trial="default", provenance=AS_NAMED)
                for k, x in enumerate(rng.normal(0, 0.1, N))
            ],
            1,
        )
        for name, mean in (("a", 0.5), ("b", 0.5), ("c", 0.66))
    }
    return tables, pairs_of(tables, list(tables))


def test_every_two_agents_are_a_pair_once(pairs):
    tables, found = pairs
    assert [(pair.agent, pair.other) for pair in found] == list(combinations(tables, 2))
    for pair in found:
        mine, theirs = (tables[name].per_seed("ci_time") for name in (pair.agent, pair.other))
        assert pair.n == N and pair.difference == pytest.approx((mine - theirs).mean())


def test_p_is_exact_over_all_signs_of_the_differences(pairs):
    """The p over all 2^10 signs of the differences, computed directly."""
    tables, found = pairs
    signs = 1.0 - 2.0 * ((np.arange(2**N)[:, None] >> np.arange(N)) & 1)
    for pair in found:
        difference = tables[pair.agent].per_seed("ci_time") - tables[pair.other].per_seed("ci_time")
        means = np.abs(signs @ difference)
        assert pair.p == pytest.approx((means >= means[0] - 1e-12).mean(), abs=1e-9)


def test_holm_multiplies_each_p_by_the_number_of_remaining_tests(pairs):
    """Holm 1979: 3, 2 and 1 times, never above 1 and never below that of a smaller p."""
    _, found = pairs
    ordered = sorted(found, key=lambda pair: pair.p)
    least = 0.0
    for factor, pair in zip((3, 2, 1), ordered, strict=True):
        least = max(least, min(1.0, factor * pair.p))
        assert pair.p_holm == pytest.approx(least)
    assert ordered[0].p < 0.2 and ordered[0].p_holm == pytest.approx(3 * ordered[0].p)
