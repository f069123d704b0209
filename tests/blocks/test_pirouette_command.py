"""pirouette_command: a decrease of concentration causes a turn, and so does touch."""

import numpy as np


def worsening(t):
    return {"sensory_in": 8.0} if 200 <= t < 500 else {}


def touch(t):
    return {"touch_in": 10.0} if 200 <= t < 500 else {}


def turn_spikes(block, drive, start, stop):
    ids = block.terminals["turn_out"]
    return np.array([block.spikes(1000, drive, seed)[start:stop, ids].sum() for seed in block.seeds])


def test_a_decrease_causes_a_turn_through_the_off_cells(bench):
    intact = turn_spikes(bench("pirouette_command"), worsening, 200, 520)
    lesioned = turn_spikes(bench("pirouette_command", without=("off_cell", "turn_cell")), worsening, 200, 520)
    assert (intact >= 12).all()
    assert (lesioned < 0.5 * intact).all()


def test_there_is_no_turn_at_rest_and_a_turn_ends_with_its_input(bench):
    block = bench("pirouette_command")
    at_rest = turn_spikes(block, lambda t: {}, 200, 500).mean()
    assert at_rest < 6
    assert turn_spikes(block, worsening, 200, 500).mean() > 4 * at_rest
    assert turn_spikes(block, worsening, 600, 900).mean() < 6


def test_touch_causes_a_turn_without_odour(bench):
    block = bench("pirouette_command", without=("off_cell", "turn_cell"))
    assert (turn_spikes(block, touch, 200, 500) >= 20).all()
