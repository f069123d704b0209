"""modulatory: groups that are silent at rest, burst on input and open gated synapses."""

import json

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain

GROUPS = ("dopamine_out", "serotonin_out")


def spikes_per_cell(block, name, drive, start, stop):
    ids = block.terminals[name]
    rasters = (block.spikes(stop, drive, seed) for seed in block.seeds)
    return np.array([raster[start:, ids].sum() / len(ids) for raster in rasters])


def brief(t):
    return {"sensory_in": 20.0} if 200 <= t < 202 else {}


def persistent(t):
    return {"sensory_in": 6.0} if t >= 200 else {}


@pytest.mark.parametrize("group", GROUPS)
def test_a_brief_input_causes_one_burst_of_the_group(bench, group):
    block = bench("modulatory")
    assert (spikes_per_cell(block, group, brief, 0, 200) == 0).all()
    assert (spikes_per_cell(block, group, brief, 200, 250) >= 4.5).all()
    assert (spikes_per_cell(block, group, brief, 250, 400) <= 0.5).all()


@pytest.mark.parametrize(("source", "group"), [("dopamine", GROUPS[0]), ("serotonin", GROUPS[1])])
def test_the_burst_needs_the_recurrent_synapses(bench, source, group):
    alone = bench("modulatory", without=(source, source))
    assert (spikes_per_cell(alone, group, brief, 200, 250) <= 3.5).all()


def test_under_lasting_input_the_serotonin_cells_burst_less_often(bench):
    block = bench("modulatory")
    dopamine, serotonin = (spikes_per_cell(block, group, persistent, 200, 700) for group in GROUPS)
    assert (serotonin >= 15).all()
    assert (dopamine > 1.15 * serotonin).all()


@pytest.mark.parametrize("group", GROUPS)
def test_the_group_opens_gated_synapses(tmp_path, group):
    cell = {
        "name": "cell",
        "description": "one cell",
        "neurons": [{"id": "cell", "type": "RS"}],
        "terminals": {"inputs": {"cell_in": ["cell"]}, "outputs": {"cell_out": ["cell"]}},
    }
    recipe = {
        "name": "gate",
        "description": "a source that reaches its target only while the group is active",
        "noise": 0.3,
        "components": [
            {"id": "m", "block": "modulatory"},
            {"id": "source", "block": "cell", "neurons": {"cell": {"background": 12.0}}},
            {"id": "target", "block": "cell"},
        ],
        "projections": [
            {
                "from": "source.cell_out",
                "to": "target.cell_in",
                "type": "gated",
                "modulator": f"m.{group}",
                "weight": 40.0,
                "parameters": {"w_max": 50.0},
            }
        ],
    }
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "cell.json").write_text(json.dumps(cell))
    (tmp_path / "gate.json").write_text(json.dumps(recipe))
    compiled = compile_recipe(tmp_path / "gate.json", seed=1)
    target = compiled.terminals["target.cell_out"]
    for seed in range(20):
        brain = Brain(compiled.network, seed=seed)
        answers = np.zeros(900, dtype=int)
        for t in range(900):
            current = np.zeros(brain.n_neurons)
            current[compiled.terminals["m.sensory_in"]] = 6.0 if 300 <= t < 600 else 0.0
            answers[t] = np.isin(target, brain.tick(current)).sum()
        assert answers[:300].sum() == 0
        assert answers[300:650].sum() >= 3
        assert answers[700:].sum() == 0
