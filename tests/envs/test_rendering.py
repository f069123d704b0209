"""Frames of the environment: their contents and times."""

from __future__ import annotations

import subprocess
import sys

import gymnasium
import numpy as np
import pytest

from spikeworm_env.envs.chemotaxis_v0 import ChemotaxisEnv
from spikeworm_env.errors import UnknownNameError
from spikeworm_env.rendering import renderer
from spikeworm_env.world.gait import Gait


def make(**arguments):
    return gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True, **arguments).unwrapped


class Album:
    """A renderer that keeps the snapshots, with a user who clicks and sets the speed."""

    def __init__(self, mode, size_px):
        self.mode, self.size_px = mode, size_px
        self.closed, self.speed, self.clicks = False, 1.0, []
        self.controls = self
        Album.last = self
        self.snapshots, self.looks, self.rates = [], [], []

    def draw(self, snapshot, render_options, fps):
        self.snapshots.append(snapshot)
        self.looks.append(render_options)
        self.rates.append(fps)

    def take_clicks(self):
        clicks, self.clicks = self.clicks, []
        return clicks

    def close(self):
        self.closed = True


@pytest.fixture
def album(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")  # a named display, which no window of this renderer needs
    monkeypatch.setattr(renderer, "Renderer", Album)
    return Album


def crawl(env, seconds, frame_skip):
    gait = Gait(frame_skip)
    for _ in range(round(seconds * 1000 / frame_skip)):
        out = env.step(gait.step(0.0))
    return out


@pytest.mark.parametrize(("frame_skip", "fps"), [(1, 25), (10, 25), (30, 25), (100, 10)])
def test_window_shows_real_time_for_any_frame_skip(album, frame_skip, fps):
    env = make(render_mode="human", frame_skip=frame_skip)
    env.reset(seed=0)
    crawl(env, 2.4, frame_skip)
    assert set(album.last.rates) == {fps}
    assert len(album.last.snapshots) == pytest.approx(2.4 * fps, abs=1.01)
    times = [snapshot.time_s for snapshot in album.last.snapshots]
    assert times[0] == 0.0
    assert times == sorted(times)


@pytest.mark.parametrize("speed", [0.25, 0.5, 4.0])
@pytest.mark.parametrize("frame_skip", [1, 10, 100])
def test_window_runs_at_the_speed_that_is_set(album, speed, frame_skip):
    env = make(render_mode="human", frame_skip=frame_skip)
    env.reset(seed=0)
    album.last.speed = speed
    crawl(env, 4.0, frame_skip)
    times, rates = [snapshot.time_s for snapshot in album.last.snapshots[2:]], album.last.rates[2:]
    assert len(times) > 10
    # simulated seconds a frame times frames a second
    assert np.mean(np.diff(times) * rates[1:]) == pytest.approx(speed, rel=0.05)


def test_a_click_in_the_window_moves_the_nearest_food_there(album):
    env = make(render_mode="human", n_foods=2)
    _, before = env.reset(seed=0)
    nearest = int(np.hypot(*(before["food"] - (5.0, -4.0)).T).argmin())
    album.last.clicks = [(300.0, 0.0), (5.0, -4.0)]  # the first lies outside the arena
    _, _, _, _, info = crawl(env, 0.1, 10)
    np.testing.assert_array_equal(info["food"][nearest], (5.0, -4.0))
    np.testing.assert_array_equal(info["food"][1 - nearest], before["food"][1 - nearest])
    np.testing.assert_array_equal(album.last.snapshots[-1].foods[nearest, :2], (5.0, -4.0))
    assert env.get_state().sources["position"][nearest].tolist() == [5.0, -4.0]
    distances = np.hypot(*(info["food"] - info["position"]).T)
    assert info["distance"] == pytest.approx(distances.min())


def test_render_options_change_the_frame():
    env = make(render_mode="rgb_array", render_size=400)
    env.reset(seed=0)
    dark = env.render()
    env.render_options.theme = "light"
    light = env.render()
    assert light.mean() > dark.mean() + 100
    env.render_options.next_camera()
    assert (env.render() != light).any()
    env.render_options.theme = "none"
    with pytest.raises(UnknownNameError, match="theme"):
        env.render()


def test_snapshot_holds_the_state_of_the_world(album):
    env = make(
        render_mode="rgb_array", food_position=(3.0, 4.0), food_peak=0.5, duration_s=10.0, render_size=400
    )
    env.reset(seed=0)
    env.title = "a worm"
    observation, _, _, _, info = crawl(env, 1.0, 10)
    env.render()
    (snapshot,) = album.last.snapshots  # rgb_array draws when asked
    assert album.last.size_px == 400
    assert snapshot.title == "a worm"
    assert album.last.looks == [env.render_options]
    assert (snapshot.arena_radius, snapshot.time_s, snapshot.duration_s) == (30.0, 1.0, 10.0)
    np.testing.assert_array_equal(snapshot.foods, [(3.0, 4.0, 0.5, 8.0)])
    np.testing.assert_array_equal(snapshot.nodes[0], info["position"])
    np.testing.assert_allclose(snapshot.activation.ravel(), observation[29:], atol=1e-7)
    for name in ("distance", "concentration", "ci_time", "ci_net"):
        assert getattr(snapshot, name) == info[name]


def shown(album, name, seconds=0.0, **arguments):
    env = gymnasium.make(
        f"SpikeWorm/{name}-v0", disable_env_checker=True, render_mode="rgb_array", **arguments
    )
    env.reset(seed=0)
    for _ in range(round(seconds * 100)):
        out = env.step(np.zeros(env.action_space.shape, np.float32))
    env.render()
    return album.last.snapshots[-1], out[-1] if seconds else None


def test_a_repellent_is_among_the_other_sources(album):
    snapshot, _ = shown(album, "Aversion")
    assert len(snapshot.foods) == len(snapshot.others) == 1
    assert snapshot.others[0, 2] > 0
    assert not snapshot.swapped


def test_odours_keep_their_colours_when_the_food_changes_places(album):
    before, _ = shown(album, "Reversal", 0.1, swap_s=1.0)
    after, info = shown(album, "Reversal", 1.1, swap_s=1.0)
    assert (before.swapped, after.swapped) == (False, True)
    np.testing.assert_array_equal(before.foods, after.others)
    np.testing.assert_array_equal(before.others, after.foods)
    np.testing.assert_array_equal(after.foods[:, :2], info["food"])


def test_stock_and_sum_eaten_are_in_the_snapshot(album):
    snapshot, info = shown(album, "Foraging", 0.1)
    np.testing.assert_array_equal(snapshot.stocks, info["stock"])
    assert snapshot.eaten == info["eaten"]
    plain, _ = shown(album, "Chemotaxis", 0.1)
    assert plain.stocks is plain.eaten is None


@pytest.mark.parametrize("frame_skip", [1, 10, 50])
def test_trail_is_the_heads_path_every_50_ms(album, frame_skip):
    env = make(render_mode="rgb_array", frame_skip=frame_skip)
    _, info = env.reset(seed=0)
    gait, path = Gait(frame_skip), [info["position"]]
    for step in range(1, 1 + 1000 // frame_skip):
        _, _, _, _, info = env.step(gait.step(0.0))
        if step * frame_skip % 50 == 0:
            path.append(info["position"])
    env.render()
    np.testing.assert_array_equal(album.last.snapshots[0].trail, path)
    env.reset()
    env.render()
    assert len(album.last.snapshots[1].trail) == 1


def test_rendering_changes_no_state():
    shown, hidden = make(render_mode="rgb_array", render_size=320), make()
    shown.reset(seed=0)
    hidden.reset(seed=0)
    frame = shown.render()
    assert frame.shape == (320, 320, 3)
    assert frame.dtype == np.uint8
    np.testing.assert_array_equal(crawl(shown, 0.2, 10)[0], crawl(hidden, 0.2, 10)[0])
    assert (shown.render() != frame).any()
    assert shown.get_state().worm.tobytes() == hidden.get_state().worm.tobytes()
    shown.close()


def test_close_closes_the_window_and_twice_is_harmless(album):
    env = make(render_mode="human")
    env.reset(seed=0)
    env.close()
    assert album.last.closed
    env.close()


def test_unknown_render_mode_is_an_error():
    with pytest.raises(UnknownNameError, match="did you mean 'rgb_array'"):
        ChemotaxisEnv(render_mode="rgb_arry")


def test_rendering_without_a_mode_warns():
    env = make()
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="render mode"):
        assert env.render() is None


def test_pygame_is_imported_only_to_draw_a_frame():
    program = """
import sys, gymnasium, numpy, spikeworm_env
env = gymnasium.make("SpikeWorm/Chemotaxis-v0")
env.reset(seed=0)
env.step(numpy.zeros((2, 24), numpy.float32))
print("pygame" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
