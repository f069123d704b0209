"""Intervals, tests and effect sizes against facts that do not come from scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.errors import InputError
from spikeworm_env.statistics import (
    MIN_TRIALS,
    Estimate,
    PairedTest,
    bca_interval,
    by_trial_seed,
    cohens_dz,
    interquartile_mean,
    kaplan_meier_median,
    paired_permutation_p,
    probability_of_improvement,
)

samples = st.lists(st.floats(-1, 1, width=32), min_size=MIN_TRIALS, max_size=40)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_interval_of_a_normal_sample_is_near_the_t_interval() -> None:
    sample = rng(3).normal(0.5, 0.2, 40)
    half = 2.0227 * sample.std(ddof=1) / np.sqrt(40)  # t(0.975, 39 degrees of freedom)
    low, high = bca_interval(sample, rng())
    assert low == pytest.approx(sample.mean() - half, abs=0.15 * half)
    assert high == pytest.approx(sample.mean() + half, abs=0.15 * half)


def test_interval_of_a_skewed_sample_leans_to_the_long_tail() -> None:
    sample = rng(5).lognormal(0, 1, 40)
    low, high = bca_interval(sample, rng())
    assert high - sample.mean() > 1.1 * (sample.mean() - low)


@settings(deadline=None)
@given(samples)
def test_interval_holds_the_mean_of_any_sample(sample: list[float]) -> None:
    low, high = bca_interval(sample, rng())
    slack = 1e-9
    assert low - slack <= np.mean(sample) <= high + slack
    assert min(sample) - slack <= low <= high <= max(sample) + slack


@pytest.mark.parametrize("sample", [[0.3] * 12, [0.1 + 0.2, 0.3] * 6, [0.0] * 10])
def test_interval_of_equal_numbers_is_that_number(sample: list[float]) -> None:
    assert bca_interval(sample, rng()) == pytest.approx((sample[0], sample[0]))


def test_interval_is_refused_below_ten() -> None:
    with pytest.raises(InputError, match="trials is 9; expected at least 10 for an interval"):
        bca_interval(np.arange(9.0), rng())
    few = Estimate.of(np.arange(9.0), rng())
    assert (few.mean, few.low, few.high) == (4.0, None, None)


def test_interval_repeats_with_the_same_generator_seed() -> None:
    sample = rng(8).normal(size=25)
    assert Estimate.of(sample, rng(1)) == Estimate.of(sample, rng(1))
    assert Estimate.of(sample, rng(1)) != Estimate.of(sample, rng(2))


def test_interquartile_mean_ignores_the_outer_quarters() -> None:
    assert interquartile_mean([-900, 1, 2, 3, 4, 5, 6, 1000]) == 3.5


def test_p_of_few_pairs_counts_every_signing() -> None:
    agent, control = np.array([0.6, 0.7, 0.2, 0.9, 0.5, 0.8]), np.array([0.1, 0.9, 0.1, 0.2, 0.45, 0.3])
    difference = agent - control
    signings = [np.dot(signs, difference) for signs in itertools.product([1, -1], repeat=6)]
    one_sided = np.mean(np.array(signings) >= difference.sum() - 1e-12)
    assert paired_permutation_p(agent, control, rng()) == pytest.approx(2 * one_sided)


def test_p_is_small_for_a_clear_difference_and_never_zero() -> None:
    control = rng(2).normal(0, 0.3, 40)
    assert 0 < paired_permutation_p(control + 0.8, control, rng()) <= 1e-3


def test_p_is_one_where_nothing_differs() -> None:
    assert paired_permutation_p([0.5] * 40, [0.5] * 40, rng()) == 1.0


def test_p_uses_the_pairs() -> None:
    seeds = rng(6).normal(0, 10, 30)  # arenas differ far more than agents
    assert paired_permutation_p(seeds + 0.1 + rng(7).normal(0, 0.05, 30), seeds, rng()) < 0.001


def test_dz_is_mean_over_spread_of_the_differences() -> None:
    assert cohens_dz([1, 2, 3, 4, 5], [0, 0, 0, 0, 0]) == pytest.approx(3 / np.sqrt(2.5))
    assert cohens_dz([0, 0, 0, 0, 0], [1, 2, 3, 4, 5]) == pytest.approx(-3 / np.sqrt(2.5))
    assert cohens_dz([1, 2, 3], [0, 1, 2]) is None


def test_improvement_is_the_share_of_seeds_won_with_half_the_ties() -> None:
    assert probability_of_improvement([1, 2, 3, 4], [0, 2, 9, 1]) == (1 + 0.5 + 0 + 1) / 4


@settings(deadline=None)
@given(samples)
def test_agent_and_control_exchanged_mirror_the_figures(sample: list[float]) -> None:
    control = np.linspace(-1, 1, len(sample))
    there, back = PairedTest.of(sample, control, rng()), PairedTest.of(control, sample, rng())
    assert there.improvement == pytest.approx(1 - back.improvement)
    assert there.p == pytest.approx(back.p, abs=0.03)  # another draw of signings
    assert (there.dz is None and back.dz is None) or there.dz == pytest.approx(-back.dz)


def test_brains_are_averaged_within_a_trial_seed() -> None:
    assert by_trial_seed([[0.0, 1.0, 2.0], [1.0, 1.0, 4.0]]).tolist() == [0.5, 1.0, 3.0]


@pytest.mark.parametrize("sample", [[], [0.1, float("nan")] * 8, [[0.1, 0.2]]])
def test_sample_that_is_not_a_list_of_finite_numbers_is_refused(sample: list) -> None:
    with pytest.raises(InputError, match="finite numbers"):
        Estimate.of(sample, rng())


def test_samples_of_unequal_length_are_no_pairs() -> None:
    with pytest.raises(InputError, match="length of a paired sample is 2; expected 3"):
        cohens_dz([1, 2, 3], [1, 2])


NEVER = math.nan


@pytest.mark.parametrize(
    ("times", "ends", "median"),
    [
        ([1.0, 2.0, 3.0], [9.0] * 3, 2.0),
        ([1.0, 2.0, 3.0, 4.0], [9.0] * 4, 2.0),  # S falls to exactly 0.5 at 2
        ([1.0, NEVER, 3.0, NEVER], [9.0] * 4, 3.0),
        ([1.0, NEVER, NEVER], [9.0] * 3, None),
        ([NEVER, NEVER], [9.0] * 2, None),
        ([0.0], [9.0], 0.0),
        # one is censored at 2.5: at risk 4, 3, 1, so S = 3/4, 1/2, 0
        ([1.0, 2.0, NEVER, 3.0], [9.0, 9.0, 2.5, 9.0], 2.0),
        # two are censored at 1.5: at risk 5, then 2, so S = 4/5, 2/5
        ([1.0, NEVER, NEVER, NEVER, 2.0], [9.0, 1.5, 1.5, 9.0, 9.0], 2.0),
        # the same, censored at the end: S = 4/5, 3/5
        ([1.0, NEVER, NEVER, NEVER, 2.0], [9.0] * 5, None),
        # Freireich et al. 1963, remission under 6-mercaptopurine, weeks: the median is 23
        (
            [6, 6, 6, 7, 10, 13, 16, 22, 23, *[NEVER] * 12],
            [*[99] * 9, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
            23.0,
        ),
    ],
)
def test_kaplan_meier_median_counts_those_without_the_event(times, ends, median) -> None:
    assert kaplan_meier_median(times, ends) == median


@pytest.mark.parametrize(
    ("times", "ends"), [([1.0], [2.0, 3.0]), ([], []), ([1.0], [math.inf]), ([5.0], [4.0])]
)
def test_kaplan_meier_median_refuses_times_that_cannot_be(times, ends) -> None:
    with pytest.raises(InputError):
        kaplan_meier_median(times, ends)
