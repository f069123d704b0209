"""Interventions at exact ticks, in states and copies; and what is refused."""

from __future__ import annotations

import copy
import io
import pickle
import sys
import types

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.errors import InputError


class Wave:
    """A current that follows the tick; of module level, so that pickle finds it."""

    def values(self, first_tick, n_ticks, n_ids):
        return 0.125 * (np.arange(first_tick, first_tick + n_ticks)[:, None] % 50 + np.arange(n_ids))


Wave.__module__ = "tests.wave"  # pytest's importlib mode gives the module a name that pickle cannot import


@pytest.fixture(autouse=True)
def module_of_wave(monkeypatch):
    module = types.ModuleType("tests.wave")
    module.Wave = Wave
    monkeypatch.setitem(sys.modules, "tests.wave", module)


@pytest.fixture(scope="module")
def network(nets):
    """Synapses of every type, noise, long delays and modulators."""
    return nets.random_network(12, noise=1.5, far=0.3)


def protocol(brain, begun=None):
    """Events of every kind, at ticks within and at the ends of steps of 10 and of the kernel's blocks."""
    begun = {} if begun is None else begun

    def begin(name, act):
        return lambda brain: begun.__setitem__(name, act(brain))

    def end(name):
        return lambda brain: brain.end(begun[name])

    return [
        (0, begin("wave", lambda brain: brain.stimulate(range(5, 9), Wave()))),
        (3, begin("silence", lambda brain: brain.silence([1, 2, 3]))),
        (64, begin("current", lambda brain: brain.stimulate([20, 21], 4.0))),
        (77, begin("clamp", lambda brain: brain.clamp([30, 31], -45.0))),
        (77, lambda brain: brain.scale_weights(np.flatnonzero(brain.weights > 0)[::9], 0.5)),
        (95, lambda brain: brain.deliver_reward(1.5)),
        (128, begin("drug", lambda brain: brain.drug("fixed", 0.3))),
        (131, end("wave")),
        (131, begin("wave", lambda brain: brain.stimulate([8], Wave()))),
        (140, lambda brain: brain.lesion(range(0, 200, 3))),
        (181, end("silence")),
        (183, end("clamp")),
        (190, lambda brain: setattr(brain, "learning", False)),
        (199, end("drug")),
        (211, lambda brain: setattr(brain, "learning", True)),
    ]


def through_a_file(state):
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


def assert_equal_brains(one, other):
    one, other = one.state(), other.state()
    for state in (one, other):
        if "waveforms" in state:
            state["waveforms"] = np.array([type(each).__name__ for each in state["waveforms"]])
    assert_same(one, other)


# ---- schedule --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", [1, 7, 10, 240])
@pytest.mark.parametrize("listening", [False, True])
def test_runs_of_any_length_act_at_the_same_ticks(network, step, listening):
    """Against events that are called by hand, before the tick of their number."""
    brain, by_hand = Brain(network, seed=3), Brain(network, seed=3)
    if listening:
        brain.on_tick = lambda fired: None
    brain.schedule(protocol(brain))
    by_hand.schedule([])  # so that handles are the same
    events, counts = protocol(by_hand), np.zeros(network.n_neurons, int)
    for tick in range(280):
        for event in (each for due, each in events if due == tick):
            event(by_hand)
        by_hand.tick()
        counts += by_hand.spike_counts
    found = np.zeros_like(counts)
    for _ in range(280 // step):
        found += brain.advance(step)
    if 280 % step:
        found += brain.advance(280 % step)
    np.testing.assert_array_equal(found, counts)
    assert counts.sum() > 300
    assert_equal_brains(brain, by_hand)


def test_the_currents_of_a_run_hold_over_events(network):
    """A lesion gives the synapses new arrays, and a silence closes gap junctions, while a current flows."""
    current = np.random.default_rng(0).normal(2.0, 3.0, network.n_neurons)
    brain, by_hand = Brain(network, seed=3), Brain(network, seed=3)
    brain.schedule(protocol(brain))
    by_hand.schedule([])  # so that handles are the same
    events, counts = protocol(by_hand), np.zeros(network.n_neurons, int)
    for tick in range(150):
        for event in (each for due, each in events if due == tick):
            event(by_hand)
        by_hand.tick(current)
        counts += by_hand.spike_counts
    np.testing.assert_array_equal(brain.advance(150, current), counts)
    assert_equal_brains(brain, by_hand)


def test_events_run_in_the_order_of_ticks_and_then_of_addition(nets):
    brain, done = Brain(nets.network(2)), []
    brain.advance(5)

    def note(name):
        return lambda brain: done.append((name, brain.ticks))

    brain.schedule([(9, note("b")), (7, note("a"))])
    brain.schedule([(9, note("c")), (5, note("now")), (40, note("late"))])
    brain.schedule([(9, lambda brain: brain.schedule([(9, note("d")), (11, note("e"))]))])
    assert not done
    brain.advance(1)
    assert done == [("now", 5)]
    brain.advance(20)
    assert done[1:] == [("a", 7), ("b", 9), ("c", 9), ("d", 9), ("e", 11)]


def test_events_that_are_ended_do_not_run(nets):
    brain, done = Brain(nets.network(2)), []
    first = brain.schedule([(k, lambda brain: done.append(1)) for k in (2, 8)])
    second = brain.schedule([(k, lambda brain: done.append(2)) for k in (3, 8)])
    brain.advance(5)
    brain.end(first)
    brain.advance(20)
    assert done == [1, 2, 2]
    brain.end(second)
    with pytest.raises(InputError, match="handle"):
        brain.end(second)


def test_an_event_that_fails_stops_the_run_before_its_tick_and_is_over(nets):
    brain, other = Brain(nets.network(2, background=6.0)), Brain(nets.network(2, background=6.0))

    def fail(brain):
        raise RuntimeError("no")

    brain.schedule([(13, fail)])
    with pytest.raises(RuntimeError):
        brain.advance(50)
    assert brain.ticks == 13
    brain.advance(50)
    other.advance(63)
    assert_same(brain.state(), other.state())


@pytest.mark.parametrize("act", [lambda b: b.tick(), lambda b: b.reset(0), lambda b: b.restore(b.state())])
def test_an_event_that_runs_or_resets_the_brain_is_an_error(nets, act):
    brain = Brain(nets.network(2))
    brain.schedule([(3, act)])
    with pytest.raises(InputError, match="a scheduled event has run, reset or restored the brain"):
        brain.advance(10)


def test_a_current_that_is_refused_runs_no_event(nets):
    brain, done = Brain(nets.network(2)), []
    brain.schedule([(0, lambda brain: done.append(1))])
    with pytest.raises(InputError, match="current of neuron 1 is nan"):
        brain.advance(10, [0.0, np.nan])
    assert not done and brain.ticks == 0


# ---- state -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cut", [1, 64, 78, 100, 132, 150, 185])
@pytest.mark.parametrize("how", ["restore", "pickle", "copy"])
def test_a_brain_continues_with_its_interventions_bit_for_bit(network, cut, how):
    whole, begun = Brain(network, seed=3), {}
    pending = whole.schedule(protocol(whole, begun))
    whole.advance(cut)
    if how == "restore":
        other = Brain(network, seed=8)
        other.silence([40])
        other.lesion([7])
        other.scale_weights(np.flatnonzero(network.continuous), 0.1)
        other.schedule([(cut, lambda brain: brain.lesion(range(300)))])
        other.restore(whole.state())
    else:
        other = copy.deepcopy(whole) if how == "copy" else pickle.loads(pickle.dumps(whole))
    whole.end(pending)  # no pending event is part of a state
    for handle in (None, *begun.values()):
        if handle is not None and is_active(whole, handle):
            whole.end(handle)
            other.end(handle)
        np.testing.assert_array_equal(whole.advance(40), other.advance(40))
        assert_equal_brains(whole, other)
    for brain in (whole, other):
        brain.reset(5)
        brain.advance(50)
    assert_equal_brains(whole, other)


def is_active(brain, handle):
    try:
        copy.deepcopy(brain).end(handle)
    except InputError:
        return False
    return True


def test_a_state_without_waveforms_fits_in_a_file(network):
    brain, other = Brain(network, seed=3), Brain(network, seed=4)
    handles = [
        brain.stimulate([1, 2], 0.1),
        brain.silence([3]),
        brain.clamp([4, 5], -61.7),
        brain.drug("fixed", 0.3),
    ]
    brain.lesion([6, 600])
    brain.scale_weights(np.flatnonzero(network.continuous)[::2], 0.7)
    brain.advance(77)
    other.restore(through_a_file(brain.state()))
    np.testing.assert_array_equal(brain.advance(100), other.advance(100))
    assert_same(brain.state(), other.state())
    assert other.silence([3]) not in handles
    brain.stimulate([1], Wave())
    with pytest.raises(ValueError, match="Object"):
        through_a_file(brain.state())


def test_the_state_of_a_brain_without_interventions_has_the_same_arrays_as_ever(network):
    plain, ended = Brain(network), Brain(network)
    for handle in [ended.silence([1]), ended.stimulate([2], Wave()), ended.schedule([(1, print)])]:
        ended.end(handle)
    assert plain.state().keys() == ended.state().keys()
    prefixes = {name.split(".")[0] for name in plain.state()}
    assert not prefixes & {"interventions", "waveforms", "lesioned", "weights"}


def test_a_plain_state_ends_all_interventions(network):
    brain, other = Brain(network, seed=3), Brain(network, seed=3)
    plain = brain.state()
    handle = brain.silence([1])
    brain.lesion([4])
    brain.scale_weights(np.flatnonzero(network.continuous), 0.5)
    brain.restore(plain)
    np.testing.assert_array_equal(brain.advance(90), other.advance(90))
    assert_same(brain.state(), other.state())
    with pytest.raises(InputError, match="handle"):
        brain.end(handle)
    assert brain.silence([1]) > handle  # a handle is not given twice


def as_text(rows):
    return np.frombuffer(rows.encode(), np.uint8)


@pytest.mark.parametrize(
    "changes",
    [
        {"interventions": as_text("[")},
        {"interventions": as_text("{}x")},
        {"interventions": as_text("[[1]]")},
        {"interventions": as_text('[[1, "Nap", {"ids": [1]}]]')},
        {"interventions": as_text('[[0, "Silence", {"ids": [1]}]]')},
        {"interventions": as_text('[[1, "Silence", {"ids": [60]}]]')},
        {"interventions": as_text('[[1, "Silence", {"ids": [1], "mv": 2}]]')},
        {"interventions": as_text('[[1, "Clamp", {"ids": [1], "mv": NaN}]]')},
        {"interventions": as_text('[[1, "Drug", {"synapse_type": "tea", "factor": 1.0}]]')},
        {"interventions": as_text('[[1, "Stimulus", {"ids": [1], "waveform": null, "start": 0}]]')},
        {"interventions": as_text('[[1, "Stimulus", {"ids": [1], "waveform": 1.0, "start": -5}]]')},
        {"interventions": as_text('[[1, "Stimulus", {"ids": [1], "waveform": 1.0, "start": 1e9}]]')},
        {"interventions": np.array(["a"])},
        {"lesioned": np.array([900])},
        {"lesioned": np.array([3, 3])},
        {"lesioned": np.array([0.5])},
        {"weights.gap_junction": np.zeros(3)},
        {"weights.graded_synapse": "heavy"},
    ],
)
def test_a_damaged_state_is_refused_and_the_brain_unchanged(network, changes):
    brain = Brain(network, seed=3)
    brain.silence([2])
    brain.advance(10)
    before = brain.state()
    with pytest.raises(InputError) as caught:
        brain.restore(before | changes)
    assert "\n" not in str(caught.value)
    assert_same(brain.state(), before)


def test_negative_conductances_in_a_state_are_refused(network):
    brain = Brain(network, seed=3)
    brain.scale_weights(np.flatnonzero(network.continuous), 0.5)
    state = brain.state()
    state["weights.gap_junction"][0] = -0.1
    with pytest.raises(InputError, match="weights"):
        brain.restore(state)


# ---- what is refused -------------------------------------------------------------------------------------
REFUSED = {
    "id": (lambda b: b.silence([60]), r"ids\[0\] is 60; expected a whole number from 0 to 59"),
    "negative id": (lambda b: b.clamp([1, -1], 0.0), r"ids\[1\] is -1"),
    "id twice": (lambda b: b.stimulate([1, 2, 1], 1.0), "ids: 1 stands in it more than once"),
    "ids of floats": (lambda b: b.silence([1.0]), r"ids\[0\] is 1.0"),
    "one id": (lambda b: b.silence(3), "ids is 3; expected a list"),
    "mask": (lambda b: b.silence(np.ones(60, bool)), r"ids\[0\] is True"),
    "table of ids": (lambda b: b.silence(np.ones((2, 2), int)), r"ids\[0\] is"),
    "NaN current": (lambda b: b.stimulate([1], np.nan), "waveform is nan; expected a number from"),
    "large current": (lambda b: b.stimulate([1], -1e10), "waveform is -1e10|waveform is -10000000000.0"),
    "text": (lambda b: b.stimulate([1], "loud"), "waveform is 'loud'; expected a current or an object"),
    "array": (lambda b: b.stimulate([1], np.ones(5)), "expected a current or an object"),
    "waveform": (lambda b: b.stimulate([1, 2], Wrong((3,))), r"waveform: values\(0, \d+, 2\) is float64"),
    "columns": (lambda b: b.stimulate([1, 2], Wrong((1024, 3))), r"waveform: values"),
    "NaN in a waveform": (lambda b: b.stimulate([1], Wrong((1024,), np.nan)), "waveform: a value is nan"),
    "NaN clamp": (lambda b: b.clamp([1], np.nan), "mv is nan"),
    "far clamp": (lambda b: b.clamp([1], 2e9), "mv is 2000000000.0; expected a number from"),
    "unknown type": (lambda b: b.drug("tea", 1.0), "synapse_type is 'tea'; expected a type of this network"),
    "no type": (lambda b: b.drug(["fixed"], 1.0), "synapse_type is"),
    "factor": (lambda b: b.drug("fixed", -0.5), "factor is -0.5"),
    "factors": (lambda b: [b.drug("fixed", 1e6) for _ in range(2)], "all drugs on fixed together"),
    "handle": (lambda b: b.end(99), "handle is 99; expected one of what is active: none"),
    "bool handle": (lambda b: b.end(True), "handle is True"),
    "handle of floats": (lambda b: b.end(1.0), "handle is 1.0"),
    "synapse": (lambda b: b.lesion([900]), r"synapses\[0\] is 900; expected a whole number from 0 to 899"),
    "synapse twice": (lambda b: b.scale_weights([4, 4], 1.0), "synapses: 4 stands in it more than once"),
    "scale": (lambda b: b.scale_weights([1], -1.0), "factor is -1.0"),
    "NaN scale": (lambda b: b.scale_weights([1], np.nan), "factor is nan"),
    "events": (lambda b: b.schedule(3), "events is 3; expected pairs"),
    "event": (lambda b: b.schedule([(15, print), print]), r"events\[1\] is"),
    "no function": (
        lambda b: b.schedule([(15, 7)]),
        r"events\[0\] is \(15, 7\); expected a tick and a function",
    ),
    "past": (lambda b: b.schedule([(9, print)]), r"events\[0\]: tick is 9; expected a whole number from 10"),
    "half a tick": (lambda b: b.schedule([(10.5, print)]), r"events\[0\]: tick is 10.5"),
}


class Wrong:
    def __init__(self, shape, value=0.0):
        self.found = np.full(shape, value)

    def values(self, first_tick, n_ticks, n_ids):
        return self.found


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_values_are_refused_in_one_line_and_change_nothing(network, case):
    act, words = REFUSED[case]
    brain, other = Brain(network, seed=3), Brain(network, seed=3)
    for each in (brain, other):
        each.advance(10)
    if case == "factors":
        other.drug("fixed", 1e6)
    with pytest.raises(InputError, match=words) as caught:
        act(brain)
    assert "\n" not in str(caught.value)
    assert_same(brain.state(), other.state())
    np.testing.assert_array_equal(brain.advance(30), other.advance(30))
    assert_same(brain.state(), other.state())
