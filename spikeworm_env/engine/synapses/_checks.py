"""Checks of what the file of a synapse type declares, when it is registered."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

from spikeworm_env.engine.parameters import Parameter
from spikeworm_env.engine.synapses._declaration import CURRENT, RULES, Pruning, SynapseType
from spikeworm_env.errors import InputError, shown, suggestion

SYNAPSE_FIELDS: Final = ("target", "delay", "row", "w", "last")  # of a synapse record, besides STATE
PARAMETER_FIELDS: Final = ("steps_to_rest",)  # of a parameter record, besides PARAMETERS and DECAY_TABLES
MAX_START: Final = 2**31 - 1  # of a whole state, which has 32 bits
MAPPINGS: Final = ("parameters", "state", "decay_tables")
OWN: Final = ("name", "module")  # fields that are no constants of the file
CONSTANTS: Final = tuple(each.name for each in fields(SynapseType) if each.name not in OWN)


def declared(module: ModuleType) -> SynapseType:
    """The synapse type that a file declares.

    Raises:
        InputError: its declarations are wrong or contradict each other; the message names file and constant.
    """
    name = module.__name__.rpartition(".")[2]
    found: dict[str, Any] = {
        each: getattr(module, each.upper()) for each in CONSTANTS if hasattr(module, each.upper())
    }
    kind = SynapseType(name, module, **found)
    for check in (_forms, _names, _values, _rules, _capabilities, _continuous):
        problem = next(check(kind), None)  # later checks rely on earlier ones
        if problem is not None:
            raise InputError(f"synapse type {name}.py: {problem}")
    frozen = {each: MappingProxyType(dict(getattr(kind, each))) for each in MAPPINGS}
    return SynapseType(name, module, **{**found, **frozen})


def _forms(kind: SynapseType) -> Iterator[str]:
    """Values of the wrong Python type."""
    if not kind.doc:
        yield "the docstring is missing; expected a description, with equations, source and symbols"
    for each in MAPPINGS:
        value = getattr(kind, each)
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            yield f"{each.upper()} is {shown(value)}; expected values by name"
    for each in ("persistent", "bounds"):
        value = getattr(kind, each)
        if value is not None and not (isinstance(value, tuple) and all(isinstance(x, str) for x in value)):
            yield f"{each.upper()} is {shown(value)}; expected a tuple of names"
    for each in ("learning_rate", "needs_modulator", "normalizes"):
        value = getattr(kind, each)
        if value is not None and not isinstance(value, str):
            yield f"{each.upper()} is {shown(value)}; expected the name of a parameter"
    for each in ("continuous", "symmetric"):
        value = getattr(kind, each)
        if not isinstance(value, bool):
            yield f"{each.upper()} is {shown(value)}; expected True or False"
    if kind.prunes is not None and not isinstance(kind.prunes, Pruning):
        yield f"PRUNES is {shown(kind.prunes)}; expected a Pruning"


def _names(kind: SynapseType) -> Iterator[str]:
    """Names that compiled records cannot have."""
    for each, reserved in (
        ("parameters", PARAMETER_FIELDS),
        ("state", SYNAPSE_FIELDS),
        ("decay_tables", (*PARAMETER_FIELDS, *kind.parameters)),
    ):
        for name in getattr(kind, each):
            if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
                yield f"{each.upper()}: {shown(name)} is no name; expected letters, digits and underscores"
            if name in reserved:
                yield f"{each.upper()}: name {shown(name)} is taken; expected another"
    for name in set(kind.state) & set(kind.parameters):
        yield f"STATE: {shown(name)} is also a parameter; expected another name"


def _values(kind: SynapseType) -> Iterator[str]:
    """Values that compiled records cannot hold."""
    for name, parameter in kind.parameters.items():
        if not isinstance(parameter, Parameter):
            yield f"PARAMETERS: {name} is {shown(parameter)}; expected a Parameter"
        elif parameter.fault is not None:
            yield f"PARAMETERS: {name}: {parameter.fault}"
    for name, start in kind.state.items():
        if type(start) not in (int, float) or not abs(start) <= MAX_START:
            yield f"STATE: {name} starts at {shown(start)}; expected a number within ±{MAX_START}"
    for name in kind.persistent:
        if name not in kind.state:
            yield f"PERSISTENT: {shown(name)} is no state{suggestion(name, kind.state)}"
        elif type(kind.state[name]) is not int or kind.state[name] < 0:
            yield f"PERSISTENT: {name} starts at {kind.state[name]}; expected a whole number >= 0, a count"


def _rules(kind: SynapseType) -> Iterator[str]:
    """Rules with other arguments, misspelt ones, and those that contradict the declarations."""
    for name, value in vars(kind.module).items():
        if name.startswith("on_") and inspect.isfunction(value) and name not in RULES:
            yield f"{name} is no rule{suggestion(name, RULES)}"
    for name, arguments in RULES.items():
        rule = kind.rule(name)
        if rule is None:
            continue
        if not isinstance(rule, FunctionType):
            yield f"{name} is {shown(rule)}; expected a plain function"
        elif not _takes(rule, arguments):
            found = inspect.signature(rule)
            yield f"{name} has the arguments {found}; expected ({', '.join(arguments)}), without defaults"
    for table, tau in kind.decay_tables.items():
        if tau not in kind.parameters:
            near = suggestion(str(tau), kind.parameters)
            yield f"DECAY_TABLES: {table}: {shown(tau)} is no parameter{near}"
        elif kind.parameters[tau].low <= 0 or kind.parameters[tau].unit != "ms":
            yield f"DECAY_TABLES: {table}: {tau} is no time constant; expected a parameter in ms, above 0"
    has_decay = kind.rule("decay") is not None
    if kind.decay_tables and not has_decay:
        yield "DECAY_TABLES: there is no rule decay that reads them"
    if has_decay and not kind.state:
        yield "decay: there is no STATE that decays"


def _takes(rule: FunctionType, arguments: tuple[str, ...]) -> bool:
    given = inspect.signature(rule).parameters.values()
    plain = all(each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty for each in given)
    return plain and tuple(each.name for each in given) == arguments


def _capabilities(kind: SynapseType) -> Iterator[str]:
    """Capabilities that name what is not there, or that contradict each other."""
    for role, name in _roles(kind):
        if name not in kind.parameters:
            yield f"{role}: {shown(name)} is no parameter{suggestion(str(name), kind.parameters)}"
            return
    names = [name for _, name in _roles(kind)]
    for role, name in _roles(kind):
        parameter = kind.parameters[name]
        if names.count(name) > 1:
            yield f"{role}: parameter {name} has two roles; expected one"
        if parameter.choices:
            yield f"{role}: parameter {name} is a choice; expected a number"
        if role != "BOUNDS" and parameter.low != 0:
            yield f"{role}: parameter {name} is at least {parameter.low:g}; expected 0"
        if role == "NEEDS_MODULATOR" and not parameter.integer:
            yield f"{role}: parameter {name} is an index; expected integer=True"
    yield from _bounds(kind)
    if kind.bounds is None:
        for role in ("LEARNING_RATE", "NORMALIZES"):
            if getattr(kind, role.lower()) is not None:
                yield f"{role}: its weights have no BOUNDS; expected the parameters with their bounds"
    if kind.needs_reward and kind.learning_rate is None:
        yield "on_reward: there is no LEARNING_RATE; expected the parameter that scales its steps"
    if kind.prunes is not None:
        yield from _pruning(kind, kind.prunes)


def _roles(kind: SynapseType) -> Iterator[tuple[str, str]]:
    """(constant, name of a parameter) of every parameter that a capability names."""
    for role in ("learning_rate", "needs_modulator", "normalizes"):
        if getattr(kind, role) is not None:
            yield role.upper(), getattr(kind, role)
    for name in kind.bounds or ():
        yield "BOUNDS", name
    if kind.prunes is not None:
        yield "PRUNES", kind.prunes.threshold


def _bounds(kind: SynapseType) -> Iterator[str]:
    if kind.bounds is None:
        return
    if len(kind.bounds) != 2:
        yield f"BOUNDS is {shown(kind.bounds)}; expected the two parameters with them"
        return
    low, high = (kind.parameters[name] for name in kind.bounds)
    if not 0.0 <= low.default <= high.default:
        yield (
            f"BOUNDS: the defaults are {low.default:g} and {high.default:g}; expected those of an excitatory "
            "synapse, in order and >= 0"
        )
    elif low.low > -high.default or high.low > -low.default:
        yield "BOUNDS: the ranges exclude the bounds of an inhibitory synapse, mirrored"


def _pruning(kind: SynapseType, prunes: Pruning) -> Iterator[str]:
    counts = prunes.counts if isinstance(prunes.counts, tuple) else (prunes.counts,)
    for name in (prunes.mark, *counts):
        if name not in kind.persistent:
            yield f"PRUNES: {shown(name)} is no persistent state{suggestion(str(name), kind.persistent)}"
    if len({prunes.mark, *counts}) != 3:
        yield "PRUNES: expected a mark and two counts, which are three states"
    elif kind.state.get(prunes.mark) != 1:
        yield f"PRUNES: {prunes.mark} starts at {kind.state.get(prunes.mark)}; expected 1: nothing is pruned"
    if (
        not inspect.isfunction(prunes.information)
        or len(inspect.signature(prunes.information).parameters) != 2
    ):
        yield f"PRUNES: information is {shown(prunes.information)}; expected a function of the two counts"


def _continuous(kind: SynapseType) -> Iterator[str]:
    """A continuous type has one rule and parameters; any other has a rule for spikes."""
    if not kind.continuous:
        if kind.symmetric:
            yield "SYMMETRIC: it is not CONTINUOUS; expected both or neither"
        if kind.rule(CURRENT) is not None:
            yield "current: it is the rule of CONTINUOUS types; expected on_pre, or CONTINUOUS = True"
        if kind.rule("on_pre") is None:
            yield "on_pre: the rule is missing; expected one, or CONTINUOUS = True and current"
        return
    if kind.rule(CURRENT) is None:
        yield "current: the rule is missing; expected one, as CONTINUOUS is True"
    for name in RULES:
        if name != CURRENT and kind.rule(name) is not None:
            yield f"{name}: CONTINUOUS is True; expected no rule but current"
    for each in CONSTANTS:
        if each not in ("parameters", "continuous", "symmetric") and getattr(kind, each):
            yield f"{each.upper()}: CONTINUOUS is True; expected none, as only current runs"
