"""A network leaves as it is: every synapse and neuron in CSV and in SONATA's layout."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.library import recipe_names
from spikeworm_env.engine.network import Network, NeuronClass, neuron_columns
from spikeworm_env.engine.neurons import NEURON_TYPES, resolve_neuron
from spikeworm_env.errors import InputError
from spikeworm_env.exports import write_network

RECIPES = [name for name in recipe_names() if name != "big_50k"]  # seconds to compile, and nothing new in it


@pytest.fixture(scope="module", params=RECIPES)
def compiled(request: pytest.FixtureRequest) -> CompiledBrain:
    return compile_recipe(request.param)


def types_of(compiled: CompiledBrain) -> list[str]:
    return [compiled.network.classes[kind].type for kind in compiled.network.synapse_class]


def table(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened, delimiter=delimiter))


def test_csv_has_one_row_per_synapse(compiled, tmp_path):
    assert write_network(compiled, tmp_path / "net.csv") == [tmp_path / "net.csv"]
    network, rows = compiled.network, table(tmp_path / "net.csv")
    assert list(rows[0]) == ["source", "target", "weight", "delay_ms", "type", "origin"]
    assert [int(row["source"]) for row in rows] == network.source.tolist()
    assert [int(row["target"]) for row in rows] == network.target.tolist()
    assert [float(row["weight"]) for row in rows] == network.weight.tolist()
    assert [int(row["delay_ms"]) for row in rows] == network.delay.tolist()
    assert [row["type"] for row in rows] == types_of(compiled)
    assert [row["origin"] for row in rows] == [compiled.origins[k] for k in compiled.origin]


def assert_dynamics(group: Any, network: Network, members: NDArray[np.int64]) -> None:
    """A group holds every parameter of its neurons' model, background and noise, and nothing else."""
    params = group["dynamics_params"]
    classes = [network.neuron_classes[k] for k in network.neuron_class[members]]
    assert set(params) == {*classes[0].parameters, "background", "noise"}
    for name in classes[0].parameters:
        assert params[name][:].tolist() == [each.parameters[name] for each in classes]
    for name in ("background", "noise"):
        np.testing.assert_array_equal(params[name], getattr(network, name)[members])


def of_types(compiled: CompiledBrain, names: Sequence[str]) -> CompiledBrain:
    """The brain with neurons of the given types in turn."""
    types = [names[k % len(names)] for k in range(compiled.network.n_neurons)]
    columns = neuron_columns(NeuronClass(name, resolve_neuron(name)) for name in types)
    network = replace(compiled.network, neuron_class=columns[0], neuron_classes=columns[1])
    return replace(compiled, network=network)


def test_sonata_has_a_group_of_nodes_per_neuron_model_with_its_parameters(tmp_path):
    h5py = pytest.importorskip("h5py")
    mixed = of_types(compile_recipe("minimal"), ["RS", "graded", "LTS", "graded"])
    write_network(mixed, tmp_path / "net.h5")
    network = mixed.network
    with h5py.File(tmp_path / "net_nodes.h5") as file:
        nodes = file["nodes/minimal"]
        group, index = nodes["node_group_id"][:], nodes["node_group_index"][:]
        assert len(set(group)) == 2
        for k in set(group):
            members = np.flatnonzero(group == k)
            assert len(set(network.neuron_model[members])) == 1
            assert_dynamics(nodes[str(k)], network, members[np.argsort(index[members])])
            np.testing.assert_array_equal(nodes[f"{k}/x"][:][index[members]], mixed.position[members, 0])


def test_sonata_names_nest_only_for_the_model_that_nest_computes(tmp_path):
    h5py = pytest.importorskip("h5py")
    mixed = of_types(compile_recipe("minimal"), list(NEURON_TYPES))
    write_network(mixed, tmp_path / "net.h5")
    for kind in table(tmp_path / "net_node_types.csv", " "):
        model = NEURON_TYPES[kind["neuron_type"]].model.name
        own = "nest:izhikevich" if model == "izhikevich_2003" else f"spikeworm:{model}"
        assert kind["model_template"] == own
    network = mixed.network
    (members,) = np.nonzero(network.neuron_model == "izhikevich_2003")
    classes = [network.neuron_classes[k] for k in network.neuron_class[members]]
    with h5py.File(tmp_path / "net_nodes.h5") as file:
        nodes = file["nodes/minimal"]
        group = nodes[str(nodes["node_group_id"][members[0]])]
        params = {name: column[:].tolist() for name, column in group["dynamics_params"].items()}
        assert params.pop("I_e") == network.background[members].tolist()
        assert set(params.pop("consistent_integration")) == {0}
        assert set(params.pop("V_m")) == {-65.0}
        assert params.pop("U_m") == [-65.0 * each.parameters["b"] for each in classes]
        assert params == {name: [each.parameters[name] for each in classes] for name in "abcd"}
        np.testing.assert_array_equal(group["noise"], network.noise[members])


def test_sonata_files_have_the_layout_of_the_guide_and_hold_the_network(compiled, tmp_path):
    h5py = pytest.importorskip("h5py")
    files = write_network(compiled, tmp_path / "net.h5")
    assert sorted(tmp_path.iterdir()) == sorted(files)
    network, name = compiled.network, compiled.meta.recipe_name
    node_types = table(tmp_path / "net_node_types.csv", " ")
    edge_types = table(tmp_path / "net_edge_types.csv", " ")

    with h5py.File(tmp_path / "net_nodes.h5") as file:
        assert (file.attrs["magic"], list(file.attrs["version"])) == (0x0A7A, [0, 1])
        assert list(file["nodes"]) == [name]
        nodes = file["nodes"][name]
        np.testing.assert_array_equal(nodes["node_id"], np.arange(network.n_neurons))
        assert not nodes["node_group_id"][:].any()
        np.testing.assert_array_equal(nodes["node_group_index"], np.arange(network.n_neurons))
        group = nodes["0"]
        np.testing.assert_array_equal(np.column_stack([group[axis] for axis in "xyz"]), compiled.position)
        np.testing.assert_array_equal(group["block_copy"], compiled.copy)
        assert_dynamics(group, network, np.arange(network.n_neurons))
        labels = group["@library"]["label"].asstr()[:]
        assert labels[group["label"][:]].tolist() == compiled.label.tolist()
        kinds = [node_types[k] for k in nodes["node_type_id"][:]]
    parts = [compiled.components[k] for k in compiled.component]
    assert [kind["component"] for kind in kinds] == [part.name for part in parts]
    assert [kind["block"] for kind in kinds] == [part.block for part in parts]
    assert [kind["layer"] for kind in kinds] == [part.layer or "NULL" for part in parts]
    assert [kind["neuron_type"] for kind in kinds] == network.neuron_type.tolist()
    assert {(kind["population"], kind["model_type"]) for kind in node_types} == {(name, "point_neuron")}
    assert {kind["model_template"] for kind in node_types} == {"spikeworm:izhikevich"}

    with h5py.File(tmp_path / "net.h5") as file:
        assert (file.attrs["magic"], list(file.attrs["version"])) == (0x0A7A, [0, 1])
        (population,) = file["edges"]
        edges = file["edges"][population]
        for end, ids in (("source_node_id", network.source), ("target_node_id", network.target)):
            assert edges[end].attrs["node_population"] == name
            np.testing.assert_array_equal(edges[end], ids)
        assert not edges["edge_group_id"][:].any()
        np.testing.assert_array_equal(edges["edge_group_index"], np.arange(network.n_synapses))
        np.testing.assert_array_equal(edges["0"]["syn_weight"], network.weight)
        np.testing.assert_array_equal(edges["0"]["delay"], network.delay)
        made = [edge_types[k] for k in edges["edge_type_id"][:]]
    assert [kind["type"] for kind in made] == types_of(compiled)
    assert [kind["origin"] for kind in made] == [compiled.origins[k] for k in compiled.origin]
    assert {kind["population"] for kind in edge_types} == {population}
    parameters = {kind["edge_type_id"]: json.loads(kind["parameters"]) for kind in edge_types}
    for kind, index in zip(made, network.synapse_class.tolist(), strict=True):
        assert parameters[kind["edge_type_id"]] == network.classes[index].parameters


DIRECTIONS = {"source_to_target": "source", "target_to_source": "target"}  # index → the end that is known


def test_index_of_edges_lists_each_node_s_edges(compiled, tmp_path):
    h5py = pytest.importorskip("h5py")
    write_network(compiled, tmp_path / "net.h5")
    network = compiled.network
    with h5py.File(tmp_path / "net.h5") as file:
        (edges,) = file["edges"].values()
        for direction, end in DIRECTIONS.items():
            nodes = getattr(network, end)
            ranges = edges[f"indices/{direction}/range_to_edge_id"][:].astype(int)
            rows = edges[f"indices/{direction}/node_id_to_ranges"][:].astype(int)
            assert rows.shape == (network.n_neurons, 2)
            found = [np.arange(*ends) for first, after in rows for ends in ranges[first:after]]
            counts = [(ranges[slice(*row), 1] - ranges[slice(*row), 0]).sum() for row in rows]
            assert counts == np.bincount(nodes, minlength=network.n_neurons).tolist()
            np.testing.assert_array_equal(np.concatenate(found), np.argsort(nodes, kind="stable"))


def test_libsonata_finds_edges_and_attributes(compiled, tmp_path):
    pytest.importorskip("h5py")
    libsonata = pytest.importorskip("libsonata")
    write_network(compiled, tmp_path / "net.h5")
    network, name = compiled.network, compiled.meta.recipe_name
    edges = libsonata.EdgeStorage(str(tmp_path / "net.h5")).open_population(f"{name}_to_{name}")
    for node in np.random.default_rng(0).integers(network.n_neurons, size=50):
        into, out_of = np.flatnonzero(network.target == node), np.flatnonzero(network.source == node)
        np.testing.assert_array_equal(np.sort(edges.afferent_edges(node).flatten()), into)
        np.testing.assert_array_equal(np.sort(edges.efferent_edges(node).flatten()), out_of)
    every = edges.select_all()
    np.testing.assert_array_equal(edges.get_attribute("syn_weight", every), network.weight)
    nodes = libsonata.NodeStorage(str(tmp_path / "net_nodes.h5")).open_population(name)
    assert nodes.size == network.n_neurons
    np.testing.assert_array_equal(nodes.get_attribute("x", nodes.select_all()), compiled.position[:, 0])


def test_node_sets_are_terminals_and_openers_of_gates(compiled, tmp_path):
    pytest.importorskip("h5py")
    write_network(compiled, tmp_path / "net.h5")
    sets = json.loads((tmp_path / "net_node_sets.json").read_text())
    for name, members in compiled.terminals.items():
        assert sets[name] == {"population": compiled.meta.recipe_name, "node_id": members.tolist()}
    gates = [members.tolist() for members in compiled.network.modulators]
    assert [sets[f"modulator_{k}"]["node_id"] for k in range(len(gates))] == gates
    assert len(sets) == len(compiled.terminals) + len(gates)


def test_config_leads_to_every_file(tmp_path):
    pytest.importorskip("h5py")
    files = write_network(compile_recipe("minimal"), tmp_path / "net.h5")
    file = tmp_path / "net_circuit_config.json"
    config = json.loads(file.read_text())
    (nodes,), (edges,) = config["networks"]["nodes"], config["networks"]["edges"]
    named = [
        config["node_sets_file"],
        *(nodes[key] for key in ("nodes_file", "node_types_file")),
        *(edges[key] for key in ("edges_file", "edge_types_file")),
    ]
    assert config["manifest"] == {"$BASE_DIR": "."}
    found = {tmp_path / name.replace("$BASE_DIR/", "") for name in named}
    assert found | {file} == set(files)


def test_without_h5py_the_error_names_the_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(InputError, match=r"pip install spikeworm\[neuro\]"):
        write_network(compile_recipe("minimal"), tmp_path / "net.h5")
    assert list(tmp_path.iterdir()) == []


def test_a_companion_that_cannot_be_written_stops_all(tmp_path):
    pytest.importorskip("h5py")
    (tmp_path / "net_node_types.csv").mkdir()
    with pytest.raises(InputError, match=r"net_node_types\.csv: is a folder"):
        write_network(compile_recipe("minimal"), tmp_path / "net.h5")
    assert [file.name for file in tmp_path.iterdir()] == ["net_node_types.csv"]
