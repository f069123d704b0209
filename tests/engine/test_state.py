"""State is whole: saved and restored anywhere, a brain goes on bit for bit."""

from __future__ import annotations

import copy
import io
import pickle
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import MAX_AGE_TICKS, SynapseClass
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import InputError

ALL_TYPES_SEED = 11


@pytest.fixture(scope="module")
def noisy(nets):
    """A network of all types, with noise, learning, and many spikes of long delay on the way."""
    return nets.random_network(ALL_TYPES_SEED, noise=1.5, longest=700, far=0.3)


@pytest.fixture(scope="module")
def small(nets):
    """The same, a tenth as large."""
    return nets.random_network(ALL_TYPES_SEED, n=20, m=160, noise=1.5, longest=60, far=0.3)


def through_a_file(state):
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.dtype == other[name].dtype, name
        np.testing.assert_array_equal(array, other[name], err_msg=name)


# ---- save and restore ----------------------------------------------------------------------------
@pytest.mark.parametrize("cut", [0, 1, 63, 64, 65, 128, *np.random.default_rng(0).integers(130, 900, 8)])
def test_a_restored_brain_continues_bit_for_bit(nets, noisy, cut):
    uninterrupted = Brain(noisy, seed=2)
    nets.run_with_random_input(uninterrupted, cut, seed=7)
    saved = through_a_file(uninterrupted.state())
    fresh = Brain(noisy, seed=99)
    fresh.restore(saved)
    assert fresh.ticks == uninterrupted.ticks == cut
    np.testing.assert_array_equal(
        nets.run_with_random_input(fresh, 700, seed=8), nets.run_with_random_input(uninterrupted, 700, seed=8)
    )
    assert_same(fresh.state(), uninterrupted.state())


def test_the_compared_run_has_all_kinds_of_state(nets, noisy):
    brain = Brain(noisy, seed=2)
    nets.run_with_random_input(brain, 500, seed=7)
    state = brain.state()
    assert (state["delay_queue.head"] >= 0).sum() > 50
    assert (state["ring"] != 0).any()
    assert (brain.synapse_state("reward_plastic")["eligibility"] > 0).any()
    assert (brain.weights != noisy.weight).mean() > 0.3
    assert (brain.synapse_state("developmental")["alive"] == 0).any()


def test_a_brain_can_return_to_an_earlier_state(nets, noisy):
    brain = Brain(noisy, seed=2)
    nets.run_with_random_input(brain, 150, seed=1)
    saved = brain.state()
    first = nets.run_with_random_input(brain, 300, seed=3)
    later = brain.state()
    brain.restore(saved)
    assert_same(brain.state(), saved)
    np.testing.assert_array_equal(nets.run_with_random_input(brain, 300, seed=3), first)
    assert_same(brain.state(), later)


def test_a_state_is_a_copy_both_ways(nets, noisy):
    brain = Brain(noisy, seed=2)
    nets.run_with_random_input(brain, 100, seed=1)
    saved, kept = brain.state(), brain.state()
    nets.run_with_random_input(brain, 100, seed=2)
    assert_same(saved, kept)
    brain.restore(saved)
    nets.run_with_random_input(brain, 100, seed=2)
    assert_same(saved, kept)


def test_learning_is_part_of_the_state(nets, noisy):
    brain = Brain(noisy, learning=False)
    other = Brain(noisy, learning=True)
    other.restore(brain.state())
    assert other.learning is False


# ---- what does not fit ---------------------------------------------------------------------------
def assert_refused(brain, state, words):
    before = brain.state()
    with pytest.raises(InputError, match=words) as caught:
        brain.restore(state)
    assert "\n" not in str(caught.value)
    assert_same(brain.state(), before)


def changed_networks(net):
    faster = replace(net.neuron_classes[0], parameters={**net.neuron_classes[0].parameters, "a": 0.03})
    yield replace(net, neuron_classes=(faster, *net.neuron_classes[1:]))
    yield replace(net, background=net.background + 0.1)
    yield replace(net, noise=net.noise + 0.1)
    yield replace(net, source=np.roll(net.source, 1))
    yield replace(net, target=np.roll(net.target, 1))
    yield replace(net, delay=np.where(net.delay == 5, 6, net.delay))
    yield replace(net, modulators=(net.modulators[0][::-1] ^ 1, net.modulators[1]))
    plastic = next(k for k, klass in enumerate(net.classes) if klass.type == "plastic")
    other = SynapseClass("plastic", {**net.classes[plastic].parameters, "tau_plus": 21.0})
    yield replace(net, classes=(*net.classes[:plastic], other, *net.classes[plastic + 1 :]))
    gap = net.synapse_type == "gap_junction"
    yield replace(net, weight=np.where(gap, 2 * net.weight, net.weight))


@pytest.mark.parametrize("k", range(9))
def test_a_state_of_another_network_is_refused(nets, k):
    net = nets.random_network(1)
    other = list(changed_networks(net))[k]
    assert_refused(Brain(net), Brain(other).state(), "another network")


def test_a_state_of_the_same_network_in_narrower_integers_is_accepted(nets):
    net = nets.random_network(1)
    columns = ("source", "target", "delay", "synapse_class")
    narrow = replace(net, **{name: getattr(net, name).astype(np.int32) for name in columns})
    Brain(net).restore(Brain(narrow).state())


def test_a_state_with_other_weights_is_accepted(nets):
    """Weights are what a brain learns: they come with the state."""
    net = nets.random_network(1)
    taught = Brain(net)
    nets.run_with_random_input(taught, 200, seed=0)
    brain = Brain(net)
    brain.restore(taught.state())
    np.testing.assert_array_equal(brain.weights, taught.weights)
    assert (brain.weights != net.weight).any()


def test_an_incomplete_state_is_refused(nets, noisy):
    brain = Brain(noisy)
    nets.run_with_random_input(brain, 50, seed=0)
    for name in brain.state():
        state = brain.state()
        del state[name]
        assert_refused(brain, state, f"lacks {name}")


def test_a_state_with_an_unknown_array_is_refused(noisy):
    brain = Brain(noisy)
    assert_refused(brain, {**brain.state(), "neurons.typo": np.zeros(3)}, "unknown arrays: .*'neurons.typo'")


def test_arrays_of_other_shape_or_type_are_refused(nets, noisy):
    brain = Brain(noisy)
    nets.run_with_random_input(brain, 50, seed=0)
    for name, array in brain.state().items():
        if name == "network":
            continue
        grown = np.concatenate([array.reshape(-1), array.reshape(-1)[:1]])
        words = "rng" if name == "rng" else "delay.queue" if name.startswith("delay_queue") else name
        assert_refused(brain, {**brain.state(), name: grown}, words)
        assert_refused(brain, {**brain.state(), name: np.zeros(array.shape, dtype="S4")}, name)


def test_damaged_arrivals_are_refused(nets, noisy):
    """Kernels follow these numbers without a look: one that leads out of the arrays must not pass."""
    brain = Brain(noisy)
    nets.run_with_random_input(brain, 400, seed=0)
    good = brain.state()
    in_use = int(np.flatnonzero(good["delay_queue.head"] >= 0)[0])
    size = good["delay_queue.next_index"].size
    for name, place, value in (
        ("delay_queue.head", in_use, size),
        ("delay_queue.head", in_use, -2),
        ("delay_queue.head", in_use, -1),
        ("delay_queue.next_index", 3, 3),
        ("delay_queue.next_index", 3, size + 7),
        ("delay_queue.target", 0, noisy.n_neurons),
        ("delay_queue.target", 0, -1),
        ("delay_queue.free", 0, -1),
        ("delay_queue.free", 1, good["delay_queue.free"][1] + 1),
    ):
        bad = good[name].copy()
        bad[place] = value
        assert_refused(brain, {**good, name: bad}, "damaged")


def test_ticks_that_contradict_each_other_are_refused(nets, noisy):
    brain = Brain(noisy)
    nets.run_with_random_input(brain, 100, seed=0)
    good = brain.state()
    assert_refused(brain, {**good, "tick": np.array(99)}, "damaged")  # synapses were updated later
    assert_refused(brain, {**good, "tick": np.array(-1)}, "damaged")
    for start in (-1, 101, 36):
        assert_refused(brain, {**good, "noise_start": np.array(start)}, "damaged")
    future = good["synapses.plastic"].copy()
    future["last"][0] = 101
    assert_refused(brain, {**good, "synapses.plastic": future}, "damaged")


def test_an_age_is_bounded(nets, noisy):
    brain, other = Brain(noisy), Brain(noisy)
    nets.run_with_random_input(brain, 64, seed=0)
    good = brain.state()
    oldest = {"tick": np.array(MAX_AGE_TICKS), "noise_start": np.array(MAX_AGE_TICKS)}
    other.restore(good | oldest)
    assert other.ticks == MAX_AGE_TICKS
    for tick in (MAX_AGE_TICKS + 1, 2**62, 2**63 - 1):
        oldest = {"tick": np.array(tick), "noise_start": np.array(tick)}
        assert_refused(brain, good | oldest, f"damaged: tick is {tick}")


def spoiled(state):
    """(name, state) with one number changed, everywhere in turn, to what no brain can hold."""
    floats = [name for name, array in state.items() if array.dtype == np.float64 and array.size]
    for name in floats:
        for value in (np.nan, np.inf, -np.inf):
            array = state[name].copy()
            array[-1 if array.ndim == 1 else (-1, -1)] = value
            yield name, state | {name: array}
    for name in ("modulators.history", "modulators.in_window", "modulators.activity"):
        for value in (-1, 1, 2**60, -(2**60)):
            array = state[name].copy()
            array.flat[0] += value
            yield name, state | {name: array}
    for change in (-1, 1):  # more spikes in a tick than the group has neurons, or fewer than none
        array = state["modulators.history"].copy()
        array[:2, 0] += np.array([60, -60]) * change
        yield "modulators.history", state | {"modulators.history": array}
    for name in [name for name in state if name.startswith("synapses.")]:
        syn = state[name]
        kind = SYNAPSE_TYPES[name.removeprefix("synapses.")]
        values = {"w": [np.nan, np.inf, 2e9, -2e9]}
        values |= {field: [np.nan, np.inf, -1e19] for field, x in kind.state.items() if isinstance(x, float)}
        values |= {field: [-1, -(2**31)] for field in kind.persistent}
        values |= {"last": [-1, 2**62, -(2**63)]} if kind.state else {}
        if kind.bounds:
            values["w"] += [10.5, -10.5]
        for field, others in values.items():
            for value in others:
                array = syn.copy()
                array[field][-1] = value
                yield f"{name}.{field}", state | {name: array}


def test_a_state_with_an_impossible_value_is_refused(nets, small):
    brain = Brain(small)
    nets.run_with_random_input(brain, 200, seed=0)
    good, count = brain.state(), 0
    for name, bad in spoiled(good):
        count += 1
        with pytest.raises(InputError, match="state is damaged: ") as caught:
            brain.restore(bad)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 120, name
    assert count > 60
    assert_same(brain.state(), good)


def test_a_brain_runs_with_every_state_that_it_accepts(nets, small):
    """Numbers drawn anew in every field: refused in one line, or accepted and run, and nothing else."""
    rng = np.random.default_rng(5)
    source, brain = Brain(small), Brain(small)
    nets.run_with_random_input(source, 150, seed=0)
    good, taken = source.state(), 0
    names = [name for name in good if name not in ("network", "rng")]
    for k in range(120):
        name = names[k % len(names)]
        array = good[name].copy()
        field = str(rng.choice(array.dtype.names)) if array.dtype.names else None
        part = array[field] if field else array
        if part.size:
            place = rng.integers(part.size)
            if part.dtype.kind == "f":
                part.flat[place] = rng.choice([0.0, 1.0, 9.0, -9.0, 1e17, -1e300, np.nan])
            else:
                part.flat[place] = rng.choice([0, 1, -1, 7, 60, 2**7, 2**14]) if part.dtype != bool else 0
        try:
            brain.restore(good | {name: array})
        except InputError as error:
            assert "\n" not in str(error)
        else:
            taken += 1
            nets.run_with_random_input(brain, 40, seed=1)
            brain.deliver_reward(1e9)
            assert np.isfinite(brain.v).all() and np.isfinite(brain.weights).all()
    assert 30 < taken < 120


@pytest.mark.parametrize("state", [None, 3, [], "state", np.zeros(3)])
def test_a_state_that_is_not_a_mapping_is_refused(noisy, state):
    assert_refused(Brain(noisy), state, "state is a .*; expected arrays by name")


@pytest.mark.parametrize("value", [None, 3, [1.0], "x", b"x", object()])
def test_a_state_with_a_value_that_is_not_an_array_is_refused(noisy, value):
    brain = Brain(noisy)
    for name in ("tick", "rng", "ring", "delay_queue.head", "synapses.plastic"):
        assert_refused(brain, brain.state() | {name: value}, f"state {name} is a .*; expected an array")


def test_a_state_in_another_order_of_memory_or_read_only_is_the_same(nets, noisy):
    brain, other = Brain(noisy), Brain(noisy)
    nets.run_with_random_input(brain, 100, seed=0)
    state = {name: np.asfortranarray(array).reshape(array.shape) for name, array in brain.state().items()}
    for array in state.values():
        array.flags.writeable = False
    other.restore(state)
    np.testing.assert_array_equal(
        nets.run_with_random_input(other, 100, seed=2), nets.run_with_random_input(brain, 100, seed=2)
    )


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "[" * 100_000, '{"bit_generator": "MT19937"}', '{"bit_generator": "PCG64"}'],
    ids=lambda text: text[:20],
)
def test_a_damaged_generator_is_refused(noisy, text):
    brain = Brain(noisy)
    rng = np.frombuffer(text.encode(), dtype=np.uint8)
    assert_refused(brain, {**brain.state(), "rng": rng}, "rng")


def test_a_state_cannot_rewire_the_network(nets, noisy):
    """Targets, delays and classes come from the network, whatever the state says of them."""
    brain = Brain(noisy)
    state = brain.state()
    for name in ("target", "delay", "row"):
        state["synapses.fixed"][name] = 30_000
    brain.restore(state)
    assert_same(brain.state(), Brain(noisy).state())


# ---- reset ---------------------------------------------------------------------------------------
def test_reset_keeps_weights_persistent_state_and_age_and_nothing_else(nets, noisy):
    brain = Brain(noisy, seed=1)
    nets.run_with_random_input(brain, 333, seed=0)
    weights, ticks = brain.weights, brain.ticks
    brain.reset(seed=1)
    np.testing.assert_array_equal(brain.weights, weights)
    assert brain.ticks == ticks
    state, fresh = brain.state(), Brain(noisy, seed=1).state()
    for name in fresh:
        if not name.startswith("synapses.") and name not in ("tick", "noise_start"):
            np.testing.assert_array_equal(state[name], fresh[name], err_msg=name)
    for name, kind in SYNAPSE_TYPES.items():
        if not kind.continuous:
            new, initial = brain.synapse_state(name), Brain(noisy).synapse_state(name)
            for field in set(kind.state) - set(kind.persistent):
                np.testing.assert_array_equal(new[field], initial[field], err_msg=f"{name} {field}")


@pytest.mark.parametrize("age", [0, 1, 40, 64, 333])
def test_a_reset_brain_without_learning_runs_as_a_new_one(nets, noisy, age):
    """Trial for trial: the result of a seed does not depend on the age of the brain."""
    used, new = Brain(noisy, seed=9, learning=False), Brain(noisy, seed=5, learning=False)
    nets.run_with_random_input(used, age, seed=0)
    used.reset(seed=5)
    spikes, expected = (
        nets.run_with_random_input(used, 300, seed=1),
        nets.run_with_random_input(new, 300, seed=1),
    )
    np.testing.assert_array_equal(spikes - [age, 0], expected)
    np.testing.assert_array_equal(used.v, new.v)


def test_a_brain_saved_after_a_reset_continues_bit_for_bit(nets, noisy):
    brain, other = Brain(noisy, seed=9), Brain(noisy)
    nets.run_with_random_input(brain, 75, seed=0)
    brain.reset(seed=5)
    for ticks in (0, 10, 40, 14, 1):
        nets.run_with_random_input(brain, ticks, seed=1)
        other.restore(brain.state())
        assert_same(other.state(), brain.state())
        saved = brain.state()
        np.testing.assert_array_equal(
            nets.run_with_random_input(other, 90, seed=2), nets.run_with_random_input(brain, 90, seed=2)
        )
        brain.restore(saved)


def test_a_reward_right_after_a_reset_changes_no_weight(nets, noisy):
    brain = Brain(noisy)
    nets.run_with_random_input(brain, 200, seed=0)
    brain.reset(seed=0)
    weights = brain.weights
    brain.deliver_reward(1.0)
    np.testing.assert_array_equal(brain.weights, weights)
    other = Brain(noisy)
    other.restore(brain.state())
    np.testing.assert_array_equal(
        nets.run_with_random_input(other, 100, seed=2), nets.run_with_random_input(brain, 100, seed=2)
    )


# ---- one tick or many ----------------------------------------------------------------------------
@pytest.mark.parametrize("chunks", [[1] * 300, [300], [64, 64, 172], [63, 2, 235], [1, 299], [150, 7, 143]])
def test_advance_equals_as_many_ticks(noisy, chunks):
    rng = np.random.default_rng(0)
    current = rng.normal(0.0, 2.0, noisy.n_neurons)
    many, single = Brain(noisy, seed=3), Brain(noisy, seed=3)
    for chunk in chunks:
        counts = many.advance(chunk, current).copy()
        expected = np.zeros(noisy.n_neurons, dtype=np.int64)
        for _ in range(chunk):
            expected[single.tick(current)] += 1
        np.testing.assert_array_equal(counts, expected)
        np.testing.assert_array_equal(many.spike_counts, expected)
    assert_same(many.state(), single.state())


def test_run_equals_as_many_ticks(noisy):
    rng = np.random.default_rng(0)
    rows = rng.normal(0.0, 2.0, (200, noisy.n_neurons))
    whole, single, constant = (Brain(noisy, seed=3) for _ in range(3))
    recorder = whole.run(200, rows)
    spikes = [(tick, i) for tick, row in enumerate(rows) for i in single.tick(row)]
    np.testing.assert_array_equal(np.column_stack(recorder.spikes), spikes)
    assert_same(whole.state(), single.state())
    recorder = Recorder(constant)
    assert constant.run(5, rows[0], recorder) is recorder
    constant.run(5, None, recorder)
    other = Brain(noisy, seed=3)
    for current in [rows[0]] * 5 + [None] * 5:
        other.tick(current)
    assert_same(constant.state(), other.state())


def test_two_brains_of_one_network_are_independent(nets, noisy):
    alone = nets.run_with_random_input(Brain(noisy, seed=1), 200, seed=0)
    one, other = Brain(noisy, seed=1), Brain(noisy, seed=2)
    spikes = []
    rng = np.random.default_rng(0)
    for _ in range(200):
        current = rng.normal(0.0, 2.0, noisy.n_neurons)
        spikes += [(one.ticks - 1, i) for i in one.tick(current)]
        other.tick()
        if rng.random() < 0.02:
            one.deliver_reward(float(rng.normal()))
    np.testing.assert_array_equal(spikes, alone)


def test_a_brain_never_changes_its_network(nets):
    net, untouched = nets.random_network(4, noise=1.0), nets.random_network(4, noise=1.0)
    brain = Brain(net)
    nets.run_with_random_input(brain, 300, seed=0)
    brain.reset(1)
    for name in ("neuron_class", "background", "noise", "source", "target", "weight", "delay"):
        np.testing.assert_array_equal(getattr(net, name), getattr(untouched, name))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda brain: pickle.loads(pickle.dumps(brain))])
def test_a_copy_and_a_pickle_continue_bit_for_bit(nets, noisy, copied):
    brain = Brain(noisy, seed=5)
    nets.run_with_random_input(brain, 137, seed=7)
    twin = copied(brain)
    np.testing.assert_array_equal(
        nets.run_with_random_input(twin, 200, seed=8), nets.run_with_random_input(brain, 200, seed=8)
    )
    assert_same(twin.state(), brain.state())
