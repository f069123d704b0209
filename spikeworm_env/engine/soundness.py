"""Whether a state from outside is one that a brain can have: no kernel looks twice at its arrays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.memory import Group, Late, Memory, Modulators
from spikeworm_env.engine.network import LIMIT
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, SynapseType

MOST_STATE = 1e18  # of a trace, gain or count: no rule leads to more, and reward times this is still finite


def flaw(memory: Memory, tick: int) -> str | None:
    """The first thing in ``memory`` that no brain can hold at ``tick``; None if all is sound."""
    return next(_flaws(memory, tick), None)


def _flaws(memory: Memory, tick: int) -> Iterator[str]:
    net = memory.net
    if not _sound_chains(net.late, net.neurons.v.size):
        yield "its late arrivals contradict each other"
    if not _sound_counts(net.modulators):
        yield "the history of its modulators contradicts their activity"
    for name, array in (
        ("neurons.v", net.neurons.v),
        ("neurons.u", net.neurons.u),
        ("ring", net.ring),
        ("late.value", net.late.value),
    ):
        if not np.isfinite(array).all():
            yield f"{name} holds what is not finite"
    for name, group in memory.groups.items():
        yield from (f"synapses.{name}: {what}" for what in _synapse_flaws(SYNAPSE_TYPES[name], group, tick))


def _synapse_flaws(kind: SynapseType, group: Group, tick: int) -> Iterator[str]:
    syn, row = group.syn, group.syn["row"]
    if not (np.abs(syn["w"]) <= LIMIT).all():
        yield f"a weight is not a number within ±{LIMIT:g}"
    if kind.bounded and syn.size:
        low, high = group.params["w_min"][row], group.params["w_max"][row]
        # 0 stands outside of them where a synapse was taken away
        if ((syn["w"] != 0.0) & ((syn["w"] < low) | (syn["w"] > high))).any():
            yield "a weight is out of its bounds"
    for name in kind.state:
        if not (np.abs(syn[name]) <= MOST_STATE).all():
            yield f"{name} is not a number within ±{MOST_STATE:g}"
        if name in kind.persistent and (syn[name] < 0).any():
            yield f"{name} is negative"
    if kind.state and ((syn["last"] < 0) | (syn["last"] > max(tick - 1, 0))).any():
        yield f"it was touched at a tick that is not before {tick}"


def _sound_chains(late: Late, n_neurons: int) -> bool:
    """Whether kernels may follow these chains: every place stands in just one, for a neuron that exists."""
    size = late.following.size
    if late.target.size != size or late.value.size != size:
        return False
    pointers = np.concatenate([late.head, late.following, late.free[:1]])
    if pointers.min() < -1 or not np.array_equal(np.sort(pointers[pointers >= 0]), np.arange(size)):
        return False
    n_free, place = 0, late.free[0]
    while place >= 0:  # ends: a place that just one other points at cannot be met again
        n_free, place = n_free + 1, late.following[place]
    return n_free == late.free[1] and bool(((late.target >= 0) & (late.target < n_neurons)).all())


def _sound_counts(modulators: Modulators) -> bool:
    """Whether the activity of every group is what its history says, as the kernels keep it."""
    history, size = modulators.history, modulators.size
    possible: NDArray[np.bool_] = (history >= 0) & (history <= size)
    in_window = history.sum(axis=0)
    return bool(
        possible.all()
        and np.array_equal(modulators.in_window, in_window)
        and np.array_equal(modulators.activity, in_window / size)
    )
