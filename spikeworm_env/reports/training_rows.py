"""The training of a brain in the order of time: rows of tables, and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.compiler.training_record import EvaluationSeries, TrainingEpisode, evaluation_series
from spikeworm_env.experiments.learning.weight_changes import changes_by_origin
from spikeworm_env.frames import figure

BEFORE_TRAINING = "start"
TRAINING_COLUMNS = ("episode", "seed", "ci_net", "held out", "reward", "weight change")


class Row(NamedTuple):
    """An episode, or the evaluation at the start of a training.

    Attributes:
        episodes_done: number of episodes by then.
        episode: the last of them; None at the start of a training.
        series: the evaluations of the training; None if there are none.
    """

    episodes_done: int
    episode: TrainingEpisode | None
    series: EvaluationSeries | None

    @property
    def name(self) -> str:
        """The number of episodes, or ``start``."""
        return str(self.episodes_done) if self.episodes_done else BEFORE_TRAINING

    @property
    def held_out(self) -> float | None:
        """Mean ``ci_net`` of the evaluation with learning off; None if there was none."""
        return None if self.series is None else self.series.index(self.episodes_done)


def rows_of(compiled: CompiledBrain) -> Iterator[Row]:
    """The rows of a brain's training in the order of time."""
    every, current = evaluation_series(compiled.evaluations), None
    for episodes_done, episode in enumerate((None, *compiled.episodes)):
        if episode is not None:
            yield Row(episodes_done, episode, current)
        for series in every:
            if series.first_episode == episodes_done:
                current = series
                yield Row(episodes_done, None, series)


def training_rows(compiled: CompiledBrain) -> Iterator[list[str]]:
    """The cells of each row under `TRAINING_COLUMNS`."""
    for row in rows_of(compiled):
        episode, held_out = row.episode, figure(row.held_out)
        if episode is None:
            yield [row.name, "", "", held_out, "", ""]
        else:
            change = figure(episode.largest_change, 3)
            ci_net, reward = figure(episode.ci_net), figure(episode.rpe_sum)
            yield [row.name, str(episode.seed), ci_net, held_out, reward, change]


def history_as_json(compiled: CompiledBrain) -> dict[str, Any]:
    """Episodes, evaluations and changes of weights, as JSON types."""
    experience = compiled.network.experience
    return {
        "brain_conditions": list(brain_conditions(compiled)),
        "age_ticks": None if experience is None else experience.age,
        "episodes": [asdict(episode) for episode in compiled.episodes],
        "evaluations": [asdict(test) for test in compiled.evaluations],
        "held_out": [
            {
                "training": series.training,
                "episode": episode,
                "trial": series.evaluations[0].trial,
                "seconds": series.evaluations[0].seconds,
                "trials": len(found),
                "ci_net": series.index(episode),
            }
            for series in evaluation_series(compiled.evaluations)
            for episode, found in series.by_episode.items()
        ],
        "learned": [asdict(part) for part in changes_by_origin(compiled)],
    }
