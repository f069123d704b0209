"""One worm with its brain in an arena: it lives, its senses can be held, its track is kept."""

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
NO_END_S = 86_400.0  # an assay, not the episode, says when it is over

Held = float | Callable[[float], float]
"""What a sense reports: a number, or a function of the seconds since it was first held."""

Place = Callable[[Mapping[str, Any], np.random.Generator], dict[str, Any]]
"""From the info of the drawn arena and a random stream to the options of ``reset``."""


class Animal:
    """A worm from its start on.

    Args:
        agent: its brain, of `FRAME_SKIP` ticks an action; it is reset.
        seed: of arena, start and all noise, as in a trial.
        arena: the trial whose arena it lives in.
        place: where it is put, if not where the seed puts it.

    Attributes:
        observation: what the environment reports now, (77,); stimuli are not in it.
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

    def live(self, seconds: float, **held: Held) -> None:
        """Go on for a time.

        Args:
            seconds: simulated; whole steps of `FRAME_SKIP` ticks.
            **held: channels of the observation by name, and what they report instead of what is there.
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
        """All that it did so far."""
        return Track(**{name: np.array(samples, np.float64) for name, samples in self._samples.items()})

    def sensed(self, channel: str) -> float:
        """What a channel of one number reports now."""
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
