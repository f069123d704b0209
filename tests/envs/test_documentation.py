"""The class docstring is the documentation page: what pages share is equal, and every table is the code's."""

from __future__ import annotations

import inspect
import math
import re

import gymnasium
import numpy as np
import pytest

from spikeworm_env.anatomy import N_LINKS, N_SEGMENTS
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.aversion_v0 import HARM_COST_PER_S
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.envs.info import SUCCESS_BL
from spikeworm_env.envs.placement import WALL_MARGIN_BL
from spikeworm_env.envs.reward import WALL_COST_PER_S
from spikeworm_env.envs.spaces import CHEMICAL, LAYOUT
from spikeworm_env.world.record_types import UNUSED
from spikeworm_env.world.senses import NOSE_HALF_WIDTH, TOUCH_FORCE

COSTS = {"wall": WALL_COST_PER_S, "harm": HARM_COST_PER_S}
REFERENCE = "SpikeWorm/Chemotaxis-v0"
SECTIONS = [
    "Description",
    "Action Space",
    "Observation Space",
    "Rewards",
    "Starting State",
    "Episode End",
    "Info",
    "Arguments",
    "Version History",
]
OTHER_BOUNDS = {"SpikeWorm/Aversion-v0": CHEMICAL}  # the repellent's concentration is below 0
OWN_ACTION = {"SpikeWorm/Steering-v0"}


def made(name):
    """An environment with one food of peak 1, for which the pages give the bounds."""
    return gymnasium.make(name, disable_env_checker=True, n_foods=1).unwrapped


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def env(request):
    return made(request.param)


@pytest.fixture(scope="module")
def reference():
    return made(REFERENCE)


def page(env):
    return inspect.getdoc(type(env))


def section(env, heading):
    return page(env).split(f"## {heading}\n")[1].split("\n## ")[0].strip()


def table(env, heading):
    """The rows of the table under a heading, as dicts by column."""
    lines = [line for line in section(env, heading).splitlines() if line.startswith("|")]
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]


def paragraphs(env, heading):
    """The paragraphs under a heading without tables and code, each as one line."""
    text = re.sub(r"```.*?```", "", section(env, heading), flags=re.DOTALL)
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return [block for block in blocks if block and not block.startswith("|")]


def bounds(row):
    return tuple(np.float32(row[end].replace("pi", str(math.pi))) for end in ("Min", "Max"))


def indices(text):
    first, _, last = text.partition("..")
    return slice(int(first), int(last or first) + 1)


# what the pages share


def test_page_stands_written_out_in_its_source(env):
    source = inspect.getsource(type(env))
    lines = [line.strip() for line in page(env).splitlines()]
    assert [line.strip() for line in source.splitlines()][1 : len(lines) + 1] == [
        f'"""{lines[0]}',
        *lines[1:],
    ]
    assert max(map(len, source.splitlines())) <= 110


def test_pages_have_the_same_sections(env):
    assert re.findall(r"^## (.*)$", page(env), re.MULTILINE) == SECTIONS


def test_shared_paragraphs_are_the_same(env, reference):
    assert section(env, "Episode End") == section(reference, "Episode End")
    for heading, which in [
        ("Description", 0),
        ("Starting State", 0),
        ("Rewards", 0),
        ("Observation Space", -1),
    ]:
        assert paragraphs(env, heading)[which] == paragraphs(reference, heading)[which]
    assert paragraphs(env, "Arguments")[-1] == paragraphs(reference, "Arguments")[-1]
    if env.spec.id not in OWN_ACTION:
        assert section(env, "Action Space") == section(reference, "Action Space")


def test_rows_of_common_arguments_are_the_same(env, reference):
    rows = {row["Argument"]: row for row in table(env, "Arguments")}
    common = table(reference, "Arguments")
    assert list(rows)[-len(common) :] == [row["Argument"] for row in common]
    for row in common:
        for column in ("Unit", "Meaning"):
            assert rows[row["Argument"]][column] == row[column]


def test_rows_of_common_info_are_the_same(env, reference):
    common = table(reference, "Info")
    assert table(env, "Info")[: len(common)] == common


def test_rows_of_common_channels_are_the_same(env, reference):
    common = table(reference, "Observation Space")
    for row, expected in zip(table(env, "Observation Space"), common, strict=False):
        if row["Name"] not in OTHER_BOUNDS.get(env.spec.id, ()):
            assert row == expected
    assert [row["Name"] for row in common] == list(LAYOUT)


def test_rows_of_shared_reward_terms_are_the_same(env, reference):
    fields = {name: meaning for name, _, meaning in env.REWARD_TERMS}
    for row in table(env, "Rewards"):
        assert row["Value"] == fields[row["Term"]]
    assert table(reference, "Rewards")[-1] in table(env, "Rewards")


def test_tables_are_aligned(env):
    tables = re.findall(r"(?:^\|.*\n)+", page(env), re.MULTILINE)
    assert len(tables) == 5
    for found in tables:
        bars = {tuple(m.start() for m in re.finditer(r"\|", line)) for line in found.splitlines()}
        assert len(bars) == 1, found


# what the code says


def test_numbers_in_the_shared_text_are_those_of_the_code(reference):
    assert f"A worm of {N_LINKS} links" in section(reference, "Description")
    assert f"at least {WALL_MARGIN_BL:g} BL from the wall" in paragraphs(reference, "Starting State")[0]
    rows = {row["Name"]: row["Unit"] for row in table(reference, "Observation Space")}
    assert f"{NOSE_HALF_WIDTH:g} BL" in rows["concentration_left"]
    assert f"exp(-force / {TOUCH_FORCE:g})" in rows["head_touch"]
    (success,) = (row["Value"] for row in table(reference, "Info") if row["Key"] == "success")
    assert f"is {SUCCESS_BL:g} BL or less" in success


def test_action_table_is_the_action_space(env):
    rows, space = table(env, "Action Space"), env.action_space
    assert f"Box({space.low.min():g}, {space.high.max():g}, {space.shape}, float32)" in page(env)
    column = "Row" if "Row" in rows[0] else "Index"
    assert len(rows) == len(space.low)
    if column == "Row":
        assert space.shape == (2, N_SEGMENTS)
        assert all(indices(row["Columns"]) == slice(0, N_SEGMENTS) for row in rows)
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
    assert f"Box(({env.observation_space.shape[0]},), float32)" in page(env)


def test_own_channels_follow_those_of_every_environment(env):
    assert list(env.layout.items())[: len(LAYOUT)] == list(LAYOUT.items())
    assert tuple(LAYOUT)[:4] == CHEMICAL


def test_argument_table_is_the_signature(env):
    rows = table(env, "Arguments")
    defaults = {name: repr(default) for name, default in env.arguments().items()}
    assert {row["Argument"]: row["Default"] for row in rows} == defaults


def test_ranges_and_units_in_the_argument_table_are_those_of_the_errors(env):
    for row in table(env, "Arguments"):
        found = re.search(r", (?P<low>[\d.e-]+) to (?P<high>[\d.e]+)(?:;|$)", row["Meaning"])
        if found:
            name = row["Argument"]
            whole = name in ("n_foods", "frame_skip", "render_size", "swap_episodes")
            unit = "" if whole or not row["Unit"] else f" {row['Unit']}"
            for end, step in (("low", -1), ("high", 1)):
                bound = float(found[end])
                beyond = int(bound) + step if whole else bound + step * max(1.0, bound)
                with pytest.raises(ValueError, match=rf"^{name} is .*[\d.e+]+{unit}$"):
                    gymnasium.make(env.spec.id, **{name: beyond})


def test_info_and_reward_tables_are_what_is_returned(env):
    _, info = env.reset(seed=0)
    assert [row["Key"] for row in table(env, "Info")] == list(info)
    rows = table(env, "Rewards")
    assert [row["Term"] for row in rows] == list(info["reward_terms"])
    for row in rows:
        cost = re.match(r"-([\d.]+) per second", row["Value"])
        assert (float(cost[1]) if cost else None) == COSTS.get(row["Term"])


def test_options_are_in_the_text(env):
    text = section(env, "Starting State")
    assert all(f"`{option}`" in text for option in ("position", "heading_rad", "food", *env.OPTIONS))


def test_version_history_names_the_registered_version(env):
    assert f"* v{env.spec.version}: " in section(env, "Version History")


def test_every_field_of_an_environment_has_a_meaning_and_a_place_in_its_record(env):
    arena, source = env.dtypes
    for dtype, fields in (
        (source, env.SOURCES),
        (arena["env_state"], env.STATE),
        (arena["params"], env.PARAMS),
    ):
        assert all(name in dtype.names and meaning for name, _, meaning in fields)
    terms = arena["telemetry"]["reward_terms"].names
    assert terms == tuple(name for name, _, _ in env.REWARD_TERMS) != (UNUSED[0],)


def test_base_class_is_no_page():
    assert "## " not in inspect.getdoc(SpikeWormEnv)
