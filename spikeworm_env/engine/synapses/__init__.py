"""The synapse types: one file each; every file here without a leading underscore is a type.

A file declares

* ``PARAMETERS``: name → ``Parameter``, and ``STATE``: name → starting value, both per synapse;
* ``DECAY_TABLES``: name of a decay table → parameter with its time constant tau (ms);
  ``p.table[k] = exp(−k / tau)``;
* ``PERSISTENT``: names of the state that ``Brain.reset`` keeps, as it keeps weights;
* ``PRUNED_AT_ZERO``: of a type that prunes, the persistent state that is 0 once a synapse is pruned;
* ``decay(syn, p, ticks)``: the decay of the state over ``ticks`` ticks; called before any other rule;
* ``on_pre(syn, p, context) -> float``: called when the source fires; returns the current that arrives after
  the delay;
* ``on_post(syn, p, context)``: called when the target fires;
* ``on_reward(syn, p, reward)``: called by ``Brain.deliver_reward``;
* ``scheduled(synapses, params, age, first)``: called at the end of every tick with learning on, with all
  synapses of the type; those of source i are ``synapses[first[i] : first[i + 1]]``;
* or, for an electrical synapse, ``ELECTRICAL = True`` and ``current(g, v_self, v_other)``.

``context`` holds ``activity`` (spikes per neuron of each modulator group in the last 50 ticks) and
``plasticity`` (1 while the brain learns, else 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType

from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.errors import InputError, shown, suggestion
from spikeworm_env.registry import Registry

__all__ = ["SYNAPSE_TYPES", "Parameter", "SynapseType", "resolve_parameters"]

RULES = ("decay", "on_pre", "on_post", "on_reward", "scheduled")


@dataclass(frozen=True)
class SynapseType:
    """A synapse type: what its file declares.

    Attributes:
        name: name of its file.
        parameters: name → ``Parameter``.
        state: name → initial value; integers are stored as integers.
        decay_tables: name of a decay table → the parameter with its time constant.
        persistent: names of the state that ``Brain.reset`` keeps.
        electrical: whether it conducts between membrane potentials in every tick, without spikes.
        module: the module of its file.
        pruned_at_zero: the persistent state that is 0 once a synapse is pruned; None if none ever is.
    """

    name: str
    parameters: Mapping[str, Parameter]
    state: Mapping[str, float]
    decay_tables: Mapping[str, str]
    persistent: tuple[str, ...]
    electrical: bool
    module: ModuleType
    pruned_at_zero: str | None = None

    @property
    def doc(self) -> str:
        """The docstring of its file."""
        return (self.module.__doc__ or "").strip()

    @property
    def bounded(self) -> bool:
        """Whether its weights have bounds; the types with bounds are those that learn."""
        return "w_min" in self.parameters

    @property
    def needs_reward(self) -> bool:
        """Whether its weights change only with reward."""
        return hasattr(self.module, "on_reward")


def _synapse_type(module: ModuleType) -> SynapseType:
    return SynapseType(
        name=module.__name__.rpartition(".")[2],
        parameters=MappingProxyType(getattr(module, "PARAMETERS", {})),
        state=MappingProxyType(getattr(module, "STATE", {})),
        decay_tables=MappingProxyType(getattr(module, "DECAY_TABLES", {})),
        persistent=getattr(module, "PERSISTENT", ()),
        electrical=getattr(module, "ELECTRICAL", False),
        module=module,
        pruned_at_zero=getattr(module, "PRUNED_AT_ZERO", None),
    )


SYNAPSE_TYPES: Registry[SynapseType] = Registry(__name__, _synapse_type, kind="synapse type")


def resolve_parameters(
    type_name: str, weight_sign: float = 1.0, overrides: Mapping[str, float | str] | None = None
) -> dict[str, float]:
    """Name → value of every parameter of a synapse type: overrides, and defaults for the rest.

    Args:
        type_name: a key of ``SYNAPSE_TYPES``.
        weight_sign: negative for an inhibitory synapse, whose default bounds are [−10, 0].
        overrides: name → value; a choice by its name or its index.

    Raises:
        UnknownNameError: there is no synapse type of this name.
        InputError: an unknown parameter, a value that is not a number in its range, or bounds out of order.
    """
    known = SYNAPSE_TYPES.find(type_name).parameters
    values = {name: float(parameter.default) for name, parameter in known.items()}
    if weight_sign < 0 and SYNAPSE_TYPES[type_name].bounded:
        values["w_min"], values["w_max"] = 0.0 - values["w_max"], 0.0 - values["w_min"]
    for name, value in (overrides or {}).items():
        if name not in known:
            raise InputError(
                f"unknown parameter {shown(name)} of synapse type {type_name!r}{suggestion(name, known)}"
            )
        values[name] = known[name].checked(f"{type_name}: {name}", value)
    if SYNAPSE_TYPES[type_name].bounded:
        low, high = values["w_min"], values["w_max"]
        if low > high:
            raise InputError(f"{type_name}: w_min {low:g} is greater than w_max {high:g}")
        if low < 0.0 < high:
            raise InputError(
                f"{type_name}: bounds [{low:g}, {high:g}] are on both sides of 0; expected one sign"
            )
    return values
