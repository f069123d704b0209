"""One worm in an arena, run for a time with channels of its observation held; its track is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.experiments.ablation.assays._track import Track
from spikeworm_env.trials.run import SAMPLE_TICKS, agent_seed
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICKS_PER_S
from spikeworm_env.world.worm import node_positions

FRAME_SKIP = DEFAULT_FRAME_SKIP
NO_END_S = 86_400.0  # the assay decides when it ends, not the episode

Held = float | Callable[[float], float]
"""The value of a held channel: a number, or a function of the seconds since it was first held."""

Place = Callable[[Mapping[str, Any], np.random.Generator], dict[str, Any]]
"""From the info of the arena and a random stream to the options of ``reset``."""


class Worm:
    """A worm from its start.

    Args:
        agent: the agent, of `FRAME_SKIP` ticks per action; it is reset.
        seed: of arena, start and all noise, as in a trial.
        arena: the trial that defines the arena.
        place: the start, where the seed does not define it.

    Attributes:
        observation: the current observation of the environment, (77,), without held channels.
        info: the environment's info.
    """

    def __init__(self, agent: Agent, seed: int, arena: Trial, place: Place | None = None) -> None:
        self._agent = agent
        self._env: Any = arena.with_changes(duration_s=NO_END_S).make_env(frame_skip=FRAME_SKIP)
        self.observation, self.info = self._env.reset(seed=seed)
        if place is not None:
            options = place(self.info, np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,))))
            food = options.get("food", self.info["food"].tolist())
            self.observation, self.info = self._env.reset(seed=seed, options={**options, "food": food})
        agent.reset(seed=agent_seed(seed), info=self.info)
        self._samples: dict[str, list[Any]] = {name: [] for name in Track.__annotations__}
        self._touched: list[bool] = []  # by step, since the last sample
        self._sample()

    def run(self, seconds: float, **held: Held) -> None:
        """Run for a time.

        Args:
            seconds: simulated; whole steps of `FRAME_SKIP` ticks.
            **held: channel of the observation → its value for the agent, instead of the environment's.
        """
        first_tick = self.info["tick"]
        for _ in range(round(seconds * TICKS_PER_S / FRAME_SKIP)):
            seen = self.observation
            if held:
                seen = _with(seen, held, (self.info["tick"] - first_tick) / TICKS_PER_S)
            self.observation, reward, terminated, truncated, self.info = self._env.step(self._agent.act(seen))
            self._agent.learn(float(reward), terminated, truncated, self.info)
            self._touched.append(self.sensed("head_touch") > 0)
            if self.info["tick"] % SAMPLE_TICKS == 0:
                self._sample()

    @property
    def track(self) -> Track:
        """All samples so far."""
        return Track(**{name: np.array(samples, np.float64) for name, samples in self._samples.items()})

    def sensed(self, channel: str) -> float:
        """The current value of a channel of one number."""
        return float(self.observation[LAYOUT[channel].start])

    def _sample(self) -> None:
        nodes = node_positions(self._env.get_state().worm)
        samples = self._samples
        samples["time_s"].append(self.info["time_s"])
        samples["centre"].append(self._env.drag_centre)
        samples["chord"].append(nodes[0] - nodes[-1])
        samples["distance"].append(self.info["distance"])
        samples["off_centre"].append(float(np.hypot(*self.info["position"])))
        samples["head_at_wall"].append(np.mean(self._touched or [False]))
        self._touched.clear()


def _with(observation: NDArray[np.float32], held: Mapping[str, Held], since_s: float) -> NDArray[np.float32]:
    seen = observation.copy()
    for name, value in held.items():
        seen[LAYOUT[name]] = value(since_s) if callable(value) else value
    return seen
