"""Frames and pictures have the pixels that are on record; an intended change records new digests.

``REWRITE=1 python -m pytest tests/rendering/test_kept_pictures.py`` writes ``kept_pictures.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.rendering.controls import Controls
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.overlay import draw_overlay
from spikeworm_env.rendering.picture import PathTrace, path_picture
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.renderer import Renderer
from spikeworm_env.rendering.theme import DARK
from spikeworm_env.rendering.view import View, surface_array

FILE = Path(__file__).with_name("kept_pictures.json")
KEPT = json.loads(FILE.read_text(encoding="utf-8"))
LIBRARY = f"pygame {pygame.version.ver}, SDL {'.'.join(map(str, pygame.get_sdl_version()))}"  # they draw

CROWDED = {
    "title": "a long title " * 20,
    "others": np.array([(-8.0, 0.0, 1.0, 4.0)]),
    "stocks": np.array([0.3]),
    "eaten": 12.5,
    "distance": 100.25,
    "ci_net": -12.34,
}
FRAMES = {
    "smallest": (240, {}, {}, 0),
    "small": (320, CROWDED, {"theme": "light"}, 0),
    "plain": (500, {}, {}, 0),
    "crowded": (801, CROWDED, {}, 0),
    "taken over": (640, {**CROWDED, "swapped": True}, {"theme": "light"}, 0),
    "followed": (500, {}, {"follow": True, "zoom": 20.0}, 0),
    "near": (500, {}, {"zoom": 3.0, "centre": (8.0, 4.0), "theme": "light"}, 0),
    "at the wall": (640, {"head": (29.0, 2.0)}, {}, 0),
    "small brain": (320, {}, {}, 2),
    "brain": (801, {}, {}, 5),
    "light brain": (640, {}, {"theme": "light"}, 3),
}


def assert_kept(name, image):
    digest = hashlib.sha256(repr(image.shape).encode() + image.tobytes()).hexdigest()
    if os.environ.get("REWRITE"):
        KEPT["library"] = LIBRARY
        KEPT["pictures"][name] = digest
        FILE.write_text(json.dumps(KEPT, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    elif KEPT["library"] != LIBRARY:
        pytest.skip(f"recorded with {KEPT['library']}")
    assert KEPT["pictures"][name] == digest


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_has_the_pixels_on_record(make_snapshot, make_brain, name):
    size, changes, render_options, components = FRAMES[name]
    brain = make_brain(components) if components else None
    shown = RenderOptions(panel=(lambda: brain) if brain else None, **render_options)
    assert_kept(name, Renderer("rgb_array", size).draw(make_snapshot(**changes), shown))


def test_the_overlay_has_the_pixels_on_record():
    controls = Controls()
    controls.help = controls.paused = True
    controls.speed = 0.125
    view = View((0.0, 0.0), 6.0, 0, 0, 400, 400)
    controls.handle(
        pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(130, 110)), RenderOptions(), [view]
    )
    canvas = pygame.Surface((400, 400), 0, 32)
    draw_overlay(canvas, FrameLayout(400), controls, DARK, [view])
    assert_kept("overlay", surface_array(canvas))


def test_a_picture_of_paths_has_the_pixels_on_record(tmp_path):
    share = np.linspace(0.0, 1.0, 200)[:, None]
    traces = [
        PathTrace(
            f"agent_{k}", 20.0 * share * (np.cos(k), np.sin(k)) + np.sin(9 * share), 0.1 * k, 0.9, k % 2 == 0
        )
        for k in range(9)
    ]
    file = path_picture(tmp_path / "paths.png", traces, 30.0, np.array([(9.0, 6.0, 1.0, 8.0)]), "a title")
    assert_kept("paths", surface_array(pygame.image.load(file)))
