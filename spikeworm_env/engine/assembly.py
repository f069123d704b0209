"""Assembles the kernels: the loops of ``tick.py``, bound to the rules of all models and types."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import NamedTuple

from spikeworm_env.engine import arrays, tick
from spikeworm_env.engine.neuron_loops import hold_loop, reset_loop, step_loop
from spikeworm_env.engine.neurons import NeuronModel
from spikeworm_env.engine.rule_context import context_for
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.kernels.binding import bind, bind_kernel, inner
from spikeworm_env.kernels.function_handles import disowned


class Kernels(NamedTuple):
    """The kernels that Python calls; arguments as in ``tick.py`` and ``arrays.handle``."""

    handle: Callable
    advance: Callable
    deliver_reward: Callable


@cache
def kernels(neuron_models: tuple[NeuronModel, ...], synapse_types: tuple[SynapseType, ...]) -> Kernels:
    """The kernels for these models and types, in order of name; compiled once per process, cached on disk."""
    models = list(enumerate(neuron_models))
    event_driven = [each for each in synapse_types if not each.continuous]
    continuous = [each for each in synapse_types if each.continuous]
    plain = (
        tick.set_drive,
        tick.collect_delayed,
        tick.add_noise,
        tick.add_stimuli,
        tick.discard_currents,
        tick.list_fired,
        tick.drop_silenced,
        tick.count_modulators,
    )
    advance = bind_kernel(
        tick.advance,
        **{function.__name__: inner(function) for function in plain},
        step_all=_in_turn([step_loop(model, k) for k, model in models], 3),
        hold_all=_in_turn([hold_loop(model, k) for k, model in models if "clamped" in model.rules], 3),
        reset_all=_in_turn([reset_loop(model, k) for k, model in models if model.fires], 3),
        conduct_all=_for_all_types(tick.conduct, "current", continuous),
        deliver_all=_for_all_types(tick.deliver, "on_pre", event_driven),
        learn_all=_for_all_types(tick.learn, "on_post", event_driven),
        run_scheduled_all=_for_all_types(tick.run_scheduled, "scheduled", event_driven),
    )
    deliver_reward = bind_kernel(
        tick.deliver_reward, apply_reward_all=_for_all_types(tick.apply_reward, "on_reward", event_driven)
    )
    handle = bind_kernel(
        arrays.handle,
        model_neurons_handles=_handles(arrays.model_neurons_handle, len(neuron_models)),
        synapse_arrays_handles=_handles(arrays.synapse_arrays_handle, len(event_driven)),
        continuous_arrays_handles=_handles(arrays.continuous_arrays_handle, len(continuous)),
    )
    return Kernels(handle, advance, deliver_reward)


def _for_all_types(loop: Callable, rule: str, synapse_types: Sequence[SynapseType]) -> Callable:
    """One function that runs ``loop`` for every synapse type with the given rule, in order of name."""
    loops = []
    helpers = (tick.list_active_synapses, tick.enqueue_delayed)
    shared = {helper.__name__: inner(helper) for helper in helpers}
    for index, synapse_type in enumerate(synapse_types):
        function = synapse_type.rule(rule)
        if function is None:
            continue
        bound = {
            "context_of": context_for(function),
            "decay_to_now": _decay_to_now(synapse_type),
            rule: inner(function),
            **shared,
        }
        loops.append(bind(loop, INDEX=index, SYMMETRIC=synapse_type.symmetric, **bound))
    return _in_turn(loops, len(inspect.signature(loop).parameters))


def _in_turn(loops: Sequence[Callable], n_arguments: int) -> Callable:
    """One function that calls all of them, each with the same arguments."""
    if not loops:
        return inner(_nothing)
    return reduce(lambda head, rest: _then(head, rest, n_arguments), loops)


def _decay_to_now(synapse_type: SynapseType) -> Callable:
    decay = synapse_type.rule("decay")
    if decay is not None:
        return bind(tick.decay_state, decay=inner(decay))
    return inner(tick.decay_nothing)


def _handles(make: Callable, n: int) -> Callable:
    """A function from a tuple of n named tuples of arrays to the tuple of their handles."""
    if n == 0:
        return inner(_no_handles)
    return bind(_more_handles, make=make, before=_handles(make, n - 1), INDEX=n - 1)


def _nothing(models, neurons, listed):
    """A loop over models of which none has the rule."""


def _no_handles(parts):
    return ()


def _more_handles(parts):
    return (*before(parts), make(*disowned(parts[INDEX])))  # type: ignore[name-defined]  # noqa: F821


def _then(head: Callable, rest: Callable, n_arguments: int) -> Callable:
    """One function that calls both; numba binds no variable number of arguments here."""
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
