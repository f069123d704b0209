"""learner_v1: reward turns symmetric wiring into steering."""

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import find_trial

LEFT, RIGHT = "odour_left", "odour_right"


@pytest.fixture(scope="module")
def naive():
    return compile_recipe("learner_v1", 1)


def trained(naive, condition, episodes=2, trial="default"):
    layout = find_trial(trial).layout()
    learner = Learner(naive, condition, frame_skip=10, layout=layout)
    for seed in range(episodes):
        learner.run_episode(find_trial(trial).with_changes(marker=0) if trial == "reversal" else trial, seed)
    return learner.compiled


def asymmetry(brain, sensor):
    """Mean weight from a sensor to the dorsal side of the head minus that to the ventral side."""
    network = brain.network
    dorsal = np.zeros(network.n_neurons, bool)
    dorsal[brain.muscle_map.neuron[brain.muscle_map.side == 0]] = True
    part = next(k for k, part in enumerate(brain.components) if part.name == sensor)
    weight, target = network.weight, network.target
    leaving = brain.component[network.source] == part
    return weight[leaving & dorsal[target]].mean() - weight[leaving & ~dorsal[target]].mean()


def test_initial_weights_favour_neither_side(naive):
    assert abs(asymmetry(naive, LEFT)) < 1 and abs(asymmetry(naive, RIGHT)) < 1


def test_reward_strengthens_turns_towards_the_sensed_side_also_with_swapped_sensors(naive):
    """Dorsal is the right of the worm: ventral muscles turn it to its left."""
    ventral = trained(naive, "reward")
    dorsal = trained(naive, "swapped")
    assert asymmetry(ventral, LEFT) < -2 < 2 < asymmetry(ventral, RIGHT)
    assert asymmetry(dorsal, RIGHT) < -2 < 2 < asymmetry(dorsal, LEFT)


@pytest.mark.long
def test_without_reward_weights_stay_and_inverted_reward_reverses_them(naive):
    unrewarded, inverted = trained(naive, "no_reward"), trained(naive, "inverted_reward")
    assert abs(asymmetry(unrewarded, LEFT)) < 1 and abs(asymmetry(unrewarded, RIGHT)) < 1
    assert asymmetry(inverted, RIGHT) < -1 < 1 < asymmetry(inverted, LEFT)


@pytest.mark.long
def test_learned_chemotaxis_transfers_to_new_arenas(naive):
    def index(brain):
        agent = SpikingAgent(brain, frame_skip=10, learning=False)
        return np.mean([run_trial(agent, "default", seed, frame_skip=10).ci_net for seed in (500, 501)])

    assert index(naive) < 0.1
    assert index(trained(naive, "reward", episodes=3)) > 0.5


@pytest.mark.long
def test_with_two_odours_it_learns_to_follow_the_rewarded_one(naive):
    brain = trained(naive, "reward", episodes=3, trial="reversal")
    assert asymmetry(brain, LEFT) < -2 < 2 < asymmetry(brain, RIGHT)
    assert abs(asymmetry(brain, "odour_b_left")) < abs(asymmetry(brain, LEFT))
