"""The records of synapses and of their parameters, as rules read them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.kernels.elementary import exponentials
from spikeworm_env.kernels.function_handles import record_dtype

HORIZON = 1024  # entries of a decay table; decay over a longer time takes several steps
FOLDS_TO_REST = 1500  # e-fold decays after which a 64-bit float no longer changes; see `steps_to_rest`


def synapse_dtype(synapse_type: SynapseType) -> np.dtype:
    """Record of one synapse: target, delay, parameter row, weight, state, and the tick of its last update.

    The record is small because a spike costs mostly the wait for these records to come from memory.
    """
    fields: list = [("target", np.uint32), ("delay", np.uint16), ("row", np.uint16), ("w", np.float64)]
    fields += [(name, np.float64) for name, value in synapse_type.state.items() if isinstance(value, float)]
    fields += [(name, np.int32) for name, value in synapse_type.state.items() if isinstance(value, int)]
    # at the end, so that no type's record is a prefix of another's: numba would take one for the other
    fields += [("last", np.int64)] if synapse_type.state else []
    return record_dtype(fields)


def parameter_records(synapse_type: SynapseType, rows: list[dict[str, float]]) -> NDArray:
    """Record of each synapse class, from the values of its parameters: these, and its decay tables."""
    fields: list = [(name, np.float64) for name in synapse_type.parameters]
    fields += [("steps_to_rest", np.int64)]
    fields += [(name, np.float64, (HORIZON,)) for name in synapse_type.decay_tables]
    records = np.zeros(len(rows), dtype=record_dtype(fields))
    ticks = np.arange(HORIZON)
    for k, row in enumerate(rows):
        for name in synapse_type.parameters:
            records[k][name] = row[name]
        for table, tau in synapse_type.decay_tables.items():
            factors = -ticks / row[tau]
            exponentials(factors)
            records[k][table] = factors
        records[k]["steps_to_rest"] = steps_to_rest(
            max((row[tau] for tau in synapse_type.decay_tables.values()), default=0.0)
        )
    return records


def steps_to_rest(tau: float) -> int:
    """Steps of HORIZON − 1 ticks after which decay with time constant ``tau`` (ms) changes no bit.

    From the greatest float (e^710) it takes 1,418 e-fold decays to the first number that loses digits, and 36
    more until a step is less than half of the last digit, which rounding undoes. Longer times give the same
    bits, so the number of steps is bounded.
    """
    return math.ceil(FOLDS_TO_REST * tau / (HORIZON - 1)) + 2
