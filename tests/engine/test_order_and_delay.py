"""The order of events within a tick, delays to the tick, and what adds up to a current."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine import network_arrays
from spikeworm_env.engine.brain import MAX_TICKS, Brain
from spikeworm_env.errors import InputError

DELAYS = [1, 2, 3, 14, 15, 16, 17, 31, 32, 33, 63, 64, 100, 1023, 1024, 5000, 10_000]


@pytest.mark.parametrize("delay", DELAYS)
def test_a_spike_arrives_after_exactly_its_delay(nets, delay):
    brain = Brain(nets.network(["RS", "METER"], [{"weight": 2.0, "delay": delay}]))
    spikes = np.array([3, 4, 40])
    currents = nets.metered(brain, {0: spikes}, 45 + delay, meter=1)
    expected = np.zeros(45 + delay)
    expected[spikes + delay] = 2.0
    np.testing.assert_allclose(currents, expected, atol=1e-9)


def test_delays_of_one_source_do_not_disturb_each_other(nets):
    delays = [1, 7, 15, 16, 17, 90, 91, 300]
    synapses = [{"weight": 0.1 * (k + 1), "delay": d} for k, d in enumerate(delays)]
    brain = Brain(nets.network(["RS", "METER"], synapses))
    spikes = [*range(5, 200, 2), 230, 231, 500]
    currents = nets.metered(brain, {0: spikes}, 820, meter=1)
    expected = np.zeros(900)
    for k, delay in enumerate(delays):
        expected[np.array(spikes) + delay] += 0.1 * (k + 1)
    np.testing.assert_allclose(currents, expected[:820], atol=1e-9)


def test_many_delayed_arrivals_are_all_delivered(nets):
    """A source that fires every tick has thousands of spikes on the way; none is lost or comes twice."""
    brain = Brain(
        nets.network(["FS", "METER"], [{"weight": 0.5, "delay": 3000}, {"weight": 0.25, "delay": 20}])
    )
    currents = nets.metered(brain, {0: range(2500)}, 5600, meter=1)
    ticks = np.arange(5600)
    expected = 0.5 * ((ticks >= 3000) & (ticks < 5500)) + 0.25 * ((ticks >= 20) & (ticks < 2520))
    np.testing.assert_allclose(currents, expected, atol=1e-9)


def test_current_is_the_sum_of_its_five_sources(nets):
    """Arrivals, external, background and gap junction, in one tick; noise has its own tests."""
    synapses = [
        {"weight": 1.5, "delay": 4},
        {"type": "gap_junction", "source": 1, "target": 2, "weight": 0.05},
    ]
    brain = Brain(nets.network(["RS", "METER", "METER"], synapses, background=0.7))
    nets.run(brain, {0: [0]}, 4)
    before = brain.v.copy()
    brain.tick([0.0, 0.3, -1.0])
    expected = 1.5 + 0.7 + 0.3 + 0.05 * (before[2] - before[1])
    assert nets.current_into(before[1], brain.v[1]) == pytest.approx(expected, abs=1e-9)


def test_currents_add_up_in_the_documented_order(nets):
    """To the last bit: near arrivals by tick of emission, type, source, synapse; far ones, newest first.

    The weights are large and cancel, so that any other order of these sums rounds to another potential.
    """
    in_order = [  # (type, source, delay), each source firing once, all arriving in tick 40
        ("fixed", 3, 15),
        ("depressing", 2, 4),
        ("fixed", 1, 4),
        ("fixed", 2, 4),
        ("fixed", 2, 4),
        ("fixed", 4, 3),
        ("fixed", 5, 16),
        ("fixed", 6, 17),
        ("fixed", 7, 30),
    ]
    # Found so that every change of places shows, which is asserted below; drawn without functions and sums
    # whose last bits depend on the machine.
    rng = np.random.default_rng(676)
    n = len(in_order)
    weights = np.ldexp(rng.uniform(-1, 1, n), rng.integers(20, 27, n))
    weights[-1] = 1.0 - math.fsum(weights[:-1])
    synapses = [
        {"type": kind, "source": source, "delay": delay, "weight": w, "target": 0}
        | ({"factor": 1.0} if kind == "depressing" else {})
        for (kind, source, delay), w in zip(in_order, weights, strict=True)
    ]
    rearranged = [synapses[k] for k in (8, 1, 6, 3, 7, 4, 0, 5, 2)]  # synapses 3 and 4 keep their order
    brain = Brain(nets.network(["METER"] + ["RS"] * 7, rearranged))
    trains = {k: [] for k in range(1, 8)} | {source: [40 - delay] for _, source, delay in in_order}
    nets.run(brain, trains, 40)
    before = brain.v[0]
    brain.tick([0.0] + [-nets.FORCE] * 7)

    def potential(order):
        total, v = 0.0, before
        for k in order:
            total += weights[k]
        for _ in range(2):
            v = (0.02 * v + 3.5) * v + (0.5 * total + 70.0)
        return v

    order = list(range(n))
    assert brain.v[0] == potential(order)
    for k in range(1, len(order) - 1):  # the first two of a sum may change places
        swapped = [*order[:k], order[k + 1], order[k], *order[k + 2 :]]
        assert potential(swapped) != potential(order), k


def test_a_neuron_that_fires_is_reset_in_the_same_tick(nets):
    brain = Brain(nets.network(["RS", "CH"]))
    assert brain.tick([nets.FORCE, nets.FORCE]).tolist() == [0, 1]
    assert brain.v.tolist() == [-65.0, -50.0]


def test_a_big_pulse_fires_in_its_own_tick(nets):
    brain = Brain(nets.network(1))
    assert brain.tick([400.0]).tolist() == [0]


def test_a_spike_reaches_no_neuron_in_its_own_tick(nets):
    brain = Brain(nets.network(2, [{"weight": 1e4}]))
    assert brain.tick([nets.FORCE, 0.0]).tolist() == [0]
    assert brain.tick().tolist() == [1]


def test_outgoing_synapses_act_before_incoming_ones(nets):
    """A pair in one tick strengthens by the new source trace, and does not weaken by the new target trace."""
    for kind in ("plastic", "developmental", "gated"):
        own = {"learning_rate": 0.1} | ({"gate_threshold": 0.0} if kind == "gated" else {})
        net = nets.network(2, [{"type": kind, "weight": 5.0, **own}], modulators=[[0]])
        brain = Brain(net)
        nets.run(brain, {0: [5], 1: [5]}, 6)
        assert brain.weights[0] == pytest.approx(5.0 + 0.1 * 0.5, rel=1e-12), kind


def test_a_spike_delivers_the_weight_as_its_own_depression_leaves_it(nets):
    """Target before source: the source's spike weakens the synapse first and delivers the weakened weight."""
    rule = {"type": "plastic", "weight": 5.0, "learning_rate": 1.0, "delay": 2}
    synapses = [{**rule, "target": 1}]
    brain = Brain(nets.network(["RS", "METER"], synapses))
    brain.tick([-nets.FORCE, nets.FORCE])
    brain.tick([nets.FORCE, -2.0])
    scaled = 5.0 - 0.5 * np.exp(-1 / 20.0) * 0.5
    assert brain.weights[0] == pytest.approx(scaled, rel=1e-12)
    brain.tick([-nets.FORCE, -2.0])
    before = brain.v[1]
    brain.tick([-nets.FORCE, -2.0])
    assert nets.current_into(before, brain.v[1]) == pytest.approx(scaled - 2.0, abs=1e-9)


def test_later_learning_does_not_change_a_current_in_flight(nets):
    rule = {"type": "plastic", "weight": 2.0, "learning_rate": 5.0, "w_max": 4.0}
    brain = Brain(nets.network(["RS", "METER"], [{**rule, "delay": 10}]))
    brain.tick([nets.FORCE, nets.FORCE])
    assert brain.weights[0] > 3.5
    for _ in range(9):
        brain.tick([-nets.FORCE, -2.0])
    before = brain.v[1]
    brain.tick([-nets.FORCE, -2.0])
    assert nets.current_into(before, brain.v[1]) == pytest.approx(2.0 - 2.0, abs=1e-9)


def test_modulator_spikes_of_this_tick_count_for_this_ticks_sources(nets):
    net = nets.network(["RS", "METER", "RS"], [{"type": "gated", "weight": 1.0}], modulators=[[2]])
    currents = nets.metered(Brain(net), {0: [5], 2: [5]}, 8, meter=1)
    assert currents[6] == pytest.approx(1.0, abs=1e-9)


def test_ids_of_those_that_fired_come_in_ascending_order(nets):
    brain = Brain(nets.network(37))
    who = [36, 0, 8, 7, 16, 15, 31]
    current = np.full(37, -nets.FORCE)
    current[who] = nets.FORCE
    assert brain.tick(current).tolist() == sorted(who)


def test_a_neuron_may_project_to_itself_and_twice_to_another(nets):
    synapses = [{"target": 0, "weight": 1e4}, {"target": 1, "weight": 0.5}, {"target": 1, "weight": 0.25}]
    brain = Brain(nets.network(["RS", "METER"], synapses))
    assert brain.tick([nets.FORCE, 0.0]).tolist() == [0]
    before = brain.v[1]
    assert brain.tick().tolist() == [0]
    assert nets.current_into(before, brain.v[1]) == pytest.approx(0.75, abs=1e-9)


@pytest.mark.parametrize("n", [1, 7, 8, 9, 64])
def test_a_network_without_synapses_ticks(nets, n):
    brain = Brain(nets.network(n))
    assert brain.tick(np.full(n, nets.FORCE)).tolist() == list(range(n))


def test_spikes_in_flight_are_bounded_and_the_brain_stays_as_it_was_before_the_tick(nets, monkeypatch):
    monkeypatch.setattr(network_arrays, "MAX_IN_FLIGHT", 100)
    brain = Brain(nets.network(["FS", "METER"], [{"weight": 0.5, "delay": 10_000}] * 40))
    strong = np.array([1e6, 0.0])
    with pytest.raises(
        InputError, match="spikes are in flight with delays of 16 ticks or more; expected at most 100"
    ):
        brain.advance(1_000, strong)
    ticks = brain.ticks
    assert ticks < 100
    with pytest.raises(InputError, match="in flight"):
        brain.advance(1, strong)
    assert brain.ticks == ticks
    Brain(brain.network).restore(brain.state())


class StopError(Exception):
    """Ends a run."""


def test_the_longest_call_runs_tick_by_tick_and_a_longer_one_is_refused(nets):
    brain = Brain(nets.random_network(3, n=20, m=160, noise=1.5, longest=60, far=0.3))

    def stop(fired):
        if brain.ticks == 200:
            raise StopError

    brain.on_tick = stop
    for ticks in (MAX_TICKS + 1, 2**62, 2**63, 10**30):
        with pytest.raises(InputError, match="ticks is "):
            brain.advance(ticks)
        assert brain.ticks == 0
    with pytest.raises(StopError):
        brain.advance(MAX_TICKS)
    assert brain.ticks == 200
