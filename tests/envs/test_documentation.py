"""The class docstring is the documentation page: its tables are held against the code."""

from __future__ import annotations

import inspect
import math
import re

import gymnasium
import numpy as np
import pytest

from spikeworm_env.envs.chemotaxis_v0 import ChemotaxisEnv
from spikeworm_env.envs.observation import CHEMICAL, LAYOUT
from spikeworm_env.envs.reward import WALL_COST_PER_S


def table(heading):
    """The rows of the table under a heading, as dicts by column."""
    page = inspect.getdoc(ChemotaxisEnv)
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]


def bounds(row):
    return tuple(float(row[end].replace("pi", str(math.pi))) for end in ("Min", "Max"))


def indices(text):
    first, _, last = text.partition("..")
    return slice(int(first), int(last or first) + 1)


@pytest.fixture(scope="module")
def env():
    return gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True).unwrapped


def test_action_table_is_the_action_space(env):
    rows = table("Action Space")
    assert env.action_space.shape == (len(rows), indices(rows[0]["Columns"]).stop)
    for row in rows:
        part = indices(row["Row"])
        np.testing.assert_array_equal(env.action_space.low[part], bounds(row)[0])
        np.testing.assert_array_equal(env.action_space.high[part], bounds(row)[1])


def test_observation_table_is_the_observation_space(env):
    rows = table("Observation Space")
    assert {row["Name"]: indices(row["Index"]) for row in rows} == dict(LAYOUT)
    for row in rows:
        low, high = (np.float32(bound) for bound in bounds(row))
        np.testing.assert_array_equal(env.observation_space.low[indices(row["Index"])], low)
        np.testing.assert_array_equal(env.observation_space.high[indices(row["Index"])], high)
    assert f"({env.observation_space.shape[0]},)" in inspect.getdoc(ChemotaxisEnv)


def test_chemical_channels_are_the_first_four():
    assert tuple(LAYOUT)[:4] == CHEMICAL


def test_argument_table_is_the_signature():
    rows = table("Arguments")
    arguments = {name: repr(default) for name, default in ChemotaxisEnv.arguments().items()}
    assert {row["Argument"]: row["Default"] for row in rows} == arguments


def test_info_and_reward_tables_are_what_is_returned(env):
    _, info = env.reset(seed=0)
    assert [row["Key"] for row in table("Info")] == list(info)
    assert [row["Term"] for row in table("Rewards")] == list(info["reward_terms"])
    (wall,) = (row["Value"] for row in table("Rewards") if row["Term"] == "wall")
    assert float(re.match(r"-([\d.]+) per second", wall)[1]) == WALL_COST_PER_S


def test_version_history_names_the_registered_version(env):
    page = inspect.getdoc(ChemotaxisEnv)
    assert f"* v{env.spec.version}: " in page.split("## Version History")[1]
