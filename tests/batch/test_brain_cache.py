"""Compiled brains are cached under the recipe, the seed and a hash of what they are compiled from."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from spikeworm_env import resources
from spikeworm_env.batch import brain_cache
from spikeworm_env.batch.brain_cache import (
    cache_path,
    cached_brain,
    cached_files,
    describe_file,
    is_cache_file,
)
from spikeworm_env.compiler.compiled_brain import TrainingEpisode
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.errors import InputError, RecipeError
from spikeworm_env.store import is_brain_file, load_brain

EPISODE = TrainingEpisode(1, "reward", "default", 7, 1000, 1000, 0.1, 0.2, 3, 0.4)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe file outside the library."""
    mine = tmp_path / "mine.json"
    mine.write_text(find_recipe("crawler_v1").read_text().replace('"crawler_v1"', '"mine"', 1))
    return mine


def change(recipe: Path) -> None:
    """Give a recipe file another content that compiles."""
    content = json.loads(recipe.read_text())
    content["description"] += " Changed."
    recipe.write_text(json.dumps(content))


def test_brain_is_compiled_once(cache: Path) -> None:
    first = cached_brain("crawler_v1", 42)
    assert first.path.parent == cache
    assert re.fullmatch(r"crawler_v1_s42-[0-9a-f]{8}\.db", first.path.name)
    assert first.fresh is not None and not cache.exists()
    written = first.write().stat().st_mtime_ns
    again = cached_brain("crawler_v1", 42)
    assert again.fresh is None
    assert again.write().stat().st_mtime_ns == written
    assert cached_files() == [first.path] == [cache_path("crawler_v1", 42)]


def test_every_seed_has_its_own_file(cache: Path) -> None:
    paths = [cached_brain("crawler_v1", seed).write() for seed in (42, 43)]
    assert [load_brain(path).meta.seed for path in paths] == [42, 43]


def test_a_changed_recipe_has_another_file(cache: Path, recipe: Path) -> None:
    before = cached_brain(recipe, 42).write()
    change(recipe)
    after = cached_brain(recipe, 42).write()
    assert after != before and before.is_file()
    assert load_brain(after).meta.recipe_text == recipe.read_text()
    assert cached_brain(recipe, 42).fresh is None


def test_the_hash_depends_on_recipe_block_seed_and_compiler(cache: Path, monkeypatch) -> None:
    found = {cache_path("crawler_v1", 42).stem[-8:], cache_path("crawler_v1", 43).stem[-8:]}
    monkeypatch.setattr(brain_cache, "COMPILER_VERSION", brain_cache.COMPILER_VERSION + 1)
    found.add(cache_path("crawler_v1", 42).stem[-8:])
    hashes = {
        brain_cache.source_hash(*sources)
        for sources in (("a", {"b": "c"}, 1, 2), ("x", {"b": "c"}, 1, 2), ("a", {"b": "d"}, 1, 2))
    }
    assert len(found) == 3 and len(hashes) == 3


def test_two_recipes_of_one_name_do_not_replace_each_other(cache: Path, recipe: Path) -> None:
    other = recipe.parent / "other" / recipe.name
    other.parent.mkdir()
    other.write_text(recipe.read_text())
    assert cache_path(other, 42) == cache_path(recipe, 42)  # the same content is the same brain
    change(other)
    paths = [cached_brain(each, 42).write() for each in (recipe, other)]
    assert len(set(paths)) == 2
    assert [cached_brain(each, 42).fresh for each in (recipe, other)] == [None, None]


def test_a_damaged_file_is_replaced(cache: Path, caplog) -> None:
    path = cached_brain("crawler_v1", 42).write()
    whole = path.read_bytes()
    for content in (b"", b"garbage" * 1000, whole[:1000], whole[: len(whole) // 2], bytes(len(whole))):
        path.write_bytes(content)
        assert cached_brain("crawler_v1", 42).write() == path
        assert path.read_bytes() == whole
    (message,) = caplog.messages
    assert message.startswith(str(path)) and message.endswith("; the file is written anew")


def test_a_trained_brain_is_not_taken_for_the_compiled_recipe(cache: Path, monkeypatch) -> None:
    path = cached_brain("crawler_v1", 42).write()
    assert cached_brain("crawler_v1", 42).fresh is None
    trained = replace(load_brain(path), episodes=(EPISODE,))
    monkeypatch.setattr(brain_cache, "load_brain", lambda path: trained)
    assert cached_brain("crawler_v1", 42).fresh is not None
    assert "trained for 1 episode under reward," in describe_file(path)


def test_a_trained_brain_is_never_replaced(cache: Path, monkeypatch, caplog) -> None:
    path = cached_brain("crawler_v1", 42).write()
    kept = path.read_bytes()
    trained = replace(load_brain(path), episodes=(EPISODE,))
    with monkeypatch.context() as patch:
        patch.setattr(brain_cache, "load_brain", lambda path: trained)
        elsewhere = cached_brain("crawler_v1", 42).write()
    assert elsewhere != path and path.read_bytes() == kept == elsewhere.read_bytes()
    assert caplog.messages == [f"{path} is a trained brain; the compiled brain is kept in a temporary folder"]


def test_names_of_the_cache_are_recognised(cache: Path, tmp_path: Path) -> None:
    assert is_cache_file(cache_path("crawler_v1", 42))
    assert not is_cache_file(cache / "crawler_v1_s42.db")
    assert not is_cache_file(cache / "crawler_v1_s42_trained.db")
    assert not is_cache_file(tmp_path / cache_path("crawler_v1", 42).name)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, and none made before in this process."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    made: dict[str | None, tempfile.TemporaryDirectory] = {}

    def directory(parent: str | None) -> tempfile.TemporaryDirectory:
        if parent not in made:
            made[parent] = tempfile.TemporaryDirectory(dir=parent)
        return made[parent]

    monkeypatch.setattr(brain_cache, "_temporary_directory", directory)
    yield folder
    for each in made.values():
        each.cleanup()


def refuse(path: Path) -> None:
    path.write_text("a file where the folder should be")


def fill_disk_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file in a folder take its name: the disk is full."""
    replace_file = os.replace

    def full(source: Path, target: Path) -> None:
        if folder in Path(target).parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", full)


def test_brains_go_to_a_temporary_folder_if_the_cache_cannot_be_used(cache, temporary, caplog) -> None:
    refuse(cache)
    paths = [cached_brain("crawler_v1", seed).write() for seed in (42, 43)]
    assert [load_brain(path).meta.seed for path in paths] == [42, 43]
    assert all(temporary in path.parents for path in paths)
    assert paths[0].name == cache_path("crawler_v1", 42).name
    assert cached_files() == []
    (message,) = caplog.messages
    assert str(cache) in message and message.endswith("; the compiled brain is kept in a temporary folder")


def test_brains_go_to_a_temporary_folder_if_the_disk_is_full(cache, temporary, monkeypatch, caplog) -> None:
    fill_disk_of(cache, monkeypatch)
    assert load_brain(cached_brain("crawler_v1", 42).write()).meta.seed == 42
    assert "No space left on device; the compiled brain" in caplog.messages[0]
    assert not list(cache.iterdir())


def test_brains_go_to_memory_if_the_disk_of_temporary_files_is_full_too(
    cache, temporary, tmp_path, monkeypatch
) -> None:
    fill_disk_of(cache, monkeypatch)
    fill_disk_of(temporary, monkeypatch)
    (tmp_path / "memory").mkdir()
    monkeypatch.setattr(brain_cache, "MEMORY", str(tmp_path / "memory"))
    path = cached_brain("crawler_v1", 42).write()
    assert tmp_path / "memory" in path.parents and load_brain(path).meta.seed == 42
    monkeypatch.setattr(brain_cache, "MEMORY", str(tmp_path / "none"))
    with pytest.raises(InputError, match=r"to a temporary folder: .*: No space left on device"):
        cached_brain("crawler_v1", 42).write()


def test_a_folder_in_place_of_a_file_does_not_stop_the_work(cache, temporary) -> None:
    cache_path("crawler_v1", 42).mkdir(parents=True)
    assert temporary in cached_brain("crawler_v1", 42).write().parents


def test_a_user_without_a_data_folder_compiles_once_a_process(temporary, monkeypatch, caplog) -> None:
    def unknown() -> Path:
        raise InputError("the user's data folder is '~'; expected an absolute path in HOME")

    monkeypatch.setattr(resources, "brain_cache", unknown)
    path = cached_brain("crawler_v1", 42).write()
    assert temporary in path.parents
    assert cached_brain("crawler_v1", 42).fresh is None
    assert cached_files() == [path]
    assert len(caplog.messages) == 1 and "is '~'; expected" in caplog.messages[0]


COMPARE = """
import sys
import spikeworm_env
from spikeworm_env import resources
resources.is_checkout = lambda: False
from spikeworm_env.trials import find_trial
short = find_trial("default").with_changes(duration_s=0.05)
found = spikeworm_env.compare(["crawler_v1"], trials=2, trial=short, frame_skip=10, jobs=2, controls=())
print(len(found.failures))
"""


def test_workers_read_a_brain_of_a_temporary_folder_that_goes_with_the_process(tmp_path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "temporary").mkdir()
    setting = {"XDG_DATA_HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path / "temporary")}
    environment = {**os.environ, **setting, "PYTHONPATH": str(resources.CHECKOUT)}
    command = [sys.executable, "-c", COMPARE]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    assert done.stderr.count("\n") == 1 and "is kept in a temporary folder" in done.stderr
    assert not list((tmp_path / "temporary").iterdir())


def test_out_of_date_files_are_told_apart(cache: Path, recipe: Path, monkeypatch) -> None:
    shipped, own = cached_brain("crawler_v1", 42).write(), cached_brain(recipe, 42).write()
    assert "out of date" not in describe_file(shipped) + describe_file(own)
    known = {"crawler_v1": recipe.with_name("crawler_v1.json")}
    known["crawler_v1"].write_text(find_recipe("crawler_v1").read_text())
    change(known["crawler_v1"])
    with monkeypatch.context() as patch:
        patch.setattr(brain_cache, "recipe_names", lambda: known)
        assert "out of date: differs from the shipped recipe" in describe_file(shipped)
        known["crawler_v1"].write_text("{")
        assert "out of date: the shipped recipe has problems" in describe_file(shipped)
    monkeypatch.setattr(brain_cache, "COMPILER_VERSION", 0)
    assert "out of date: compiler version" in describe_file(own)
    own.write_bytes(b"damaged")
    assert "not a brain file" in describe_file(own)


def test_a_recipe_with_a_mistake_leaves_no_file(cache: Path, recipe: Path) -> None:
    recipe.write_text("{")
    with pytest.raises(RecipeError):
        cached_brain(recipe, 42)
    with pytest.raises(InputError):
        cache_path("./none.json", 42)
    assert not cache.exists()


def test_a_brain_file_is_recognised_by_its_ending_or_its_first_bytes(cache: Path, tmp_path: Path) -> None:
    renamed = cached_brain("crawler_v1", 42).write().rename(tmp_path / "brain.sqlite")
    assert is_brain_file(renamed)
    assert is_brain_file("not_there.db")
    assert not is_brain_file("crawler_v1")
    assert not is_brain_file(tmp_path)
