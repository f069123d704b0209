"""Each condition changes what it declares, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.experiments.learning.conditions import CONDITIONS, conditions_of
from spikeworm_env.experiments.learning.learner import PARTNER_SEED, Learner
from spikeworm_env.lesions.pruning import prunable, prune_at_random, pruned


def rewarded_synapses(compiled):
    """(m,) those whose weights only reward can change."""
    return compiled.network.synapse_type == "reward_plastic"


def test_every_condition_fits_this_brain(starting_brain):
    assert conditions_of(starting_brain) == tuple(CONDITIONS)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_condition_is_recorded_with_every_episode(condition, trained):
    learner, _ = trained(condition, episodes=2)
    assert [(episode.number, episode.condition, episode.seed) for episode in learner.episodes] == [
        (1, condition, 0),
        (2, condition, 1),
    ]
    assert all(episode.n_deliveries == 30 and episode.ticks == 3000 for episode in learner.episodes)


def test_the_brain_is_given_its_own_reward(trained):
    learner, given = trained("reward")
    assert given == learner._agent.rpes
    assert np.count_nonzero(given) == 30
    assert learner.episodes[0].rpe_sum == pytest.approx(sum(given))
    changed = learner.compiled.network.weight != learner.compiled.network.experience.initial_weight
    assert changed[rewarded_synapses(learner.compiled)].any()


def test_without_reward_no_reward_plastic_weight_changes(trained, starting_brain):
    learner, given = trained("no_reward", episodes=2)
    assert given == [0.0] * 60
    own = rewarded_synapses(starting_brain)
    assert (learner.compiled.network.weight[own] == starting_brain.network.weight[own]).all()
    assert learner.episodes[0].rpe_sum != 0


def test_inverted_reward_has_the_opposite_sign(trained):
    learner, given = trained("inverted_reward")
    assert given == [-earned for earned in learner._agent.rpes]
    assert np.count_nonzero(given) == 30


def test_random_reward_draws_from_its_own_values_so_far(trained):
    learner, given = trained("random_reward")
    earned = learner._agent.rpes
    assert all(value in earned[: k + 1] for k, value in enumerate(given))
    assert given != earned


def test_yoked_reward_is_that_of_the_partner_in_its_order(trained, starting_brain, episode):
    learner, given = trained("yoked_reward", first_seed=5)
    other = Learner(starting_brain, frame_skip=10)
    other.run_episode(episode, 5 + PARTNER_SEED)
    assert given == other._agent.rpes
    assert given != learner._agent.rpes


def test_no_learning_changes_no_weight_and_prunes_nothing(trained, starting_brain):
    learner, _ = trained("no_learning", episodes=2)
    assert (learner.compiled.network.weight == starting_brain.network.weight).all()
    assert not pruned(learner.compiled.network).any()
    assert [episode.largest_change for episode in learner.episodes] == [0.0, 0.0]


def test_swapped_exchanges_left_and_right_and_nothing_else(trained, starting_brain):
    learner, _ = trained("swapped")
    sources = [receptor.source for receptor in learner.compiled.receptors]
    assert sources == ["concentration_right", "concentration_left"]
    assert [receptor.name for receptor in learner.compiled.receptors] == ["odour_left", "odour_right"]
    assert [receptor.source for receptor in starting_brain.receptors] == sources[::-1]


def test_the_critical_period_prunes_and_no_pruning_does_not(trained):
    whole, _ = trained("no_pruning", episodes=2)
    assert not pruned(whole.compiled.network).any()
    learner, _ = trained("reward", episodes=2)
    count = int(pruned(learner.compiled.network).sum())
    assert 0 < count < prunable(learner.compiled.network).size


@pytest.mark.parametrize("keep_state", [False, True])
def test_random_pruning_prunes_other_synapses_as_many_at_each_target(trained, keep_state):
    learner, _ = trained("random_pruning", episodes=2, keep_state=keep_state)
    twin, _ = trained("reward", episodes=2, keep_state=keep_state)
    gone, others = pruned(learner.compiled.network), pruned(twin.compiled.network)
    assert others.any()

    def by_target(mask):
        return np.bincount(learner.compiled.network.target[mask], minlength=16).tolist()

    assert by_target(gone) == by_target(others)
    assert (gone != others).any()
    assert (learner.compiled.network.weight[gone] == 0).all()


def test_random_pruning_keeps_the_membranes_of_a_brain_without_resets(starting_brain, episode):
    learner = Learner(starting_brain, "random_pruning", frame_skip=10, keep_state=True)
    learner.run_episode(episode, 0)
    before = learner._agent.brain.state()
    bare = prune_at_random(learner.compiled.network, np.full(16, 8), np.random.default_rng(0))
    learner._prune(replace(learner.compiled, network=bare), 1)
    after = learner._agent.brain.state()
    assert (after["neurons.v"] == before["neurons.v"]).all()
    assert after["rng"].tobytes() == before["rng"].tobytes()
    assert before["synapses.developmental"]["alive"].any()
    assert not after["synapses.developmental"]["alive"].any()
