"""The named trials are the environment's arguments and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, Trial, duration, environment_class, find_trial


def test_default_trial_is_the_environment_as_it_is() -> None:
    assert TRIALS["default"].env_arguments() == {}
    settings = TRIALS["default"].settings()
    assert settings["start_distance"] == environment_class().arguments()["start_distance"] == 12.0
    assert (settings["sigma"], settings["duration_s"], settings["arena_radius"]) == (8.0, 90.0, 30.0)
    assert "frame_skip" not in settings


@pytest.mark.parametrize("name", TRIALS)
def test_every_trial_starts_at_its_distance_whatever_the_seed(name: str) -> None:
    trial = TRIALS[name]
    env = trial.make_env()
    starts = [env.reset(seed=seed)[1] for seed in range(20)]
    assert [info["distance"] for info in starts] == pytest.approx([trial.settings()["start_distance"]] * 20)
    assert len({tuple(info["position"]) for info in starts}) == 20
    assert len({info["heading_rad"] for info in starts}) == 20


def test_the_food_of_the_classic_trial_has_a_fixed_position() -> None:
    env = TRIALS["classic"].make_env()
    for seed in range(3):
        assert env.reset(seed=seed)[1]["food"].tolist() == [[15.0, 0.0]]


def test_changes_keep_the_other_arguments() -> None:
    far = TRIALS["far"].with_changes(sigma=9.0, n_foods=None)
    assert far == Trial("far", start_distance=20.0, sigma=9.0, duration_s=120.0)
    env = far.with_changes(n_foods=3).make_env()
    assert env.reset(seed=0)[1]["food"].shape == (3, 2)


def test_trial_is_found_by_name() -> None:
    assert find_trial("far") is TRIALS["far"]
    assert find_trial(Trial("mine")) == Trial("mine")
    with pytest.raises(UnknownNameError, match="unknown trial 'farr'; did you mean 'far'"):
        find_trial("farr")


def test_ticks_are_milliseconds() -> None:
    assert duration(seconds=None, ticks=30_000) == 30.0
    assert duration(seconds=1.5, ticks=None) == 1.5
    assert duration(seconds=None, ticks=None) is None
    trial = Trial("short", duration_s=duration(seconds=None, ticks=7))
    env = trial.make_env(frame_skip=1)
    env.reset(seed=0)
    ended = [env.step(np.zeros((2, 24), np.float32))[3] for _ in range(7)]
    assert ended == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("seconds", "ticks"), [(1.0, 1000), (0.0, None), (-1.0, None), (float("nan"), None), (None, 0)]
)
def test_an_invalid_duration_is_refused(seconds: float | None, ticks: int | None) -> None:
    with pytest.raises(InputError):
        duration(seconds=seconds, ticks=ticks)


@pytest.mark.parametrize("changes", [{"start_distance": -1.0}, {"sigma": 0.0}, {"n_foods": 0}])
def test_the_environment_refuses_an_impossible_arena(changes: dict) -> None:
    with pytest.raises(InputError):
        Trial("odd").with_changes(**changes).make_env()


def test_a_trial_runs_in_its_own_environment():
    result = run_trial("crawl", TRIALS["foraging"].with_changes(duration_s=1.0), seed=3, frame_skip=10)
    assert result.eaten == 0.0
    assert result.food.shape == (5, 4)
    assert result.food_path.shape == (21, 5, 2)
    assert len(TRIALS["reversal"].layout()) > len(TRIALS["default"].layout())


def test_samples_hold_the_positions_of_the_whole_body():
    result = run_trial("crawl", TRIALS["default"].with_changes(duration_s=2.0), seed=3, frame_skip=10)
    links = result.heading[:, None] + np.pi + np.cumsum(np.pad(result.posture, ((0, 0), (1, 0))), axis=1)
    steps = np.stack((np.cos(links), np.sin(links)), axis=-1) / links.shape[1]
    middles = result.path[:, None] + np.cumsum(steps, axis=1) - steps / 2
    assert middles.mean(axis=1) == pytest.approx(result.centre, abs=1e-5)


def test_steering_is_equal_with_the_gait_of_the_agent_and_of_the_environment() -> None:
    brief = {name: TRIALS[name].with_changes(duration_s=20.0) for name in ("default", "steering")}
    own, given = (run_trial("oracle", trial, seed=3, frame_skip=10) for trial in brief.values())
    assert given.ci_time == pytest.approx(own.ci_time, abs=0.05)
    assert given.ci_time > 0.1


def test_a_trial_without_muscle_actions_refuses_a_brain() -> None:
    with pytest.raises(InputError, match="trial is 'steering'; expected one with muscle activations"):
        compare(["crawler_v1"], 1, trial="steering")
    with pytest.raises(InputError, match=r"env is SteeringEnv; expected .* for crawler_v1"):
        run_trial("crawler_v1", "steering")
