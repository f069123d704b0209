"""Blind: everything as before, but smell stands still. Shuffled: a brain wired anew by each trial seed."""

import copy
from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.brain import RewardRule
from spikeworm_env.engine.network import SynapseClass
from spikeworm_env.engine.synapses import resolve_parameters
from spikeworm_env.envs.spaces import CHEMICAL, LAYOUT, N_SENSES
from spikeworm_env.experiments.comparison.summary import LEAST_SPEED_SHARE
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.trials.controls.no_learning import without_learning
from spikeworm_env.trials.controls.no_reward import without_reward
from spikeworm_env.trials.controls.shuffled import Shuffled
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

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


def test_everything_else_goes_through_but_reward_which_tells_of_smell(observations):
    witness = Witness()
    blind = Blind(witness)
    info = {"a": 1}
    blind.reset(seed=7, info=info)
    assert witness.resets == [(7, info)]
    assert (blind.act(observations[0]) == 1).all()
    blind.learn(0.5, False, True, info)
    assert witness.learned == [(0.0, False, True, info)]
    assert blind.agent is witness
    assert blind.name == "witness:blind"


@pytest.mark.parametrize("name", [*AGENTS, "crawler_v1"])
def test_blinding_leaves_the_agent_as_it_was(rollout, name):
    agent = make_agent(name, frame_skip=10)
    before = [action for action, _, _ in rollout(agent, 60, seed=3)]
    for _ in rollout(Blind(agent), 60, seed=3):
        pass
    np.testing.assert_array_equal(before, [action for action, _, _ in rollout(agent, 60, seed=3)])


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


def test_shuffled_brain_is_drawn_by_the_trial_seed():
    compiled = compile_recipe("crawler_v1")
    shuffled = Shuffled(compiled, frame_skip=10)
    drawn = []
    for seed in (3, 4, 3):
        shuffled.reset(seed=seed, info={})
        drawn.append(shuffled.agent.compiled.network.target)
    assert (drawn[0] == drawn[2]).all()
    assert (drawn[0] != drawn[1]).any()
    assert all((target != compiled.network.target).any() for target in drawn)
    assert shuffled.name == "crawler_v1:shuffled"


def test_shuffled_brain_lives_as_the_agent_of_its_wiring(rollout):
    shuffled = Shuffled(compile_recipe("crawler_v1"), frame_skip=10)
    actions = [action for action, _, _ in rollout(shuffled, 60, seed=3)]
    same = SpikingAgent(shuffled.agent.compiled, frame_skip=10)
    np.testing.assert_array_equal(actions, [action for action, _, _ in rollout(same, 60, seed=3)])


def test_shuffled_crawler_still_crawls_but_climbs_no_more():
    compiled = compile_recipe("crawler_v1")
    minute = Trial("minute", duration_s=60.0)
    rows = [
        [run_trial(kind(compiled, frame_skip=10), minute, seed, frame_skip=10) for seed in range(8)]
        for kind in (SpikingAgent, Shuffled)
    ]
    whole, shuffled = (
        np.mean([(trial.speed_bl_per_s, trial.ci_net) for trial in row], axis=0) for row in rows
    )
    assert shuffled[0] > LEAST_SPEED_SHARE * whole[0]
    assert shuffled[1] < 0.5 * whole[1]


KINDS = {"learning_rate": 0.05, "w_min": 0.0, "w_max": 40.0}


@pytest.fixture(scope="module")
def learner():
    """A crawler whose excitatory fixed synapses learn, one kind after another, and are pruned if idle."""
    compiled = compile_recipe("crawler_v1")
    network = compiled.network
    fixed = network.synapse_type == "fixed"
    ours = np.flatnonzero(fixed & (network.weight > 0) & (network.weight < 40))[:300]
    names = ("plastic", "reward_plastic", "developmental")
    quick = {"eval_interval": 100, "min_source_spikes": 1, "pruning_threshold": 0.9}
    more = {"plastic": {}, "reward_plastic": {}, "developmental": quick}
    classes = [SynapseClass(name, resolve_parameters(name, 1.0, {**KINDS, **more[name]})) for name in names]
    chosen = network.synapse_class.copy()
    chosen[ours] = len(network.classes) + np.arange(ours.size) % len(names)
    learning = replace(network, synapse_class=chosen, classes=(*network.classes, *classes))
    reward = RewardRule(interval_ms=50, mode="magnitude", gain=1e3, baseline_tau_s=0.0)
    return replace(compiled, network=learning, reward=reward), chosen, len(network.classes)


def lived(rollout, agent):
    actions = [action for action, _, _ in rollout(agent, 100, seed=3)]
    return np.array(actions), agent.brain.weights


def test_without_learning_no_weight_changes_and_all_is_as_with_a_rate_of_nought(rollout, learner):
    compiled, _, first = learner
    start = compiled.network.weight
    actions, weights = lived(rollout, without_learning(compiled, frame_skip=10))
    np.testing.assert_array_equal(weights, start)
    slow = [
        kind
        if k < first
        else replace(
            kind,
            parameters={
                name: 0.0 if name in ("learning_rate", "pruning_threshold") else value
                for name, value in kind.parameters.items()
            },
        )
        for k, kind in enumerate(compiled.network.classes)
    ]
    rateless = replace(compiled, network=replace(compiled.network, classes=tuple(slow)))
    assert compiled.learns and not rateless.learns
    np.testing.assert_array_equal(actions, lived(rollout, SpikingAgent(rateless, frame_skip=10))[0])
    assert (lived(rollout, SpikingAgent(compiled, frame_skip=10))[1] != start).any()


def test_without_reward_only_what_reward_teaches_stays_as_it_was(rollout, learner):
    compiled, chosen, first = learner
    assert compiled.learns_from_reward
    agent = without_reward(compiled, frame_skip=10)
    assert not agent.compiled.learns_from_reward
    changed = lived(rollout, agent)[1] != compiled.network.weight
    assert not changed[chosen == first + 1].any()
    assert changed[chosen == first].any() and changed[chosen == first + 2].any()
    rewarded = lived(rollout, SpikingAgent(compiled, frame_skip=10))[1]
    assert (rewarded != compiled.network.weight)[chosen == first + 1].any()


@pytest.mark.parametrize("control", [without_learning, without_reward])
def test_brain_that_does_not_learn_is_its_own_control_bit_for_bit(control, rollout):
    compiled = compile_recipe("crawler_v1")
    assert not compiled.learns and not compiled.learns_from_reward
    whole, _ = lived(rollout, SpikingAgent(compiled, frame_skip=10))
    np.testing.assert_array_equal(lived(rollout, control(compiled, frame_skip=10))[0], whole)


def test_a_control_is_called_after_its_agent_and_what_it_lacks(crawler):
    controls = {
        "no_learning": without_learning(crawler, frame_skip=10),
        "no_reward": without_reward(crawler, frame_skip=10),
        "shuffled": Shuffled(crawler, frame_skip=10),
        "blind": Blind(SpikingAgent(crawler, frame_skip=10)),
    }
    own = SpikingAgent(crawler, frame_skip=10).name
    assert {lack: agent.name for lack, agent in controls.items()} == {
        lack: f"{own}:{lack}" for lack in controls
    }
