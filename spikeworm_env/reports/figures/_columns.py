"""Places for the nodes of a directed graph in columns from left to right, with few crossings of its edges.

The method is that of Sugiyama, Tagawa & Toda 1981, "Methods for visual understanding of hierarchical system
structures", IEEE Trans. Syst. Man Cybern. 11:109: an edge over several columns gets a bend in each, and the
nodes and bends of each column are ordered by the mean place of their neighbours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SWEEPS = 12  # over all columns, to the right and back
BEND_HEIGHT = 0.35  # room of an edge that passes between nodes, of a node's height

Item = tuple[int, ...]  # (node,), or (source, target, column) for a bend
Edge = tuple[int, int]


@dataclass(frozen=True)
class Columns:
    """A layout; one unit of y is the height of a node and the gap below it.

    Attributes:
        column: of each node.
        y: of each node.
        bends: edge (source, target) → y where it passes through the columns between, from source to target.
    """

    column: Sequence[int]
    y: Sequence[float]
    bends: Mapping[Edge, Sequence[float]]


def columns_of(n_nodes: int, edges: Iterable[Edge], first: Iterable[int], last: Iterable[int]) -> list[int]:
    """A column for each node: the number of edges from the nearest of ``first``; ``last`` come after all.

    Nodes that no path from ``first`` reaches stand in the column of their nearest targets less one.
    """
    edges, last = list(edges), set(last)
    column = dict.fromkeys((node for node in first if node not in last), 0)
    if not column:
        targets = {b for a, b in edges if a != b}
        column = {node: 0 for node in range(n_nodes) if node not in targets and node not in last}
    front = list(column)
    while front:
        reached = {b for a, b in edges if a in front and b not in column and b not in last}
        depth = column[front[0]] + 1
        column |= dict.fromkeys(reached, depth)
        front = sorted(reached)
    end = max(column.values(), default=-1) + 1
    for node in range(n_nodes):
        if node not in column and node not in last:
            after = [column[b] for a, b in edges if a == node and b in column]
            column[node] = max(min(after, default=end) - 1, 0)
    end = max((column[node] for node in column), default=-1) + 1
    return [column.get(node, end) for node in range(n_nodes)]


def place(column: Sequence[int], edges: Iterable[Edge]) -> Columns:
    """Order nodes and bends within their columns, and place them."""
    edges = [(a, b) for a, b in dict.fromkeys(edges) if column[a] != column[b]]
    paths = {edge: _path(edge, column) for edge in edges}
    layers: list[list[Item]] = [[] for _ in range(max(column, default=0) + 1)]
    for node, at in enumerate(column):
        layers[at].append((node,))
    for path in paths.values():
        for item in path[1:-1]:
            layers[item[2]].append(item)
    near: dict[Item, list[Item]] = {item: [] for layer in layers for item in layer}
    for path in paths.values():
        for a, b in itertools.pairwise(path):
            near[a].append(b)
            near[b].append(a)
    y = {item: float(k) for layer in layers for k, item in enumerate(layer)}
    for _ in range(SWEEPS):
        for layer in (*layers, *reversed(layers)):
            _order(layer, near, y)
    return Columns(
        column,
        [y[node,] for node in range(len(column))],
        {edge: [y[item] for item in path[1:-1]] for edge, path in paths.items()},
    )


def _path(edge: Edge, column: Sequence[int]) -> list[Item]:
    a, b = edge
    step = 1 if column[b] > column[a] else -1
    return [(a,), *((a, b, at) for at in range(column[a] + step, column[b], step)), (b,)]


def _order(layer: list[Item], near: Mapping[Item, Sequence[Item]], y: dict[Item, float]) -> None:
    """Move each item of a layer to the mean of its neighbours, as far as the others leave room."""
    wanted = {
        item: float(np.mean([y[other] for other in near[item]])) if near[item] else y[item] for item in layer
    }
    layer.sort(key=lambda item: wanted[item])
    heights = np.array([1.0 if len(item) == 1 else BEND_HEIGHT for item in layer])
    below = np.concatenate(([0.0], np.cumsum((heights[:-1] + heights[1:]) / 2)))  # with no gaps
    shifts = np.array([wanted[item] for item in layer]) - below
    for item, offset, shift in zip(layer, below, ascending(shifts, heights), strict=True):
        y[item] = float(offset + shift)


def ascending(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The ascending values nearest to these, by weighted squares: pooled where they descend."""
    pools: list[list[float]] = []  # mean, weight, members
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            mean, heavy, members = pools.pop()
            before = pools[-1]
            before[0] = (before[0] * before[1] + mean * heavy) / (before[1] + heavy)
            before[1] += heavy
            before[2] += members
    return np.repeat([pool[0] for pool in pools], [int(pool[2]) for pool in pools])
