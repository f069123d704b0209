"""Places of nodes in columns: laws of the layout."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from spikeworm_env.reports.figures._columns import BEND_HEIGHT, ascending, columns_of, place


@pytest.mark.parametrize("seed", range(20))
def test_nothing_overlaps_in_a_column_and_long_edges_bend_in_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 25))
    edges = [tuple(pair) for pair in rng.integers(0, n, (int(rng.integers(0, 3 * n)), 2)).tolist()]
    column = columns_of(n, edges, [0], [n - 1] if n > 1 else [])
    assert min(column) == 0 and set(column) <= set(range(n))
    layout = place(column, edges)
    items: dict[int, list[tuple[float, float]]] = {}
    for node in range(n):
        items.setdefault(column[node], []).append((layout.y[node], 1.0))
    for (a, b), bends in layout.bends.items():
        step = 1 if column[b] > column[a] else -1
        between = range(column[a] + step, column[b], step)
        assert len(bends) == len(between)
        for at, y in zip(between, bends, strict=True):
            items.setdefault(at, []).append((y, BEND_HEIGHT))
    for members in items.values():
        members.sort()
        for (y0, h0), (y1, h1) in itertools.pairwise(members):
            assert y1 - y0 >= (h0 + h1) / 2 - 1e-9


def test_a_chain_runs_from_left_to_right_on_one_line() -> None:
    edges = [(0, 1), (1, 2), (2, 3)]
    column = columns_of(4, edges, [0], [3])
    assert column == [0, 1, 2, 3]
    assert np.ptp(place(column, edges).y) == pytest.approx(0)


def test_last_nodes_stand_after_all_and_unreached_ones_before_their_targets() -> None:
    edges = [(0, 1), (1, 2), (4, 2), (0, 3)]
    assert columns_of(5, edges, [0], [3]) == [0, 1, 2, 3, 1]


def test_values_that_ascend_stay_and_others_are_pooled() -> None:
    ones = np.ones(3)
    assert ascending(np.array([1.0, 2.0, 4.0]), ones).tolist() == [1, 2, 4]
    assert ascending(np.array([3.0, 1.0, 4.0]), ones).tolist() == [2, 2, 4]
