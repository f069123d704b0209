"""Silence and lesions: their common effect, and that nothing brings a lesioned synapse back."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.errors import InputError

EVENT_DRIVEN = [name for name, each in SYNAPSE_TYPES.items() if not each.continuous]
LEARNING = [name for name, each in SYNAPSE_TYPES.items() if each.learning_rate]


def outputs(network, neurons):
    """Indices of the outgoing synapses of neurons, and of all their gap junctions."""
    from_them, to_them = np.isin(network.source, neurons), np.isin(network.target, neurons)
    return np.flatnonzero(from_them | (to_them & network.symmetric))


def without(network, synapses):
    """The network in which these synapses are not."""
    kept = np.setdiff1d(np.arange(network.n_synapses), synapses)
    columns = {name: getattr(network, name)[kept] for name in ("source", "target", "weight", "delay")}
    return replace(network, synapse_class=network.synapse_class[kept], **columns)


def in_no_group(network, rng, k):
    """k neurons that belong to no modulator group: this output of a neuron only silence cuts."""
    members = np.concatenate([*network.modulators, np.empty(0, int)])
    return rng.choice(np.setdiff1d(np.arange(network.n_neurons), members), k, replace=False)


def history(brain, ticks, seed):
    """(ticks, n) potentials and (ticks, n) spikes under random currents."""
    rng = np.random.default_rng(seed)
    v, spikes = np.empty((ticks, brain.n_neurons)), np.zeros((ticks, brain.n_neurons), bool)
    for tick in range(ticks):
        spikes[tick, brain.tick(rng.normal(0.0, 2.0, brain.n_neurons))] = True
        v[tick] = brain.v
    return v, spikes


# ---- silence ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(4))
def test_silence_has_the_effect_of_a_lesion_of_all_outputs(nets, seed):
    """Bit for bit, in the potentials of all neurons, the silenced ones included."""
    network = nets.random_network(seed, noise=1.5, far=0.3)
    silent = in_no_group(network, np.random.default_rng(seed), 12)
    cut = outputs(network, silent)
    assert {*network.synapse_type[cut]} == {*SYNAPSE_TYPES}
    silenced, lesioned, shorter, whole = (
        Brain(each, seed=5, learning=False) for each in (network, network, without(network, cut), network)
    )
    silenced.silence(silent)
    lesioned.lesion(cut)
    v, spikes = history(silenced, 600, seed)
    for brain in (lesioned, shorter):
        other_v, other_spikes = history(brain, 600, seed)
        np.testing.assert_array_equal(v, other_v)
        others = np.setdiff1d(np.arange(network.n_neurons), silent)
        np.testing.assert_array_equal(spikes[:, others], other_spikes[:, others])
        assert other_spikes[:, silent].sum() > 50
    assert not spikes[:, silent].any()
    assert (history(whole, 600, seed)[1] != spikes).mean() > 0.01


def test_silence_has_the_effect_of_a_lesion_in_the_crawler(crawler):
    network = crawler.network
    silent = np.setdiff1d(np.arange(0, network.n_neurons, 7), np.concatenate([*network.modulators, [-1]]))
    silenced, lesioned = (Brain(network, seed=5, learning=False) for _ in range(2))
    silenced.silence(silent)
    lesioned.lesion(outputs(network, silent))
    rng = np.random.default_rng(0)
    fired = 0
    for _ in range(60):
        current = rng.uniform(0.0, 8.0, network.n_neurons)
        counts, other = silenced.advance(10, current), lesioned.advance(10, current).copy()
        np.testing.assert_array_equal(silenced.v, lesioned.v)
        fired += other[silent].sum()
        assert not counts[silent].any()
        other[silent] = 0
        np.testing.assert_array_equal(counts, other)
    assert fired > 50


def test_a_silenced_neuron_opens_no_gate_and_teaches_nothing(nets):
    """Group {1}: a gated synapse 0 → 3 delivers while 1 fires; plastic synapses 0 → 1 and 1 → 0 learn."""
    synapses = [
        {"type": "gated", "source": 0, "target": 3, "weight": 3.0, "gate_threshold": 0.5},
        {"type": "plastic", "source": 0, "target": 1, "learning_rate": 0.5},
        {"type": "plastic", "source": 1, "target": 0, "learning_rate": 0.5},
    ]
    network = nets.network(["RS", "RS", "RS", "METER"], synapses, modulators=[[1]])
    trains = {0: [2, 5], 1: [0, 3, 6]}
    free, silenced = Brain(network), Brain(network)
    silenced.silence([1])
    current = [-nets.FORCE] * 2 + [0.0] * 2
    for tick in range(8):
        for brain in (free, silenced):
            now = np.array(current)
            for neuron, train in trains.items():
                now[neuron] = nets.FORCE if tick in train else -nets.FORCE
            fired = brain.tick(now)
            assert (1 in fired) == (brain is free and tick in trains[1])
    assert free.v[3] > silenced.v[3]
    assert (free.weights[1:] != 1.0).all() and (silenced.weights == network.weight).all()
    assert not silenced.state()["modulators.history"].any()


def test_silence_that_ends_leaves_gap_junctions_as_they_were(nets):
    junction = {"type": "gap_junction", "weight": 0.125, "source": 0, "target": 1}
    brain = Brain(nets.network(["METER"] * 2, [junction]))
    brain.clamp([0], -50.0)

    def current():
        before = brain.v[1]
        brain.tick()
        return nets.current_into(before, brain.v[1]), 0.125 * (-50.0 - before)

    first, second = brain.silence([1]), brain.silence([0, 1])
    assert current()[0] == pytest.approx(0.0, abs=1e-9)
    brain.end(first)
    assert current()[0] == pytest.approx(0.0, abs=1e-9)
    brain.end(second)
    found, expected = current()
    assert found == pytest.approx(expected, abs=1e-9) and expected > 1.0
    np.testing.assert_array_equal(brain.weights, [0.125])


def test_a_neuron_that_is_silenced_and_clamped_is_held_and_reaches_nothing(nets):
    junction = {"type": "gap_junction", "weight": 0.1, "source": 0, "target": 1}
    brain, alone = Brain(nets.network(2, [junction])), Brain(nets.network(2))
    brain.silence([0])
    brain.clamp([0], 0.0)
    for _ in range(50):
        assert brain.tick([9.0, 9.0]).tolist() == [each for each in alone.tick([0.0, 9.0]) if each]
        assert brain.v[0] == 0.0 and brain.v[1] == alone.v[1]


# ---- lesions ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(3))
def test_a_lesioned_brain_learns_as_the_brain_without_these_synapses(nets, seed):
    """Spikes and all other weights, with learning, rewards, pruning and homeostasis, for every type."""
    network = nets.random_network(seed, noise=1.5, far=0.3)
    summed = [
        replace(each, parameters={**each.parameters, "target_weight_sum": 12.0})
        if SYNAPSE_TYPES[each.type].normalizes
        else each
        for each in network.classes
    ]
    network = replace(network, classes=tuple(summed))
    cut = np.random.default_rng(seed).choice(network.n_synapses, 200, replace=False)
    lesioned, shorter = Brain(network, seed=2), Brain(without(network, cut), seed=2)
    lesioned.lesion(cut)
    assert_equal_runs(nets, lesioned, shorter, cut)
    assert (shorter.weights != shorter.network.weight).mean() > 0.3
    lesioned.reset(3)
    shorter.reset(3)
    assert_equal_runs(nets, lesioned, shorter, cut)
    copies = [pickle.loads(pickle.dumps(lesioned)), Brain(network)]
    copies[1].restore(lesioned.state())
    fresh = [Brain(each.trained_network(), seed=4) for each in (lesioned, shorter)]
    for each in copies:
        assert_equal_runs(nets, each, pickle.loads(pickle.dumps(shorter)), cut)
    assert_equal_runs(nets, *fresh, cut)


def assert_equal_runs(nets, lesioned, shorter, cut):
    one, other = (nets.run_with_random_input(brain, 450, seed=6) for brain in (lesioned, shorter))
    np.testing.assert_array_equal(one, other)
    assert not lesioned.weights[cut].any()
    np.testing.assert_array_equal(np.delete(lesioned.weights, cut), shorter.weights)


def test_a_lesion_while_a_brain_runs_leaves_traces_and_currents_of_the_others(nets):
    network = nets.random_network(3, noise=1.5, far=0.3)
    brain, other = Brain(network, seed=2), Brain(network, seed=2)
    for each in (brain, other):
        nets.run_with_random_input(each, 200, seed=1)
    brain.lesion([])
    brain.lesion([0])
    for name in EVENT_DRIVEN:
        one, two = brain.synapse_state(name), other.synapse_state(name)
        for field in one:
            rest = one["synapse"] != 0
            np.testing.assert_array_equal(one[field][rest], two[field][rest])
    one, two = brain.state(), other.state()
    for name in ("ring", "delay_queue.value", "neurons.v", "rng", "modulators.history"):
        np.testing.assert_array_equal(one[name], two[name])


@pytest.mark.parametrize("kind", list(SYNAPSE_TYPES))
def test_a_lesioned_synapse_of_any_type_delivers_nothing(nets, kind):
    synapse = {"type": kind, "weight": 2.0}
    whole, lesioned = (Brain(nets.network(["RS", "METER"], [synapse], modulators=[[0]])) for _ in range(2))
    lesioned.lesion([0])
    trains = {0: range(0, 40, 5)}
    assert np.abs(nets.metered(whole, trains, 40, 1)).max() > 1e-2
    np.testing.assert_allclose(nets.metered(lesioned, trains, 40, 1), 0.0, atol=1e-9)


@pytest.mark.parametrize("kind", LEARNING)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_lesion_is_valid_where_the_bounds_exclude_0(nets, kind, sign):
    least, greatest = sorted((sign * 1.0, sign * 6.0))
    bounds = dict(zip(SYNAPSE_TYPES[kind].bounds, (least, greatest), strict=True))
    homeostasis = {SYNAPSE_TYPES[kind].normalizes: 4.0} if SYNAPSE_TYPES[kind].normalizes else {}
    synapse = {"type": kind, "weight": sign * 2.0, "learning_rate": 0.1, **bounds, **homeostasis}
    network = nets.network(2, [synapse], modulators=[[0]])
    brain = Brain(network)
    brain.lesion([0])
    nets.run(brain, {0: range(0, 300, 3), 1: range(1, 300, 3)}, 300)
    brain.deliver_reward(5.0)
    assert brain.weights.tolist() == [0.0]
    trained = brain.trained_network()
    validate(trained)
    Brain(network).restore(brain.state())
    assert len(trained.classes) == 2 and network.weight[0] == sign * 2.0
    synapse_type, silent = SYNAPSE_TYPES[kind], trained.classes[1].parameters
    assert synapse_type.weight_bounds(silent) == (0.0, 0.0)
    assert not (
        synapse_type.learns(silent) or synapse_type.can_prune(silent) or synapse_type.can_normalize(silent)
    )


def test_lesions_add_up_and_a_class_gets_one_copy(nets):
    network = nets.network(3, [{"type": "plastic", "target": k} for k in (1, 2, 1, 2)])
    brain = Brain(network)
    for k in (2, 0, 2):
        brain.lesion([k])
    assert brain.weights.tolist() == [0.0, 1.0, 0.0, 1.0]
    trained = brain.trained_network()
    assert [each.type for each in trained.classes] == ["plastic", "plastic"]
    again = Brain(trained)
    again.lesion([0, 1])
    assert again.weights.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert len(again.trained_network().classes) == 2


# ---- weights ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(SYNAPSE_TYPES))
def test_a_weight_that_is_set_acts_as_one_that_the_network_has(nets, kind):
    def brain(weight):
        own = {"type": kind, "weight": weight, "source": 0, "target": 1}
        back = {**own, "source": 1, "target": 0}
        return Brain(nets.network(["RS", "METER"], [own, back], modulators=[[0]]))

    changed, scaled, other = brain(2.0), brain(2.0), brain(3.0)
    changed.set_weights([1, 0], [3.0, 3.0])
    scaled.scale_weights([0, 1], 1.5)
    expected = nets.metered(other, {0: range(0, 40, 5)}, 40, 1)
    for each in (changed, scaled):
        np.testing.assert_array_equal(nets.metered(each, {0: range(0, 40, 5)}, 40, 1), expected)
        np.testing.assert_array_equal(each.weights, other.weights)
        each.reset(1)
        np.testing.assert_array_equal(each.weights, other.weights)
        copy = pickle.loads(pickle.dumps(each))
        np.testing.assert_array_equal(copy.weights, other.weights)
        np.testing.assert_array_equal(copy.trained_network().weight, other.weights)


@pytest.mark.parametrize(
    ("own", "values", "words"),
    [
        ({"type": "plastic"}, 10.5, r"synapse 0 \(plastic\) would get 10.5; expected a number from 0 to 10"),
        ({"type": "plastic", "weight": -1.0}, 0.5, r"would get 0.5; expected a number from -10 to 0"),
        ({"type": "plastic", "w_min": 0.5}, 0.0, r"would get 0; expected a number from 0.5 to 10"),
        ({"type": "gap_junction"}, -0.5, r"would get -0.5; expected a number from 0 to 1e\+09"),
        ({"type": "fixed"}, 2e9, r"would get 2e\+09; expected a number from -1e\+09 to 1e\+09"),
        ({"type": "fixed"}, np.nan, r"would get nan; expected"),
        ({"type": "fixed"}, [1.0, 2.0, 3.0], "expected one number or 2 of them"),
        ({"type": "fixed"}, "heavy", "expected one number or 2 of them"),
        ({"type": "fixed"}, [[1.0], [2.0, 3.0]], "weights"),
    ],
)
def test_a_weight_outside_its_bounds_is_refused(nets, own, values, words):
    brain = Brain(nets.network(2, [own, {"type": "fixed", "weight": 4.0}]))
    before = brain.weights
    with pytest.raises(InputError, match=words):
        brain.set_weights([0, 1], values)
    np.testing.assert_array_equal(brain.weights, before)


def test_lesioned_and_pruned_synapses_keep_weight_0(nets):
    rare = {"type": "developmental", "learning_rate": 0.0, "pruning_threshold": 0.9}
    rare |= {"min_source_spikes": 2, "eval_interval": 50}
    brain = Brain(nets.network(3, [rare, {**rare, "target": 2}, {"type": "fixed"}]))
    nets.run(brain, {0: range(0, 50, 3), 1: [], 2: range(0, 50, 3)}, 60)
    assert brain.weights.tolist() == [0.0, 1.0, 1.0]
    brain.lesion([2])
    for synapse in (0, 2):
        with pytest.raises(InputError, match="expected a number from 0 to 0, as it is lesioned or pruned"):
            brain.set_weights([synapse], 1.0)
        brain.set_weights([synapse], 0.0)
    brain.scale_weights([0, 1, 2], 2.0)
    assert brain.weights.tolist() == [0.0, 2.0, 0.0]


def test_scaling_beyond_a_bound_changes_no_weight(nets):
    brain = Brain(nets.network(2, [{"type": "fixed"}, {"type": "plastic", "weight": 4.0}]))
    with pytest.raises(
        InputError, match=r"synapse 1 \(plastic\) would get 12; expected a number from 0 to 10"
    ):
        brain.scale_weights([0, 1], 3.0)
    assert brain.weights.tolist() == [1.0, 4.0]
