"""SHA-256 digests of whole episodes: every spike, weight and posture, in order and to the last bit.

Run ``python tests/golden/digests.py`` from the top of the checkout to rewrite ``digests.json``; do so only
for a declared change of bits, in a commit that says why. With names of cases it prints their digests as JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import closing
from pathlib import Path

import gymnasium
import numpy as np

from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import recipe_names
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS

FILE = Path(__file__).with_name("digests.json")
SEEDS = (42, 43, 44)  # of the brain and of the trial
SECONDS = 5.0
STEPS = 2_000
FRAME_SKIP = 10
ARENA = "SpikeWorm/Chemotaxis-v0"
CRAWL = 0.03  # largest share of motor neurons in a random action: more would hold the body rigid


def recipe_cases() -> list[str]:
    """Names of the digests of recipes: ``recipe NAME SEED learning`` or ``… still``."""
    return [
        f"recipe {name} {seed} {learning}"
        for name in recipe_names()
        for seed in SEEDS
        for learning in ("learning", "still")
    ]


def environment_cases() -> list[str]:
    """Names of the digests of environments: ``environment ID``, and the same with noise on concentrations."""
    return [f"environment {name}{noise}" for name in ENVIRONMENTS for noise in ("", " noise")]


def agent_cases() -> list[str]:
    """Names of the digests of agents without a brain."""
    return [f"agent {name}" for name in AGENTS]


def cases() -> list[str]:
    """All of them."""
    return [*environment_cases(), *agent_cases(), *recipe_cases()]


def digest_of(case: str) -> dict[str, str]:
    """Digests of a case: name of a quantity → SHA-256 of all its values."""
    kind, name, *more = case.split(" ")
    if kind == "environment":
        return _environment(name, 0.1 if more else 0.0)
    if kind == "agent":
        return _agent(name)
    return _recipe(name, int(more[0]), more[1] == "learning")


def _recipe(name: str, seed: int, learning: bool) -> dict[str, str]:
    spikes, postures = hashlib.sha256(), hashlib.sha256()
    env = gymnasium.make(ARENA, disable_env_checker=True, frame_skip=FRAME_SKIP, duration_s=SECONDS).unwrapped
    with closing(env):
        agent = SpikingAgent(compile_recipe(name, seed), frame_skip=FRAME_SKIP, learning=learning)
        agent.brain.on_tick = lambda ids: spikes.update(np.append(ids, -1).astype("<i8").tobytes())
        observation, info = env.reset(seed=seed)
        agent.reset(seed=seed, info=info)
        ended = False
        while not ended:
            observation, reward, terminated, truncated, info = env.step(agent.act(observation))
            agent.learn(float(reward), terminated, truncated, info)
            worm = env.get_state().worm[0]
            for field in ("centre", "phi0", "theta"):
                postures.update(np.asarray(worm[field], "<f8").tobytes())
            ended = terminated or truncated
    weights = hashlib.sha256(agent.brain.weights.astype("<f8").tobytes())
    return {"spikes": spikes.hexdigest(), "weights": weights.hexdigest(), "postures": postures.hexdigest()}


def _agent(name: str) -> dict[str, str]:
    trial = TRIALS["default"].with_changes(duration_s=SECONDS)
    result = run_trial(make_agent(name, frame_skip=FRAME_SKIP), trial, SEEDS[0], frame_skip=FRAME_SKIP)
    values = np.concatenate([result.path.ravel(), result.centre.ravel(), [result.ci_time, result.ci_net]])
    return {"path": hashlib.sha256(values.astype("<f8").tobytes()).hexdigest()}


def _environment(name: str, noise: float) -> dict[str, str]:
    rng = np.random.default_rng(0)
    values = hashlib.sha256()
    env = gymnasium.make(name, disable_env_checker=True, frame_skip=FRAME_SKIP, noise=noise).unwrapped
    with closing(env):
        observation, _ = env.reset(seed=0)
        values.update(observation.tobytes())
        for _ in range(STEPS):
            action = rng.random(env.action_space.shape)
            action = action * CRAWL if env.action_space.low.min() == 0.0 else 2.0 * action - 1.0
            observation, reward, terminated, truncated, info = env.step(action.astype(np.float32))
            values.update(observation.tobytes())
            values.update(np.array([reward, *info["position"]], "<f8").tobytes())
            if terminated or truncated:
                observation, _ = env.reset()
                values.update(observation.tobytes())
    return {"observations": values.hexdigest()}


if __name__ == "__main__":
    found = {case: digest_of(case) for case in sys.argv[1:] or cases()}
    if sys.argv[1:]:
        print(json.dumps(found))  # noqa: T201
        sys.exit()
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
