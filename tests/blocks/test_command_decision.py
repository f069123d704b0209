"""command_decision: the more strongly driven side fires more, and activity ends with the input."""

import numpy as np
import pytest

START, STOP, TICKS = 200, 1000, 1400
OVER = STOP + 40


def outputs(block, forward, backward, start=START, stop=STOP, modulator=0.0):
    """(seeds,) spikes forward, (seeds,) spikes backward."""
    drive = {"fwd_sensory_in": forward, "bwd_sensory_in": backward, "modulator_in": modulator}
    rasters = [
        block.spikes(TICKS, lambda t: drive if START <= t < STOP else {}, seed)[start:stop]
        for seed in block.seeds
    ]
    names = ("forward_out", "backward_out")
    return [np.array([raster[:, block.terminals[name]].sum() for raster in rasters]) for name in names]


@pytest.mark.parametrize(("forward", "backward"), [(10.0, 5.0), (5.0, 10.0)])
def test_the_more_strongly_driven_side_fires_more_spikes(bench, forward, backward):
    ahead, back = outputs(bench("command_decision"), forward, backward)
    stronger, weaker = (ahead, back) if forward > backward else (back, ahead)
    assert (stronger >= 20).all()
    assert (stronger > weaker).all()
    assert stronger.mean() >= 1.3 * weaker.mean()


def test_inhibition_reduces_the_rate_of_the_weaker_side(bench):
    stronger, weaker = outputs(bench("command_decision"), 10.0, 5.0)
    rival, freed = outputs(bench("command_decision", without=("fwd_integrator", "bwd_integrator")), 10.0, 5.0)
    assert freed.mean() >= 1.3 * weaker.mean()
    assert stronger.mean() - weaker.mean() >= 5
    assert rival.mean() - freed.mean() < 3


def test_without_its_sensory_neurons_a_side_does_not_win(bench):
    ahead, back = outputs(bench("command_decision", without=("fwd_sense", "fwd_integrator")), 10.0, 5.0)
    assert (ahead == 0).all()
    assert (back > 0).all()


def test_activity_ends_with_the_input(bench):
    block = bench("command_decision")
    for side in outputs(block, 10.0, 5.0, OVER, TICKS):
        assert (side <= 2).all()
    for side in outputs(block, 0.0, 0.0, START, TICKS):
        assert (side == 0).all()
