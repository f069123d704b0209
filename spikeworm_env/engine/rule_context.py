"""What the rules of a synapse type read besides their own record and parameters."""

# mypy: disable-error-code="name-defined"

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from numpy.typing import NDArray

from spikeworm_env.kernels.binding import bind, inner
from spikeworm_env.kernels.names_read import names_read


class Context(NamedTuple):
    """The argument ``context`` of a rule. An array that the rule does not read is None there."""

    activity: NDArray  # (g,) spikes per neuron of each modulator group in the last WINDOW ticks
    plasticity: float  # 1 while the brain learns, else 0
    v: NDArray  # (n,) membrane potentials, mV
    random: NDArray  # (1,) state of the random stream, see `synapses.uniform`


def context_for(rule: Callable) -> Callable:
    """A compiled function from the handle of the surroundings to the `Context` of this rule.

    Every array in the context slows each call of the rule (two more cost `gated` a sixth), so that it holds
    only those whose names the rule reads.
    """
    names = names_read(rule)
    readers = {"activity": _activity, "v": _potentials, "random": _random}
    bound = {f"read_{name}": inner(reader if name in names else _nothing) for name, reader in readers.items()}
    return bind(_context_of, **bound)


def _context_of(surroundings):
    return Context(
        read_activity(surroundings),  # noqa: F821
        surroundings.plasticity[0],
        read_v(surroundings),  # noqa: F821
        read_random(surroundings),  # noqa: F821
    )


def _activity(surroundings):
    return surroundings.activity


def _potentials(surroundings):
    return surroundings.v


def _random(surroundings):
    return surroundings.random


def _nothing(surroundings):
    return None
