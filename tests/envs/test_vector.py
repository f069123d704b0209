"""The vector environment is bit-identical to separate environments in Gymnasium's SyncVectorEnv."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from functools import partial

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers.vector import DictInfoToList, RecordEpisodeStatistics

from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.vector import SpikeWormVectorEnv
from spikeworm_env.errors import ActionError, InputError

CHEMOTAXIS = "SpikeWorm/Chemotaxis-v0"
N = 5
ARENA = {"arena_radius": 10.0, "start_distance": 2.0, "duration_s": 0.125}  # 13 steps, the last one shorter
NEXT_STEP, SAME_STEP, DISABLED = AutoresetMode


def make(name=CHEMOTAXIS, mode=NEXT_STEP, **arguments):
    return gymnasium.make_vec(name, N, autoreset_mode=mode, **{**ARENA, **arguments})


def separate(name=CHEMOTAXIS, mode=NEXT_STEP, **arguments):
    def single():
        return gymnasium.make(name, disable_env_checker=True, **{**ARENA, **arguments}).unwrapped

    return SyncVectorEnv([single] * N, autoreset_mode=mode)


def assert_same(ours, theirs, where="output"):
    """Equal in type, keys and shape, and to the last bit."""
    assert isinstance(ours, type(theirs)), where
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), where
        for key in theirs:
            assert_same(ours[key], theirs[key], f"{where}[{key!r}]")
    elif isinstance(theirs, tuple | list):
        assert len(ours) == len(theirs), where
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_same(a, b, f"{where}[{i}]")
    elif isinstance(theirs, np.ndarray):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape), where
        if theirs.dtype.hasobject:
            assert_same(tuple(ours), tuple(theirs), where)
        else:
            assert ours.tobytes() == theirs.tobytes(), where
    else:
        assert ours == theirs, where


def random_actions(envs, seed, steps):
    space = envs.single_action_space
    space.seed(seed)
    width = 0.05 if space.shape == (2, 24) else 1.0
    for _ in range(steps):
        yield (width * np.stack([space.sample() for _ in range(N)])).astype(np.float32)


def played(envs, seed, steps=20):
    return [envs.step(actions) for actions in random_actions(envs, seed, steps)]


@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP])
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_autoreset_is_bit_identical_to_separate_environments(name, mode):
    ours, theirs = make(name, mode), separate(name, mode)
    assert_same(ours.reset(seed=3), theirs.reset(seed=3))
    ended_in = []
    for k, actions in enumerate(random_actions(ours, 0, 45)):
        step = theirs.step(actions)
        assert_same(ours.step(actions), step)
        ended_in += [k] * step[3].sum()
        if k in {4, 9}:  # so that their episodes end at different times
            mask = np.arange(N) % 3 == k % 3
            assert_same(ours.reset(options={"reset_mask": mask}), theirs.reset(options={"reset_mask": mask}))
    assert len(ended_in) > 2 * N
    assert len(set(ended_in)) > 4


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_resets_by_mask_are_bit_identical_to_separate_environments(name):
    ours, theirs = make(name, DISABLED), separate(name, DISABLED)
    assert_same(ours.reset(seed=3), theirs.reset(seed=3))
    rng = np.random.default_rng(1)
    for actions in random_actions(ours, 0, 45):
        step = theirs.step(actions)
        assert_same(ours.step(actions), step)
        mask = step[3] | (rng.random(N) < 0.05)
        if mask.any():
            options = {"reset_mask": mask, "heading_rad": 0.5}
            assert_same(ours.reset(options=options), theirs.reset(options=dict(options)))
            assert "reset_mask" in options


@pytest.mark.parametrize(
    "arguments", [{"noise": 0.1}, {"observation": "dict"}, {"n_foods": 3, "frame_skip": 7}]
)
@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP])
def test_every_form_of_observation_is_bit_identical_to_separate_environments(mode, arguments):
    ours, theirs = make(mode=mode, **arguments), separate(mode=mode, **arguments)
    assert_same(ours.reset(seed=5), theirs.reset(seed=5))
    for actions in random_actions(ours, 0, 30):
        assert_same(ours.step(actions), theirs.step(actions))


def at_the_wall(state):
    worm = state.worm.copy()
    shift = (9.99, 0.0) - worm["head"][0]
    for part in ("head", "centre"):
        worm[part][0] += shift
    return replace(state, worm=worm)


def test_wall_forces_are_bit_identical_to_separate_environments():
    ours, theirs = make(), separate()
    ours.reset(seed=5), theirs.reset(seed=5)
    states = [at_the_wall(state) for state in ours.get_state()]
    ours.set_state(states)
    for single, state in zip(theirs.envs, states, strict=True):
        single.set_state(state)
    touched = np.zeros(N, bool)
    for actions in random_actions(ours, 0, 10):
        step = theirs.step(actions)
        assert_same(ours.step(actions), step)
        touched |= step[4]["reward_terms"]["wall"] < 0
    assert touched.any()


@pytest.mark.parametrize("seed", [7, np.int64(7), [3, 1, 4, 1, None], None])
def test_seeds_are_those_of_gymnasium(seed):
    ours, theirs = make(), separate()
    ours.reset(seed=1), theirs.reset(seed=1)
    assert_same(ours.reset(seed=seed), theirs.reset(seed=int(seed) if isinstance(seed, np.int64) else seed))
    assert ours.np_random_seed == theirs.np_random_seed
    assert [rng.random() for rng in ours.np_random] == [rng.random() for rng in theirs.np_random]


@pytest.mark.parametrize("limit", [1, 5, 12, 13, 20, -1, None])
@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP])
def test_a_limit_of_steps_is_bit_identical_to_gymnasiums_time_limit(mode, limit):
    ours = make(mode=mode, max_episode_steps=limit)
    theirs = SyncVectorEnv(
        [partial(gymnasium.make, CHEMOTAXIS, max_episode_steps=limit, **ARENA)] * N, autoreset_mode=mode
    )
    assert_same(ours.reset(seed=3), theirs.reset(seed=3))
    ends = 0
    for actions in random_actions(ours, 0, 30):
        step = theirs.step(actions)
        assert_same(ours.step(actions), step)
        ends += step[3].sum()
    assert ends >= 2 * N


def test_a_state_at_or_past_the_limit_of_steps_has_ended():
    free, limited = make(), make(max_episode_steps=5)
    free.reset(seed=3)
    for steps, left in ((4, 1), (1, 0), (1, 0)):
        played(free, 0, steps)
        limited.set_state(free.get_state())
        assert limited._ticks_left.tolist() == [10 * left] * N
    *_, infos = limited.step(np.zeros((N, 2, 24)))
    assert infos["tick"].tolist() == [0] * N  # the next step has reset them


@pytest.mark.parametrize(
    "options",
    [
        {"positon": (0, 0)},
        {"heading_rad": "north"},
        {"position": (0.0, 0.0), "food": [(0.0, 0.0)]},
        {"reset_mask": np.arange(N) % 2 == 0, "position": (99.0, 0.0)},
    ],
    ids=" ".join,
)
def test_a_refused_reset_changes_no_worm(options):
    envs = make(noise=0.1)
    envs.reset(seed=0)
    played(envs, 0, 4)
    twin = copy.deepcopy(envs)
    with pytest.raises(InputError):
        envs.reset(seed=5, options=options)
    assert envs.np_random_seed == twin.np_random_seed
    assert_same([vars(a) for a in envs.get_state()], [vars(b) for b in twin.get_state()])
    assert_same(played(envs, 1), played(twin, 1))


def test_a_start_that_one_worm_cannot_have_is_refused_for_all_of_them(monkeypatch):
    envs = make(noise=0.1)
    envs.reset(seed=0)
    played(envs, 0, 4)
    twin = copy.deepcopy(envs)

    def refuse(*_):
        raise InputError("position is (1, 1); expected another")

    monkeypatch.setattr(envs._rows[3], "_init_arena", refuse)
    for seed in (None, 5):
        with pytest.raises(InputError, match="expected another"):
            envs.reset(seed=seed)
        assert_same([vars(a) for a in envs.get_state()], [vars(b) for b in twin.get_state()])


def test_gymnasium_makes_it_with_its_autoreset_mode_in_the_metadata():
    envs = make(mode="SameStep")
    assert isinstance(envs, SpikeWormVectorEnv)
    assert envs.metadata["autoreset_mode"] is SAME_STEP
    assert envs.spec.id == CHEMOTAXIS
    reference = separate()
    assert envs.observation_space == reference.observation_space
    assert envs.action_space == reference.action_space
    assert envs.single_observation_space == reference.single_observation_space
    assert gymnasium.spec(CHEMOTAXIS).to_json()


@pytest.mark.parametrize("mode", [NEXT_STEP, SAME_STEP])
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_gymnasiums_vector_wrappers_work(name, mode):
    envs = DictInfoToList(RecordEpisodeStatistics(make(name, mode)))
    envs.reset(seed=0)
    *_, infos = played(envs, 0, 13)[-1]
    ends = [info["final_info"] if mode is SAME_STEP else info for info in infos]
    assert [end["tick"] for end in ends] == [125] * N
    assert [info["episode"]["l"] for info in infos] == [13] * N


def test_writing_into_outputs_changes_nothing_later():
    envs = make()
    envs.reset(seed=0)
    first, second = played(envs, 0, 2)
    kept = copy.deepcopy(second)
    for output in (first, second):
        output[0][:] = np.nan
        output[4]["position"][:] = np.nan
        output[4]["_position"][:] = False
    assert first[0] is not second[0]
    again = make()
    again.reset(seed=0)
    assert_same(played(again, 0, 2)[1], kept)
    assert_same(played(envs, 1), played(again, 1))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda envs: pickle.loads(pickle.dumps(envs))])
def test_a_copy_continues_bit_for_bit_and_shares_nothing(duplicate):
    envs = make()
    envs.reset(seed=2)
    played(envs, 0, 5)
    twin = duplicate(envs)
    future = played(envs, 1)
    assert_same(played(twin, 1), future)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_restored_states_continue_bit_for_bit(name):
    envs, other = make(name, noise=0.01), make(name, noise=0.01)
    envs.reset(seed=4)
    played(envs, 0, 6)
    states = pickle.loads(pickle.dumps(envs.get_state()))
    future = played(envs, 1)
    for restored in (envs, other):
        observation, info = restored.set_state(states)
        assert observation.shape == (N, *envs.single_observation_space.shape)
        assert info["tick"].tolist() == [60] * N
        assert_same(played(restored, 1), future)


def test_a_state_of_one_worm_continues_in_a_single_environment():
    envs = make()
    envs.reset(seed=4)
    played(envs, 0, 6)
    states, actions = envs.get_state(), list(random_actions(envs, 1, 5))
    outputs = [envs.step(action) for action in actions]
    alone = gymnasium.make(CHEMOTAXIS, disable_env_checker=True, **ARENA).unwrapped
    alone.set_state(states[3])
    for action, (observations, rewards, *_) in zip(actions, outputs, strict=True):
        observation, reward = alone.step(action[3])[:2]
        np.testing.assert_array_equal(observation, observations[3])
        assert reward == rewards[3]


def test_one_bad_state_leaves_all_worms_unchanged():
    envs = make()
    envs.reset(seed=4)
    played(envs, 0, 6)
    states = envs.get_state()
    stranger = gymnasium.make(CHEMOTAXIS, n_foods=2, **ARENA).unwrapped
    stranger.reset(seed=0)
    future = copy.deepcopy(envs)
    early = make()
    early.reset(seed=9)
    with pytest.raises(InputError, match=r"states\[4\].*n_foods=1"):
        envs.set_state((*early.get_state()[:4], stranger.get_state()))
    with pytest.raises(InputError, match="a sequence of 5"):
        envs.set_state(states[:4])
    assert_same(played(envs, 1), played(future, 1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda a: a[:4], r"shape is \(4, 2, 24\); expected \(5, 2, 24\)"),
        (lambda a: a.astype(int), "expected a floating point type"),
        (lambda a: np.where(np.arange(N)[:, None, None] == 3, np.nan, a), r"action\[3, 0, 0\] is nan"),
    ],
)
def test_bad_actions_change_nothing(spoil, said):
    envs = make()
    envs.reset(seed=0)
    played(envs, 0, 13)  # the next step resets
    twin = copy.deepcopy(envs)
    with pytest.raises(ActionError, match=said):
        envs.step(spoil(np.zeros((N, 2, 24), np.float32)))
    assert_same([vars(a) for a in envs.get_state()], [vars(b) for b in twin.get_state()])
    assert_same(played(envs, 1), played(twin, 1))


@pytest.mark.parametrize("mode", [SAME_STEP, DISABLED])
def test_a_step_after_the_end_needs_a_reset(mode):
    envs = make(mode=mode)
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.step(np.zeros((N, 2, 24)))
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.get_state()
    over = make(mode=DISABLED)
    over.reset(seed=0)
    played(over, 0, 13)
    envs.set_state(over.get_state())
    with pytest.raises(gymnasium.error.ResetNeeded, match=r"reset worms \[0, 1, 2, 3, 4\]"):
        envs.step(np.zeros((N, 2, 24)))


@pytest.mark.parametrize(
    ("reset", "said"),
    [
        ({"seed": [1, 2]}, "expected a whole number or a list of 5"),
        ({"seed": -7}, "seed is -7"),
        ({"seed": "seven"}, "seed is 'seven'"),
        ({"seed": [1, 2, 3, -4, 5]}, r"seed\[3\] is -4; expected a whole number from 0"),
        ({"options": {"reset_mask": np.ones(4, bool)}}, "expected an array"),
        ({"options": {"reset_mask": np.ones(N)}}, "expected an array"),
        ({"options": {"reset_mask": np.zeros(N, bool)}}, "some of them true"),
        ({"options": {"reset_mask": np.arange(N) == 1}}, "in the first reset"),
        ({"options": {"positon": (0, 0)}}, "did you mean 'position'"),
    ],
)
def test_a_bad_reset_is_an_error_with_the_expectation(reset, said):
    with pytest.raises(InputError, match=said):
        make().reset(**reset)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"autoreset_mode": "Sometimes"}, "expected one of 'NextStep', 'SameStep', 'Disabled'"),
        ({"num_envs": 0}, "num_envs is 0"),
        ({"render_mode": "human"}, "expected 'rgb_array'"),
        ({"sigma": -1}, "sigma is -1"),
    ],
)
def test_bad_arguments_are_errors_with_the_expectation(arguments, said):
    with pytest.raises(InputError, match=said):
        gymnasium.make_vec(CHEMOTAXIS, **{"num_envs": 2, **arguments})


def test_one_that_was_not_constructed_can_be_closed():
    """Gymnasium closes it when it is deleted."""
    half_made = SpikeWormVectorEnv.__new__(SpikeWormVectorEnv)
    half_made.close()
    assert half_made.closed


def test_frames_are_those_of_separate_environments(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    arguments = {"render_mode": "rgb_array", "render_size": 320}
    ours, theirs = make(**arguments), separate(**arguments)
    ours.reset(seed=1), theirs.reset(seed=1)
    for actions in random_actions(ours, 0, 12):
        ours.step(actions), theirs.step(actions)
    assert_same(ours.render(), theirs.render())
    ours.close()
    ours.close()
