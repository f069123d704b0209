"""The engine against a plain reimplementation of its documents."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

TICKS = 2000


@pytest.fixture(scope="module", params=[1, 2])
def runs(nets, reference, request):
    """One network run by both: brain, its spikes, reference, its spikes."""
    network = nets.random_network(request.param, n=200, m=2000)
    brain, slow = Brain(network), reference.ReferenceBrain(network)
    return (
        brain,
        nets.run_with_random_input(brain, TICKS, request.param),
        slow,
        nets.run_with_random_input(slow, TICKS, request.param),
    )


def test_engine_equals_the_reference_spike_for_spike(runs):
    brain, spikes, slow, expected = runs
    np.testing.assert_array_equal(spikes, expected)
    np.testing.assert_allclose(brain.weights, slow.weights, rtol=0, atol=1e-12)
    np.testing.assert_allclose(brain.v, slow.v, rtol=0, atol=1e-9)


def test_developmental_record_equals_the_reference(runs):
    brain, _, slow, _ = runs
    state = brain.synapse_state("developmental")
    for name in ("source_spikes", "target_spikes", "coincidences", "alive"):
        expected = [getattr(slow.synapses[k], name) for k in state["synapse"]]
        np.testing.assert_array_equal(state[name], expected, err_msg=name)


def test_the_compared_run_uses_every_rule(runs):
    """The comparison would be worth little if nothing learned, opened or was pruned."""
    _, _, slow, spikes = runs
    assert 0.01 < len(spikes) / TICKS / slow.n_neurons < 0.2
    network = slow.network
    kinds = np.array([synapse.kind for synapse in slow.synapses])
    changed = slow.weights != network.weight
    for name, kind in SYNAPSE_TYPES.items():
        assert (kinds == name).sum() > 100
        assert changed[kinds == name].any() == (kind.bounds is not None)
    assert network.delay.max() > 200 and network.weight.min() < 0
    for reference in (0, 1, 2):
        pruned = [not s.alive for s in slow.synapses if s.p.get("prune_reference") == reference]
        assert 0 < np.mean(pruned) < 1


def test_every_synapse_type_has_a_reference(reference):
    assert set(reference.KINDS) == set(SYNAPSE_TYPES)
