from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import DORSAL, HEAD, VENTRAL
from spikeworm_env.rendering.trail import draw_trail, thin
from spikeworm_env.rendering.view import View, surface_array
from spikeworm_env.rendering.worm import HALF_WIDTH_BL, draw_body, half_width, smooth_curve

VIEW = View((0.0, 0.0), 300.0, 0, 0, 600, 600)  # 2 BL across, (0, 0) at pixel (300, 300)


def drawn(nodes, activation):
    canvas = pygame.Surface((600, 600), 0, 32)
    draw_body(canvas, VIEW, nodes, activation)
    return surface_array(canvas)


def middle_of(image, colour):
    """Mean x, y in BL of the pixels of exactly this colour."""
    rows, columns = np.nonzero((image == colour).all(axis=2))
    assert len(rows), colour
    return np.array([(columns.mean() + 0.5 - 300) / 300, (300 - rows.mean() - 0.5) / 300])


def chain(phi0, theta):
    """Nodes (25, 2) by the project's convention: link angles point tailward and grow by theta."""
    angles = phi0 + np.concatenate(([0.0], np.cumsum(theta)))
    links = np.column_stack((np.cos(angles), np.sin(angles))) / 24
    nodes = np.vstack((np.zeros(2), np.cumsum(links, axis=0)))
    return nodes - nodes.mean(axis=0)


@pytest.mark.parametrize("phi0", [0.0, 2.0, 4.0])
def test_a_positive_bend_is_concave_on_the_dorsal_side(phi0):
    nodes = chain(phi0, np.full(23, 0.06))
    image = drawn(nodes, np.ones((2, 24)))
    chord_middle = (nodes[0] + nodes[-1]) / 2
    to_concave = chord_middle - nodes[12]
    dorsal_from_ventral = middle_of(image, DORSAL) - middle_of(image, VENTRAL)
    assert dorsal_from_ventral @ to_concave > 0


def test_only_active_muscles_are_coloured():
    activation = np.zeros((2, 24))
    activation[0, 6] = 1.0
    nodes = chain(np.pi, np.zeros(23))  # the tail lies to the left of the head
    image = drawn(nodes, activation)
    assert not (image == VENTRAL).all(axis=2).any()
    x, y = middle_of(image, DORSAL)
    assert x == pytest.approx((nodes[6, 0] + nodes[7, 0]) / 2, abs=0.005)
    assert -HALF_WIDTH_BL < y < -0.005  # left of tailward is down


def test_the_head_is_marked_at_the_first_node():
    nodes = chain(1.0, np.zeros(23))
    assert np.hypot(*(middle_of(drawn(nodes, np.zeros((2, 24))), HEAD) - nodes[0])) < 0.03


def test_the_body_covers_its_nodes_and_nothing_beyond_its_width(sinusoid):
    nodes = sinusoid((0.5, 0.0))
    covered = drawn(nodes, np.zeros((2, 24))).any(axis=2)
    rows, columns = np.nonzero(covered)
    points = np.column_stack(((columns + 0.5 - 300) / 300, (300 - rows - 0.5) / 300))
    dense = np.concatenate([np.linspace(a, b, 20) for a, b in pairwise(nodes)])
    distance = np.min(np.hypot(*(points[:, None, :] - dense[None]).transpose(2, 0, 1)), axis=1)
    assert distance.max() < HALF_WIDTH_BL + 4 / 300
    for x, y in nodes:
        assert covered[int(300 - 300 * y), int(300 + 300 * x)]


def test_the_body_tapers_to_the_tail_and_is_blunt_at_the_head():
    s = np.linspace(0, 1, 101)
    width = half_width(s)
    assert width.max() == pytest.approx(HALF_WIDTH_BL)
    assert np.all(np.diff(width[50:]) < 0)
    assert width[100] == pytest.approx(0)
    assert width[5] > 2 * width[95]


def test_the_smooth_curve_passes_through_every_node(sinusoid):
    nodes = sinusoid((1.0, -2.0))
    np.testing.assert_allclose(smooth_curve(nodes, 4)[::4], nodes, atol=1e-12)


def test_a_straight_worm_is_drawn_straight():
    nodes = chain(0.7, np.zeros(23))
    np.testing.assert_allclose(smooth_curve(nodes), np.linspace(nodes[0], nodes[-1], 73), atol=1e-12)


def test_a_trail_is_thinned_alike_as_it_grows():
    path = np.cumsum(np.random.default_rng(0).normal(0, 0.05, (500, 2)), axis=0)
    short, long = thin(path[:300], 0.3), thin(path, 0.3)
    assert set(short[:-1]) == {index for index in long if index < short[-1]}
    assert len(long) < 200
    assert (long[0], long[-1]) == (0, 499)


def test_a_trail_fades_with_age_but_never_disappears():
    canvas = pygame.Surface((600, 600), 0, 32)
    trail = np.column_stack((np.linspace(-0.9, 0.9, 4000), np.zeros(4000)))  # 200 s
    draw_trail(canvas, VIEW, trail, (200, 100, 50), width_px=4)
    row = surface_array(canvas)[300, 40:560, 0].astype(int)
    assert np.all(np.diff(row) >= 0)
    assert row[0] > 40
    assert row[-1] > 2.5 * row[0]


def test_a_trail_that_only_crosses_the_view_is_drawn():
    canvas = pygame.Surface((600, 600), 0, 32)
    trail = np.column_stack((np.linspace(-30, 30, 3001), np.zeros(3001)))
    draw_trail(canvas, VIEW, trail, (200, 100, 50), width_px=4)
    assert surface_array(canvas)[300, :, 0].min() > 40
