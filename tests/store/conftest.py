"""A compiled brain with something in every table, and its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.store import save_brain, save_training
from tests.fixtures.every_table import SETTINGS, brain_after_training, trained_brain, write_recipe


@pytest.fixture(scope="session")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recipe(tmp_path_factory.mktemp("recipe"))


@pytest.fixture(scope="session")
def compiled(recipe_path: Path) -> CompiledBrain:
    return compile_recipe(recipe_path)


@pytest.fixture
def brain_path(compiled: CompiledBrain, tmp_path: Path) -> Path:
    path = tmp_path / "worm #1?.db"  # marks that mean something in an address
    save_brain(compiled, path)
    return path


@pytest.fixture(scope="session")
def running(compiled: CompiledBrain) -> Brain:
    """A brain after spikes, reward and pruning."""
    return brain_after_training(compiled)


@pytest.fixture(scope="session")
def trained(compiled: CompiledBrain, running: Brain) -> CompiledBrain:
    """The compiled brain after two training episodes, with an evaluation before and one after."""
    return trained_brain(compiled, running)


@pytest.fixture
def trained_path(trained: CompiledBrain, running: Brain, tmp_path: Path) -> Path:
    """The file of an unfinished training."""
    path = tmp_path / "trained.db"
    save_training(trained, path, SETTINGS, running.state(), running.ticks)
    return path
