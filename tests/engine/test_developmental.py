"""developmental: what counts as a coincidence, who is pruned and when, and what survivors go on as."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.synapses.developmental import fisher_information

TRAIN = st.sets(st.integers(0, 119), max_size=40)


def record(nets, sources, targets, ticks=200, **own):
    """(source spikes, target spikes, coincidences) of one synapse."""
    brain = Brain(nets.network(2, [{"type": "developmental", "weight": 5.0, **own}]))
    nets.run(brain, {0: sources, 1: targets}, ticks)
    state = brain.synapse_state("developmental")
    return tuple(int(state[name][0]) for name in ("source_spikes", "target_spikes", "coincidences"))


# ---- coincidences --------------------------------------------------------------------------------
@pytest.mark.parametrize("window", [0, 1, 20, 30])
def test_the_window_includes_its_last_tick_and_no_more(nets, window):
    for lag, counts in ((0, 1), (window, 1), (window + 1, 0), (window + 40, 0), (-1, 0)):
        found = record(nets, [50], [50 + lag], coincidence_window=window)
        assert found == (1, 1, counts), lag


def test_the_default_window_is_twenty_ticks(nets):
    assert record(nets, [50], [70]) == (1, 1, 1)
    assert record(nets, [50], [71]) == (1, 1, 0)


def test_a_source_spike_counts_once_however_often_the_target_fires(nets):
    assert record(nets, [50], range(50, 70)) == (1, 20, 1)


def test_one_target_spike_counts_every_uncounted_source_spike_in_the_window(nets):
    assert record(nets, range(40, 61), [60]) == (21, 1, 21)
    assert record(nets, range(39, 61), [60]) == (22, 1, 21)


@settings(max_examples=40, deadline=None)
@given(sources=TRAIN, targets=TRAIN, window=st.integers(0, 30))
def test_coincidences_are_the_source_spikes_that_a_target_spike_followed(nets, sources, targets, window):
    followed = sum(any(0 <= t - s <= window for t in targets) for s in sources)
    expected = (len(sources), len(targets), followed)
    assert record(nets, sources, targets, ticks=150, coincidence_window=window) == expected


# ---- pruning -------------------------------------------------------------------------------------
def trains_of(rates, n_spikes=20, gap=10):
    """Sources that fire n_spikes times, and the target after the given share of each one's spikes.

    Sources take turns far apart, so that a target spike follows one source alone.
    """
    trains, target, at = {}, [], 0
    for k, rate in enumerate(rates):
        times = at + 25 * np.arange(n_spikes)
        trains[k + 1] = times.tolist()
        target += (times[: round(rate * n_spikes)] + gap).tolist()
        at = int(times[-1]) + 25
    return {0: target, **trains}, at


def alive_after(nets, rates, **own):
    """Which of the synapses onto neuron 0 live after one pruning at the end of the given trains."""
    trains, ticks = trains_of(rates)
    rule = {
        "type": "developmental",
        "weight": 5.0,
        "target": 0,
        "critical_period": ticks,
        "eval_interval": ticks,
    }
    synapses = [{**rule, **own, "source": k + 1} for k in range(len(rates))]
    brain = Brain(nets.network(len(rates) + 1, synapses))
    nets.run(brain, trains, ticks)
    state = brain.synapse_state("developmental")
    found = state["coincidences"] / state["source_spikes"]
    np.testing.assert_allclose(found, rates)
    alive = state["alive"].tolist()
    assert ((brain.weights > 0) == state["alive"]).all()
    return alive


RATES = [0.0, 0.05, 0.2, 0.25, 0.5]


def test_absolute_prunes_synapses_below_the_threshold(nets):
    assert alive_after(nets, RATES, prune_reference="absolute", pruning_threshold=0.2) == [0, 0, 1, 1, 1]


def test_target_max_prunes_synapses_below_a_fraction_of_the_largest_rate(nets):
    """The best rate is 0.5, so a threshold of 0.5 asks for 0.25, and the pruned ones include 0.2."""
    assert alive_after(nets, RATES, prune_reference="target_max", pruning_threshold=0.5) == [0, 0, 0, 1, 1]


def test_target_max_is_computed_before_pruning(nets):
    """A threshold above 1 prunes the best one too, and it is still what the others are held against."""
    assert alive_after(nets, [0.5, 0.5], prune_reference="target_max", pruning_threshold=1.1) == [0, 0]


def test_chance_prunes_synapses_below_the_rate_of_unrelated_neurons(nets):
    """T target spikes in t ticks: unrelated spikes coincide at the rate 1 − (1 − T/t)^21."""
    target, ticks = len(trains_of(RATES)[0][0]), trains_of(RATES)[1]
    chance = 1 - (1 - target / ticks) ** 21
    assert 0.05 < chance < 0.2
    assert alive_after(nets, RATES, prune_reference="chance", pruning_threshold=1.0) == [0, 0, 1, 1, 1]
    above = 0.25 / chance * 1.001
    assert alive_after(nets, RATES, prune_reference="chance", pruning_threshold=above) == [0, 0, 0, 0, 1]
    below = 0.25 / chance * 0.999
    assert alive_after(nets, RATES, prune_reference="chance", pruning_threshold=below) == [0, 0, 0, 1, 1]


def test_a_rate_equal_to_the_limit_is_not_pruned(nets):
    assert alive_after(nets, [0.25, 0.2], pruning_threshold=0.25) == [1, 0]


def test_default_threshold_is_two_percent_of_one(nets):
    assert alive_after(nets, RATES) == [0, 1, 1, 1, 1]


def test_synapses_with_too_few_source_spikes_are_not_pruned(nets):
    for least, alive in ((20, [0, 0]), (21, [1, 1])):
        assert alive_after(nets, [0.0, 0.0], pruning_threshold=1.0, min_source_spikes=least) == alive


def test_target_max_includes_synapses_of_sets_that_are_not_due(nets):
    """The best rival belongs to a class with another interval: it is not judged, but it is a measure."""
    trains, ticks = trains_of([0.1, 0.8])
    rule = {"type": "developmental", "weight": 5.0, "target": 0, "critical_period": 10**6}
    rule |= {"prune_reference": "target_max", "pruning_threshold": 0.5}
    synapses = [
        {**rule, "source": 1, "eval_interval": ticks},
        {**rule, "source": 2, "eval_interval": ticks + 1},
    ]
    brain = Brain(nets.network(3, synapses))
    nets.run(brain, trains, ticks)
    assert brain.synapse_state("developmental")["alive"].tolist() == [0, 1]


@pytest.mark.parametrize(("target", "alive"), [(0, [1, 0]), (1, [1, 1])])
def test_target_max_includes_synapses_of_the_same_target_only(nets, target, alive):
    """Source 2 is followed at 80 %. Source 3, at 10 %, is pruned beside it and lives elsewhere."""
    times = np.arange(0, 500, 25)
    rule = {"type": "developmental", "weight": 5.0, "prune_reference": "target_max", "pruning_threshold": 0.5}
    rule |= {"critical_period": 1000, "eval_interval": 1000}
    brain = Brain(
        nets.network(4, [{**rule, "source": 2, "target": 0}, {**rule, "source": 3, "target": target}])
    )
    trains: dict[int, list] = {
        0: (times[:16] + 5).tolist(),
        1: [],
        2: times.tolist(),
        3: (500 + times).tolist(),
    }
    trains[target] += (500 + times[:2] + 5).tolist()
    nets.run(brain, trains, 1000)
    state = brain.synapse_state("developmental")
    assert (state["coincidences"] / state["source_spikes"]).tolist() == [0.8, 0.1]
    assert state["alive"].tolist() == alive


# ---- when ----------------------------------------------------------------------------------------
def deaths(nets, ticks, first_spike=0, **own):
    """The age at which a synapse without any coincidence was pruned; None if it was not."""
    brain = Brain(nets.network(2, [{"type": "developmental", "weight": 5.0, "min_source_spikes": 3, **own}]))
    spikes = [first_spike, first_spike + 1, first_spike + 2]
    for _ in nets.play(brain, {0: spikes, 1: []}, ticks):
        if brain.weights[0] == 0.0:
            return brain.ticks
    return None


def test_synapses_are_pruned_at_the_end_of_each_interval(nets):
    when = {"eval_interval": 50, "critical_period": 1000}
    assert deaths(nets, 300, first_spike=0, **when) == 50
    assert deaths(nets, 300, first_spike=47, **when) == 50  # the third spike falls in the last tick
    assert deaths(nets, 300, first_spike=48, **when) == 100


def test_the_critical_period_ends_with_its_last_tick(nets):
    when = {"eval_interval": 50}
    assert deaths(nets, 400, first_spike=60, critical_period=100, **when) == 100
    assert deaths(nets, 400, first_spike=60, critical_period=99, **when) is None
    assert deaths(nets, 400, first_spike=110, critical_period=100, **when) is None
    assert deaths(nets, 400, critical_period=0, **when) is None


def test_nothing_is_pruned_while_not_learning_and_counts_go_on(nets):
    rule = {"type": "developmental", "weight": 5.0, "eval_interval": 10, "min_source_spikes": 1}
    brain = Brain(nets.network(2, [rule]), learning=False)
    nets.run(brain, {0: [1, 2, 3], 1: []}, 95)
    assert brain.weights[0] == 5.0
    assert brain.synapse_state("developmental")["source_spikes"].tolist() == [3]
    brain.learning = True
    nets.run(brain, {0: [], 1: []}, 5)
    assert brain.weights[0] == 0.0


# ---- after ---------------------------------------------------------------------------------------
def test_a_pruned_synapse_is_permanently_silent(nets):
    rule = {"type": "developmental", "weight": 2.0, "eval_interval": 10, "min_source_spikes": 2}
    brain = Brain(nets.network(["RS", "METER"], [rule]))
    before = nets.metered(brain, {0: [2, 5]}, 10, meter=1)
    np.testing.assert_allclose(before[[3, 6]], 2.0, atol=1e-9)
    record = brain.synapse_state("developmental")
    for _ in range(2):
        after = nets.metered(brain, {0: range(0, 40, 3)}, 40, meter=1)
        np.testing.assert_allclose(after, 0.0, atol=1e-9)
        assert brain.weights[0] == 0.0
        brain.reset(seed=1)
    for name, value in brain.synapse_state("developmental").items():
        if name not in ("pre_trace", "recent"):
            assert value == record[name], name


def test_a_spike_on_its_way_when_its_synapse_is_pruned_still_arrives(nets):
    rule = {"type": "developmental", "weight": 2.0, "eval_interval": 10, "min_source_spikes": 1, "delay": 30}
    brain = Brain(nets.network(["RS", "METER"], [rule]))
    currents = nets.metered(brain, {0: [9, 12]}, 60, meter=1)
    assert brain.weights[0] == 0.0
    np.testing.assert_allclose(currents[[39, 42]], [2.0, 0.0], atol=1e-9)


def test_unpruned_synapses_are_plastic(nets):
    """The weights of both types are equal at every tick, before and after the critical period."""
    own = {"weight": 5.0, "learning_rate": 0.2, "tau_plus": 12.0, "tau_minus": 30.0, "ltd_ratio": 0.8}
    pair = [{"type": "plastic", **own}, {"type": "developmental", "critical_period": 100, **own}]
    brain = Brain(nets.network(2, pair))
    rng = np.random.default_rng(0)
    trains = {i: np.flatnonzero(rng.random(300) < 0.2) for i in (0, 1)}
    seen = set()
    for _ in nets.play(brain, trains, 300):
        one, other = brain.weights
        assert one == other
        seen.add(one)
    assert len(seen) > 50


def test_reset_keeps_the_developmental_record(nets):
    brain = Brain(nets.network(2, [{"type": "developmental", "weight": 5.0}]))
    nets.run(brain, {0: [1, 30], 1: [5, 99]}, 100)
    before = brain.synapse_state("developmental")
    brain.reset(seed=0)
    after = brain.synapse_state("developmental")
    for name in ("w", "source_spikes", "target_spikes", "coincidences", "alive"):
        assert after[name] == before[name], name
    assert brain.ticks == 100


def test_a_source_spike_before_a_reset_is_in_no_coincidence_after_it(nets):
    brain = Brain(nets.network(2, [{"type": "developmental", "weight": 5.0}]))
    nets.run(brain, {0: [9], 1: []}, 10)
    brain.reset(seed=0)
    nets.run(brain, {0: [], 1: [0]}, 1)
    assert brain.synapse_state("developmental")["coincidences"].tolist() == [0]


# ---- Fisher information --------------------------------------------------------------------------
def test_fisher_information_is_the_variance_of_a_coincidence():
    found = fisher_information(np.array([0, 5, 10, 20]), np.array([20, 20, 20, 20]))
    np.testing.assert_allclose(found, [0.0, 0.25 * 0.75, 0.25, 0.0], rtol=1e-15)
    outcomes = np.repeat([1.0, 0.0], [5, 15])
    assert found[1] == pytest.approx(outcomes.var(), rel=1e-15)


def test_fisher_information_is_nan_where_the_source_never_fired():
    assert np.isnan(fisher_information(np.array([0]), np.array([0]))).all()


def test_fisher_information_takes_the_developmental_record_of_a_brain(nets):
    brain = Brain(nets.network(2, [{"type": "developmental", "weight": 5.0}]))
    nets.run(brain, {0: [0, 50, 100, 150], 1: [3]}, 160)
    state = brain.synapse_state("developmental")
    found = fisher_information(state["coincidences"], state["source_spikes"])
    assert found.tolist() == [0.25 * 0.75]
