from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from spikeworm_env.errors import InputError
from spikeworm_env.rendering.brain_panel import labelled
from spikeworm_env.rendering.brain_snapshot import Curve
from spikeworm_env.rendering.curves import draw_curve
from spikeworm_env.rendering.frame_layout import FrameLayout
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.rendering.quiet_pygame import pygame
from spikeworm_env.rendering.raster import SHOWN_MS, band_heights, column_grid, draw_raster, make_bands
from spikeworm_env.rendering.renderer import Renderer
from spikeworm_env.rendering.theme import DARK, LIGHT
from spikeworm_env.rendering.view import surface_array

AREA = pygame.Rect(0, 0, 200, 120)


def raster_of(brain, theme=DARK, area=AREA):
    canvas = pygame.Surface(area.size, 0, 32)
    bands = draw_raster(canvas, area, brain, theme, 10)
    return surface_array(canvas), bands


def with_spikes(make_brain, places, neurons=(4, 2), n_spans=400, last_span=None, **changes):
    """A brain of few neurons whose raster holds spikes at (span, row) alone."""
    raster = np.zeros((n_spans, sum(neurons)), np.uint16)
    for place in places:
        raster[place] += 1
    return make_brain(
        len(neurons),
        neurons=np.array(neurons),
        rows=np.array(neurons),
        raster=raster,
        last_span=n_spans - 1 if last_span is None else last_span,
        **changes,
    )


def test_a_spike_is_seen_in_its_components_colour_and_band(make_brain):
    for row in range(6):
        image, bands = raster_of(with_spikes(make_brain, [(399, row)]))
        rows, columns = np.nonzero((image != DARK.panel).any(axis=2))
        part = 0 if row < 4 else 1
        assert set(columns.tolist()) == {199}
        assert bands.top[part] <= rows.min() <= rows.max() < bands.top[part] + bands.height[part]
        assert tuple(image[rows[0], 199]) == DARK.parts[part]


def test_neurons_lie_from_top_to_bottom(make_brain):
    tops = []
    for row in range(6):
        image, _ = raster_of(with_spikes(make_brain, [(399, row)]))
        tops.append(np.nonzero((image != DARK.panel).any(axis=2))[0].min())
    assert tops == sorted(set(tops))


@pytest.mark.parametrize(("width", "span_ms"), [(200, 5.0), (333, 5.0), (700, 5.0), (150, 10.0), (90, 50.0)])
def test_a_spike_moves_left_as_time_goes_on(make_brain, width, span_ms):
    area = pygame.Rect(0, 0, width, 60)
    spans, pixels = column_grid(width, span_ms)
    before = width
    for later in range(0, 400, 7):
        brain = with_spikes(make_brain, [(399 - later, 0)], last_span=1000 + later, span_ms=span_ms)
        lit = np.nonzero((raster_of(brain, area=area)[0] != DARK.panel).any(axis=(0, 2)))[0]
        if not len(lit):
            assert later * span_ms > 0.45 * SHOWN_MS
            break
        column = (1000 + later) // spans - 1000 // spans
        assert lit.max() == width - 1 - pixels * column
        assert lit.max() <= before
        before = lit.max()
    else:
        assert before < width / 2


@pytest.mark.parametrize("width", [1, 37, 150, 340, 399, 400, 401, 900])
@pytest.mark.parametrize("span_ms", [1.0, 5.0, 10.0, 100.0, 5000.0])
def test_the_raster_goes_back_a_second_or_two(width, span_ms):
    spans, pixels = column_grid(width, span_ms)
    shown_ms = width / pixels * spans * span_ms
    assert spans >= 1
    assert pixels >= 1
    assert shown_ms <= max(SHOWN_MS, span_ms) + 1e-9
    if span_ms * 8 <= SHOWN_MS and width >= 37:
        assert shown_ms > 0.45 * SHOWN_MS


def test_more_spikes_in_a_pixel_are_brighter_up_to_full(make_brain):
    brightness = []
    for spikes in (0, 1, 5, 25, 125, 10_000):
        brain = make_brain(
            1, neurons=np.array([6000]), rows=np.array([6]), raster=np.full((400, 6), spikes, np.uint16)
        )
        brightness.append(raster_of(brain)[0][:60].astype(int).sum())
    assert brightness == sorted(brightness)
    assert brightness[0] < brightness[1] < brightness[3] < brightness[4]


def test_every_spike_counts_where_rows_share_pixels(make_brain):
    rng = np.random.default_rng(1)
    raster = (rng.random((400, 900)) < 0.2).astype(np.uint16)
    brain = make_brain(3, neurons=np.array([300, 400, 200]), rows=np.array([300, 400, 200]), raster=raster)
    bands = raster_of(brain)[1]
    assert bands.neurons.sum() == 900
    assert (np.diff(bands.first_row) >= 1).all()
    assert set(bands.line) == set(range(len(bands.first_row) + 1))


@pytest.mark.parametrize("count", [1, 3, 25, 90, 300])
@pytest.mark.parametrize("height", [60, 299, 800])
def test_bands_fill_the_height_in_order_and_grow_with_their_components(count, height):
    sizes = np.random.default_rng(count).integers(1, 5000, count)
    heights = band_heights(sizes, height, 12)
    assert heights.sum() == height
    assert (heights >= min(12, height // count)).all()
    order = np.argsort(sizes)
    assert (np.diff(heights[order]) >= -1).all()


@pytest.mark.parametrize("count", [1, 16, 60])
def test_labels_are_apart_and_stand_at_every_band_that_is_tall_enough(count):
    neurons = tuple(np.random.default_rng(count).integers(1, 400, count).tolist())
    bands = make_bands(neurons, neurons, 300, 12)
    chosen = labelled(bands, 12)
    middles = (bands.top + bands.height / 2)[chosen]
    assert (np.diff(middles) >= 12).all()
    if count <= 300 // 13:
        assert chosen == list(range(count))
    assert len(chosen) >= min(count, 300 // 12 // 2)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_curve_rises_from_left_to_right_and_keeps_to_its_box(theme):
    canvas = pygame.Surface((100, 60), 0, 32)
    box = pygame.Rect(10, 10, 80, 40)
    draw_curve(canvas, box, np.linspace(-1, 3, 50), (255, 0, 0), theme)
    lit = surface_array(canvas)[..., 0] > 128
    rows, columns = np.nonzero(lit)
    assert box.contains(pygame.Rect(columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1))
    heights = [np.nonzero(lit[:, column])[0].mean() for column in range(12, 88)]
    assert (np.diff(heights) <= 0.5).all()
    assert heights[0] - heights[-1] > 30


@pytest.mark.parametrize(
    "values", [np.zeros(0), np.zeros(1), np.full(50, 3.0), np.full(50, -1e-300), np.array([0.0, 1e300])]
)
def test_unusual_curves_are_drawn_without_an_error(values):
    canvas = pygame.Surface((100, 60), 0, 32)
    for from_zero in (False, True):
        draw_curve(canvas, pygame.Rect(10, 10, 80, 40), values, (255, 0, 0), DARK, from_zero)


@pytest.mark.parametrize("size", [240, 400, 801])
@pytest.mark.parametrize(
    "changes",
    [
        {"n_spans": 0, "last_span": -1},
        {"signals": ()},
        {"weights": ()},
        {"signals": (), "weights": ()},
        {"signals": tuple(Curve(f"signal {k}", np.zeros(400), 0.05) for k in range(40))},
        {"n_components": 400},
        {"rates_hz": np.array([-1.0, 0.0, 1e9])},
        {"components": ("", "x" * 300, "\0\n\U0001f41b")},
        {"span_ms": 5000.0},
    ],
)
def test_unusual_brains_are_drawn_without_an_error(make_snapshot, make_brain, size, changes):
    brain = make_brain(**changes)
    frame = Renderer("rgb_array", size).draw(make_snapshot(), RenderOptions(panel=lambda: brain))
    assert frame.shape == (size, size, 3)


def test_the_panel_is_drawn_only_if_it_is_shown(make_snapshot, make_brain):
    asked = []

    def panel():
        asked.append(1)
        return make_brain()

    renderer = Renderer("rgb_array", 400)
    plain = renderer.draw(make_snapshot())
    hidden = renderer.draw(make_snapshot(), RenderOptions(panel=panel, show_panel=False))
    np.testing.assert_array_equal(plain, hidden)
    assert not asked
    area = FrameLayout(400, brain=True).panel
    part = np.s_[area.top : area.bottom, area.left : area.right]
    assert (renderer.draw(make_snapshot(), RenderOptions(panel=panel))[part] != plain[part]).any()
    assert len(asked) == 1


def test_drawing_changes_nothing_in_a_brain_snapshot(make_snapshot, make_brain):
    brain, before = make_brain(), make_brain()
    for curve in (*brain.signals, *brain.weights):
        curve.values.flags.writeable = False
    for field in dataclasses.fields(brain):
        if isinstance(value := getattr(brain, field.name), np.ndarray):
            value.flags.writeable = False
    Renderer("rgb_array", 400).draw(make_snapshot(), RenderOptions(panel=lambda: brain))
    for name in ("raster", "rates_hz", "neurons", "rows"):
        np.testing.assert_array_equal(getattr(brain, name), getattr(before, name))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"components": ()}, "neurons"),
        ({"neurons": np.array([1, 2])}, "neurons"),
        ({"neurons": np.array([1, 0, 2])}, "neurons"),
        ({"rows": np.array([0, 1, 1])}, "rows"),
        ({"rates_hz": np.array([1.0, np.nan, 0.0])}, "rates_hz"),
        ({"raster": np.zeros((400, 3))}, "raster"),
        ({"raster": np.zeros(3)}, "raster"),
        ({"span_ms": 0.0}, "span_ms"),
    ],
)
def test_an_invalid_brain_snapshot_is_refused_by_name(make_brain, changes, named):
    with pytest.raises(InputError, match=named):
        make_brain(**changes)


@pytest.mark.parametrize(
    ("values", "spacing"), [(np.zeros((2, 2)), 1.0), (np.array([np.nan]), 1.0), (np.zeros(3), 0.0)]
)
def test_an_invalid_curve_is_refused_by_name(values, spacing):
    with pytest.raises(InputError, match="'weight'"):
        Curve("weight", values, spacing)
