"""What the shipped recipes promise of themselves."""

from __future__ import annotations

import pytest

from spikeworm_env.compiler import compile_recipe, summary
from spikeworm_env.compiler.library import block_names, recipe_names


def test_the_kitchen_sink_holds_every_block():
    used = {component.block for component in compile_recipe("kitchen_sink").components}
    assert used == set(block_names())


def test_the_big_brain_is_big_and_mostly_wired_by_projections():
    found = summary(compile_recipe("big_50k"))
    assert 45_000 <= found.neurons <= 55_000
    assert found.projection_ratio is not None and found.projection_ratio >= 1.5


# What no sense and no joint reaches because it is active by itself: a pacemaker, and cells that tell nothing.
SPONTANEOUS = {f"component {name} is reached by no sense and no joint" for name in ("clock", "noise")}


@pytest.mark.parametrize("name", sorted(recipe_names()))
def test_no_shipped_recipe_has_warnings_about_unconnected_parts(name):
    """Terminals may be left over; what is wired leads somewhere."""
    warnings = [line for line in summary(compile_recipe(name)).warnings if "is never wired" not in line]
    assert set(warnings) <= SPONTANEOUS
