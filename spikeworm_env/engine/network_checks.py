"""Checks that a brain can run a network; every problem is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.network import (
    LIMIT,
    MAX_AGE_TICKS,
    MAX_CLASSES,
    MAX_COUNT,
    MAX_DELAY,
    MAX_GROUPS,
    MAX_NEURON_CLASSES,
    Network,
    NeuronClass,
    pruned,
    weight_bounds,
)
from spikeworm_env.engine.neurons import resolve_neuron
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, Parameter, resolve_parameters
from spikeworm_env.errors import InputError, RecipeError, shown

MAX_ROWS = 2**31 - 64  # neurons or synapses, which kernels number in 32 bits
MAX_SUMS = 2**24  # of weights, one a parameter set and neuron, while weights are normalized

REAL = "fiu"  # kinds of NumPy dtypes
KINDS = {REAL: "real numbers", "iu": "whole numbers"}
NEURON_COLUMNS = {"neuron_class": "iu", "background": REAL, "noise": REAL}
SYNAPSE_COLUMNS = {"weight": REAL, **dict.fromkeys(("source", "target", "delay", "synapse_class"), "iu")}


def validate(network: Network, where: str = "network") -> None:
    """Check that a brain can run this network.

    Args:
        network: the network.
        where: its name in messages.

    Raises:
        InputError: it is not a `Network`.
        RecipeError: it is not valid; the message lists every problem.
    """
    if not isinstance(network, Network):
        raise InputError(f"network is a {type(network).__name__}; expected a Network")
    problems = [*_column_problems(network)]
    if not problems:
        problems = [*_neuron_problems(network), *_synapse_problems(network), *_class_problems(network)]
    if not problems:
        problems = [*_experience_problems(network), *_silent_problems(network)] or [*_bound_problems(network)]
    if problems:
        raise RecipeError(where, problems)


def _column_problems(network: Network) -> Iterator[str]:
    """Shapes and types, on which all further checks rely."""
    n, m = np.size(network.neuron_class), np.size(network.source)
    if n == 0:
        yield "neurons: there are none"
    for size, names in ((n, NEURON_COLUMNS), (m, SYNAPSE_COLUMNS)):
        for name, kinds in names.items():
            column = getattr(network, name)
            if not isinstance(column, np.ndarray) or column.shape != (size,):
                yield f"{name}: shape {np.shape(column)}; expected ({size},)"
            elif column.dtype.kind not in kinds:
                yield f"{name}: {column.dtype}; expected {KINDS[kinds]}"
    if max(n, m) > MAX_ROWS:
        yield f"there are {n} neurons and {m} synapses; expected at most {MAX_ROWS} of each"
    if len(network.modulators) > MAX_GROUPS:
        yield f"modulators: there are {len(network.modulators)} groups; expected at most {MAX_GROUPS}"
    if len(network.neuron_classes) > MAX_NEURON_CLASSES:
        found = len(network.neuron_classes)
        yield f"neuron_classes: there are {found}; expected at most {MAX_NEURON_CLASSES}"
    if len(network.classes) > MAX_CLASSES:
        yield f"classes: there are {len(network.classes)}; expected at most {MAX_CLASSES}"


def _neuron_problems(network: Network) -> Iterator[str]:
    n = network.n_neurons
    n_classes = len(network.neuron_classes)
    outside = (network.neuron_class < 0) | (network.neuron_class >= n_classes)
    if outside.any():
        k = _first(outside)
        yield f"neuron_class: neuron {k} is {network.neuron_class[k]}; expected 0 to {n_classes - 1}"
    for k, each in enumerate(network.neuron_classes):
        yield from _neuron_class_problems(f"neuron_classes[{k}]", each)
    for name in ("background", "noise"):
        column = getattr(network, name)
        if _excessive(column).any():
            k = _first(_excessive(column))
            yield f"{name}: neuron {k} is {column[k]}; expected a number within ±{LIMIT:g}"
    if (network.noise < 0).any():
        yield f"noise: neuron {_first(network.noise < 0)} is negative"
    for k, group in enumerate(network.modulators):
        if (
            not isinstance(group, np.ndarray)
            or not _whole(group)
            or group.ndim != 1
            or group.size == 0
            or group.min() < 0
            or group.max() >= n
        ):
            yield f"modulators[{k}]: expected at least one neuron id from 0 to {n - 1}"


def _neuron_class_problems(where: str, each: NeuronClass) -> Iterator[str]:
    try:
        complete = resolve_neuron(each.type, each.parameters)
    except InputError as error:
        yield f"{where}: {error}"
        return
    missing = sorted(set(complete) - set(each.parameters))
    if missing:
        yield f"{where}: missing parameters {missing}"


def _synapse_problems(network: Network) -> Iterator[str]:
    m, n = network.n_synapses, network.n_neurons
    for name, limit in (("source", n), ("target", n), ("synapse_class", len(network.classes))):
        column = getattr(network, name)
        outside = (column < 0) | (column >= limit)
        if outside.any():
            k = _first(outside)
            yield f"{name}: synapse {k} is {column[k]}; expected 0 to {limit - 1}"
            return
    if _excessive(network.weight).any():
        k = _first(_excessive(network.weight))
        yield f"weight: synapse {k} is {network.weight[k]}; expected a number within ±{LIMIT:g}"
    if m == 0 or any(each.type not in SYNAPSE_TYPES for each in network.classes):
        return
    continuous, symmetric = network.continuous, network.symmetric
    bad = np.where(continuous, network.delay != 0, (network.delay < 1) | (network.delay > MAX_DELAY))
    if bad.any():
        k = _first(bad)
        expected = "0, as its type is continuous" if continuous[k] else f"1 to {MAX_DELAY}"
        yield f"delay: synapse {k} is {network.delay[k]} ticks; expected {expected}"
    if (network.weight[symmetric] < 0).any():
        k = _first(symmetric & (network.weight < 0))
        yield f"weight: synapse {k} ({network.synapse_type[k]}) is {network.weight[k]:g}; expected >= 0"


def _class_problems(network: Network) -> Iterator[str]:
    n_groups = len(network.modulators)
    normalized: set[str] = set()
    for k, each in enumerate(network.classes):
        where = f"classes[{k}]"
        missing = sorted(set(_parameters_of(each.type)) - set(each.parameters))
        if missing:
            yield f"{where}: missing parameters {missing}"
            continue
        try:
            complete = resolve_parameters(each.type, overrides=each.parameters)
        except InputError as error:
            yield f"{where}: {error}"
            continue
        if complete != dict(each.parameters):
            yield f"{where}: a choice is given by its name; expected its number"
            continue
        synapse_type = SYNAPSE_TYPES[each.type]
        group = synapse_type.needs_modulator
        if group is not None and complete[group] >= n_groups:
            yield f"{where}: {group} {complete[group]:g}, but there are {n_groups} groups"
        if synapse_type.can_normalize(complete):
            normalized.add(each.type)
    for name in sorted(normalized):
        sets = sum(each.type == name for each in network.classes)
        if sets * network.n_neurons > MAX_SUMS:
            yield (
                f"classes: {sets} of type {name}, whose weights are normalized, with {network.n_neurons} "
                f"neurons; expected at most {MAX_SUMS} sums of weights"
            )


def _silent_problems(network: Network) -> Iterator[str]:
    """Neurons that never fire, where spikes are expected of them."""
    silent = ~network.fires
    if not silent.any():
        return
    waiting = silent[network.source] & ~network.continuous
    if waiting.any():
        k = _first(waiting)
        kind, source = network.classes[network.synapse_class[k]].type, network.source[k]
        neuron_type = network.neuron_classes[network.neuron_class[source]].type
        yield (
            f"source: synapse {k} ({kind}) waits for spikes of neuron {source}, but a neuron of type "
            f"{neuron_type} never fires; expected a synapse that follows its membrane potential"
        )
    for k, group in enumerate(network.modulators):
        if silent[group].any():
            yield f"modulators[{k}]: neuron {group[silent[group]][0]} never fires; expected neurons that do"


def _experience_problems(network: Network) -> Iterator[str]:
    experience = network.experience
    if experience is None:
        return
    age, initial = experience.age, experience.initial_weight
    if not isinstance(age, int) or not 0 <= age <= MAX_AGE_TICKS:
        yield f"experience: age is {shown(age)}; expected ticks from 0 to {MAX_AGE_TICKS}"
    if (
        not isinstance(initial, np.ndarray)
        or initial.shape != network.weight.shape
        or initial.dtype.kind not in REAL
        or _excessive(initial).any()
    ):
        yield f"experience: initial_weight is not {network.n_synapses} numbers within ±{LIMIT:g}"
    for name in sorted(map(str, experience.persistent.keys() - SYNAPSE_TYPES.keys())):
        yield f"experience: persistent has {shown(name)}; expected synapse types: {', '.join(SYNAPSE_TYPES)}"
    types = network.synapse_type
    for name, synapse_type in SYNAPSE_TYPES.items():
        count, found = int((types == name).sum()), experience.persistent.get(name, {})
        for state in synapse_type.persistent if count else ():
            column = found.get(state)
            if (
                not isinstance(column, np.ndarray)
                or column.shape != (count,)
                or not _whole(column)
                or (column < 0).any()
                or (column > MAX_COUNT).any()
            ):
                yield f"experience: {state} of {name} is not {count} whole numbers from 0 to {MAX_COUNT}"


def _bound_problems(network: Network) -> Iterator[str]:
    """Weights outside the bounds of their class, where no step of a rule has a meaning."""
    low, high = (each[network.synapse_class] for each in weight_bounds(network))
    weight = network.weight
    outside = ((weight < low) | (weight > high)) & ~((weight == 0) & pruned(network))
    if outside.any():
        k = _first(outside)
        kind = network.classes[network.synapse_class[k]].type
        yield f"weight: synapse {k} ({kind}) is {weight[k]:g}, outside [{low[k]:g}, {high[k]:g}]"


def _parameters_of(type_name: str) -> Mapping[str, Parameter]:
    return SYNAPSE_TYPES[type_name].parameters if type_name in SYNAPSE_TYPES else {}


def _whole(column: NDArray) -> bool:
    return np.issubdtype(column.dtype, np.integer)


def _excessive(column: NDArray) -> NDArray[np.bool_]:
    return ~(np.abs(column) <= LIMIT)


def _first(mask: NDArray[np.bool_]) -> int:
    return int(np.argmax(mask))
