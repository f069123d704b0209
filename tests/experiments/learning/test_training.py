"""A training is stored after each episode, and a resumed one ends in the same file as one without a stop."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from spikeworm_env.compiler.training_record import Evaluation, evaluation_series
from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import BrainFileError, InputError
from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
from spikeworm_env.experiments.learning.training import Training, TrainingConfig
from spikeworm_env.lesions.scale_weights import WeightScaling
from spikeworm_env.store import load_brain, load_checkpoint, load_training, locked_file
from spikeworm_env.trials.task import TRIALS


@pytest.fixture
def starting(recipe_path):
    return find_starting_brain(str(recipe_path), 42)


@pytest.fixture
def config(episode):
    return TrainingConfig(episode, frame_skip=10, tests=1)


def trained(starting_brain, config, file, episodes):
    with Training(starting_brain, config, file) as training:
        for _ in training.run(episodes):
            pass
    return training


def opened(starting_brain, config, file):
    with Training(starting_brain, config, file) as training:
        return training


def contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("keep_state", [False, True])
@pytest.mark.parametrize("condition", ["reward", "random_reward", "yoked_reward", "random_pruning"])
def test_a_resumed_training_ends_in_the_same_file(condition, keep_state, starting, config, tmp_path):
    config = replace(config, condition=condition, keep_state=keep_state)
    trained(starting, config, tmp_path / "whole.db", 3)
    for episodes in (1, 2, 3):
        trained(starting, config, tmp_path / "parts.db", episodes)
    assert contents(tmp_path / "parts.db") == contents(tmp_path / "whole.db")
    states = [load_checkpoint(tmp_path / f"{name}.db") for name in ("whole", "parts")]
    for name, array in states[0].items():
        assert array.dtype == states[1][name].dtype and (array == states[1][name]).all(), name


def test_an_interrupt_costs_the_current_episode_and_no_more(starting, config, tmp_path, monkeypatch):
    file = tmp_path / "brain.db"
    trained(starting, config, file, 1)
    before = file.read_bytes()

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("spikeworm_env.experiments.learning.learner.run_trial", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained(starting, config, file, 2)
    assert file.read_bytes() == before
    monkeypatch.undo()
    trained(starting, config, file, 2)
    trained(starting, config, tmp_path / "whole.db", 2)
    assert contents(file) == contents(tmp_path / "whole.db")


def test_evaluations_are_held_out_and_change_nothing(starting, config, tmp_path):
    tested = trained(starting, replace(config, tests=2), tmp_path / "tested.db", 2)
    untested = trained(starting, replace(config, tests=0), tmp_path / "untested.db", 2)
    assert [(test.episode, test.seed) for test in tested.evaluations] == [
        (episode, seed) for episode in (0, 1, 2) for seed in (10_000, 10_001)
    ]
    assert untested.evaluations == []
    assert tested.compiled.episodes == untested.compiled.episodes
    assert (tested.compiled.network.weight == untested.compiled.network.weight).all()


def test_a_trained_brain_is_trained_further_and_its_episodes_continue(starting, config, tmp_path):
    first = trained(starting, config, tmp_path / "first.db", 2)
    trained_before = find_starting_brain(str(tmp_path / "first.db"), 0)
    on = trained(trained_before, replace(config, first_seed=2, condition="no_reward"), tmp_path / "on.db", 1)
    episodes = load_brain(tmp_path / "on.db").episodes
    assert episodes[:2] == first.compiled.episodes
    assert [(episode.number, episode.seed, episode.condition) for episode in episodes] == [
        (1, 0, "reward"),
        (2, 1, "reward"),
        (3, 2, "no_reward"),
    ]
    assert on.compiled.network.experience.age == 9000
    born = load_brain(tmp_path / "first.db").network.experience.initial_weight
    assert (on.compiled.network.experience.initial_weight == born).all()
    assert first.evaluations == on.evaluations[:3]


def test_noise_on_the_weights_is_added_once_before_the_first_episode(starting, config, tmp_path):
    jittered = trained(starting, replace(config, weight_jitter=0.3), tmp_path / "noisy.db", 1)
    again = opened(starting, replace(config, weight_jitter=0.3), tmp_path / "noisy.db")
    birth = jittered.compiled.network.experience.initial_weight
    assert (birth != starting.compiled.network.weight).all()
    assert (again.compiled.network.experience.initial_weight == birth).all()


def test_scaled_connections_are_scaled_before_the_first_episode_and_can_recover(starting, config, tmp_path):
    deaf = replace(config, scaled=(WeightScaling("left", "up", 0.0),))
    found = trained(starting, deaf, tmp_path / "deaf.db", 2).compiled
    ways = found.made_by("projections[0] ")
    assert (found.network.experience.initial_weight[ways] == 0).all()
    assert (found.network.experience.initial_weight[~ways] == starting.compiled.network.weight[~ways]).all()
    assert (found.network.weight[ways] > 0).any()
    trained(starting, deaf, tmp_path / "parts.db", 1)
    trained(starting, deaf, tmp_path / "parts.db", 2)
    assert contents(tmp_path / "parts.db") == contents(tmp_path / "deaf.db")


def test_the_file_of_another_training_is_refused(starting, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(starting, config, file, 1)
    before = file.read_bytes()
    for change, message in (
        ({"condition": "no_reward"}, 'condition is "reward" there and "no_reward" here'),
        ({"first_seed": 3}, "first_seed is 0 there and 3 here"),
        ({"keep_state": True}, "keep_state is false there and true here"),
        ({"tests": 2}, "tests is 1 there and 2 here"),
        ({"frame_skip": 5}, "frame_skip is 10 there and 5 here"),
        (
            {"scaled": (WeightScaling("left", "up", 0.5),)},
            'scaled is \\[\\] there and \\["left->up=0.5"\\] here',
        ),
        (
            {"trial": replace(config.trial, duration_s=4.0)},
            "arena is duration_s 3.0 there and duration_s 4.0 here",
        ),
    ):
        with pytest.raises(InputError, match=message):
            opened(starting, replace(config, **change), file)
    with pytest.raises(InputError, match="fingerprint is"):
        opened(replace(starting, fingerprint="another"), config, file)
    assert file.read_bytes() == before


def test_a_file_without_a_training_is_left_alone(starting, config, tmp_path):
    from spikeworm_env.store import save_brain

    save_brain(starting.compiled, tmp_path / "brain.db")
    (tmp_path / "text.db").write_text("mine")
    with pytest.raises(InputError, match="holds no training"):
        opened(starting, config, tmp_path / "brain.db")
    with pytest.raises(BrainFileError, match="not a brain file"):
        opened(starting, config, tmp_path / "text.db")
    assert (tmp_path / "text.db").read_text() == "mine"


OF_DIFFERENT_MOMENTS = {
    "episodes before the state": (
        ("DELETE FROM episodes WHERE episode = 2", "DELETE FROM evaluations WHERE episode = 2"),
        "checkpoints: tick is 6000, but its 1 episodes end at age 3000",
    ),
    "no episode before the state": (
        ("DELETE FROM episodes", "DELETE FROM evaluations WHERE episode > 0"),
        "checkpoints: tick is 6000, but its 0 episodes end at age 0",
    ),
    "state before the episodes": (
        ("DELETE FROM checkpoints", "INSERT INTO checkpoints SELECT * FROM earlier.checkpoints"),
        "checkpoints: tick is 3000, but meta has the age 6000",
    ),
    "state and age before the episodes": (
        (
            "UPDATE meta SET value = '3000' WHERE key = 'age'",
            "DELETE FROM checkpoints",
            "INSERT INTO checkpoints SELECT * FROM earlier.checkpoints",
        ),
        "episodes: the last ends at age 6000, but meta has the age 3000",
    ),
    "state of another tick than the checkpoint": (
        ("UPDATE checkpoints SET (state, sha256) = (SELECT state, sha256 FROM earlier.checkpoints)",),
        "checkpoints: state is of a brain 3000 ticks old; its 2 episodes end at age 6000",
    ),
}


@pytest.mark.parametrize(("torn", "message"), OF_DIFFERENT_MOMENTS.values(), ids=OF_DIFFERENT_MOMENTS.keys())
def test_episodes_and_a_state_of_different_moments_are_refused(torn, message, starting, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(starting, config, tmp_path / "earlier.db", 1)
    trained(starting, config, file, 2)
    with closing(sqlite3.connect(file)) as database:
        database.execute("ATTACH ? AS earlier", (str(tmp_path / "earlier.db"),))
        for change in torn:
            database.execute(change)
        database.commit()
    with pytest.raises(BrainFileError, match=f"brain.db: {message}$"):
        opened(starting, config, file)


def test_episodes_that_are_not_those_of_the_starting_brain_are_refused(starting, config, tmp_path):
    trained(starting, config, tmp_path / "first.db", 2)
    trained_before = find_starting_brain(str(tmp_path / "first.db"), 0)
    further = replace(config, first_seed=2)
    trained(trained_before, further, tmp_path / "on.db", 1)
    with closing(sqlite3.connect(tmp_path / "on.db")) as database:
        database.execute("UPDATE episodes SET seed = 77 WHERE episode = 2")
        database.commit()
    with pytest.raises(BrainFileError, match="they do not begin with those before the training"):
        opened(trained_before, further, tmp_path / "on.db")


def test_a_brain_may_have_run_outside_of_episodes(starting, config, tmp_path):
    """Ticks before its training count for its age alone."""
    brain = Brain(starting.compiled.network)
    brain.advance(70)
    walker = replace(starting, compiled=replace(starting.compiled, network=brain.trained_network()))
    for episodes in (0, 1, 2):
        trained(walker, config, tmp_path / "on.db", episodes)
    assert [episode.age for episode in load_brain(tmp_path / "on.db").episodes] == [3070, 6070]
    trained(walker, config, tmp_path / "whole.db", 2)
    assert contents(tmp_path / "on.db") == contents(tmp_path / "whole.db")


def test_the_brain_runs_the_whole_of_a_shortened_last_step(starting, config, tmp_path):
    odd = replace(config, trial=replace(config.trial, duration_s=0.105))
    for episodes in (1, 2):
        trained(starting, odd, tmp_path / "brain.db", episodes)
    episodes = load_brain(tmp_path / "brain.db").episodes
    assert [(episode.ticks, episode.age) for episode in episodes] == [(105, 110), (105, 220)]


def test_a_file_in_training_is_locked_and_free_afterwards(starting, config, tmp_path):
    file = tmp_path / "new" / "brain.db"
    with (
        Training(starting, config, file),
        pytest.raises(InputError, match=r"brain\.db is in use by another run$"),
    ):
        opened(starting, config, file)
    assert list(tmp_path.iterdir()) == []
    trained(starting, config, file, 1)
    assert [each.name for each in file.parent.iterdir()] == ["brain.db"]


def test_a_refused_training_releases_its_lock(starting, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(starting, config, file, 1)
    with pytest.raises(InputError, match="another training"):
        opened(starting, replace(config, first_seed=3), file)
    with locked_file(file):
        pass


def test_a_training_outside_of_a_with_block_writes_nothing(starting, config, tmp_path):
    training = Training(starting, config, tmp_path / "brain.db")
    with pytest.raises(InputError, match="within a with block"):
        next(training.run(1))
    assert list(tmp_path.iterdir()) == []


def test_earlier_evaluations_are_never_changed(starting, config, tmp_path):
    first = trained(starting, config, tmp_path / "first.db", 1)
    trained_before = find_starting_brain(str(tmp_path / "first.db"), 0)
    longer = replace(config, first_seed=1, trial=replace(config.trial, duration_s=4.0))
    trained(trained_before, longer, tmp_path / "on.db", 1)
    again = replace(find_starting_brain(str(tmp_path / "on.db"), 0), name="first")
    trained(again, replace(config, first_seed=2, tests=2), tmp_path / "third.db", 0)
    tests = load_brain(tmp_path / "third.db").evaluations
    assert tests[:2] == tuple(first.evaluations)
    assert [(test.training, test.episode, test.seconds, test.seed) for test in tests] == [
        (1, 0, 3.0, 10_000),
        (1, 1, 3.0, 10_000),
        (2, 1, 4.0, 10_000),
        (2, 2, 4.0, 10_000),
        (3, 2, 3.0, 10_000),
        (3, 2, 3.0, 10_001),
    ]
    assert {(test.trial, test.frame_skip, test.learning) for test in tests} == {("short", 10, False)}
    assert [json.loads(test.arena)["duration_s"] for test in tests] == [3.0, 3.0, 4.0, 4.0, 3.0, 3.0]
    assert json.loads(tests[0].arena) == {
        "environment": config.trial.env_id,
        **config.trial.settings(),
    }


def test_series_of_trials_of_different_length_are_kept_apart(starting, config, tmp_path):
    trained(starting, replace(config, tests=2), tmp_path / "first.db", 1)
    trained_before = find_starting_brain(str(tmp_path / "first.db"), 0)
    longer = replace(config, first_seed=1, trial=replace(config.trial, duration_s=4.0))
    trained(trained_before, longer, tmp_path / "on.db", 1)
    brain = load_brain(tmp_path / "on.db")
    short, long = evaluation_series(brain.evaluations)
    assert (short.training, short.trial, short.first_episode, list(short.by_episode)) == (
        1,
        "short, 3 s",
        0,
        [0, 1],
    )
    assert (long.training, long.trial, long.first_episode, list(long.by_episode)) == (
        2,
        "short, 4 s",
        1,
        [1, 2],
    )
    found = [test.ci_net for test in brain.evaluations if (test.training, test.episode) == (1, 1)]
    assert len(found) == 2 and short.index(1) == sum(found) / 2
    assert long.index(1) == next(test.ci_net for test in brain.evaluations if test.training == 2)
    assert short.index(2) is None


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("training", 2),
        ("trial", "far"),
        ("seconds", 4.0),
        ("frame_skip", 5),
        ("arena", '{"sigma": 6.0}'),
        ("learning", True),
    ],
)
def test_no_mean_is_over_evaluations_of_two_kinds(field, other, starting):
    test = Evaluation(1, 0, "short", 3.0, 10, '{"sigma": 8.0}', False, 10_000, 0.0, 0.5)
    tests = (test, replace(test, seed=10_001, ci_net=0.25), replace(test, **{field: other}, ci_net=-0.5))
    found = evaluation_series(tests)
    assert [series.index(0) for series in found] == [0.375, -0.5]
    assert [series.evaluations for series in found] == [tests[:2], tests[2:]]


def test_the_settings_are_in_the_file(starting, config, tmp_path):
    training = trained(starting, config, tmp_path / "brain.db", 1)
    assert load_training(tmp_path / "brain.db").settings == training.settings
    assert training.settings["brain"] == "starting_brain"


BAD_CONFIGS = {
    "no episodes": ({}, 0, "episodes is 0"),
    "seed below 0": ({"first_seed": -1}, 5, "first_seed is -1"),
    "tests below 0": ({"tests": -1}, 5, "tests is -1"),
    "jitter": ({"weight_jitter": float("nan")}, 5, "weight_jitter is nan"),
    "frame skip": ({"frame_skip": 0}, 5, "frame_skip"),
    "scaled": ({"scaled": (WeightScaling("up", "left", 0.5),)}, 5, "no synapse leads from up to left"),
    "steering": ({"trial": TRIALS["steering"]}, 5, "expected one with muscle activations as actions"),
    "on held-out seeds": ({"first_seed": 9_998}, 3, "held out"),
    "after held-out seeds": ({"first_seed": 10_000}, 1, "held out"),
}


@pytest.mark.parametrize(("change", "episodes", "message"), BAD_CONFIGS.values(), ids=BAD_CONFIGS.keys())
def test_a_training_out_of_range_is_refused(change, episodes, message, starting, config):
    with pytest.raises(InputError, match=message):
        replace(config, **change).check(starting, episodes)


def test_seeds_beyond_the_held_out_ones_are_accepted(starting, config):
    replace(config, first_seed=10_001).check(starting, 5)
    replace(config, first_seed=9_998, tests=0).check(starting, 5)


def test_swapped_sensors_take_an_untrained_brain(starting, config, tmp_path):
    trained(starting, config, tmp_path / "first.db", 1)
    trained_before = find_starting_brain(str(tmp_path / "first.db"), 0)
    with pytest.raises(InputError, match="swapped takes an untrained brain; first has 1 training episodes"):
        replace(config, condition="swapped").check(trained_before, 1)


def test_swapped_sensors_take_a_brain_with_sides(starting, config):
    one_nose = tuple(replace(each, source="concentration") for each in starting.compiled.receptors)
    numb = replace(starting, compiled=replace(starting.compiled, receptors=one_nose))
    with pytest.raises(InputError, match="no sensors to swap"):
        replace(config, condition="swapped").check(numb, 1)


@pytest.mark.parametrize("condition", ["no_reward", "inverted_reward", "random_reward", "yoked_reward"])
def test_controls_of_reward_take_a_brain_that_learns_from_reward(condition, starting, config):
    unpaid = replace(starting, compiled=replace(starting.compiled, reward=None))
    with pytest.raises(InputError, match="no reward changes a weight"):
        replace(config, condition=condition).check(unpaid, 1)
    config.check(unpaid, 1)


def test_a_brain_that_cannot_learn_is_refused():
    with pytest.raises(InputError, match="crawler_v1 cannot be trained: none of its synapses learns"):
        find_starting_brain("crawler_v1", 42)
    with pytest.raises(InputError, match="oracle has no brain to train"):
        find_starting_brain("oracle", 42)


def test_a_trained_brain_replaces_no_cached_brain(starting, config, tmp_path, monkeypatch):
    from spikeworm_env import resources

    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "brains")
    assert find_starting_brain("learner_v1", 7).file == tmp_path / "brains" / "learner_v1_s7_trained.db"
    trained(starting, config, tmp_path / "mine_trained.db", 1)
    assert find_starting_brain(str(tmp_path / "mine_trained.db"), 7).file.name == "mine_trained_on.db"
