"""The spec and the metadata of a made environment follow its arguments."""

from __future__ import annotations

import json
import pickle
from enum import Enum
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import RecordEpisodeStatistics, TimeAwareObservation

from spikeworm_env.envs import ENVIRONMENTS
from spikeworm_env.envs.chemotaxis_v0 import ChemotaxisEnv
from spikeworm_env.envs.made_spec import made_spec
from spikeworm_env.errors import InputError

CHEMOTAXIS = "SpikeWorm/Chemotaxis-v0"
LENGTHS = [(0.05, 1, 50), (0.2, 10, 20), (0.2, 50, 4), (0.203, 10, 21), (0.003, 10, 1), (0.0511, 7, 8)]
"""Duration, s, ticks in a step, and steps in an episode: whole ones, and a shorter last one."""
lengths = pytest.mark.parametrize(("duration_s", "frame_skip", "steps"), LENGTHS)


def still(env):
    return np.zeros(env.action_space.shape, np.float32)


def episode(env):
    """The steps until the end of an episode, and its last info."""
    env.reset(seed=0)
    for step in range(1, 10_000):
        *_, terminated, truncated, info = env.step(still(env))
        if terminated or truncated:
            return step, info
    raise AssertionError("no end")


@lengths
def test_the_limit_of_steps_is_the_length_of_an_episode(duration_s, frame_skip, steps):
    env = gymnasium.make(CHEMOTAXIS, duration_s=duration_s, frame_skip=frame_skip)
    assert env.spec.max_episode_steps == env.unwrapped.spec.max_episode_steps == steps
    length, info = episode(env)
    assert (length, info["time_s"]) == (steps, pytest.approx(round(duration_s, 3)))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_default_limit_of_every_id_is_90_s(name):
    env = gymnasium.make(name)
    assert env.spec.max_episode_steps == 9000
    assert gymnasium.spec(name).max_episode_steps is None  # its length is an argument


@lengths
def test_the_time_in_an_observation_ends_at_its_bound(duration_s, frame_skip, steps):
    env = gymnasium.make(CHEMOTAXIS, duration_s=duration_s, frame_skip=frame_skip)
    env = TimeAwareObservation(env, normalize_time=True)
    observation, _ = env.reset(seed=0)
    assert observation[-1] == 0.0
    for step in range(1, steps + 1):
        observation, *_, truncated, _ = env.step(still(env))
        assert observation[-1] == pytest.approx(step / steps)
        assert env.observation_space.contains(observation)
        assert truncated == (step == steps)


def test_the_time_is_added_to_both_forms_of_observations():
    flat = TimeAwareObservation(gymnasium.make(CHEMOTAXIS))
    parts = TimeAwareObservation(gymnasium.make(CHEMOTAXIS, observation="dict"), flatten=False)
    assert flat.reset(seed=0)[0].shape == (78,)
    assert parts.reset(seed=0)[0]["time"] == 0
    assert parts.observation_space["time"].high == 9000


def test_a_limit_of_the_user_truncates():
    env = RecordEpisodeStatistics(gymnasium.make(CHEMOTAXIS, duration_s=1.0, max_episode_steps=7))
    assert env.spec.max_episode_steps == 7
    length, info = episode(env)
    assert (length, info["tick"], info["episode"]["l"]) == (7, 70, 7)
    assert TimeAwareObservation(env).max_timesteps == 7


@pytest.mark.parametrize("limit", [50, -1])
def test_a_limit_beyond_the_duration_and_none_change_nothing(limit):
    env = gymnasium.make(CHEMOTAXIS, duration_s=0.2, max_episode_steps=limit)
    assert episode(env)[0] == 20


@lengths
@pytest.mark.parametrize("route", ["spec", "json", "pickle"])
def test_an_environment_made_from_a_spec_has_the_same_episodes(duration_s, frame_skip, steps, route):
    spec = gymnasium.make(CHEMOTAXIS, duration_s=duration_s, frame_skip=frame_skip).spec
    copied = {
        "spec": spec,
        "json": EnvSpec.from_json(spec.to_json()),
        "pickle": pickle.loads(pickle.dumps(spec)),
    }[route]
    assert copied == spec
    env = copied.make()
    assert env.spec == spec
    assert episode(env)[0] == steps


def test_one_made_by_its_class_has_no_spec():
    assert ChemotaxisEnv().spec is None


class Form(Enum):
    FLAT = "flat"


KEPT = [
    ({"duration_s": np.float32(0.5)}, {"duration_s": 0.5}),
    ({"duration_s": np.float64(0.5), "frame_skip": np.int64(5)}, {"duration_s": 0.5, "frame_skip": 5}),
    ({"food_position": (3.0, 4.0)}, {"food_position": [3.0, 4.0]}),
    ({"food_position": np.array([(3.0, 4.0)])}, {"food_position": [[3.0, 4.0]]}),
    (
        {"food_position": [(3, np.float32(4)), (5, 6)], "n_foods": np.uint8(2)},
        {"food_position": [[3, 4.0], [5, 6]], "n_foods": 2},
    ),
    ({"observation": np.str_("dict"), "food_position": None}, {"observation": "dict", "food_position": None}),
]


@pytest.mark.parametrize(("given", "kept"), KEPT, ids=" ".join)
@pytest.mark.parametrize("n", [None, 2])
def test_arguments_of_any_form_are_written_as_json_and_make_the_same(given, kept, n):
    env = gymnasium.make(CHEMOTAXIS, **given) if n is None else gymnasium.make_vec(CHEMOTAXIS, n, **given)
    again = EnvSpec.from_json(env.spec.to_json())
    assert again == env.spec
    assert json.loads(env.spec.to_json())["kwargs"].items() >= kept.items()
    made = gymnasium.make(again) if n is None else gymnasium.make_vec(again)
    action = np.full(env.action_space.shape, 0.01, np.float32)
    for each in (env, made):
        each.reset(seed=3)
    for ours, theirs in zip(env.step(action)[:2], made.step(action)[:2], strict=True):
        for a, b in zip(*(x.values() if isinstance(x, dict) else [x] for x in (ours, theirs)), strict=True):
            np.testing.assert_array_equal(a, b)


def test_arguments_of_types_that_json_lacks_become_those_that_it_has():
    kwargs = {
        "mode": AutoresetMode.SAME_STEP,
        "form": Form.FLAT,
        "path": Path("a") / "b",
        "table": {"sizes": (np.int8(1), [np.bool_(True)]), "grid": np.eye(2)},
        "text": "plain",
    }
    spec = EnvSpec("A-v0", entry_point="a:b", kwargs=kwargs)
    kept = made_spec(spec, 5)
    assert json.loads(kept.to_json())["kwargs"] == kept.kwargs
    assert kept.kwargs == {
        "mode": "SameStep",
        "form": "flat",
        "path": str(Path("a") / "b"),
        "table": {"sizes": [1, [True]], "grid": [[1.0, 0.0], [0.0, 1.0]]},
        "text": "plain",
    }
    assert spec.kwargs is kwargs  # the given one is as it was
    assert kwargs["mode"] is AutoresetMode.SAME_STEP


@pytest.mark.parametrize("mode", [*AutoresetMode, *(mode.value for mode in AutoresetMode)], ids=str)
def test_a_vector_spec_is_written_as_json_for_every_form_of_the_autoreset_mode(mode):
    envs = gymnasium.make_vec(CHEMOTAXIS, num_envs=np.int64(3), autoreset_mode=mode, duration_s=0.25)
    again = gymnasium.make_vec(EnvSpec.from_json(envs.spec.to_json()))
    assert again.spec == envs.spec
    assert again.metadata["autoreset_mode"] is envs.metadata["autoreset_mode"] is AutoresetMode(mode)
    assert (again.num_envs, again.spec.max_episode_steps) == (3, 25)
    limited = gymnasium.make_vec(CHEMOTAXIS, 3, autoreset_mode=mode, max_episode_steps=7)
    assert limited.spec.max_episode_steps == 7
    assert gymnasium.make_vec(EnvSpec.from_json(limited.spec.to_json())).spec == limited.spec
    assert pickle.loads(pickle.dumps(envs.spec)) == envs.spec


@lengths
def test_the_limit_of_a_vector_environment_is_the_length_of_its_episodes(duration_s, frame_skip, steps):
    envs = gymnasium.make_vec(CHEMOTAXIS, 2, duration_s=duration_s, frame_skip=frame_skip)
    assert envs.spec.max_episode_steps == steps
    envs.reset(seed=0)
    ends = [envs.step(still(envs))[3].all() for _ in range(steps)]
    assert ends == [False] * (steps - 1) + [True]


@pytest.mark.parametrize("limit", [0, -2, 1.5, "ten", True])
def test_a_limit_that_cannot_be_is_an_error_that_names_it(limit):
    with pytest.raises(InputError, match=r"^max_episode_steps is .*; expected "):
        gymnasium.make_vec(CHEMOTAXIS, 2, max_episode_steps=limit)


@pytest.mark.parametrize(
    ("frame_skip", "fps"), [(1, 1000), (10, 100), (40, 25), (100, 10), (30, 100 / 3), (4000, 0.25)]
)
def test_a_video_with_a_frame_for_each_step_shows_real_time(frame_skip, fps):
    env = gymnasium.make(CHEMOTAXIS, frame_skip=frame_skip)
    envs = gymnasium.make_vec(CHEMOTAXIS, 2, frame_skip=frame_skip)
    assert env.metadata["render_fps"] == envs.metadata["render_fps"] == pytest.approx(fps)
    assert ChemotaxisEnv.metadata["render_fps"] == 100  # of the default, and no instance changes it


@pytest.mark.parametrize(("duration_s", "frame_skip"), [(0.1, 1), (0.3, 10), (0.5, 50)])
def test_a_recorded_video_lasts_as_long_as_the_episode(tmp_path, duration_s, frame_skip):
    pytest.importorskip("moviepy")
    from imageio_ffmpeg import count_frames_and_secs

    arguments = {"duration_s": duration_s, "frame_skip": frame_skip, "render_size": 240}
    env = gymnasium.wrappers.RecordVideo(
        gymnasium.make(CHEMOTAXIS, render_mode="rgb_array", **arguments),
        str(tmp_path / "video"),
        disable_logger=True,
    )
    episode(env)
    env.close()
    (video,) = (tmp_path / "video").glob("*.mp4")
    _, seconds = count_frames_and_secs(str(video))
    assert seconds == pytest.approx(duration_s, abs=0.01 + frame_skip / 1000)  # a frame more: the start
