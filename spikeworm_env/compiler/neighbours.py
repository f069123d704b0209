"""Pairs of points within a radius, found by sorting the points into cells of about its size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spikeworm_env.engine.network import Floats, Ints
from spikeworm_env.kernels.binding import inner, kernel

SLACK = 1.001  # side of a cell over the radius, so that rounding puts no pair two cells apart
CELLS = 1e9  # along an axis, at most
PAIRS_AT_ONCE = 1_000_000
LOOKS_PER_PAIR = 100  # points in cells nearby that are looked at for a pair that is allowed


class Neighbours:
    """The pairs of a source and a target whose distance is at most a radius.

    Args:
        sources: (s, 3) places.
        targets: (t, 3) places.
        radius: in their unit, above 0.
        most: the most pairs allowed.

    Raises:
        ValueError: there are more pairs, or so many points just beyond the radius that finding the pairs
            would take more than `LOOKS_PER_PAIR` comparisons for each pair allowed.
    """

    def __init__(self, sources: Floats, targets: Floats, radius: float, most: int) -> None:
        extent = max(np.abs(sources).max(initial=0.0), np.abs(targets).max(initial=0.0))
        side = max(radius * SLACK, extent / CELLS)
        cells = np.floor(targets / side).astype(np.int64)
        self._order = np.lexsort(cells.T[::-1])
        self._targets, self._cells = targets[self._order], cells[self._order]
        self._sources = np.ascontiguousarray(sources)
        self._source_cells = np.floor(sources / side).astype(np.int64)
        self._limit = radius * radius
        self.counts = np.zeros(len(sources), np.int64)
        none = np.empty(0, np.int64), np.empty(0)
        if not self._find(0, len(sources), most, *none):
            raise ValueError(f"more than {most} pairs lie within it")

    def blocks(self) -> Iterator[tuple[Ints, Ints, Floats]]:
        """(source, target, squared distance) of the pairs, by source and then by target, some at a time."""
        ends = np.cumsum(self.counts)
        first = 0
        while first < ends.size:
            before = ends[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(ends, before + PAIRS_AT_ONCE, side="right")))
            size = int(ends[last - 1] - before)
            target, squared = np.empty(size, np.int64), np.empty(size)
            self._find(first, last, size, target, squared)
            yield np.repeat(np.arange(first, last), self.counts[first:last]), target, squared
            first = last

    def _find(self, first: int, last: int, most: int, target: Ints, squared: Floats) -> bool:
        return bool(
            _find(
                *(self._sources, self._source_cells, self._targets, self._cells, self._order),
                *(self._limit, first, last, most, LOOKS_PER_PAIR * most),
                *(self.counts, target, squared),
            )
        )


@inner
def _before(cells, k, x, y, z):
    """Whether cell k comes before the cell x, y, z."""
    if cells[k, 0] != x:
        return cells[k, 0] < x
    if cells[k, 1] != y:
        return cells[k, 1] < y
    return cells[k, 2] < z


@inner
def _start(cells, x, y, z):
    """The first place in the sorted cells that does not come before the cell x, y, z."""
    low, high = 0, cells.shape[0]
    while low < high:
        middle = (low + high) // 2
        if _before(cells, middle, x, y, z):
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _find(  # noqa: PLR0913,PLR0917
    sources, source_cells, targets, cells, order, limit, first, last, most, looks, counts, target, squared
):
    """Count the targets near each of some sources; list them too if ``target`` has room for them.

    Returns:
        Whether there are at most ``most`` pairs, found by at most ``looks`` comparisons.
    """
    listing = target.shape[0] > 0
    done = 0
    for i in range(first, last):
        start = done
        for dx in range(-1, 2):
            for dy in range(-1, 2):
                x, y, z = source_cells[i, 0] + dx, source_cells[i, 1] + dy, source_cells[i, 2]
                low, high = _start(cells, x, y, z - 1), _start(cells, x, y, z + 2)
                looks -= high - low
                if looks < 0:
                    return False
                for k in range(low, high):
                    a = sources[i, 0] - targets[k, 0]
                    b = sources[i, 1] - targets[k, 1]
                    c = sources[i, 2] - targets[k, 2]
                    distance = a * a + b * b + c * c
                    if distance <= limit:
                        if listing:
                            place, number = done, order[k]
                            while place > start and target[place - 1] > number:
                                target[place] = target[place - 1]
                                squared[place] = squared[place - 1]
                                place -= 1
                            target[place] = number
                            squared[place] = distance
                        done += 1
        if not listing:
            counts[i] = done - start
        if done > most:
            return False
    return True
