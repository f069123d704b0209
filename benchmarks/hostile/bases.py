"""Sound files of every kind, of which hostile ones are made."""

from __future__ import annotations

import contextlib
import io
import pickle
import shutil
from collections.abc import Mapping
from pathlib import Path

import gymnasium
import numpy as np
from scipy.io import wavfile

from benchmarks.hostile.doors import results
from spikeworm_env import resources
from spikeworm_env.agents.linear import Linear
from spikeworm_env.cli import app
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.store import save_brain, save_checkpoint

RECIPE, RATE = "minimal", 16_000


def make_bases(folder: Path) -> Mapping[str, Path]:
    """Write one sound file of each kind of `doors.DOORS`, and a trained brain; kind → its file."""
    made = {
        "recipe": folder / "recipe.json",
        "block": folder / "blocks" / "motor_segment.json",
        "brain": folder / "brain.db",
        "trained": folder / "trained.db",
        "checkpoint": folder / "checkpoint.db",
        "results": folder / "results" / "results.db",
        "policy": folder / "policy.npz",
        "sound": folder / "sound.wav",
        "state": folder / "state.pickle",
    }
    for file in made.values():
        file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(resources.shipped("recipes") / f"{RECIPE}.json", made["recipe"])
    (block,) = resources.shipped("blocks").rglob("motor_segment.json")
    shutil.copy(block, made["block"])
    compiled = compile_recipe(RECIPE)
    save_brain(compiled, made["brain"])
    save_brain(compiled, made["checkpoint"])
    brain = Brain(compiled.network)
    brain.advance(20)
    save_checkpoint(made["checkpoint"], brain.state(), brain.ticks)
    train = ["train", "learner_v1", "--episodes", "2", "--seconds", "0.2", "--tests", "0", "--json"]
    with contextlib.redirect_stdout(io.StringIO()):
        assert app([*train, "--out", str(made["trained"])], standalone_mode=False) == 0
    results(made["results"])
    shutil.copy(Linear.shipped(), made["policy"])
    time = np.arange(RATE // 5) / RATE
    wavfile.write(made["sound"], RATE, (np.sin(2 * np.pi * 440 * time) * 20_000).astype(np.int16))
    made["state"].write_bytes(pickled_state("SpikeWorm/Chemotaxis-v0"))
    return made


def pickled_state(name: str) -> bytes:
    """The pickle of (id, state) of an environment after some steps."""
    env = gymnasium.make(name, disable_env_checker=True, duration_s=10.0).unwrapped
    env.reset(seed=1)
    env.step(np.full(env.action_space.shape or (), 0.01))
    state = env.get_state()  # type: ignore[attr-defined]
    env.close()
    return pickle.dumps((name, state))
