"""burst_rebound: a burst at the onset of a stimulus, a rebound at its end."""

import numpy as np

START = 600


def counts(block, length):
    """(seeds, 5) spikes: burst cells' first 100 ms and the rest of the stimulus, then rebound cells' 200 ms
    before it, all but its first 20 ms, and the 100 ms after it."""
    burst, rebound = block.terminals["burst_out"], block.terminals["rebound_out"]
    end = START + length

    def drive(t):
        return {"stimulus_in": 10.0} if START <= t < end else {}

    found = []
    for seed in block.seeds:
        raster = block.spikes(end + 100, drive, seed)
        fired, rebounded = raster[:, burst].sum(axis=1), raster[:, rebound].sum(axis=1)
        found.append(
            [
                fired[START : START + 100].sum(),
                fired[START + 100 : end].sum(),
                rebounded[START - 200 : START].sum(),
                rebounded[START + 20 : end].sum(),
                rebounded[end:].sum(),
            ]
        )
    return np.array(found)


def test_a_burst_at_onset_and_a_rebound_that_grows_with_the_stimulus(bench):
    block = bench("burst_rebound")
    short, middle, long = (counts(block, length) for length in (50, 150, 400))
    for found in (short, middle, long):
        burst, later, before, held, _ = found.T
        assert (burst >= 6).all()
        assert (later <= 3).all()
        assert (before <= 16).all()
        assert (held <= 4).all()
    assert (middle[:, 4] >= short[:, 4] + 3).all()
    assert (long[:, 4] >= middle[:, 4] + 3).all()
    assert (long[:, 4] >= 25).all()


def test_without_the_depressing_synapses_there_is_no_burst(bench):
    assert (counts(bench("burst_rebound", without=("stimulus", "burst")), 150)[:, :2] <= 1).all()


def test_without_the_facilitating_synapses_there_is_no_rebound(bench):
    assert (counts(bench("burst_rebound", without=("stimulus", "rebound")), 400)[:, 4] <= 13).all()
