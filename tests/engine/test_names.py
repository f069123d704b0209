"""Names of neurons and synapses, weight matrices, recording by name, and saving a living brain."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.errors import InputError, UnknownNameError


@pytest.fixture(scope="module")
def compiled():
    return sw.compile_recipe("crawler_v1")


@pytest.fixture(scope="module")
def touched():
    """A recipe with gap junctions."""
    return sw.compile_recipe("reverser_v1")


def neurons_of(compiled, component: str) -> list[int]:
    """By the arithmetic of component records."""
    (record,) = (each for each in compiled.components if each.name == component)
    return list(range(record.first, record.first + record.count * record.size))


def test_a_component_names_its_neurons(compiled):
    for record in compiled.components:
        assert compiled.ids(record.name).tolist() == neurons_of(compiled, record.name)


def test_a_terminal_names_its_neurons(compiled):
    for name, ids in compiled.terminals.items():
        assert compiled.ids(name).tolist() == sorted(ids)


def test_a_label_names_the_same_neuron_of_every_copy(compiled):
    found = compiled.ids("body.dorsal_motor_1")
    assert found.size == 20
    assert set(compiled.label[found]) == {"dorsal_motor_1"} and np.unique(compiled.copy[found]).size == 20


def test_globs_regular_expressions_and_lists_join_what_they_match(compiled):
    both = sorted(neurons_of(compiled, "head") + neurons_of(compiled, "body"))
    assert compiled.ids("/head|body/").tolist() == both
    assert compiled.ids(["body", "head"]).tolist() == both
    assert compiled.ids("*").size == compiled.network.n_neurons
    assert compiled.ids("h*.dorsal_in").tolist() == compiled.ids("head.dorsal_in").tolist()


def test_a_regular_expression_matches_whole_names(compiled):
    with pytest.raises(InputError, match="matches no name"):
        compiled.ids("/hea/")


def test_ids_are_accepted_wherever_names_are(compiled):
    assert compiled.ids(np.array([5, 3, 3])).tolist() == [3, 5]
    assert compiled.synapses([7, 2]).tolist() == [2, 7]


def test_connections_name_the_synapses_between_their_ends(touched):
    network = touched.network
    names = [each.name for each in touched.components]
    for a, b in ((names[0], names[1]), (names[1], names[0])):
        ends = set(neurons_of(touched, a)), set(neurons_of(touched, b))
        expected = [
            k
            for k, (i, j) in enumerate(zip(network.source.tolist(), network.target.tolist(), strict=True))
            if (i in ends[0] and j in ends[1]) or (network.symmetric[k] and j in ends[0] and i in ends[1])
        ]
        if expected:
            assert touched.synapses(f"{a} -> {b}").tolist() == expected
        else:
            with pytest.raises(InputError, match="no synapses"):
                touched.synapses(f"{a} -> {b}")


def test_a_type_names_its_synapses(touched):
    for name in set(touched.network.synapse_type):
        expected = np.flatnonzero(touched.network.synapse_type == name)
        assert touched.synapses({"synapse_type": str(name)}).tolist() == expected.tolist()
    assert touched.network.symmetric.any()


def test_neurons_name_their_outgoing_synapses_and_their_gap_junctions(touched):
    network, tested = touched.network, 0
    for record in touched.components:
        of = np.isin(np.arange(network.n_neurons), neurons_of(touched, record.name))
        expected = np.flatnonzero(of[network.source] | (network.symmetric & of[network.target]))
        if expected.size:
            assert touched.synapses(record.name).tolist() == expected.tolist()
            tested += network.symmetric[expected].any()
    assert tested


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("klinotaxi", "did you mean 'klinotaxis'"),
        ("zz*", "matches no name"),
        ("/(/", "no regular expression"),
        ([10**6], "whole number from 0 to"),
        ({"a": 1}, "list of whole numbers"),
    ],
)
def test_unknown_neurons_are_an_error_that_suggests_names(compiled, pattern, message):
    with pytest.raises(InputError, match=message):
        compiled.ids(pattern)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("a -> b -> c", "expected 'a -> b'"),
        ("pirouette -> klinotaxis", "no synapses"),
        ({"synapse_type": "plastik"}, "unknown synapse type"),
        ({"type": "plastic"}, "synapse_type"),
        ("klinotaxis -> hed", "did you mean 'head'"),
    ],
)
def test_unknown_synapses_are_an_error(compiled, pattern, message):
    with pytest.raises(InputError, match=message):
        compiled.synapses(pattern)


def test_living_brains_have_the_names_of_the_compiled_brain_and_keep_them_in_copies(compiled):
    brain = sw.Brain(compiled)
    for each in (brain, copy.deepcopy(brain), pickle.loads(pickle.dumps(brain))):
        assert each.ids("klinotaxis").tolist() == compiled.ids("klinotaxis").tolist()


def test_a_brain_of_a_network_alone_has_no_names_and_takes_ids(compiled):
    brain = sw.Brain(compiled.network)
    assert brain.ids([1]).tolist() == [1]
    with pytest.raises(InputError, match="no names"):
        brain.ids("head")


def test_names_change_no_bit(compiled):
    named, plain = sw.Brain(compiled, seed=3), sw.Brain(compiled.network, seed=3)
    for brain in (named, plain):
        brain.advance(200)
    np.testing.assert_array_equal(named.v, plain.v)


def expected_matrix(compiled, type_name, rows, columns) -> np.ndarray:
    network, matrix = compiled.network, np.zeros((len(rows), len(columns)))
    for k in range(network.n_synapses):
        if type_name is not None and network.synapse_type[k] != type_name:
            continue
        i, j = int(network.source[k]), int(network.target[k])
        for a, b in ((i, j), (j, i)) if network.symmetric[k] and i != j else ((i, j),):
            if a in rows and b in columns:
                matrix[rows.index(a), columns.index(b)] += network.weight[k]
    return matrix


@pytest.mark.parametrize("type_name", [None, "gap_junction", "fixed"])
def test_matrix_sums_the_weights_between_two_neurons(touched, type_name):
    a, b = (each.name for each in touched.components[:2])
    rows, columns = neurons_of(touched, a), neurons_of(touched, b)
    expected = expected_matrix(touched, type_name, rows, columns)
    found = touched.matrix(type=type_name, source=a, target=b)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    sparse = touched.matrix(type=type_name, source=a, target=b, sparse=True)
    np.testing.assert_allclose(sparse.toarray(), expected, rtol=1e-12)


def test_matrix_of_a_living_brain_has_its_present_weights(compiled):
    brain = sw.Brain(compiled)
    brain.set_weights(brain.synapses("klinotaxis -> head"), 0.25)
    assert set(brain.matrix(source="klinotaxis", target="head").ravel()) <= {0.0, 0.25, 0.5}
    assert not np.array_equal(brain.matrix(), compiled.matrix())


def test_a_dense_matrix_that_is_too_large_is_refused(compiled, monkeypatch):
    monkeypatch.setattr("spikeworm_env.engine.matrices.MAX_CELLS", 10)
    with pytest.raises(InputError, match="sparse=True"):
        compiled.matrix()
    assert compiled.matrix(sparse=True).shape == (compiled.network.n_neurons,) * 2


def test_recorder_takes_names_and_one_interval(compiled):
    brain = sw.Brain(compiled)
    recorder = brain.run(
        40, recorder=Recorder(brain, voltages="klinotaxis", weights="klinotaxis -> head", every=10)
    )
    ticks, voltages = recorder.voltages
    assert ticks.tolist() == recorder.weights[0].tolist() == [0, 10, 20, 30]
    assert voltages.shape == (4, 10) and recorder.neurons.tolist() == compiled.ids("klinotaxis").tolist()
    assert recorder.weights[1].shape == (4, compiled.synapses("klinotaxis -> head").size)
    with pytest.raises(UnknownNameError):
        Recorder(brain, voltages="klinotaxi")


def test_what_is_a_copy_cannot_be_written(compiled):
    brain = sw.Brain(compiled)
    for array in (brain.weights, brain.v, brain.spike_counts, brain.synapse_state("fixed")["w"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 99


def test_an_edited_brain_is_saved_with_a_record_of_its_edits(compiled, tmp_path):
    brain = sw.Brain(compiled)
    brain.set_weights(brain.synapses("klinotaxis -> head")[:1], 0.5)
    brain.lesion(brain.synapses("pirouette"))
    brain.save(tmp_path / "edited.db")
    loaded = sw.load_brain(tmp_path / "edited.db")
    np.testing.assert_array_equal(loaded.network.weight, brain.weights)
    lesioned = brain.synapses("pirouette").size
    assert brain_conditions(loaded) == ("weights of 1 synapse set", f"lesion of {lesioned} synapses")


def test_a_brain_without_edits_is_saved_as_compiled(compiled, tmp_path):
    compiled.save(tmp_path / "a.db")
    brain = sw.Brain(compiled)
    brain.advance(100)
    brain.save(tmp_path / "b.db")
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()
    assert brain_conditions(sw.load_brain(tmp_path / "b.db")) == ()


def test_a_brain_of_a_network_alone_cannot_be_saved(compiled, tmp_path):
    with pytest.raises(InputError, match="compiled brain"):
        sw.Brain(compiled.network).save(tmp_path / "a.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda brain: pickle.loads(pickle.dumps(brain))])
def test_copies_keep_the_record_of_edits(compiled, tmp_path, copied):
    brain = sw.Brain(compiled)
    brain.scale_weights([0], 0.5)
    copied(brain).save(tmp_path / "copy.db")
    assert brain_conditions(sw.load_brain(tmp_path / "copy.db")) == ("1 synapse scaled by 0.5",)
