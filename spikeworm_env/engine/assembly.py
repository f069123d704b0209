"""Puts the kernels together: the loops of ``tick.py`` with the rules of every synapse type."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from spikeworm_env.engine import memory, tick
from spikeworm_env.engine.memory import CHEMICAL, ELECTRICAL
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.kernels.binding import bind, bind_kernel, inner
from spikeworm_env.kernels.handles import disowned


class Kernels(NamedTuple):
    """The compiled entrances of the engine; arguments as in ``tick.py`` and ``memory.handle``."""

    handle: Callable
    advance: Callable
    reward: Callable


@cache
def kernels() -> Kernels:
    """Compiled once a process, and kept on disk."""
    plain = (tick.set_drive, tick.add_noise, tick.collect_late, tick.update_neurons, tick.count_modulators)
    advance = bind_kernel(
        tick.advance,
        **{function.__name__: inner(function) for function in plain},
        conduct_all=_chain(tick.conduct, "current", ELECTRICAL),
        deliver_all=_chain(tick.deliver, "on_pre", CHEMICAL),
        learn_all=_chain(tick.learn, "on_post", CHEMICAL),
        work_all=_chain(tick.work, "scheduled", CHEMICAL),
    )
    reward = bind_kernel(tick.reward, settle_all=_chain(tick.settle, "on_reward", CHEMICAL))
    handle = bind_kernel(
        memory.handle,
        group_handles=_handles(memory.group_handle, len(CHEMICAL)),
        junctions_handles=_handles(memory.junctions_handle, len(ELECTRICAL)),
    )
    return Kernels(handle, advance, reward)


def _chain(loop: Callable, event: str, kinds: Sequence[SynapseType]) -> Callable:
    """One function that runs ``loop`` for every type that has a rule for ``event``, in order of name."""
    total: Callable | None = None
    shared = {"list_synapses": inner(tick.list_synapses), "put_late": inner(tick.put_late)}
    for index, kind in enumerate(kinds):
        function = getattr(kind.module, event, None)
        if function is None:
            continue
        name = "electrical" if kind.electrical else event
        one = bind(loop, INDEX=index, touch=_touch(kind), **{name: inner(function)}, **shared)
        total = one if total is None else _then(total, one, len(inspect.signature(loop).parameters))
    assert total is not None, f"no synapse type has {event}"
    return total


def _touch(kind: SynapseType) -> Callable:
    if hasattr(kind.module, "decay"):
        return bind(tick.touch_decaying, decay=inner(kind.module.decay))
    return inner(tick.touch_timeless)


def _handles(make: Callable, n: int) -> Callable:
    """A function from a tuple of n bundles of arrays to the tuple of their handles."""
    if n == 0:
        return inner(_no_handles)
    return bind(_more_handles, make=make, before=_handles(make, n - 1), INDEX=n - 1)


def _no_handles(bundles):
    return ()


def _more_handles(bundles):
    return (*before(bundles), make(*disowned(bundles[INDEX])))  # type: ignore[name-defined]  # noqa: F821


def _then(head: Callable, rest: Callable, n_arguments: int) -> Callable:
    both: dict[int, Callable] = {2: _both_2, 3: _both_3, 6: _both_6, 8: _both_8}
    return bind(both[n_arguments], head=head, rest=rest)


def _both_2(a, b):
    head(a, b)  # type: ignore[name-defined]  # noqa: F821
    rest(a, b)  # type: ignore[name-defined]  # noqa: F821


def _both_3(a, b, c):
    head(a, b, c)  # type: ignore[name-defined]  # noqa: F821
    rest(a, b, c)  # type: ignore[name-defined]  # noqa: F821


def _both_6(a, b, c, d, e, f):
    head(a, b, c, d, e, f)  # type: ignore[name-defined]  # noqa: F821
    rest(a, b, c, d, e, f)  # type: ignore[name-defined]  # noqa: F821


def _both_8(a, b, c, d, e, f, g, h):
    head(a, b, c, d, e, f, g, h)  # type: ignore[name-defined]  # noqa: F821
    rest(a, b, c, d, e, f, g, h)  # type: ignore[name-defined]  # noqa: F821
