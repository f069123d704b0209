"""Who listens to a brain hears every tick, and the brain does not notice."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain


@pytest.fixture
def network(nets):
    """Neurons that fire under noise, with synapses of short and long delays between them."""
    synapses = [
        {"source": k, "target": (k + 1) % 6, "weight": 4.0, "delay": delay}
        for k, delay in enumerate((1, 3, 40, 90))
    ]
    return nets.network(["RS", "FS", "CH", "RS", "FS", "CH"], synapses, background=6.0)


@pytest.mark.parametrize("step", [1, 7, 100])
def test_a_listener_receives_the_spikes_that_a_recorder_records(network, step):
    recorder = Brain(network, seed=1).run(700)
    heard: list[tuple[int, int]] = []
    brain = Brain(network, seed=1)

    def note(fired: np.ndarray) -> None:
        heard.extend((brain.ticks - 1, neuron) for neuron in fired.tolist())

    brain.on_tick = note
    for _ in range(700 // step):
        brain.advance(step)
    assert len(heard) > 50
    np.testing.assert_array_equal(np.transpose(heard), recorder.spikes)


def test_a_listener_changes_nothing(network):
    alone, heard = Brain(network, seed=2), Brain(network, seed=2)
    heard.on_tick = lambda fired: None
    for _ in range(20):
        np.testing.assert_array_equal(alone.advance(33), heard.advance(33))
    for name, value in alone.state().items():
        np.testing.assert_array_equal(heard.state()[name], value)


def test_a_copy_has_no_listener(network):
    brain = Brain(network)
    brain.on_tick = lambda fired: None
    assert copy.deepcopy(brain).on_tick is None
