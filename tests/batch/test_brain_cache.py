"""Compiled brains are kept while their recipe is the same, and made anew when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spikeworm_env import resources
from spikeworm_env.batch.brain_cache import cached_brain, cached_files
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import RecipeError
from spikeworm_env.store import is_brain_file, load_brain


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "zoo")
    return tmp_path / "zoo"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe of one's own."""
    mine = tmp_path / "mine.json"
    mine.write_text(find_recipe("crawler_v1").read_text().replace('"crawler_v1"', '"mine"', 1))
    return mine


def test_brain_is_compiled_once(zoo: Path) -> None:
    first = cached_brain("crawler_v1", 42)
    assert first.path == zoo / "crawler_v1_s42.db"
    assert first.fresh is not None and not zoo.exists()
    written = first.keep().stat().st_mtime_ns
    again = cached_brain("crawler_v1", 42)
    assert again.fresh is None
    assert again.keep().stat().st_mtime_ns == written
    assert cached_files() == [first.path]


def test_every_seed_is_a_brain_of_its_own(zoo: Path) -> None:
    paths = [cached_brain("crawler_v1", seed).keep() for seed in (42, 43)]
    assert [load_brain(path).meta.seed for path in paths] == [42, 43]


def test_changed_recipe_is_compiled_anew(zoo: Path, recipe: Path) -> None:
    before = cached_brain(str(recipe), 42).keep()
    content = json.loads(recipe.read_text())
    content["description"] += " Changed."
    recipe.write_text(json.dumps(content))
    after = cached_brain(str(recipe), 42).keep()
    assert after == before
    assert load_brain(after).meta.recipe_text == recipe.read_text()
    assert cached_brain(str(recipe), 42).fresh is None


def test_damaged_brain_is_replaced(zoo: Path) -> None:
    path = cached_brain("crawler_v1", 42).keep()
    path.write_bytes(path.read_bytes()[:1000])
    cached_brain("crawler_v1", 42).keep()
    assert load_brain(path).meta.seed == 42


def test_recipe_with_a_mistake_leaves_no_file(zoo: Path, recipe: Path) -> None:
    recipe.write_text("{")
    with pytest.raises(RecipeError):
        cached_brain(str(recipe), 42)
    assert not zoo.exists()


def test_brain_file_is_known_by_ending_or_beginning(zoo: Path, tmp_path: Path) -> None:
    renamed = cached_brain("crawler_v1", 42).keep().rename(tmp_path / "brain.sqlite")
    assert is_brain_file(renamed)
    assert is_brain_file("not_there.db")
    assert not is_brain_file("crawler_v1")
    assert not is_brain_file(tmp_path)
