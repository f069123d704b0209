"""backward_motor: a command runs up both chains, and inhibition silences one side only."""

import numpy as np

START = 200
COMMAND = {"command_in": 6.0}


def wave(block, extra=None):
    """(seeds, neurons) spikes and first spikes after the start, of the dorsal and of the ventral chain."""
    drive = {**COMMAND, **(extra or {})}
    rasters = [block.spikes(500, lambda t: drive if t >= START else {}, seed)[START:] for seed in block.seeds]
    counts = np.array([raster.sum(axis=0) for raster in rasters])
    firsts = np.array([raster.argmax(axis=0) for raster in rasters])
    return [(counts[:, ids], firsts[:, ids]) for ids in sides(block)]


def sides(block):
    """Dorsal and ventral ids in the order in which the wave should pass."""
    return [block.terminals[f"motor_out_{side}"][::-1] for side in ("dorsal", "ventral")]


def test_a_command_excites_both_chains_in_order(bench):
    for counts, firsts in wave(bench("backward_motor")):
        assert (counts >= 3).all()
        assert (np.diff(firsts, axis=1) >= 5).all()
        assert (np.diff(firsts, axis=1) <= 15).all()


def test_without_the_link_the_wave_stops_on_that_side(bench):
    (dorsal, _), (ventral, _) = wave(bench("backward_motor", cut=("dorsal_5", "dorsal_4")))
    assert (dorsal[:, 0] >= 3).all()
    assert (dorsal[:, 1:] == 0).all()
    assert (ventral >= 3).all()


def test_inhibition_silences_one_side_only(bench):
    block = bench("backward_motor")
    whole = wave(block)
    for silenced, name in enumerate(("dorsal", "ventral")):
        inhibited = wave(block, {f"inhibit_{name}_in": -8.0})
        assert (inhibited[silenced][0] == 0).all()
        assert (inhibited[1 - silenced][0] >= 0.8 * whole[1 - silenced][0]).all()


def test_silent_without_a_command(bench):
    block = bench("backward_motor")
    for seed in block.seeds:
        assert block.spikes(500, lambda t: {}, seed)[START:].sum() == 0
