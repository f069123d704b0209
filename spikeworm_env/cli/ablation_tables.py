"""The effects of lesions as cells of a table, a CSV file and a Markdown page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.cli.outputs import outputs
from spikeworm_env.cli.screen import figure
from spikeworm_env.files import csv_text, write_text

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation, Effect

FILES = TABLE, PAGE = "effects.csv", "effects.md"
COLUMNS = ("measure", "n", "intact", "lesioned", "difference", "p", "dz")


def cells(effect: Effect) -> list[str]:
    """One row under `COLUMNS`."""
    unit = f" ({effect.measure.unit})" if effect.measure.unit else ""
    return [
        f"{effect.assay}.{effect.measure.name}{unit}",
        str(effect.n),
        figure(effect.intact, 3),
        figure(effect.lesion_mean, 3),
        figure(effect.difference, 3),
        figure(None) if effect.p is None else f"{effect.p:.2g}",
        figure(effect.dz),
    ]


def note(ablation: Ablation) -> str:
    """The note below the table."""
    first, last = ablation.trial_seeds[0], ablation.trial_seeds[-1]
    remark = f"{ablation.brain}: {ablation.provenance.text}. " if ablation.provenance.text else ""
    return (
        f"{remark}Means over trial seeds {first} to {last}; p by paired permutation, not corrected for the "
        "number of rows; n: seeds on which both could be measured."
    )


def write_effects(ablation: Ablation, folder: Path, command: str) -> list[Path]:
    """Write ``effects.csv`` and ``effects.md`` into a folder; their paths.

    Raises:
        InputError: the folder cannot be written to.
    """
    with outputs(folder) as made:
        write_text(made.temporary / TABLE, csv_text(effect.to_json() for effect in ablation.effects))
        write_text(made.temporary / PAGE, "\n".join(_page(ablation, command)) + "\n")
        return made.publish()


def _page(ablation: Ablation, command: str) -> Iterator[str]:
    yield f"# Lesions of {ablation.brain}"
    yield ""
    yield f"`{command}`"
    for lesion, synapses in ablation.synapses.items():
        yield ""
        yield f"## Without {lesion} ({synapses} synapses)"
        yield ""
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|---{'|---:' * (len(COLUMNS) - 1)}|"
        for effect in ablation.effects:
            if effect.lesion == lesion:
                yield f"| {' | '.join(cells(effect))} |"
    yield ""
    yield note(ablation)
