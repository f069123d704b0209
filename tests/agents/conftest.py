"""Dishes and animals for the tests of agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.brain import CompiledBrain, SensorMap
from spikeworm_env.experiments.trial import TrialResult, run_trial
from spikeworm_env.experiments.trials import Trial

FRAME_SKIP = 10
TRIAL_SEEDS = (10_000, 10_001, 10_002)

Step = tuple[np.ndarray, float, dict[str, Any]]


@pytest.fixture(scope="session")
def crawler() -> CompiledBrain:
    """crawler_v1, compiled."""
    return compile_recipe("crawler_v1")


@pytest.fixture(scope="session")
def without(crawler: CompiledBrain) -> Callable[..., CompiledBrain]:
    """``without(*names)``: crawler_v1 with the nerves of those receptors cut."""

    def cut(*names: str) -> CompiledBrain:
        gone = [k for k, receptor in enumerate(crawler.receptors) if receptor.name in names]
        assert len(gone) == len(names)
        senses = crawler.sensor_map
        kept = ~np.isin(senses.receptor, gone)
        columns = (senses.neuron, senses.receptor, senses.gain, senses.offset, senses.limit)
        return replace(crawler, sensor_map=SensorMap(*(column[kept] for column in columns)))

    return cut


@pytest.fixture(scope="session")
def live() -> Callable[..., Iterator[Step]]:
    """``live(agent, steps, ...)``: run an agent in a dish; yields action, reward and info of every step."""

    def live(
        agent: Agent,
        steps: int,
        *,
        seed: int = 0,
        frame_skip: int = FRAME_SKIP,
        options: dict[str, Any] | None = None,
        told: Callable[[dict[str, Any]], dict[str, Any]] = dict,
        **dish: Any,
    ) -> Iterator[Step]:
        with closing(Trial("test", **dish).make_env(frame_skip=frame_skip)) as env:
            observation, info = env.reset(seed=0, options=options)
            agent.reset(seed=seed, info=told(info))
            for _ in range(steps):
                action = agent.act(observation)
                observation, reward, terminated, truncated, info = env.step(action)
                agent.learn(float(reward), terminated, truncated, told(info))
                yield action, float(reward), info

    return live


@pytest.fixture(scope="session")
def trials() -> Callable[[Callable[[], Agent]], list[TrialResult]]:
    """``trials(make)``: the default trial of three seeds."""

    def trials(make: Callable[[], Agent], seeds: Iterable[int] = TRIAL_SEEDS) -> list[TrialResult]:
        return [run_trial(make(), "default", seed, frame_skip=FRAME_SKIP) for seed in seeds]

    return trials


@pytest.fixture(scope="session")
def whole_trials(crawler, trials) -> list[TrialResult]:
    """crawler_v1, unharmed."""
    from spikeworm_env.agents.spiking import SpikingAgent

    return trials(lambda: SpikingAgent(crawler, frame_skip=FRAME_SKIP))
