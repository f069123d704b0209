"""The number of segments stands once; what is derived from it, and the text that names it, agree."""

from __future__ import annotations

import re
import tokenize
from pathlib import Path

import pytest

from spikeworm_env.anatomy import N_JOINTS, N_LINKS, N_NODES, N_SEGMENTS
from spikeworm_env.envs.spaces import MUSCLES
from spikeworm_env.world.record_types import LAYOUT, N_SENSES
from spikeworm_env.world.worm import WORM

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "spikeworm_env"
ROOMS = ("agents", "compiler", "envs", "store", "world")
DERIVED = {str(n) for n in (N_SEGMENTS, N_JOINTS, N_JOINTS - 1, N_SENSES)}
PAGES = [*sorted((TOP / "docs").glob("*.md")), TOP / "README.md"]


def test_records_and_spaces_derive_from_the_number_of_segments():
    assert (N_LINKS, N_JOINTS, N_NODES) == (N_SEGMENTS, N_SEGMENTS - 1, N_SEGMENTS + 1)
    assert MUSCLES.shape == WORM["activation"].shape == (2, N_SEGMENTS)
    assert WORM["theta"].shape == (N_JOINTS,)
    sizes = {name: part.stop - part.start for name, part in LAYOUT.items()}
    assert sizes["joint_angle"] == N_JOINTS
    assert sizes["dorsal_activation"] == sizes["ventral_activation"] == N_SEGMENTS
    assert sum(sizes.values()) == N_SENSES


@pytest.mark.parametrize("room", ROOMS)
def test_no_code_repeats_a_number_that_derives_from_the_segments(room):
    for file in sorted((PACKAGE / room).rglob("*.py")):
        with tokenize.open(file) as lines:
            for token in tokenize.generate_tokens(lines.readline):
                assert not (token.type == tokenize.NUMBER and token.string in DERIVED), (file, token.line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_the_shape_of_an_action_and_the_numbers_of_parts(page):
    text = page.read_text(encoding="utf-8")
    assert {int(n) for n in re.findall(r"\(2, (\d+)\)", text)} <= {N_SEGMENTS}
    numbers = {"links": N_LINKS, "segments": N_SEGMENTS, "joints": N_JOINTS}
    for n, part in re.findall(r"\b(\d+) (links|segments|joints)\b", text):
        assert int(n) == numbers[part], (n, part)
