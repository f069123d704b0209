"""The synapse types: one file each, found by name; a new file here is a new type.

A file declares

* ``PARAMETERS``: name → ``Parameter``, and ``STATE``: name → starting value, both per synapse;
* ``DECAY_TABLES``: name of a table → the time constant (ms) that it is of: ``p.table[k] = exp(−k / tau)``;
* ``PERSISTENT``: the state that a new start (``Brain.reset``) leaves alone, as it does weights;
* ``decay(syn, p, ticks)``: brings the state ``ticks`` ticks forward; called before any other rule;
* ``on_pre(syn, p, context) -> float``: its source fired; returns the current to deliver after the delay;
* ``on_post(syn, p, context)``: its target fired;
* ``on_reward(syn, p, reward)``: ``deliver_reward`` was called;
* ``scheduled(synapses, params, age, first)``: the end of a tick in which the brain learns, for work on all
  synapses of the type; those of source i are ``synapses[first[i] : first[i + 1]]``;
* or, for an electrical synapse, ``ELECTRICAL = True`` and ``current(g, v_self, v_other)``.

``context`` holds ``activity`` (spikes per neuron of each modulator group in the last 50 ticks) and
``plasticity`` (1 while the brain learns, else 0).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, ModuleType

import numpy as np

from spikeworm_env.engine.synapses._parameters import Parameter
from spikeworm_env.errors import InputError, UnknownNameError, suggestion

__all__ = ["SYNAPSE_TYPES", "Parameter", "SynapseType", "resolve_parameters"]

RULES = ("decay", "on_pre", "on_post", "on_reward", "scheduled")


@dataclass(frozen=True)
class SynapseType:
    """A synapse type as the rest of the project sees it.

    Attributes:
        name: name of its file.
        parameters: name → ``Parameter``.
        state: name → value in a fresh synapse; whole numbers are kept as integers.
        decay_tables: name of a decay table → the parameter that holds its time constant.
        persistent: names of the state that outlives ``Brain.reset``.
        electrical: continuous current between membrane potentials instead of spikes.
        module: its file.
    """

    name: str
    parameters: Mapping[str, Parameter]
    state: Mapping[str, float]
    decay_tables: Mapping[str, str]
    persistent: tuple[str, ...]
    electrical: bool
    module: ModuleType

    @property
    def doc(self) -> str:
        """The rule: the docstring of its file."""
        return (self.module.__doc__ or "").strip()

    @property
    def bounded(self) -> bool:
        """Whether its weights have bounds, that is, whether it learns."""
        return "w_min" in self.parameters

    @property
    def needs_reward(self) -> bool:
        """Whether reward changes its weights."""
        return hasattr(self.module, "on_reward")


def _load(file: Path) -> SynapseType:
    module = importlib.import_module(f"{__name__}.{file.stem}")
    return SynapseType(
        name=file.stem,
        parameters=MappingProxyType(getattr(module, "PARAMETERS", {})),
        state=MappingProxyType(getattr(module, "STATE", {})),
        decay_tables=MappingProxyType(getattr(module, "DECAY_TABLES", {})),
        persistent=getattr(module, "PERSISTENT", ()),
        electrical=getattr(module, "ELECTRICAL", False),
        module=module,
    )


SYNAPSE_TYPES: Mapping[str, SynapseType] = MappingProxyType(
    {file.stem: _load(file) for file in sorted(Path(__file__).parent.glob("[!_]*.py"))}
)


def resolve_parameters(
    type_name: str, weight_sign: float = 1.0, overrides: Mapping[str, float | str] | None = None
) -> dict[str, float]:
    """Every parameter of a synapse type: the given ones, and defaults for the rest.

    Args:
        type_name: a key of ``SYNAPSE_TYPES``.
        weight_sign: negative for an inhibitory synapse, whose default bounds are mirrored to [−10, 0].
        overrides: values by name; a choice may be given by its name or its number.

    Raises:
        UnknownNameError: no such type or parameter.
        InputError: a value that is not a finite number in its range, or bounds that are not in order.
    """
    if type_name not in SYNAPSE_TYPES:
        raise UnknownNameError("synapse type", type_name, SYNAPSE_TYPES)
    known = SYNAPSE_TYPES[type_name].parameters
    values = {name: float(parameter.default) for name, parameter in known.items()}
    if weight_sign < 0 and SYNAPSE_TYPES[type_name].bounded:
        values["w_min"], values["w_max"] = 0.0 - values["w_max"], 0.0 - values["w_min"]
    for name, value in (overrides or {}).items():
        if name not in known:
            raise InputError(
                f"unknown parameter {name!r} of synapse type {type_name!r}{suggestion(name, known)}"
            )
        values[name] = _checked(type_name, name, known[name], value)
    if SYNAPSE_TYPES[type_name].bounded:
        low, high = values["w_min"], values["w_max"]
        if low > high:
            raise InputError(f"{type_name}: w_min {low:g} is greater than w_max {high:g}")
        if low < 0.0 < high:
            raise InputError(
                f"{type_name}: bounds [{low:g}, {high:g}] lie on both sides of zero; a weight keeps its sign"
            )
    return values


def _checked(type_name: str, name: str, parameter: Parameter, value: float | str) -> float:
    where = f"{type_name}: {name}"
    if isinstance(value, str):
        if value not in parameter.choices:
            raise InputError(f"{where} is {value!r}; expected {_expectation(parameter)}")
        return float(parameter.choices.index(value))
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InputError(f"{where} is {value!r}; expected {_expectation(parameter)}")
    number = float(value)
    whole = parameter.integer or bool(parameter.choices)
    if not parameter.low <= number <= parameter.high or (whole and number != int(number)):
        raise InputError(f"{where} is {value!r}; expected {_expectation(parameter)}")
    return number


def _expectation(parameter: Parameter) -> str:
    if parameter.choices:
        return "one of " + ", ".join(parameter.choices)
    kind = "a whole number" if parameter.integer else "a number"
    unit = "" if parameter.unit == "1" else f" ({parameter.unit})"
    return f"{kind} from {parameter.low:g} to {parameter.high:g}{unit}"
