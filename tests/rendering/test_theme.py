from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from spikeworm_env.rendering.theme import DARK, DORSAL, LIGHT, MUSCLE_AT_REST, PATH_COLOURS, VENTRAL, mix

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB
SIGHT = {
    "trichromat": np.eye(3),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanope": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
JUST_APART = 12.0  # CIE 1976 colour difference; 2.3 is just noticeable side by side


def cielab(colour, sight):
    srgb = np.array(colour) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(SIGHT[sight] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(np.maximum(to_xyz @ linear / (0.9505, 1.0, 1.089), 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_paths_and_sides_are_distinct_for_every_colour_vision(sight):
    muscles = (DORSAL, VENTRAL, MUSCLE_AT_REST)
    for one, other in [*combinations(PATH_COLOURS, 2), *combinations(muscles, 2)]:
        assert np.linalg.norm(cielab(one, sight) - cielab(other, sight)) > JUST_APART, (one, other)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_components_and_odours_are_distinct_for_every_colour_vision(theme, sight):
    spikes = (*theme.parts, theme.panel)
    odours = [(theme.other, shade) for shade in theme.field]
    for one, other in [*combinations(spikes, 2), *odours]:
        assert np.linalg.norm(cielab(one, sight) - cielab(other, sight)) > JUST_APART, (one, other)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_text_is_legible(theme):
    """WCAG 2.2 asks for a contrast of 4.5 for text, 3 for large text and marks."""

    def luminance(colour):
        srgb = np.array(colour) / 255
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        return linear @ (0.2126, 0.7152, 0.0722)

    words = [theme.ink, theme.muted, *map(theme.legible, (*theme.parts, DORSAL, VENTRAL))]
    for colour in words:
        dark, bright = sorted((luminance(colour), luminance(theme.paper)))
        assert (bright + 0.05) / (dark + 0.05) > 4.5, colour


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_field_changes_lightness_one_way(theme, sight):
    lightness = [cielab(shade, sight)[0] for shade in theme.field]
    steps = np.diff(lightness)
    assert np.all(steps > 1) or np.all(steps < -1)


def test_mixing_keeps_to_its_ends():
    assert mix((0, 10, 20), (100, 110, 120), 0.5) == (50, 60, 70)
    assert mix((0, 10, 20), (100, 110, 120), -3) == (0, 10, 20)
    assert mix((0, 10, 20), (100, 110, 120), 7) == (100, 110, 120)
