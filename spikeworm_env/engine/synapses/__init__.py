"""The synapse types: one file each; every file here without a leading underscore is a type.

A file declares, each of them only if it has any,

* ``PARAMETERS``: name → ``Parameter``, one value a synapse class, read as ``p.name``;
* ``STATE``: name → starting value, one value a synapse, read and written as ``syn.name``; an int is stored
  in 32 bits, a float in 64. Every synapse also has ``syn.w``, its weight, and ``syn.target``, a neuron id;
* ``DECAY_TABLES``: name of a decay table → parameter with its time constant tau (ms);
  ``p.table[k] = exp(−k / tau)`` for k ticks;
* ``PERSISTENT``: names of the state that ``Brain.reset`` and brain files keep, as they keep weights: counts.

What it can do, as constants, so that no other code knows its names:

* ``LEARNING_RATE``: the parameter that scales every step of a weight; with the value 0 weights do not learn;
* ``BOUNDS``: the parameters with the least and the greatest weight, in this order. The defaults are those of
  an excitatory synapse; an inhibitory one has them mirrored. A type that learns has bounds;
* ``PRUNES``: a ``Pruning``: mark, threshold, counts and information of a type that prunes synapses;
* ``NEEDS_MODULATOR``: the parameter that holds the index of the modulator group which a block or recipe
  names with the key ``modulator``;
* ``NORMALIZES``: the parameter with the sum to which weights are scaled; with the value 0 they are not;
* ``CONTINUOUS = True``: the current is computed in every tick from both membrane potentials, without spikes
  and without delay. Such a type has ``PARAMETERS`` and the rule ``current``, nothing else;
* ``SYMMETRIC = True``: of a continuous type, the opposite current flows into the source, as in an electrical
  synapse: a pair of neurons has no direction, and weights are conductances, >= 0.

Rules of a type that is not continuous; ``on_pre`` must be there:

* ``decay(syn, p, ticks)``: the decay of the state over ``ticks`` ticks; called before any other rule;
* ``on_pre(syn, p, context) -> float``: called when the source fires; returns the current that arrives at the
  target after the delay;
* ``on_post(syn, p, context)``: called when the target fires;
* ``on_reward(syn, p, reward)``: called by ``Brain.deliver_reward``;
* ``scheduled(synapses, params, age, first)``: called at the end of every tick with learning on, with all
  synapses of the type; those of source i are ``synapses[first[i] : first[i + 1]]``, and ``params[syn.row]``
  are the parameters of one.

The rule of a continuous type:

* ``current(w, p, v_source, v_target) -> float``: the current into the target, from the weight and the
  membrane potentials (mV) before the tick's update.

``context`` holds

* ``activity``: spikes per neuron of each modulator group in the last 50 ticks, this one included;
* ``plasticity``: 1 while the brain learns, else 0;
* ``v``: (n,) membrane potentials (mV) after this tick's update; the target's is ``context.v[syn.target]``. A
  neuron that fires in this tick is already reset;
* the brain's random stream: ``uniform(context)``, from this package, is its next number in [0, 1). It
  starts anew with the brain's seed, is independent of the neurons' noise and continues from a checkpoint.

Rules are compiled: they use numbers and the fields above; ``exp`` and other functions are those of
``spikeworm_env.kernels.elementary``, which give the same bits on every machine. A file whose declarations are
wrong or contradict each other is an ``InputError`` that names the file and the constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.engine.synapses._checks import declared
from spikeworm_env.engine.synapses._declaration import Pruning, SynapseType
from spikeworm_env.engine.synapses._random import uniform
from spikeworm_env.errors import InputError, shown, suggestion
from spikeworm_env.registry import Registry

__all__ = [
    "DEFAULT_TYPE",
    "SYNAPSE_TYPES",
    "Parameter",
    "Pruning",
    "SynapseType",
    "resolve_parameters",
    "uniform",
]

SYNAPSE_TYPES: Registry[SynapseType] = Registry(__name__, cache(declared), kind="synapse type")
DEFAULT_TYPE = "fixed"  # of a synapse in a block or recipe


def resolve_parameters(
    type_name: str, weight_sign: float = 1.0, overrides: Mapping[str, float | str] | None = None
) -> dict[str, float]:
    """Name → value of every parameter of a synapse type: overrides, and defaults for the rest.

    Args:
        type_name: a key of ``SYNAPSE_TYPES``.
        weight_sign: negative for an inhibitory synapse, whose default bounds are mirrored.
        overrides: name → value; a choice by its name or its index.

    Raises:
        UnknownNameError: there is no synapse type of this name.
        InputError: an unknown parameter, a value that is not a number in its range, or bounds out of order.
    """
    synapse_type = SYNAPSE_TYPES.find(type_name)
    known = synapse_type.parameters
    values = {name: float(parameter.default) for name, parameter in known.items()}
    if weight_sign < 0 and synapse_type.bounds is not None:
        least, greatest = synapse_type.bounds
        values[least], values[greatest] = 0.0 - values[greatest], 0.0 - values[least]
    for name, value in (overrides or {}).items():
        if name not in known:
            raise InputError(
                f"unknown parameter {shown(name)} of synapse type {type_name!r}{suggestion(name, known)}"
            )
        values[name] = known[name].checked(f"{type_name}: {name}", value)
    if synapse_type.bounds is not None:
        low, high = synapse_type.weight_bounds(values)
        least, greatest = synapse_type.bounds
        if low > high:
            raise InputError(f"{type_name}: {least} {low:g} is greater than {greatest} {high:g}")
        if low < 0.0 < high:
            raise InputError(
                f"{type_name}: bounds [{low:g}, {high:g}] are on both sides of 0; expected one sign"
            )
    return values
