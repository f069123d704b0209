from __future__ import annotations

import os
import sys
import time

import numpy as np
import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.rendering.controls import SPEED_RANGE
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.renderer import Renderer


def test_a_video_driver_that_fails_is_one_clear_line(monkeypatch, make_snapshot):
    monkeypatch.setenv("SDL_VIDEODRIVER", "no_such_driver")
    renderer = Renderer("human", 320)
    with pytest.raises(InputError, match="no window opens with SDL_VIDEODRIVER='no_such_driver'"):
        renderer.draw(make_snapshot())
    renderer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one display")
@pytest.mark.parametrize("dead", [{"DISPLAY": ":97"}, {"WAYLAND_DISPLAY": "no-such-socket"}])
def test_a_display_that_does_not_answer_is_one_line_and_no_window_out_of_sight(
    monkeypatch, make_snapshot, dead, tmp_path, capfd
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name, value in dead.items():
        monkeypatch.setenv(name, value)
    renderer = Renderer("human", 320)
    with pytest.raises(InputError, match=rf"no window opens with {name}='{value}': .*; expected a display"):
        renderer.draw(make_snapshot())
    assert "SDL_VIDEODRIVER" not in os.environ
    assert not pygame.display.get_init()
    assert capfd.readouterr() == ("", "")
    renderer.close()


@pytest.fixture
def window(dummy_screen):
    renderer = Renderer("human", 400)
    yield renderer
    renderer.close()


def press(*keys):
    for key in keys:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=""))


def click(place):
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place))


def shown():
    return pygame.surfarray.array3d(pygame.display.get_surface()).transpose(1, 0, 2)


def test_a_window_shows_what_an_array_holds(window, make_snapshot):
    assert window.draw(make_snapshot(), fps=1000) is None
    np.testing.assert_array_equal(shown(), Renderer("rgb_array", 400).draw(make_snapshot()))
    window.close()
    window.close()
    assert window.window_closed


@pytest.mark.parametrize(
    "event",
    [
        pygame.event.Event(pygame.QUIT),
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode=""),
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_q, unicode="q"),
    ],
)
@pytest.mark.parametrize("paused", [False, True])
def test_a_window_closed_by_its_user_stays_closed(window, make_snapshot, event, paused):
    window.draw(make_snapshot(), fps=1000)
    assert not window.window_closed
    if paused:
        press(pygame.K_SPACE)
    pygame.event.post(event)
    window.draw(make_snapshot(), fps=1000)
    assert window.window_closed
    assert window.draw(make_snapshot()) is None
    assert not pygame.display.get_init()


def test_the_last_frame_says_how_to_close_it_and_takes_no_clicks(window, make_snapshot, monkeypatch):
    window.draw(make_snapshot(), fps=1000)
    before, looks = shown(), []
    window.controls.ended = True

    def take_frame(controls):
        looks.append(shown())
        click((200, 200))
        press(pygame.K_SPACE, pygame.K_PERIOD, *([pygame.K_ESCAPE] if len(looks) == 3 else []))
        return controls.closed

    monkeypatch.setattr(type(window.controls), "take_frame", take_frame)
    window.draw(make_snapshot(), fps=1000)
    assert len(looks) == 3 and window.window_closed
    assert window.controls.take_clicks() == []
    assert (looks[1] != before).any()


def test_a_window_keeps_to_its_frame_rate(window, make_snapshot):
    window.draw(make_snapshot(), fps=20)
    start = time.monotonic()
    for _ in range(6):
        window.draw(make_snapshot(), fps=20)
    assert time.monotonic() - start > 0.26  # 6 frames at 20 per second: 0.30 s, less rounding to whole ms


def test_a_slow_window_takes_up_its_keys_while_it_waits(window, make_snapshot, monkeypatch):
    """A step of 2 s is 50 looks at the keys, not one."""
    looks, original = [], type(window._window).show

    def show(self, picture, fps):
        original(self, picture, 1000)
        looks.append(fps)
        if len(looks) == 10:
            press(pygame.K_q)

    monkeypatch.setattr(type(window._window), "show", show)
    window.draw(make_snapshot(), fps=0.5)
    assert looks == [25.0] * 10
    assert window.window_closed


@pytest.mark.parametrize("fps", [0.5, 3.0, 10.0, 24.0, 25.0, 100.0])
def test_the_looks_at_a_frame_last_as_long_as_the_frame(window, make_snapshot, monkeypatch, fps):
    looks = []
    monkeypatch.setattr(type(window._window), "show", lambda self, picture, rate: looks.append(rate))
    window.draw(make_snapshot(), fps=fps)
    assert sum(1 / rate for rate in looks) == pytest.approx(1 / fps)


def test_a_window_closed_by_other_code_opens_again(window, make_snapshot):
    window.draw(make_snapshot(), fps=1000)
    pygame.display.quit()
    window.draw(make_snapshot(), fps=1000)
    assert pygame.display.get_surface() is not None


def test_a_paused_window_waits_for_its_user_and_goes_frame_by_frame(window, make_snapshot, monkeypatch):
    window.draw(make_snapshot(), fps=1000)
    waits = []
    original = type(window._window).show

    def show(self, picture, fps):
        original(self, picture, 1000)
        waits.append(fps)
        if len(waits) == 5:
            press(pygame.K_PERIOD)  # one frame
        if len(waits) == 9:
            press(pygame.K_SPACE)  # continue

    monkeypatch.setattr(type(window._window), "show", show)
    press(pygame.K_SPACE)
    window.draw(make_snapshot(), fps=1000)
    assert len(waits) == 6
    window.draw(make_snapshot(), fps=1000)
    assert len(waits) == 10
    window.draw(make_snapshot(), fps=1000)
    assert len(waits) == 11


def test_keys_change_the_render_options_and_not_the_snapshot(window, make_snapshot, make_brain):
    render_options = RenderOptions(panel=make_brain)
    window.draw(make_snapshot(), render_options, 1000)
    first = shown()
    for key, changed in (
        (pygame.K_t, {"theme": "light"}),
        (pygame.K_b, {"show_panel": False}),
        (pygame.K_c, {"follow": True, "zoom": 6.0}),
        (pygame.K_PLUS, {"zoom": 7.5}),
        (pygame.K_0, {"follow": False, "zoom": 1.0}),
        (pygame.K_b, {"show_panel": True}),
        (pygame.K_t, {"theme": "dark"}),
    ):
        before = shown()
        press(key)
        window.draw(make_snapshot(), render_options, 1000)
        assert (shown() != before).any()
        for name, value in changed.items():
            assert getattr(render_options, name) == value
    np.testing.assert_array_equal(shown(), first)


def test_arrows_move_a_camera_that_does_not_follow(window, make_snapshot):
    for render_options in (RenderOptions(), RenderOptions(zoom=4.0, follow=True), RenderOptions(zoom=4.0)):
        window.draw(make_snapshot(), render_options, 1000)
        press(pygame.K_RIGHT, pygame.K_RIGHT, pygame.K_UP)
        window.draw(make_snapshot(), render_options, 1000)
        if render_options.zoom == 1.0 or render_options.follow:
            assert render_options.centre == (0.0, 0.0)
    assert render_options.centre[0] == pytest.approx(2 * render_options.centre[1])
    assert render_options.centre[1] > 0


def test_zoom_stays_in_its_range(window, make_snapshot):
    render_options = RenderOptions()
    window.draw(make_snapshot(), render_options, 1000)
    press(pygame.K_MINUS)
    window.draw(make_snapshot(), render_options, 1000)
    assert render_options.zoom == 1.0
    press(*[pygame.K_PLUS] * 50)
    window.draw(make_snapshot(), render_options, 1000)
    assert render_options.zoom == 32.0


def test_the_wheel_zooms_about_the_pointer(window, make_snapshot, monkeypatch):
    render_options = RenderOptions()
    window.draw(make_snapshot(), render_options, 1000)
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: (60, 90))
    before = window.views[-1].to_world((60, 90))
    pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=4))
    window.draw(make_snapshot(), render_options, 1000)
    assert render_options.zoom == pytest.approx(1.25**4)
    one_pixel = 1 / window.views[-1].pixels_per_bl
    assert window.views[-1].to_world((60, 90)) == pytest.approx(before, abs=one_pixel)


def test_speed_doubles_and_halves_within_its_range(window, make_snapshot):
    window.draw(make_snapshot(), fps=1000)
    press(pygame.K_f, pygame.K_f, pygame.K_s)
    window.draw(make_snapshot(), fps=1000)
    assert window.controls.speed == 2.0
    for key, limit in ((pygame.K_f, SPEED_RANGE[1]), (pygame.K_s, SPEED_RANGE[0])):
        press(*[key] * 12)
        window.draw(make_snapshot(), fps=1000)
        assert window.controls.speed == limit


def test_help_and_state_are_drawn_over_the_frame_and_removed(window, make_snapshot):
    window.draw(make_snapshot(), fps=1000)
    plain = shown()
    for keys in ((pygame.K_h, pygame.K_h), (pygame.K_f, pygame.K_s)):
        press(keys[0])
        window.draw(make_snapshot(), fps=1000)
        assert (shown() != plain).any()
        press(keys[1])
        window.draw(make_snapshot(), fps=1000)
        np.testing.assert_array_equal(shown(), plain)


def test_clicks_in_either_view_wait_as_places_in_the_world(window, make_snapshot):
    snapshot = make_snapshot()
    window.draw(snapshot, fps=1000)
    near, main = window.views
    click(np.round(main.to_pixels(np.array([(-10.0, 5.0)]))[0]).tolist())
    head = snapshot.nodes[:1]
    click(np.round(near.to_pixels(head)[0]).tolist())
    click((399, 5))  # in neither
    before = shown()
    window.draw(snapshot, fps=1000)
    assert (shown() != before).any()  # rings mark them
    in_arena, in_close_up = window.controls.take_clicks()
    assert in_arena == pytest.approx((-10.0, 5.0), abs=1 / main.pixels_per_bl)
    assert in_close_up == pytest.approx(tuple(head[0]), abs=1 / near.pixels_per_bl)
    assert window.controls.take_clicks() == []
    window.draw(snapshot, fps=1000)
    np.testing.assert_array_equal(shown(), before)
