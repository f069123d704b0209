"""Blocks, recipes and brains are found in a checkout as well as in a wheel."""

from pathlib import Path

import platformdirs
import pytest

from spikeworm_env import resources
from spikeworm_env.errors import InputError
from spikeworm_env.resources import brain_cache  # itself: fixtures of other files put another in its place


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with a package in it."""
    package = tmp_path / "spikeworm_env"
    package.mkdir()
    monkeypatch.setattr(resources, "PACKAGE", package)
    monkeypatch.setattr(resources, "CHECKOUT", tmp_path)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: tmp_path / "data" / name)
    return tmp_path


def test_a_checkout_keeps_all_beside_the_package(home):
    (home / "pyproject.toml").touch()
    assert resources.is_checkout()
    assert resources.shipped("recipes") == home / "recipes"
    assert brain_cache() == home / "brains" / "zoo"


@pytest.mark.parametrize("others", [[], ["pyproject.toml"]], ids=["alone", "beside another project's file"])
def test_a_wheel_keeps_all_in_the_package_and_brains_with_the_user(home, others):
    (home / "spikeworm_env" / "recipes").mkdir()
    for name in others:
        (home / name).touch()
    assert not resources.is_checkout()
    assert resources.shipped("recipes") == home / "spikeworm_env" / "recipes"
    assert brain_cache() == home / "data" / "spikeworm" / "brains" / "zoo"


@pytest.mark.parametrize("data_home", ["~/.local/share", "data"], ids=["no home folder", "a relative path"])
def test_a_user_without_a_data_folder_is_an_error_and_no_folder_is_made(home, data_home, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: Path(data_home) / name)
    monkeypatch.chdir(home)
    with pytest.raises(InputError, match=r"the user's data folder is '.*spikeworm'; expected an absolute"):
        brain_cache()
    assert not (home / data_home).exists()


def test_a_package_without_recipes_is_no_checkout_unless_the_project_is_around(home):
    assert not resources.is_checkout()


def test_what_runs_here_is_found():
    assert Path(resources.__file__).parent == resources.PACKAGE
    assert (resources.shipped("blocks") / "block.schema.json").is_file()
