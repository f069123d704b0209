"""The statistics do what they promise: coverage, uniform p, and the figures of other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.coverage import coverage
from spikeworm_env.statistics import bca_interval, holm, paired_permutation_p


@pytest.mark.long
@pytest.mark.parametrize(("population", "least"), [("normal", 0.92), ("exponential", 0.88)])
def test_interval_of_forty_trials_holds_the_true_mean_often_enough(population: str, least: float) -> None:
    assert coverage(population, 400, seed=1) >= least


@pytest.mark.long
def test_p_is_uniform_where_nothing_differs() -> None:
    rng = np.random.default_rng(0)
    p = [paired_permutation_p(rng.exponential(size=11), rng.exponential(size=11), rng) for _ in range(400)]
    assert stats.kstest(p, "uniform").pvalue > 0.05
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.025)


def test_p_of_many_pairs_is_near_that_of_the_t_test() -> None:
    rng = np.random.default_rng(3)
    agent, control = rng.normal(0.15, 0.5, 40), rng.normal(0.0, 0.5, 40)
    found = paired_permutation_p(agent, control, rng)
    assert found == pytest.approx(stats.ttest_rel(agent, control).pvalue, abs=0.02)


def test_interval_is_that_of_arch() -> None:
    bootstrap = pytest.importorskip("arch.bootstrap")
    sample = np.random.default_rng(5).lognormal(0.0, 0.7, 40)
    other = bootstrap.IIDBootstrap(sample, seed=np.random.default_rng(1)).conf_int(
        np.mean, 9_999, method="bca"
    )
    width = float(other[1, 0] - other[0, 0])
    np.testing.assert_allclose(
        bca_interval(sample, np.random.default_rng(0)), other.ravel(), atol=0.03 * width
    )


def test_holm_of_a_worked_example() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    assert holm([]).size == 0
    assert holm([0.7, 0.8]).tolist() == [1.0, 1.0]
