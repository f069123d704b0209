"""A brain file from anyone loads and runs with finite numbers, or is one error that names file and place."""

from __future__ import annotations

import importlib.util
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.store import (
    load_brain,
    load_checkpoint,
    load_training,
    save_brain,
    save_training,
)
from spikeworm_env.world.record_types import N_SENSES

_spec = importlib.util.spec_from_file_location(
    "hostile_brains", Path(__file__).with_name("hostile_brains.py")
)
assert _spec is not None and _spec.loader is not None
hostile = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hostile)

CHANGES = {
    **hostile.TABLES_CHANGED,
    **hostile.VALUES_CHANGED,
    **hostile.STATES_CHANGED,
    **hostile.FILES_CHANGED,
}
MAX_SECONDS, MAX_BYTES = 2.0, 500_000_000
MAX_MESSAGE = 4_000  # characters; ten problems of a network
HARMLESS = {  # fields of a state that the network fixes are not read from it
    *("columns first", "another target", "another row", "another delay"),
    *("all spikes in flight", "parameters that let u grow without end", "the largest of all numbers"),
}
TICKS = 100


def load_and_run(path: Path) -> None:
    """Load brain and training, restore the state, act; all numbers stay finite."""
    compiled = load_brain(path)
    agent = SpikingAgent(compiled, frame_skip=10)
    state = load_checkpoint(path)
    load_training(path)
    if state is not None:
        try:
            agent.brain.restore(state)
        except InputError as error:
            raise BrainFileError(f"{path}: checkpoints: {error}") from error
    for _ in range(TICKS // 10):
        assert np.isfinite(agent.act(np.ones(N_SENSES, np.float32))).all()
        agent.learn(1.0, False, False, {})
    assert np.isfinite(agent.brain.weights).all() and np.isfinite(agent.brain.v).all()
    save_brain(compiled, path.with_name("again.db"))
    load_brain(path.with_name("again.db"))


@pytest.fixture(scope="module")
def content(compiled, trained, running, tmp_path_factory):
    """The bytes of the file of a trained brain."""
    path = tmp_path_factory.mktemp("content") / "trained.db"
    save_training(trained, path, {"trial": "default"}, running.state(), running.ticks)
    load_and_run(path)  # compiles the kernels
    return path.read_bytes()


@pytest.mark.parametrize("name", CHANGES)
def test_a_hostile_file_runs_finitely_or_is_one_error(name, content, tmp_path):
    path = tmp_path / "trained.db"
    path.write_bytes(content)
    CHANGES[name](path)
    left = sorted(tmp_path.iterdir())
    tracemalloc.start()
    began, error = time.process_time(), None
    try:
        load_and_run(path)
    except BrainFileError as raised:
        error = raised
    finally:
        seconds, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert seconds < MAX_SECONDS and peak < MAX_BYTES
    assert (error is None) == (name in HARMLESS), error
    if error is not None:
        assert str(path) in str(error) and "\n" not in str(error)
        assert len(str(error)) < MAX_MESSAGE and sorted(tmp_path.iterdir()) == left
