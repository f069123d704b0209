"""noise_channel: fires without input, about as often as a sense does, and its cells are independent."""

import numpy as np

BIN = 20


def test_it_fires_by_itself_about_as_often_as_a_sense(bench):
    block = bench("noise_channel")
    rate = block.rate_hz("noise_out", 1000, {})
    assert (rate > 5).all()
    assert (rate < 15).all()


def test_its_cells_are_independent_and_what_they_share_would_show(bench):
    block = bench("noise_channel")

    def correlation(drive):
        rasters = np.array(
            [block.spikes(1000, drive, seed)[:, block.terminals["noise_out"]] for seed in range(5)]
        )
        counts = rasters.reshape(-1, BIN, rasters.shape[-1]).sum(axis=1)
        pairs = np.corrcoef(counts.T)
        return pairs[np.triu_indices_from(pairs, 1)].mean()

    assert abs(correlation(lambda t: {})) < 0.1
    assert correlation(lambda t: {"noise_in": 20.0} if t % 200 < BIN else {}) > 0.3
