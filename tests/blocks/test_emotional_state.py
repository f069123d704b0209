"""emotional_state: outlasts a brief trigger, has output while it lasts, and ends by calm input."""

import numpy as np

TRIGGER, CALM, END = 300, 1000, 1500


def upset_then_calmed(t):
    """A trigger of 5 ms, and 5 ms of calm 0.7 s later."""
    if TRIGGER <= t < TRIGGER + 5:
        return {"trigger_in": 25.0}
    return {"calm_in": 25.0} if CALM <= t < CALM + 5 else {}


def outputs(block, seed):
    """Spikes per tick of the state and of its relay."""
    raster = block.spikes(END, upset_then_calmed, seed)
    return (raster[:, block.terminals[out]].sum(axis=1) for out in ("emotion_out", "modulate_out"))


def test_it_persists_after_a_brief_trigger_and_calm_input_ends_it(bench):
    block = bench("emotional_state")
    for seed in block.seeds:
        emotion, modulation = outputs(block, seed)
        assert emotion[:TRIGGER].sum() == 0
        assert modulation[:TRIGGER].sum() == 0
        assert np.diff(np.flatnonzero(emotion[TRIGGER:CALM])).max() <= 10
        assert emotion[CALM - 10 : CALM].any()
        assert all(modulation[start : start + 100].any() for start in range(TRIGGER, CALM, 100))
        assert emotion[CALM + 10 :].sum() == 0
        assert modulation[CALM + 30 :].sum() == 0


def test_without_the_ring_it_ends_with_its_trigger(bench):
    block = bench("emotional_state", without=("latch", "latch"))
    for seed in block.seeds:
        emotion, modulation = outputs(block, seed)
        assert emotion[TRIGGER : TRIGGER + 50].any()
        assert emotion[TRIGGER + 50 :].sum() == 0
        assert modulation[TRIGGER + 100 :].sum() == 0


def test_without_the_calm_synapse_it_persists(bench):
    block = bench("emotional_state", without=("calm", "latch"))
    for seed in block.seeds:
        emotion, modulation = outputs(block, seed)
        assert emotion[END - 10 :].any()
        assert modulation[CALM + 100 :].any()


def test_without_its_relay_the_state_has_no_output(bench):
    block = bench("emotional_state", without=("latch", "relay"))
    for seed in block.seeds:
        emotion, modulation = outputs(block, seed)
        assert emotion[CALM - 10 : CALM].any()
        assert modulation.sum() == 0
