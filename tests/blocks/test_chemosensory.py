"""chemosensory: sustained input drives an output more per spike than brief input; the outputs compete."""

import numpy as np
import pytest

START, BRIEF, SUSTAINED, TICKS = 200, 50, 800, 1100
RIVALS = [("approach", "avoid"), ("avoid", "approach")]


def spikes(block, duration):
    """(seeds,) spikes of the senses and of each output under an input of some duration."""
    rasters = [
        block.spikes(TICKS, lambda t: {"sensory_in": 10.0} if 0 <= t - START < duration else {}, seed)[START:]
        for seed in block.seeds
    ]
    names = {"sense": "sensory_in", "approach": "approach_out", "avoid": "avoid_out"}
    return {
        key: np.array([r[:, block.terminals[name]].sum() for r in rasters]) for key, name in names.items()
    }


def test_sustained_input_drives_an_output_more_per_spike_than_a_brief_one(bench):
    block = bench("chemosensory")
    brief, sustained = spikes(block, BRIEF), spikes(block, SUSTAINED)
    for side in ("approach", "avoid"):
        per_spike = sustained[side] / sustained["sense"]
        per_brief_spike = brief[side] / brief["sense"]
        assert (per_spike > per_brief_spike).all()
        assert per_spike.mean() >= 2 * per_brief_spike.mean()


@pytest.mark.parametrize(("side", "rival"), RIVALS)
def test_without_the_facilitating_synapse_an_output_is_silent(bench, side, rival):
    lesioned = spikes(bench("chemosensory", without=(f"{side}_integrate", side)), SUSTAINED)
    assert (lesioned[side] == 0).all()
    assert (lesioned[rival] > 0).all()


@pytest.mark.parametrize(("side", "rival"), RIVALS)
def test_each_side_reduces_the_spikes_of_the_other(bench, side, rival):
    intact = spikes(bench("chemosensory"), SUSTAINED)
    freed = spikes(bench("chemosensory", without=(f"{rival}_integrate", side)), SUSTAINED)
    assert freed[side].mean() >= 1.2 * intact[side].mean()
    assert (freed[side] >= intact[side]).all()
    assert freed[side].mean() > 1.2 * freed[rival].mean()


def test_silent_without_input(bench):
    silent = spikes(bench("chemosensory"), 0)
    assert not any(counts.any() for counts in silent.values())
