"""A brain as pandas frames of its neurons, synapses, components and training, and as a notebook's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from spikeworm_env.checks import known_name
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import compiled_from
from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network
from spikeworm_env.frames import frame, html_table

if TYPE_CHECKING:
    from pandas import DataFrame


def brain_frame(brain: CompiledBrain | Brain, of: str) -> DataFrame:
    """What `NamedNetwork.to_frame` returns."""
    known_name("table", of, (*NETWORK_TABLES, *TABLES))
    if of not in NETWORK_TABLES:
        return frame(TABLES[of](brain if isinstance(brain, CompiledBrain) else compiled_from(brain)))
    keys, names, columns = NETWORK_TABLES[of]
    found = columns(brain.network)
    if isinstance(brain, Brain):
        found |= {"v_mv": brain.v} if of == "neurons" else {"weight": brain.weights}
    compiled = brain.compiled if isinstance(brain, Brain) else brain
    named = names(compiled) if isinstance(compiled, CompiledBrain) else {}
    return frame(keys(brain.network) | named | found)


def brain_html(brain: CompiledBrain | Brain) -> str:
    """The components of a brain as a table for notebooks; of a brain made from a network, one line."""
    compiled = brain.compiled if isinstance(brain, Brain) else brain
    parts = compiled.components if isinstance(compiled, CompiledBrain) else ()
    rows = [(each.name, each.block, each.layer, each.count, each.size) for each in parts]
    return html_table(repr(brain)[1:-1], ("component", "block", "layer", "copies", "neurons per copy"), rows)


def _neuron_keys(network: Network) -> dict[str, Any]:
    return {"neuron": np.arange(network.n_neurons)}


def _neurons(network: Network) -> dict[str, Any]:
    return {
        "type": network.neuron_type,
        "background": network.background,
        "noise_sd": network.noise,
    }


def _neuron_names(compiled: CompiledBrain) -> dict[str, Any]:
    terminals: list[list[str]] = [[] for _ in range(compiled.network.n_neurons)]
    for name, ids in compiled.terminals.items():
        for neuron in ids:
            terminals[neuron].append(name.partition(".")[2])
    return {
        "component": _component_names(compiled)[compiled.component],
        "copy": compiled.copy,
        "label": compiled.label,
        "terminals": [", ".join(each) for each in terminals],
        **{f"{axis}_um": compiled.position[:, k] for k, axis in enumerate("xyz")},
    }


def _synapse_keys(network: Network) -> dict[str, Any]:
    return {"synapse": np.arange(network.n_synapses), "source": network.source, "target": network.target}


def _synapses(network: Network) -> dict[str, Any]:
    return {"type": network.synapse_type, "weight": network.weight, "delay_ms": network.delay}


def _synapse_names(compiled: CompiledBrain) -> dict[str, Any]:
    names, network = _component_names(compiled), compiled.network
    return {
        "source_component": names[compiled.component[network.source]],
        "source_label": compiled.label[network.source],
        "target_component": names[compiled.component[network.target]],
        "target_label": compiled.label[network.target],
        "origin": np.array(compiled.origins, dtype=object)[compiled.origin],
    }


def _components(compiled: CompiledBrain) -> dict[str, Any]:
    parts = compiled.components
    return {
        "component": [part.name for part in parts],
        "block": [part.block for part in parts],
        "layer": [part.layer for part in parts],
        "copies": [part.count for part in parts],
        "neurons": [part.count * part.size for part in parts],
    }


def _episodes(compiled: CompiledBrain) -> dict[str, Any]:
    return _fields(TrainingEpisode, compiled.episodes)


def _evaluations(compiled: CompiledBrain) -> dict[str, Any]:
    return _fields(Evaluation, compiled.evaluations)


NETWORK_TABLES: Final[Mapping[str, tuple[Callable[..., dict[str, Any]], ...]]] = {
    "neurons": (_neuron_keys, _neuron_names, _neurons),
    "synapses": (_synapse_keys, _synapse_names, _synapses),
}
"""Table → its first columns, those with the names of a compiled brain, and the others."""

TABLES: Final[Mapping[str, Callable[[CompiledBrain], dict[str, Any]]]] = {
    "components": _components,
    "episodes": _episodes,
    "evaluations": _evaluations,
}
"""Table → columns of a compiled brain."""


def _fields(of: type, records: Sequence[Any]) -> dict[str, list[Any]]:
    return {each.name: [getattr(record, each.name) for record in records] for each in fields(of)}


def _component_names(compiled: CompiledBrain) -> Any:
    return np.array([part.name for part in compiled.components], dtype=object)
