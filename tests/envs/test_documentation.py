"""The class docstring is the documentation page: its tables are held against the code."""

from __future__ import annotations

import inspect
import math
import re

import gymnasium
import numpy as np
import pytest

from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.aversion_v0 import HARM_COST_PER_S
from spikeworm_env.envs.observation import CHEMICAL, LAYOUT
from spikeworm_env.envs.reward import WALL_COST_PER_S

COSTS = {"wall": WALL_COST_PER_S, "harm": HARM_COST_PER_S}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def env(request):
    """An environment with one food of peak 1, for which the pages give the bounds."""
    return gymnasium.make(request.param, disable_env_checker=True, n_foods=1).unwrapped


def table(env, heading):
    """The rows of the table under a heading, as dicts by column."""
    page = inspect.getdoc(type(env))
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]


def bounds(row):
    return tuple(np.float32(row[end].replace("pi", str(math.pi))) for end in ("Min", "Max"))


def indices(text):
    first, _, last = text.partition("..")
    return slice(int(first), int(last or first) + 1)


def test_page_names_no_part_that_was_not_filled_in(env):
    page = inspect.getdoc(type(env))
    assert not re.search(r"\{\w+\}", page)
    assert max(len(line) for line in page.splitlines() if not line.startswith("|")) <= 110


def test_tables_are_aligned(env):
    tables = re.findall(r"(?:^\|.*\n)+", inspect.getdoc(type(env)), re.MULTILINE)
    assert len(tables) == 5
    for found in tables:
        bars = {tuple(m.start() for m in re.finditer(r"\|", line)) for line in found.splitlines()}
        assert len(bars) == 1, found


def test_action_table_is_the_action_space(env):
    rows, space = table(env, "Action Space"), env.action_space
    assert f"Box({space.low.min():g}, {space.high.max():g}, {space.shape}, float32)" in inspect.getdoc(
        type(env)
    )
    column = "Row" if "Row" in rows[0] else "Index"
    assert len(rows) == len(space.low)
    if column == "Row":
        assert all(indices(row["Columns"]) == slice(0, space.shape[1]) for row in rows)
    for row in rows:
        low, high = bounds(row)
        np.testing.assert_array_equal(space.low[indices(row[column])], low)
        np.testing.assert_array_equal(space.high[indices(row[column])], high)


def test_observation_table_is_the_observation_space(env):
    rows = table(env, "Observation Space")
    assert {row["Name"]: indices(row["Index"]) for row in rows} == dict(env.layout)
    for row in rows:
        low, high = bounds(row)
        np.testing.assert_array_equal(env.observation_space.low[indices(row["Index"])], low)
        np.testing.assert_array_equal(env.observation_space.high[indices(row["Index"])], high)
    assert f"Box(({env.observation_space.shape[0]},), float32)" in inspect.getdoc(type(env))


def test_own_channels_follow_those_of_every_worm(env):
    assert list(env.layout.items())[: len(LAYOUT)] == list(LAYOUT.items())
    assert tuple(LAYOUT)[:4] == CHEMICAL


def test_argument_table_is_the_signature(env):
    rows = table(env, "Arguments")
    defaults = {name: repr(default) for name, default in env.arguments().items()}
    assert {row["Argument"]: row["Default"] for row in rows} == defaults


def test_ranges_in_the_argument_table_are_those_that_are_checked(env):
    for row in table(env, "Arguments"):
        found = re.search(r", (?P<low>[\d.e-]+) to (?P<high>[\d.e]+)(?:;|$)", row["Meaning"])
        if found:
            whole = row["Argument"] in ("n_foods", "render_size", "swap_episodes")
            for end, step in (("low", -1), ("high", 1)):
                bound = float(found[end])
                beyond = int(bound) + step if whole else bound + step * max(1.0, bound)
                with pytest.raises(ValueError, match=f"^{row['Argument']}: got "):
                    gymnasium.make(env.spec.id, **{row["Argument"]: beyond})


def test_info_and_reward_tables_are_what_is_returned(env):
    _, info = env.reset(seed=0)
    assert [row["Key"] for row in table(env, "Info")] == list(info)
    rows = table(env, "Rewards")
    assert [row["Term"] for row in rows] == list(info["reward_terms"])
    for row in rows:
        cost = re.match(r"-([\d.]+) per second", row["Value"])
        assert (float(cost[1]) if cost else None) == COSTS.get(row["Term"])


def test_options_are_told(env):
    page = inspect.getdoc(type(env)).split("## Starting State")[1].split("\n## ")[0]
    assert all(f"`{option}`" in page for option in ("position", "heading_rad", "food", *env.OPTIONS))


def test_version_history_names_the_registered_version(env):
    page = inspect.getdoc(type(env))
    assert f"* v{env.spec.version}: " in page.split("## Version History")[1]
