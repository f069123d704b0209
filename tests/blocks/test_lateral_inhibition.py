"""lateral_inhibition: the contrast of a peak is higher in the output than in the input."""

import numpy as np

PEAK, LOW, HIGH = 3, 10.0, 14.0


def profile(block):
    """(seeds, 8) spikes of the channels in a second, with more current into one of them."""
    channels = block.terminals["channels_in"]
    one_by_one = {f"channel {i}": channels[i : i + 1] for i in range(len(channels))}
    block.terminals = {**block.terminals, **one_by_one}
    currents = {name: HIGH if i == PEAK else LOW for i, name in enumerate(one_by_one)}
    rasters = [block.spikes(1200, lambda t: currents if t >= 200 else {}, seed) for seed in block.seeds]
    assert all(raster[100:200].sum() == 0 for raster in rasters)
    return np.array([raster[200:, block.terminals["channels_out"]].sum(axis=0) for raster in rasters], float)


def contrast(high, low):
    return (high - low) / (high + low)


def test_the_contrast_of_the_output_exceeds_that_of_the_input(bench):
    spikes = profile(bench("lateral_inhibition"))
    left, right = (contrast(spikes[:, PEAK], spikes[:, PEAK + side]) for side in (-1, 1))
    assert left.mean() > contrast(HIGH, LOW)
    assert right.mean() > contrast(HIGH, LOW)


def test_without_the_inhibition_by_the_peak_the_contrast_falls(bench):
    intact = profile(bench("lateral_inhibition"))
    lesioned = profile(bench("lateral_inhibition", without=("surround_3", "channel_2")))
    after = contrast(lesioned[:, PEAK], lesioned[:, PEAK - 1])
    assert after.mean() < 0.7 * contrast(HIGH, LOW)
    assert after.mean() < 0.7 * contrast(intact[:, PEAK], intact[:, PEAK - 1]).mean()
