"""winner_take_all: the stronger input gains more than its proportional share."""

import numpy as np


def won(block, a, b):
    """(seeds, 2) spikes of either side while inputs last, and all that follow 20 ms later."""

    def drive(t):
        return {"input_a": a, "input_b": b} if 200 <= t < 900 else {}

    sides = [block.terminals["winner_a"], block.terminals["winner_b"]]
    rasters = [block.spikes(1200, drive, seed) for seed in block.seeds]
    during = np.array([[raster[200:900, ids].sum() for ids in sides] for raster in rasters])
    return during, sum(raster[920:].sum() for raster in rasters)


def test_the_output_ratio_exceeds_the_input_ratio_and_no_side_is_silenced(bench):
    block = bench("winner_take_all")
    for inputs, order in (((15.0, 10.0), 1), ((10.0, 15.0), -1)):
        during, after = won(block, *inputs)
        stronger, weaker = during[:, ::order].T
        assert (stronger > 1.5 * weaker).all()
        assert stronger.mean() > 1.65 * weaker.mean()
        assert (weaker >= 30).all()
        assert after == 0


def test_without_lateral_inhibition_the_ratio_falls_below_that_of_the_inputs(bench):
    during, _ = won(bench("winner_take_all", without=("fs_a", "b")), 15.0, 10.0)
    assert (during[:, 0] < 1.4 * during[:, 1]).all()


def test_it_is_silent_without_a_stimulus(bench):
    during, after = won(bench("winner_take_all"), 0.0, 0.0)
    assert during.sum() + after == 0
