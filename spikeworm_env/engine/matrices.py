"""Weights between neurons as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.names import SYNAPSE_TYPE, Names, Pattern
from spikeworm_env.engine.network import Floats, Network
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MAX_CELLS = 2**27  # of a dense matrix, 1 GB


def weight_matrix(
    network: Network,
    weights: Floats,
    names: Names,
    *,
    type: str | None = None,
    source: Pattern | None = None,
    target: Pattern | None = None,
    sparse: bool = False,
) -> NDArray[np.float64] | csr_array:
    """The weights from source neurons to target neurons.

    Args:
        network: the network.
        weights: (m,) its weights.
        names: of its neurons.
        type: name of a synapse type; None: all. The weights of different types are in different units.
        source, target: patterns of neurons, see `Names.ids`; None: all.
        sparse: whether to return a sparse array, which SciPy's functions take.

    Returns:
        (s, t) for the s sources and t targets, in ascending order of their ids: row i, column j is the sum of
        the weights from source i to target j, whatever their delays. A gap junction is in both directions.

    Raises:
        InputError: an unknown name, or a dense matrix of more than 2**27 cells.
    """
    everyone = np.arange(network.n_neurons)
    rows = everyone if source is None else names.ids(source)
    columns = everyone if target is None else names.ids(target)
    if not sparse and rows.size * columns.size > MAX_CELLS:
        raise InputError(
            f"matrix has {rows.size} x {columns.size} cells; expected at most {MAX_CELLS}, or sparse=True"
        )
    chosen = np.zeros(network.n_synapses, dtype=bool)
    chosen[slice(None) if type is None else names.synapses({SYNAPSE_TYPE: type})] = True
    both_ways = chosen & network.symmetric & (network.source != network.target)
    i = np.concatenate([network.source[chosen], network.target[both_ways]])
    j = np.concatenate([network.target[chosen], network.source[both_ways]])
    w = np.concatenate([weights[chosen], weights[both_ways]])
    row, column = _places(rows, network.n_neurons)[i], _places(columns, network.n_neurons)[j]
    inside = (row >= 0) & (column >= 0)
    cells: Any = (w[inside], (row[inside], column[inside]))
    if sparse:
        from scipy.sparse import coo_array  # 0.1 s

        return coo_array(cells, shape=(rows.size, columns.size)).tocsr()
    matrix = np.zeros((rows.size, columns.size))
    np.add.at(matrix, cells[1], cells[0])
    return matrix


def _places(ids: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """(n,) index of each neuron in ``ids``; −1: it is not there."""
    places = np.full(n, -1)
    places[ids] = np.arange(ids.size)
    return places
