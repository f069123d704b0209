"""cpg: a command makes two groups burst in anti-phase; frequency rises with the command."""

import numpy as np

START, SETTLED, END = 200, 400, 1200


def phases(block, strength, seed):
    raster = block.spikes(END, lambda t: {"command_in": strength} if t >= START else {}, seed)
    assert raster[:START].sum() == 0, "silent without command"
    return [raster[SETTLED:, block.terminals[name]].sum(axis=1) for name in ("phase_a", "phase_b")]


def test_with_a_command_two_groups_burst_in_anti_phase_and_without_it_all_are_silent(bench, rhythm):
    block = bench("cpg")
    for seed in block.seeds:
        a, b = phases(block, 11.0, seed)
        assert min(len(rhythm.burst_onsets(a)), len(rhythm.burst_onsets(b))) >= 7
        assert rhythm.overlap(a, b) < 0.06
        assert 0.4 < rhythm.phase_of(b, a) < 0.6


def test_a_stronger_command_makes_shorter_cycles(bench, rhythm):
    block = bench("cpg")
    slow, fast = (
        np.mean(
            [np.diff(rhythm.burst_onsets(phases(block, strength, seed)[0])).mean() for seed in block.seeds]
        )
        for strength in (3.0, 11.0)
    )
    assert slow > 1.12 * fast


def test_without_inhibition_of_one_group_its_bursts_overlap_the_other(bench, rhythm):
    block = bench("cpg", without=("brake_a", "pacemaker_b"))
    assert np.mean([rhythm.overlap(*phases(block, 11.0, seed)) for seed in block.seeds]) > 0.1


def test_the_command_acts_through_the_gate(bench):
    block = bench("cpg", without=("gate", "pacemaker_a"))
    for seed in block.seeds:
        a, b = phases(block, 11.0, seed)
        assert a.sum() < 0.4 * b.sum(), "but for rebounds"
