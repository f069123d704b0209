"""Controls: fixed chemical senses, shuffled connections, no learning, no reward."""

import copy
from dataclasses import replace

import gymnasium
import numpy as np
import pytest

from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import RewardRule
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

CHEMICAL_INDICES = np.concatenate([np.arange(N_SENSES)[LAYOUT[name]] for name in CHEMICAL])
REST = np.setdiff1d(np.arange(N_SENSES), CHEMICAL_INDICES)


class RecordingStub:
    """Keeps all its arguments."""

    name = "stub"

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


def test_blind_fixes_chemical_channels_at_the_start_and_passes_the_others(observations):
    stub = RecordingStub()
    blind = Blind(stub)
    blind.reset(seed=1, info={})
    untouched = observations.copy()
    for observation in observations:
        blind.act(observation)
    seen = np.array(stub.seen)
    np.testing.assert_array_equal(
        seen[:, CHEMICAL_INDICES], np.tile(observations[0, CHEMICAL_INDICES], (6, 1))
    )
    np.testing.assert_array_equal(seen[:, REST], observations[:, REST])
    np.testing.assert_array_equal(observations, untouched)


def test_blind_fixes_the_values_of_each_reset(observations):
    stub = RecordingStub()
    blind = Blind(stub)
    for start in (0, 3):
        blind.reset(seed=1, info={})
        for observation in observations[start : start + 3]:
            blind.act(observation)
        np.testing.assert_array_equal(stub.seen[-1][CHEMICAL_INDICES], observations[start, CHEMICAL_INDICES])


def test_blind_passes_everything_but_reward(observations):
    stub = RecordingStub()
    blind = Blind(stub)
    info = {"a": 1}
    blind.reset(seed=7, info=info)
    assert stub.resets == [(7, info)]
    assert (blind.act(observations[0]) == 1).all()
    blind.learn(0.5, False, True, info)
    assert stub.learned == [(0.0, False, True, info)]
    assert blind.agent is stub
    assert blind.name == "stub:blind"


@pytest.mark.parametrize("name", [*AGENTS, "crawler_v1"])
def test_blinding_leaves_the_agent_as_it_was(rollout, name):
    agent = make_agent(name, frame_skip=10)
    before = [action for action, _, _ in rollout(agent, 60, seed=3)]
    for _ in rollout(Blind(agent), 60, seed=3):
        pass
    np.testing.assert_array_equal(before, [action for action, _, _ in rollout(agent, 60, seed=3)])


def test_blind_fixes_a_second_odour_in_both_forms_of_observation():
    for form in ("flat", "dict"):
        env = gymnasium.make("SpikeWorm/Reversal-v0", observation=form, start_distance=3.0).unwrapped
        stub = RecordingStub()
        stub.act = lambda observation, seen=stub.seen: (
            seen.append(copy.deepcopy(observation)) or np.array(([0.02] * 24, [0.0] * 24))
        )
        blind = Blind(stub, env.layout)
        seen, info = env.reset(seed=0)
        blind.reset(seed=0, info=info)
        for _ in range(20):
            last = seen
            seen, *_ = env.step(blind.act(seen))
        first, final = stub.seen[0], stub.seen[-1]
        for name, part in env.layout.items():
            key = name if form == "dict" else part
            chemical = name.startswith(("concentration", "adapted"))
            np.testing.assert_array_equal(final[key], first[key] if chemical else last[key])
        assert (last["adapted_change_b"] if form == "dict" else last[80]) != 0


def test_the_trial_seed_determines_the_shuffle():
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


def test_a_shuffled_brain_acts_as_an_agent_of_the_same_connections(rollout):
    shuffled = Shuffled(compile_recipe("crawler_v1"), frame_skip=10)
    actions = [action for action, _, _ in rollout(shuffled, 60, seed=3)]
    same = SpikingAgent(shuffled.agent.compiled, frame_skip=10)
    np.testing.assert_array_equal(actions, [action for action, _, _ in rollout(same, 60, seed=3)])


def test_a_shuffled_crawler_crawls_without_chemotaxis():
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


def rolled_out(rollout, agent):
    actions = [action for action, _, _ in rollout(agent, 100, seed=3)]
    return np.array(actions), agent.brain.weights


def test_no_learning_equals_a_learning_rate_of_zero(rollout, learner):
    compiled, _, first = learner
    start = compiled.network.weight
    actions, weights = rolled_out(rollout, without_learning(compiled, frame_skip=10))
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
    np.testing.assert_array_equal(actions, rolled_out(rollout, SpikingAgent(rateless, frame_skip=10))[0])
    assert (rolled_out(rollout, SpikingAgent(compiled, frame_skip=10))[1] != start).any()


def test_no_reward_fixes_only_the_weights_that_need_reward(rollout, learner):
    compiled, chosen, first = learner
    assert compiled.learns_from_reward
    agent = without_reward(compiled, frame_skip=10)
    assert not agent.compiled.learns_from_reward
    changed = rolled_out(rollout, agent)[1] != compiled.network.weight
    assert not changed[chosen == first + 1].any()
    assert changed[chosen == first].any() and changed[chosen == first + 2].any()
    rewarded = rolled_out(rollout, SpikingAgent(compiled, frame_skip=10))[1]
    assert (rewarded != compiled.network.weight)[chosen == first + 1].any()


@pytest.mark.parametrize("control", [without_learning, without_reward])
def test_a_brain_that_does_not_learn_equals_its_control_bit_for_bit(control, rollout):
    compiled = compile_recipe("crawler_v1")
    assert not compiled.learns and not compiled.learns_from_reward
    whole, _ = rolled_out(rollout, SpikingAgent(compiled, frame_skip=10))
    np.testing.assert_array_equal(rolled_out(rollout, control(compiled, frame_skip=10))[0], whole)


def test_a_control_is_named_agent_colon_control(crawler):
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
