from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.rendering.frame_layout import CLOSE_UP_ACROSS_BL, FrameLayout
from spikeworm_env.rendering.lettering import fit, width_px, wrap
from spikeworm_env.rendering.marks import nice_length
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.renderer import Renderer
from spikeworm_env.rendering.theme import DARK, HEAD

SIZES = [240, 320, 500, 801]
LARGE = [400, 500, 801]  # with a close-up


def pixels_of(image, colour, tolerance=0):
    """(m, 2) x, y of the middles of the pixels of this colour."""
    rows, columns = np.nonzero((np.abs(image.astype(int) - colour) <= tolerance).all(axis=2))
    return np.column_stack((columns + 0.5, rows + 0.5))


def longest_run(mask):
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(int), [0]))))
    return max((edges[1::2] - edges[::2]).tolist(), default=0)


def arena_by_its_wall(image, size):
    """Middle (2,) and pixels per BL of a 30 BL arena, from the inner edge of its wall."""
    area = FrameLayout(size).arena
    part = image[area.top : area.bottom, area.left : area.right]
    ring = pixels_of(part, DARK.wall) + area.topleft
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    return middle, np.hypot(*(ring - middle).T).min() / 30.0


def test_a_frame_is_a_fresh_square_rgb_array(make_snapshot):
    renderer = Renderer("rgb_array", 320)
    one, two = renderer.draw(make_snapshot()), renderer.draw(make_snapshot())
    assert one.shape == (320, 320, 3)
    assert one.dtype == np.uint8
    assert one.flags.c_contiguous
    assert one.flags.writeable
    assert not np.shares_memory(one, two)
    np.testing.assert_array_equal(one, two)


def test_drawing_changes_nothing_in_the_snapshot(make_snapshot):
    snapshot, before = make_snapshot(), make_snapshot()
    for field in dataclasses.fields(snapshot):
        if isinstance(value := getattr(snapshot, field.name), np.ndarray):
            value.flags.writeable = False
    Renderer("rgb_array", 320).draw(snapshot)
    for field in dataclasses.fields(snapshot):
        np.testing.assert_array_equal(getattr(snapshot, field.name), getattr(before, field.name))


def test_a_frame_does_not_depend_on_the_frames_before(make_snapshot):
    other_food = make_snapshot(foods=np.array([(-9.0, 3.0, 0.5, 4.0), (9.0, 3.0, 1.0, 4.0)]))
    other_arena = make_snapshot(arena_radius=20.0)
    used = Renderer("rgb_array", 400)
    elsewhere = [make_snapshot((4.0 + 0.3 * step, 3.0)) for step in range(12)]
    for snapshot in (make_snapshot(), other_food, other_arena, *elsewhere, make_snapshot()):
        for render_options in (
            RenderOptions(),
            RenderOptions(follow=True, zoom=7.0),
            RenderOptions(theme="light"),
        ):
            fresh = Renderer("rgb_array", 400).draw(snapshot, render_options)
            np.testing.assert_array_equal(used.draw(snapshot, render_options), fresh)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("head", [(0.0, 0.0), (-20.0, 12.0), (15.0, -20.0)])
def test_the_head_is_seen_where_it_is_in_the_arena(make_snapshot, size, head):
    image = Renderer("rgb_array", size).draw(make_snapshot(head, trail=np.zeros((0, 2))))
    middle, pixels_per_bl = arena_by_its_wall(image, size)
    area = FrameLayout(size).arena
    dot = (
        pixels_of(image[area.top : area.bottom, area.left : area.right], HEAD, 60).mean(axis=0) + area.topleft
    )
    expected = middle + pixels_per_bl * np.array((head[0], -head[1]))
    assert np.hypot(*(dot - expected)) < 2.0


@pytest.mark.parametrize("size", LARGE)
def test_the_close_up_follows_the_worm(make_snapshot, size):
    area = FrameLayout(size).close_up
    snapshots = [make_snapshot(head, trail=np.zeros((0, 2))) for head in ((0.0, 0.0), (-20.0, 12.0))]
    dots = []
    for snapshot in snapshots:
        image = Renderer("rgb_array", size).draw(snapshot)
        part = image[area.top : area.bottom, area.left : area.right]
        dots.append(pixels_of(part, HEAD, 60).mean(axis=0))
        offset = snapshot.nodes[0] - snapshot.nodes.mean(axis=0)
        expected = area.width / 2 + area.width / CLOSE_UP_ACROSS_BL * offset * (1, -1)
        assert np.hypot(*(dots[-1] - expected)) < 0.04 * area.width
    np.testing.assert_allclose(dots[0], dots[1], atol=1.0)


@pytest.mark.parametrize("size", SIZES)
def test_the_arena_scale_bar_has_the_length_of_its_label(make_snapshot, size):
    image = Renderer("rgb_array", size).draw(make_snapshot())
    _, pixels_per_bl = arena_by_its_wall(image, size)
    layout = FrameLayout(size)
    bar_row = image[layout.arena.bottom - 1, : layout.arena.centerx]
    assert longest_run((bar_row == DARK.muted).all(axis=1)) == pytest.approx(5 * pixels_per_bl, abs=1.1)


@pytest.mark.parametrize("size", LARGE)
def test_the_close_up_scale_bar_has_the_length_of_its_label(make_snapshot, size):
    image = Renderer("rgb_array", size).draw(make_snapshot((-20.0, 12.0)))
    layout = FrameLayout(size)
    bar_row = image[layout.close_up.bottom - layout.px(12) - 1, layout.close_up.left : layout.close_up.right]
    expected = 0.2 * layout.close_up.width / CLOSE_UP_ACROSS_BL
    assert longest_run((bar_row == DARK.ink).all(axis=1)) == pytest.approx(expected, abs=1.1)


@pytest.mark.parametrize(
    ("longest", "nice"), [(1.0, 1.0), (9.9, 5.0), (0.47, 0.2), (20.0, 20.0), (0.05, 0.05)]
)
def test_scale_bars_show_round_lengths(longest, nice):
    assert nice_length(longest) == pytest.approx(nice)


@pytest.mark.parametrize(
    "changes",
    [
        {"foods": np.zeros((0, 4)), "distance": float("nan")},
        {"ci_time": float("nan"), "ci_net": float("-inf")},
        {"trail": np.zeros((0, 2))},
        {"trail": np.zeros((1, 2))},
        {"trail": np.zeros((50, 2))},
        {"nodes": np.zeros((25, 2))},
        {"head": (200.0, -100.0)},
        {"head": (-29.9, 0.0)},
        {"title": ""},
        {"title": "a long title " * 40 + "\0\n\U0001f41b" + "x" * 300},
        {"duration_s": 0.0},
        {"foods": np.array([(12.0, 5.0, 1e-6, 0.01), (400.0, 0.0, 1e6, 100.0)])},
    ],
)
def test_unusual_snapshots_are_drawn_without_an_error(make_snapshot, changes):
    assert Renderer("rgb_array", 320).draw(make_snapshot(**changes)).shape == (320, 320, 3)


def test_text_is_broken_and_cut_to_its_room():
    lines = wrap("one two three four five six seven " * 5, 20, 150, most_lines=3)
    assert len(lines) == 3
    assert all(width_px(line, 20) <= 150 for line in lines)
    assert lines[-1].endswith("...")
    assert fit("short", 20, 150) == "short"


def test_text_survives_a_quit_of_pygame_elsewhere(make_snapshot):
    renderer = Renderer("rgb_array", 320)
    before = renderer.draw(make_snapshot(title="first"))
    pygame.quit()
    assert (renderer.draw(make_snapshot(title="second")) != before).any()
    pygame.quit()
    pygame.font.init()
    renderer.draw(make_snapshot(title="third"))


@pytest.mark.parametrize("size", [10, 239, 5000])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(InputError, match="render_size is"):
        Renderer("rgb_array", size)


@pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf")])
def test_a_frame_rate_out_of_range_is_refused(make_snapshot, fps):
    with pytest.raises(InputError, match="fps is"):
        Renderer("rgb_array", 320).draw(make_snapshot(), fps=fps)


@pytest.mark.parametrize(
    "render_options",
    [
        RenderOptions(theme="drak"),
        RenderOptions(zoom=0.5),
        RenderOptions(zoom=float("nan")),
        RenderOptions(centre=(float("inf"), 0.0)),
    ],
)
def test_invalid_render_options_are_refused(make_snapshot, render_options):
    with pytest.raises(InputError):
        Renderer("rgb_array", 320).draw(make_snapshot(), render_options)


def test_an_unknown_mode_is_refused_with_a_suggestion():
    with pytest.raises(UnknownNameError, match="did you mean 'rgb_array'"):
        Renderer("rgb_aray")


def test_closing_twice_is_harmless(make_snapshot):
    renderer = Renderer("rgb_array", 320)
    renderer.draw(make_snapshot())
    renderer.close()
    renderer.close()
    assert not renderer.window_closed


NO_DISPLAY = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "SDL_VIDEODRIVER",
    "SDL_VIDEO_DRIVER",
    "PYGAME_HIDE_SUPPORT_PROMPT",
)

HEADLESS = """
import numpy as np
from spikeworm_env.rendering.renderer import Renderer
from spikeworm_env.rendering.snapshot import Snapshot
nodes = np.column_stack((np.linspace(0, -1, 25), np.zeros(25)))
snapshot = Snapshot(30.0, np.array([(9.0, 0.0, 1.0, 8.0)]), nodes, np.zeros((2, 24)), np.zeros((2, 2)),
                    0.0, 90.0, 9.0, 0.5, 0.0, 0.0, "t")
assert Renderer("rgb_array", 320).draw(snapshot).std() > 10
from spikeworm_env.rendering.quiet_pygame import pygame
assert not pygame.display.get_init() and not pygame.mixer.get_init()
"""


def test_arrays_are_drawn_silently_without_display_or_sound():
    bare = {name: value for name, value in os.environ.items() if name not in NO_DISPLAY}
    command = [sys.executable, "-W", "error", "-c", HEADLESS]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a display is always there")
def test_a_window_without_a_display_is_one_clear_line(monkeypatch):
    for name in NO_DISPLAY:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InputError, match="display") as caught:
        Renderer("human")
    assert "\n" not in str(caught.value)
