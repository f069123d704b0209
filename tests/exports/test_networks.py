"""A network leaves as it is: every synapse and neuron in CSV and in SONATA's layout."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.library import recipe_names
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
        for parameter in ("a", "b", "c", "d"):
            values = network.by_neuron(lambda each, name=parameter: each.parameters[name], float)
            np.testing.assert_array_equal(group["dynamics_params"][parameter], values)
        for parameter in ("background", "noise"):
            np.testing.assert_array_equal(group["dynamics_params"][parameter], getattr(network, parameter))
        labels = group["@library"]["label"].asstr()[:]
        assert labels[group["label"][:]].tolist() == compiled.label.tolist()
        kinds = [node_types[k] for k in nodes["node_type_id"][:]]
    parts = [compiled.components[k] for k in compiled.component]
    assert [kind["component"] for kind in kinds] == [part.name for part in parts]
    assert [kind["block"] for kind in kinds] == [part.block for part in parts]
    assert [kind["layer"] for kind in kinds] == [part.layer or "NULL" for part in parts]
    assert [kind["neuron_type"] for kind in kinds] == network.neuron_type.tolist()
    assert {(kind["population"], kind["model_type"]) for kind in node_types} == {(name, "point_neuron")}

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
