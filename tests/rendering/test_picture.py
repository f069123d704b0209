from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from spikeworm_env.errors import InputError
from spikeworm_env.rendering.path_views import close_up, map_view
from spikeworm_env.rendering.picture import (
    ARENA_PX,
    CLOSE_UP,
    TITLE_PX,
    PathTrace,
    path_colour,
    path_picture,
)
from spikeworm_env.rendering.theme import LIGHT, PATH_COLOURS
from spikeworm_env.rendering.view import View

FOODS = np.array([(9.0, 6.0, 1.0, 8.0)])
ARENA_BOTTOM = TITLE_PX + ARENA_PX
LEGEND_TOP = ARENA_BOTTOM + 24  # the labels of the key to the shades stand above


def traces(count, radius=20.0, **changes):
    angles = 2 * np.pi * np.arange(count) / max(count, 1)
    ways = np.linspace(0.0, radius, 200)[:, None]
    return [
        PathTrace(
            f"agent_{index}",
            ways * (np.cos(angle), np.sin(angle)),
            **({"ci_time": 0.5, "ci_net": 0.9, "reached": index % 2 == 0} | changes),
        )
        for index, angle in enumerate(angles)
    ]


def image_of(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def count_of(image, colour):
    return int((image == colour).all(axis=2).sum())


@pytest.mark.parametrize("count", [1, 3, 7])
def test_every_path_is_seen_in_the_arena_and_in_the_legend(tmp_path, count):
    image = image_of(path_picture(tmp_path / "paths.png", traces(count), 30.0, FOODS, "a title"))
    for index in range(count):
        assert count_of(image[:ARENA_BOTTOM], path_colour(index)) > 300
        assert count_of(image[LEGEND_TOP:], path_colour(index)) > 60
    for unused in PATH_COLOURS[count:]:
        if unused != (0, 0, 0):
            assert count_of(image, unused) == 0


def test_paths_lie_where_the_agents_went(tmp_path):
    way = np.column_stack((np.linspace(-25, 25, 500), np.full(500, 10.0)))
    far = [PathTrace("straight", way, 0.0, 0.0, False)]
    image = image_of(path_picture(tmp_path / "paths.png", far, 30.0, np.zeros((0, 4))))
    arena = image[TITLE_PX:ARENA_BOTTOM]
    walls = np.flatnonzero((arena[ARENA_PX // 2] == LIGHT.wall).all(axis=1))
    left, right = walls[walls < 500].max() + 1, walls[walls > 500].min()  # the inner edges
    pixels_per_bl = (right - left) / 60
    rows, columns = np.nonzero((arena == path_colour(0)).all(axis=2))
    assert rows.mean() + 0.5 == pytest.approx(ARENA_PX / 2 - 10 * pixels_per_bl, abs=1)
    assert columns.max() == pytest.approx((left + right) / 2 + 25 * pixels_per_bl, abs=10)


def test_a_small_part_of_the_arena_is_drawn_large_with_its_scale(tmp_path):
    way = np.column_stack((np.linspace(2, 12, 500), np.full(500, 10.0)))
    trace = [PathTrace("straight", way, 0.0, 0.0, False)]
    image = image_of(path_picture(tmp_path / "paths.png", trace, 30.0, FOODS))
    _, columns = np.nonzero((image[:ARENA_BOTTOM] == path_colour(0)).all(axis=2))
    bar = (image[ARENA_BOTTOM - 1, :300] == LIGHT.ink).all(axis=1).sum()  # 1 BL
    assert columns.max() - columns.min() == pytest.approx(10 * bar, abs=20)
    assert bar > 3 * 14  # pixels a body length, three times those of the whole arena


def test_the_map_shows_the_whole_arena_and_all_paths(tmp_path):
    paths = traces(3, radius=3.0)
    whole = View((0.0, 0.0), 14.0, 80, 64, 840, 840)
    part = close_up([each.points for each in paths], FOODS, whole, CLOSE_UP)
    view = map_view(part, [each.points for each in paths], 30.0)
    image = image_of(path_picture(tmp_path / "paths.png", paths, 30.0, FOODS))
    inset = image[view.top : view.top + view.height, view.left : view.left + view.width]
    for index in range(3):
        assert 0 < count_of(inset, path_colour(index)) < 200
    assert count_of(inset, LIGHT.wall) > 300
    for each in paths:
        assert not any(view.holds(tuple(place)) for place in part.to_pixels(each.points))


def test_all_paths_are_in_the_close_up_and_the_nearest_food_where_there_is_room():
    whole = View((0.0, 0.0), 14.0, 80, 64, 840, 840)
    foods = np.array([(9.0, 6.0, 1.0, 8.0), (0.0, -29.0, 1.0, 8.0)])
    points = [np.array([(5.0, 5.0), (8.0, 2.0)])]
    near = close_up(points, foods, whole, CLOSE_UP)
    shown = near.to_pixels(np.concatenate((*points, foods[:, :2])))
    assert [near.holds(tuple(place)) for place in shown] == [True, True, True, False]
    far = close_up(points, foods[1:], whole, CLOSE_UP)
    assert [far.holds(tuple(place)) for place in far.to_pixels(points[0])] == [True, True]
    assert not far.holds(tuple(far.to_pixels(foods[1:, :2])[0]))
    assert close_up([np.array([(-25.0, 0.0), (25.0, 0.0)])], foods, whole, CLOSE_UP) is None
    assert close_up([np.zeros((1, 2))], foods[:0], whole, CLOSE_UP).pixels_per_bl < 250  # a worm at rest


def test_no_path_touches_the_legend(tmp_path):
    angle = np.linspace(0, 2 * np.pi, 800)
    rim = 30.0 * np.column_stack((np.cos(angle), np.sin(angle)))
    pictures = []
    for name, way in (("point", rim[:1]), ("rim", rim)):
        trace = PathTrace("agent", way, 0.1, 0.2, True)
        pictures.append(image_of(path_picture(tmp_path / f"{name}.png", [trace], 30.0, FOODS)))
    point, around = pictures
    assert (point[:ARENA_BOTTOM] != around[:ARENA_BOTTOM]).any()
    np.testing.assert_array_equal(point[LEGEND_TOP:], around[LEGEND_TOP:])


def test_paths_of_a_repeated_colour_are_dashed(tmp_path):
    paths = [traces(1)[0]] * 8
    solid = image_of(path_picture(tmp_path / "one.png", paths[:1], 30.0, FOODS))
    way = PathTrace("on top", paths[0].points, 0.0, 0.0, False)
    dashed = image_of(path_picture(tmp_path / "all.png", [*paths[:7], way], 30.0, FOODS))
    share = count_of(dashed[:ARENA_BOTTOM], path_colour(7)) / count_of(solid[:ARENA_BOTTOM], path_colour(0))
    assert path_colour(7) == path_colour(0)
    assert 0.3 < share < 0.8


def test_the_scale_bar_has_the_length_of_its_label(tmp_path):
    image = image_of(path_picture(tmp_path / "paths.png", traces(2, radius=28.0), 30.0, FOODS))
    arena = image[TITLE_PX:ARENA_BOTTOM]
    walls = np.flatnonzero((arena[ARENA_PX // 2] == LIGHT.wall).all(axis=1))
    pixels_per_bl = (walls[walls > 500].min() - walls[walls < 500].max() - 1) / 60
    bar = (image[ARENA_BOTTOM - 1, :300] == LIGHT.ink).all(axis=1)
    assert bar.sum() == pytest.approx(5 * pixels_per_bl, abs=1.1)


def test_the_picture_grows_with_the_paths(tmp_path):
    heights = [image_of(path_picture(tmp_path / "a.png", traces(n), 30.0, FOODS)).shape[0] for n in (1, 4)]
    assert heights[1] - heights[0] == 3 * 32


@pytest.mark.parametrize("changes", [{"ci_time": float("nan")}, {"ci_net": float("-inf")}])
def test_an_index_that_is_not_finite_is_drawn_as_a_dash(tmp_path, changes):
    plain = image_of(path_picture(tmp_path / "a.png", traces(1), 30.0, FOODS))
    dashed = image_of(path_picture(tmp_path / "b.png", traces(1, **changes), 30.0, FOODS))
    assert (dashed == LIGHT.ink).all(axis=2).sum() < (plain == LIGHT.ink).all(axis=2).sum()


def test_long_names_stay_out_of_the_figures(tmp_path):
    pictures = []
    for name in ("x" * 10, "x" * 500):
        trace = PathTrace(name, np.zeros((2, 2)), 0.1, 0.2, True)
        pictures.append(image_of(path_picture(tmp_path / "a.png", [trace], 30.0, FOODS)))
    np.testing.assert_array_equal(pictures[0][LEGEND_TOP:, 520:], pictures[1][LEGEND_TOP:, 520:])


def test_a_name_without_an_ending_gets_one(tmp_path):
    assert path_picture(tmp_path / "paths", traces(1), 30.0, FOODS) == tmp_path / "paths.png"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "paths.png"
    target.write_bytes(b"old")

    def fail(self, file, *args, **settings):
        file.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(InputError, match=r"cannot write .*paths\.png: disk full"):
        path_picture(target, traces(1), 30.0, FOODS)
    assert [entry.name for entry in tmp_path.iterdir()] == ["paths.png"]
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "paths", "radius", "foods"),
    [
        ("a.jpg", traces(1), 30.0, FOODS),
        ("a.png", [], 30.0, FOODS),
        ("a.png", traces(1), 0.0, FOODS),
        ("a.png", traces(1), 30.0, np.zeros((1, 3))),
        ("no/a.png", traces(1), 30.0, FOODS),
    ],
)
def test_an_invalid_picture_is_refused(tmp_path, name, paths, radius, foods):
    with pytest.raises(InputError):
        path_picture(tmp_path / name, paths, radius, foods)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((3, 3)), np.full((2, 2), np.inf)])
def test_an_invalid_path_is_refused_by_name(points):
    with pytest.raises(InputError, match="path of lost"):
        PathTrace("lost", points, 0.0, 0.0, False)
