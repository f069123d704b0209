"""The training of a brain as tables, as JSON and as a figure: its episodes and what they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spikeworm_env.cli.screen import print_table, print_text, screen
from spikeworm_env.frames import figure

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.reports.training_rows import Row

HEADS = ("episode", "seed", "ci_net", "held out", "-1      0     +1", "reward", "weight change")
WIDTHS = (7, 7, 7, 9, 17, 9, 14)
SCALE_COLUMNS = 15  # odd, so that 0 is in the middle
SCALE = 4  # place of the scale in a row
LEFT_OUT = (SCALE, 5, 1, 6, 2)  # places of a row, in the order in which a narrow screen leaves them out


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
        from spikeworm_env.reports.training_rows import rows_of

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
    from spikeworm_env.reports.training_rows import rows_of

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
