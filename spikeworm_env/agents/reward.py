"""From the environment's reward to the reward that a brain receives: prediction error, then reward mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from spikeworm_env.compiler.compiled_brain import RewardRule
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.scale import TICK_S

TICKS_PER_MS = 1e-3 / TICK_S
REWARD_SEED = 2  # spawn key of the stream for random reward; receptors and membranes have others


class RewardPathway:
    """Sums reward over an interval and returns its reward prediction error (RPE).

    With R the reward of the interval and B its running mean,

        rpe = gain · f(R − B),   f(x) = x (mode magnitude) or sign(x) (mode sign)
        B ← B + (1 − exp(−interval / tau)) (R − B);   without a baseline B = 0

    Args:
        rule: interval, mode, gain and baseline, from the recipe.
    """

    def __init__(self, rule: RewardRule) -> None:
        self._rule = rule
        self._interval = max(1, round(rule.interval_ms * TICKS_PER_MS))
        self.reset()

    def reset(self) -> None:
        """Set the sum and the baseline to 0."""
        self._sum, self._ticks, self._baseline = 0.0, 0, 0.0

    def __call__(self, reward: float, ticks: int) -> float | None:
        """Add the reward of a step; returns the RPE at the end of an interval, else None.

        A step that is longer than the interval gives one RPE, for all the intervals that it covers.
        """
        self._sum += reward
        self._ticks += ticks
        passed, rest = divmod(self._ticks, self._interval)
        if passed == 0:
            return None
        rpe = self._sum - self._baseline
        self._baseline += self._adaptation(passed) * rpe
        self._sum, self._ticks = 0.0, rest
        if self._rule.mode == "sign":
            rpe = float((rpe > 0) - (rpe < 0))
        return self._rule.gain * rpe

    def steps_left(self, ticks: int) -> int:
        """Steps of so many ticks until an interval ends."""
        return max(1, -(-(self._interval - self._ticks) // ticks))

    def _adaptation(self, intervals: int) -> float:
        """The share of the error by which the baseline moves in that many intervals."""
        tau = self._rule.baseline_tau_s
        return -expm1(-intervals * self._rule.interval_ms * 1e-3 / tau) if tau > 0 else 0.0


class RewardMode(Protocol):
    """Called with each RPE, in order; returns the reward that is delivered to the brain instead."""

    def __call__(self, rpe: float) -> float: ...


def normal(rng: np.random.Generator) -> RewardMode:
    """The RPE itself."""
    return _same


def none(rng: np.random.Generator) -> RewardMode:
    """No reward: 0 each time."""
    return _nothing


def inverted(rng: np.random.Generator) -> RewardMode:
    """The RPE with the opposite sign."""
    return _opposite


def random(rng: np.random.Generator) -> RewardMode:
    """One of the RPEs so far, drawn with equal chances: the same values, unrelated to behaviour."""
    return _Drawn(rng)


def replay(rpes: Iterable[float]) -> RewardMode:
    """The RPEs of another worm, in their order (yoked control); 0 after the last."""
    return _Replayed(rpes)


def _same(rpe: float) -> float:
    return rpe


def _opposite(rpe: float) -> float:
    return -rpe


def _nothing(rpe: float) -> float:
    return 0.0


class _Drawn:  # a class, not a closure, so that agents can be copied and pickled
    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._past: list[float] = []

    def __call__(self, rpe: float) -> float:
        self._past.append(rpe)
        return self._past[self._rng.integers(len(self._past))]


class _Replayed:
    def __init__(self, rpes: Iterable[float]) -> None:
        self._others = iter(tuple(rpes))

    def __call__(self, rpe: float) -> float:
        return next(self._others, 0.0)


REWARD_MODES: Mapping[str, Callable[[np.random.Generator], RewardMode]] = MappingProxyType(
    {make.__name__: make for make in (normal, none, inverted, random)}
)
"""Name → function that makes the mode for one trial from a random generator."""
