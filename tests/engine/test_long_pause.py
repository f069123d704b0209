"""A synapse may rest for any time: it comes to what as many ticks lead to, and the way there has an end."""

from __future__ import annotations

from types import FunctionType, SimpleNamespace

import numpy as np
import pytest

from spikeworm_env.engine import tick
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import MAX_AGE_TICKS
from spikeworm_env.engine.synapse_records import HORIZON, steps_to_rest
from spikeworm_env.engine.synapses import SYNAPSE_TYPES

GREATEST = np.finfo(np.float64).max


def decayed(pause, tau, x):
    """A trace and a gain after a pause, by ``decay_state`` itself, and by how many calls of ``decay``."""
    calls = []
    fade = np.exp(-np.arange(HORIZON) / tau).tolist()

    def decay(syn, p, ticks):
        calls.append(ticks)
        syn.trace *= fade[ticks]
        syn.gain = 1.0 + (syn.gain - 1.0) * fade[ticks]
        assert len(calls) < 10**7

    decay_to_now = FunctionType(tick.decay_state.__code__, {"HORIZON": HORIZON, "decay": decay, "min": min})
    syn = SimpleNamespace(trace=x, gain=x, last=5)
    decay_to_now(syn, SimpleNamespace(steps_to_rest=steps_to_rest(tau)), 5 + pause)
    assert syn.last == 5 + pause
    return syn.trace, syn.gain, calls


def in_steps(pause, tau, x):
    """The same by the rule: steps of HORIZON − 1 ticks while there are HORIZON or more, then the rest."""
    fade = np.exp(-np.arange(HORIZON) / tau).tolist()
    trace = gain = x
    while pause >= 0:
        ticks = pause if pause < HORIZON else HORIZON - 1
        trace, gain = trace * fade[ticks], 1.0 + (gain - 1.0) * fade[ticks]
        pause = pause - ticks if pause >= HORIZON else -1
    return trace, gain


@pytest.mark.parametrize("tau", [0.1, 20.0, 500.0, 1e4])
@pytest.mark.parametrize(
    "pause", [0, 1, 1022, 1023, 1024, 2045, 2046, 2047, 2048, 10**5, 10**7 + 1, 2 * 10**7]
)
def test_decay_over_a_pause_equals_its_steps_bit_for_bit(tau, pause):
    for x in (1.0, 3.7e5, GREATEST):
        trace, gain, calls = decayed(pause, tau, x)
        assert (trace, gain) == in_steps(pause, tau, x)
        assert sum(calls) <= pause


@pytest.mark.parametrize("tau", [0.1, 20.0, 500.0, 1e5])
def test_after_the_steps_to_rest_no_step_changes_anything(tau):
    fade = float(np.exp(-(HORIZON - 1) / tau))
    for x in (GREATEST, 1.0, -GREATEST):
        trace = gain = x
        for _ in range(steps_to_rest(tau)):
            trace, gain = trace * fade, 1.0 + (gain - 1.0) * fade
        assert (trace * fade, 1.0 + (gain - 1.0) * fade) == (trace, gain)


@pytest.mark.parametrize("pause", [2**40, MAX_AGE_TICKS])
def test_the_longest_pause_takes_at_most_the_steps_to_rest(pause):
    for tau in (20.0, 500.0):
        assert len(decayed(pause, tau, GREATEST)[2]) == steps_to_rest(tau) + 1 < 800
    slowest = max(
        each.parameters[tau].high for each in SYNAPSE_TYPES.values() for tau in each.decay_tables.values()
    )
    assert steps_to_rest(slowest) < 2e6  # a few milliseconds


def test_a_brain_that_is_restored_at_the_greatest_age_runs_on(nets):
    assert (
        len(decayed(MAX_AGE_TICKS, 500.0, 1.0)[2]) < 800
    )  # first: a kernel without an end cannot be stopped
    brain = Brain(nets.random_network(1))
    state = brain.state()
    for name in ("tick", "noise_start"):
        state[name] = np.array(MAX_AGE_TICKS)
    brain.restore(state)
    brain.advance(200, np.full(brain.n_neurons, 10.0))
    brain.deliver_reward(1.0)
    assert brain.ticks == MAX_AGE_TICKS + 200
    assert (brain.spike_counts > 0).all() and np.isfinite(brain.weights).all()
