"""arena_v1 and arena_dev_v1: behaviour with the initial weights, and the components that it needs."""

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.experiments.ablation.assays import run_assay
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.lesions.component import lesion_component
from spikeworm_env.lesions.connection import lesion_connection
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.trials.activity import trial_spikes
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import find_trial

SEEDS = (0, 1)


@pytest.fixture(scope="module")
def worm():
    return compile_recipe("arena_v1", 1)


@pytest.fixture(scope="module")
def naive():
    return compile_recipe("arena_dev_v1", 1)


def measured(name, brain, measure, seeds=SEEDS, **settings):
    return np.array([run_assay(name, brain, seed, **settings)[measure] for seed in seeds])


def reached_from_odour(brain):
    """(n,) bool: the neurons that chemical synapses connect to odour receptors."""
    network, senses = brain.network, brain.sensor_map
    odours = [k for k, receptor in enumerate(brain.receptors) if receptor.source == "concentration"]
    reached = np.zeros(network.n_neurons, bool)
    reached[senses.neuron[np.isin(senses.receptor, odours)]] = True
    before = 0
    while before != (before := np.count_nonzero(reached)):
        reached[network.target[reached[network.source]]] = True
    return reached


def test_odour_reaches_the_muscles_only_through_the_decisions(worm):
    motor = worm.muscle_map.neuron
    assert reached_from_odour(worm)[motor].any()
    undecided = lesion_component(worm, ("steering", "turn", "direction"))
    assert not reached_from_odour(undecided)[motor].any()


@pytest.mark.long
def test_chemotaxis_needs_the_steering_decisions(worm):
    blunt = lesion_component(worm, ("steering", "turn"))
    settings = {"seconds": 45.0}
    assert measured("chemotaxis", worm, "ci_time", **settings).min() > 0.15
    assert measured("chemotaxis", blunt, "ci_time", **settings).mean() < 0.15


@pytest.mark.long
def test_nose_touch_causes_a_reversal_only_with_alarm(worm):
    calm = lesion_component(worm, "alarm")
    assert measured("touch", worm, "reversal").max() < -0.03
    assert measured("touch", calm, "reversal").min() > 0.05


def approach_synapses(brain, side):
    """(m,) the synapses from the approach state of one side to the left and to the right turn decisions."""
    ends = [f" approach_{side}.modulate_out -> turn.{terminal}_in" for terminal in ("sensory", "command")]
    return [np.array([name.endswith(end) for name in brain.origins])[brain.origin] for end in ends]


def test_reward_changes_only_the_weights_from_approach_states_to_turn_decisions(worm):
    emotion = np.logical_or.reduce([*approach_synapses(worm, "left"), *approach_synapses(worm, "right")])
    kinds = worm.network.synapse_type
    assert ((kinds == "reward_plastic") == emotion).all() and emotion.sum() == 4 * 20 * 20
    for side in ("left", "right"):
        left, right = (worm.network.weight[way].mean() for way in approach_synapses(worm, side))
        assert left == pytest.approx(right, rel=0.05)  # at birth no side is preferred


@pytest.mark.long
@pytest.mark.parametrize(("side", "low", "high"), [("same", 0.8, 1.1), ("other", -3.0, -0.5)])
def test_weights_from_approach_states_to_turn_decisions_set_where_a_worm_without_other_steering_ends(
    worm, side, low, high
):
    blunt = lesion_connection(worm, "steering", "head")
    weight = blunt.network.weight.copy()
    for desired in ("left", "right"):
        to_left, to_right = approach_synapses(blunt, desired)
        weight[to_left | to_right] = 0.0
        weight[to_left if (desired == "left") == (side == "same") else to_right] = 6.6
    taught = replace(blunt, network=replace(blunt.network, weight=weight))
    agent = SpikingAgent(taught, frame_skip=10, learning=False)
    net = [run_trial(agent, find_trial("default"), seed, frame_skip=10).ci_net for seed in SEEDS]
    assert low < min(net) and max(net) < high


@pytest.mark.long
def test_a_worm_without_other_steering_learns_to_steer_by_reward(worm):
    blunt = scale_weights(worm, [WeightScaling("steering", "head", 0.0)])
    preference = {}
    for condition in ("reward", "inverted_reward"):
        learner = Learner(blunt, condition, frame_skip=10)
        for seed in (10, 11):
            learner.run_episode("default", seed)
        weight = learner.compiled.network.weight
        (left_left, left_right), (right_left, right_right) = (
            [weight[way].mean() for way in approach_synapses(blunt, side)] for side in ("left", "right")
        )
        preference[condition] = left_left + right_right - left_right - right_left
    assert preference["reward"] > 4.0
    assert preference["inverted_reward"] < 0.0


def test_every_component_spikes_in_a_trial(worm):
    trial = find_trial("default")
    spikes = trial_spikes(worm, trial, seed=0)
    for part in spikes.activity(worm):
        assert part.active_share > 0, part
        assert 0.05 < part.mean_rate_hz < 100, part


def test_untrained_odour_acts_only_through_developmental_synapses(naive):
    network = naive.network
    banks = [
        k
        for k, part in enumerate(naive.components)
        if part.name.startswith("odour_") and part.block == "sensory_bank"
    ]
    leaving = np.isin(naive.component[network.source], banks) & (
        naive.component[network.source] != naive.component[network.target]
    )
    kinds = {network.classes[k].type for k in np.unique(network.synapse_class[leaving])}
    assert leaving.any()
    assert kinds == {"developmental"}


def between(brain, source, target):
    """(m,) bool: the synapses from one component to another."""
    names = np.array([part.name for part in brain.components])[brain.component]
    return (names[brain.network.source] == source) & (names[brain.network.target] == target)


@pytest.fixture(scope="module")
def after_an_episode(naive):
    """(m,) bool: the synapses that still have a weight after the first training episode."""
    agent = SpikingAgent(naive, frame_skip=10)
    run_trial(agent, find_trial("default"), frame_skip=10)
    return agent.brain.weights != 0


def test_unused_developmental_synapses_are_pruned_in_the_first_episode(naive, after_an_episode):
    network = naive.network
    kinds = network.synapse_type
    assert 0.1 < np.mean(after_an_episode[kinds == "developmental"]) < 0.8


def test_hidden_cells_lose_noise_inputs_before_odour_inputs(naive, after_an_episode):
    noise, left, right = (
        after_an_episode[between(naive, source, "association")].mean()
        for source in ("noise", "odour_left", "odour_right")
    )
    assert noise < 0.5 * min(left, right)


def test_untrained_left_and_right_project_equally_to_both_sides_of_the_head(naive):
    network = naive.network
    dorsal = np.char.startswith(naive.label, "dorsal_motor")[network.target]
    for side in ("odour_left", "odour_right"):
        assert between(naive, side, "association").any()
        assert not between(naive, side, "head").any()
    reach = between(naive, "association", "head") & (network.weight > 0)
    assert np.sum(network.weight[reach & dorsal]) == pytest.approx(
        np.sum(network.weight[reach & ~dorsal]), rel=0.02
    )


LEARNED = {"approach_left", "approach_right", "turn"}  # the worm's way to learn; the naive one has another


def test_arena_dev_v1_has_all_components_of_arena_v1_and_a_hidden_layer(worm, naive):
    def parts(brain):
        return {(part.name, part.block, part.count) for part in brain.components}

    missing = {name for name, _, _ in parts(worm) - parts(naive)}
    more = {name for name, _, _ in parts(naive) - parts(worm)}
    assert missing == LEARNED
    assert more == {"association", "noise"}
