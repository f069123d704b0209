"""hypothalamic_drive: a need builds up a drive, a high drive causes an urge, satisfy input resets both."""

import numpy as np

NEED, SATISFY, AGAIN, END = 200, 1400, 3200, 3500


def counts(block, need, end=END):
    """(2, 4, seeds) spikes of drive and urge: in the first 300 ms of the need, in the 300 ms before it is
    satisfied, while it is satisfied (without the first 30 ms), and in the 300 ms afterwards."""

    def story(t):
        return {
            "need_in": need if t >= NEED else 0.0,
            "satisfy_in": 12.0 if SATISFY <= t < AGAIN else 0.0,
        }

    found = np.zeros((2, 4, len(block.seeds)), dtype=int)
    for k, seed in enumerate(block.seeds):
        raster = block.spikes(end, story, seed)
        for i, terminal in enumerate(("drive_out", "urge_out")):
            fired = raster[:, block.terminals[terminal]].sum(axis=1)
            found[i, :, k] = (
                fired[NEED : NEED + 300].sum(),
                fired[SATISFY - 300 : SATISFY].sum(),
                fired[SATISFY + 30 : AGAIN].sum(),
                fired[AGAIN:].sum(),
            )
    return found


def test_a_need_builds_up_drive_and_then_urge_and_satisfy_input_resets_both(bench):
    drive, urge = counts(bench("hypothalamic_drive"), 12.0)
    first, late, satisfied, again = drive
    assert (late >= 10).all()
    assert (first <= 0.2 * late).all()
    assert (satisfied == 0).all()
    assert (again <= 0.4 * late).all()
    first, late, satisfied, again = urge
    assert (first == 0).all()
    assert (late >= 3).all()
    assert (satisfied == 0).all()
    assert (again < late).all()


def test_a_need_below_the_threshold_causes_no_urge(bench):
    _, urge = counts(bench("hypothalamic_drive"), 3.0, end=SATISFY)
    assert (urge == 0).all()


def test_without_satisfy_input_the_drive_is_not_reset(bench):
    drive, urge = counts(bench("hypothalamic_drive", without=("satisfy", "need")), 12.0)
    assert (drive[3] >= 6).all()
    assert drive[3].mean() > drive[1].mean()
    assert (urge[3] >= 3).all()


def test_without_its_synapses_the_drive_does_not_build_up(bench):
    assert (counts(bench("hypothalamic_drive", without=("need", "drive")), 12.0, end=SATISFY) == 0).all()
