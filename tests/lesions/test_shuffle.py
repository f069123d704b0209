"""A shuffled brain's smell leads elsewhere; weights, convergence and everything else stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.network import validate
from spikeworm_env.lesions.shuffle import chemosensory_path, with_shuffled_targets

SHORT_WAY = [
    {"from": "nose.cell_out", "to": "relay.cell_in", "weight": 1},
    {"from": "relay.cell_out", "to": "motor.dorsal_in", "weight": 2},
]
LONG_WAY = [
    {"from": "relay.cell_out", "to": "detour.cell_in", "weight": 3},
    {"from": "detour.cell_out", "to": "motor.ventral_in", "weight": 4},
    {"from": "skin.cell_out", "to": "motor.dorsal_in", "weight": 5},
]


@pytest.fixture
def smelling(build) -> CompiledBrain:
    return build(
        components=[
            *({"id": name, "block": "cells"} for name in ("nose", "skin", "relay", "detour")),
            {"id": "motor", "block": "motor_segment", "count": 12},
        ],
        projections=[*SHORT_WAY, *LONG_WAY],
        receptors={"smell": {"source": "concentration"}, "touch": {"source": "head_touch"}},
        senses=[
            {"receptor": "smell", "to": "nose.cell_in", "gain": 1},
            {"receptor": "touch", "to": "skin.cell_in", "gain": 1},
        ],
        muscles=[{"from": "motor.all_out", "side": "dorsal", "segments": [0, 23]}],
    )


def names(compiled: CompiledBrain, neurons: np.ndarray) -> set[str]:
    return {f"{compiled.components[compiled.component[k]].name}.{compiled.label[k][:4]}" for k in neurons}


def test_a_path_is_the_shortest_way_from_smell_to_motor_neurons(smelling):
    assert names(smelling, chemosensory_path(smelling)) == {"nose.cell", "relay.cell"}


def test_neurons_that_feel_the_bend_or_open_gates_are_of_no_path(smelling):
    path = chemosensory_path(smelling)
    nose, relay = path[:5], path[-5:]
    bends = smelling.proprioception_map
    feeling = replace(
        smelling,
        proprioception_map=replace(
            bends,
            neuron=relay[:1],
            first_joint=np.array([0]),
            last_joint=np.array([1]),
            gain=np.ones(1),
        ),
    )
    assert set(path) - set(chemosensory_path(feeling)) == {relay[0]}
    gating = replace(smelling, network=replace(smelling.network, modulators=(nose,)))
    assert set(path) - set(chemosensory_path(gating)) == set(nose)


def test_no_smell_leaves_nothing_to_shuffle(smelling):
    touch = smelling.sensor_map.receptor == 1
    senses = {name: values[touch] for name, values in vars(smelling.sensor_map).items()}
    numb = replace(smelling, sensor_map=replace(smelling.sensor_map, **senses))
    assert chemosensory_path(numb).size == 0
    shuffled = with_shuffled_targets(numb, np.random.default_rng(0))
    assert (shuffled.network.target == numb.network.target).all()


def test_shuffling_touches_only_targets_of_synapses_that_leave_the_paths(smelling):
    shuffled = with_shuffled_targets(smelling, np.random.default_rng(0))
    ours, theirs = smelling.network, shuffled.network
    on_path = np.isin(ours.source, chemosensory_path(smelling)) & ~smelling.electrical
    for name in ("source", "weight", "delay", "synapse_class"):
        assert (getattr(ours, name) == getattr(theirs, name)).all()
    assert (theirs.target[~on_path] == ours.target[~on_path]).all()
    assert (theirs.target[on_path] != ours.target[on_path]).mean() > 0.3
    assert (theirs.source != theirs.target)[~smelling.electrical].all()
    validate(theirs)


def test_shuffling_keeps_kinds_and_convergence(smelling):
    shuffled = with_shuffled_targets(smelling, np.random.default_rng(0))
    ours, theirs = smelling.network, shuffled.network
    motor = np.unique(smelling.muscle_map.neuron)
    assert (np.isin(theirs.target, motor) == np.isin(ours.target, motor)).all()
    to_motor = np.isin(ours.source, chemosensory_path(smelling)) & np.isin(ours.target, motor)
    reached = [np.bincount(network.target[to_motor], minlength=motor.max() + 1) for network in (ours, theirs)]
    assert (reached[0] != reached[1]).any()
    assert (np.sort(reached[0]) == np.sort(reached[1])).all()


def test_draws_differ_and_leave_the_original_alone(smelling):
    before = smelling.network.target.copy()
    drawn = [with_shuffled_targets(smelling, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert (drawn[0].network.target == drawn[1].network.target).all()
    assert (drawn[0].network.target != drawn[2].network.target).any()
    assert (smelling.network.target == before).all()
