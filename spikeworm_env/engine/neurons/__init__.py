"""The neuron models: one file each; every file here without a leading underscore is a model.

A file declares

* ``PARAMETERS``: name → ``Parameter``; each neuron has its own values;
* ``STATE``: name → starting value: a number, or a function of parameters by name. The first is ``v``, the
  membrane potential in mV, which gap junctions, synapse rules and recorders read;
* ``PRESETS``: name → ``Preset``. A preset is a *neuron type*: blocks name it, and it belongs to one model;
* ``step(…)``: the state one tick (1 ms) later, as a tuple in the order of ``STATE``;
* ``fired(…) -> bool``: whether the neuron fires, asked after ``step``; a model without it never fires;
* ``reset(…)``: the state after a spike, as ``step``; a model has both ``fired`` and ``reset``, or neither;
* ``clamped(…)``: the state one tick later while v is held, as ``step``; a model without it keeps its state.

A rule takes by name what it needs: states, parameters and, in ``step``, ``current``: the sum of all currents
into the neuron in this tick. So ``def step(v, u, a, b, current): … return v, u`` is the equation as a paper
has it. A rule sees one neuron; the loop over neurons runs on vector registers as long as ``step`` and
``fired`` do not branch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType, ModuleType
from typing import Any

from spikeworm_env.engine.neurons._preset import EXCITATORY, INHIBITORY, Preset
from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.errors import InputError, UnknownNameError, shown, suggestion
from spikeworm_env.registry import Registry

__all__ = [
    "CURRENT",
    "MEMBRANE",
    "NEURON_MODELS",
    "NEURON_TYPES",
    "NeuronModel",
    "NeuronType",
    "Preset",
    "arguments_of",
    "resolve_neuron",
]

MEMBRANE, CURRENT = "v", "current"  # names that the engine gives
RULES = ("step", "fired", "reset", "clamped")


@dataclass(frozen=True, eq=False)
class NeuronModel:
    """A neuron model: what its file declares.

    Attributes:
        name: name of its file.
        parameters: name → ``Parameter``.
        state: name → starting value, or a function of parameters; the first is ``v``.
        presets: name → ``Preset``.
        rules: ``step``; of a model that fires, ``fired`` and ``reset``; ``clamped`` if it has other states
            than v that change while v is held.
        doc: the docstring of its file.
    """

    name: str
    parameters: Mapping[str, Parameter]
    state: Mapping[str, float | Callable]
    presets: Mapping[str, Preset]
    rules: Mapping[str, Callable]
    doc: str

    @property
    def fires(self) -> bool:
        """Whether its neurons fire spikes."""
        return "fired" in self.rules

    def start(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Name → starting value of each state, from parameters by name: numbers, or arrays of one shape."""
        return {
            name: value(*(parameters[key] for key in arguments_of(value))) if callable(value) else value
            for name, value in self.state.items()
        }


@dataclass(frozen=True)
class NeuronType:
    """A preset with its model.

    Attributes:
        name: name of the preset.
        model: its model.
        parameters: every parameter of the model by name.
        sign: +1 excitatory, −1 inhibitory; proximity wiring reads it.
        doc: its firing pattern, in a few words.
    """

    name: str
    model: NeuronModel
    parameters: Mapping[str, float]
    sign: int
    doc: str


def _neuron_model(module: ModuleType) -> NeuronModel:
    model = NeuronModel(
        name=module.__name__.rpartition(".")[2],
        parameters=MappingProxyType(getattr(module, "PARAMETERS", {})),
        state=MappingProxyType(getattr(module, "STATE", {})),
        presets=MappingProxyType(getattr(module, "PRESETS", {})),
        rules=MappingProxyType({name: getattr(module, name) for name in RULES if hasattr(module, name)}),
        doc=(module.__doc__ or "").strip(),
    )
    problem = next(_problems(model), None)
    if problem:
        raise InputError(f"{module.__file__}: {problem}")
    return model


def _problems(model: NeuronModel) -> Iterator[str]:
    parameters, state = list(model.parameters), list(model.state)
    if state[:1] != [MEMBRANE]:
        yield f"STATE has {shown(state)}; expected {MEMBRANE!r} first"
    for name in {*parameters} & {*state, CURRENT}:
        yield f"PARAMETERS: {name!r} is a name of STATE, or of the current; expected another"
    for name, value in model.state.items():
        if callable(value):
            yield from _unknown_arguments(f"STATE: the function of {name}", value, parameters)
    if "step" not in model.rules:
        yield "step is missing"
    if ("fired" in model.rules) != ("reset" in model.rules):
        yield "fired and reset: there is one of them; expected both, or neither"
    for rule, function in model.rules.items():
        known = [*state, *parameters, *([CURRENT] if rule == "step" else [])]
        yield from _unknown_arguments(rule, function, known)
    yield from _preset_problems(model)


def _unknown_arguments(what: str, function: Callable, known: list[str]) -> Iterator[str]:
    for name in arguments_of(function):
        if name not in known:
            yield f"{what} takes {name!r}; expected {', '.join(known)}"


def _preset_problems(model: NeuronModel) -> Iterator[str]:
    if not model.presets:
        yield "PRESETS is empty; expected at least one"
    for name, preset in model.presets.items():
        if not isinstance(preset, Preset) or preset.sign not in (EXCITATORY, INHIBITORY):
            yield f"PRESETS: {name} is {shown(preset)}; expected a Preset with sign 1 or -1"
            continue
        try:
            _resolved(model, name, {}, preset.parameters)
        except InputError as error:
            yield f"PRESETS: {error}"


def arguments_of(function: Callable) -> list[str]:
    """Names of the arguments of a rule, or of the function of a starting value."""
    return list(inspect.signature(getattr(function, "py_func", function)).parameters)


NEURON_MODELS: Registry[NeuronModel] = Registry(__name__, _neuron_model, kind="neuron model")


class _NeuronTypes(Mapping[str, NeuronType]):
    """Preset → `NeuronType`, of the models that are registered now."""

    def __getitem__(self, name: str) -> NeuronType:
        return _types(tuple(NEURON_MODELS.values()))[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_types(tuple(NEURON_MODELS.values())))

    def __len__(self) -> int:
        return len(_types(tuple(NEURON_MODELS.values())))


@lru_cache(maxsize=1)
def _types(models: tuple[NeuronModel, ...]) -> dict[str, NeuronType]:
    types: dict[str, NeuronType] = {}
    for model in models:
        for name, preset in model.presets.items():
            if name in types:
                first = types[name].model.name
                raise InputError(
                    f"neuron model {model.name}: preset {name!r} is one of {first}; expected another name"
                )
            parameters = _resolved(model, name, {}, preset.parameters)
            types[name] = NeuronType(name, model, MappingProxyType(parameters), preset.sign, preset.doc)
    return types


NEURON_TYPES: Mapping[str, NeuronType] = _NeuronTypes()


def resolve_neuron(type_name: str, overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Name → value of every parameter of a neuron type: overrides, and its preset for the rest.

    Args:
        type_name: a key of ``NEURON_TYPES``.
        overrides: name → value.

    Raises:
        UnknownNameError: there is no neuron type of this name.
        InputError: an unknown parameter, or a value that is not a number in its range.
    """
    if type_name not in NEURON_TYPES:
        raise UnknownNameError("neuron type", type_name, NEURON_TYPES)
    known = NEURON_TYPES[type_name]
    return _resolved(known.model, type_name, known.parameters, overrides or {})


def _resolved(
    model: NeuronModel, type_name: str, given: Mapping[str, float], overrides: Mapping[str, float]
) -> dict[str, float]:
    values = {name: float(parameter.default) for name, parameter in model.parameters.items()} | dict(given)
    for name, value in overrides.items():
        if name not in model.parameters:
            nearest = suggestion(name, model.parameters)
            raise InputError(f"unknown parameter {shown(name)} of neuron type {type_name!r}{nearest}")
        values[name] = model.parameters[name].checked(f"{type_name}: {name}", value)
    return values
