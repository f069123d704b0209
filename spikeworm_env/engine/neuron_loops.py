"""The loops of ``tick.py`` over neurons, bound to the rules of one neuron model.

A rule names the values that it takes. Here each name becomes a function that reads this value, and tuples of
arrays, one per state and parameter, are taken apart by functions that are bound one index at a time: numba
compiles no loop over a tuple of arrays, and this way nothing is left of it in the machine code.
"""

# mypy: disable-error-code="name-defined"
# ruff: noqa: F821

from __future__ import annotations

from collections.abc import Callable

from spikeworm_env.engine import tick
from spikeworm_env.engine.neurons import CURRENT, NeuronModel, arguments_of
from spikeworm_env.kernels.binding import bind, bind_kernel, inner


def step_loop(model: NeuronModel) -> Callable:
    """`tick.step_model` for a model."""
    fired = _bound(model, "fired") if model.fires else inner(_never)
    return bind_kernel(tick.step_model, step=_bound(model, "step"), fired=fired, **_memory(model))


def reset_loop(model: NeuronModel) -> Callable:
    """`tick.reset_model` for a model that fires."""
    return bind_kernel(tick.reset_model, reset=_bound(model, "reset"), **_memory(model))


def hold_loop(model: NeuronModel) -> Callable:
    """`tick.hold_model` for a model with the rule ``clamped``."""
    return bind_kernel(tick.hold_model, clamped=_bound(model, "clamped"), **_memory(model))


def _bound(model: NeuronModel, rule: str) -> Callable:
    """A function (state, parameters, k, current) that calls a rule of neuron k with the values it names."""
    function = model.rules[rule]
    arguments: Callable = inner(_no_arguments)
    for name in arguments_of(function):
        arguments = bind(_more_arguments, before=arguments, read=_reader(model, name))
    return bind(_call, rule=inner(function), arguments=arguments)


def _reader(model: NeuronModel, name: str) -> Callable:
    if name == CURRENT:
        return inner(_read_current)
    if name in model.state:
        return bind(_read_state, INDEX=list(model.state).index(name))
    return bind(_read_parameter, INDEX=list(model.parameters).index(name))


def _call(state, parameters, k, current):
    return rule(*arguments(state, parameters, k, current))


def _never(state, parameters, k, current):
    return False


def _no_arguments(state, parameters, k, current):
    return ()


def _more_arguments(state, parameters, k, current):
    return (*before(state, parameters, k, current), read(state, parameters, k, current))


def _read_current(state, parameters, k, current):
    return current


def _read_state(state, parameters, k, current):
    return state[INDEX]


def _read_parameter(state, parameters, k, current):
    return parameters[INDEX][k]


def _memory(model: NeuronModel) -> dict[str, Callable]:
    """Functions that read and write all states but v of neuron k, in a tuple of arrays."""
    read: Callable = inner(_read_none)
    store: Callable = inner(_store_none)
    for index in range(len(model.state) - 1):
        read = bind(_read_more, before=read, INDEX=index)
        store = bind(_store_more, before=store, INDEX=index, NEXT=index + 1)
    return {"values_at": read, "store_at": store}


def _read_none(arrays, k):
    return ()


def _read_more(arrays, k):
    return (*before(arrays, k), arrays[INDEX][k])


def _store_none(arrays, k, state):
    pass


def _store_more(arrays, k, state):
    before(arrays, k, state)
    arrays[INDEX][k] = state[NEXT]
