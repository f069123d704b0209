"""Spikes, weights and postures are bit-identical to those on record; see ``digests.py``."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("golden_digests", Path(__file__).with_name("digests.py"))
digests = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(digests)

RECORDED = json.loads(digests.FILE.read_text(encoding="utf-8"))
CASES = digests.cases()
BIG = ("arena_v1", "arena_dev_v1", "big_50k")  # recipes of whose seeds only the first is not long


def marked(case: str):
    """The case; long if it is one of the further seeds of a big recipe."""
    _, name, *more = case.split(" ")
    long = name in BIG and more[0] != str(digests.SEEDS[0])
    return pytest.param(case, marks=pytest.mark.long if long else ())


def test_every_shipped_recipe_environment_and_agent_has_digests():
    assert sorted(RECORDED) == sorted(CASES)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_results_are_bit_identical_to_the_digests_on_record(case):
    assert digests.digest_of(case) == RECORDED[case]
