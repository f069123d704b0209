"""forward_motor and backward_motor: a command travels along both chains; inhibition acts on one side."""

import numpy as np
import pytest

START = 200
COMMAND = {"command_in": 6.0}
WAYS = {"forward_motor": (1, 2), "backward_motor": (5, 4)}
"""Block → the first two neurons of a chain that the wave passes: down the chain, or up."""


@pytest.fixture(params=WAYS)
def name(request):
    return request.param


def wave(block, name, extra=None):
    """(seeds, neurons) spikes and first spikes after the start, of the dorsal and of the ventral chain."""
    drive = {**COMMAND, **(extra or {})}
    rasters = [block.spikes(500, lambda t: drive if t >= START else {}, seed)[START:] for seed in block.seeds]
    counts = np.array([raster.sum(axis=0) for raster in rasters])
    firsts = np.array([raster.argmax(axis=0) for raster in rasters])
    return [(counts[:, ids], firsts[:, ids]) for ids in sides(block, name)]


def sides(block, name):
    """Dorsal and ventral ids in the order in which the wave should pass."""
    first, second = WAYS[name]
    chains = [block.terminals[f"motor_out_{side}"] for side in ("dorsal", "ventral")]
    return [chain[:: second - first] for chain in chains]


def test_a_command_excites_both_chains_in_order(bench, name):
    for counts, firsts in wave(bench(name), name):
        assert (counts >= 3).all()
        assert (np.diff(firsts, axis=1) >= 5).all()
        assert (np.diff(firsts, axis=1) <= 15).all()


def test_without_the_link_the_wave_stops_on_that_side(bench, name):
    (dorsal, _), (ventral, _) = wave(bench(name, without=tuple(f"dorsal_{k}" for k in WAYS[name])), name)
    assert (dorsal[:, 0] >= 3).all()
    assert (dorsal[:, 1:] == 0).all()
    assert (ventral >= 3).all()


def test_inhibition_silences_one_side_only(bench, name):
    block = bench(name)
    whole = wave(block, name)
    for silenced, side in enumerate(("dorsal", "ventral")):
        inhibited = wave(block, name, {f"inhibit_{side}_in": -8.0})
        assert (inhibited[silenced][0] == 0).all()
        assert (inhibited[1 - silenced][0] >= 0.8 * whole[1 - silenced][0]).all()


def test_silent_without_a_command(bench, name):
    block = bench(name)
    for seed in block.seeds:
        assert block.spikes(500, lambda t: {}, seed)[START:].sum() == 0
