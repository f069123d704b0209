"""crawler_v1: chemotaxis, escape from walls, and weight noise."""

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.trials.controls.blind import Blind

SKIP = 10


def mean_net(results):
    return np.mean([result.ci_net for result in results])


def test_chemotaxis_needs_chemical_senses(crawler, trials, whole_trials):
    assert all(result.ci_net > 0.6 and result.success for result in whole_trials)
    blind = trials(lambda: Blind(SpikingAgent(crawler, frame_skip=SKIP)))
    assert mean_net(blind) < 0.5 * mean_net(whole_trials)


@pytest.mark.parametrize("sense", ["odour_change", "odour_trend"])
def test_klinotaxis_and_pirouettes_each_contribute(without, trials, whole_trials, sense):
    cut = without(sense)
    assert mean_net(trials(lambda: SpikingAgent(cut, frame_skip=SKIP))) < mean_net(whole_trials) - 0.1


def from_the_wall(rollout, compiled, seed, start_bl, heading_rad):
    """(4000,) the head's distance from the wall, BL, over 40 s that begin near it; without odour."""
    options = {
        "position": (30.0 - start_bl, 0.0),
        "heading_rad": heading_rad,
        "food": [(-20.0, 0.0)],
    }
    agent = SpikingAgent(compiled, frame_skip=SKIP)
    episode = rollout(agent, 4000, seed=seed, options=options, sigma=1.0, duration_s=40.0)
    return np.array([30.0 - np.hypot(*info["position"]) for _, _, info in episode])


def leaves(distances):
    """Whether it moves more than 2 BL away from the wall after the minimum of the distance."""
    return bool((distances[np.argmin(distances) :] > 2.0).any())


@pytest.mark.parametrize("seed", range(3))
def test_it_turns_away_from_a_wall_ahead(rollout, crawler, seed):
    distances = from_the_wall(rollout, crawler, seed, 2.0, 0.0)
    assert distances.min() < 1.5
    assert leaves(distances)


def test_touch_turns_it_away_from_a_wall_that_it_slides_along(rollout, crawler, without):
    """With a wall on its right its own slight left turn is not enough; nose touch adds to the turn."""
    numb = without("nose_touch")
    whole = [leaves(from_the_wall(rollout, crawler, seed, 1.1, -1.2)) for seed in range(4)]
    cut = [leaves(from_the_wall(rollout, numb, seed, 1.1, -1.2)) for seed in range(4)]
    assert sum(whole) >= 3
    assert sum(cut) <= 1


def test_weight_noise_is_drawn_from_the_seed_of_each_reset(crawler):
    agent = SpikingAgent(crawler, weight_jitter=0.2)

    def weights(seed):
        agent.reset(seed=seed, info={})
        return agent.brain.weights.copy()

    one, other = weights(1), weights(2)
    assert not np.array_equal(one, other)
    np.testing.assert_array_equal(one, weights(1))
    deviation = one / crawler.network.weight - 1.0
    assert deviation.std() == pytest.approx(0.2, rel=0.1)
    assert abs(deviation.mean()) < 0.03


def test_without_weight_noise_the_weights_are_those_of_the_recipe(crawler):
    agent = SpikingAgent(crawler)
    agent.reset(seed=1, info={})
    np.testing.assert_array_equal(agent.brain.weights, crawler.network.weight)


def test_weight_noise_changes_behaviour(crawler, rollout):
    def did(jitter):
        agent = SpikingAgent(crawler, weight_jitter=jitter, frame_skip=SKIP)
        return np.array([action for action, _, _ in rollout(agent, 100, seed=5)])

    assert not np.array_equal(did(0.0), did(0.05))
