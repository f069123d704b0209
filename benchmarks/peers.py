"""Environments of other projects, stepped with random actions; the extra ``benchmark`` installs them."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

import gymnasium
import numpy as np

from benchmarks.contender import Contender

SEED: Final = 0
POOL_ENVS: Final = 256


@dataclass(frozen=True)
class Peer:
    """An environment that may be installed.

    Attributes:
        env_id: its Gymnasium id.
        module: what must be importable.
        ticks: physics steps in one step; None without a physics step to compare.
        one_in: divides the number of steps of a sample, for slow environments.
    """

    env_id: str
    module: str
    ticks: int | None
    one_in: int = 1

    @property
    def name(self) -> str:
        return f"{self.env_id} of {self.module}"

    @property
    def is_vector(self) -> bool:
        return self.module == "envpool"

    def contender(self, steps: int) -> Contender | None:
        """A `Contender` that takes about ``steps`` steps, or None if the module is not installed."""
        if find_spec(self.module) is None:
            return None
        steps = max(steps // self.one_in, 1)
        if self.is_vector:
            calls = -(-steps // POOL_ENVS)
            return Contender(self.name, _pool(self, calls), calls * POOL_ENVS, self.ticks)
        return Contender(self.name, _single(self, steps), steps, self.ticks)


PEERS: Final = (
    Peer("Swimmer-v5", "mujoco", 4),
    Peer("HalfCheetah-v5", "mujoco", 5),
    Peer("Swimmer-v5", "envpool", 4),
    Peer("MiniGrid-Empty-8x8-v0", "minigrid", None),
    Peer("highway-fast-v0", "highway_env", None, one_in=50),
)


@contextlib.contextmanager
def discarded_output() -> Iterator[None]:
    """Discard warnings of peers and files that they write to the current folder (MuJoCo's log)."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        warnings.catch_warnings(action="ignore"),
    ):
        yield


def _single(peer: Peer, steps: int) -> Callable[[], None]:
    """Steps of one environment, resets at the ends of episodes included."""
    importlib.import_module(peer.module)  # registers its ids
    env: gymnasium.Env[Any, Any] = gymnasium.make(peer.env_id).unwrapped
    env.reset(seed=SEED)
    env.action_space.seed(SEED)
    actions = [env.action_space.sample() for _ in range(steps)]

    def play() -> None:
        for action in actions:
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()

    return play


def _pool(peer: Peer, calls: int) -> Callable[[], None]:
    """Steps of many environments at once, in one thread."""
    pool = importlib.import_module(peer.module).make_gymnasium(
        peer.env_id, num_envs=POOL_ENVS, num_threads=1, seed=SEED
    )
    pool.reset()
    actions = np.random.default_rng(SEED).uniform(-1, 1, (calls, POOL_ENVS, *pool.action_space.shape))

    def play() -> None:
        for action in actions:
            pool.step(action)

    return play
