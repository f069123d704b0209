"""The engine against Brian2, whose equations are written from the documents (``in_brian2.py``).

Both compute in 64-bit floats but round in another order, so they agree spike for spike as long as rounding
errors do not grow. In networks that are driven by strong noise errors vanish, as a spike resets v. Where gap
junctions couple neurons that are driven weakly, errors grow: there the two agree as long as the engine agrees
with itself after a change of v by 1e-12 mV.
"""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
N, M = 60, 1080
LOUD, QUIET = 20.0, 2.0  # standard deviation of the external current


@pytest.fixture(
    scope="module",
    params=[
        (1, 600, True),
        pytest.param((2, 8000, False), marks=pytest.mark.long),
        pytest.param((3, 8000, True), marks=pytest.mark.long),
    ],
    ids=["graded_600_ticks", "spiking_8000_ticks", "graded_8000_ticks"],
)
def runs(nets, mixed, brian, request):
    """One network run by both: network, engine's spikes, brain, run in Brian2."""
    seed, ticks, with_graded = request.param
    network = mixed.mixed_network(nets.network, seed, N, M)
    given = mixed.stimulus(seed, ticks, N, LOUD)
    if with_graded:
        network, given = mixed.with_graded_neurons(network, given, seed)
    spikes, brain = mixed.run_engine(network, given)
    return network, spikes, brain, brian.run(network, *given)


def test_engine_equals_brian2_spike_for_spike(runs):
    _, spikes, brain, expected = runs
    np.testing.assert_array_equal(spikes, expected.spikes)
    np.testing.assert_allclose(brain.weights, expected.weights, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(brain.v, expected.v, rtol=0, atol=1e-6)


def test_developmental_record_equals_brian2(runs):
    _, _, brain, expected = runs
    state = brain.synapse_state("developmental")
    for name, values in expected.developmental.items():
        np.testing.assert_array_equal(state[name], values, err_msg=name)


def test_the_compared_run_uses_every_rule(runs, mixed):
    network, spikes, brain, _ = runs
    graded = network.neuron_model == "graded"
    np.testing.assert_array_equal(np.bincount(spikes[:, 1], minlength=N) > 0, ~graded)
    assert not graded.any() or np.ptp(brain.v[graded]) > 10
    changed = brain.weights != network.weight
    for name in mixed.TYPES:
        of_type = network.synapse_type == name
        assert of_type.sum() == M // len(mixed.TYPES)
        learns = name in ("developmental", "gated", "plastic", "reward_plastic")
        assert changed[of_type].any() == learns, name
    state = brain.synapse_state("developmental")
    references = network.by_synapse(lambda each: each.parameters.get("prune_reference", -1), float)
    for reference in range(3):
        chosen = np.flatnonzero(references == reference)
        alive = state["alive"][np.isin(state["synapse"], chosen)]
        assert 0 < alive.mean() < 1, reference
    sums = network.by_synapse(lambda each: each.parameters.get("target_weight_sum", 0.0), float)
    over = network.by_synapse(lambda each: each.parameters.get("normalize_over", -1), float)
    assert all(((sums > 0) & (over == end)).any() for end in (0, 1))
    assert network.delay.max() > 40 and network.weight.min() < 0


def test_potentials_of_silent_neurons_with_gap_junctions_equal_brian2(nets, mixed, brian):
    rng = np.random.default_rng(5)
    junctions = [
        {"source": int(i), "target": int(j), "type": "gap_junction", "weight": float(g)}
        for i, j, g in zip(*rng.integers(N, size=(2, 150)), rng.uniform(0.01, 0.1, 150), strict=True)
    ]
    network = nets.network([mixed.PRESETS[k % 5] for k in range(N)], junctions)
    silent = mixed.stimulus(5, 2000, N, 0.3)
    spikes, brain = mixed.run_engine(network, silent)
    expected = brian.run(network, *silent)
    assert spikes.size == expected.spikes.size == 0
    assert np.ptp(brain.v) > 1
    np.testing.assert_allclose(brain.v, expected.v, rtol=0, atol=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_a_chaotic_network_equals_brian2_until_rounding_errors_have_grown(nets, mixed, brian, seed):
    network = mixed.mixed_network(nets.network, seed, N, M)
    given = mixed.stimulus(seed, 2000, N, QUIET)
    spikes, _ = mixed.run_engine(network, given)
    perturbed, _ = mixed.run_engine(network, given, perturbation=1e-12)
    horizon = mixed.first_difference(spikes, perturbed)
    assert horizon is not None and horizon > 100
    expected = brian.run(network, *(part[:horizon] for part in given))
    before = spikes[spikes[:, 0] < horizon]
    np.testing.assert_array_equal(before, expected.spikes)
