"""Assays: what a worm is put through, and that the numbers are those of its track."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.envs.spaces import CHEMICAL, LAYOUT
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.experiments.ablation.assays import ASSAYS, FRAME_SKIP, find_assays, run_assay
from spikeworm_env.experiments.ablation.assays._track import SAMPLE_S, Track, turned_rad
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial


def crawl():
    return make_agent("crawl", frame_skip=FRAME_SKIP)


class Witness:
    """Crawls and keeps what it was shown."""

    def __init__(self) -> None:
        self.name, self.inner, self.seen = "witness", crawl(), []

    def reset(self, *, seed, info):
        self.inner.reset(seed=seed, info=info)
        self.heading, self.place, self.food = info["heading_rad"], info["position"], info["food"][0]

    def act(self, observation):
        self.seen.append(observation.copy())
        return self.inner.act(observation)

    def learn(self, reward, terminated, truncated, info):
        self.info = info


def witnessed(assay: str, seed: int = 3, **settings: float) -> tuple[list[Witness], dict[str, np.ndarray]]:
    """The worms of an assay, and what the first was shown by channel, a row a step."""
    witnesses: list[Witness] = []

    def new() -> Witness:
        witnesses.append(Witness())
        return witnesses[-1]

    run_assay(assay, new, seed, **settings)
    seen = np.array(witnesses[0].seen)
    return witnesses, {name: seen[:, channel] for name, channel in LAYOUT.items()}


def held(column: np.ndarray) -> list[tuple[float, float]]:
    """(first, last) seconds of each stretch in which a channel reports 1."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], column.ravel() == 1.0, [0]])))
    return [(a / 100, b / 100) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize("name", ASSAYS)
def test_every_assay_yields_the_measures_that_it_declares(name: str) -> None:
    assay = ASSAYS[name]
    small = {
        key: min(value, 3.0) for key, value in assay.settings.items() if key not in ("touch_s", "touches")
    }
    found = run_assay(name, crawl, 0, **small)
    assert list(found) == [measure.name for measure in assay.measures]
    assert all(isinstance(value, float) for value in found.values())
    assert found == pytest.approx(run_assay(name, crawl, 0, **small), nan_ok=True, rel=0, abs=0)
    assert assay.name == name and assay.about and "\n" not in assay.about
    for measure in assay.measures:
        assert measure.about and measure.wanted in ("high", "low", "–")


def test_the_climb_is_a_trial() -> None:
    found = run_assay("climb", crawl, 5, seconds=20.0)
    trial = run_trial(crawl(), Trial("same", duration_s=20.0), 5, frame_skip=FRAME_SKIP)
    assert found["ci_time"] == trial.ci_time and found["ci_net"] == trial.ci_net
    assert found["speed"] == pytest.approx(trial.speed_bl_per_s)
    assert found["straightness"] > 0.95 and found["backwards"] == 0


def test_a_touch_is_shown_to_the_brain_and_to_nothing_else() -> None:
    (_,), touched = witnessed("touch", at_s=2.0, touch_s=0.3, watch_s=1.0)
    (_,), calm = witnessed("climb", seconds=3.0)
    assert held(touched["head_touch"]) == [(2.0, 2.3)]
    for name in LAYOUT:
        if name != "head_touch":
            assert (touched[name] == calm[name]).all()


def test_touches_come_as_declared() -> None:
    (_,), seen = witnessed("habituation", settle_s=2.0, touches=3, apart_s=1.5)
    assert held(seen["head_touch"]) == [(2.0, 2.2), (3.5, 3.7), (5.0, 5.2)]
    (_,), seen = witnessed("tail_touch", at_s=2.0)
    assert held(seen["tail_touch"]) == [(2.0, 2.3)]
    pair, _ = witnessed("pinch", at_s=1.0, watch_s=1.0)
    shown = [
        [held(np.array(worm.seen)[:, LAYOUT[name]]) for name in ("head_touch", "tail_touch")] for worm in pair
    ]
    assert shown == [
        [[(1.0, 1.1)], []],
        [[(1.0, 1.1), (1.2, 1.3)], []],
        [[(1.0, 1.1)], [(1.2, 1.3)]],
    ]


def test_the_smell_is_lost_as_if_it_were_gone() -> None:
    (worm,), seen = witnessed("persistence", approach_s=3.0, lost_s=4.0, concentration=0.05)
    towards = worm.food - worm.place
    assert worm.heading == pytest.approx(math.atan2(towards[1], towards[0]))
    before, after = seen["concentration"][:300], seen["concentration"][300:]
    assert before[-1] > before[0] > 0.1
    for name in CHEMICAL[:3]:
        assert (seen[name][300:] == np.float32(0.05)).all()
    change = seen["adapted_change"][300:, 0]
    usual = float(after[0, 0] - change[0])
    assert usual == pytest.approx(before[-1, 0] - seen["adapted_change"][299, 0], abs=1e-3)
    for value in change[:10]:  # a running mean of 1 s, in steps of 10 ms
        assert value == pytest.approx(0.05 - usual, abs=1e-4)
        usual += (0.05 - usual) * -math.expm1(-0.01)


def test_the_wall_is_ahead_and_felt() -> None:
    (worm,), seen = witnessed("wall", seconds=8.0)
    outwards = math.atan2(worm.place[1], worm.place[0])
    assert abs((worm.heading - outwards + math.pi) % (2 * math.pi) - math.pi) <= 0.5
    share = float((seen["head_touch"][1:] > 0).mean())
    assert 0 < share == pytest.approx(run_assay("wall", Witness, 3, seconds=8.0)["touching"], abs=0.01)


def test_dwelling_begins_beside_the_food() -> None:
    (worm,), _ = witnessed("dwell", seconds=1.0)
    assert math.dist(worm.place, worm.food) == pytest.approx(1.0)


def test_a_touched_reverser_backs_off_and_recovers() -> None:
    brain = compile_recipe("reverser_v1", 1)
    touched = run_assay("touch", brain, 0)
    assert touched["velocity_before"] > 0.2 and touched["reversal"] < -0.2
    assert 1.5 < touched["reversal_s"] < 4
    crawled = run_assay("touch", crawl, 0)
    assert crawled["reversal"] > 0.1 and crawled["reversal_s"] == 0


def track(place: Callable[[np.ndarray], np.ndarray], heading: Callable[[np.ndarray], np.ndarray], s: float):
    """A rod of length 1 that is at ``place(t)`` with ``heading(t)``."""
    t = np.arange(round(s / SAMPLE_S) + 1) * SAMPLE_S
    angle = heading(t)
    nothing = np.zeros_like(t)
    chord = np.column_stack([np.cos(angle), np.sin(angle)])
    return Track(t, place(t), chord, nothing, nothing, nothing)


def test_a_rod_that_slides_tail_first_goes_backwards() -> None:
    back = track(lambda t: np.column_stack([-0.3 * t, 0 * t]), lambda t: 0 * t, 10.0)
    assert back.mean_velocity == pytest.approx(-0.3)
    assert (back.backwards_share, back.turning_rate) == (1, pytest.approx(0))
    assert back.way_back == pytest.approx(3.0)
    assert back.reversals_per_min == pytest.approx(6.0)
    assert back.straightness == pytest.approx(1.0)


def test_a_rod_that_goes_round_turns_at_its_rate() -> None:
    omega, radius = 0.4, 0.5
    ring = track(
        lambda t: radius * np.column_stack([np.sin(omega * t), -np.cos(omega * t)]), lambda t: omega * t, 60.0
    )
    assert ring.turning_rate == pytest.approx(omega)
    assert ring.mean_velocity == pytest.approx(omega * radius, rel=1e-3)
    chord, arc = 2 * radius * math.sin(omega * 10 / 2), 5 * 2 * radius * math.sin(omega * 2 / 2)
    assert ring.straightness == pytest.approx(abs(chord) / arc, rel=1e-3)
    assert (ring.backwards_share, ring.way_back) == (0, 0)


def test_reversals_are_counted_and_twitches_are_not() -> None:
    def there_and_back(t):
        x = 0.3 * t - 0.6 * np.clip(t - 5, 0, 2) - 0.6 * np.clip(t - 12, 0, 2) - 0.6 * np.clip(t - 20, 0, 0.2)
        return np.column_stack([x, 0 * t])

    walk = track(there_and_back, lambda t: 0 * t, 30.0)
    assert walk.reversals_per_min == pytest.approx(4.0)
    assert walk.way_back == pytest.approx(0.6)
    assert walk.backwards_share == pytest.approx(4 / 30, abs=0.02)


def test_the_turn_between_two_tracks_is_the_short_way_round() -> None:
    first, second = (
        track(lambda t: np.zeros((t.size, 2)), lambda t, a=a: 0 * t + a, 1.0) for a in (3.0, -3.0)
    )
    assert turned_rad(first, second) == pytest.approx(2 * math.pi - 6.0)


def test_mistakes_are_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown assay 'tuoch'; did you mean 'touch'"):
        find_assays(["climb", "tuoch"])
    with pytest.raises(InputError, match="each another"):
        find_assays(["climb", "climb"])
    with pytest.raises(InputError, match="'touch' has no setting 'at'; did you mean 'at_s'"):
        run_assay("touch", crawl, 0, at=1.0)
    with pytest.raises(InputError, match="watch_s is nan; expected a number above 0"):
        run_assay("touch", crawl, 0, watch_s=math.nan)
    with pytest.raises(InputError, match=r"touches is 2.5; expected a whole number above 0"):
        run_assay("habituation", crawl, 0, touches=2.5)
    with pytest.raises(InputError, match="trial seed is -1; expected a whole number from 0"):
        run_assay("touch", crawl, -1)
