"""Assembles the kernels: the loops of ``tick.py``, bound to the rules of models and types.

Each loop of each model or type is a kernel of its own, which is compiled when a network first needs it and
kept on disk. The kernel of a tick calls them by address, so that it is the same for all networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import numba
from numba.core import types as numba_types

from spikeworm_env.engine import arrays, tick
from spikeworm_env.engine.arrays import Loops, Net
from spikeworm_env.engine.network_arrays import NetworkArrays
from spikeworm_env.engine.neuron_loops import hold_loop, reset_loop, step_loop
from spikeworm_env.engine.neurons import NEURON_MODELS, NeuronModel
from spikeworm_env.engine.rule_context import context_for
from spikeworm_env.engine.synapses import SynapseType
from spikeworm_env.kernels.addresses import address_of, handle_address, table
from spikeworm_env.kernels.binding import PLAIN_PYTHON, bind, bind_kernel, inner


class Kernels(NamedTuple):
    """The kernels that Python calls, for all networks; arguments as in ``tick.py`` and ``arrays.handle``."""

    handle: Callable
    advance: Callable
    deliver_reward: Callable


@cache
def kernels() -> Kernels:
    """The kernels; compiled once per process, cached on disk."""
    called = (
        tick.set_drive,
        tick.collect_delayed,
        tick.add_noise,
        tick.add_stimuli,
        tick.discard_currents,
        tick.list_fired,
        tick.drop_silenced,
        tick.count_modulators,
    )
    call_each = inner(tick.call_each)
    advance = bind_kernel(
        tick.advance,
        **{function.__name__: inner(function) for function in called},
        **{f"{loop}_all": call_each for loop in Loops._fields},
    )
    deliver_reward = bind_kernel(tick.deliver_reward, reward_all=call_each)
    return Kernels(bind_kernel(arrays.handle), advance, deliver_reward)


NEURON_LOOPS: Final[Mapping[str, tuple[str, Callable]]] = {
    "step": ("step", step_loop),
    "hold": ("clamped", hold_loop),
    "reset": ("reset", reset_loop),
}
"""Loop → the rule that a model needs for it, and what makes it."""

SYNAPSE_LOOPS: Final[Mapping[str, tuple[str, Callable]]] = {
    "conduct": ("current", tick.conduct),
    "deliver": ("on_pre", tick.deliver),
    "learn": ("on_post", tick.learn),
    "scheduled": ("scheduled", tick.run_scheduled),
    "reward": ("on_reward", tick.apply_reward),
}
"""Loop → the rule that a type needs for it, and its template."""


class Assembly:
    """The kernels of one network, and the handles of its arrays."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[Any, Any, Any]] = {}  # name → arrays of a part, handle, its address
        self._loops: Loops | None = None  # a handle does not keep them alive
        self._rewards: Any = None

    def handle(self, network_arrays: NetworkArrays) -> Any:
        """The handle of a network for ``advance``; the assembly must outlive it."""
        loops = [*NEURON_LOOPS, *(loop for loop in SYNAPSE_LOOPS if loop != "reward")]
        if network_arrays.net.interventions.clamped.size == 0:
            loops.remove("hold")
        found = dict.fromkeys(Loops._fields, table(()))
        found |= {loop: table(self._rows(loop, network_arrays)) for loop in loops}
        self._loops, self._rewards = Loops(**found), None
        return kernels().handle(network_arrays.net, self._loops)

    def reward_table(self, network_arrays: NetworkArrays) -> Any:
        """The loops of ``deliver_reward``."""
        if self._rewards is None:
            self._rewards = table(self._rows("reward", network_arrays))
        return self._rewards

    def _rows(self, loop: str, network_arrays: NetworkArrays) -> Iterator[tuple[Any, Any]]:
        """Address of the kernel and of the handle, for each part that has the rule of a loop."""
        for name, kernel, part in _kernels_of(loop, network_arrays):
            known = self._parts.get(name)
            if known is None or known[0] is not part:
                handle = _part_handle(type(part).__name__)(part)
                known = self._parts[name] = part, handle, handle_address(handle)
            yield _address(kernel, loop, known[1], network_arrays.net), known[2]


def _kernels_of(loop: str, network_arrays: NetworkArrays) -> Iterator[tuple[str, Callable, Any]]:
    """Name, kernel and arrays of each part that has the rule of a loop, in order of name.

    Of neuron models, or of the synapse types of which the network has synapses.
    """
    if loop in NEURON_LOOPS:
        for name, of_model in network_arrays.models.items():
            if NEURON_LOOPS[loop][0] in NEURON_MODELS[name].rules:
                yield f"model {name}", _neuron_loop(loop, NEURON_MODELS[name]), of_model
        return
    for name, of_type in {**network_arrays.continuous, **network_arrays.event_driven}.items():
        synapse_type = network_arrays.types[name]
        if network_arrays.synapse_order[name].size and synapse_type.rule(SYNAPSE_LOOPS[loop][0]) is not None:
            yield f"type {name}", _synapse_loop(loop, synapse_type), of_type


@cache
def _part_handle(kind: str) -> Callable:
    """A function from the arrays of a part, of the class of this name, to their handle."""
    constructors = {
        arrays.ModelNeurons: arrays.model_neurons_handle,
        arrays.SynapseArrays: arrays.synapse_arrays_handle,
        arrays.ContinuousArrays: arrays.continuous_arrays_handle,
    }
    make = {each.__name__: constructor for each, constructor in constructors.items()}[kind]
    return bind_kernel(arrays.part_handle, make=make)


@cache
def _neuron_loop(loop: str, model: NeuronModel) -> Callable:
    return NEURON_LOOPS[loop][1](model)


@cache
def _synapse_loop(loop: str, synapse_type: SynapseType) -> Callable:
    """A loop of ``tick.py`` for a type that has the rule."""
    rule, template = SYNAPSE_LOOPS[loop]
    function = synapse_type.rule(rule)
    assert function is not None
    helpers = (tick.list_active_synapses, tick.enqueue_delayed)
    bound = {
        "SYMMETRIC": synapse_type.symmetric,
        "context_of": context_for(function),
        "decay_to_now": _decay_to_now(synapse_type),
        rule: inner(function),
        **{helper.__name__: inner(helper) for helper in helpers},
    }
    return bind_kernel(template, **bound)


def _decay_to_now(synapse_type: SynapseType) -> Callable:
    decay = synapse_type.rule("decay")
    if decay is not None:
        return bind(tick.decay_state, decay=inner(decay))
    return inner(tick.decay_nothing)


_ADDRESSES: dict[tuple[Callable, Any], Any] = {}  # of a kernel for a type of handle


def _address(kernel: Callable, loop: str, handle: Any, net: Net) -> Any:
    """The address of a loop's kernel for the handle of a part."""
    if PLAIN_PYTHON:
        return kernel
    key = kernel, numba.typeof(handle)
    if key not in _ADDRESSES:
        _ADDRESSES[key] = address_of(kernel, handle, *_signatures(net)[loop])
    return _ADDRESSES[key]


_SIGNATURES: dict[str, tuple[Any, ...]] = {}


def _signatures(net: Net) -> dict[str, tuple[Any, ...]]:
    """Loop → the types of its arguments after the handle of the part, as ``tick.advance`` gives them.

    They are the same for all networks.
    """
    if not _SIGNATURES:
        no_loops = Loops(*[table(())] * len(Loops._fields))
        fields = numba.typeof(kernels().handle(net, no_loops)).field_dict
        neurons, clamped = fields["neurons"].field_dict, fields["interventions"].field_dict["clamped"]
        count = numba_types.int64
        spikes = (fields["surroundings"], neurons["fired"], count, count, fields["active_synapses"])
        _SIGNATURES.update(
            conduct=(neurons["v"], neurons["v"]),
            step=(fields["neurons"], neurons["v"]),
            hold=(fields["neurons"], clamped),
            reset=(fields["neurons"], count),
            deliver=(*spikes, fields["ring"], fields["delay_queue"]),
            learn=spikes,
            scheduled=(count,),
            reward=(numba_types.float64, count),
        )
    return _SIGNATURES
