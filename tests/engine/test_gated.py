"""gated: the gate opens at exactly its threshold, for exactly its window, and only an open gate learns."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain

SOURCE, METER, GROUP = 0, 1, range(2, 12)  # ten modulator neurons: 0.3 spikes per neuron are three spikes


def gated_brain(nets, *, target="METER", **own):
    synapse = {"type": "gated", "weight": 1.5, **own}
    return Brain(nets.network(["RS", target] + ["RS"] * 10, [synapse], modulators=[list(GROUP)]))


def transmitted(nets, modulators, sources, ticks, delay=1, **own):
    """(k,) current at the target for each source spike."""
    brain = gated_brain(nets, delay=delay, **own)
    silent = {i: () for i in GROUP}
    currents = nets.metered(brain, {**silent, **modulators, SOURCE: sources}, ticks, METER)
    return np.round(currents[np.array(sources) + delay], 9).tolist()


def test_gate_opens_at_exactly_the_threshold(nets):
    two, three = {2: [10], 3: [10]}, {2: [10], 3: [10], 4: [10]}
    assert transmitted(nets, two, [12], 20) == [0.0]
    assert transmitted(nets, three, [12], 20) == [1.5]


def test_many_spikes_of_one_member_count_as_those_of_many(nets):
    assert transmitted(nets, {2: [10, 12]}, [13], 20) == [0.0]
    assert transmitted(nets, {2: [10, 12, 13]}, [13], 20) == [1.5]


def test_gate_is_open_from_its_last_spike_until_the_first_is_fifty_ticks_old(nets):
    """Three spikes, the last in tick 40, the first in tick 30: open in ticks 40 … 79."""
    sources = [39, 40, 41, 78, 79, 80, 81, 200]
    expected = [0.0, 1.5, 1.5, 1.5, 1.5, 0.0, 0.0, 0.0]
    assert transmitted(nets, {2: [30], 3: [35], 4: [40]}, sources, 210) == expected


def test_gate_opens_again(nets):
    bursts = {2: [10, 100], 3: [10, 100], 4: [10, 100]}
    assert transmitted(nets, bursts, [12, 70, 101, 160], 170) == [1.5, 0.0, 1.5, 0.0]


def test_a_current_in_flight_arrives_after_the_gate_has_closed(nets):
    burst = {2: [10], 3: [10], 4: [10]}
    assert transmitted(nets, burst, [59, 60], 100, delay=30) == [1.5, 0.0]


def test_a_threshold_of_zero_is_always_open(nets):
    assert transmitted(nets, {}, [5], 10, gate_threshold=0.0) == [1.5]


def test_spikes_outside_the_modulator_group_open_no_gate(nets):
    """Source and target fire as they like; only group members count, each gate on its own group."""
    synapses = [
        {"type": "gated", "weight": 1.0, "target": 1, "modulator": 0},
        {"type": "gated", "weight": 1.0, "target": 2, "modulator": 1},
    ]
    net = nets.network(["RS", "METER", "METER", "RS", "RS"], synapses, modulators=[[3], [4]])
    for member, open_gates in ((3, [1.0, 0.0]), (4, [0.0, 1.0])):
        currents = []
        for meter in (1, 2):
            brain = Brain(net)
            silent = {3: (), 4: ()}
            currents.append(nets.metered(brain, {**silent, member: [5], 0: range(6)}, 8, meter)[6])
        np.testing.assert_allclose(currents, open_gates, atol=1e-9)


# ---- learning ------------------------------------------------------------------------------------
def change(nets, modulators, sources, targets, **own):
    brain = gated_brain(nets, target="RS", weight=5.0, **own)
    trains = {i: () for i in GROUP} | modulators | {SOURCE: sources, METER: targets}
    nets.run(brain, trains, 200)
    return brain.weights[0] - 5.0


OPEN_FROM_50 = {2: [50], 3: [50], 4: [50]}  # until tick 99


def test_a_gated_synapse_without_a_learning_rate_never_learns(nets):
    assert change(nets, OPEN_FROM_50, [55, 70], [60, 65]) == 0.0


@pytest.mark.parametrize(
    ("source", "target", "learns"),
    [(45, 49, False), (45, 50, True), (60, 65, True), (95, 99, True), (95, 100, False), (120, 121, False)],
)
def test_potentiation_only_where_the_target_fires_while_open(nets, source, target, learns):
    expected = 0.1 * np.exp(-(target - source) / 20.0) * 0.5 if learns else 0.0
    found = change(nets, OPEN_FROM_50, [source], [target], learning_rate=0.1)
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("target", "source", "learns"), [(45, 49, False), (45, 50, True), (60, 65, True), (95, 100, False)]
)
def test_depression_only_where_the_source_fires_while_open(nets, target, source, learns):
    expected = -0.05 * np.exp(-(source - target) / 20.0) * 0.5 if learns else 0.0
    found = change(nets, OPEN_FROM_50, [source], [target], learning_rate=0.1)
    assert found == pytest.approx(expected, rel=1e-10)
