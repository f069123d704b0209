"""What holds for every registered id: a new one is tested by existing."""

from __future__ import annotations

import copy
import gc
import multiprocessing
import pickle
import sys
import warnings
from functools import partial

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import load_env_creator
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import RecordEpisodeStatistics

from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.errors import ActionError, InputError

every_id = pytest.mark.parametrize("name", ENVIRONMENTS)
both_forms = pytest.mark.parametrize("form", ["flat", "dict"])

TIGHT = {"arena_radius": 6.0, "start_distance": 1.5, "sigma": 1.0, "n_foods": 1}
"""An arena in which wall, foods and what else there is are met within seconds."""

NARROW = {"SpikeWorm/Aversion-v0": {"repellent_distance": 1.0, "repellent_sigma": 0.5}}


def tight(name):
    return TIGHT | NARROW.get(name, {})


def answers(env, actions):
    """All that an environment returns to these actions, as copies."""
    return [copy.deepcopy(env.step(action)) for action in actions]


@pytest.fixture(autouse=True)
def no_display(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")


@every_id
@both_forms
def test_gymnasiums_checker_passes(make, name, form):
    check_env(make(name, observation=form))


DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER")


@every_id
@pytest.mark.parametrize("render_mode", [None, "rgb_array"])
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have a display")
def test_gymnasiums_checker_passes_without_a_display(name, render_mode, monkeypatch):
    for variable in DISPLAY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    env = gymnasium.make(name, render_mode=render_mode, render_size=240).unwrapped
    assert env.metadata["render_modes"] == ["rgb_array"]
    check_env(env)
    with pytest.raises(InputError, match="neither DISPLAY nor WAYLAND_DISPLAY is set"):
        gymnasium.make(name, render_mode="human")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    assert gymnasium.make(name).unwrapped.metadata["render_modes"] == ["human", "rgb_array"]


@every_id
@both_forms
def test_stable_baselines_checker_passes(make, name, form):
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    env = make(name, observation=form)
    with warnings.catch_warnings():
        if env.action_space.low.min() == 0:  # it asks for actions of -1 to 1, which shares cannot be
            warnings.filterwarnings("ignore", message="We recommend you to use a symmetric")
        checker.check_env(env)


@every_id
def test_seed_and_actions_determine_everything(make, gentle, same, name):
    first, second = make(name, noise=0.1), make(name, noise=0.1)
    second.reset(seed=99)
    second.step(gentle(second, 1)[0])
    starts = [env.reset(seed=3) for env in (first, second)]
    assert same(*starts)
    actions = gentle(first, 100)
    assert same(answers(first, actions), answers(second, actions))
    assert same(first.reset(), second.reset())
    assert not same(first.reset(seed=4)[0], starts[0][0])


@every_id
def test_returned_arrays_are_never_changed_later(make, gentle, same, name):
    env = make(name)
    returned = [env.reset(seed=0), *(env.step(action) for action in gentle(env, 20))]
    kept = copy.deepcopy(returned)
    state = env.get_state()
    answers(env, gentle(env, 20, seed=1))
    env.reset()
    assert same(returned, kept)
    for observation, *_, info in returned:  # and the caller may write into it
        observation[:] = 7
        for value in info.values():
            if isinstance(value, np.ndarray):
                value[...] = 7
    env.set_state(state)
    clean = make(name)
    clean.reset(seed=0)
    answers(clean, gentle(clean, 20))
    assert same(answers(env, gentle(env, 20, seed=2)), answers(clean, gentle(clean, 20, seed=2)))


COPIES = {
    "pickle": lambda env: pickle.loads(pickle.dumps(env)),
    "deepcopy": copy.deepcopy,
}


@every_id
@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_copy_in_mid_episode_continues_bit_for_bit(gentle, same, name, copied, wrapped):
    env = gymnasium.make(name, render_mode="rgb_array", render_size=320, noise=0.01)
    env = env if wrapped else env.unwrapped
    env.reset(seed=5)
    answers(env, gentle(env, 30))
    env.render()
    twin = COPIES[copied](env)
    actions = gentle(env, 30, seed=1)
    future = answers(env, actions)
    assert same(answers(twin, actions), future)
    np.testing.assert_array_equal(env.render(), twin.render())
    assert same(env.reset(), twin.reset())
    env.close()
    twin.close()


@every_id
def test_a_snapshot_continues_in_another_environment(make, gentle, same, name):
    env, other = make(name, **tight(name)), make(name, **tight(name))
    env.reset(seed=5)
    answers(env, gentle(env, 30))
    state = pickle.loads(pickle.dumps(env.get_state()))
    actions = gentle(env, 50, seed=1)
    future = answers(env, actions)
    other.set_state(state)
    assert same(answers(other, actions), future)
    assert same(env.reset(), other.reset())


@every_id
def test_a_snapshot_of_another_id_is_an_error(make, name):
    other = next(known for known in ENVIRONMENTS if known != name)
    env = make(other)
    env.reset(seed=0)
    with pytest.raises(InputError, match="state: env_class is"):
        make(name).set_state(env.get_state())


def wild_actions(space, rng, steps):
    """Held for a while each: random ones, gentle ones, and every number at a bound."""
    kinds = rng.integers(3, size=steps // 25 + 1).repeat(25)[:steps]
    uniform = rng.uniform(space.low, space.high, (steps, *space.shape))
    bounds = np.where(rng.random((steps // 25 + 1, *space.shape)) < 0.5, space.low, space.high)
    bounds = bounds.repeat(25, axis=0)[:steps]
    few = (slice(None), *(None,) * len(space.shape))
    return np.choose(kinds[few], (uniform, 0.03 * uniform, bounds)).astype(np.float32)


@every_id
def test_a_hundred_thousand_steps_stay_within_the_spaces(make, name):
    """Observations lie in their space, and reward and info are finite, whatever the worm does."""
    env = make(name, **tight(name), duration_s=50.0, frame_skip=4, noise=0.01)
    steps = 100_000
    seen = np.empty((steps, *env.observation_space.shape), np.float32)
    rewards = np.empty(steps)
    _, info = env.reset(seed=0)
    for step, action in enumerate(wild_actions(env.action_space, np.random.default_rng(0), steps)):
        seen[step], rewards[step], terminated, truncated, info = env.step(action)
        assert not terminated
        if truncated:
            assert all(np.isfinite(value).all() for key, value in info.items() if key != "reward_terms")
            assert np.hypot(*info["position"]) < 6.1
            env.reset()
    assert (seen >= env.observation_space.low).all()
    assert (seen <= env.observation_space.high).all()
    assert np.isfinite(rewards).all()


@every_id
def test_the_reward_is_the_sum_of_its_terms(make, gentle, name):
    env = make(name, **tight(name))
    env.reset(seed=0)
    for _, reward, _, _, info in answers(env, gentle(env, 200)):
        assert reward == pytest.approx(sum(info["reward_terms"].values()), abs=1e-15)
        assert isinstance(reward, float)


@every_id
def test_actions_beyond_the_bounds_are_clipped(make, same, name):
    outputs = []
    for scale in (1.0, 1e3, 1e300):
        env = make(name)
        env.reset(seed=0)
        sign = np.where(np.arange(env.action_space.low.size) % 2, 1.0, -1.0)
        action = (scale * sign).reshape(env.action_space.shape)
        outputs.append(answers(env, [action] * 20))
    assert same(outputs[0], outputs[1])
    assert same(outputs[0], outputs[2])


BAD_ACTIONS = {
    "nan": lambda action: np.full_like(action, np.nan),
    "infinite": lambda action: np.where(np.arange(action.size).reshape(action.shape) == 1, np.inf, action),
    "another shape": lambda action: action[None],
    "a number": lambda action: np.float32(0.5),
    "integers": lambda action: action.astype(np.int64),
    "flags": lambda action: action.astype(bool),
    "complex": lambda action: action.astype(np.complex64),
    "objects": lambda action: action.astype(object),
    "text": lambda action: "forward",
    "none": lambda action: None,
    "ragged": lambda action: [[0.0], [0.0, 1.0]],
}


@every_id
@pytest.mark.parametrize("bad", BAD_ACTIONS)
def test_a_bad_action_is_an_error_and_changes_nothing(make, gentle, same, name, bad):
    env, clean = make(name), make(name)
    for each in (env, clean):
        each.reset(seed=0)
        answers(each, gentle(each, 3))
    with pytest.raises(ActionError, match=r"^action"):
        env.step(BAD_ACTIONS[bad](gentle(env, 1)[0]))
    assert issubclass(ActionError, ValueError)
    assert same(vars(env.get_state()), vars(clean.get_state()))
    assert same(answers(env, gentle(env, 3, seed=1)), answers(clean, gentle(clean, 3, seed=1)))


@every_id
def test_a_refused_action_leaves_the_clicks_of_a_window_waiting(make, gentle, same, name):
    env, clean = (make(name, render_mode="human", render_size=240) for _ in range(2))
    for each in (env, clean):
        each.reset(seed=0)
        answers(each, gentle(each, 3))
        each._viewer._renderer.controls._clicks.append((2.0, -1.0))
    action = gentle(env, 1)[0]
    for bad in ("nan", "infinite", "another shape", "text"):
        with pytest.raises(ActionError):
            env.step(BAD_ACTIONS[bad](action))
        assert env._viewer._renderer.controls.waiting == ((2.0, -1.0),)
        assert same(vars(env.get_state()), vars(clean.get_state()))
    assert same(answers(env, [action]), answers(clean, [action]))
    assert env._viewer._renderer.controls.waiting == ()
    places = env.get_state().sources["position"]
    assert np.hypot(*(places - (2.0, -1.0)).T).min() < 0.01  # in Drift it has moved on since


@every_id
@pytest.mark.parametrize("seed", [None, 8])
def test_a_refused_reset_changes_nothing(make, gentle, same, name, seed):
    env, clean = make(name, noise=0.1), make(name, noise=0.1)
    for each in (env, clean):
        each.reset(seed=0)
        answers(each, gentle(each, 3))
    for options in ({"foood": 1}, {"heading_rad": "north"}, {"position": (0, 0), "food": [(0, 0)]}, "none"):
        with pytest.raises(InputError):
            env.reset(seed=seed, options=options)
        assert same(vars(env.get_state()), vars(clean.get_state()))
        assert env.np_random_seed == clean.np_random_seed
    assert same(answers(env, gentle(env, 3)), answers(clean, gentle(clean, 3)))
    assert same(env.reset(), clean.reset())


@every_id
def test_options_set_the_start_of_every_id(make, name):
    env = make(name, n_foods=1)
    options = {"position": (1.0, -2.0), "heading_rad": 0.5, "food": (9.0, 4.0)}
    _, info = env.reset(seed=0, options=options)
    np.testing.assert_array_equal(info["position"], (1.0, -2.0))
    np.testing.assert_array_equal(info["food"], [(9.0, 4.0)])
    assert info["heading_rad"] == pytest.approx(0.5)
    with pytest.raises(InputError, match="options: unknown key 'foood'; did you mean 'food'"):
        env.reset(options={"foood": (0.0, 0.0)})


COMMON_MISTAKES = [
    {"start_distance": -1.0},
    {"sigma": 0.0},
    {"n_foods": 0},
    {"food_peak": "much"},
    {"food_position": (99.0, 0.0)},
    {"duration_s": float("nan")},
    {"frame_skip": 0},
    {"arena_radius": 1.0},
    {"drag_ratio": 0.5},
    {"observation": "list"},
    {"noise": -0.1},
    {"noise": True},
    {"render_size": 1},
]


@every_id
@pytest.mark.parametrize("arguments", COMMON_MISTAKES, ids=str)
def test_an_argument_out_of_range_is_an_error_that_names_it(name, arguments):
    (argument,) = arguments
    with pytest.raises(InputError, match=rf"^{argument} is .*; expected "):
        gymnasium.make(name, **arguments)


@every_id
def test_a_refused_constructor_leaves_nothing_that_fails_when_it_is_deleted(name, monkeypatch):
    failures = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: failures.append(failure.exc_value))
    for arguments in COMMON_MISTAKES:
        for make in (gymnasium.make, partial(gymnasium.make_vec, num_envs=2)):
            with pytest.raises(InputError):
                make(name, render_mode="rgb_array", **arguments)
    gc.collect()
    assert failures == []
    kind = load_env_creator(ENVIRONMENTS[name])
    with pytest.raises(InputError, match="unknown render mode"):
        kind(render_mode="film")
    kind.__new__(kind).close()


@every_id
def test_both_forms_of_the_observation_hold_the_same_values(make, gentle, name):
    flat, parts = make(name), make(name, observation="dict")
    seen = [(flat.reset(seed=0)[0], parts.reset(seed=0)[0])]
    seen += [(flat.step(action)[0], parts.step(action)[0]) for action in gentle(flat, 20)]
    for vector, named in seen:
        assert list(named) == list(flat.layout)
        np.testing.assert_array_equal(np.concatenate(list(named.values())), vector)
        assert parts.observation_space.contains(named)


@every_id
def test_noise_is_on_concentrations_alone_and_changes_no_worm(make, gentle, name):
    clear, noisy = make(name), make(name, noise=0.02, food_peak=1.0)
    clear.reset(seed=0)
    noisy.reset(seed=0)
    chemical = [part for channel, part in clear.layout.items() if channel.startswith(("conc", "adapted"))]
    is_chemical = np.zeros(clear.observation_space.shape, bool)
    for part in chemical:
        is_chemical[part] = True
    off = []
    for action in gentle(clear, 500):
        seen, told = (env.step(action) for env in (clear, noisy))
        assert seen[4]["concentration"] == told[4]["concentration"]
        np.testing.assert_array_equal(seen[0][~is_chemical], told[0][~is_chemical])
        off.append((told[0] - seen[0])[is_chemical])
    inside = np.array(off)[:, 3]  # adapted change, which is far from its bounds
    assert inside.std() == pytest.approx(0.02, rel=0.15)
    assert abs(inside.mean()) < 0.004


@every_id
def test_common_arguments_have_their_effect(make, gentle, name):
    for drag_ratio in (1.5, 40.0):
        env = make(name, drag_ratio=drag_ratio, frame_skip=7, duration_s=0.05, start_distance=5.0)
        _, info = env.reset(seed=0)
        assert info["distance"] == pytest.approx(5.0, abs=1e-12)
        ends = [env.step(action)[3:] for action in gentle(env, 8)]
        assert [info["tick"] for _, info in ends] == [7, 14, 21, 28, 35, 42, 49, 50]
        assert [truncated for truncated, _ in ends] == [False] * 7 + [True]
        with pytest.raises(gymnasium.error.ResetNeeded):
            env.step(gentle(env, 1)[0])


@every_id
def test_frames_are_pictures_and_closing_twice_is_harmless(make, gentle, name):
    env = make(name, render_mode="rgb_array", render_size=320)
    env.reset(seed=0)
    first = env.render()
    assert first.shape == (320, 320, 3)
    assert first.dtype == np.uint8
    answers(env, gentle(env, 20))
    assert (env.render() != first).any()
    env.close()
    env.close()


@every_id
def test_a_window_opens_and_closes(make, gentle, name):
    env = make(name, render_mode="human", render_size=320)
    env.reset(seed=0)
    answers(env, gentle(env, 5))
    assert env.render() is None
    env.close()
    env.close()


def test_every_id_is_made_in_a_spawned_process_and_comes_back(make, same):
    """The process has imported nothing, so that the prefix of the id must do."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        made = [pool.apply(gymnasium.make, (f"spikeworm_env:{name}",)) for name in ENVIRONMENTS]
    for name, env in zip(ENVIRONMENTS, made, strict=True):
        assert env.spec.id == name
        assert same(env.reset(seed=1), make(name).reset(seed=1))


@every_id
def test_gymnasiums_statistics_wrapper_works(make, gentle, name):
    env = RecordEpisodeStatistics(make(name, duration_s=0.02))
    env.reset(seed=0)
    *_, last = answers(env, gentle(env, 2))
    assert last[4]["episode"]["l"] == 2
