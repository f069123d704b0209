"""The synapses of a learner continue from episode to episode, also in another learner with its state."""

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


def test_weights_start_from_the_end_of_the_last_episode(trained):
    learner, _ = trained(episodes=2)
    network, first = learner.compiled.network, trained(episodes=1)[0].compiled.network
    changed = np.abs(network.weight - first.weight).max()
    assert learner.episodes[1].largest_change == changed > 0
    assert network.experience.age == 6000
    assert (network.experience.initial_weight == first.experience.initial_weight).all()


def test_a_learner_of_a_trained_brain_continues_its_episodes(trained, episode):
    whole, _ = trained(episodes=3)
    part, _ = trained(episodes=2)
    heir = Learner(part.compiled, frame_skip=10)
    heir.run_episode(episode, 2)
    assert heir.episodes == whole.episodes
    same_state(heir._agent.brain.state(), whole._agent.brain.state())


@pytest.mark.parametrize("keep_state", [False, True])
@pytest.mark.parametrize(
    "condition", ["reward", "random_reward", "yoked_reward", "swapped", "no_learning", "random_pruning"]
)
def test_a_restored_learner_equals_the_one_that_never_stopped(
    condition, keep_state, trained, starting_brain, episode
):
    whole, _ = trained(condition, episodes=3, keep_state=keep_state)
    stopped, _ = trained(condition, episodes=1, keep_state=keep_state)
    other = Learner(starting_brain, condition, frame_skip=10, keep_state=keep_state)
    other.restore(stopped.state(), stopped.episodes)
    for seed in (1, 2):
        other.run_episode(episode, seed)
    assert other.episodes == whole.episodes
    same_state(other.state(), whole.state())
    assert (other.compiled.network.weight == whole.compiled.network.weight).all()


def test_membranes_continue_only_without_resets(trained, episode):
    reset, kept = (trained(episodes=1, keep_state=keep)[0]._agent for keep in (False, True))
    for agent in (reset, kept):
        before = agent.brain.v.copy()
        agent.reset(seed=1, info={})
        assert (agent.brain.v == before).all() == (agent is kept)
        assert agent.brain.ticks == 3000


def test_a_state_of_another_age_than_its_episodes_is_refused(trained, starting_brain):
    learner, _ = trained(episodes=2)
    state, other = learner.state(), Learner(starting_brain, frame_skip=10)
    for episodes in ((), learner.episodes[:1]):
        with pytest.raises(InputError, match=r"state is of a brain 6000 ticks old; its . episodes"):
            other.restore(state, episodes)
    older = {"tick": np.array(2**52), "noise_start": np.array(2**52)}
    with pytest.raises(
        InputError, match=f"state is of a brain {2**52} ticks old; its 2 episodes end at age 6000"
    ):
        other.restore(state | older, learner.episodes)
    heir = Learner(trained(episodes=1)[0].compiled, frame_skip=10)
    heir.restore(state, learner.episodes)
    assert heir.age == 6000


def test_the_state_of_another_brain_is_refused(trained, starting_brain):
    state = trained()[0].state()
    alone = Learner(starting_brain, "yoked_reward", frame_skip=10)
    with pytest.raises(InputError, match="state lacks"):
        alone.restore(state, ())


def test_a_brain_of_the_trained_network_has_its_persistent_states(trained):
    learner, _ = trained(episodes=2)
    network = learner.compiled.network
    brain = Brain(network)
    assert brain.ticks == 6000
    found = brain.synapse_state("developmental")
    assert found["synapse"].tolist() == prunable(network).tolist()
    for name, values in network.experience.persistent["developmental"].items():
        assert found[name].tolist() == values.tolist()
