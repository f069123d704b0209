"""cpg_oscillator: two groups burst in anti-phase for as long as they are driven."""

import numpy as np

START, SETTLED, END = 200, 400, 1200


def phases(block, strength, seed):
    raster = block.spikes(END, lambda t: {"drive_in": strength} if t >= START else {}, seed)
    assert raster[:START].sum() == 0, "silent without drive"
    return [raster[SETTLED:, block.terminals[name]].sum(axis=1) for name in ("phase_a", "phase_b")]


def test_driven_groups_burst_in_anti_phase_and_are_silent_without_drive(bench, rhythm):
    block = bench("cpg_oscillator")
    for seed in block.seeds:
        a, b = phases(block, 10.0, seed)
        assert min(len(rhythm.burst_onsets(a)), len(rhythm.burst_onsets(b))) >= 7
        assert rhythm.overlap(a, b) < 0.12
        assert 0.35 < rhythm.phase_of(b, a) < 0.65


def test_more_drive_makes_shorter_cycles(bench, rhythm):
    block = bench("cpg_oscillator")
    slow, fast = (
        np.mean(
            [np.diff(rhythm.burst_onsets(phases(block, strength, seed)[0])).mean() for seed in block.seeds]
        )
        for strength in (3.0, 10.0)
    )
    assert slow > 1.15 * fast


def test_without_inhibition_of_one_group_its_bursts_overlap_those_of_the_other(bench, rhythm):
    block = bench("cpg_oscillator", without=("brake_a", "pacemaker_b"))
    for seed in block.seeds:
        assert rhythm.overlap(*phases(block, 10.0, seed)) > 0.2
