"""working_memory_cell: one bit, set, cleared, and recalled by a paired association."""

import numpy as np


def pairing(t):
    """Association and trigger together ten times, the kill at 450 ms, the association alone at 700."""
    together = {"association_in": 25.0, "trigger_in": 25.0}
    return together if t in range(200, 400, 20) else {"kill_in": 30.0} if t == 450 else alone(t)


def apart(t):
    """The same stimuli, but the associations come long before the trigger."""
    if t in (120, 140, 160, 180):
        return {"association_in": 25.0}
    return {"trigger_in": 25.0} if t == 300 else {"kill_in": 30.0} if t == 450 else alone(t)


def alone(t):
    return {"association_in": 25.0} if t == 700 else {}


def memory(block, drive):
    """(seeds, 10) spikes of the latch in each 100 ms."""
    ids = block.terminals["memory_out"]
    runs = [block.spikes(1000, drive, seed)[:, ids].sum(axis=1) for seed in block.seeds]
    return np.array([run.reshape(10, 100).sum(axis=1) for run in runs])


def test_it_is_set_by_the_trigger_and_cleared_by_the_kill(bench):
    def drive(t):
        return {"trigger_in": 25.0} if t == 300 else {"kill_in": 30.0} if t == 700 else {}

    found = memory(bench("working_memory_cell"), drive)
    assert (found[:, :3] == 0).all()
    assert (found[:, 3:7] >= 20).all()
    assert (found[:, 7] <= 3).all()
    assert (found[:, 8:] == 0).all()
    assert (memory(bench("working_memory_cell", without=("latch", "latch")), drive)[:, 4:] == 0).all()
    assert (memory(bench("working_memory_cell", without=("kill", "latch")), drive)[:, 8:] >= 20).all()


def test_an_association_recalls_it_only_after_pairing(bench):
    block = bench("working_memory_cell")
    paired = memory(block, pairing)
    assert (paired[:, 5:7] == 0).all()
    assert (paired[:, 7:] >= 20).all()
    assert (memory(block, alone) == 0).all()
    unpaired = memory(block, apart)
    assert (unpaired[:, 3] >= 20).all()
    assert (unpaired[:, 5:] == 0).all()
    lesioned = bench("working_memory_cell", without=("association", "latch"))
    assert (memory(lesioned, pairing)[:, 5:] == 0).all()
