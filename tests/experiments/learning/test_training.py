"""A training is kept life by life, and taken up again it ends as if it had never stopped."""

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
def someone(recipe_path):
    return find_starting_brain(str(recipe_path), 42)


@pytest.fixture
def config(episode):
    return TrainingConfig(episode, frame_skip=10, tests=1)


def trained(starting_brain, config, file, episodes):
    with Training(starting_brain, config, file) as training:
        training.begin()
        while training.lived < episodes:
            training.live()
    return training


def opened(starting_brain, config, file):
    with Training(starting_brain, config, file) as training:
        return training


def contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("condition", ["reward", "random_reward", "yoked_reward", "random_pruning"])
def test_a_training_taken_up_again_ends_in_the_same_file(condition, fresh, someone, config, tmp_path):
    config = replace(config, condition=condition, fresh=fresh)
    trained(someone, config, tmp_path / "whole.db", 3)
    for episodes in (1, 2, 3):
        trained(someone, config, tmp_path / "parts.db", episodes)
    assert contents(tmp_path / "parts.db") == contents(tmp_path / "whole.db")
    states = [load_checkpoint(tmp_path / f"{name}.db") for name in ("whole", "parts")]
    for name, array in states[0].items():
        assert array.dtype == states[1][name].dtype and (array == states[1][name]).all(), name


def test_an_interrupt_costs_the_life_being_lived_and_no_more(someone, config, tmp_path, monkeypatch):
    file = tmp_path / "brain.db"
    trained(someone, config, file, 1)
    before = file.read_bytes()

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("spikeworm_env.experiments.learning.learner.run_trial", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained(someone, config, file, 2)
    assert file.read_bytes() == before
    monkeypatch.undo()
    trained(someone, config, file, 2)
    trained(someone, config, tmp_path / "whole.db", 2)
    assert contents(file) == contents(tmp_path / "whole.db")


def test_the_trials_with_learning_off_are_held_out_and_leave_no_trace(someone, config, tmp_path):
    tested = trained(someone, replace(config, tests=2), tmp_path / "tested.db", 2)
    untested = trained(someone, replace(config, tests=0), tmp_path / "untested.db", 2)
    assert [(test.episode, test.seed) for test in tested.evaluations] == [
        (episode, seed) for episode in (0, 1, 2) for seed in (10_000, 10_001)
    ]
    assert untested.evaluations == []
    assert tested.compiled.episodes == untested.compiled.episodes
    assert (tested.compiled.network.weight == untested.compiled.network.weight).all()


def test_a_trained_brain_goes_on_and_its_history_continues(someone, config, tmp_path):
    first = trained(someone, config, tmp_path / "first.db", 2)
    heir = find_starting_brain(str(tmp_path / "first.db"), 0)
    on = trained(heir, replace(config, first_seed=2, condition="no_reward"), tmp_path / "on.db", 1)
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


def test_noise_on_the_weights_comes_once_before_the_first_life(someone, config, tmp_path):
    jittered = trained(someone, replace(config, weight_jitter=0.3), tmp_path / "noisy.db", 1)
    again = opened(someone, replace(config, weight_jitter=0.3), tmp_path / "noisy.db")
    birth = jittered.compiled.network.experience.initial_weight
    assert (birth != someone.compiled.network.weight).all()
    assert (again.compiled.network.experience.initial_weight == birth).all()


def test_what_is_weakened_is_so_before_the_first_life_and_may_be_learned_again(someone, config, tmp_path):
    deaf = replace(config, scaled=(WeightScaling("left", "up", 0.0),))
    found = trained(someone, deaf, tmp_path / "deaf.db", 2).compiled
    ways = found.made_by("projections[0] ")
    assert (found.network.experience.initial_weight[ways] == 0).all()
    assert (found.network.experience.initial_weight[~ways] == someone.compiled.network.weight[~ways]).all()
    assert (found.network.weight[ways] > 0).any()
    trained(someone, deaf, tmp_path / "parts.db", 1)
    trained(someone, deaf, tmp_path / "parts.db", 2)
    assert contents(tmp_path / "parts.db") == contents(tmp_path / "deaf.db")


def test_another_training_in_the_file_is_told_apart(someone, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(someone, config, file, 1)
    before = file.read_bytes()
    for change, told in (
        ({"condition": "no_reward"}, 'condition is "reward" there and "no_reward" here'),
        ({"first_seed": 3}, "first_seed is 0 there and 3 here"),
        ({"fresh": False}, "keep_state is false there and true here"),
        ({"tests": 2}, "tests is 1 there and 2 here"),
        ({"frame_skip": 5}, "frame_skip is 10 there and 5 here"),
        (
            {"scaled": (WeightScaling("left", "up", 0.5),)},
            'weakened is \\[\\] there and \\["left->up=0.5"\\] here',
        ),
        (
            {"trial": replace(config.trial, duration_s=4.0)},
            "arena is duration_s 3.0 there and duration_s 4.0 here",
        ),
    ):
        with pytest.raises(InputError, match=told):
            opened(someone, replace(config, **change), file)
    with pytest.raises(InputError, match="fingerprint is"):
        opened(replace(someone, fingerprint="another"), config, file)
    assert file.read_bytes() == before


def test_a_file_without_a_training_is_left_alone(someone, config, tmp_path):
    from spikeworm_env.store import save_brain

    save_brain(someone.compiled, tmp_path / "brain.db")
    (tmp_path / "text.db").write_text("mine")
    with pytest.raises(InputError, match="holds no training"):
        opened(someone, config, tmp_path / "brain.db")
    with pytest.raises(BrainFileError, match="not a brain file"):
        opened(someone, config, tmp_path / "text.db")
    assert (tmp_path / "text.db").read_text() == "mine"


OF_ANOTHER_MOMENT = {
    "lives before the state": (
        ("DELETE FROM episodes WHERE episode = 2", "DELETE FROM evaluations WHERE episode = 2"),
        "checkpoints: tick is 6000, but its 1 lives end at age 3000",
    ),
    "no life before the state": (
        ("DELETE FROM episodes", "DELETE FROM evaluations WHERE episode > 0"),
        "checkpoints: tick is 6000, but its 0 lives end at age 0",
    ),
    "state before the lives": (
        ("DELETE FROM checkpoints", "INSERT INTO checkpoints SELECT * FROM earlier.checkpoints"),
        "checkpoints: tick is 3000, but meta tells the age 6000",
    ),
    "state and age before the lives": (
        (
            "UPDATE meta SET value = '3000' WHERE key = 'age'",
            "DELETE FROM checkpoints",
            "INSERT INTO checkpoints SELECT * FROM earlier.checkpoints",
        ),
        "lives: the last ends at age 6000, but meta tells the age 3000",
    ),
    "state of another tick than told": (
        ("UPDATE checkpoints SET (state, sha256) = (SELECT state, sha256 FROM earlier.checkpoints)",),
        "checkpoints: state is of a brain 3000 ticks old; its 2 lives end at age 6000",
    ),
}


@pytest.mark.parametrize(("torn", "told"), OF_ANOTHER_MOMENT.values(), ids=OF_ANOTHER_MOMENT.keys())
def test_lives_and_a_state_of_different_moments_are_refused(torn, told, someone, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(someone, config, tmp_path / "earlier.db", 1)
    trained(someone, config, file, 2)
    with closing(sqlite3.connect(file)) as database:
        database.execute("ATTACH ? AS earlier", (str(tmp_path / "earlier.db"),))
        for change in torn:
            database.execute(change)
        database.commit()
    with pytest.raises(BrainFileError, match=f"brain.db: {told}$"):
        opened(someone, config, file)


def test_lives_that_are_not_those_of_the_pupil_are_refused(someone, config, tmp_path):
    trained(someone, config, tmp_path / "first.db", 2)
    heir = find_starting_brain(str(tmp_path / "first.db"), 0)
    further = replace(config, first_seed=2)
    trained(heir, further, tmp_path / "on.db", 1)
    with closing(sqlite3.connect(tmp_path / "on.db")) as database:
        database.execute("UPDATE episodes SET seed = 77 WHERE episode = 2")
        database.commit()
    with pytest.raises(BrainFileError, match="they do not begin with those before the training"):
        opened(heir, further, tmp_path / "on.db")


def test_a_brain_may_have_lived_outside_of_lives(someone, config, tmp_path):
    """Before its training, by ticks of its own; they count for its age alone."""
    brain = Brain(someone.compiled.network)
    brain.advance(70)
    walker = replace(someone, compiled=replace(someone.compiled, network=brain.trained_network()))
    for episodes in (0, 1, 2):
        trained(walker, config, tmp_path / "on.db", episodes)
    assert [episode.age for episode in load_brain(tmp_path / "on.db").episodes] == [3070, 6070]
    trained(walker, config, tmp_path / "whole.db", 2)
    assert contents(tmp_path / "on.db") == contents(tmp_path / "whole.db")


def test_a_last_step_that_is_cut_short_is_lived_in_full_by_the_brain(someone, config, tmp_path):
    odd = replace(config, trial=replace(config.trial, duration_s=0.105))
    for episodes in (1, 2):
        trained(someone, odd, tmp_path / "brain.db", episodes)
    episodes = load_brain(tmp_path / "brain.db").episodes
    assert [(episode.ticks, episode.age) for episode in episodes] == [(105, 110), (105, 220)]


def test_a_file_in_training_is_in_use_and_free_afterwards(someone, config, tmp_path):
    file = tmp_path / "new" / "brain.db"
    with (
        Training(someone, config, file),
        pytest.raises(InputError, match=r"brain\.db is in use by another run$"),
    ):
        opened(someone, config, file)
    assert list(tmp_path.iterdir()) == []
    trained(someone, config, file, 1)
    assert [each.name for each in file.parent.iterdir()] == ["brain.db"]


def test_a_training_that_is_refused_holds_nothing(someone, config, tmp_path):
    file = tmp_path / "brain.db"
    trained(someone, config, file, 1)
    with pytest.raises(InputError, match="another training"):
        opened(someone, replace(config, first_seed=3), file)
    with locked_file(file):
        pass


def test_nothing_is_kept_of_a_training_that_holds_no_file(someone, config, tmp_path):
    training = Training(someone, config, tmp_path / "brain.db")
    with pytest.raises(RuntimeError, match="within a with block"):
        training.begin()
    assert list(tmp_path.iterdir()) == []


def test_what_was_measured_before_is_never_rewritten(someone, config, tmp_path):
    first = trained(someone, config, tmp_path / "first.db", 1)
    heir = find_starting_brain(str(tmp_path / "first.db"), 0)
    longer = replace(config, first_seed=1, trial=replace(config.trial, duration_s=4.0))
    trained(heir, longer, tmp_path / "on.db", 1)
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


def test_series_of_trials_of_different_length_are_kept_apart(someone, config, tmp_path):
    trained(someone, replace(config, tests=2), tmp_path / "first.db", 1)
    heir = find_starting_brain(str(tmp_path / "first.db"), 0)
    longer = replace(config, first_seed=1, trial=replace(config.trial, duration_s=4.0))
    trained(heir, longer, tmp_path / "on.db", 1)
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
def test_no_mean_is_taken_over_trials_of_two_kinds(field, other, someone):
    test = Evaluation(1, 0, "short", 3.0, 10, '{"sigma": 8.0}', False, 10_000, 0.0, 0.5)
    tests = (test, replace(test, seed=10_001, ci_net=0.25), replace(test, **{field: other}, ci_net=-0.5))
    found = evaluation_series(tests)
    assert [series.index(0) for series in found] == [0.375, -0.5]
    assert [series.evaluations for series in found] == [tests[:2], tests[2:]]


def test_the_settings_are_in_the_file(someone, config, tmp_path):
    training = trained(someone, config, tmp_path / "brain.db", 1)
    assert load_training(tmp_path / "brain.db").settings == training.settings
    assert training.settings["brain"] == "starting_brain"


BAD_COURSES = {
    "no lives": ({}, 0, "episodes is 0"),
    "seed below 0": ({"first_seed": -1}, 5, "first_seed is -1"),
    "tests below 0": ({"tests": -1}, 5, "tests is -1"),
    "jitter": ({"weight_jitter": float("nan")}, 5, "weight_jitter is nan"),
    "frame skip": ({"frame_skip": 0}, 5, "frame_skip"),
    "scaled": ({"scaled": (WeightScaling("up", "left", 0.5),)}, 5, "no synapse leads from up to left"),
    "steering": ({"trial": TRIALS["steering"]}, 5, "a brain moves muscles itself"),
    "on held-out seeds": ({"first_seed": 9_998}, 3, "held out"),
    "after held-out seeds": ({"first_seed": 10_000}, 1, "held out"),
}


@pytest.mark.parametrize(("change", "episodes", "told"), BAD_COURSES.values(), ids=BAD_COURSES.keys())
def test_a_course_that_is_none_is_refused(change, episodes, told, someone, config):
    with pytest.raises(InputError, match=told):
        replace(config, **change).check(someone, episodes)


def test_seeds_beyond_the_held_out_ones_may_be_lived_on(someone, config):
    replace(config, first_seed=10_001).check(someone, 5)
    replace(config, first_seed=9_998, tests=0).check(someone, 5)


def test_sensors_are_swapped_from_birth_or_never(someone, config, tmp_path):
    trained(someone, config, tmp_path / "first.db", 1)
    heir = find_starting_brain(str(tmp_path / "first.db"), 0)
    with pytest.raises(InputError, match="swapped begins at birth; first has lived 1 lives"):
        replace(config, condition="swapped").check(heir, 1)


def test_a_brain_without_sides_has_nothing_to_swap(someone, config):
    one_nose = tuple(replace(each, source="concentration") for each in someone.compiled.receptors)
    numb = replace(someone, compiled=replace(someone.compiled, receptors=one_nose))
    with pytest.raises(InputError, match="no sensors to swap"):
        replace(config, condition="swapped").check(numb, 1)


@pytest.mark.parametrize("condition", ["no_reward", "inverted_reward", "random_reward", "yoked_reward"])
def test_without_a_reward_its_controls_say_nothing(condition, someone, config):
    unpaid = replace(someone, compiled=replace(someone.compiled, reward=None))
    with pytest.raises(InputError, match="no reward changes a weight"):
        replace(config, condition=condition).check(unpaid, 1)
    config.check(unpaid, 1)


def test_who_cannot_learn_is_not_trained():
    with pytest.raises(InputError, match="crawler_v1 cannot be trained: none of its synapses learns"):
        find_starting_brain("crawler_v1", 42)
    with pytest.raises(InputError, match="oracle has no brain to train"):
        find_starting_brain("oracle", 42)


def test_a_trained_brain_goes_beside_the_zoos_and_never_over_them(someone, config, tmp_path, monkeypatch):
    from spikeworm_env import resources

    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")
    assert find_starting_brain("learner_v1", 7).file == tmp_path / "cache" / "learner_v1_s7_trained.db"
    trained(someone, config, tmp_path / "mine_trained.db", 1)
    assert find_starting_brain(str(tmp_path / "mine_trained.db"), 7).file.name == "mine_trained_on.db"
