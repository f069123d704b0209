"""Jittered and shuffled brains differ from their original in what they should, and in nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.compiler.perturb import chemosensory_path, with_shuffled_targets, with_weight_jitter
from spikeworm_env.engine.network import validate
from spikeworm_env.errors import InputError


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
    before = compiled.network.weight.copy(), compiled.network.target.copy()
    with_weight_jitter(compiled, 0.5, np.random.default_rng(0))
    with_shuffled_targets(compiled, np.random.default_rng(0))
    assert (compiled.network.weight == before[0]).all()
    assert (compiled.network.target == before[1]).all()


@pytest.mark.parametrize("sd", [-0.1, math.nan, math.inf])
def test_a_spread_is_a_finite_number_not_below_zero(compiled, sd):
    with pytest.raises(InputError, match="expected a finite number >= 0"):
        with_weight_jitter(compiled, sd, np.random.default_rng(0))


def test_the_chemosensory_path_starts_at_chemical_receptors_and_ends_before_motor_neurons(build):
    compiled = build(
        components=[
            {"id": "nose", "block": "cells"},
            {"id": "skin", "block": "cells"},
            {"id": "relay", "block": "cells"},
            {"id": "far_relay", "block": "cells"},
            {"id": "motor", "block": "motor_segment"},
        ],
        projections=[
            {"from": "nose.cell_out", "to": "relay.cell_in", "weight": 1},
            {"from": "relay.cell_out", "to": "far_relay.cell_in", "weight": 1},
            {"from": "far_relay.cell_out", "to": "motor.dorsal_in", "weight": 1},
            {"from": "skin.cell_out", "to": "motor.dorsal_in", "weight": 1},
        ],
        receptors={"smell": {"source": "concentration"}, "touch": {"source": "head_touch"}},
        senses=[
            {"receptor": "smell", "to": "nose.cell_in", "gain": 1},
            {"receptor": "touch", "to": "skin.cell_in", "gain": 1},
        ],
        muscles=[
            {"from": "motor.all_out", "side": "dorsal", "segments": [0, 23]},
        ],
    )
    names = [compiled.components[k].name for k in compiled.component]

    def on_path(relays):
        return {names[k] for k in chemosensory_path(compiled, relays)}

    assert on_path(0) == {"nose"}
    assert on_path(1) == {"nose", "relay"}
    assert on_path(None) == {"nose", "relay", "far_relay"}


def test_shuffling_keeps_weights_and_degrees_and_touches_only_the_path(compiled):
    shuffled = with_shuffled_targets(compiled, np.random.default_rng(0), chemosensory_path(compiled, 0))
    ours, theirs = compiled.network, shuffled.network
    on_path = np.isin(ours.source, chemosensory_path(compiled, 0)) & ~compiled.electrical
    assert (theirs.source == ours.source).all() and (theirs.weight == ours.weight).all()
    assert (theirs.target[~on_path] == ours.target[~on_path]).all()
    assert (theirs.target[on_path] != ours.target[on_path]).mean() > 0.5
    assert (np.bincount(theirs.target) == np.bincount(ours.target)).all()
    assert (theirs.source != theirs.target)[~compiled.electrical].all()
    validate(theirs)


def test_a_shuffle_that_must_connect_a_neuron_to_itself_is_refused(build):
    pair = {
        "name": "pair",
        "description": "Two cells, one to the other.",
        "neurons": [{"id": "cell", "type": "RS", "count": 2}],
        "synapses": [{"from": "cell", "to": "cell", "weight": 1}],
        "terminals": {},
    }
    compiled = build(extra_blocks={"pair": pair}, components=[{"id": "a", "block": "pair"}])
    same = with_shuffled_targets(compiled, np.random.default_rng(0), np.array([0, 1]))
    assert same.network.target.tolist() == [1, 0]  # the only way without a self-connection
