"""The doors through which files come in: each reads a file as a user would, and runs it for a moment.

A door returns if the content loads and all that it computes is finite; what is refused raises a
`SpikeWormError`. Everything else is a fault of the package.
"""

from __future__ import annotations

import contextlib
import json
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import gymnasium
import numpy as np

import spikeworm_env  # registers the environments
from spikeworm_env.agents import make_agent
from spikeworm_env.agents.encoder import Encoder, Sound
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.engine.brain import Brain
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.store import load_brain, load_checkpoint
from spikeworm_env.store.training_file import load_training
from spikeworm_env.trials.task import find_trial
from spikeworm_env.world.record_types import N_SENSES

STEPS: Final = 5
TICKS: Final = 50
SHORT: Final = find_trial("default").with_changes(duration_s=0.1)
STATE_ENV: Final = "state"  # key of a pickled environment state's id


class NotFiniteError(Exception):
    """What was loaded computes infinity or NaN."""


def _finite(name: str, values: Any) -> None:
    if not np.isfinite(np.asarray(values, dtype=np.float64)).all():
        raise NotFiniteError(f"{name} is not finite")


def _run_agent(agent: Any) -> None:
    agent.reset(seed=1, info={})
    observation = np.full(N_SENSES, 0.1, np.float32)
    for _ in range(STEPS):
        _finite("action", agent.act(observation))
        agent.learn(0.1, False, False, {"tick": 0})


def _run_brain(brain: Brain) -> None:
    brain.advance(TICKS, np.full(brain.n_neurons, 1.0))
    _finite("v", brain.v)
    _finite("weights", brain.weights)


def recipe(path: Path) -> None:
    """Compile a recipe and run its brain in an agent."""
    _run_agent(SpikingAgent(compile_recipe(path)))


def block(path: Path) -> None:
    """Read a block, compile a recipe that uses it from the folder ``blocks`` beside, and run it."""
    read_block(path)
    using = path.parent.parent / "using.json"
    content = {"name": "using", "description": "one block", "components": [{"id": "a", "block": path.stem}]}
    using.write_text(json.dumps(content), encoding="utf-8")
    try:
        _run_brain(Brain(compile_recipe(using).network))
    finally:
        using.unlink()


def brain(path: Path) -> None:
    """Run the brain of a file in an agent, and read the training that it holds."""
    load_training(path)
    _run_agent(make_agent(str(path)))


def trained(path: Path) -> None:
    """As `brain`, of a file that a training has written; then continue from its checkpoint."""
    brain(path)
    checkpoint(path)


def checkpoint(path: Path) -> None:
    """Continue a brain from the checkpoint of its file."""
    continued = Brain(load_brain(path).network)
    state = load_checkpoint(path)
    if state is not None:
        continued.restore(state)
    _run_brain(continued)


def results(path: Path) -> None:
    """Go on with the comparison whose results are in this file."""
    found = spikeworm_env.compare(
        ["random"], trials=2, trial=SHORT, jobs=1, controls="none", out=path.parent, frame_skip=10
    )
    _finite("ci_time", found.summaries["random"].ci_time.mean)


def policy(path: Path) -> None:
    """Run a linear policy."""
    _run_agent(make_agent(f"linear:{path}"))


def sound(path: Path) -> None:
    """Encode a sound into currents."""
    encoder = Encoder(bands=4, low=200.0, high=3000.0)
    _finite("currents", encoder.encode(Sound.read(path), [[k] for k in range(4)], 4))


def state(path: Path) -> None:
    """Continue an environment from a state; the file is a pickle of (id, state) that our own tests wrote."""
    with path.open("rb") as file:
        name, content = pickle.load(file)
    env = gymnasium.make(name, disable_env_checker=True, duration_s=10.0).unwrapped
    try:
        observation, _ = env.set_state(content)  # type: ignore[attr-defined]
        _finite("observation", observation)
        with contextlib.suppress(gymnasium.error.ResetNeeded):  # the state may be of an episode that is over
            for _ in range(STEPS):
                observation, reward, *_ = env.step(np.full(env.action_space.shape or (), 0.01))
                _finite("observation", observation)
                _finite("reward", reward)
    finally:
        env.close()


def enter_every_environment() -> None:
    """Compile what `state` runs, for every id: a state may be of any of them."""
    for name in sorted(ENVIRONMENTS):
        env = gymnasium.make(name, disable_env_checker=True, duration_s=10.0).unwrapped
        env.reset(seed=1)
        env.set_state(env.get_state())  # type: ignore[attr-defined]
        env.step(np.full(env.action_space.shape or (), 0.01))
        env.close()


DOORS: Final[Mapping[str, Callable[[Path], None]]] = MappingProxyType(
    {
        each.__name__: each
        for each in (recipe, block, brain, trained, checkpoint, results, policy, sound, state)
    }
)
