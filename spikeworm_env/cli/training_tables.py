"""The training of a brain as tables, as JSON and as a figure: its episodes and what they have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from spikeworm_env.cli.screen import figure, print_table, print_text, screen

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.training_record import EvaluationSeries, TrainingEpisode

BEFORE_TRAINING = "start"
HEADS = ("episode", "seed", "ci_net", "held out", "-1      0     +1", "reward", "weight change")
WIDTHS = (7, 7, 7, 9, 17, 9, 14)
SCALE_COLUMNS = 15  # odd, so that 0 is in the middle
SCALE = 4  # place of the scale in a row
LEFT_OUT = (SCALE, 5, 1, 6, 2)  # places of a row, in the order in which a narrow screen leaves them out


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
    from spikeworm_env.compiler.training_record import evaluation_series

    every, current = evaluation_series(compiled.evaluations), None
    for episodes_done, episode in enumerate((None, *compiled.episodes)):
        if episode is not None:
            yield Row(episodes_done, episode, current)
        for series in every:
            if series.first_episode == episodes_done:
                current = series
                yield Row(episodes_done, None, series)


class Curve:
    """A row for each episode, printed when the episode ends.

    Args:
        tested: whether there are evaluations; without them the dot shows the episode's own index.
    """

    def __init__(self, tested: bool) -> None:
        self._tested = tested
        self._shown: int | None = None

    def show(self, compiled: CompiledBrain) -> None:
        """Print the rows that have not been shown yet."""
        if self._shown is None:
            self._print(*HEADS)
            self._shown = 0
        rows = list(rows_of(compiled))
        for row in rows[self._shown :]:
            self._row(row)
        self._shown = len(rows)

    def _row(self, row: Row) -> None:
        episode, held_out = row.episode, row.held_out
        if episode is None:
            on = "" if row.series is None else row.series.trial
            self._print(row.name, "", "", figure(held_out), gauge(held_out), "", on)
            return
        self._print(
            row.name,
            str(episode.seed),
            figure(episode.ci_net),
            figure(held_out),
            gauge(held_out if self._tested else episode.ci_net),
            figure(episode.rpe_sum),
            figure(episode.largest_change, 3),
        )

    @staticmethod
    def _print(*cells: str) -> None:
        console, left_out = screen(), 0
        while left_out < len(LEFT_OUT) and sum(_widths(left_out).values()) > console.width:
            left_out += 1
        aligned = (
            f" {cells[place]:<{width - 1}}" if place == SCALE else f"{cells[place]:>{width}}"
            for place, width in _widths(left_out).items()
        )
        console.print("".join(aligned).rstrip(), soft_wrap=True)


def _widths(left_out: int) -> dict[int, int]:
    """The width of each place of a row, without so many of `LEFT_OUT`."""
    return {place: width for place, width in enumerate(WIDTHS) if place not in LEFT_OUT[:left_out]}


def gauge(value: float | None) -> str:
    """An index as a dot on a scale from −1 to 1, clipped to its ends; an empty scale for None."""
    marks = ["·"] * SCALE_COLUMNS
    middle = SCALE_COLUMNS // 2
    marks[middle] = "│"
    if value is not None:
        marks[middle + round(max(-1.0, min(value, 1.0)) * middle)] = "●"
    return "".join(marks)


def history_as_json(compiled: CompiledBrain) -> dict[str, Any]:
    """Episodes, evaluations and changes of weights, as JSON types."""
    from spikeworm_env.compiler.edits import brain_conditions
    from spikeworm_env.compiler.training_record import evaluation_series
    from spikeworm_env.experiments.learning.weight_changes import changes_by_origin

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


def print_conditions(compiled: CompiledBrain) -> None:
    """Print what was done to the brain since it was compiled; nothing for a brain as compiled."""
    from spikeworm_env.compiler.edits import brain_conditions

    found = brain_conditions(compiled)
    if found:
        print_text(f"{compiled.meta.recipe_name}: {'; '.join(found)}")


def print_history(compiled: CompiledBrain) -> None:
    """Print the episodes of a trained brain and the changes of its weights; nothing for an untrained one."""
    from spikeworm_env.compiler.training_record import trial_text
    from spikeworm_env.experiments.learning.weight_changes import changes_by_origin

    experience = compiled.network.experience
    if experience is None:
        return
    print_table(
        f"training episodes: {len(compiled.episodes)}, age {experience.age / 1000:g} s",
        ["episode", "condition", "trial", "seed", "ci_time", "ci_net", "held out", "reward", "weight change"],
        [
            [
                row.name,
                "",
                "" if row.series is None else row.series.trial,
                "",
                "",
                "",
                figure(row.held_out),
                "",
                "",
            ]
            if (episode := row.episode) is None
            else [
                row.name,
                episode.condition,
                trial_text(episode.trial, episode.ticks / 1000),
                str(episode.seed),
                figure(episode.ci_time),
                figure(episode.ci_net),
                figure(row.held_out),
                figure(episode.rpe_sum),
                figure(episode.largest_change, 3),
            ]
            for row in rows_of(compiled)
        ],
    )
    print_table(
        "plastic synapses: mean absolute weight",
        ["origin", "synapses", "initial", "now", "largest change", "pruned", "Fisher information"],
        (
            [
                part.origin,
                str(part.synapses),
                figure(part.initial_mean, 3),
                figure(part.mean, 3),
                figure(part.largest_change, 3),
                str(part.pruned),
                figure(part.fisher_information, 3),
            ]
            for part in changes_by_origin(compiled)
        ),
    )
