"""What an intervention does to a brain, in the ticks in which it acts and in no other."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.arrays import STIMULUS_TICKS
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_MODELS, NEURON_TYPES
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import InputError


class Ticks:
    """A waveform whose value differs from tick to tick and, if ``each``, from neuron to neuron."""

    def __init__(self, each: bool = False) -> None:
        self.each = each

    def values(self, first_tick, n_ticks, n_ids):
        ticks = 5.0 + np.arange(first_tick, first_tick + n_ticks) % 7
        return ticks[:, None] + 0.25 * np.arange(n_ids) if self.each else ticks


def states_are_equal(one, other):
    one, other = one.state(), other.state()
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def all_types(nets):
    """Networks with synapses of every type, noise, long delays and modulators."""
    return [nets.random_network(seed, noise=1.5, far=0.3) for seed in range(3)]


# ---- nothing ---------------------------------------------------------------------------------------------
def test_interventions_that_do_nothing_change_no_bit(nets, all_types):
    plain, idle = Brain(all_types[0], seed=2), Brain(all_types[0], seed=2)
    nothing = np.zeros(0, dtype=int)
    begun = [
        idle.stimulate(range(60), 0.0),
        idle.stimulate([5], -0.0),
        idle.stimulate(nothing, 3.0),
        idle.silence([]),
        idle.clamp([], -60.0),
        idle.drug("plastic", 1.0),
        idle.drug("gap_junction", 1.0),
    ]
    idle.lesion([])
    idle.scale_weights(range(all_types[0].n_synapses), 1.0)
    idle.set_weights(range(all_types[0].n_synapses), idle.weights)
    idle.schedule([(100, lambda brain: None), (131, lambda brain: None)])
    one, other = (nets.run_with_random_input(brain, 700, seed=4) for brain in (plain, idle))
    np.testing.assert_array_equal(one, other)
    for handle in begun:
        idle.end(handle)
    assert len(one) > 500 and states_are_equal(plain, idle)


def test_what_ends_before_the_next_tick_has_changed_no_bit(nets, all_types):
    plain, brief = Brain(all_types[1], seed=2), Brain(all_types[1], seed=2)
    for brain in (plain, brief):
        nets.run_with_random_input(brain, 100, seed=4)
    for handle in [
        brief.stimulate([1, 2], 30.0),
        brief.stimulate([1, 2], Ticks()),
        brief.silence(range(30)),
        brief.drug("fixed", 0.0),
        brief.drug("gap_junction", 0.3),
    ]:
        brief.end(handle)
    one, other = (nets.run_with_random_input(brain, 300, seed=5) for brain in (plain, brief))
    np.testing.assert_array_equal(one, other)
    assert states_are_equal(plain, brief)


# ---- stimuli ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("start", [0, 1, 64, 700])
def test_a_waveform_has_the_effect_of_its_values_as_external_currents(nets, start):
    """Bit for bit, from its first tick to its last, over the end of a block of prepared ticks."""
    n, after = STIMULUS_TICKS + 30, 40
    one, each = Ticks(), Ticks(each=True)
    rows = np.zeros((start + n + after, 5))
    rows[start : start + n, [2]] += one.values(0, n, 1)[:, None]
    rows[start + 9 : start + n, [4, 1]] += each.values(0, n - 9, 2)
    rows[start : start + n, [1, 3]] += 0.5
    stimulated, driven = (Brain(nets.network(["RS", "FS", "CH", "RS", "LTS"])) for _ in range(2))
    events: dict[int, list] = {
        start: [lambda: stimulated.stimulate([2], one), lambda: stimulated.stimulate([3, 1], 0.5)],
        start + 9: [lambda: stimulated.stimulate([4, 1], each)],
        start + n: [lambda: [stimulated.end(handle) for handle in (2, 3, 1)]],
    }
    spikes = 0
    for tick, row in enumerate(rows):
        for event in events.get(tick, ()):
            event()
        fired = stimulated.tick()
        np.testing.assert_array_equal(fired, driven.tick(row))
        np.testing.assert_array_equal(stimulated.v, driven.v)
        spikes += fired.size
    assert spikes > 100


def test_a_stimulus_adds_to_the_external_current(nets):
    brain, other = Brain(nets.network(3)), Brain(nets.network(3))
    brain.stimulate([1], 2.0)
    brain.stimulate([1, 2], 3.0)
    brain.advance(50, [1.0, 1.0, 1.0])
    other.advance(50, [1.0, 6.0, 4.0])
    np.testing.assert_array_equal(brain.v, other.v)


@pytest.mark.parametrize(
    "wrong", [np.full(STIMULUS_TICKS, np.nan), np.zeros(3), np.array(["a"] * STIMULUS_TICKS)]
)
def test_a_waveform_that_fails_stops_the_run_before_its_tick(nets, wrong):
    class Failing:
        def values(self, first_tick, n_ticks, n_ids):
            return np.zeros(n_ticks) if first_tick < STIMULUS_TICKS else wrong

    brain = Brain(nets.network(2, background=5.0))
    handle = brain.stimulate([0], Failing())
    for _ in range(2):
        with pytest.raises(InputError, match="waveform"):
            brain.advance(2000)
        assert brain.ticks == STIMULUS_TICKS
    brain.end(handle)
    other = Brain(nets.network(2, background=5.0))
    assert brain.advance(500).tolist() == (other.advance(STIMULUS_TICKS), other.advance(500))[1].tolist()


# ---- clamps ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mv", [-90.0, -61.25, 29.0, 40.0, 1e9])
def test_a_clamped_neuron_keeps_its_potential_and_does_not_fire(nets, mv):
    """A neuron of each model, between others of its model."""
    brain = Brain(nets.network([*NEURON_TYPES] * 3, background=20.0, noise=3.0), seed=1)
    brain.advance(100)
    n = len(NEURON_TYPES)
    ids = np.arange(n, 2 * n)
    handle = brain.clamp(ids, mv)
    for _ in range(300):
        assert not {*ids} & set(brain.tick().tolist())
        assert (brain.v[ids] == mv).all() and not brain.spike_counts[ids].any()
    others = np.setdiff1d(np.flatnonzero(brain.network.fires), ids)
    assert brain.advance(300)[others].min() > 1
    state = brain.state()
    assert all(np.isfinite(state[name]).all() for name in state if name.startswith("neurons."))
    brain.end(handle)
    brain.tick()
    assert (brain.v[ids] != mv).all()


def test_recovery_follows_the_held_potential(nets):
    """u(k) = b V + (u(0) − b V) (1 − a)^k, whatever currents flow."""
    brain = Brain(nets.network(["RS", "FS"], background=9.0))
    brain.advance(57)
    before = brain.state()["neurons.izhikevich.u"]
    brain.clamp([0, 1], -50.0)
    brain.advance(80)
    found, b = brain.state()["neurons.izhikevich.u"], 0.2
    for k, a in enumerate((0.02, 0.1)):
        expected = -50.0 * b + (before[k] + 50.0 * b) * (1.0 - a) ** 80
        assert found[k] == pytest.approx(expected, abs=1e-9)


def test_states_follow_a_clamp_as_they_follow_the_current_that_holds_v(nets):
    """For every neuron type. The current is found by bisection; within a tick v may move."""
    names = list(NEURON_TYPES)
    brain = Brain(nets.network(names))
    brain.advance(7, np.linspace(-5.0, 0.0, len(names)))
    start, held = brain.state(), brain.v.copy()
    low, high = np.full(len(names), -40.0), np.full(len(names), 40.0)
    for _ in range(80):
        brain.restore(start)
        fired = brain.tick((low + high) / 2)
        above = brain.v > held
        above[fired] = True
        low, high = np.where(above, low, (low + high) / 2), np.where(above, (low + high) / 2, high)
    np.testing.assert_allclose(brain.v, held, atol=1e-9)
    by_current = brain.state()
    brain.restore(start)
    for k, mv in enumerate(held):
        brain.clamp([k], mv)
    brain.tick()
    states = [name for name in start if name.startswith("neurons.") and name != "neurons.v"]
    for name in states:
        np.testing.assert_allclose(brain.state()[name], by_current[name], atol=1e-5, err_msg=name)
        assert (np.abs(by_current[name] - start[name]) > 1e-3).any()
    assert len(states) == sum(len(each.state) - 1 for each in NEURON_MODELS.values())


def test_continuous_synapses_read_the_held_potential(nets):
    junction = {"type": "gap_junction", "source": 0, "target": 1, "weight": 0.1}
    graded = {"type": "graded_synapse", "source": 0, "target": 2, "weight": 3.0}
    brain = Brain(nets.network(["RS", "METER", "METER"], [junction, graded]))
    brain.clamp([0], -35.0)
    before = brain.v.copy()
    brain.tick()
    into = [nets.current_into(before[k], brain.v[k]) for k in (1, 2)]
    assert into == pytest.approx([0.1 * (-35.0 - before[1]), 1.5], abs=1e-9)


def test_the_clamp_that_began_last_holds_a_neuron(nets):
    brain = Brain(nets.network(2))
    first, second = brain.clamp([0, 1], -40.0), brain.clamp([1], -80.0)
    brain.tick()
    assert brain.v.tolist() == [-40.0, -80.0]
    brain.end(second)
    assert brain.tick().size == 0 and brain.v.tolist() == [-40.0, -40.0]
    brain.end(first)
    brain.tick()
    assert (brain.v != -40.0).all()


def test_currents_into_a_clamped_neuron_do_not_arrive_after_the_clamp(nets):
    """A METER at its potential without current: after the clamp v stays."""
    brain = Brain(nets.network(["METER"]))
    brain.advance(500)
    rest = brain.v[0]
    clamp, stimulus = brain.clamp([0], rest), brain.stimulate([0], 7.0)
    brain.advance(40)
    brain.end(stimulus)
    brain.end(clamp)
    for _ in range(20):
        brain.tick()
        assert brain.v[0] == pytest.approx(rest, abs=1e-6)


def test_a_neuron_in_its_spike_can_be_clamped(nets):
    """Its mark of the tick before is not read again."""
    brain = Brain(nets.network(1, background=1e6))
    assert brain.tick().tolist() == [0]
    brain.clamp([0], -65.0)
    assert brain.tick().size == 0


# ---- drugs -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(SYNAPSE_TYPES))
def test_a_drug_multiplies_the_currents_of_its_type_alone(nets, kind):
    """Neurons 1 and 2 are METERs: behind a synapse of this type, and behind one of another."""
    other = "fixed" if kind != "fixed" else "facilitating"
    own = {"type": kind, "source": 0, "target": 1, "weight": 1.0}
    synapses = [own, {"type": other, "source": 0, "target": 2, "weight": 1.0}]
    gates = {"modulators": [[0]]}

    def arriving(drug):
        brain = Brain(nets.network(["RS", "METER", "METER"], synapses, **gates), learning=False)
        drug(brain)
        currents = [nets.metered(brain, {0: [0]}, 2, meter) for meter in (1,)]
        twin = Brain(nets.network(["RS", "METER", "METER"], synapses, **gates), learning=False)
        drug(twin)
        return np.array([*currents, nets.metered(twin, {0: [0]}, 2, 2)])

    plain = arriving(lambda brain: None)
    drugged = arriving(lambda brain: [brain.drug(kind, 0.25), brain.drug(kind, 3.0)])
    blocked = arriving(lambda brain: brain.drug(kind, 0.0))
    assert np.abs(plain[0]).max() > 1e-3 and np.abs(plain[1]).max() > 0.1
    # in tick 0 no potential depends on the drug yet; spikes of tick 0 arrive in tick 1
    tick = 0 if SYNAPSE_TYPES[kind].continuous else 1
    assert drugged[0, tick] == pytest.approx(0.75 * plain[0, tick], abs=1e-9)
    np.testing.assert_allclose(blocked[0], 0.0, atol=1e-9)
    np.testing.assert_array_equal(drugged[1], plain[1])


def test_drugs_that_end_leave_the_product_of_the_others(nets, all_types):
    """Exactly: the factors 0.1 and 0.7 have no exact product or quotient."""
    brain, other = Brain(all_types[2], seed=3), Brain(all_types[2], seed=3)
    first, second = brain.drug("fixed", 0.1), brain.drug("fixed", 0.7)
    for each in (brain, other):
        each.reset(3)
    brain.end(first)
    brain.drug("depressing", 0.0)
    other.drug("fixed", 0.7)
    other.drug("depressing", 0.0)
    one, two = (nets.run_with_random_input(each, 300, seed=4) for each in (brain, other))
    np.testing.assert_array_equal(one, two)
    brain.end(second)


def test_a_drug_leaves_currents_in_flight_and_learning_alone(nets):
    synapse = {"type": "plastic", "weight": 4.0, "delay": 5, "learning_rate": 0.1}
    trains = {0: [0, 8], 1: [1]}
    plain, drugged = (Brain(nets.network(["RS", "RS"], [synapse])) for _ in range(2))
    for brain in (plain, drugged):
        nets.run(brain, trains, 3)
    drugged.drug("plastic", 0.0)
    for brain in (plain, drugged):
        brain.advance(3)
    np.testing.assert_array_equal(plain.v, drugged.v)
    for brain in (plain, drugged):
        nets.run(brain, {0: [4], 1: [6]}, 10)
    np.testing.assert_array_equal(plain.weights, drugged.weights)
    assert plain.weights[0] != 4.0
