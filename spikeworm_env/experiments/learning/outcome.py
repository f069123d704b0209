"""What a study shows: each condition's index at birth, on the way and at the end, and the claim's against it.

Brains are the sample: the tests of a brain at one eval_point are averaged first, and conditions are paired by
brain seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.experiments.learning.plan import EvalPoint, Plan
from spikeworm_env.experiments.learning.run_record import History, Test
from spikeworm_env.statistics import STATISTICS_SEED, Estimate, PairedTest
from spikeworm_env.trials.defaults import LEARNED

INDICES = ("ci_net", "ci_time")


@dataclass(frozen=True)
class Score:
    """One condition at one eval_point.

    Attributes:
        after_episode: how many lives lay behind the brains.
        marker: the odour that marked the food; None in an arena without.
        brains: how many.
        ci_net, ci_time: means over brains.
        lowest, highest: ``ci_net`` of the worst and the best brain.
        learned: share of brains with a ``ci_net`` above `LEARNED`.
    """

    after_episode: int
    marker: int | None
    brains: int
    ci_net: Estimate
    ci_time: Estimate
    lowest: float
    highest: float
    learned: float


@dataclass(frozen=True)
class Contrast:
    """Two means of ``ci_net`` over the same brains.

    Attributes:
        difference: mean of the first less the second.
        p: two-sided paired permutation p, not corrected for the number of tests.
        dz: Cohen's dz; None where all differences are the same.
    """

    difference: float
    p: float
    dz: float | None


@dataclass(frozen=True)
class Relearning:
    """One condition about a flip of the marker.

    Attributes:
        after_episode: the life after which the marker flipped.
        before: ``ci_net`` before, with the marker that was valid then.
        dropped: the same brains, with the new marker.
        regained: with the new marker, before the next flip or after the last life.
        lives: how many lives lie between.
        share: mean of ``regained`` over mean of ``before``; None unless that is above 0.
    """

    after_episode: int
    before: Estimate
    dropped: Estimate
    regained: Estimate
    episodes: int
    share: float | None


@dataclass(frozen=True)
class Outcome:
    """One condition.

    Attributes:
        condition: its name.
        scores: the learning curve, those of extinction included.
        birth, end: before and after the lives of learning.
        gain: ``end`` against ``birth``; None below two brains.
        claim: the claim's end less this one's; None for the claim itself and below two brains.
        relearning: about every flip.
    """

    condition: str
    scores: tuple[Score, ...]
    birth: Score
    end: Score
    gain: Contrast | None
    claim: Contrast | None
    relearning: tuple[Relearning, ...]

    def to_json(self) -> dict[str, Any]:
        """The outcome as JSON types."""
        return asdict(self)


def outcomes(plan: Plan, histories: Sequence[History]) -> tuple[Outcome, ...]:
    """One for each condition, in the order in which they come.

    Args:
        plan: what all went through.
        histories: of the same brains under each condition.
    """
    conditions = dict.fromkeys(history.condition for history in histories)
    parts = {name: [each for each in histories if each.condition == name] for name in conditions}
    claimed = brain_means(parts[TREATMENT], last_eval_point(plan), "ci_net")
    return tuple(_outcome(plan, name, own, claimed) for name, own in parts.items())


def _outcome(plan: Plan, name: str, own: Sequence[History], claimed: NDArray[np.float64]) -> Outcome:
    eval_points = list(plan.eval_points(name))
    birth, end = eval_points[0], last_eval_point(plan)
    there, then = brain_means(own, end, "ci_net"), brain_means(own, birth, "ci_net")
    return Outcome(
        condition=name,
        scores=tuple(_score(own, eval_point) for eval_point in eval_points),
        birth=_score(own, birth),
        end=_score(own, end),
        gain=_contrast(there, then),
        claim=None if name == TREATMENT else _contrast(claimed, there),
        relearning=tuple(_relearning(plan, own, flip) for flip in plan.flips),
    )


def last_eval_point(plan: Plan) -> EvalPoint:
    return EvalPoint(plan.episodes, plan.trial_of(plan.episodes))


def brain_means(histories: Sequence[History], eval_point: EvalPoint, index: str) -> NDArray[np.float64]:
    """(brains,) the index of each, averaged over the tests of a eval_point."""

    def belongs(test: Test) -> bool:
        return (test.after_episode, test.marker) == (eval_point.after_episode, eval_point.trial.marker)

    return np.array(
        [np.mean([getattr(test, index) for test in history.tests if belongs(test)]) for history in histories]
    )


def _score(histories: Sequence[History], eval_point: EvalPoint) -> Score:
    net = brain_means(histories, eval_point, "ci_net")
    return Score(
        after_episode=eval_point.after_episode,
        marker=eval_point.trial.marker,
        brains=len(histories),
        ci_net=_estimate(net),
        ci_time=_estimate(brain_means(histories, eval_point, "ci_time")),
        lowest=float(net.min()),
        highest=float(net.max()),
        learned=float(np.mean(net > LEARNED)),
    )


def _relearning(plan: Plan, histories: Sequence[History], flip: int) -> Relearning:
    until = min([later for later in plan.flips if later > flip], default=plan.episodes)
    new = plan.trial_of(flip + 1)
    before, dropped, regained = (
        _estimate(brain_means(histories, eval_point, "ci_net"))
        for eval_point in (EvalPoint(flip, plan.trial_of(flip)), EvalPoint(flip, new), EvalPoint(until, new))
    )
    return Relearning(
        after_episode=flip,
        before=before,
        dropped=dropped,
        regained=regained,
        episodes=until - flip,
        share=regained.mean / before.mean if before.mean > 0 else None,
    )


def _estimate(sample: NDArray[np.float64]) -> Estimate:
    return Estimate.of(sample, np.random.default_rng(STATISTICS_SEED))


def _contrast(first: NDArray[np.float64], second: NDArray[np.float64]) -> Contrast | None:
    if len(first) < 2:
        return None
    test = PairedTest.of(first, second, np.random.default_rng(STATISTICS_SEED))
    return Contrast(float(np.mean(first - second)), test.p, test.dz)
