"""bistable_motif: one bit, set by a brief trigger, cleared by a brief kill."""

import numpy as np

TRIGGER, KILL = 5000, 10000


def story(seed):
    """A trigger of one tick at 5 s, a kill of one tick at 10 s, at any phase of the ring."""

    def drive(t):
        if t == TRIGGER:
            return {"trigger_in": 25.0}
        return {"kill_in": 25.0} if t == KILL + seed % 7 else {}

    return drive


def brief(t):
    """The same story, shorter: trigger at 200, kill at 500."""
    if t == 200:
        return {"trigger_in": 25.0}
    return {"kill_in": 25.0} if t == 500 else {}


def test_it_keeps_either_state_for_five_seconds_and_a_kill_ends_it_within_ten_ms(bench):
    block = bench("bistable_motif")
    for seed in block.seeds:
        raster = block.spikes(KILL + 500, story(seed), seed)[:, block.terminals["sustained_out"]]
        assert raster[:TRIGGER].sum() == 0
        on = np.flatnonzero(raster[: KILL + seed % 7].any(axis=1))
        assert on[0] - TRIGGER <= 10
        assert np.diff(on).max() <= 10
        assert KILL + seed % 7 - on[-1] <= 10
        assert raster[KILL + seed % 7 + 10 :].sum() == 0


def test_without_the_ring_activity_ends_with_the_trigger(bench):
    block = bench("bistable_motif", without=("latch", "latch"))
    for seed in block.seeds:
        raster = block.spikes(500, brief, seed)[:, block.terminals["sustained_out"]]
        assert raster[200:220].sum() > 0
        assert raster[220:].sum() == 0


def test_without_the_gate_a_trigger_sets_nothing(bench):
    block = bench("bistable_motif", without=("gate", "latch"))
    assert all(
        block.spikes(500, brief, s)[:, block.terminals["sustained_out"]].sum() == 0 for s in block.seeds
    )


def test_without_the_kill_synapse_it_stays_on(bench):
    block = bench("bistable_motif", without=("kill", "latch"))
    for seed in block.seeds:
        assert block.spikes(800, brief, seed)[510:, block.terminals["sustained_out"]].sum() > 50
