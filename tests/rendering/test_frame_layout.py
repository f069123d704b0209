from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest

from spikeworm_env.rendering import lettering
from spikeworm_env.rendering.controls import HELP, Controls
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.overlay import draw_overlay
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.renderer import Renderer
from spikeworm_env.rendering.theme import DARK, LIGHT

SIZES = [240, 317, 399, 400, 463, 640, 801, 1600]


@pytest.fixture
def written(monkeypatch):
    """(text, rectangle of its ink) of all that is written."""
    original, found = lettering.write, []

    def noting(canvas, text, place, height_px, colour, anchor="topleft"):
        area = original(canvas, text, place, height_px, colour, anchor)
        letters = lettering._letters(lettering._printable(text), height_px, colour)
        ink = letters.get_bounding_rect().move(area.topleft)
        if ink.width and ink.height:
            found.append((text, ink))
        return area

    for name, module in list(sys.modules.items()):
        if name.startswith("spikeworm_env.rendering.") and getattr(module, "write", None) is original:
            monkeypatch.setattr(module, "write", noting)
    return found


def apart(found, size):
    frame = pygame.Rect(0, 0, size, size)
    for text, ink in found:
        assert frame.contains(ink), text
    for (one, ink), (other, other_ink) in combinations(found, 2):
        assert not ink.colliderect(other_ink), (one, other)


CROWDED = {
    "title": "a long title " * 20,
    "others": np.array([(-8.0, 0.0, 1.0, 4.0)]),
    "stocks": np.array([0.3]),
    "eaten": 12.5,
    "distance": 100.25,
    "ci_net": -12.34,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("changes", [{}, CROWDED])
@pytest.mark.parametrize("render_options", [RenderOptions(), RenderOptions(follow=True, zoom=20.0)])
def test_no_two_texts_overlap_without_a_brain(make_snapshot, written, size, changes, render_options):
    Renderer("rgb_array", size).draw(make_snapshot(**changes), render_options)
    assert len(written) >= 5
    apart(written, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("n_components", [1, 8, 25, 60])
@pytest.mark.parametrize("changes", [{}, CROWDED])
def test_no_two_texts_overlap_with_a_brain(make_snapshot, make_brain, written, size, n_components, changes):
    brain = make_brain(n_components)
    Renderer("rgb_array", size).draw(make_snapshot(**changes), RenderOptions(panel=lambda: brain))
    assert len(written) >= 5
    apart(written, size)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", SIZES)
def test_help_and_state_fit_the_frame(written, size, theme):
    controls = Controls()
    controls.help = controls.paused = True
    controls.speed = 0.125
    draw_overlay(pygame.Surface((size, size), 0, 32), FrameLayout(size), controls, theme)
    texts = [text for text, _ in written]
    assert texts[0] == "paused, speed × 0.125"
    assert texts[1:] == [text for row in HELP for text in row]
    apart(written[1:], size)


@pytest.mark.parametrize("brain", [False, True])
@pytest.mark.parametrize("size", [240, 399, 400, 801, 1234])
def test_the_parts_of_a_frame_never_overlap(size, brain):
    layout = FrameLayout(size, brain)
    frame = pygame.Rect(0, 0, size, size)
    others = [part for part in (layout.close_up, layout.charts, layout.panel) if part]
    if brain or not layout.small:  # else they are in the corners that the arena leaves
        others.append(layout.readings)
    for part in (layout.arena, *others):
        assert frame.contains(part)
    for one, other in combinations(others, 2):
        assert not one.colliderect(other)
    middle = np.array(layout.arena.center)
    for part in others:
        nearest = np.clip(middle, part.topleft, part.bottomright)
        assert np.hypot(*(nearest - middle)) >= layout.arena.width / 2
