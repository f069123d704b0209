"""learner_v1: what reward makes of wiring that is alike for both sides."""

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


def lived(naive, condition, episodes=2, trial="default"):
    layout = find_trial(trial).layout()
    learner = Learner(naive, condition, frame_skip=10, layout=layout)
    for seed in range(episodes):
        learner.live(find_trial(trial).with_changes(marker=0) if trial == "reversal" else trial, seed)
    return learner.compiled


def pull(brain, sensor):
    """Mean weight from a sensor to the dorsal side of the head, less that to the ventral one."""
    network = brain.network
    dorsal = np.zeros(network.n_neurons, bool)
    dorsal[brain.muscle_map.neuron[brain.muscle_map.side == 0]] = True
    part = next(k for k, part in enumerate(brain.components) if part.name == sensor)
    weight, target = network.weight, network.target
    leaving = brain.component[network.source] == part
    return weight[leaving & dorsal[target]].mean() - weight[leaving & ~dorsal[target]].mean()


def test_at_birth_neither_side_pulls(naive):
    assert abs(pull(naive, LEFT)) < 1 and abs(pull(naive, RIGHT)) < 1


def test_reward_makes_each_side_pull_towards_itself_and_follows_the_senses(naive):
    """Dorsal is the right of the worm: ventral muscles turn it to its left."""
    ventral = lived(naive, "reward")
    dorsal = lived(naive, "swapped")
    assert pull(ventral, LEFT) < -2 < 2 < pull(ventral, RIGHT)
    assert pull(dorsal, RIGHT) < -2 < 2 < pull(dorsal, LEFT)


@pytest.mark.long
def test_without_reward_nothing_is_learned_and_inverted_reward_teaches_the_opposite(naive):
    unrewarded, misled = lived(naive, "no_reward"), lived(naive, "inverted_reward")
    assert abs(pull(unrewarded, LEFT)) < 1 and abs(pull(unrewarded, RIGHT)) < 1
    assert pull(misled, RIGHT) < -1 < 1 < pull(misled, LEFT)


@pytest.mark.long
def test_what_is_learned_climbs_where_the_worm_never_was(naive):
    def index(brain):
        agent = SpikingAgent(brain, frame_skip=10, learning=False)
        return np.mean([run_trial(agent, "default", seed, frame_skip=10).ci_net for seed in (500, 501)])

    assert index(naive) < 0.1
    assert index(lived(naive, "reward", episodes=3)) > 0.5


@pytest.mark.long
def test_beside_an_odour_that_is_no_food_it_learns_to_follow_the_one_that_is(naive):
    brain = lived(naive, "reward", episodes=3, trial="reversal")
    assert pull(brain, LEFT) < -2 < 2 < pull(brain, RIGHT)
    assert abs(pull(brain, "odour_b_left")) < abs(pull(brain, LEFT))
