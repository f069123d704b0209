"""The network in SONATA: nodes and edges in HDF5, their types in CSV.

Dai et al. 2020, PLoS Comput Biol 16: e1007696; the layout is that of the format's developer guide.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.network import Network
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES, NeuronModel
from spikeworm_env.exports._columns import neuron_columns
from spikeworm_env.exports._export import Content, Export
from spikeworm_env.files import replacing
from spikeworm_env.world.scale import TICK_S

if TYPE_CHECKING:
    from h5py import File, Group

NODES, NODE_TYPES = "_nodes.h5", "_node_types.csv"
EDGE_TYPES, NODE_SETS, CONFIG = "_edge_types.csv", "_node_sets.json", "_circuit_config.json"
COMPANIONS = (NODES, NODE_TYPES, EDGE_TYPES, NODE_SETS, CONFIG)

MAGIC, VERSION = np.uint32(0x0A7A), np.array([0, 1], np.uint32)  # of every HDF5 file of the format
TICK_MS = TICK_S * 1000
OF_TYPE = ("component", "block", "layer", "neuron_type")  # what neurons of one node type share
OF_NEURON = ("x", "y", "z", "block_copy")
OWN_SCHEMA = "spikeworm"  # of a model that no schema of the guide has
NEST_MODELS = {"izhikevich_2003": ("izhikevich", {"consistent_integration": 0})}  # name in NEST, and settings
NEST_STATE = {"v": "V_m", "u": "U_m"}


def write_sonata(compiled: CompiledBrain, path: Path) -> None:
    """Edges to ``path`` and, beside it, nodes, types, node sets and the file that ties them together.

    There is one population of nodes, called as the recipe, and one of edges. Nodes have a group for each
    neuron model. A gap junction is one edge of delay 0 and conducts both ways; its weight is a conductance.
    A graded synapse has delay 0 too.

    Raises:
        InputError: one of the files cannot be written.
    """
    import h5py

    populations = _populations(compiled)
    node_type, node_types = _node_types(compiled)
    edge_type, edge_types = _edge_types(compiled)
    with ExitStack() as together:
        passing = [
            together.enter_context(replacing(path.with_name(f"{path.stem}{rest}"))) for rest in COMPANIONS
        ]
        nodes, node_table, edge_table, sets, config = passing
        with h5py.File(nodes, "w") as file:
            _write_nodes(file, compiled, node_type)
        _write_types(node_table, populations[0], "node_type_id", node_types)
        _write_types(edge_table, populations[1], "edge_type_id", edge_types)
        sets.write_text(json.dumps(_node_sets(compiled)), encoding="utf-8")
        config.write_text(json.dumps(_config(path, *populations), indent=2) + "\n", encoding="utf-8")
        with h5py.File(together.enter_context(replacing(path)), "w") as file:
            _write_edges(file, compiled, edge_type)


def _populations(compiled: CompiledBrain) -> tuple[str, str]:
    """The names of the population of nodes and of that of edges."""
    name = compiled.meta.recipe_name
    return name, f"{name}_to_{name}"


def _node_types(compiled: CompiledBrain) -> tuple[NDArray[np.int64], list[dict[str, Any]]]:
    """(n,) the node type of each neuron, and the attributes of each."""
    columns = neuron_columns(compiled)
    shared = np.stack([columns[name][1] for name in OF_TYPE], axis=1)
    rows, index = np.unique(shared, axis=0, return_inverse=True)
    attributes = [dict(zip(OF_TYPE, row, strict=True)) for row in rows.tolist()]
    return index.reshape(-1), [
        {
            "model_type": "point_neuron",
            "model_template": _template(NEURON_TYPES[own["neuron_type"]].model),
            **own,
        }
        for own in attributes
    ]


def _template(model: NeuronModel) -> str:
    """Schema and name of a model: NEST's if NEST computes the same, else the engine's."""
    return f"nest:{NEST_MODELS[model.name][0]}" if model.name in NEST_MODELS else f"{OWN_SCHEMA}:{model.name}"


def _edge_types(compiled: CompiledBrain) -> tuple[NDArray[np.int64], list[dict[str, Any]]]:
    """(m,) the edge type of each synapse, one per parameters and origin, and the attributes of each."""
    pairs = np.stack([compiled.network.synapse_class, compiled.origin], axis=1)
    rows, index = np.unique(pairs, axis=0, return_inverse=True)
    kinds = compiled.network.classes
    attributes = [
        {
            "type": kinds[kind].type,
            "origin": compiled.origins[origin],
            "parameters": json.dumps(dict(kinds[kind].parameters)),
        }
        for kind, origin in rows.tolist()
    ]
    return index.reshape(-1), attributes


def _write_nodes(file: File, compiled: CompiledBrain, node_type: NDArray[np.int64]) -> None:
    network, columns = compiled.network, neuron_columns(compiled)
    population = _population(file, "nodes", _populations(compiled)[0])
    population["node_id"] = np.arange(network.n_neurons)
    models, group_of = np.unique(network.neuron_model, return_inverse=True)
    labels, label = np.unique(columns["label"][1], return_inverse=True)
    for k, group in enumerate(_grouped(population, "node", node_type, group_of)):
        members = np.flatnonzero(group_of == k)
        for name in OF_NEURON:
            group[name] = columns[name][1][members]
        group["label"] = label[members]
        group["@library/label"] = labels.astype(object)
        for name, values in _dynamics(network, NEURON_MODELS[models[k]], members).items():
            group[name] = values


def _dynamics(network: Network, model: NeuronModel, members: NDArray[np.int64]) -> Mapping[str, NDArray]:
    """Datasets of a group with what its neurons compute, under the names of the model's schema."""
    classes = network.neuron_class[members]
    parameters = {
        name: np.array([each.parameters.get(name, np.nan) for each in network.neuron_classes])[classes]
        for name in model.parameters
    }
    background, noise = network.background[members], network.noise[members]
    if model.name not in NEST_MODELS:
        values = parameters | {"background": background, "noise": noise}
        return {f"dynamics_params/{name}": column for name, column in values.items()}
    settings = {name: np.full(members.size, value) for name, value in NEST_MODELS[model.name][1].items()}
    start = {
        NEST_STATE[name]: np.broadcast_to(value, members.size)
        for name, value in model.start(parameters).items()
    }
    values = parameters | start | settings | {"I_e": background}
    return {f"dynamics_params/{name}": column for name, column in values.items()} | {"noise": noise}


def _write_edges(file: File, compiled: CompiledBrain, edge_type: NDArray[np.int64]) -> None:
    network, (nodes, edges) = compiled.network, _populations(compiled)
    population = _population(file, "edges", edges)
    for name, ends in (("source_node_id", network.source), ("target_node_id", network.target)):
        population.create_dataset(name, data=ends).attrs["node_population"] = nodes
    (group,) = _grouped(population, "edge", edge_type, np.zeros(network.n_synapses, np.int64))
    group["syn_weight"] = network.weight
    group["delay"] = network.delay * TICK_MS
    for name, ends in (("source_to_target", network.source), ("target_to_source", network.target)):
        _write_index(population.create_group(f"indices/{name}"), ends, network.n_neurons)


def _write_index(index: Group, ends: NDArray[np.int64], n: int) -> None:
    """The edges of each of ``n`` nodes, as rows of ranges of edge ids; ``ends``: (m,) the node of each edge.

    ``range_to_edge_id`` has a row [first, last + 1] for every run of edges with the same node, sorted by
    node; ``node_id_to_ranges`` has the slice of these rows that belongs to each node.
    """
    first = np.flatnonzero(np.diff(ends, prepend=-1))
    after = np.append(first[1:], ends.size)[: first.size]
    by_node = np.argsort(ends[first], kind="stable")
    stop = np.cumsum(np.bincount(ends[first], minlength=n))
    index["range_to_edge_id"] = np.column_stack([first, after])[by_node].astype(np.uint64)
    index["node_id_to_ranges"] = np.column_stack([np.append(0, stop[:-1]), stop]).astype(np.uint64)


def _population(file: File, kind: str, name: str) -> Group:
    file.attrs["magic"], file.attrs["version"] = MAGIC, VERSION
    return file.create_group(f"{kind}/{name}")


def _grouped(
    population: Group, kind: str, types: NDArray[np.int64], group_of: NDArray[np.int64]
) -> list[Group]:
    """The groups that hold the attributes of a population; ``group_of``: the group of each node or edge."""
    population[f"{kind}_type_id"] = types
    population[f"{kind}_group_id"] = group_of
    place = np.zeros(types.size, np.int64)
    count = max(int(group_of.max(initial=0)) + 1, 1)
    for k in range(count):
        members = group_of == k
        place[members] = np.arange(np.count_nonzero(members))
    population[f"{kind}_group_index"] = place
    return [population.create_group(str(k)) for k in range(count)]


def _write_types(path: Path, population: str, key: str, types: Sequence[Mapping[str, Any]]) -> None:
    columns = [key, "population", *(types[0] if types else ())]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=" ", lineterminator="\n")  # spaces, as the guide's examples
        table.writerow(columns)
        for number, attributes in enumerate(types):
            table.writerow([number, population, *(value or "NULL" for value in attributes.values())])


def _node_sets(compiled: CompiledBrain) -> dict[str, Any]:
    """The neurons of every terminal, and those of each modulator group, by number."""
    modulators = {f"modulator_{k}": group for k, group in enumerate(compiled.network.modulators)}
    groups: Iterable[tuple[str, NDArray]] = {**compiled.terminals, **modulators}.items()
    population, _ = _populations(compiled)
    return {name: {"population": population, "node_id": np.asarray(ids).tolist()} for name, ids in groups}


def _config(path: Path, nodes: str, edges: str) -> dict[str, Any]:
    """Where everything is; types of populations as libsonata wants them."""
    here = {rest: f"$BASE_DIR/{path.stem}{rest}" for rest in COMPANIONS}
    return {
        "manifest": {"$BASE_DIR": "."},
        "node_sets_file": here[NODE_SETS],
        "networks": {
            "nodes": [
                {
                    "nodes_file": here[NODES],
                    "node_types_file": here[NODE_TYPES],
                    "populations": {nodes: {"type": "point_neuron"}},
                }
            ],
            "edges": [
                {
                    "edges_file": f"$BASE_DIR/{path.name}",
                    "edge_types_file": here[EDGE_TYPES],
                    "populations": {edges: {"type": "chemical"}},
                }
            ],
        },
    }


EXPORT = Export(
    content=Content.NETWORK,
    suffix=".h5",
    about="SONATA: edges, with nodes, types, node sets and configuration beside them",
    write=write_sonata,
    library="h5py",
    extra="neuro",
    companions=COMPANIONS,
)
