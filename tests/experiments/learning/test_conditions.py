"""Each condition does what it says, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.experiments.learning.conditions import CONDITIONS, conditions_of
from spikeworm_env.experiments.learning.learner import ELSEWHERE, Learner
from spikeworm_env.lesions.pruning import prunable, prune_at_random, pruned


def rewarded_synapses(compiled):
    """(m,) those whose weights only reward can change."""
    return compiled.network.synapse_type == "reward_plastic"


def test_every_condition_says_something_about_this_brain(starting_brain):
    assert conditions_of(starting_brain) == tuple(CONDITIONS)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_can_be_lived_under_and_stands_in_the_history(condition, lived):
    learner, _ = lived(condition, episodes=2)
    assert [(episode.number, episode.condition, episode.seed) for episode in learner.episodes] == [
        (1, condition, 0),
        (2, condition, 1),
    ]
    assert all(episode.n_deliveries == 30 and episode.ticks == 3000 for episode in learner.episodes)


def test_reward_reaches_the_brain_as_the_pathway_says(lived):
    learner, given = lived("reward")
    assert given == learner._agent.rpes
    assert np.count_nonzero(given) == 30
    assert learner.episodes[0].rpe_sum == pytest.approx(sum(given))
    changed = learner.compiled.network.weight != learner.compiled.network.experience.initial_weight
    assert changed[rewarded_synapses(learner.compiled)].any()


def test_no_reward_leaves_what_only_reward_can_change(lived, starting_brain):
    learner, given = lived("no_reward", episodes=2)
    assert given == [0.0] * 60
    own = rewarded_synapses(starting_brain)
    assert (learner.compiled.network.weight[own] == starting_brain.network.weight[own]).all()
    assert learner.episodes[0].rpe_sum != 0


def test_inverted_reward_is_the_opposite_of_what_was_earned(lived):
    learner, given = lived("inverted_reward")
    assert given == [-earned for earned in learner._agent.rpes]
    assert np.count_nonzero(given) == 30


def test_random_reward_gives_nothing_but_its_own_values_so_far(lived):
    learner, given = lived("random_reward")
    earned = learner._agent.rpes
    assert all(value in earned[: k + 1] for k, value in enumerate(given))
    assert given != earned


def test_yoked_reward_is_the_other_worms_in_its_order(lived, starting_brain, episode):
    learner, given = lived("yoked_reward", first_seed=5)
    other = Learner(starting_brain, frame_skip=10)
    other.live(episode, 5 + ELSEWHERE)
    assert given == other._agent.rpes
    assert given != learner._agent.rpes


def test_frozen_changes_no_weight_and_prunes_nothing(lived, starting_brain):
    learner, _ = lived("frozen", episodes=2)
    assert (learner.compiled.network.weight == starting_brain.network.weight).all()
    assert not pruned(learner.compiled.network).any()
    assert [episode.largest_change for episode in learner.episodes] == [0.0, 0.0]


def test_swapped_exchanges_left_and_right_and_nothing_else(lived, starting_brain):
    learner, _ = lived("swapped")
    sources = [receptor.source for receptor in learner.compiled.receptors]
    assert sources == ["concentration_right", "concentration_left"]
    assert [receptor.name for receptor in learner.compiled.receptors] == ["odour_left", "odour_right"]
    assert [receptor.source for receptor in starting_brain.receptors] == sources[::-1]


def test_the_critical_period_prunes_and_no_pruning_does_not(lived):
    whole, _ = lived("no_pruning", episodes=2)
    assert not pruned(whole.compiled.network).any()
    learner, _ = lived("reward", episodes=2)
    count = int(pruned(learner.compiled.network).sum())
    assert 0 < count < prunable(learner.compiled.network).size


@pytest.mark.parametrize("fresh", [True, False])
def test_random_pruning_takes_as_many_at_each_target_as_the_twin_and_others(lived, fresh):
    learner, _ = lived("random_pruning", episodes=2, fresh=fresh)
    twin, _ = lived("reward", episodes=2, fresh=fresh)
    gone, others = pruned(learner.compiled.network), pruned(twin.compiled.network)
    assert others.any()

    def by_target(mask):
        return np.bincount(learner.compiled.network.target[mask], minlength=16).tolist()

    assert by_target(gone) == by_target(others)
    assert (gone != others).any()
    assert (learner.compiled.network.weight[gone] == 0).all()


def test_pruning_at_random_leaves_a_brain_that_lives_on_its_membranes(starting_brain, episode):
    learner = Learner(starting_brain, "random_pruning", frame_skip=10, fresh=False)
    learner.live(episode, 0)
    before = learner._agent.brain.state()
    bare = prune_at_random(learner.compiled.network, np.full(16, 8), np.random.default_rng(0))
    learner._prune(replace(learner.compiled, network=bare), 1)
    after = learner._agent.brain.state()
    assert (after["neurons.v"] == before["neurons.v"]).all()
    assert after["rng"].tobytes() == before["rng"].tobytes()
    assert before["synapses.developmental"]["alive"].any()
    assert not after["synapses.developmental"]["alive"].any()
