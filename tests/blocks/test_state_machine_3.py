"""state_machine_3: exactly one active state, and fast transitions."""

import numpy as np

TOUR = "abcacba"  # every transition between two states once
STEP = 200


def tour(t):
    k = t // STEP
    return {f"trigger_{TOUR[k]}": 25.0} if k < len(TOUR) and t % STEP == 100 else {}


def spikes_by_state(block, seed):
    """(ticks, 3) spikes of the three states."""
    raster = block.spikes(STEP * len(TOUR) + 100, tour, seed)
    return np.stack([raster[:, block.terminals[f"state_{x}_out"]].sum(axis=1) for x in "abc"], axis=1)


def test_every_transition_takes_at_most_ten_ms_and_leaves_one_state_active(bench):
    block = bench("state_machine_3")
    for seed in block.seeds:
        found = spikes_by_state(block, seed)
        assert (found[:100] == 0).all()
        for k, state in enumerate(TOUR):
            start = STEP * k + 100
            on = "abc".index(state)
            assert found[start : start + 10, on].any()
            after = found[start + 10 : start + STEP]
            assert np.delete(after, on, axis=1).sum() == 0
            assert (after[:, on].reshape(-1, 10).sum(axis=1) >= 1).all()


def test_without_its_kill_a_state_stays_active_with_the_others(bench):
    for state in "abc":
        block = bench("state_machine_3", without=(f"kill_{state}", f"latch_{state}"))
        found = spikes_by_state(block, 0)[100 : 100 + STEP * len(TOUR)]
        ends = found.reshape(len(TOUR), STEP, 3)[:, STEP // 2 :].sum(axis=1) > 0
        first = TOUR.index(state)
        assert ends[first:, "abc".index(state)].all()
        assert (ends[first:].sum(axis=1) == [1 if x == state else 2 for x in TOUR[first:]]).all()


def test_without_its_ring_a_state_does_not_persist(bench):
    found = spikes_by_state(bench("state_machine_3", without=("latch_a", "latch_a")), 0)
    assert found[120:300, 0].sum() == 0
