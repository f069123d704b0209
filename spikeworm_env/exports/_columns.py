"""Columns of neurons and synapses, the same in every format."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler import CompiledBrain


def neuron_columns(compiled: CompiledBrain) -> Mapping[str, tuple[str, NDArray]]:
    """Name → (what it is, (n,) values), by neuron id."""
    parts = compiled.components

    def of_component(attribute: str) -> NDArray[np.str_]:
        return np.array([getattr(part, attribute) or "" for part in parts], np.str_)[compiled.component]

    x, y, z = compiled.position.T
    return {
        "component": ("its component in the recipe", of_component("name")),
        "block": ("the block that the component is made of", of_component("block")),
        "block_copy": ("which copy of the block, from 0", compiled.copy),
        "label": ("its id in the block", compiled.label),
        "neuron_type": ("its neuron type, a preset of a neuron model", compiled.network.neuron_type),
        "layer": ("its component's layer; empty if it has none", of_component("layer")),
        "terminals": ("the terminals that it belongs to, with spaces between", _terminals(compiled)),
        "x": ("where it lies, micrometres", x),
        "y": ("where it lies, micrometres", y),
        "z": ("where it lies, micrometres", z),
    }


def _terminals(compiled: CompiledBrain) -> NDArray[np.str_]:
    names: list[list[str]] = [[] for _ in range(compiled.network.n_neurons)]
    for name, members in compiled.terminals.items():
        for neuron in members.tolist():
            names[neuron].append(name)
    return np.array([" ".join(own) for own in names], np.str_)
