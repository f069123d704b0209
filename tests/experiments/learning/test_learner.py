"""A learner's synapses go on from life to life, and another can take its place."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.lesions.pruning import prunable


def same_state(one, other):
    assert list(one) == list(other)
    for name in one:
        assert one[name].dtype == other[name].dtype and one[name].tobytes() == other[name].tobytes(), name


def test_weights_begin_where_the_last_life_left_them(lived):
    learner, _ = lived(episodes=2)
    network, first = learner.compiled.network, lived(episodes=1)[0].compiled.network
    changed = np.abs(network.weight - first.weight).max()
    assert learner.episodes[1].largest_change == changed > 0
    assert network.experience.age == 6000
    assert (network.experience.initial_weight == first.experience.initial_weight).all()


def test_a_learner_of_a_brain_that_has_lived_goes_on_with_its_history(lived, episode):
    whole, _ = lived(episodes=3)
    part, _ = lived(episodes=2)
    heir = Learner(part.compiled, frame_skip=10)
    heir.live(episode, 2)
    assert heir.episodes == whole.episodes
    same_state(heir._agent.brain.state(), whole._agent.brain.state())


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize(
    "condition", ["reward", "random_reward", "yoked_reward", "swapped", "frozen", "random_pruning"]
)
def test_a_restored_learner_equals_the_one_that_never_stopped(
    condition, fresh, lived, starting_brain, episode
):
    whole, _ = lived(condition, episodes=3, fresh=fresh)
    stopped, _ = lived(condition, episodes=1, fresh=fresh)
    other = Learner(starting_brain, condition, frame_skip=10, fresh=fresh)
    other.restore(stopped.state(), stopped.episodes)
    for seed in (1, 2):
        other.live(episode, seed)
    assert other.episodes == whole.episodes
    same_state(other.state(), whole.state())
    assert (other.compiled.network.weight == whole.compiled.network.weight).all()


def test_membranes_live_on_only_where_they_should(lived, episode):
    fresh, on = (lived(episodes=1, fresh=fresh)[0]._agent for fresh in (True, False))
    for agent in (fresh, on):
        before = agent.brain.v.copy()
        agent.reset(seed=1, info={})
        assert (agent.brain.v == before).all() == (agent is on)
        assert agent.brain.ticks == 3000


def test_a_state_that_is_older_or_younger_than_its_lives_is_refused(lived, starting_brain):
    learner, _ = lived(episodes=2)
    state, other = learner.state(), Learner(starting_brain, frame_skip=10)
    for episodes in ((), learner.episodes[:1]):
        with pytest.raises(InputError, match=r"state is of a brain 6000 ticks old; its . lives"):
            other.restore(state, episodes)
    older = {"tick": np.array(2**52), "noise_start": np.array(2**52)}
    with pytest.raises(
        InputError, match=f"state is of a brain {2**52} ticks old; its 2 lives end at age 6000"
    ):
        other.restore(state | older, learner.episodes)
    heir = Learner(lived(episodes=1)[0].compiled, frame_skip=10)
    heir.restore(state, learner.episodes)
    assert heir.age == 6000


def test_the_state_of_another_brain_is_refused(lived, starting_brain):
    state = lived()[0].state()
    alone = Learner(starting_brain, "yoked_reward", frame_skip=10)
    with pytest.raises(InputError, match="state lacks"):
        alone.restore(state, ())


def test_a_brain_of_the_grown_network_has_the_memory_that_it_grew_with(lived):
    learner, _ = lived(episodes=2)
    network = learner.compiled.network
    brain = Brain(network)
    assert brain.ticks == 6000
    found = brain.synapse_state("developmental")
    assert found["synapse"].tolist() == prunable(network).tolist()
    for name, values in network.experience.persistent["developmental"].items():
        assert found[name].tolist() == values.tolist()
