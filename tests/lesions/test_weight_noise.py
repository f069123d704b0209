"""Jittered brains differ from their original in what they should, and in nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine.network import validate
from spikeworm_env.errors import InputError
from spikeworm_env.lesions.weight_noise import with_weight_jitter


def test_no_jitter_changes_nothing(compiled):
    same = with_weight_jitter(compiled, 0.0, np.random.default_rng(0))
    assert (same.network.weight == compiled.network.weight).all()
    assert (same.muscle_map.gain == compiled.muscle_map.gain).all()
    assert (same.proprioception_map.gain == compiled.proprioception_map.gain).all()


def test_jitter_has_the_spread_asked_for_and_keeps_every_sign(compiled):
    jittered = with_weight_jitter(compiled, 0.2, np.random.default_rng(0))
    share = jittered.network.weight / compiled.network.weight
    fixed = np.array([c.type == "fixed" for c in compiled.network.classes])[compiled.network.synapse_class]
    assert share[fixed].mean() == pytest.approx(1, abs=0.03)
    assert share[fixed].std() == pytest.approx(0.2, abs=0.03)
    wild = with_weight_jitter(compiled, 5.0, np.random.default_rng(0))
    assert (np.sign(wild.network.weight) == np.sign(compiled.network.weight)).all()
    assert (np.abs(wild.network.weight[fixed]) >= 0.0499 * np.abs(compiled.network.weight[fixed])).all()


def test_jitter_reaches_conductances_muscles_and_joints(compiled):
    jittered = with_weight_jitter(compiled, 0.2, np.random.default_rng(0))
    gaps = compiled.electrical
    assert gaps.any() and (jittered.network.weight[gaps] != compiled.network.weight[gaps]).all()
    assert (jittered.muscle_map.gain != compiled.muscle_map.gain).all()
    assert (jittered.proprioception_map.gain != compiled.proprioception_map.gain).all()


def test_jittered_weights_stay_in_the_bounds_of_their_type(compiled):
    jittered = with_weight_jitter(compiled, 5.0, np.random.default_rng(0))
    validate(jittered.network)
    assert (jittered.network.weight != compiled.network.weight).any()


def test_the_original_is_left_alone(compiled):
    before = compiled.network.weight.copy()
    with_weight_jitter(compiled, 0.5, np.random.default_rng(0))
    assert (compiled.network.weight == before).all()


@pytest.mark.parametrize("sd", [-0.1, math.nan, math.inf])
def test_a_spread_is_a_finite_number_not_below_zero(compiled, sd):
    with pytest.raises(InputError, match="expected a finite number >= 0"):
        with_weight_jitter(compiled, sd, np.random.default_rng(0))
