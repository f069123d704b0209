"""A brain's lives and what they have changed, as text, as JSON and as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spikeworm_env.cli.screen import figure, print_table, screen
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.training_record import EvaluationSeries, TrainingEpisode

INITIAL = "birth"
HEADS = ("episode", "seed", "ci_net", "held out", "-1      0     +1", "reward", "weight change")
WIDTHS = (5, 7, 7, 9, 17, 9, 14)
SCALE_COLUMNS = 15  # odd, so that 0 is in the middle
SCALE = 4  # place of the scale in a row


class Row(NamedTuple):
    """A life, or the trials with learning off that a training began with.

    Attributes:
        lived: lives lived by then.
        life: the last of them; None where a training began.
        series: what the training measured; None if nothing.
    """

    lived: int
    episode: TrainingEpisode | None
    series: EvaluationSeries | None

    @property
    def name(self) -> str:
        """What the row is called."""
        return str(self.lived) if self.lived else INITIAL

    @property
    def held_out(self) -> float | None:
        """Mean ``ci_net`` with learning off; None if it was not measured."""
        return None if self.series is None else self.series.index(self.lived)


def rows_of(compiled: CompiledBrain) -> Iterator[Row]:
    """The history of a brain in the order in which it came about."""
    from spikeworm_env.compiler.training_record import evaluation_series

    every, current = evaluation_series(compiled.evaluations), None
    for lived, episode in enumerate((None, *compiled.episodes)):
        if episode is not None:
            yield Row(lived, episode, current)
        for series in every:
            if series.first_episode == lived:
                current = series
                yield Row(lived, None, series)


class Curve:
    """A row a life, printed as soon as it is over.

    Args:
        tested: whether there are trials with learning off; without them the dot is the life's own index.
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
        aligned = (
            f" {cell:<{width - 1}}" if place == SCALE else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
        )
        screen().print("".join(aligned).rstrip(), soft_wrap=True)


def gauge(value: float | None) -> str:
    """An index as a dot on a scale from −1 to 1, at the end if it is beyond; an empty scale for none."""
    marks = ["·"] * SCALE_COLUMNS
    middle = SCALE_COLUMNS // 2
    marks[middle] = "│"
    if value is not None:
        marks[middle + round(max(-1.0, min(value, 1.0)) * middle)] = "●"
    return "".join(marks)


def history_as_json(compiled: CompiledBrain) -> dict[str, Any]:
    """Lives, trials with learning off and what has changed, as JSON types."""
    from spikeworm_env.compiler.training_record import evaluation_series
    from spikeworm_env.experiments.learning.learned import learned

    experience = compiled.network.experience
    return {
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
        "learned": [asdict(part) for part in learned(compiled)],
    }


def print_history(compiled: CompiledBrain) -> None:
    """The lives of a brain that has lived, and what they have changed."""
    from spikeworm_env.compiler.training_record import trial_text
    from spikeworm_env.experiments.learning.learned import learned

    experience = compiled.network.experience
    if experience is None:
        return
    print_table(
        f"lives: {len(compiled.episodes)}, age {experience.age / 1000:g} s",
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
        "synapses that learn: mean size of their weights",
        ["origin", "synapses", "at birth", "now", "largest change", "pruned"],
        (
            [
                part.origin,
                str(part.synapses),
                figure(part.initial_mean, 3),
                figure(part.mean, 3),
                figure(part.largest_change, 3),
                str(part.pruned),
            ]
            for part in learned(compiled)
        ),
    )


def draw_curve(compiled: CompiledBrain, file: Path) -> Path | None:
    """Draw the learning curve beside a brain file; where it is, or None without matplotlib."""
    from spikeworm_env.reports.figures import curve_figure, save_figure
    from spikeworm_env.reports.figures.style import require_matplotlib

    try:
        require_matplotlib()
    except InputError:
        return None
    picture = file.with_name(f"{file.name}.png")
    save_figure(curve_figure(compiled), picture)
    return picture
