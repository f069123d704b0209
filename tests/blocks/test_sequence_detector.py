"""sequence_detector: responds to A, then B within 300 ms, and to nothing else."""

import numpy as np

A = 150


def pulses(first, second):
    """A at one tick and B at another; None: never."""
    return lambda t: {k: 25.0 for k, at in (("sequence_a", first), ("sequence_b", second)) if t == at}


def answers(block, first, second, ticks=600):
    """(seeds,) spikes of the coincidence cell."""
    ids = block.terminals["sequence_out"]
    drive = pulses(first, second)
    return np.array([block.spikes(ticks, drive, seed)[:, ids].sum() for seed in block.seeds])


def test_it_fires_for_a_then_b_within_300_ms(bench):
    block = bench("sequence_detector")
    for gap in (20, 101, 193, 285):
        assert (answers(block, A, A + gap, A + gap + 30) >= 1).mean() >= 0.9


def test_it_is_silent_for_a_alone_b_alone_b_then_a_and_a_late_b(bench):
    block = bench("sequence_detector")
    for first, second in ((A, None), (None, A), (A + 50, A), (A, A + 330)):
        assert (answers(block, first, second) >= 1).mean() <= 0.1


def test_without_the_memory_it_misses_the_sequence(bench):
    for lesioned in (("latch", "latch"), ("latch", "coincidence")):
        assert (answers(bench("sequence_detector", without=lesioned), A, A + 100, A + 130) >= 1).mean() <= 0.1


def test_the_kill_ends_the_memory_after_300_ms(bench):
    def late(block):
        ids = block.terminals["memory_out"]
        runs = (block.spikes(600, pulses(A, None), seed) for seed in block.seeds)
        return np.array([run[A + 315 :, ids].sum() for run in runs])

    assert (late(bench("sequence_detector")) == 0).all()
    lesioned = bench("sequence_detector", without=("kill", "latch"))
    assert (late(lesioned) >= 50).all()
    assert (answers(lesioned, A, A + 330) >= 1).mean() >= 0.9
