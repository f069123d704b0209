"""Blind: everything as before, but smell stands still."""

import copy

import gymnasium
import numpy as np
import pytest

from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.agents.controls import Blind
from spikeworm_env.envs.observation import CHEMICAL, LAYOUT, N_SENSES

SMELL = np.concatenate([np.arange(N_SENSES)[LAYOUT[name]] for name in CHEMICAL])
REST = np.setdiff1d(np.arange(N_SENSES), SMELL)


class Witness:
    """Writes down all that it is given."""

    name = "witness"

    def __init__(self):
        self.seen, self.learned, self.resets = [], [], []

    def reset(self, *, seed, info):
        self.resets.append((seed, info))

    def act(self, observation):
        self.seen.append(observation.copy())
        return np.full((2, 24), len(self.seen), np.float32)

    def learn(self, *given):
        self.learned.append(given)


@pytest.fixture
def observations():
    return np.random.default_rng(0).random((6, N_SENSES)).astype(np.float32)


def test_smell_is_frozen_at_its_value_at_the_start_and_the_rest_passes(observations):
    witness = Witness()
    blind = Blind(witness)
    blind.reset(seed=1, info={})
    untouched = observations.copy()
    for observation in observations:
        blind.act(observation)
    seen = np.array(witness.seen)
    np.testing.assert_array_equal(seen[:, SMELL], np.tile(observations[0, SMELL], (6, 1)))
    np.testing.assert_array_equal(seen[:, REST], observations[:, REST])
    np.testing.assert_array_equal(observations, untouched)


def test_smell_is_frozen_anew_at_each_reset(observations):
    witness = Witness()
    blind = Blind(witness)
    for start in (0, 3):
        blind.reset(seed=1, info={})
        for observation in observations[start : start + 3]:
            blind.act(observation)
        np.testing.assert_array_equal(witness.seen[-1][SMELL], observations[start, SMELL])


def test_everything_else_goes_through(observations):
    witness = Witness()
    blind = Blind(witness)
    info = {"a": 1}
    blind.reset(seed=7, info=info)
    assert witness.resets == [(7, info)]
    assert (blind.act(observations[0]) == 1).all()
    blind.learn(0.5, False, True, info)
    assert witness.learned == [(0.5, False, True, info)]
    assert blind.agent is witness
    assert blind.name == "witness:blind"


@pytest.mark.parametrize("name", [*AGENTS, "crawler_v1"])
def test_blinding_leaves_the_agent_as_it_was(live, name):
    agent = make_agent(name, frame_skip=10)
    before = [action for action, _, _ in live(agent, 60, seed=3)]
    for _ in live(Blind(agent), 60, seed=3):
        pass
    np.testing.assert_array_equal(before, [action for action, _, _ in live(agent, 60, seed=3)])


def test_a_second_odour_is_frozen_too_in_either_form():
    for form in ("flat", "dict"):
        env = gymnasium.make("SpikeWorm/Reversal-v0", observation=form, start_distance=3.0).unwrapped
        witness = Witness()
        witness.act = lambda observation, seen=witness.seen: (
            seen.append(copy.deepcopy(observation)) or np.array(([0.02] * 24, [0.0] * 24))
        )
        blind = Blind(witness, env.layout)
        seen, info = env.reset(seed=0)
        blind.reset(seed=0, info=info)
        for _ in range(20):
            last = seen
            seen, *_ = env.step(blind.act(seen))
        first, final = witness.seen[0], witness.seen[-1]
        for name, part in env.layout.items():
            key = name if form == "dict" else part
            smells = name.startswith(("concentration", "adapted"))
            np.testing.assert_array_equal(final[key], first[key] if smells else last[key])
        assert (last["adapted_change_b"] if form == "dict" else last[80]) != 0
