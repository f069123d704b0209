"""Agents in every environment with muscle actions."""

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler.receptors import CHANNELS
from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.spaces import CHEMICAL, LAYOUT
from spikeworm_env.errors import InputError

MUSCLE_IDS = [name for name in ENVIRONMENTS if name != "SpikeWorm/Steering-v0"]


def episodes(agent, env, steps=100):
    """(steps, 2, 24) actions."""
    observation, info = env.reset(seed=1)
    agent.reset(seed=1, info=info)
    actions = []
    for _ in range(steps):
        actions.append(agent.act(observation))
        observation, reward, terminated, truncated, info = env.step(actions[-1])
        agent.learn(reward, terminated, truncated, info)
    return np.array(actions)


@pytest.mark.parametrize("env_id", MUSCLE_IDS)
@pytest.mark.parametrize("name", ["crawler_v1", "reverser_v1", "oracle", "crawl", "random"])
def test_an_agent_runs_in_every_environment(env_id, name):
    actions = episodes(make_agent(name, frame_skip=10), gymnasium.make(env_id))
    assert actions.any()


@pytest.mark.parametrize("env_id", MUSCLE_IDS)
def test_flat_and_dict_observations_give_equal_actions(env_id):
    agent = make_agent("crawler_v1", frame_skip=10)
    flat = episodes(agent, gymnasium.make(env_id))
    named = episodes(agent, gymnasium.make(env_id, observation="dict"))
    np.testing.assert_array_equal(flat, named)


def with_second_odour(crawler):
    """crawler_v1 whose receptors read the second odour instead of the first."""
    receptors = tuple(
        replace(
            receptor, source=f"{receptor.source}_b" if "touch" not in receptor.source else receptor.source
        )
        for receptor in crawler.receptors
    )
    return replace(crawler, receptors=receptors)


def test_a_brain_can_sense_the_second_odour(crawler):
    """Its actions equal those on the first odour in an arena with exchanged odours."""
    env = gymnasium.make("SpikeWorm/Reversal-v0", swap_s=None, sigma=12.0).unwrapped
    first = make_agent("crawler_v1", frame_skip=10)
    second = SpikingAgent(with_second_odour(crawler), frame_skip=10, layout=env.layout)
    did = []
    for marker, agent in enumerate((first, second)):
        observation, info = env.reset(seed=1, options={"marker": marker})
        agent.reset(seed=1, info=info)
        did.append([])
        for _ in range(200):
            did[-1].append(agent.act(observation))
            observation, *_ = env.step(did[-1][-1])
    np.testing.assert_array_equal(*did)


def test_an_odour_that_the_arena_does_not_have_is_zero(crawler):
    """Its actions equal those with 0 in those channels."""
    env = gymnasium.make("SpikeWorm/Chemotaxis-v0").unwrapped
    wider = {**env.layout, **{f"{name}_b": slice(77 + k, 78 + k) for k, name in enumerate(CHEMICAL)}}
    agents = (
        SpikingAgent(with_second_odour(crawler), frame_skip=10),
        SpikingAgent(with_second_odour(crawler), frame_skip=10, layout=wider),
    )
    observation, info = env.reset(seed=1)
    for agent in agents:
        agent.reset(seed=1, info=info)
    for _ in range(100):
        action = agents[0].act(observation)
        np.testing.assert_array_equal(action, agents[1].act(np.append(observation, np.zeros(4, np.float32))))
        observation, *_ = env.step(action)


@pytest.mark.parametrize("form", ["flat", "dict"])
def test_a_second_odour_outside_the_layout_is_an_error(crawler, form):
    env = gymnasium.make("SpikeWorm/Reversal-v0", observation=form)
    observation, info = env.reset(seed=1)
    agent = SpikingAgent(with_second_odour(crawler))
    agent.reset(seed=1, info=info)
    with pytest.raises(InputError, match=r"a second odour: give it layout=env\.unwrapped\.layout"):
        agent.act(observation)


def test_a_channel_missing_in_the_layout_is_an_error(crawler):
    layout = {name: part for name, part in LAYOUT.items() if name != "concentration"}
    with pytest.raises(InputError, match=r"receptor '\w+' reads 'concentration', which the observation"):
        SpikingAgent(crawler, layout=layout)


def test_every_receptor_channel_exists_in_some_environment():
    found = {name for env_id in ENVIRONMENTS for name in gymnasium.make(env_id).unwrapped.layout}
    assert set(CHANNELS) <= found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda named: named.pop("joint_angle"),
            r"\['joint_angle'\] is NoneType; expected .*\(23,\)",
        ),
        (
            lambda named: named.update(head_touch=np.zeros(2)),
            r"\['head_touch'\] is float64 \(2,\)",
        ),
    ],
)
def test_a_dict_observation_without_a_needed_channel_is_an_error(change, message):
    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", observation="dict")
    named, info = env.reset(seed=0)
    agent = make_agent("crawler_v1")
    agent.reset(seed=0, info=info)
    change(named)
    with pytest.raises(InputError, match=message):
        agent.act(named)
