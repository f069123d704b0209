"""Tables of a study: every training episode, every evaluation, every group of weights, and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spikeworm_env.experiments.learning.run_record import RunRecord
from spikeworm_env.experiments.learning.study import Study
from spikeworm_env.files import csv_text, json_text, write_text

FILES = EPISODES_FILE, TESTS_FILE, WEIGHTS_FILE, SUMMARY_FILE = (
    "episodes.csv",
    "tests.csv",
    "weights.csv",
    "summary.json",
)


def write_tables(study: Study, folder: Path) -> list[Path]:
    """Write the four files, each whole; their paths.

    Raises:
        InputError: a file cannot be written.
    """
    texts = {
        EPISODES_FILE: csv_text(_episodes(study)),
        TESTS_FILE: csv_text(_tests(study)),
        WEIGHTS_FILE: csv_text(_weights(study)),
        SUMMARY_FILE: json_text(study.to_json()) + "\n",
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def _episodes(study: Study) -> Iterator[Mapping[str, Any]]:
    for run in study.runs:
        for episode in run.episodes:
            yield {
                **_key(run),
                "episode": episode.number,
                "trained_under": episode.condition,
                "trial": episode.trial,
                "marker": study.plan.trial_of(episode.number).marker,
                "trial_seed": episode.seed,
                "ticks": episode.ticks,
                "ci_net": episode.ci_net,
                "ci_time": episode.ci_time,
                "rpe_sum": episode.rpe_sum,
                "n_deliveries": episode.n_deliveries,
            }


def _tests(study: Study) -> Iterator[Mapping[str, Any]]:
    for run in study.runs:
        for evaluation in run.evaluations:
            yield {**_key(run), **vars(evaluation)}


def _weights(study: Study) -> Iterator[Mapping[str, Any]]:
    for run in study.runs:
        for row in run.weights.by_group():
            yield {
                **_key(run),
                **row.group._asdict(),
                **{name: value for name, value in row._asdict().items() if name != "group"},
            }


def _key(run: RunRecord) -> dict[str, Any]:
    return {"condition": run.condition, "brain_seed": run.brain_seed}
