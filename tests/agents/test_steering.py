"""Agents without a brain steer directly where the environment contains the gait."""

import gymnasium
import numpy as np
import pytest

import spikeworm_env  # noqa: F401  registers the environments
from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.errors import InputError


@pytest.mark.parametrize("name", AGENTS)
def test_every_agent_without_a_brain_runs_in_steering(name):
    env = gymnasium.make("SpikeWorm/Steering-v0", frame_skip=10).unwrapped
    agent = make_agent(name, frame_skip=10, acts_by="steering")
    observation, info = env.reset(seed=0)
    agent.reset(seed=0, info=info)
    for _ in range(100):
        action = agent.act(observation)
        assert env.action_space.contains(action)
        observation, reward, terminated, truncated, info = env.step(action)
        agent.learn(float(reward), terminated, truncated, info)


def test_steering_by_muscles_and_by_turn_and_drive_gives_the_same_crawl():
    """Same gait, same phase: the oracle's positions in the two environments are the same."""
    positions = []
    for env_id, acts_by in (("Chemotaxis", "muscles"), ("Steering", "steering")):
        env = gymnasium.make(f"SpikeWorm/{env_id}-v0", frame_skip=10).unwrapped
        agent = make_agent("oracle", frame_skip=10, acts_by=acts_by)
        observation, info = env.reset(seed=3)
        agent.reset(seed=3, info=info)
        if acts_by == "muscles":
            reference = gymnasium.make("SpikeWorm/Steering-v0").unwrapped
            reference.reset(seed=3)
            agent._gait.reset(float(reference.get_state().env_state["phase_rad"][0]))
        for _ in range(1000):
            observation, reward, terminated, truncated, info = env.step(agent.act(observation))
            agent.learn(float(reward), terminated, truncated, info)
        positions.append(info["position"])
    np.testing.assert_allclose(positions[0], positions[1], atol=0.02)


def test_an_action_of_another_shape_is_an_error():
    with pytest.raises(InputError, match="acts_by is 'wings'; expected 'muscles' or 'steering'"):
        make_agent("crawl", acts_by="wings")
