"""The page of circuit diagrams: every block, with its notes."""

from __future__ import annotations

from site_pages.folder import Folder
from site_pages.markdown import folded, plain, plot
from spikeworm_env import resources
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.reports.figures.circuit import circuit_figure

GROUPS = {"components": "Components", "sub_components": "Sub-components"}

INTRODUCTION = """\
# Circuits of the blocks

*Reference: a diagram of every block.*

Each block as `spikeworm inspect NAME --out DIR` draws it: neurons as nodes, arrows that excite (pointed) or
inhibit (blunt), gap junctions dashed, terminals beside their neurons. [The library of
blocks](../blocks.md) lists sizes and terminals in a table.
"""


def write(folder: Folder) -> None:
    """``circuits.md`` and the picture of each block."""
    page = INTRODUCTION
    for group, title in GROUPS.items():
        page += f"\n## {title}\n"
        for file in sorted((resources.shipped("blocks") / group).glob("*.json")):
            block = read_block(file)
            picture = f"circuits/{block.name}.png"
            folder.figure(picture, circuit_figure(block))
            page += f"\n### {block.name}\n\n{plain(block.description)}\n\n"
            page += plot(picture, f"The circuit of {plain(block.name)}")
            if block.notes:
                page += "\n" + folded("Notes", plain(block.notes))
    folder.text("circuits.md", page)
