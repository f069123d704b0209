"""prefrontal_circuit: a goal outlasts its context, and is cleared or replaced."""

from dataclasses import replace

import numpy as np

STEP = 250


def story(t):
    """Context a for 50 ms, then context b, then context a again, then a clear; each followed by rest."""
    if t % STEP < 150 or t % STEP >= 200:
        return {}
    return ({"context_a": 10.0}, {"context_b": 10.0}, {"context_a": 10.0}, {"clear_in": 20.0})[t // STEP]


def held(bench, without=None):
    """(seeds, 4, 2) spikes of goals a and b after each event; (seeds, 4) of switch_out during each."""
    block = bench("prefrontal_circuit", without=without)
    names = block.terminals
    first, second = names["context_in"]
    block = replace(block, terminals={**names, "context_a": [first], "context_b": [second]})
    goals = np.reshape(names["goal_out"], (2, 3))
    spikes, switches = [], []
    for seed in block.seeds:
        raster = block.spikes(4 * STEP + 100, story, seed)
        assert not raster[50:150].any()
        rests = [raster[STEP * k + 210 : STEP * k + 350] for k in range(4)]
        spikes.append([[rest[:, cells].sum() for cells in goals] for rest in rests])
        events = [raster[STEP * k + 150 : STEP * k + 200] for k in range(4)]
        switches.append([event[:, names["switch_out"]].sum() for event in events])
    return np.array(spikes), np.array(switches)


def test_a_goal_persists_and_is_replaced_by_a_new_context_or_cleared(bench):
    spikes, switches = held(bench)
    for event, goal in ((0, 0), (1, 1), (2, 0)):
        assert (spikes[:, event, goal] >= 15).all()
        assert (spikes[:, event, 1 - goal] == 0).all()
    assert (spikes[:, 3] == 0).all()
    assert (switches[:, 1:] >= 1).all()


def test_without_its_ring_a_goal_ends_with_its_context(bench):
    assert (held(bench, without=("goal_a", "goal_a"))[0][:, 0] == 0).all()


def test_without_its_kill_a_goal_is_neither_replaced_nor_cleared(bench):
    spikes, _ = held(bench, without=("kill_a", "goal_a"))
    assert (spikes[:, 1:, 0] >= 15).all()


def test_without_mutual_inhibition_both_goals_persist(bench):
    spikes, switches = held(bench, without=("context_b", "kill_a"))
    assert (spikes[:, 1] >= 15).all()
    assert (switches[:, 1] == 0).all()
