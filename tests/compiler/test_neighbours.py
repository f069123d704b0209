"""The pairs of points within a radius are those that a comparison of all points gives, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.compiler import neighbours
from spikeworm_env.compiler.neighbours import Neighbours
from spikeworm_env.compiler.neurons import lattice


def found(near: Neighbours) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(source, target, squared distance) of all pairs."""
    none = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    return tuple(np.concatenate(columns) for columns in zip(none, *near.blocks(), strict=True))


def compared(sources: np.ndarray, targets: np.ndarray, radius: float):
    """The same by comparing each source with each target."""
    squared = ((sources[:, None] - targets) ** 2).sum(axis=2)
    source, target = np.nonzero(squared <= radius * radius)
    return source, target, squared[source, target]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32), spread=st.sampled_from([1e-3, 1.0, 30.0, 1e6]), radius=st.floats(1e-3, 50.0)
)
def test_pairs_are_those_of_a_comparison_of_all_points(seed, spread, radius):
    rng = np.random.default_rng(seed)
    sources, targets = rng.normal(0, spread, (40, 3)), rng.normal(0, spread, (60, 3))
    targets[:20] = sources[:20]
    near = Neighbours(sources, targets, radius, most=10_000)
    for one, other in zip(found(near), compared(sources, targets, radius), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("step", [0.1, 1.0, 2.0, 20.0, 1e5 / 3])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_points_exactly_at_the_radius_are_pairs(step, steps):
    points = lattice(125, step)
    radius = steps * step
    near = Neighbours(points, points, radius, most=20_000)
    for one, other in zip(found(near), compared(points, points, radius), strict=True):
        assert np.array_equal(one, other)
    assert near.counts.min() > steps


@pytest.mark.parametrize("radius", [1e-300, 1e-6, 1e6])
def test_any_radius_is_possible(radius):
    points = np.array([[0.0, 0.0, 0.0], [1e11, 0.0, 0.0], [1e11, 0.0, 0.0]])
    source, target, _ = found(Neighbours(points, points, radius, most=100))
    assert list(zip(source.tolist(), target.tolist(), strict=True)) == [
        (0, 0),
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]


def test_pairs_come_in_blocks(monkeypatch):
    monkeypatch.setattr(neighbours, "PAIRS_AT_ONCE", 7)
    points = np.random.default_rng(3).normal(0, 1, (30, 3))
    near = Neighbours(points, points, 1.0, most=1000)
    assert len(list(near.blocks())) > 10
    for one, other in zip(found(near), compared(points, points, 1.0), strict=True):
        assert np.array_equal(one, other)


def test_too_many_pairs_are_an_error():
    points = np.zeros((30, 3))
    assert Neighbours(points, points, 1.0, most=900).counts.sum() == 900
    with pytest.raises(ValueError, match="more than 899 pairs lie within it"):
        Neighbours(points, points, 1.0, most=899)


def test_many_points_just_beyond_the_radius_are_an_error_rather_than_a_long_search():
    sources, targets = np.zeros((20_000, 3)), np.full((20_000, 3), 0.9)
    with pytest.raises(ValueError, match="more than 1000 pairs"):
        Neighbours(sources, targets, 1.0, most=1000)


def test_no_points_have_no_pairs():
    none, some = np.empty((0, 3)), np.zeros((2, 3))
    for sources, targets in ((none, some), (some, none), (none, none)):
        assert found(Neighbours(sources, targets, 1.0, most=10))[0].size == 0
