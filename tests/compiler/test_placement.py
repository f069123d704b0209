"""Neurons have a place in space that follows from recipe and seed."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.compiler.neurons import COPY_STEP, lattice


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 27, 100])
def test_lattice_points_are_distinct_and_centred(count):
    points = lattice(count, 3.0)
    assert points.shape == (count, 3)
    assert np.abs(points.mean(axis=0)).max() < 1e-9
    distances = np.linalg.norm(points[:, None] - points, axis=-1)[~np.eye(count, dtype=bool)]
    assert count == 1 or distances.min() == pytest.approx(3.0)


def test_copies_with_spacing_lie_on_a_line_from_the_position(compiled):
    body = compiled.position[48:168].reshape(20, 6, 3)
    assert np.allclose(np.diff(body, axis=0), [40, 0, 0])
    dorsal = body[0, :2]
    assert np.allclose(dorsal.mean(axis=0), [0, 0, 5])  # the block's own position of "dorsal"


def test_copies_without_spacing_fill_a_lattice_around_the_position(compiled):
    centres = compiled.position[:48].reshape(8, 6, 3).mean(axis=1)
    block_centre = compiled.position[48:54].mean(axis=0)
    assert np.allclose(centres.mean(axis=0) - block_centre, [-100, 0, 0])
    assert np.allclose(np.ptp(centres, axis=0), COPY_STEP)


def test_scatter_displaces_whole_copies_by_its_deviation(build):
    compiled = build(
        components=[{"id": "a", "block": "cells", "count": 2000, "spacing": [0, 0, 0], "scatter": 7.0}]
    )
    copies = compiled.position.reshape(2000, 8, 3)
    assert np.allclose(copies - copies[:, :1], copies[0] - copies[0, :1])
    assert copies[:, 0].std(axis=0) == pytest.approx([7, 7, 7], rel=0.1)
