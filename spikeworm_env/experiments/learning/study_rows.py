"""The runs of a study as rows: training episodes, evaluations and weights of every brain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.run_record import RunRecord


def episode_rows(plan: Plan, runs: Sequence[RunRecord]) -> Iterator[Mapping[str, Any]]:
    """One row for each training episode, extinction included."""
    for run in runs:
        for episode in run.episodes:
            yield {
                **_key(run),
                "episode": episode.number,
                "trained_under": episode.condition,
                "trial": episode.trial,
                "marker": plan.trial_of(episode.number).marker,
                "trial_seed": episode.seed,
                "ticks": episode.ticks,
                "ci_net": episode.ci_net,
                "ci_time": episode.ci_time,
                "rpe_sum": episode.rpe_sum,
                "n_deliveries": episode.n_deliveries,
            }


def evaluation_rows(_: Plan, runs: Sequence[RunRecord]) -> Iterator[Mapping[str, Any]]:
    """One row for each held-out trial with learning off."""
    for run in runs:
        for evaluation in run.evaluations:
            yield {**_key(run), **vars(evaluation)}


def weight_rows(_: Plan, runs: Sequence[RunRecord]) -> Iterator[Mapping[str, Any]]:
    """One row for each group of synapses, before and after the learning episodes."""
    for run in runs:
        for row in run.weights.by_group():
            yield {
                **_key(run),
                **row.group._asdict(),
                **{name: value for name, value in row._asdict().items() if name != "group"},
            }


def _key(run: RunRecord) -> dict[str, Any]:
    return {"condition": run.condition, "brain_seed": run.brain_seed}
