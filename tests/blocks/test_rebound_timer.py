"""rebound_timer: the rebound grows with the duration of the inhibition."""

import numpy as np

START = 600


def rebound(block, length):
    """(seeds,) spikes in the 100 ms after an inhibition that lasts ``length`` ticks."""
    ids = block.terminals["rebound_out"]

    def drive(t):
        return {"inhibit_in": 12.0} if START <= t < START + length else {}

    end = START + length
    return np.array([block.spikes(end + 100, drive, s)[end:, ids].sum() for s in block.seeds])


def test_it_rebounds_above_its_baseline_and_more_after_a_longer_inhibition(bench):
    block = bench("rebound_timer")
    baseline = rebound(block, 0)
    short, middle, long = (rebound(block, length) for length in (50, 150, 400))
    assert (baseline <= 5).all()
    assert (short >= baseline + 3).all()
    assert (middle >= short + 3).all()
    assert (long >= middle + 3).all()
    assert (long >= 3 * baseline).all()


def test_the_rebound_cells_are_silent_during_inhibition_and_fire_slowly_before(bench):
    block = bench("rebound_timer")
    for seed in block.seeds:
        raster = block.spikes(800, lambda t: {"inhibit_in": 12.0} if t >= START else {}, seed)
        found = raster[:, block.terminals["rebound_out"]]
        assert 3 <= found[200:START].sum() <= 25
        assert found[START + 15 :].sum() == 0


def test_without_the_inhibition_there_is_no_rebound(bench):
    block = bench("rebound_timer", without=("hold", "rebound"))
    assert (rebound(block, 400) <= 5).all()
