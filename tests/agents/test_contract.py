"""The contract of every registered agent, of a spiking agent, and of an agent from a temporary folder."""

from pathlib import Path

import gymnasium
import numpy as np
import pytest

import spikeworm_env  # noqa: F401  registers the environment
from spikeworm_env.agents import AGENTS, make_agent

NAMES = [*AGENTS, "crawler_v1"]
BOTH_SKIPS = pytest.mark.parametrize("frame_skip", [1, 10])
EVERY_AGENT = pytest.mark.parametrize("name", NAMES)
TICKS = 1000

TOY = '''
"""circles: the gait with a random constant turn."""

from spikeworm_env.agents.gaited import GaitedAgent


class Circles(GaitedAgent):
    name = "circles"

    def reset(self, *, seed, info):
        super().reset(seed=seed, info=info)
        self._turn = self.rng.uniform(-1.0, 1.0)

    def steer(self, observation):
        return self._turn, 1.0


AGENT = Circles
'''


def actions(rollout, agent, seed, frame_skip=10, **more):
    """(steps, 2, 24) of one second in the arena of seed 0."""
    steps = TICKS // frame_skip
    return np.array([a for a, _, _ in rollout(agent, steps, seed=seed, frame_skip=frame_skip, **more)])


@EVERY_AGENT
def test_an_agent_has_the_name_that_it_is_made_by(name):
    assert make_agent(name).name == name


@EVERY_AGENT
@BOTH_SKIPS
def test_actions_lie_in_the_action_space(rollout, name, frame_skip):
    space = gymnasium.make("SpikeWorm/Chemotaxis-v0").action_space
    did = actions(rollout, make_agent(name, frame_skip=frame_skip), 1, frame_skip)
    assert did.dtype == np.float32
    assert did.any()
    assert all(space.contains(action) for action in did)


@EVERY_AGENT
@BOTH_SKIPS
def test_the_same_seed_gives_the_same_actions_and_another_seed_others(rollout, name, frame_skip):
    def did(seed):
        return actions(rollout, make_agent(name, frame_skip=frame_skip), seed, frame_skip)

    first = did(1)
    np.testing.assert_array_equal(first, did(1))
    assert not np.array_equal(first, did(2))


@EVERY_AGENT
def test_reset_returns_to_the_start(rollout, name):
    agent = make_agent(name, frame_skip=10)
    first = actions(rollout, agent, 1)
    actions(rollout, agent, 2)
    np.testing.assert_array_equal(first, actions(rollout, agent, 1))


@EVERY_AGENT
def test_an_action_is_not_overwritten_by_the_next(rollout, name):
    agent = make_agent(name, frame_skip=10)
    kept = [(action, action.copy()) for action, _, _ in rollout(agent, 50)]
    for action, copy in kept:
        np.testing.assert_array_equal(action, copy)


@EVERY_AGENT
def test_act_does_not_change_the_observation(name):
    env = gymnasium.make("SpikeWorm/Chemotaxis-v0").unwrapped
    observation, info = env.reset(seed=0)
    agent = make_agent(name, frame_skip=10)
    agent.reset(seed=0, info=info)
    before = observation.copy()
    agent.act(observation)
    np.testing.assert_array_equal(observation, before)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "oracle"])
def test_only_the_oracle_uses_info(rollout, name):
    without_info = actions(rollout, make_agent(name, frame_skip=10), 1, edit_info=lambda info: {})
    np.testing.assert_array_equal(without_info, actions(rollout, make_agent(name, frame_skip=10), 1))


def phase(action):
    """Phase of a straight travelling wave by least squares, and the relative residual."""
    lag = 2 * np.pi * 1.85 * np.arange(24) / 24
    basis = np.column_stack([np.cos(lag), -np.sin(lag)])
    wave = action[0].astype(float) - action[1]
    fit, *_ = np.linalg.lstsq(basis, wave, rcond=None)
    return np.arctan2(fit[0], fit[1]), np.abs(wave - basis @ fit).max() / np.abs(wave).max()


def test_crawl_differs_between_seeds_only_in_its_phase(rollout):
    one, other = (actions(rollout, make_agent("crawl", frame_skip=10), seed) for seed in (1, 2))
    shift = []
    for a, b in zip(one, other, strict=True):
        (phase_a, rest_a), (phase_b, rest_b) = phase(a), phase(b)
        assert max(rest_a, rest_b) < 1e-5
        shift.append(np.exp(1j * (phase_b - phase_a)))
    assert abs(shift[0] - 1) > 0.1
    np.testing.assert_allclose(shift, shift[0], atol=1e-5)


def test_a_file_in_the_folder_is_an_agent(rollout, tmp_path: Path) -> None:
    (tmp_path / "circles.py").write_text(TOY, encoding="utf-8")
    with AGENTS.including(tmp_path):
        assert make_agent("circles").name == "circles"
        test_an_agent_has_the_name_that_it_is_made_by("circles")
        for frame_skip in (1, 10):
            test_actions_lie_in_the_action_space(rollout, "circles", frame_skip)
            test_the_same_seed_gives_the_same_actions_and_another_seed_others(rollout, "circles", frame_skip)
        test_reset_returns_to_the_start(rollout, "circles")
        test_an_action_is_not_overwritten_by_the_next(rollout, "circles")
        test_act_does_not_change_the_observation("circles")
        test_only_the_oracle_uses_info(rollout, "circles")
    assert "circles" not in AGENTS
