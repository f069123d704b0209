"""Assays: the stimuli that a worm receives, and the measures of its track."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env import resources
from spikeworm_env.agents import make_agent
from spikeworm_env.cli.commands.list import Kind, list_command
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.envs.spaces import CHEMICAL, LAYOUT
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.ablation.assays import ASSAYS, FRAME_SKIP, Assay, find_assays, run_assay
from spikeworm_env.experiments.ablation.assays._track import SAMPLE_S, Track, turned_rad
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import Trial

BUILT_IN = tuple(ASSAYS)


def crawl():
    return make_agent("crawl", frame_skip=FRAME_SKIP)


class ObservingAgent:
    """Crawls and records its observations."""

    def __init__(self) -> None:
        self.name, self.inner, self.seen = "observing", crawl(), []

    def reset(self, *, seed, info):
        self.inner.reset(seed=seed, info=info)
        self.heading, self.place, self.food = info["heading_rad"], info["position"], info["food"][0]

    def act(self, observation):
        self.seen.append(observation.copy())
        return self.inner.act(observation)

    def learn(self, reward, terminated, truncated, info):
        self.info = info


def observed(
    assay: str, seed: int = 3, **settings: float
) -> tuple[list[ObservingAgent], dict[str, np.ndarray]]:
    """The agents of an assay, and the observations of the first by channel, a row per step."""
    agents: list[ObservingAgent] = []

    def new() -> ObservingAgent:
        agents.append(ObservingAgent())
        return agents[-1]

    run_assay(assay, new, seed, **settings)
    seen = np.array(agents[0].seen)
    return agents, {name: seen[:, channel] for name, channel in LAYOUT.items()}


def held(column: np.ndarray) -> list[tuple[float, float]]:
    """(first, last) seconds of each stretch in which a channel reports 1."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], column.ravel() == 1.0, [0]])))
    return [(a / 100, b / 100) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def check(assay: Assay) -> None:
    """All that every assay guarantees."""
    name = assay.name
    small = {
        key: min(value, 3.0) for key, value in assay.settings.items() if key not in ("touch_s", "touches")
    }
    found = run_assay(name, crawl, 0, **small)
    assert list(found) == [measure.name for measure in assay.measures]
    assert all(isinstance(value, float) for value in found.values())
    assert found == pytest.approx(run_assay(name, crawl, 0, **small), nan_ok=True, rel=0, abs=0)
    assert assay.about and "\n" not in assay.about
    for measure in assay.measures:
        assert measure.about and measure.wanted in ("high", "low", "–")


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_assay_returns_the_measures_that_it_declares(name: str) -> None:
    assert ASSAYS[name].name == name
    check(ASSAYS[name])


def test_chemotaxis_has_the_results_of_a_trial() -> None:
    found = run_assay("chemotaxis", crawl, 5, seconds=20.0)
    trial = run_trial(crawl(), Trial("same", duration_s=20.0), 5, frame_skip=FRAME_SKIP)
    assert found["ci_time"] == trial.ci_time and found["ci_net"] == trial.ci_net
    assert found["speed"] == pytest.approx(trial.speed_bl_per_s)
    assert found["straightness"] > 0.95 and found["backwards"] == 0


def test_a_touch_changes_the_touch_channel_alone() -> None:
    (_,), touched = observed("touch", at_s=2.0, touch_s=0.3, watch_s=1.0)
    (_,), calm = observed("chemotaxis", seconds=3.0)
    assert held(touched["head_touch"]) == [(2.0, 2.3)]
    for name in LAYOUT:
        if name != "head_touch":
            assert (touched[name] == calm[name]).all()


def test_touches_start_and_end_as_declared() -> None:
    (_,), seen = observed("habituation", settle_s=2.0, touches=3, apart_s=1.5)
    assert held(seen["head_touch"]) == [(2.0, 2.2), (3.5, 3.7), (5.0, 5.2)]
    (_,), seen = observed("tail_touch", at_s=2.0)
    assert held(seen["tail_touch"]) == [(2.0, 2.3)]
    pair, _ = observed("double_touch", at_s=1.0, watch_s=1.0)
    shown = [
        [held(np.array(worm.seen)[:, LAYOUT[name]]) for name in ("head_touch", "tail_touch")] for worm in pair
    ]
    assert shown == [
        [[(1.0, 1.1)], []],
        [[(1.0, 1.1), (1.2, 1.3)], []],
        [[(1.0, 1.1)], [(1.2, 1.3)]],
    ]


def test_the_odour_channels_after_a_loss_are_those_of_a_uniform_concentration() -> None:
    (worm,), seen = observed("persistence", approach_s=3.0, lost_s=4.0, concentration=0.05)
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


def test_the_worm_faces_the_wall_and_touches_it() -> None:
    (worm,), seen = observed("wall", seconds=8.0)
    outwards = math.atan2(worm.place[1], worm.place[0])
    assert abs((worm.heading - outwards + math.pi) % (2 * math.pi) - math.pi) <= 0.5
    share = float((seen["head_touch"][1:] > 0).mean())
    assert 0 < share == pytest.approx(run_assay("wall", ObservingAgent, 3, seconds=8.0)["touching"], abs=0.01)


def test_dwelling_starts_beside_the_food() -> None:
    (worm,), _ = observed("dwell", seconds=1.0)
    assert math.dist(worm.place, worm.food) == pytest.approx(1.0)


def test_a_touched_reverser_reverses_and_recovers() -> None:
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


def test_a_rod_that_slides_tail_first_moves_backwards() -> None:
    back = track(lambda t: np.column_stack([-0.3 * t, 0 * t]), lambda t: 0 * t, 10.0)
    assert back.mean_velocity == pytest.approx(-0.3)
    assert (back.backwards_share, back.turning_rate) == (1, pytest.approx(0))
    assert back.reversal_distance == pytest.approx(3.0)
    assert back.reversals_per_min == pytest.approx(6.0)
    assert back.straightness == pytest.approx(1.0)


def test_a_rod_on_a_circle_turns_at_its_rate() -> None:
    omega, radius = 0.4, 0.5
    ring = track(
        lambda t: radius * np.column_stack([np.sin(omega * t), -np.cos(omega * t)]), lambda t: omega * t, 60.0
    )
    assert ring.turning_rate == pytest.approx(omega)
    assert ring.mean_velocity == pytest.approx(omega * radius, rel=1e-3)
    chord, arc = 2 * radius * math.sin(omega * 10 / 2), 5 * 2 * radius * math.sin(omega * 2 / 2)
    assert ring.straightness == pytest.approx(abs(chord) / arc, rel=1e-3)
    assert (ring.backwards_share, ring.reversal_distance) == (0, 0)


def test_reversals_are_counted_and_twitches_are_not() -> None:
    def there_and_back(t):
        x = 0.3 * t - 0.6 * np.clip(t - 5, 0, 2) - 0.6 * np.clip(t - 12, 0, 2) - 0.6 * np.clip(t - 20, 0, 0.2)
        return np.column_stack([x, 0 * t])

    walk = track(there_and_back, lambda t: 0 * t, 30.0)
    assert walk.reversals_per_min == pytest.approx(4.0)
    assert walk.reversal_distance == pytest.approx(0.6)
    assert walk.backwards_share == pytest.approx(4 / 30, abs=0.02)


def test_the_turn_between_two_tracks_is_the_smaller_angle() -> None:
    first, second = (
        track(lambda t: np.zeros((t.size, 2)), lambda t, a=a: 0 * t + a, 1.0) for a in (3.0, -3.0)
    )
    assert turned_rad(first, second) == pytest.approx(2 * math.pi - 6.0)


def test_mistakes_are_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown assay 'tuoch'; did you mean 'touch'"):
        find_assays(["chemotaxis", "tuoch"])
    with pytest.raises(InputError, match="expected different ones"):
        find_assays(["chemotaxis", "chemotaxis"])
    with pytest.raises(InputError, match="unknown setting of assay touch 'at'; did you mean 'at_s'"):
        run_assay("touch", crawl, 0, at=1.0)
    with pytest.raises(InputError, match="watch_s is nan; expected a number above 0"):
        run_assay("touch", crawl, 0, watch_s=math.nan)
    with pytest.raises(InputError, match=r"touches is 2.5; expected a whole number from 1"):
        run_assay("habituation", crawl, 0, touches=2.5)
    with pytest.raises(InputError, match="trial seed is -1; expected a whole number from 0"):
        run_assay("touch", crawl, -1)


TOY = '''
"""No stimulus."""

from spikeworm_env.experiments.ablation.assays._assay import Measure, assay


@assay(Measure("speed", "BL/s", "mean speed of the drag centre", wanted="high"))
def undisturbed(make_worm, *, seconds=1.0):
    """Spontaneous locomotion."""
    worm = make_worm()
    worm.run(seconds)
    return {"speed": worm.track.speed}


ASSAY = undisturbed
'''


def test_a_file_in_the_folder_is_an_assay_of_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "brains")
    (tmp_path / "undisturbed.py").write_text(TOY, encoding="utf-8")
    with ASSAYS.including(tmp_path):
        check(ASSAYS["undisturbed"])
        assert [each.name for each in find_assays("all")] == sorted([*BUILT_IN, "undisturbed"])
        found = ablate(
            "reverser_v1", "turn", ["undisturbed"], 1, 0, settings={"undisturbed": {"seconds": 0.5}}, jobs=1
        )
        assert found.effect("component turn", "undisturbed", "speed").n == 1
        list_command(Kind.ASSAYS)
        assert "undisturbed" in capsys.readouterr().out
    assert "undisturbed" not in ASSAYS
