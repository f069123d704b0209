"""activity_brake: silent at low activity, bursts at high, and bounds the rate of a population in a loop."""

import json

import numpy as np

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names
from spikeworm_env.engine.brain import Brain

START, END = 200, 800


def suppressor_spikes(block, strength):
    """(seeds, ticks) of one suppressor."""
    drive = {"sense_in": strength}
    one = block.terminals["suppress_out"][0]
    rasters = [block.spikes(END, lambda t: drive if t >= START else {}, seed) for seed in block.seeds]
    return np.array([raster[:, one] for raster in rasters])


def test_silent_at_low_activity_and_bursting_at_high(bench):
    block = bench("activity_brake")
    assert suppressor_spikes(block, 0.7).sum() == 0
    for spikes in suppressor_spikes(block, 3.0):
        assert spikes[:START].sum() == 0
        intervals = np.diff(np.flatnonzero(spikes))
        bursts = 1 + (intervals > 15).sum()
        assert bursts >= 3
        assert spikes.sum() >= 4 * bursts


def test_the_suppressors_need_the_sensors(bench):
    assert suppressor_spikes(bench("activity_brake", without=("sensor", "suppressor")), 3.0).sum() == 0


def population_rates(folder, background, lesioned):
    """(seeds,) Hz of thirty noisy cells in a loop with the brake, or with a brake without its synapses."""
    brake = json.loads(block_names()["activity_brake"].read_text())
    if lesioned:
        brake["synapses"] = [s for s in brake["synapses"] if s["to"] != "suppressor"]
    population = {
        "name": "population",
        "description": "noisy cells",
        "neurons": [{"id": "cell", "type": "RS", "count": 30, "background": background, "noise": 4.0}],
        "terminals": {"inputs": {"cell_in": ["cell"]}, "outputs": {"cell_out": ["cell"]}},
    }
    to_cells = {"from": "brake.suppress_out", "to": "cells.cell_in", "weight": -4.0}
    recipe = {
        "name": "loop",
        "description": "a population and its brake",
        "noise": 0.3,
        "components": [{"id": "cells", "block": "population"}, {"id": "brake", "block": "activity_brake"}],
        "projections": [
            {"from": "cells.cell_out", "to": "brake.sense_in", "weight": 1.5, "delay": 2},
            *({**to_cells, "delay": delay} for delay in range(1, 20, 2)),
        ],
    }
    (folder / "blocks").mkdir(exist_ok=True)
    for block in (brake, population):
        (folder / "blocks" / f"{block['name']}.json").write_text(json.dumps(block))
    (folder / "loop.json").write_text(json.dumps(recipe))
    compiled = compile_recipe(folder / "loop.json", seed=1)
    rates = []
    for seed in range(20):
        brain = Brain(compiled.network, seed=seed)
        still = np.zeros(brain.n_neurons)
        brain.advance(200, still)
        rates.append(brain.advance(1000, still)[compiled.terminals["cells.cell_out"]].mean())
    return np.array(rates)


def test_in_a_loop_it_bounds_a_high_rate_and_leaves_a_low_rate_unchanged(tmp_path):
    free, braked = (population_rates(tmp_path, 12.0, lesioned) for lesioned in (True, False))
    assert (braked < 0.75 * free).all()
    free, braked = (population_rates(tmp_path, 3.0, lesioned) for lesioned in (True, False))
    assert (braked > 0.9 * free).all()
