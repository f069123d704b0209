"""Every mistake in a recipe is found, all at once, each in one line that says where and what."""

from __future__ import annotations

import json
import math
import sys

import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError, RecipeError, UnknownNameError


def problems_of(path) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        compile_recipe(path)
    for problem in caught.value.problems:
        assert "\n" not in problem
    return caught.value.problems


# (where in the recipe, the value put there, the one problem that follows)
MISTAKES = [
    ("projections.2.form", "x", "projections[2]: unknown key 'form'; did you mean 'from'?"),
    ("bckground", 2, "unknown key 'bckground'; did you mean 'background'?"),
    (
        "receptors.odour.stages.1.tau",
        2,
        "receptors.odour.stages[1]: unknown key 'tau'; did you mean 'tau_s'?",
    ),
    (
        "proximity.0.excitatory.wight",
        2,
        "proximity[0].excitatory: unknown key 'wight'; did you mean 'weight'?",
    ),
    ("name", "two words", "name: 'two words' is not a name: letters, digits and '_', a letter first"),
    ("background", "2", "background: '2': should be a valid number"),
    ("background", True, "background: True: should be a valid number"),
    ("background", None, "background: None: should be a valid number"),
    ("noise", -1, "noise: -1: should be greater than or equal to 0"),
    ("components.0.count", 0, "components[0].count: 0: should be greater than or equal to 1"),
    ("components.0.count", 100_001, "components[0].count: 100001: should be less than or equal to 100000"),
    ("components.0.count", 8.0, "components[0].count: 8.0: should be a valid integer"),
    ("components.1.position", [0, 0], "components[1].position: item 2 is missing"),
    ("components.1.layer", 1.5, "components[1].layer: 1.5: should be a text or a whole number"),
    (
        "components.1.block",
        "moter_segment",
        "components[1].block: unknown block 'moter_segment'; did you mean",
    ),
    ("components.2.neurons", {"cel": {}}, "components[2].neurons: unknown neuron 'cel' of block 'cells'"),
    ("projections.0.weight", math.inf, "Infinity is not a JSON number"),
    ("projections.0.weight", math.nan, "NaN is not a JSON number"),
    (
        "projections.0.weight",
        1e9,
        "projections[0].weight: 1000000000.0: should be less than or equal to 1000000",
    ),
    ("projections.0.weight", 26, "projections[0].weight: 26 is outside its bounds [0, 25]"),
    (
        "projections.0.weight",
        -1,
        "projections[0].parameters: reward_plastic: bounds [-10, 25] are on both sides",
    ),
    ("projections.0.parameters.w_min", 30, "projections[0].parameters: reward_plastic: w_min 30 is greater"),
    ("projections.0.parameters.tau_trace", 0, "projections[0].parameters: reward_plastic: tau_trace is 0"),
    ("projections.0.parameters.tau_trase", 5, "projections[0].parameters: unknown parameter 'tau_trase'"),
    ("projections.0.parameters.tau_trace", [], "projections[0].parameters.tau_trace: []: should be a finite"),
    (
        "projections.0.type",
        "reward_plastik",
        "projections[0].type: unknown synapse type 'reward_plastik'; did",
    ),
    ("projections.0.delay", 0, "projections[0].delay: 0: should be greater than or equal to 1"),
    ("projections.0.delay", 10_001, "projections[0].delay: 10001: should be less than or equal to 10000"),
    ("projections.0.delay", 1.5, "projections[0].delay: 1.5: should be a valid integer"),
    ("projections.1.probability", 1.1, "projections[1].probability: 1.1: should be less than or equal to 1"),
    ("projections.1.weight", 0, "projections[1].weight_sd: a spread needs a weight other than 0"),
    ("projections.2.from", "off", "projections[2].from: 'off' is not 'component.terminal'"),
    ("projections.2.from", "of.cell_out", "projections[2].from: unknown component 'of'; did you mean 'off'?"),
    (
        "projections.2.from",
        "off.cel_out",
        "projections[2].from: unknown terminal 'cel_out' of component 'off'",
    ),
    (
        "projections.2.from",
        "off.cell_in",
        "projections[2].from: 'off.cell_in' is an input of block 'cells'; exp",
    ),
    (
        "projections.2.to",
        "on.cell_out",
        "projections[2].to: 'on.cell_out' is an output of block 'cells'; expec",
    ),
    ("projections.2.pattern", "one_to_on", "projections[2].pattern: unknown value 'one_to_on'; did you mean"),
    (
        "projections.2.to",
        "body.dorsal_in",
        "projections[2].pattern: one_to_one from 2 copies to 20; the numbers",
    ),
    ("projections.2.modulator", "on.cell_out", "projections[2].modulator: a fixed synapse has none; leave"),
    ("projections.3.modulator", "on.cel_out", "projections[3].modulator: unknown terminal 'cel_out'"),
    (
        "projections.3.parameters",
        {"modulator": 0},
        "projections[3].parameters: name the modulator group with",
    ),
    ("projections.4.delay", 1, "projections[4].delay: a gap_junction has no delay; leave the key out"),
    ("projections.4.delays", [1, 2], "projections[4].delays: a gap_junction has no delay; leave the key out"),
    ("projections.0.delays", [1, 2], "projections[0].delays: stands beside 'delay'; keep one of the two"),
    ("projections.2.delays", [1, 2, 1], "projections[2].delays: 1 is named 2 times"),
    ("projections.2.delays", [1, 0], "projections[2].delays[1]: 0: should be greater than or equal to 1"),
    (
        "projections.2.delays",
        [],
        "projections[2].delays: []: List should have at least 1 item after validation, not 0",
    ),
    (
        "projections.4.weight",
        -0.1,
        "projections[4].weight: the conductance of a gap_junction is -0.1; expected",
    ),
    ("proximity.0.length", 0, "proximity[0].length: 0: should be greater than 0"),
    ("proximity.0.from", ["onn"], "proximity[0].from[0]: unknown component 'onn'; did you mean 'on'?"),
    (
        "proximity.0.protected",
        ["head.up"],
        "proximity[0].protected[0]: unknown terminal 'up' of component 'head'",
    ),
    ("proximity.0.inhibitory.weight", 1, "proximity[0].inhibitory.weight: 1 is not inhibitory"),
    (
        "proximity.0.excitatory.type",
        "gap_junction",
        "proximity[0].excitatory.type: proximity wiring makes no gap",
    ),
    ("proximity.0.max_inputs", 0, "proximity[0].max_inputs: 0: should be greater than or equal to 1"),
    (
        "receptors.touch.source",
        "hed_touch",
        "receptors.touch.source: unknown value 'hed_touch'; did you mean",
    ),
    (
        "receptors.odour.stages.1.kind",
        "lowpass",
        "receptors.odour.stages[1]: unknown value 'lowpass'; did you",
    ),
    ("receptors.odour.stages.1.tau_s", 0, "receptors.odour.stages[1].tau_s: 0: should be greater than 0"),
    ("receptors.odour.stages.5.low", 2, "receptors.odour.stages[5]: low 2 is greater than high 1"),
    ("receptors.odour.stages.0", {"offset": 1}, "receptors.odour.stages[0]: key 'kind' is missing"),
    ("senses.0.receptor", "odor", "senses[0].receptor: unknown receptor 'odor'; did you mean 'odour'?"),
    (
        "senses.0.to",
        "on.cell_out",
        "senses[0].to: 'on.cell_out' is an output of block 'cells'; expected an input",
    ),
    ("senses.0.limit", 0, "senses[0].limit: 0: should be greater than 0"),
    ("muscles.0.side", "left", "muscles[0].side: unknown value 'left'; choose from dorsal, ventral"),
    ("muscles.0.segments", [0, 4], "muscles[0].segments: 8 copies do not spread evenly over 5 segments"),
    ("muscles.0.segments", [0, 24], "muscles[0].segments[1]: 24: should be less than 24"),
    ("muscles.0.segments", [3, 0], "muscles[0].segments: [3, 0]; expected first <= last"),
    (
        "proprioception.0.joints",
        {"absolute": [2, 24]},
        "proprioception[0].joints.absolute[1]: 24: should be less",
    ),
    ("proprioception.0.joints", {"absolute": [5, 5]}, "proprioception[0].joints: selects no joint; expected"),
    (
        "proprioception.0.joints",
        {"ahead": [0, 4]},
        "proprioception[0].joints: selects no joint; expected k > m",
    ),
    ("proprioception.0.joints", {}, "proprioception[0].joints: expected exactly one of absolute, ahead"),
    (
        "proprioception.0.joints.own",
        True,
        "proprioception[0].joints: expected exactly one of absolute, ahead",
    ),
    ("proprioception.0.joints", {"own": False}, "proprioception[0].joints.own: unknown value 'False'"),
    (
        "proprioception.0.joints",
        {"own": True},
        "proprioception[0]: key 'segments' is missing; these joints are",
    ),
    ("reward.mode", "sgn", "reward.mode: unknown value 'sgn'; did you mean 'sign'?"),
    ("reward.interval_ms", 0, "reward.interval_ms: 0: should be greater than or equal to 1"),
    ("senses.0", 3, "senses[0]: 3 is not a JSON object"),
    ("muscles", {}, "muscles: {}: should be a valid list"),
    ("components", [], "components: []: List should have at least 1 item after validation, not 0"),
]


@pytest.mark.parametrize(("place", "value", "expected"), MISTAKES, ids=[f"{m[0]}={m[1]}" for m in MISTAKES])
def test_one_mistake_gives_its_problem_and_no_other(write, recipe, place, value, expected):
    *path, key = [int(step) if step.isdigit() else step for step in place.split(".")]
    holder = recipe
    for step in path:
        holder = holder[step]
    holder[key] = value
    found = problems_of(write(recipe))
    assert len(found) == 1, found
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    "place",
    ["name", "description", "components", "projections.0.from", "senses.0.gain", "muscles.0.segments"],
)
def test_a_missing_key_is_named(write, recipe, place):
    *path, key = [int(step) if step.isdigit() else step for step in place.split(".")]
    holder = recipe
    for step in path:
        holder = holder[step]
    del holder[key]
    section = f"{path[0]}[{path[1]}]: " if path else ""
    assert problems_of(write(recipe)) == [f"{section}key {key!r} is missing"]


def test_all_mistakes_are_reported_at_once_whatever_their_kind(write, recipe, blocks):
    recipe["name"] = "two words"  # the form of a value
    recipe["projections"][0]["weigt"] = 1  # an unknown key
    recipe["projections"][1]["to"] = "hed.dorsal_in"  # an unknown name
    recipe["muscles"][3]["segments"] = [4, 22]  # a number that does not fit another
    blocks["cells"]["neurons"][0]["type"] = "RZ"  # a fault in a block
    found = problems_of(write(recipe))
    assert [problem.split(":")[0] for problem in found] == [
        "name",
        "projections[0]",
        "block 'cells'",
        "projections[1].to",
        "muscles[3].segments",
    ]


def test_a_faulty_component_is_not_reported_again_where_it_is_used(write, recipe):
    recipe["components"][2]["count"] = -1
    recipe["receptors"]["odour"]["source"] = "noise"
    found = problems_of(write(recipe))
    assert [problem.split(":")[0] for problem in found] == ["components[2].count", "receptors.odour.source"]


def test_the_index_in_the_file_is_right_after_a_faulty_item(write, recipe):
    recipe["projections"][1] = 7
    recipe["projections"][3]["to"] = "off.nothing"
    found = problems_of(write(recipe))
    assert [problem.split(":")[0] for problem in found] == ["projections[1]", "projections[3].to"]


def test_component_ids_are_unique(write, recipe):
    recipe["components"].append({"id": "on", "block": "cells"})
    recipe["projections"][2]["pattern"] = "all_to_all"  # 2 copies to the second "on", of 1
    assert problems_of(write(recipe)) == ["components[4].id: 'on' is taken by components[2]"]


def test_a_chain_of_one_copy_is_refused(write, recipe):
    recipe["components"][2]["count"] = 1
    recipe["projections"] = [
        {"from": "on.cell_out", "to": "on.cell_in", "weight": 1, "pattern": "chain"},
    ]
    assert problems_of(write(recipe)) == ["projections[0].pattern: a chain of 1 copy has no synapse"]


def test_a_gated_projection_must_name_its_modulator(write, recipe):
    del recipe["projections"][3]["modulator"]
    assert problems_of(write(recipe)) == [
        "projections[3]: key 'modulator' is missing; a gated synapse needs one"
    ]


def test_proximity_must_make_some_synapse(write, recipe):
    del recipe["proximity"][0]["excitatory"], recipe["proximity"][0]["inhibitory"]
    assert problems_of(write(recipe)) == ["proximity[0]: key 'excitatory' or 'inhibitory' is missing"]


def test_excessive_sizes_are_refused_before_memory_is_allocated(write, recipe):
    recipe["components"] = [
        {"id": "on", "block": "cells", "count": 100_000},
        {"id": "off", "block": "cells", "count": 100_000},
    ]
    recipe["projections"] = [{"from": "on.cell_out", "to": "off.cell_in", "weight": 1, "probability": 0.5}]
    for section in ("proximity", "senses", "muscles", "proprioception"):
        recipe[section] = []
    found = problems_of(write(recipe))
    assert found[0] == "components: 1,600,000 neurons; at most 1,000,000"
    assert found[1] == "components and projections: about 125,004,600,000 synapses; at most 50,000,000"
    assert found[2].startswith("projections[0]: about 125,000,000,000 synapses; at most")


def test_many_projections_of_a_size_that_one_may_have_are_refused_before_memory_is_allocated(write, recipe):
    recipe["components"] = [{"id": "on", "block": "cells", "count": 800}]
    one = {"from": "on.cell_out", "to": "on.cell_in", "weight": 1, "probability": 0.5, "delays": [1, 2]}
    for section in ("proximity", "senses", "muscles", "proprioception"):
        recipe[section] = []
    recipe["projections"] = [one] * 6
    (found,) = problems_of(write(recipe))
    assert found.startswith("components and projections: about ") and found.endswith("at most 50,000,000")


def test_synapses_by_proximity_count_too(write, recipe, monkeypatch):
    monkeypatch.setattr("spikeworm_env.compiler.wiring.MAX_SYNAPSES", 5_000)
    recipe["components"] = [{"id": "on", "block": "cells", "count": 100}]
    rule = {"probability": 1.0, "length": 1e6, "radius": 1e6, "excitatory": {"weight": 1}}
    recipe["proximity"] = [rule]
    for section in ("projections", "senses", "muscles", "proprioception"):
        recipe[section] = []
    (found,) = problems_of(write(recipe))
    assert found.startswith("proximity[0]: ") and found.endswith("synapses with it; at most 5,000")


def test_proximity_with_too_many_pairs_is_refused_before_memory_is_allocated(write, recipe):
    recipe["components"] = [{"id": "on", "block": "cells", "count": 1000}]
    recipe["proximity"] = [
        {"probability": 0.1, "length": 1, "radius": 1e6, "excitatory": {"weight": 1}},
    ]
    for section in ("projections", "senses", "muscles", "proprioception"):
        recipe[section] = []
    found = problems_of(write(recipe))
    assert found == ["proximity[0].radius: more than 20000000 pairs lie within it"]


@pytest.mark.parametrize("sign", [-1, 1])
def test_numbers_are_limited_to_a_million(write, recipe, sign):
    recipe["senses"][0]["gain"] = sign * 1e6
    compile_recipe(write(recipe))
    recipe["senses"][0]["gain"] = sign * 1.000001e6
    (problem,) = problems_of(write(recipe))
    assert problem.startswith("senses[0].gain: ") and "1000000" in problem


def test_repeated_keys_are_found_at_any_depth(write, recipe):
    text = (
        json.dumps(recipe)
        .replace('"name":', '"name": "x", "name":')
        .replace('"kind": "gain"', '"kind": 1, "kind": "gain"')
    )
    assert problems_of(write(text)) == [
        "key 'name' is given twice",
        "receptors.odour.stages[3]: key 'kind' is given twice",
    ]


def test_malformed_json_is_located_by_line_and_column(write):
    with pytest.raises(RecipeError, match=r"small_worm\.json:2:6: not JSON: Expecting ':' delimiter"):
        compile_recipe(write('{"a": 1,\n "b" 2}'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not JSON"),
        ("[1]", r"\[1\] is not a JSON object"),
        ("null", "None is not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 100 + "]" * 100, "nested too deeply"),
        ("7" * (sys.get_int_max_str_digits() + 1), "a whole number of too many digits"),
        ('{"name": "\\ud800"}', "name"),
    ],
)
def test_malformed_text_gives_one_line(write, text, expected):
    with pytest.raises(RecipeError, match=expected):
        compile_recipe(write(text))


def test_a_number_too_large_for_a_float_is_not_finite(write, recipe):
    found = problems_of(write(json.dumps(recipe).replace("63.6", "1e999", 1)))
    assert found == ["proprioception[2].gain: inf: should be a finite number"]


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "raw.json"
    path.write_bytes(b'{"name": "\xff"}')
    with pytest.raises(RecipeError, match=r"raw\.json: byte 10 is not UTF-8 text"):
        compile_recipe(path)


def test_a_missing_recipe_is_named_in_the_error(tmp_path):
    with pytest.raises(InputError, match="no recipe file"):
        compile_recipe(tmp_path / "none.json")
    with pytest.raises(UnknownNameError, match="unknown recipe 'no_such_recipe'"):
        compile_recipe("no_such_recipe")


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, True, "42", None])
def test_a_seed_is_a_whole_number(write, recipe, seed):
    with pytest.raises(InputError, match="expected a whole number"):
        compile_recipe(write(recipe), seed)
