"""A brain's lives and what they have changed, as text, as JSON and as pictures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.screen import figure, print_table, screen
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.compiler import CompiledBrain
    from spikeworm_env.compiler.brain import Life

BIRTH = "birth"
HEADS = ("life", "seed", "ci_net", "held out", "-1      0     +1", "reward", "weight change")
WIDTHS = (5, 7, 7, 9, 17, 9, 14)
SCALE_COLUMNS = 15  # odd, so that 0 is in the middle
SCALE = 4  # place of the scale in a row


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
            self._row(compiled, None)
            self._shown = 0
        for life in compiled.lives[self._shown :]:
            self._row(compiled, life)
        self._shown = len(compiled.lives)

    def _row(self, compiled: CompiledBrain, life: Life | None) -> None:
        held_out = held_out_index(compiled, 0 if life is None else life.number)
        own = None if life is None else life.ci_net
        measured = held_out if self._tested else own
        if life is None:
            if held_out is not None:
                self._print(BIRTH, "", "", figure(held_out), gauge(held_out), "", "")
            return
        self._print(
            str(life.number),
            str(life.seed),
            figure(own),
            figure(held_out),
            gauge(measured),
            figure(life.reward),
            figure(life.largest_change, 3),
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


def held_out_index(compiled: CompiledBrain, life: int) -> float | None:
    """Mean ``ci_net`` with learning off after that life, 0 at birth; None if it was not measured."""
    found = [test.ci_net for test in compiled.tests if test.life == life]
    return sum(found) / len(found) if found else None


def history_as_json(compiled: CompiledBrain) -> dict[str, Any]:
    """Lives, trials with learning off and what has changed, as JSON types."""
    from spikeworm_env.compiler.learned import learned

    experience = compiled.network.experience
    return {
        "age_ticks": None if experience is None else experience.age,
        "lives": [asdict(life) for life in compiled.lives],
        "tests": [asdict(test) for test in compiled.tests],
        "held_out": [
            {"life": life, "ci_net": held_out_index(compiled, life)}
            for life in sorted({test.life for test in compiled.tests})
        ],
        "learned": [asdict(part) for part in learned(compiled)],
    }


def print_history(compiled: CompiledBrain) -> None:
    """The lives of a brain that has lived, and what they have changed."""
    from spikeworm_env.compiler.learned import learned

    experience = compiled.network.experience
    if experience is None:
        return
    at_birth = held_out_index(compiled, 0)
    born = [] if at_birth is None else [[BIRTH, "", "", "", "", "", figure(at_birth), "", ""]]
    print_table(
        f"lives: {len(compiled.lives)}, age {experience.age / 1000:g} s",
        ["life", "condition", "trial", "seed", "ci_time", "ci_net", "held out", "reward", "weight change"],
        [
            *born,
            *(
                [
                    str(life.number),
                    life.condition,
                    life.trial,
                    str(life.seed),
                    figure(life.ci_time),
                    figure(life.ci_net),
                    figure(held_out_index(compiled, life.number)),
                    figure(life.reward),
                    figure(life.largest_change, 3),
                ]
                for life in compiled.lives
            ),
        ],
    )
    print_table(
        "synapses that learn: mean size of their weights",
        ["origin", "synapses", "at birth", "now", "largest change", "pruned"],
        (
            [
                part.origin,
                str(part.synapses),
                figure(part.birth_mean, 3),
                figure(part.mean, 3),
                figure(part.largest_change, 3),
                str(part.pruned),
            ]
            for part in learned(compiled)
        ),
    )


def draw_curve(compiled: CompiledBrain, file: Path) -> Path | None:
    """Draw the learning curve beside a brain file; where it is, or None without matplotlib."""
    from spikeworm_env.experiments.figures import curve_figure, save_figure
    from spikeworm_env.experiments.figures.pen import require_matplotlib

    try:
        require_matplotlib()
    except InputError:
        return None
    picture = file.with_name(f"{file.name}.png")
    save_figure(curve_figure(compiled), picture)
    return picture
