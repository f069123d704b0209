"""One trial: its metrics, what its seed determines, what the agent receives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.agents import make_agent
from spikeworm_env.errors import InputError
from spikeworm_env.trials import run
from spikeworm_env.trials.kinematics import net_speed
from spikeworm_env.trials.metrics import figures_of
from spikeworm_env.trials.result import samples_before_food
from spikeworm_env.trials.run import agent_seed, run_trial
from spikeworm_env.trials.task import Trial

SHORT = Trial("short", duration_s=6.0)


class Witness:
    """Passes everything on to another agent and keeps what it saw."""

    def __init__(self, name: str = "crawl", frame_skip: int = 1) -> None:
        self.name = "witness"
        self.inner = make_agent(name, frame_skip=frame_skip)
        self.frame_skip = frame_skip
        self.seeds: list[int | None] = []
        self.infos: list[Mapping[str, Any]] = []
        self.observations: list[np.ndarray] = []
        self.rewards: list[float] = []
        self.ends: list[tuple[bool, bool]] = []

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        self.inner.reset(seed=seed, info=info)
        self.seeds.append(seed)
        self.infos = [info]

    def act(self, observation: np.ndarray) -> np.ndarray:
        self.observations.append(observation.copy())
        return self.inner.act(observation)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        self.inner.learn(reward, terminated, truncated, info)
        self.infos.append(info)
        self.rewards.append(reward)
        self.ends.append((terminated, truncated))


@pytest.mark.parametrize(("duration_s", "expected"), [(1.0, 1000 / 0.1), (0.05, 50 / 60.005)])
def test_speed_leaves_out_the_first_stretch_in_which_kernels_may_be_compiled(
    monkeypatch: pytest.MonkeyPatch, duration_s: float, expected: float
) -> None:
    now = [0.0]

    class Slow(Witness):
        def act(self, observation: np.ndarray) -> np.ndarray:
            now[0] += 0.001 if self.observations else 60.001  # per step of 10 ticks
            return super().act(observation)

    monkeypatch.setattr(run, "perf_counter", lambda: now[0])
    result = run_trial(Slow(frame_skip=10), Trial("short", duration_s=duration_s), 3)
    assert result.ticks_per_second == pytest.approx(expected)


def test_indices_agree_with_the_distances_at_every_tick() -> None:
    witness = Witness()
    result = run_trial(witness, SHORT, 3)
    distance = np.array([info["distance"] for info in witness.infos])
    start, later = distance[0], distance[1:]
    assert result.ci_time == pytest.approx(1 - later.mean() / start, abs=1e-9)
    assert result.ci_net == pytest.approx((start - distance[-1]) / start, abs=1e-9)
    assert result.ci_clipped == pytest.approx(np.maximum(0, 1 - later / start).mean(), abs=1e-9)
    assert result.min_distance == pytest.approx(distance.min(), abs=1e-9)
    assert result.start_distance == pytest.approx(12.0)


def test_distances_are_from_the_head_to_the_nearest_food() -> None:
    witness = Witness()
    run_trial(witness, SHORT.with_changes(n_foods=3), 3)
    for info in witness.infos[::500]:
        apart = np.hypot(*(info["food"] - info["position"]).T)
        assert info["distance"] == pytest.approx(apart.min(), abs=1e-9)


def test_the_agent_receives_every_reward_and_the_end() -> None:
    witness = Witness()
    result = run_trial(witness, SHORT, 3)
    assert len(witness.rewards) == result.ticks == 6000
    assert witness.ends == [(False, False)] * 5999 + [(False, True)]
    climbed = witness.infos[-1]["concentration"] - witness.infos[0]["concentration"]
    assert sum(witness.rewards) == pytest.approx(climbed, abs=1e-6)


def test_a_seed_gives_every_agent_the_same_arena_and_noise() -> None:
    first, second = Witness("crawl"), Witness("random")
    one, other = run_trial(first, SHORT, 5), run_trial(second, SHORT, 5)
    assert np.array_equal(first.observations[0], second.observations[0])
    assert first.infos[0]["heading_rad"] == second.infos[0]["heading_rad"]
    assert np.array_equal(one.food, other.food)
    assert first.seeds == second.seeds == [agent_seed(5)]


def test_agents_noise_is_not_the_environments() -> None:
    assert len({agent_seed(seed) for seed in range(200)} | set(range(200))) == 400
    drawn = np.random.default_rng(agent_seed(5)).uniform(size=8)
    assert not np.isin(drawn, np.random.default_rng(5).uniform(size=100)).any()


def test_agents_noise_is_the_second_child_of_the_trial_seed() -> None:
    for seed in (0, 5, 10_000):
        root = np.random.SeedSequence(seed)
        child, own = (stream.generate_state(1, np.uint64)[0] for stream in (root.spawn(2)[1], root))
        assert agent_seed(seed) == child != own


@pytest.mark.parametrize("name", ["crawler_v1", "random", "oracle"])
def test_same_seed_same_trial_and_another_seed_another(name: str) -> None:
    agent = make_agent(name)
    first = run_trial(agent, SHORT, 11)
    again = run_trial(agent, SHORT, 11)
    assert first == again
    assert np.array_equal(first.path, again.path)
    assert run_trial(agent, SHORT, 12) != first


def test_crawl_reports_the_speed_and_frequency_of_its_gait() -> None:
    witness = Witness()
    result = run_trial(witness, Trial("long", duration_s=20.0), 4)
    position = np.array([info["position"] for info in witness.infos])
    straight = np.hypot(*(position[-1] - position[5000])) / 15.0  # it crawls straight on
    assert result.speed_bl_per_s == pytest.approx(straight, rel=0.05)
    joint = np.array(witness.observations)[5000:, 17]
    joint -= joint.mean()
    crossings = np.flatnonzero((joint[:-1] < 0) & (joint[1:] >= 0))
    period = np.diff(crossings).mean() / 1000
    assert result.wave_frequency_hz == pytest.approx(1 / period, rel=0.05)


def test_rest_at_the_food_does_not_lower_the_speed() -> None:
    near = Trial("near", start_distance=4.0, duration_s=60.0)
    arrived, under_way = run_trial("oracle", near, 2), run_trial("oracle", Trial("way", duration_s=20.0), 2)
    assert arrived.success and arrived.time_to_reach_s < 25
    assert arrived.speed_bl_per_s == pytest.approx(under_way.speed_bl_per_s, rel=0.15)


def test_speed_is_of_the_whole_trial_if_food_is_reached_within_ten_seconds() -> None:
    assert [samples_before_food(401, reached_s, 0.05) for reached_s in (None, 9.95, 10.0)] == [401, 401, 201]
    result = run_trial("oracle", Trial("at hand", start_distance=2.0, duration_s=20.0), 2)
    assert result.time_to_reach_s < 9 and result.samples_before_food == 401
    assert result.speed_bl_per_s == net_speed(result.centre, 0.05)


def test_time_to_reach_is_when_the_head_first_is_within_a_body_length() -> None:
    witness = Witness("oracle")
    result = run_trial(witness, Trial("near", start_distance=3.0, duration_s=20.0), 2)
    within = next(tick for tick, info in enumerate(witness.infos) if info["distance"] <= 1.0)
    assert result.time_to_reach_s == pytest.approx(within / 1000, abs=0.051)
    never = run_trial("crawl", SHORT, 3)
    assert not never.success and never.time_to_reach_s is None


def test_path_is_the_heads_every_fifty_ticks_with_both_ends() -> None:
    witness = Witness()
    result = run_trial(witness, Trial("odd", duration_s=1.03), 3)
    expected = [witness.infos[tick]["position"] for tick in [*range(0, 1001, 50), 1030]]
    assert np.array_equal(result.path, np.array(expected))


@pytest.mark.parametrize("frame_skip", [1, 10])
@pytest.mark.parametrize("ticks", [1, 49, 50, 51, 2100])
def test_short_trials_report_the_metrics_that_they_allow(ticks: int, frame_skip: int) -> None:
    result = run_trial("crawl", Trial("blink", duration_s=ticks / 1000), 0, frame_skip=frame_skip)
    assert result.ticks == ticks
    assert (result.speed_bl_per_s is None) == (ticks < 50)
    assert result.wave_frequency_hz is None
    assert result.ticks_per_second > 0


def test_frame_skip_is_passed_to_agent_and_environment() -> None:
    witness = Witness(frame_skip=10)
    result = run_trial(witness, SHORT, 3, frame_skip=10)
    assert result.ticks == 6000
    assert len(witness.rewards) == 600
    assert result.speed_bl_per_s == pytest.approx(run_trial("crawl", SHORT, 3).speed_bl_per_s, rel=0.05)


def test_an_observer_is_called_from_start_to_end_and_changes_nothing() -> None:
    ticks = []
    recording_agent = run_trial("crawl", SHORT, 3, observer=lambda env, info: ticks.append(info["tick"]))
    assert ticks == list(range(0, 6001, 50))
    assert recording_agent == run_trial("crawl", SHORT, 3)


def test_json_holds_plain_types() -> None:
    plain = figures_of(sw.run_trial("crawl", SHORT, 0))
    assert {type(value) for value in plain.values()} <= {str, int, float, bool, list, type(None)}
    assert plain["seconds"] == 6.0


def test_negative_seed_and_unknown_agent_are_refused() -> None:
    with pytest.raises(InputError, match="trial seed is -1; expected a whole number from 0"):
        run_trial("crawl", SHORT, -1)
    with pytest.raises(InputError, match="unknown agent 'craw'; did you mean 'crawl'"):
        run_trial("craw", SHORT)
