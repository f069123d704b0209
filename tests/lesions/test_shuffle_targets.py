"""Shuffling permutes the targets on chemosensory paths; weights, convergence and the rest stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.lesions.shuffle_targets import chemosensory_path, shuffle_targets

SHORT_PATH = [
    {"from": "nose.cell_out", "to": "relay.cell_in", "weight": 1},
    {"from": "relay.cell_out", "to": "motor.dorsal_in", "weight": 2},
]
LONG_PATH = [
    {"from": "relay.cell_out", "to": "detour.cell_in", "weight": 3},
    {"from": "detour.cell_out", "to": "motor.ventral_in", "weight": 4},
    {"from": "skin.cell_out", "to": "motor.dorsal_in", "weight": 5},
]


@pytest.fixture
def chemosensory(build) -> CompiledBrain:
    return build(
        components=[
            *({"id": name, "block": "cells"} for name in ("nose", "skin", "relay", "detour")),
            {"id": "motor", "block": "motor_segment", "count": 12},
        ],
        projections=[*SHORT_PATH, *LONG_PATH],
        receptors={"odour": {"source": "concentration"}, "touch": {"source": "head_touch"}},
        senses=[
            {"receptor": "odour", "to": "nose.cell_in", "gain": 1},
            {"receptor": "touch", "to": "skin.cell_in", "gain": 1},
        ],
        muscles=[{"from": "motor.all_out", "side": "dorsal", "segments": [0, 23]}],
    )


def names(compiled: CompiledBrain, neurons: np.ndarray) -> set[str]:
    return {f"{compiled.components[compiled.component[k]].name}.{compiled.label[k][:4]}" for k in neurons}


def test_a_path_is_the_shortest_from_a_chemical_receptor_to_motor_neurons(chemosensory):
    assert names(chemosensory, chemosensory_path(chemosensory)) == {"nose.cell", "relay.cell"}


def test_proprioceptive_and_gate_opening_neurons_are_on_no_path(chemosensory):
    path = chemosensory_path(chemosensory)
    nose, relay = path[:5], path[-5:]
    bends = chemosensory.proprioception_map
    proprioceptive = replace(
        chemosensory,
        proprioception_map=replace(
            bends,
            neuron=relay[:1],
            first_joint=np.array([0]),
            last_joint=np.array([1]),
            gain=np.ones(1),
        ),
    )
    assert set(path) - set(chemosensory_path(proprioceptive)) == {relay[0]}
    gating = replace(chemosensory, network=replace(chemosensory.network, modulators=(nose,)))
    assert set(path) - set(chemosensory_path(gating)) == set(nose)


def test_without_a_chemical_sense_no_target_changes(chemosensory):
    touch = chemosensory.sensor_map.receptor == 1
    senses = {name: values[touch] for name, values in vars(chemosensory.sensor_map).items()}
    numb = replace(chemosensory, sensor_map=replace(chemosensory.sensor_map, **senses))
    assert chemosensory_path(numb).size == 0
    shuffled = shuffle_targets(numb, np.random.default_rng(0))
    assert (shuffled.network.target == numb.network.target).all()


def test_only_targets_of_synapses_that_leave_the_paths_change(chemosensory):
    shuffled = shuffle_targets(chemosensory, np.random.default_rng(0))
    ours, theirs = chemosensory.network, shuffled.network
    on_path = np.isin(ours.source, chemosensory_path(chemosensory)) & ~chemosensory.network.symmetric
    for name in ("source", "weight", "delay", "synapse_class"):
        assert (getattr(ours, name) == getattr(theirs, name)).all()
    assert (theirs.target[~on_path] == ours.target[~on_path]).all()
    assert (theirs.target[on_path] != ours.target[on_path]).mean() > 0.3
    assert (theirs.source != theirs.target)[~chemosensory.network.symmetric].all()
    validate(theirs)


def test_motor_targets_stay_motor_and_the_distribution_of_inputs_is_kept(chemosensory):
    shuffled = shuffle_targets(chemosensory, np.random.default_rng(0))
    ours, theirs = chemosensory.network, shuffled.network
    motor = np.unique(chemosensory.muscle_map.neuron)
    assert (np.isin(theirs.target, motor) == np.isin(ours.target, motor)).all()
    to_motor = np.isin(ours.source, chemosensory_path(chemosensory)) & np.isin(ours.target, motor)
    reached = [np.bincount(network.target[to_motor], minlength=motor.max() + 1) for network in (ours, theirs)]
    assert (reached[0] != reached[1]).any()
    assert (np.sort(reached[0]) == np.sort(reached[1])).all()


def test_equal_seeds_give_equal_targets_and_the_given_brain_is_unchanged(chemosensory):
    before = chemosensory.network.target.copy()
    drawn = [shuffle_targets(chemosensory, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert (drawn[0].network.target == drawn[1].network.target).all()
    assert (drawn[0].network.target != drawn[2].network.target).any()
    assert (chemosensory.network.target == before).all()
