"""From spikes to target angles."""

from __future__ import annotations

import numpy as np

from spikeworm_env.world.muscles import AMPLITUDE_RAD, DECAY, GAIN, contract


def relaxed():
    return np.zeros((2, 24)), np.ones((2, 24)), np.zeros(23)


def expected_target(activation):
    mean = 0.5 * (activation[:, 1:] + activation[:, :-1])
    dorsal, ventral = 1 - np.exp(-mean)
    return AMPLITUDE_RAD * (dorsal - ventral)


def test_one_spike_decays_with_a_time_constant_of_100_ms():
    activation, relaxation, target = relaxed()
    spike = np.zeros((2, 24))
    spike[0, 3] = 1.0
    contract(activation, spike, relaxation, target)
    assert activation[0, 3] == GAIN * DECAY  # it has decayed for one tick when the joints feel it
    for _ in range(99):
        contract(activation, np.zeros((2, 24)), relaxation, target)
    np.testing.assert_allclose(activation[0, 3], GAIN / np.e, rtol=1e-12)
    assert np.count_nonzero(activation) == 1


def test_target_is_the_saturated_difference_of_the_sides():
    rng = np.random.default_rng(0)
    activation, relaxation, target = relaxed()
    for _ in range(200):
        contract(activation, rng.random((2, 24)) < rng.uniform(0, 0.1), relaxation, target)
        np.testing.assert_allclose(target, expected_target(activation), rtol=0, atol=1e-13)
        np.testing.assert_allclose(relaxation**2, np.exp(-activation), rtol=0, atol=1e-13)


def test_dorsal_muscles_bend_to_the_dorsal_side():
    activation, relaxation, target = relaxed()
    share = np.zeros((2, 24))
    share[0] = 0.01
    contract(activation, share, relaxation, target)
    assert (target > 0).all()


def test_full_activation_saturates():
    activation, relaxation, target = relaxed()
    share = np.zeros((2, 24))
    share[1] = 1.0
    for _ in range(5000):
        contract(activation, share, relaxation, target)
    np.testing.assert_allclose(target, -AMPLITUDE_RAD, rtol=1e-12)
    assert np.isfinite(activation).all()
