"""The compiled network is what the recipe says, counted by hand, and depends on recipe and seed alone."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.engine.neurons import NEURON_TYPES


def synapses_of(compiled: CompiledBrain, origin: str) -> np.ndarray:
    """Indices of the synapses whose origin begins so."""
    wanted = [k for k, name in enumerate(compiled.origins) if name.startswith(origin)]
    return np.flatnonzero(np.isin(compiled.origin, wanted))


def columns_of(compiled: CompiledBrain) -> dict[str, np.ndarray]:
    network = compiled.network
    names = ("neuron_class", "background", "noise", "source", "target", "weight", "delay")
    return {
        **{name: getattr(network, name) for name in (*names, "synapse_class")},
        **{name: getattr(compiled, name) for name in ("component", "copy", "label", "position", "origin")},
    }


def test_neurons_stand_component_after_component_copy_after_copy(compiled):
    assert [(r.name, r.block, r.count, r.size, r.layer, r.first) for r in compiled.components] == [
        ("head", "motor_segment", 8, 6, "front", 0),
        ("body", "motor_segment", 20, 6, "1", 48),
        ("on", "cells", 2, 8, None, 168),
        ("off", "cells", 2, 8, None, 184),
    ]
    assert compiled.network.n_neurons == 200
    assert compiled.label[54:60].tolist() == [
        "dorsal_0",
        "dorsal_1",
        "ventral_0",
        "ventral_1",
        "stop_ventral",
        "stop_dorsal",
    ]
    assert compiled.component[[0, 47, 48, 167, 168, 199]].tolist() == [0, 0, 1, 1, 2, 3]
    assert compiled.copy[[0, 5, 6, 47, 48, 167]].tolist() == [0, 0, 1, 7, 0, 19]


def test_terminals_list_their_neurons_in_every_copy(compiled):
    assert compiled.terminals["body.dorsal_out"][:4].tolist() == [48, 49, 54, 55]
    assert compiled.terminals["body.all_out"][:5].tolist() == [48, 49, 50, 51, 54]
    assert compiled.inputs["on.cell_in"].tolist() == [168, 169, 170, 171, 172, 176, 177, 178, 179, 180]
    assert set(compiled.inputs) | set(compiled.outputs) == set(compiled.terminals)
    assert "on.cell_out" in compiled.outputs and "on.cell_out" not in compiled.inputs


def test_neuron_parameters_are_those_of_the_type_unless_overridden(compiled):
    network = compiled.network
    preset = NEURON_TYPES["FS"]
    assert network.neuron_type[52] == network.neuron_type[53] == "FS"
    own, other = (network.neuron_classes[network.neuron_class[k]].parameters for k in (52, 53))
    assert own == {**preset.parameters, "d": 2.5}
    assert other == preset.parameters


def test_tonic_current_and_noise_come_from_component_then_block_then_recipe(compiled):
    by_label = {name: k for k, name in enumerate(compiled.label) if compiled.component[k] == 2}
    cell, latch = by_label["cell_0"], by_label["latch_0"]
    assert (compiled.network.background[cell], compiled.network.noise[cell]) == (3.0, 1.0)  # component
    assert (compiled.network.background[48], compiled.network.noise[48]) == (3.5, 1.0)  # block
    assert (compiled.network.background[latch], compiled.network.noise[latch]) == (2.0, 0.5)  # recipe


def test_every_copy_of_a_block_is_wired_alike_and_only_within_itself(compiled):
    chosen = synapses_of(compiled, "block motor_segment")
    source, target = compiled.network.source[chosen], compiled.network.target[chosen]
    assert (source // 6 == target // 6).all()
    inside = sorted(zip((source % 6).tolist(), (target % 6).tolist(), strict=True))
    one_copy = [(0, 4), (1, 4), (4, 2), (4, 3), (2, 5), (3, 5), (5, 0), (5, 1), (0, 2), (1, 3)]
    assert inside == sorted(one_copy * 28)


def test_a_ring_closes_and_a_chain_does_not(compiled):
    chosen = synapses_of(compiled, "block cells")
    first = chosen[(compiled.network.source[chosen] >= 168) & (compiled.network.source[chosen] < 176)]
    pairs = {
        (compiled.label[s], compiled.label[t])
        for s, t in zip(compiled.network.source[first], compiled.network.target[first], strict=True)
    }
    ring = {("latch_0", "latch_1"), ("latch_1", "latch_2"), ("latch_2", "latch_0")}
    chain = {(f"cell_{k}", f"cell_{k + 1}") for k in range(4)}
    assert ring | chain <= pairs
    assert len(pairs) == 3 + 4 + 15


def test_each_copy_of_a_gated_block_is_opened_by_its_own_modulators(compiled):
    network = compiled.network
    gated = [
        k
        for k in synapses_of(compiled, "block cells")
        if network.classes[network.synapse_class[k]].type == "gated"
    ]
    assert len(gated) == 4 * 15
    for k in gated:
        group = network.modulators[int(network.classes[network.synapse_class[k]].parameters["modulator"])]
        assert (compiled.component[group] == compiled.component[network.source[k]]).all()
        assert (compiled.copy[group] == compiled.copy[network.source[k]]).all()


def test_a_gated_projection_is_opened_by_all_copies_of_its_modulator(compiled):
    network = compiled.network
    (index,) = {int(c) for c in network.synapse_class[synapses_of(compiled, "projections[3]")]}
    group = network.modulators[int(network.classes[index].parameters["modulator"])]
    assert group.tolist() == compiled.terminals["body.all_out"].tolist()


def test_projections_join_copies_by_their_pattern(compiled):
    network = compiled.network
    everything = synapses_of(compiled, "projections[0]")
    assert everything.size == 10 * 16
    own = synapses_of(compiled, "projections[2]")
    assert own.size == 2 * 5 * 5
    assert (compiled.copy[network.source[own]] == compiled.copy[network.target[own]]).all()
    chain = synapses_of(compiled, "projections[4]")
    assert chain.size == 19 * 2 * 2
    steps = compiled.copy[network.target[chain]] - compiled.copy[network.source[chain]]
    assert (np.abs(steps) == 1).all()  # a gap junction has no direction


@pytest.mark.parametrize("probability", [1.0, 0.5])
def test_a_chain_leads_from_each_copy_to_the_next_and_never_back(build, probability):
    compiled = build(
        components=[{"id": "m", "block": "motor_segment", "count": 12}],
        projections=[
            {
                "from": "m.dorsal_out",
                "to": "m.ventral_in",
                "weight": 3,
                "pattern": "chain",
                "probability": probability,
            }
        ],
    )
    network, chain = compiled.network, synapses_of(compiled, "projections[0]")
    steps = compiled.copy[network.target[chain]] - compiled.copy[network.source[chain]]
    assert set(steps.tolist()) == {1}
    assert chain.size == 11 * 2 * 2 if probability == 1.0 else 0 < chain.size < 11 * 2 * 2
    assert {compiled.label[k].rstrip("_01") for k in network.source[chain]} == {"dorsal"}
    assert {compiled.label[k].rstrip("_01") for k in network.target[chain]} == {"ventral"}


def test_weights_delays_and_parameters_are_those_of_the_recipe(compiled):
    network = compiled.network
    rewarded = synapses_of(compiled, "projections[0]")
    assert set(network.weight[rewarded]) == {8.0}
    assert set(network.delay[rewarded]) == {2}
    (index,) = set(network.synapse_class[rewarded].tolist())
    assert network.classes[index].type == "reward_plastic"
    assert network.classes[index].parameters["w_max"] == 25
    assert (network.delay[compiled.network.continuous] == 0).all()
    assert set(network.delay[synapses_of(compiled, "projections[2]")]) == {1}


def test_a_projection_with_delays_makes_one_synapse_of_equal_weight_per_delay(write, recipe):
    recipe["projections"][0].pop("delay")
    once = compile_recipe(write(recipe))
    recipe["projections"][0].update(delays=[1, 4, 9], weight_sd=1.0)
    compiled = compile_recipe(write(recipe))
    made = synapses_of(compiled, "projections[0]")
    columns = np.stack(
        [getattr(compiled.network, name)[made] for name in ("source", "target", "weight", "delay")]
    )
    by_delay = [columns[:3, columns[3] == delay] for delay in (1, 4, 9)]
    assert columns.shape[1] == 3 * synapses_of(once, "projections[0]").size
    assert (by_delay[0] == by_delay[1]).all() and (by_delay[0] == by_delay[2]).all()
    assert np.ptp(by_delay[0][2]) > 0


def test_the_same_recipe_and_seed_give_the_same_brain(write, recipe, compiled):
    again = compile_recipe(write(recipe))
    for name, column in columns_of(compiled).items():
        assert column.tobytes() == columns_of(again)[name].tobytes(), name
    assert again.meta == compiled.meta
    assert again.network.classes == compiled.network.classes
    assert again.network.neuron_classes == compiled.network.neuron_classes


def test_another_seed_gives_other_random_wiring_and_the_same_certain_wiring(write, recipe, compiled):
    other = compile_recipe(write(recipe), seed=43)
    for origin in ("projections[1]", "proximity[0]"):
        ours, theirs = (
            list(zip(c.network.source[k].tolist(), c.network.target[k].tolist(), strict=True))
            for c, k in ((compiled, synapses_of(compiled, origin)), (other, synapses_of(other, origin)))
        )
        assert ours != theirs
    for origin in ("block", "projections[0]", "projections[2]", "projections[3]", "projections[4]"):
        ours, theirs = synapses_of(compiled, origin), synapses_of(other, origin)
        assert (compiled.network.source[ours] == other.network.source[theirs]).all()
        assert (compiled.network.weight[ours] == other.network.weight[theirs]).all()
    assert (compiled.position != other.position).any()


def test_a_projection_added_at_the_end_changes_no_other(write, recipe, compiled):
    recipe["projections"].append(
        {"from": "off.cell_out", "to": "on.cell_in", "weight": 1, "probability": 0.3}
    )
    longer = compile_recipe(write(recipe))
    for origin in (*(f"projections[{k}]" for k in range(5)), "proximity[0]"):
        ours, theirs = synapses_of(compiled, origin), synapses_of(longer, origin)
        assert compiled.network.target[ours].tolist() == longer.network.target[theirs].tolist()
        assert compiled.network.weight[ours].tolist() == longer.network.weight[theirs].tolist()


def test_random_projections_do_not_disturb_each_other(build):
    def wired(first_probability):
        return build(
            components=[{"id": "a", "block": "cells", "count": 9}],
            projections=[
                {"from": "a.cell_out", "to": "a.cell_in", "weight": 1, "probability": first_probability},
                {"from": "a.cell_out", "to": "a.cell_in", "weight": 1, "probability": 0.3, "weight_sd": 0.1},
            ],
        )

    sparse, dense = wired(0.1), wired(0.9)
    ours, theirs = synapses_of(sparse, "projections[1]"), synapses_of(dense, "projections[1]")
    assert ours.size > 0
    assert sparse.network.target[ours].tolist() == dense.network.target[theirs].tolist()
    assert sparse.network.weight[ours].tolist() == dense.network.weight[theirs].tolist()


def test_probability_and_spread_of_weights_are_those_of_the_recipe(build):
    compiled = build(
        components=[{"id": "a", "block": "cells", "count": 40}, {"id": "b", "block": "cells", "count": 40}],
        projections=[
            {"from": "a.cell_out", "to": "b.cell_in", "weight": 3, "weight_sd": 0.5, "probability": 0.2}
        ],
    )
    chosen = synapses_of(compiled, "projections[0]")
    assert chosen.size == pytest.approx(0.2 * 200 * 200, abs=5 * np.sqrt(0.2 * 0.8 * 200 * 200))
    assert compiled.network.weight[chosen].mean() == pytest.approx(3, abs=0.03)
    assert compiled.network.weight[chosen].std() == pytest.approx(0.5, abs=0.03)


def test_gap_junctions_within_one_terminal_join_each_pair_once(build):
    compiled = build(
        components=[{"id": "a", "block": "cells", "count": 2}],
        projections=[{"from": "a.cell_in", "to": "a.cell_in", "weight": 0.1, "type": "gap_junction"}],
    )
    chosen = synapses_of(compiled, "projections[0]")
    assert chosen.size == 10 * 9 / 2
    assert (compiled.network.source[chosen] != compiled.network.target[chosen]).all()


def test_the_hash_depends_on_the_content_of_a_recipe_and_not_on_its_white_space(write, recipe, compiled):
    laid_out = compile_recipe(write(json.dumps(recipe, indent=4).replace("\n", "\r\n")))
    assert laid_out.meta.recipe_hash == compiled.meta.recipe_hash
    recipe["projections"][0]["weight"] = 8.5
    assert compile_recipe(write(recipe)).meta.recipe_hash != compiled.meta.recipe_hash
    assert set(compiled.meta.block_hashes) == {"motor_segment", "cells"}


def test_a_change_of_a_block_changes_its_hash_alone(write, recipe, blocks, compiled):
    blocks["cells"]["synapses"][0]["weight"] = 21
    changed = compile_recipe(write(recipe))
    assert changed.meta.recipe_hash == compiled.meta.recipe_hash
    assert changed.meta.block_hashes["cells"] != compiled.meta.block_hashes["cells"]
    assert changed.meta.block_hashes["motor_segment"] == compiled.meta.block_hashes["motor_segment"]


def test_a_recipe_is_found_by_path_as_text_and_as_path(write, recipe, monkeypatch):
    path = write(recipe)
    monkeypatch.chdir(path.parent)
    for form in (path, str(path), path.name, f".{os.sep}{path.name}"):
        assert compile_recipe(form).meta.recipe_name == "small_worm"


def test_the_receptors_and_the_reward_are_kept_as_declared(compiled):
    odour, touch = compiled.receptors
    assert (odour.name, odour.source) == ("odour", "concentration")
    assert [stage.kind for stage in odour.stages] == [
        "logarithm",
        "high_pass",
        "low_pass",
        "gain",
        "noise",
        "clip",
    ]
    assert (touch.name, touch.source, touch.stages) == ("touch", "head_touch", ())
    assert vars(compiled.reward) == {"interval_ms": 200, "mode": "sign", "gain": 1.0, "baseline_tau_s": 2.0}


def test_a_recipe_of_components_alone_compiles(build):
    compiled = build(components=[{"id": "a", "block": "cells"}])
    assert compiled.network.n_neurons == 8
    assert compiled.sensor_map.neuron.size == compiled.muscle_map.neuron.size == 0
    assert compiled.proprioception_map.neuron.size == 0
    assert compiled.reward is None


def test_a_block_without_synapses_compiles(build):
    lone = {
        "name": "lone",
        "description": "One cell.",
        "neurons": [{"id": "cell", "type": "RS"}],
        "terminals": {},
    }
    compiled = build(extra_blocks={"lone": lone}, components=[{"id": "a", "block": "lone"}])
    assert compiled.network.n_synapses == 0
    assert not compiled.terminals
