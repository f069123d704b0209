"""The effects of lesions as a CSV file and a Markdown page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.cli.outputs import outputs
from spikeworm_env.files import csv_text, write_text
from spikeworm_env.reports.text_tables import ablation_note, effect_tables

if TYPE_CHECKING:
    from spikeworm_env.experiments.ablation.ablate import Ablation

FILES = TABLE, PAGE = "effects.csv", "effects.md"


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
    for (lesion, synapses), table in zip(ablation.synapses.items(), effect_tables(ablation), strict=True):
        yield ""
        yield f"## Without {lesion} ({synapses} synapses)"
        yield ""
        yield f"| {' | '.join(table.columns)} |"
        yield f"|---{'|---:' * (len(table.columns) - 1)}|"
        yield from (f"| {' | '.join(cells)} |" for cells in table.rows)
    yield ""
    yield ablation_note(ablation)
