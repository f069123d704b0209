"""gain_controller: silent at rest; its burst rate rises with the drive."""

import numpy as np

START, END = 300, 1300


def outputs(block, strength):
    """(seeds, ticks) spikes of the relay."""
    drive = {"drive_in": strength}
    ids = block.terminals["modulation_out"]
    rasters = [block.spikes(END, lambda t: drive if t >= START else {}, seed) for seed in block.seeds]
    return np.array([raster[:, ids].sum(axis=1) for raster in rasters])


def bursts(spikes):
    ticks = np.flatnonzero(spikes)
    return 0 if ticks.size == 0 else 1 + int((np.diff(ticks) > 12).sum())


def test_silent_under_the_tonic_current_alone(bench):
    assert outputs(bench("gain_controller"), 0.0).sum() == 0


def test_the_burst_rate_rises_with_the_drive(bench):
    block = bench("gain_controller")
    rates = np.array([[bursts(spikes) for spikes in outputs(block, drive)] for drive in (2.0, 4.0, 8.0)])
    assert (np.diff(rates, axis=0) >= 1).all()
    assert (rates[0] >= 5).all()
    assert outputs(block, 2.0).sum() >= 2 * rates[0].sum(), "bursts, not single spikes"


def test_the_relay_carries_the_output(bench):
    assert outputs(bench("gain_controller", without=("burster", "relay")), 8.0).sum() == 0


def test_the_gap_junction_synchronises_the_pair(bench):
    def together(block):
        first, second = block.terminals["drive_in"]
        shares = []
        for seed in block.seeds:
            raster = block.spikes(END, lambda t: {"drive_in": 4.0} if t >= START else {}, seed)
            near = np.convolve(raster[:, first], np.ones(3), "same") > 0
            shares.append(near[raster[:, second] > 0].mean())
        return np.array(shares)

    assert together(bench("gain_controller")).mean() > 0.85
    assert together(bench("gain_controller", without=("burster", "burster"))).mean() < 0.5
