"""Statistics of comparisons: intervals, paired tests, effect sizes, median times.

Every function takes one number per trial seed. Several brains judged on the same seeds are averaged
within each seed first (`by_trial_seed`), because brains that share a seed are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from spikeworm_env.errors import InputError

MIN_TRIALS = 10  # fewer trials give no useful interval
CONFIDENCE = 0.95
RESAMPLES = 9_999
STATISTICS_SEED = 0  # every row resamples from the same stream, so that it does not depend on other rows


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval; ``low`` and ``high`` are None where there are too few trials for one."""

    mean: float
    low: float | None
    high: float | None
    iqm: float

    @classmethod
    def of(cls, sample: ArrayLike, rng: np.random.Generator, interval: bool = True) -> Estimate:
        """Mean, interval (if wanted, from `MIN_TRIALS` trials on) and interquartile mean of a sample (n,)."""
        values = _sample(sample)
        known = interval and len(values) >= MIN_TRIALS
        low, high = bca_interval(values, rng) if known else (None, None)
        return cls(float(values.mean()), low, high, interquartile_mean(values))


@dataclass(frozen=True)
class PairedTest:
    """An agent against its control on the same trial seeds.

    Attributes:
        p: two-sided permutation p.
        dz: Cohen's dz, None where every difference is the same.
        improvement: share of trial seeds on which the agent is better, ties counting half.
    """

    p: float
    dz: float | None
    improvement: float

    @classmethod
    def of(cls, agent: ArrayLike, control: ArrayLike, rng: np.random.Generator) -> PairedTest:
        """The three figures of two paired samples (n,)."""
        return cls(
            paired_permutation_p(agent, control, rng),
            cohens_dz(agent, control),
            probability_of_improvement(agent, control),
        )


def by_trial_seed(values: ArrayLike) -> NDArray[np.float64]:
    """(brains, trial seeds) → (trial seeds,): the mean over brains within each trial seed."""
    return np.asarray(values, dtype=np.float64).mean(axis=0)


def bca_interval(sample: ArrayLike, rng: np.random.Generator) -> tuple[float, float]:
    """The 95% bootstrap interval of a mean, bias-corrected and accelerated.

    Args:
        sample: (n,) one number per trial seed, n at least `MIN_TRIALS`.
        rng: draws the `RESAMPLES` resamples.

    Raises:
        InputError: fewer than `MIN_TRIALS` numbers, or one that is not finite.

    Source: Efron 1987, J. Am. Stat. Assoc. 82:171.
    """
    values = _sample(sample)
    if len(values) < MIN_TRIALS:
        raise InputError(f"trials is {len(values)}; expected at least {MIN_TRIALS} for an interval")
    if _is_constant(values):  # nothing to resample; scipy would return nan with a warning
        return float(values.mean()), float(values.mean())
    interval = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="BCa",
        random_state=rng,
    ).confidence_interval
    return float(interval.low), float(interval.high)


def interquartile_mean(sample: ArrayLike) -> float:
    """The mean of a sample (n,) without its lowest and highest quarter (rounded down).

    Source: Agarwal et al. 2021, NeurIPS 34:29304.
    """
    return float(stats.trim_mean(_sample(sample), 0.25))


def paired_permutation_p(agent: ArrayLike, control: ArrayLike, rng: np.random.Generator) -> float:
    """Two-sided p of the mean difference when the sign of each pair's difference is left to chance.

    Exact while 2**n is at most `RESAMPLES`, otherwise by that many random signings, the observed one
    counted among them; so p is never 0 and, with random signings, at least 2 / (`RESAMPLES` + 1).

    Args:
        agent, control: (n,) paired by trial seed.

    Raises:
        InputError: samples of unequal length, or a number that is not finite.
    """
    difference = _differences(agent, control)
    return float(
        stats.permutation_test(
            (difference,),
            np.mean,
            permutation_type="samples",
            n_resamples=RESAMPLES,
            vectorized=True,
            random_state=rng,
        ).pvalue
    )


def cohens_dz(agent: ArrayLike, control: ArrayLike) -> float | None:
    """Mean paired difference over the standard deviation of the differences; None where that is 0.

    Source: Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., p. 48.
    """
    difference = _differences(agent, control)
    if _is_constant(difference):
        return None
    return float(difference.mean() / difference.std(ddof=1))


def probability_of_improvement(agent: ArrayLike, control: ArrayLike) -> float:
    """Share of trial seeds on which the agent is better than its control, ties counting half.

    Source: Agarwal et al. 2021, NeurIPS 34:29304, with one trial seed as one task.
    """
    difference = _differences(agent, control)
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """(k,) p of a family of tests → adjusted p, so that all are below a level by chance as rarely as one.

    Source: Holm 1979, Scand. J. Stat. 6:65.
    """
    raw = np.asarray(p, dtype=np.float64)
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(raw.size, 0, -1))
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def kaplan_meier_median(times: ArrayLike, ends: ArrayLike) -> float | None:
    """The median time until an event that some subjects never had; None ("never") if less than half had it.

    The first time at which the Kaplan-Meier estimate of the share without the event is 0.5 or less.

    Args:
        times: (n,) when the event came; NaN where it never did.
        ends: (n,) until when each subject was watched, at which one without the event is censored.

    Raises:
        InputError: arrays of unequal length or empty, an end that is not finite, or an event after its end.

    Source: Kaplan & Meier 1958, J. Am. Stat. Assoc. 53:457.
    """
    event, end = np.asarray(times, dtype=np.float64), _sample(ends)
    if event.shape != end.shape:
        raise InputError(f"shape of times is {event.shape}; expected that of ends, {end.shape}")
    if (event > end + 1e-9).any():
        raise InputError("times: an event lies after the end of its trial; expected it before")
    without = 1.0
    for time in np.unique(event[np.isfinite(event)]):
        at_risk = np.where(np.isfinite(event), event, end) >= time
        without *= 1.0 - np.count_nonzero(event == time) / np.count_nonzero(at_risk)
        if without <= 0.5 + 1e-12:
            return float(time)
    return None


def _differences(agent: ArrayLike, control: ArrayLike) -> NDArray[np.float64]:
    first, second = _sample(agent), _sample(control)
    if len(first) != len(second):
        raise InputError(
            f"length of a paired sample is {len(second)}; expected {len(first)}, as of the other"
        )
    return first - second


def _is_constant(values: NDArray[np.float64]) -> bool:
    """Whether the numbers differ by no more than rounding."""
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def _sample(values: ArrayLike) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or len(sample) == 0 or not np.isfinite(sample).all():
        raise InputError(f"a sample is a list of finite numbers, not an array of shape {sample.shape}")
    return sample
