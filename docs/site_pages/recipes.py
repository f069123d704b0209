"""The page of recipes: the size and the connectivity matrix of each compiled brain."""

from __future__ import annotations

from site_pages.folder import Folder
from site_pages.markdown import folded, plain, plot
from spikeworm_env import compile_recipe
from spikeworm_env.compiler import summary
from spikeworm_env.compiler.library import recipe_names
from spikeworm_env.compiler.recipe_source import read_recipe
from spikeworm_env.reports.figures.connectivity import connectivity_figure

INTRODUCTION = """\
# Brains of the recipes

*Reference: sizes and connections of every recipe.*

Each recipe as `spikeworm inspect NAME --out DIR` counts and draws it. [Blocks and recipes](../recipes.md)
describes the keys of a recipe; [write your own](../write_your_own.md) is a tutorial.
"""


def write(folder: Folder) -> None:
    """``recipe_pictures.md`` and the picture of each recipe."""
    page = INTRODUCTION
    for name in recipe_names():
        recipe = read_recipe(name).recipe
        compiled = compile_recipe(name)
        found = summary(compiled)
        picture = f"recipes/{name}.png"
        folder.figure(picture, connectivity_figure(compiled))
        page += f"\n## {name}\n\n{plain(recipe.description)}\n\n"
        page += f"{found.neurons:,} neurons, {found.synapses:,} synapses.\n\n"
        page += plot(picture, "Number of synapses between components", "80%")
        if recipe.notes:
            page += "\n" + folded("Notes", plain(recipe.notes))
    folder.text("recipe_pictures.md", page)
