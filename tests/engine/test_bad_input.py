"""What a brain refuses, in one line each, and that nothing has changed then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import (
    LIMIT,
    MAX_CLASSES,
    MAX_DELAY,
    MAX_GROUPS,
    Experience,
    NeuronClass,
    SynapseClass,
)
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.engine.neurons import resolve_neuron
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.errors import InputError, RecipeError, UnknownNameError


def assert_unchanged(brain, act, words):
    before, counts, heard = brain.state(), brain.spike_counts.copy(), []
    brain.on_tick = heard.append
    with pytest.raises(InputError, match=words) as caught:
        act()
    assert "\n" not in str(caught.value)
    assert not heard
    np.testing.assert_array_equal(brain.spike_counts, counts)
    for name, array in brain.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


@pytest.fixture(params=[0, 50, 64])
def brain(nets, request):
    """Before its first tick, within a block of noise, and at the start of one."""
    brain = Brain(nets.random_network(1, noise=1.0))
    nets.run_with_random_input(brain, request.param, seed=0)
    return brain


def one_bad(brain, value):
    current = np.zeros(brain.n_neurons)
    current[17] = value
    return current


# ---- currents, ticks, rewards --------------------------------------------------------------------
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.001e9, -1.001e9])
def test_a_current_that_is_not_a_number_within_the_limit_is_refused(brain, value):
    current = one_bad(brain, value)
    for act in (brain.tick, lambda x: brain.advance(5, x), lambda x: brain.run(5, x)):
        assert_unchanged(
            brain, lambda act=act: act(current), r"current of neuron 17 is .*; expected .* ±1e\+09"
        )


@pytest.mark.parametrize("bad", [np.nan, "shape", "complex"])
def test_a_refused_current_leaves_the_last_spike_counts(brain, bad):
    counted = brain.advance(40).copy()
    assert counted.any()
    current = {"shape": np.zeros(3), "complex": np.zeros(60, complex)}.get(bad, one_bad(brain, np.nan))
    for act in (brain.tick, lambda x: brain.advance(100, x), lambda x: brain.run(5, x)):
        assert_unchanged(brain, lambda act=act: act(current), "current")
    np.testing.assert_array_equal(brain.spike_counts, counted)


def test_a_bad_row_stops_a_run_before_its_tick(nets):
    net = nets.random_network(1, noise=1.0)
    stopped, expected = Brain(net), Brain(net)
    rows = np.random.default_rng(0).normal(0.0, 2.0, (9, 60))
    expected.run(6, rows[:6])
    rows[6, 17] = np.nan
    with pytest.raises(InputError, match="current of neuron 17 is nan"):
        stopped.run(9, rows)
    assert stopped.ticks == 6
    np.testing.assert_array_equal(stopped.spike_counts, expected.spike_counts)
    for name, array in stopped.state().items():
        np.testing.assert_array_equal(array, expected.state()[name], err_msg=name)


def test_a_current_is_constant_throughout_a_call_whatever_a_listener_does_to_its_array(nets):
    net = nets.random_network(1, noise=1.0)
    one, other = Brain(net), Brain(net)
    current = np.random.default_rng(0).normal(0.0, 2.0, 60)
    expected = other.advance(100, current.copy())
    one.on_tick = lambda ids: current.fill(np.nan)
    np.testing.assert_array_equal(one.advance(100, current), expected)
    np.testing.assert_array_equal(one.v, other.v)


def test_an_accepted_array_is_checked_again_after_its_shape_changes(nets):
    brain = Brain(nets.network(60))
    current = np.zeros(60)
    brain.tick(current)
    current.resize((30, 2), refcheck=False)
    assert_unchanged(brain, lambda: brain.tick(current), r"current has shape \(30, 2\)")


def test_a_refused_current_does_not_change_later_noise(nets):
    net = nets.random_network(1, noise=1.0)
    one, other = Brain(net), Brain(net)
    for tick in range(130):
        if tick in (0, 1, 64, 128):
            with pytest.raises(InputError):
                one.tick(one_bad(one, np.nan))
        one.tick()
        other.tick()
    np.testing.assert_array_equal(one.v, other.v)


def test_a_current_at_the_limit_is_accepted(nets):
    brain = Brain(nets.network(2))
    assert brain.tick([LIMIT, -LIMIT]).tolist() == [0]


@pytest.mark.parametrize(
    "current", [[], [1.0], np.zeros(59), np.zeros(61), np.zeros((60, 1)), np.zeros((2, 30)), 1.0]
)
def test_a_current_of_another_shape_is_refused(brain, current):
    for act in (brain.tick, lambda x: brain.advance(5, x)):
        assert_unchanged(brain, lambda act=act: act(current), r"current has shape .*; expected \(60,\)")
    assert_unchanged(brain, lambda: brain.run(5, current), r"current has shape")


@pytest.mark.parametrize(
    "current",
    [
        ["a"] * 60,
        ["1"] * 60,
        np.full(60, b"1"),
        [None, [1]] * 30,
        [{}] * 60,
        [None] * 60,
        [2**70] * 60,
        np.zeros(60, object),
        np.zeros(60, complex),
        np.zeros(60, np.complex64),
        [1j] * 60,
        np.zeros(60, bool),
        np.zeros(60, "M8[s]"),
        np.zeros(60, "m8[s]"),
        np.zeros(60, [("x", float)]),
        np.ma.masked_array(np.zeros(60), mask=[True] + [False] * 59),
    ],
    ids=lambda current: type(current).__name__,
)
def test_a_current_that_is_not_an_array_of_real_numbers_is_refused(brain, current):
    for act in (brain.tick, lambda x: brain.advance(5, x), lambda x: brain.run(5, x)):
        assert_unchanged(brain, lambda act=act: act(current), r"current")


def test_a_run_requires_one_row_of_current_per_tick(brain):
    for shape in ((4, 60), (6, 60), (5, 59), (5, 60, 1)):
        assert_unchanged(brain, lambda shape=shape: brain.run(5, np.zeros(shape)), r"current has shape")


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.float16, np.float32, np.longdouble, ">f8"])
def test_a_current_may_be_of_any_real_type(nets, dtype):
    whole = np.arange(60) % 7
    one, other = Brain(nets.random_network(1)), Brain(nets.random_network(1))
    np.testing.assert_array_equal(
        one.advance(50, whole.astype(dtype)), other.advance(50, whole.astype(np.float64))
    )
    np.testing.assert_array_equal(one.v, other.v)


def test_a_current_beyond_64_bit_floats_is_refused_without_a_warning(brain):
    current = np.zeros(60, np.longdouble)
    current[17] = np.finfo(np.longdouble).max
    assert_unchanged(brain, lambda: brain.tick(current), "current of neuron 17 is")


@pytest.mark.parametrize(
    "seed",
    [-1, None, 1.0, np.float64(1), True, np.True_, 2**63, 2**64, "1", b"1", [1], np.arange(3)],
    ids=lambda seed: type(seed).__name__,
)
def test_a_seed_that_is_not_a_whole_number_in_its_range_is_refused(brain, seed):
    words = r"^seed is .*; expected a whole number from 0 to 2\*\*63 - 1$"
    assert_unchanged(brain, lambda: brain.reset(seed), words)
    with pytest.raises(InputError, match=words) as caught:
        Brain(brain.network, seed=seed)
    assert len(str(caught.value)) < 150


def test_a_seed_of_more_digits_than_python_prints_is_refused_with_its_number_of_bits(nets):
    with pytest.raises(InputError, match=r"^seed is a number of 16610 bits; expected "):
        Brain(nets.network(1), seed=10**5000)


@pytest.mark.parametrize("seed", [0, 2**63 - 1, np.int8(3), np.uint64(2**63 - 1)])
def test_whole_numbers_of_any_kind_are_seeds(nets, seed):
    net = nets.random_network(1, noise=1.0)
    one, other, again = Brain(net, seed=seed), Brain(net, seed=int(seed)), Brain(net)
    again.reset(seed)
    np.testing.assert_array_equal(one.advance(20), other.advance(20))
    np.testing.assert_array_equal(one.v, other.v)
    again.advance(20)
    np.testing.assert_array_equal(again.v, other.v)


@pytest.mark.parametrize("ticks", [0, -1, 2.0, "3", None, True])
def test_ticks_that_are_not_a_positive_whole_number_are_refused(brain, ticks):
    for act in (brain.advance, brain.run):
        assert_unchanged(
            brain, lambda act=act: act(ticks), r"ticks is .*; expected a whole number from 1 to 86400000"
        )


@pytest.mark.parametrize("r", [np.nan, np.inf, -np.inf, 2e9, None, "1", np.zeros(2)])
def test_a_reward_that_is_not_a_number_within_the_limit_is_refused(brain, r):
    assert_unchanged(
        brain, lambda: brain.deliver_reward(r), r"reward is .*; expected a number within ±1e\+09"
    )


def test_the_largest_reward_keeps_weights_within_their_bounds(nets):
    rule = {"type": "reward_plastic", "learning_rate": 1e3}
    brain = Brain(nets.network(2, [{**rule, "weight": w} for w in (0.0, 10.0, 5.0, -5.0, -10.0)]))
    nets.run(brain, {0: range(5), 1: [6]}, 7)
    for r, expected in ((1e9, [10, 10, 10, -10, -10]), (-1e9, [0, 0, 0, 0, 0])):
        brain.deliver_reward(r)
        assert brain.weights.tolist() == expected


def test_synapse_state_exists_for_chemical_types_only(brain):
    for name in ("gap_junction", "nonsense"):
        assert_unchanged(brain, lambda name=name: brain.synapse_state(name), r"has no state; depressing, ")


# ---- networks ------------------------------------------------------------------------------------
def with_value(column, k, value):
    changed = column.copy()
    changed[k] = value
    return changed


def regular_spiking(**own):
    return NeuronClass("RS", resolve_neuron("RS") | own)


def plastic(**own):
    return SynapseClass("plastic", resolve_parameters("plastic") | own)


FLAWS = {
    "no neurons": (lambda n: replace(n, neuron_class=np.empty(0, np.int64)), r"neurons: there are none"),
    "short column": (
        lambda n: replace(n, background=n.background[:-1]),
        r"background: shape \(3,\); expected \(4,\)",
    ),
    "noise shape": (lambda n: replace(n, noise=n.noise[:2]), r"noise: shape \(2,\)"),
    "NaN": (lambda n: replace(n, noise=with_value(n.noise, 2, np.nan)), r"noise: neuron 2 is nan"),
    "stray neuron class": (
        lambda n: replace(n, neuron_class=with_value(n.neuron_class, 1, 9)),
        r"neuron_class: neuron 1 is 9; expected 0 to 0",
    ),
    "fractional neuron class": (
        lambda n: replace(n, neuron_class=n.neuron_class * 1.0),
        r"neuron_class: float64; expected whole",
    ),
    "unknown neuron type": (
        lambda n: replace(n, neuron_classes=(NeuronClass("RZ", {}),)),
        r"neuron_classes\[0\]: unknown neuron type 'RZ'",
    ),
    "unknown neuron parameter": (
        lambda n: replace(n, neuron_classes=(regular_spiking(e=1.0),)),
        r"neuron_classes\[0\]: unknown parameter 'e' of neuron type 'RS'",
    ),
    "missing neuron parameter": (
        lambda n: replace(n, neuron_classes=(NeuronClass("RS", {"a": 0.02}),)),
        r"neuron_classes\[0\]: missing parameters \['b', 'c', 'd'\]",
    ),
    "neuron parameter NaN": (
        lambda n: replace(n, neuron_classes=(regular_spiking(c=np.nan),)),
        r"neuron_classes\[0\]: RS: c is nan; expected a number from",
    ),
    "negative recovery": (
        lambda n: replace(n, neuron_classes=(regular_spiking(a=-1.5),)),
        r"neuron_classes\[0\]: RS: a is -1.5; expected a number from 0 to 2 \(per ms\)",
    ),
    "too many neuron classes": (
        lambda n: replace(n, neuron_classes=(regular_spiking(),) * 100_001),
        r"neuron_classes: there are 100001; expected at most 100000",
    ),
    "spikes of neurons without spikes": (
        lambda n: replace(n, neuron_classes=(NeuronClass("graded", resolve_neuron("graded")),)),
        r"source: synapse 0 \(\w+\) waits for spikes of neuron \d, but a neuron of type graded never fires",
    ),
    "infinite": (
        lambda n: replace(n, background=with_value(n.background, 1, np.inf)),
        r"background: neuron 1",
    ),
    "excessive": (lambda n: replace(n, background=with_value(n.background, 1, 2e9)), r"background: neuron 1"),
    "negative noise": (
        lambda n: replace(n, noise=with_value(n.noise, 3, -1.0)),
        r"noise: neuron 3 is negative",
    ),
    "empty group": (
        lambda n: replace(n, modulators=(np.array([], dtype=int),)),
        r"modulators\[0\]: expected",
    ),
    "stray member": (lambda n: replace(n, modulators=(np.array([1, 4]),)), r"modulators\[0\]: .* 0 to 3"),
    "negative member": (lambda n: replace(n, modulators=(np.array([-1]),)), r"modulators\[0\]"),
    "half a member": (lambda n: replace(n, modulators=(np.array([0.5]),)), r"modulators\[0\]"),
    "short synapses": (lambda n: replace(n, delay=n.delay[:-1]), r"delay: shape \(4,\); expected \(5,\)"),
    "short weights": (lambda n: replace(n, weight=n.weight[:-1]), r"weight: shape \(4,\); expected \(5,\)"),
    "fractional source": (lambda n: replace(n, source=n.source * 1.0), r"source: float64; expected whole"),
    "fractional delay": (lambda n: replace(n, delay=n.delay * 1.0), r"delay: float64; expected whole"),
    "stray source": (
        lambda n: replace(n, source=with_value(n.source, 1, 4)),
        r"source: synapse 1 is 4; .* 0 to 3",
    ),
    "stray target": (lambda n: replace(n, target=with_value(n.target, 0, -1)), r"target: synapse 0 is -1"),
    "stray class": (
        lambda n: replace(n, synapse_class=with_value(n.synapse_class, 2, 9)),
        r"synapse_class: .* 2 is 9",
    ),
    "NaN weight": (lambda n: replace(n, weight=with_value(n.weight, 3, np.nan)), r"weight: synapse 3 is nan"),
    "excessive weight": (
        lambda n: replace(n, weight=with_value(n.weight, 0, -2e9)),
        r"weight: synapse 0 is -2",
    ),
    "no delay": (
        lambda n: replace(n, delay=with_value(n.delay, 0, 0)),
        r"delay: synapse 0 is 0 ticks; expected 1 to",
    ),
    "long delay": (
        lambda n: replace(n, delay=with_value(n.delay, 1, MAX_DELAY + 1)),
        r"delay: synapse 1 is 10001 ticks; expected 1 to 10000",
    ),
    "gap delay": (
        lambda n: replace(n, delay=with_value(n.delay, 4, 1)),
        r"delay: synapse 4 .* expected 0, as its type is continuous",
    ),
    "negative conductance": (
        lambda n: replace(n, weight=with_value(n.weight, 4, -0.1)),
        r"weight: synapse 4 \(gap_junction\) is -0.1; expected >= 0",
    ),
    "unknown type": (
        lambda n: replace(n, classes=(SynapseClass("plastik", {}), *n.classes[1:])),
        r"classes\[0\]: unknown synapse type 'plastik'; did you mean 'plastic'",
    ),
    "missing parameter": (
        lambda n: replace(n, classes=(n.classes[0], SynapseClass("plastic", {"w_min": 0.0}), *n.classes[2:])),
        r"classes\[1\]: missing parameters \['learning_rate', 'ltd_ratio', 'normalize_interval', 'norm",
    ),
    "unknown parameter": (
        lambda n: replace(n, classes=(n.classes[0], plastic(tau=3.0), *n.classes[2:])),
        r"classes\[1\]: unknown parameter 'tau'",
    ),
    "parameter out of range": (
        lambda n: replace(n, classes=(n.classes[0], plastic(tau_plus=0.0), *n.classes[2:])),
        r"classes\[1\]: plastic: tau_plus is 0.0; expected a number from 0.1 to",
    ),
    "parameter of text": (
        lambda n: replace(n, classes=(n.classes[0], plastic(w_min="low"), *n.classes[2:])),
        r"classes\[1\]: plastic: w_min is 'low'",
    ),
    "choice by name": (
        lambda n: replace(
            n,
            classes=(
                *n.classes,
                SynapseClass(
                    "developmental", resolve_parameters("developmental") | {"prune_reference": "chance"}
                ),
            ),
        ),
        r"classes\[4\]: a choice is given by its name",
    ),
    "missing group": (
        lambda n: replace(n, modulators=()),
        r"classes\[2\]: modulator 0, but there are 0 groups",
    ),
    "weight out of bounds": (
        lambda n: replace(n, weight=with_value(n.weight, 1, 10.5)),
        r"synapse 1 \(plastic\) is 10.5",
    ),
    "weight of the wrong sign": (
        lambda n: replace(n, weight=with_value(n.weight, 1, -0.5)),
        r"outside \[0, 10\]",
    ),
    "too many classes": (
        lambda n: replace(n, classes=n.classes + n.classes[:1] * MAX_CLASSES),
        r"there are 4004; expected at most 4000",
    ),
    "too many groups": (
        lambda n: replace(n, modulators=n.modulators * (MAX_GROUPS + 1)),
        r"modulators: there are 4001 groups; expected at most 4000",
    ),
    "fast recovery": (
        lambda n: replace(n, neuron_classes=(regular_spiking(a=2.5),)),
        r"neuron_classes\[0\]: RS: a is 2.5; expected a number from 0 to 2",
    ),
    "complex numbers": (
        lambda n: replace(n, noise=n.noise * 1j),
        r"noise: complex128; expected real numbers",
    ),
    "texts for numbers": (lambda n: replace(n, weight=n.weight.astype(str)), r"weight: <U.*; expected real"),
    "lists": (lambda n: replace(n, background=[1, 2]), r"background: shape \(2,\); expected \(4,\)"),
    "true and false": (lambda n: replace(n, delay=n.delay > 0), r"delay: bool; expected whole numbers"),
    "a group in rows": (lambda n: replace(n, modulators=(np.array([[0, 2]]),)), r"modulators\[0\]: expected"),
}


@pytest.fixture
def sound(nets):
    synapses = [
        {},
        {"type": "plastic"},
        {"type": "gated"},
        {"type": "plastic", "source": 2, "target": 3},
        {"type": "gap_junction", "weight": 0.1},
    ]
    return nets.network(4, synapses, modulators=[[0, 2]])


def test_a_valid_network_passes(sound):
    validate(sound)


@pytest.mark.parametrize("flaw", FLAWS)
def test_an_invalid_network_is_refused_with_its_problem(sound, flaw):
    spoil, words = FLAWS[flaw]
    with pytest.raises(RecipeError, match=words) as caught:
        Brain(spoil(sound))
    assert "\n" not in str(caught.value) and str(caught.value).startswith("network: ")


def test_all_problems_of_a_network_are_listed_at_once(sound):
    flawed = sound
    for flaw in ("NaN", "stray member", "NaN weight", "negative conductance", "parameter out of range"):
        flawed = FLAWS[flaw][0](flawed)
    with pytest.raises(RecipeError) as caught:
        validate(flawed, "worm.json")
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "noise",
        "modulators[0]",
        "weight",
        "weight",
        "classes[1]",
    ]
    assert str(caught.value).count("worm.json: ") == 5


def test_a_network_without_synapses_or_groups_is_valid(nets):
    validate(nets.network(1))


# ---- parameters ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SYNAPSE_TYPES)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_defaults_are_complete_and_within_their_ranges(name, sign):
    values = resolve_parameters(name, sign)
    assert set(values) == set(SYNAPSE_TYPES[name].parameters)
    assert resolve_parameters(name, overrides=values) == values
    if SYNAPSE_TYPES[name].bounds:
        assert (values["w_min"], values["w_max"]) == ((0.0, 10.0) if sign > 0 else (-10.0, 0.0))


@pytest.mark.parametrize("name", SYNAPSE_TYPES)
def test_every_parameter_is_checked_at_both_ends(name):
    for key, parameter in SYNAPSE_TYPES[name].parameters.items():
        assert parameter.doc and parameter.unit
        if key not in ("w_min", "w_max"):  # the ends of bounds lie on either side of zero
            for end in (parameter.low, parameter.high):
                assert resolve_parameters(name, overrides={key: end})[key] == end
        for value in (
            parameter.low - 1,
            parameter.high + 1,
            np.nan,
            np.inf,
            10**400,
            None,
            "text",
            True,
            [1.0],
        ):
            with pytest.raises(InputError, match=f"{name}: {key} is .*; expected ") as caught:
                resolve_parameters(name, overrides={key: value})
            assert "\n" not in str(caught.value)


def test_whole_numbers_and_choices_are_enforced():
    for key, value in (("eval_interval", 1.5), ("prune_reference", 0.5), ("prune_reference", "best")):
        with pytest.raises(InputError, match=key):
            resolve_parameters("developmental", overrides={key: value})
    for k, name in enumerate(("absolute", "target_max", "chance")):
        assert (
            resolve_parameters("developmental", overrides={"prune_reference": name})["prune_reference"] == k
        )


def test_unknown_names_come_with_a_suggestion():
    with pytest.raises(UnknownNameError, match="unknown synapse type 'gatted'; did you mean 'gated'"):
        resolve_parameters("gatted")
    with pytest.raises(InputError, match=r"unknown parameter 'tau_plu' .*; did you mean 'tau_plus'"):
        resolve_parameters("plastic", overrides={"tau_plu": 1.0})


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(3.0, 2.0, "greater"), (-1.0, 1.0, "both sides of 0"), (0.0, -1.0, "greater")],
)
def test_bounds_that_contradict_each_other_are_refused(low, high, words):
    with pytest.raises(InputError, match=words):
        resolve_parameters("plastic", overrides={"w_min": low, "w_max": high})


def with_alive(nets, alive):
    """A trained network with a developmental synapse of weight 0, which its bounds exclude."""
    network = nets.network(2, [{"type": "developmental", "weight": 2.0, "w_min": 1.0}])
    states = {name: np.zeros(1, np.int32) for name in ("source_spikes", "target_spikes", "coincidences")}
    experience = Experience(
        0, network.weight, {"developmental": {**states, "alive": np.array([alive], np.int32)}}
    )
    return replace(network, weight=np.zeros(1), experience=experience)


def test_a_weight_of_0_outside_its_bounds_is_that_of_a_pruned_synapse_alone(nets):
    Brain(with_alive(nets, 0)).advance(10)
    with pytest.raises(RecipeError, match=r"weight: synapse 0 \(developmental\) is 0, outside \[1, 10\]"):
        Brain(with_alive(nets, 1))


@pytest.mark.parametrize("count", [-1, 2**31, 2**40])
def test_a_count_beyond_32_bits_is_refused(nets, count):
    network = with_alive(nets, 0)
    states = network.experience.persistent["developmental"] | {"source_spikes": np.array([count])}
    flawed = replace(network, experience=replace(network.experience, persistent={"developmental": states}))
    with pytest.raises(RecipeError, match="source_spikes of developmental is not 1 whole numbers from 0 to"):
        Brain(flawed)


def test_sums_of_weights_are_bounded_before_memory_is_taken(nets, monkeypatch):
    network = nets.network(4, [{"type": "plastic", "target_weight_sum": 5.0}])
    Brain(network).advance(1)
    monkeypatch.setattr("spikeworm_env.engine.network_checks.MAX_SUMS", 3)
    with pytest.raises(RecipeError, match="1 of type plastic, whose weights are normalized, with 4 neurons"):
        Brain(network)


def test_an_experience_of_an_unknown_synapse_type_is_refused(nets):
    network = with_alive(nets, 0)
    states = {**network.experience.persistent, "no_such_type": {}}
    with pytest.raises(
        RecipeError, match="experience: persistent has 'no_such_type'; expected synapse types"
    ):
        Brain(replace(network, experience=replace(network.experience, persistent=states)))
