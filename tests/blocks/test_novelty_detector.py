"""novelty_detector: one cell responds to novel, the other to repeated stimuli."""

import numpy as np
import pytest

FIRST = 150


def answers(block, terminal, gap):
    """(seeds, 2): spikes after a stimulus, and after its repeat ``gap`` ms later."""

    def drive(t):
        return {"stimulus_in": 25.0} if t in (FIRST, FIRST + gap) else {}

    ids = block.terminals[terminal]
    rasters = [block.spikes(FIRST + gap + 50, drive, seed)[:, ids] for seed in block.seeds]
    starts = (FIRST, FIRST + gap)
    return np.array([[raster[start : start + 50].sum() for start in starts] for raster in rasters])


@pytest.mark.parametrize("gap", [50, 100, 200])
def test_a_repeat_within_200_ms_is_familiar_and_not_novel(bench, gap):
    block = bench("novelty_detector")
    assert (answers(block, "novelty_out", gap) == [1, 0]).all()
    assert (answers(block, "familiar_out", gap) == [0, 1]).all()


def test_after_a_pause_the_stimulus_is_novel_again(bench):
    block = bench("novelty_detector")
    assert (answers(block, "novelty_out", 1200) == [1, 1]).all()
    assert (answers(block, "familiar_out", 1200) == [0, 0]).all()


def test_each_response_needs_its_own_synapse(bench):
    novel_cut = bench("novelty_detector", without=("sensor", "novel"))
    assert answers(novel_cut, "novelty_out", 200).sum() == 0
    assert (answers(novel_cut, "familiar_out", 200) == [0, 1]).all()
    familiar_cut = bench("novelty_detector", without=("sensor", "familiar"))
    assert answers(familiar_cut, "familiar_out", 200).sum() == 0
    assert (answers(familiar_cut, "novelty_out", 200) == [1, 0]).all()
