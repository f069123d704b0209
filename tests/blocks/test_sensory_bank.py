"""sensory_bank: a steady channel of two coupled sensors, and a relay that adapts and recovers."""

import numpy as np


def relayed(block, current):
    """Relay spikes in 200 ms at onset, over 600 ms later on, and in 200 ms after a second's rest."""

    def drive(t):
        return {"channel_in": current} if 200 <= t < 1200 or t >= 2200 else {}

    ids = block.terminals["sensory_out"]
    rasters = np.array([block.spikes(2400, drive, seed)[:, ids] for seed in block.seeds])
    return [rasters[:, a:b].sum(axis=(1, 2)) for a, b in ((200, 400), (600, 1200), (2200, 2400))]


def noise(block):
    """Sensor spikes without a stimulus, and over the seeds the spread of the first answer to a weak one."""
    ids = block.terminals["channel_in"]
    idle, latency = 0, []
    for seed in block.seeds:
        raster = block.spikes(400, lambda t: {"channel_in": 2.5} if t >= 300 else {}, seed)[:, ids]
        idle += raster[100:300].sum()
        latency.append(np.flatnonzero(raster[300:, 0])[0])
    return idle, np.std(latency)


def test_the_rate_rises_with_current_then_adapts_and_recovers(bench):
    block = bench("sensory_bank")
    weak, strong = relayed(block, 3.0), relayed(block, 12.0)
    assert (strong[0] > 1.5 * weak[0]).all()
    assert strong[1].mean() > weak[1].mean()
    assert (strong[1] / 3 < 0.8 * strong[0]).all()
    assert (strong[1] >= 6).all()
    assert (strong[2] > 1.2 * strong[1] / 3).all()
    assert strong[2].mean() > 0.85 * strong[0].mean()


def test_only_the_depressing_synapses_reach_the_relay(bench):
    assert sum(part.sum() for part in relayed(bench("sensory_bank", without=("sensor", "relay")), 12.0)) == 0


def test_the_coupled_pair_is_less_noisy_than_one_alone(bench):
    idle, spread = noise(bench("sensory_bank"))
    idle_alone, spread_alone = noise(bench("sensory_bank", without=("sensor", "sensor")))
    assert spread < 0.6 * spread_alone
    assert idle < 0.5 * idle_alone
