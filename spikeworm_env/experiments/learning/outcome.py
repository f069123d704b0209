"""Results of a study: the index of each condition before, during and after training, and paired tests.

Brains are the sample: the trials of one evaluation of a brain are averaged first, and conditions are paired
by brain seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.experiments.learning import LEARNED_CI_NET
from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.experiments.learning.plan import EvalPoint, Plan
from spikeworm_env.experiments.learning.run_record import EvaluationResult, RunRecord
from spikeworm_env.files import json_types
from spikeworm_env.statistics import STATISTICS_SEED, Estimate, PairedTest

INDICES = ("ci_net", "ci_time")


@dataclass(frozen=True)
class Score:
    """One condition in one evaluation.

    Attributes:
        after_episode: training episodes before it.
        marker: the odour that marked the food; None in an arena without markers.
        brains: how many.
        ci_net, ci_time: means over brains.
        lowest, highest: the range of ``ci_net`` over brains.
        learned: share of brains with a ``ci_net`` above `LEARNED_CI_NET`.
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
    """One condition before and after a flip of the marker.

    Attributes:
        after_episode: the episode after which the marker flipped.
        before: ``ci_net`` before the flip, with the old marker.
        dropped: ``ci_net`` at once after it, with the new marker.
        regained: with the new marker, before the next flip or after the last learning episode.
        episodes: episodes between ``dropped`` and ``regained``.
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
        scores: the learning curve, extinction included.
        before, after: before and after the learning episodes.
        gain: ``after`` less ``before``; None below two brains.
        treatment_effect: ``after`` of the treatment less that of this condition; None for the treatment
            itself and below two brains.
        relearning: one for each flip.
    """

    condition: str
    scores: tuple[Score, ...]
    before: Score
    after: Score
    gain: Contrast | None
    treatment_effect: Contrast | None
    relearning: tuple[Relearning, ...]

    def to_json(self) -> dict[str, Any]:
        """The outcome as JSON types."""
        return json_types(asdict(self))


def outcomes(plan: Plan, runs: Sequence[RunRecord]) -> tuple[Outcome, ...]:
    """One for each condition, in the order in which they come.

    Args:
        plan: of all runs.
        runs: of the same brains under each condition.
    """
    conditions = dict.fromkeys(run.condition for run in runs)
    parts = {name: [run for run in runs if run.condition == name] for name in conditions}
    treated = brain_means(parts[TREATMENT], last_eval_point(plan), "ci_net")
    return tuple(_outcome(plan, name, own, treated) for name, own in parts.items())


def _outcome(plan: Plan, name: str, own: Sequence[RunRecord], treated: NDArray[np.float64]) -> Outcome:
    eval_points = list(plan.eval_points(name))
    first, last = eval_points[0], last_eval_point(plan)
    before, after = brain_means(own, first, "ci_net"), brain_means(own, last, "ci_net")
    return Outcome(
        condition=name,
        scores=tuple(_score(own, eval_point) for eval_point in eval_points),
        before=_score(own, first),
        after=_score(own, last),
        gain=_contrast(after, before),
        treatment_effect=None if name == TREATMENT else _contrast(treated, after),
        relearning=tuple(_relearning(plan, own, flip) for flip in plan.flips),
    )


def last_eval_point(plan: Plan) -> EvalPoint:
    """The evaluation after the learning episodes."""
    return EvalPoint(plan.episodes, plan.trial_of(plan.episodes))


def brain_means(runs: Sequence[RunRecord], eval_point: EvalPoint, index: str) -> NDArray[np.float64]:
    """(brains,) an index of each brain, averaged over the trials of one evaluation."""

    def belongs(found: EvaluationResult) -> bool:
        return (found.after_episode, found.marker) == (eval_point.after_episode, eval_point.trial.marker)

    return np.array(
        [np.mean([getattr(found, index) for found in run.evaluations if belongs(found)]) for run in runs]
    )


def _score(runs: Sequence[RunRecord], eval_point: EvalPoint) -> Score:
    net = brain_means(runs, eval_point, "ci_net")
    return Score(
        after_episode=eval_point.after_episode,
        marker=eval_point.trial.marker,
        brains=len(runs),
        ci_net=_estimate(net),
        ci_time=_estimate(brain_means(runs, eval_point, "ci_time")),
        lowest=float(net.min()),
        highest=float(net.max()),
        learned=float(np.mean(net > LEARNED_CI_NET)),
    )


def _relearning(plan: Plan, runs: Sequence[RunRecord], flip: int) -> Relearning:
    until = min([later for later in plan.flips if later > flip], default=plan.episodes)
    new = plan.trial_of(flip + 1)
    before, dropped, regained = (
        _estimate(brain_means(runs, eval_point, "ci_net"))
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
