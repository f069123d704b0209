"""Every mistake in a block is found, with the block's name and the place."""

from __future__ import annotations

import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.errors import InputError, RecipeError, UnknownNameError

# (where in the block "cells", the value put there, the one problem that follows)
MISTAKES = [
    ("name", "cell", "name: 'cell' differs from the file's name 'cells'"),
    ("neurons.0.type", "RZ", "neurons[0].type: unknown neuron type 'RZ'; choose from"),
    ("neurons.0.typ", "RS", "neurons[0]: unknown key 'typ'; did you mean 'type'?"),
    ("neurons.0.count", 0, "neurons[0].count: 0: should be greater than or equal to 1"),
    (
        "neurons.1.parameters.e",
        1,
        "neurons[1].parameters: unknown parameter 'e' of neuron type 'CH'; choose from a, b, c, d",
    ),
    ("neurons.1.parameters.a", "0", "neurons[1].parameters.a: '0': should be a valid number"),
    ("neurons.0.noise", -0.1, "neurons[0].noise: -0.1: should be greater than or equal to 0"),
    ("synapses.0.from", "lach", "synapses[0].from: unknown neuron 'lach'; did you mean 'latch'?"),
    ("synapses.0.pattern", "rings", "synapses[0].pattern: unknown value 'rings'; did you mean 'ring'?"),
    ("synapses.0.to", "cell", "synapses[0].pattern: a ring joins neurons of one id, not 'latch' to 'cell'"),
    (
        "synapses.2.pattern",
        "one_to_one",
        "synapses[2].pattern: one_to_one from 5 neurons to 3; expected equal",
    ),
    ("synapses.0.pattern", "one_to_one", "synapses[0]: would connect each neuron to itself only"),
    (
        "synapses.1.type",
        "plastik",
        "synapses[1].type: unknown synapse type 'plastik'; did you mean 'plastic'?",
    ),
    ("synapses.1.weight", 11, "synapses[1].weight: 11 is outside its bounds [0, 10]"),
    ("synapses.1.weight", -11, "synapses[1].weight: -11 is outside its bounds [-10, 0]"),
    ("synapses.2.modulator", "cel_out", "synapses[2].modulator: unknown terminal 'cel_out'; did you mean"),
    ("terminals.inputs.cell_in", ["cel"], "terminals.inputs.cell_in[0]: unknown neuron 'cel'; did you mean"),
    ("terminals.inputs.cell_in", [], "terminals.inputs.cell_in: []: List should have at least 1 item"),
    (
        "terminals.inputs.cell_in",
        ["cell", "cell"],
        "terminals.inputs.cell_in: neuron 'cell' is named 2 times",
    ),
    ("terminals.inputs.cell_out", ["cell"], "terminals: 'cell_out' is both an input and an output"),
    ("terminals.inputs.a-b", ["cell"], "terminals.inputs.a-b: 'a-b' is not a name: letters, digits and '_'"),
    ("terminals.inpts", {}, "terminals: unknown key 'inpts'; did you mean 'inputs'?"),
]


@pytest.mark.parametrize(("place", "value", "expected"), MISTAKES, ids=[f"{m[0]}={m[1]}" for m in MISTAKES])
def test_one_mistake_gives_its_problem_and_no_other(write, recipe, blocks, place, value, expected):
    *path, key = [int(step) if step.isdigit() else step for step in place.split(".")]
    holder = blocks["cells"]
    for step in path:
        holder = holder[step]
    holder[key] = value
    with pytest.raises(RecipeError) as caught:
        compile_recipe(write(recipe))
    found = caught.value.problems
    assert len(found) == 1, found
    assert found[0].startswith(f"block 'cells': {expected}")
    assert "\n" not in found[0]


def test_neuron_ids_are_unique(write, recipe, blocks):
    blocks["cells"]["neurons"].append({"id": "cell", "type": "RS"})
    with pytest.raises(RecipeError, match=r"block 'cells': neurons\[2\].id: 'cell' is taken by neurons\[0\]"):
        compile_recipe(write(recipe))


def test_a_malformed_block_is_located(write, recipe, blocks):
    blocks["cells"] = "{"
    with pytest.raises(RecipeError, match=r"small_worm\.json: block 'cells': cells\.json:1:2: not JSON"):
        compile_recipe(write(recipe))


def test_a_block_beside_the_recipe_is_read_alone_by_its_path(write, recipe, blocks):
    folder = write(recipe).parent / "blocks"
    assert read_block(folder / "cells.json").name == "cells"
    blocks["cells"]["neurons"][0]["type"] = "RZ"
    write(recipe)
    with pytest.raises(RecipeError, match=r"^cells\.json: neurons\[0\]\.type: unknown neuron type 'RZ'"):
        read_block(folder / "cells.json")


def test_a_missing_block_is_named_in_the_error(tmp_path):
    with pytest.raises(UnknownNameError, match="unknown block 'no_such_block'"):
        read_block("no_such_block")
    with pytest.raises(InputError, match="no block file"):
        read_block(tmp_path / "none.json")
