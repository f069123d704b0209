"""command_decision_v2: a brief input latches one side until the other is triggered; modulators tip a tie."""

import numpy as np


def on(block, ticks, drive, seed):
    """(ticks, 2) whether either output fired."""
    raster = block.spikes(ticks, drive, seed)
    return np.stack(
        [raster[:, block.terminals[out]].any(axis=1) for out in ("forward_out", "backward_out")], axis=1
    )


def first_second_first(seed):
    """20 ms of input to one side at 200, to the other near 500, to the first again near 800."""
    phase = seed % 7

    def drive(t):
        if 200 <= t < 220 or 800 + phase <= t < 820 + phase:
            return {"fwd_sensory_in": 15.0}
        return {"bwd_sensory_in": 15.0} if 500 + phase <= t < 520 + phase else {}

    return drive


def ambiguous(modulator):
    """40 ms of the same weak input to both sides at 300, and perhaps a modulator around it."""

    def drive(t):
        drives = {"fwd_sensory_in": 2.0, "bwd_sensory_in": 2.0} if 300 <= t < 340 else {}
        return drives | ({modulator: 0.5} if modulator and 150 <= t < 400 else {})

    return drive


def choices(block, drive):
    """(seeds, 2) which outputs are on long after the input."""
    return np.array([on(block, 500, drive, seed)[450:].any(axis=0) for seed in block.seeds])


def test_a_brief_input_latches_its_option_until_the_other_is_triggered(bench):
    block = bench("command_decision_v2")
    for seed in block.seeds:
        first, second = on(block, 1100, first_second_first(seed), seed).T
        assert not first[:200].any() and not second[:500].any()
        assert np.diff(np.flatnonzero(first[:500])).max() <= 10 and first[490:500].any()
        assert not first[550:800].any() and second[790:800].any()
        assert first[1090:].any() and not second[850:].any()
        overlap_ms = np.flatnonzero(first[:800])[-1] - np.flatnonzero(second)[0]
        assert overlap_ms <= 5
        assert np.flatnonzero(second)[-1] - np.flatnonzero(first[800:])[0] - 800 <= 5


def test_both_at_once_never_leaves_both_on(bench):
    block = bench("command_decision_v2")
    for lag in range(20):
        first, second = on(
            block,
            500,
            lambda t, lag=lag: (
                ({"fwd_sensory_in": 15.0} if 200 <= t < 220 else {})
                | ({"bwd_sensory_in": 15.0} if 200 + lag <= t < 220 + lag else {})
            ),
            lag,
        ).T
        recent = np.ones(7)
        both = (np.convolve(first, recent)[:500] > 0) & (np.convolve(second, recent)[:500] > 0)
        assert both.sum() <= 5


def test_without_the_ring_the_option_is_not_kept(bench):
    block = bench("command_decision_v2", cut=("latch_fwd", "latch_fwd"))
    for seed in block.seeds:
        first = on(block, 500, first_second_first(seed), seed)[:, 0]
        assert first[200:250].any() and not first[300:].any()


def test_without_the_cross_kill_both_are_on(bench):
    block = bench("command_decision_v2", cut=("cross_kill_bwd", "latch_fwd"))
    for seed in block.seeds:
        first, second = on(block, 800, first_second_first(seed), seed).T
        assert first[700:].sum() >= 10 and second[700:].sum() >= 10


def test_a_modulator_alone_selects_nothing_but_tips_an_ambiguous_input(bench):
    block = bench("command_decision_v2")
    assert not choices(block, lambda t: {"modulator_fwd_in": 0.5} if t >= 150 else {}).any()
    unmodulated = choices(block, ambiguous(None))
    assert (unmodulated.sum(axis=0) <= 12).all()
    towards_first = choices(block, ambiguous("modulator_fwd_in"))
    assert (towards_first == [True, False]).all(axis=1).sum() >= 17
    towards_second = choices(block, ambiguous("modulator_bwd_in"))
    assert (towards_second == [False, True]).all(axis=1).sum() >= 17


def test_without_its_trigger_a_modulated_side_is_not_selected(bench):
    block = bench("command_decision_v2", cut=("integrate_fwd", "trigger_fwd"))
    assert not choices(block, ambiguous("modulator_fwd_in"))[:, 0].any()


def test_the_cross_kill_keeps_the_other_side_from_being_selected_later(bench):
    intact = choices(bench("command_decision_v2"), ambiguous("modulator_fwd_in"))
    cut = choices(
        bench("command_decision_v2", cut=("trigger_fwd", "cross_kill_fwd")), ambiguous("modulator_fwd_in")
    )
    assert intact[:, 1].sum() <= 1
    assert cut[:, 1].sum() >= 3


def test_a_clear_input_prevails_over_a_modulator(bench):
    def drive(t):
        drives = {"bwd_sensory_in": 15.0} if 300 <= t < 320 else {}
        return drives | ({"modulator_fwd_in": 0.5} if 150 <= t < 400 else {})

    assert (choices(bench("command_decision_v2"), drive) == [False, True]).all()
