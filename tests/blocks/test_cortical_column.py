"""cortical_column: a learned pattern is relayed sooner, and inhibition silences the output."""

import numpy as np

TRIAL = 150


def latencies(block, meetings):
    """(seeds, 2) ms to the output for a new pattern and for one met before, nan where there is none."""
    cells = block.terminals["thalamic_in"]
    block.terminals = {**block.terminals, "met": cells[:2], "new": cells[2:]}
    shown = {300 + TRIAL * k: "met" for k in range(meetings)}
    starts = [300 + TRIAL * meetings, 300 + TRIAL * (meetings + 1)]
    shown |= dict(zip(starts, ("new", "met"), strict=True))

    def drive(t):
        return {shown[t]: 30.0} if t in shown else {}

    found = np.full((len(block.seeds), 2), np.nan)
    for row, seed in zip(found, block.seeds, strict=True):
        output = block.spikes(starts[1] + 50, drive, seed)[:, block.terminals["cortical_out"][0]]
        for k, start in enumerate(starts):
            times = np.flatnonzero(output[start : start + 50])
            if times.size:
                row[k] = times[0]
    return found


def output(block, inhibit):
    """(seeds, 2) spikes of the output and of layer 2/3 under a persistent thalamic input."""

    def drive(t):
        return {"thalamic_in": 10.0, "inhibit_in": inhibit} if t >= 200 else {}

    ids = [block.terminals["cortical_out"], block.terminals["layer23_out"]]
    rasters = [block.spikes(500, drive, seed)[200:] for seed in block.seeds]
    return np.array([[raster[:, terminal].sum() for terminal in ids] for raster in rasters])


def test_a_learned_pattern_is_relayed_faster_than_a_novel_one(bench):
    new, learned = latencies(bench("cortical_column"), 15).T
    assert (learned < new).all()
    assert (new - learned).mean() > 2


def test_without_presentations_no_pattern_is_faster(bench):
    new, other = latencies(bench("cortical_column"), 0).T
    assert (np.abs(new - other) <= 1).all()


def test_only_the_plastic_synapses_relay(bench):
    assert np.isnan(latencies(bench("cortical_column", without=("layer4", "layer23")), 10)).all()


def test_inhibition_silences_the_output(bench):
    block = bench("cortical_column")
    assert (output(block, 0.0) >= [3, 6]).all()
    assert (output(block, 20.0)[:, 0] == 0).all()
    assert (output(block, 20.0)[:, 1] >= 6).all()
    assert (output(bench("cortical_column", without=("fast", "layer5")), 20.0)[:, 0] >= 3).all()
