"""noise_channel: fires without input at the rate of a sensor, and its cells are independent."""

import numpy as np

BIN = 20


def test_it_fires_without_input_at_the_rate_of_a_sensor(bench):
    block = bench("noise_channel")
    rate = block.rate_hz("noise_out", 1000, {})
    assert (rate > 5).all()
    assert (rate < 15).all()


def test_its_cells_are_independent_and_the_measure_detects_common_input(bench):
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
