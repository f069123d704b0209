"""``spikeworm compare``: a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.cli.options import names_of, seeds_of
from spikeworm_env.errors import InputError

FEW = ["--trials", 2, "--seconds", 1, "--jobs", 1]


def test_json_alone_with_agents_controls_and_provenance(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "random", *FEW, "--brain-seeds", "42-43", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert list(found["agents"]) == ["crawler_v1", "crawler_v1:blind", "random"]
    assert (found["first_seed"], found["trials"], found["brain_seeds"]) == (10_000, 2, [42, 43])
    assert found["command"].startswith("spikeworm")
    assert {"python", "numpy", "numba"} <= set(found["versions"])


def test_table_names_trial_seeds_and_every_row(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawler_v1", "random", *FEW)
    assert outcome.code == 0
    for word in ("trial default", "seeds 10000 to", "crawler_v1:blind", "random", "oracle", "No intervals"):
        assert word in outcome.out
    assert max(map(len, outcome.out.splitlines())) <= 120


def test_table_gives_intervals_from_ten_trials_on(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("compare", "crawl", "--trials", 10, "--ticks", 100, "--jobs", 1)
    assert "[" in next(line for line in outcome.out.splitlines() if line.lstrip().startswith("crawl "))
    assert "BCa" in outcome.out


def test_nothing_but_the_brain_is_written(spikeworm: Callable, here: Path) -> None:
    spikeworm("compare", "crawler_v1", *FEW)
    assert [str(file.relative_to(here)) for file in here.rglob("*.*")] == ["zoo/crawler_v1_s42.db"]


def test_recipe_is_called_by_its_stem(spikeworm: Callable, here: Path) -> None:
    spikeworm("compile", "crawler_v1", "--out", here / "mine.db")
    found = json.loads(spikeworm("compare", here / "mine.db", *FEW, "--controls", "none", "--json").out)
    assert list(found["agents"]) == ["mine"]


def test_lists_of_seeds() -> None:
    assert seeds_of("42") == (42,)
    assert seeds_of("42, 43,50") == (42, 43, 50)
    assert seeds_of("42-44,7") == (42, 43, 44, 7)
    for text in ("", "a", "1,", "3-1", "-1", "1-2-3", "1.5", "²"):
        with pytest.raises(InputError, match="--brain-seeds"):
            seeds_of(text)


def test_lists_of_names() -> None:
    assert [names_of(text) for text in ("all", "none", "blind")] == ["all", "none", ["blind"]]
    assert names_of("blind, oracle") == ["blind", "oracle"]
