"""The reward pathway: what of the environment's reward reaches the brain, and when."""

from __future__ import annotations

from spikeworm_env.compiler.brain import RewardRule
from spikeworm_env.kernels.elementary import expm1
from spikeworm_env.world.scale import TICK_S

TICKS_PER_MS = 1e-3 / TICK_S


class RewardPathway:
    """Sums reward over an interval and hands it on as surprise.

    With R the reward of the interval and B its running mean,

        r = gain · f(R − B),   f(x) = x (mode magnitude) or sign(x) (mode sign)
        B ← B + (1 − exp(−interval / tau)) (R − B);   without a baseline B = 0

    Args:
        rule: interval, mode, gain and baseline, from the recipe.
    """

    def __init__(self, rule: RewardRule) -> None:
        self._rule = rule
        self._interval = max(1, round(rule.interval_ms * TICKS_PER_MS))
        self.reset()

    def reset(self) -> None:
        """Forget the sum and the baseline."""
        self._sum, self._ticks, self._baseline = 0.0, 0, 0.0

    def __call__(self, reward: float, ticks: int) -> float | None:
        """Take a step's reward; returns what the brain is given now, or None before the interval ends.

        A step that is longer than the interval ends one delivery, for all the intervals that it covers.
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

    def _adaptation(self, intervals: int) -> float:
        """The share of a surprise that the baseline takes in over so many intervals."""
        tau = self._rule.baseline_tau_s
        return -expm1(-intervals * self._rule.interval_ms * 1e-3 / tau) if tau > 0 else 0.0
