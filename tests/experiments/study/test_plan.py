"""A plan evaluates on no seed of training, and defines the marker of every episode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, Trial


def test_no_two_brains_are_trained_on_the_same_trial_seed(plan: Callable) -> None:
    seeds = [
        seed for brain in range(100, 120) for seed in plan(episodes=5, extinction=2).episode_seeds(brain)
    ]
    assert len(set(seeds)) == len(seeds) == 20 * 7
    assert max(seeds) < min(plan().test_seeds) == 10_000


def test_the_treatment_is_evaluated_after_every_episode_and_controls_at_the_ends(plan: Callable) -> None:
    three = plan(episodes=3, extinction=2)
    assert [eval_point.after_episode for eval_point in three.eval_points("reward")] == [0, 1, 2, 3, 4, 5]
    assert [eval_point.after_episode for eval_point in three.eval_points("no_learning")] == [0, 3]
    chosen = plan(episodes=3, test_after=(1,))
    for condition in ("reward", "no_learning"):
        assert [eval_point.after_episode for eval_point in chosen.eval_points(condition)] == [0, 1, 3]


def test_the_marker_is_constant_in_an_episode_and_changes_after_flips(plan: Callable) -> None:
    flipping = plan("reversal", episodes=4, flips=(1, 3))
    assert [flipping.trial_of(episode).marker for episode in (1, 2, 3, 4)] == [0, 1, 1, 0]
    eval_points = [(s.after_episode, s.trial.marker) for s in flipping.eval_points("no_learning")]
    assert eval_points == [(0, 0), (1, 0), (1, 1), (3, 1), (3, 0), (4, 0)]
    assert [plan().trial_of(episode).marker for episode in (1, 2)] == [None, None]


def test_a_trial_with_a_marker_has_it_in_every_tick() -> None:
    for marker in (0, 1):
        trial = Trial("reversal", env_id="SpikeWorm/Reversal-v0", marker=marker, duration_s=50.0)
        markers: set[int] = set()
        run_trial("crawl", trial, 3, frame_skip=10, observer=lambda _, info: markers.add(info["marker"]))  # noqa: B023
        assert markers == {marker}
        assert (trial.settings()["marker"], trial.settings()["swap_s"]) == (marker, None)
    assert "marker" not in TRIALS["reversal"].settings()


def test_an_arena_without_markers_refuses_one() -> None:
    with pytest.raises(InputError, match="trial 'odd' has no odours to mark food"):
        Trial("odd", marker=1).make_env()


@pytest.mark.parametrize(
    ("trial", "changes", "message"),
    [
        ("default", {"episodes": 0}, "episodes is 0"),
        ("default", {"extinction": -1}, "extinction is -1"),
        ("default", {"tests": 0}, "tests is 0"),
        ("default", {"first_seed": -1}, "first_seed is -1"),
        ("default", {"test_after": (3,)}, r"test_after are \[3\]"),
        ("default", {"test_after": (2, 1)}, r"test_after are \[2, 1\]"),
        ("default", {"flips": (1,)}, "nothing to flip"),
        ("reversal", {"flips": (2,)}, r"flips are \[2\]; expected different episodes up to 1"),
        ("reversal", {"flips": (0,)}, "episode 0 has nothing to flip"),
        ("default", {"first_seed": 9_990}, "brain seed 5 would be trained on trial seeds 10000 to 10001"),
        ("default", {"frame_skip": 0}, "frame_skip"),
    ],
)
def test_a_plan_out_of_range_is_refused(trial: str, changes: dict, message: str, plan: Callable) -> None:
    with pytest.raises(InputError, match=message):
        plan(trial, **changes).check([0, 5])
