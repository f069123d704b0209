from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.rendering.field import CONTOURS, NOTHING, Scene, arena_image, highest
from spikeworm_env.rendering.ground import Ground, on_whole_pixels
from spikeworm_env.rendering.marks import draw_sources
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.theme import DARK
from spikeworm_env.rendering.view import View, surface_array
from spikeworm_env.world.arena import concentration_on_grid

VIEW = View((0.0, 0.0), 10.0, 0, 0, 640, 640)  # 64 BL across
CENTRE_ROW = 320


def test_concentration_is_the_sum_of_its_gaussians():
    rng = np.random.default_rng(3)
    foods = np.column_stack((rng.uniform(-20, 20, (3, 2)), rng.uniform(0.2, 1, 3), rng.uniform(3, 12, 3)))
    x, y = rng.uniform(-30, 30, 7), rng.uniform(-30, 30, 5)
    expected = [
        [sum(p * np.exp(-(np.hypot(a - fx, b - fy) ** 2) / (2 * s**2)) for fx, fy, p, s in foods) for a in x]
        for b in y
    ]
    np.testing.assert_allclose(concentration_on_grid(foods, x, y), expected, rtol=1e-5)


def test_the_highest_concentration_counts_the_neighbours():
    near = np.array([(0.0, 0.0, 1.0, 4.0), (0.0, 0.0, 0.5, 4.0)])
    assert highest(near) == pytest.approx(1.5)
    assert highest(np.zeros((0, 4))) == 1.0
    assert highest(np.array([(0.0, 0.0, -1.0, 4.0)])) == 1.0


@pytest.mark.parametrize("level", CONTOURS)
def test_each_contour_lies_where_the_gaussian_takes_its_value(level):
    sigma = 8.0
    image = arena_image(VIEW, Scene(30.0, np.array([(0.0, 0.0, 3.0, sigma)])), DARK, line_px=1).astype(float)
    radius_px = sigma * np.sqrt(-2 * np.log(level)) * VIEW.pixels_per_bl
    ray = image[CENTRE_ROW, 320:].sum(axis=1)
    on_line = ray[int(radius_px)]
    assert on_line > ray[int(radius_px) - 4] + 10
    assert on_line > ray[int(radius_px) + 4] + 10


def test_the_wall_stands_at_the_arena_radius_with_paper_beyond():
    image = arena_image(VIEW, Scene(30.0, NOTHING), DARK, line_px=1)
    ray = image[CENTRE_ROW, 320:]
    assert tuple(ray[297]) == DARK.field[0]
    assert tuple(ray[301]) == DARK.wall
    assert tuple(ray[305]) == DARK.paper


def test_a_repellent_alone_is_drawn_as_an_empty_arena():
    empty = arena_image(VIEW, Scene(30.0, NOTHING), DARK, line_px=1)
    repellent = arena_image(VIEW, Scene(30.0, np.array([(0.0, 0.0, -5.0, 4.0)])), DARK, line_px=1)
    np.testing.assert_array_equal(empty, repellent)


def test_grid_lines_lie_at_multiples_of_their_spacing():
    view = View((0.25, 0.0), 100.0, 0, 0, 200, 200)
    plain = arena_image(view, Scene(30.0, NOTHING), DARK, line_px=1)
    gridded = arena_image(view, Scene(30.0, NOTHING), DARK, line_px=1, grid_bl=0.5)
    columns = np.flatnonzero((plain != gridded)[75].any(axis=1))
    lines_x = 0.25 + (columns + 0.5 - 100) / 100
    assert set(np.round(lines_x / 0.5)) == {-1.0, 0.0, 1.0, 2.0}
    assert np.all(np.abs(lines_x - 0.5 * np.round(lines_x / 0.5)) < 0.01)


def test_another_odour_has_its_own_shades_and_cancels_the_first():
    food, other = (-10.0, 0.0, 2.0, 4.0), (10.0, 0.0, 2.0, 4.0)
    image = arena_image(VIEW, Scene(30.0, np.array([food]), np.array([other])), DARK, line_px=1).astype(int)
    at_food, between, at_other = (image[CENTRE_ROW, column] for column in (220, 320, 420))
    assert tuple(at_food) == DARK.field[-1]
    assert tuple(at_other) == DARK.other
    np.testing.assert_allclose(between, DARK.field[0], atol=10)


def test_a_food_with_the_other_odour_has_its_shades():
    first, second = np.array([(-10.0, 0.0, 1.0, 4.0)]), np.array([(10.0, 0.0, 1.0, 4.0)])
    before = arena_image(VIEW, Scene(30.0, first, second), DARK, line_px=1)
    after = arena_image(VIEW, Scene(30.0, second, first, swapped=True), DARK, line_px=1)
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("stock", [0.01, 0.3, 1.0])
def test_shades_are_those_of_full_foods_however_much_is_eaten(stock):
    full = Scene(30.0, np.array([(0.0, 0.0, 0.5, 4.0), (9.0, 0.0, 0.5, 4.0)]))
    eaten = Scene(
        30.0, np.array([(0.0, 0.0, 0.5 * stock, 4.0), (9.0, 0.0, 0.5, 4.0)]), stocks=np.array([stock, 1.0])
    )
    assert eaten.reference == pytest.approx(full.reference)
    nothing = Scene(30.0, np.array([(0.0, 0.0, 0.0, 4.0)]), stocks=np.array([0.0]))
    assert nothing.reference == 1.0


def test_a_view_that_moves_shows_the_same_ground():
    scene = Scene(30.0, np.array([(6.0, 2.0, 1.0, 8.0)]))
    moving = Ground()
    for step in range(60):
        view = on_whole_pixels(View((0.4 * step - 12, 0.1 * step), 40.0, 3, 5, 120, 90))
        frames = []
        for ground in (moving, Ground()):
            canvas = pygame.Surface((130, 100), 0, 32)
            ground.lay(canvas, view, scene, DARK, 1, 6)
            frames.append(surface_array(canvas))
        np.testing.assert_array_equal(*frames)


def test_the_share_of_a_food_that_is_left_is_shown():
    lit = []
    for stock in (0.0, 0.25, 1.0):
        canvas = pygame.Surface((640, 640), 0, 32)
        scene = Scene(30.0, np.array([(0.0, 0.0, 1.0, 4.0)]), stocks=np.array([stock]))
        draw_sources(canvas, VIEW, scene, 20, DARK)
        image = surface_array(canvas)
        inside = image[300:340, 300:340]
        lit.append(int((inside == DARK.food).all(axis=2).sum()))
    assert lit[0] == 0
    assert lit[1] == pytest.approx(lit[2] / 4, rel=0.1)
