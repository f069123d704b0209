"""Weight noise changes weights and gains within their bounds, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import InputError
from spikeworm_env.lesions.weight_noise import add_weight_noise


def test_noise_of_sd_zero_changes_nothing(compiled):
    same = add_weight_noise(compiled, 0.0, np.random.default_rng(0))
    assert (same.network.weight == compiled.network.weight).all()
    assert (same.muscle_map.gain == compiled.muscle_map.gain).all()
    assert (same.proprioception_map.gain == compiled.proprioception_map.gain).all()


def test_noise_has_the_given_sd_and_keeps_every_sign(compiled):
    noisy = add_weight_noise(compiled, 0.2, np.random.default_rng(0))
    share = noisy.network.weight / compiled.network.weight
    fixed = compiled.network.synapse_type == "fixed"
    assert share[fixed].mean() == pytest.approx(1, abs=0.03)
    assert share[fixed].std() == pytest.approx(0.2, abs=0.03)
    wild = add_weight_noise(compiled, 5.0, np.random.default_rng(0))
    assert (np.sign(wild.network.weight) == np.sign(compiled.network.weight)).all()
    assert (np.abs(wild.network.weight[fixed]) >= 0.0499 * np.abs(compiled.network.weight[fixed])).all()


def test_noise_applies_to_conductances_muscles_and_proprioception(compiled):
    noisy = add_weight_noise(compiled, 0.2, np.random.default_rng(0))
    gaps = compiled.network.symmetric
    assert gaps.any() and (noisy.network.weight[gaps] != compiled.network.weight[gaps]).all()
    assert (noisy.muscle_map.gain != compiled.muscle_map.gain).all()
    assert (noisy.proprioception_map.gain != compiled.proprioception_map.gain).all()


def test_noisy_weights_stay_in_the_bounds_of_their_type(compiled):
    noisy = add_weight_noise(compiled, 5.0, np.random.default_rng(0))
    validate(noisy.network)
    assert (noisy.network.weight != compiled.network.weight).any()


def test_the_given_brain_is_unchanged(compiled):
    before = compiled.network.weight.copy()
    add_weight_noise(compiled, 0.5, np.random.default_rng(0))
    assert (compiled.network.weight == before).all()


@pytest.mark.parametrize("sd", [-0.1, math.nan, math.inf])
def test_an_sd_that_is_negative_or_not_finite_is_an_error(compiled, sd):
    with pytest.raises(InputError, match="expected a number from 0 to"):
        add_weight_noise(compiled, sd, np.random.default_rng(0))
