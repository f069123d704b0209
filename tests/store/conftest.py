"""A compiled brain with something in every table, and its file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.brain import Brain
from spikeworm_env.store import save_brain, save_training

BLOCK: dict[str, Any] = {
    "name": "trio",
    "description": "A sensor, a motor neuron and an inhibitor.",
    "neurons": [
        {"id": "sensor", "type": "RS", "count": 3, "noise": 0.5},
        {"id": "motor", "type": "IB"},
        {"id": "stop", "type": "FS", "parameters": {"d": 2.5}},
    ],
    "synapses": [
        {"from": "sensor", "to": "motor", "weight": 4, "type": "plastic"},
        {"from": "sensor", "to": "stop", "weight": 4, "type": "facilitating", "delay": 20},
        {"from": "stop", "to": "motor", "weight": -3, "type": "depressing"},
        {"from": "sensor", "to": "sensor", "weight": 0.1, "type": "gap_junction"},
    ],
    "terminals": {
        "inputs": {"sensor_in": ["sensor"], "motor_in": ["motor"]},
        "outputs": {"sensor_out": ["sensor"], "motor_out": ["motor"], "both_out": ["motor", "sensor"]},
    },
}

RECIPE: dict[str, Any] = {
    "name": "store_worm",
    "description": "Something in every table; “quoted”.",
    "components": [
        {"id": "left", "block": "trio", "count": 3, "layer": 2, "scatter": 4.0},
        {"id": "right", "block": "trio", "count": 3},
    ],
    "projections": [
        {
            "from": "left.sensor_out",
            "to": "right.motor_in",
            "weight": 2,
            "weight_sd": 0.3,
            "probability": 0.7,
        },
        {"from": "left.motor_out", "to": "right.sensor_in", "weight": 2, "type": "reward_plastic"},
        {"from": "right.motor_out", "to": "left.sensor_in", "weight": 2, "type": "developmental"},
        {
            "from": "right.sensor_out",
            "to": "left.sensor_in",
            "weight": 2,
            "type": "gated",
            "modulator": "right.motor_out",
        },
        {
            "from": "right.sensor_out",
            "to": "left.sensor_in",
            "weight": 2,
            "type": "gated",
            "modulator": "left.both_out",
        },
    ],
    "receptors": {
        "odour": {
            "source": "concentration",
            "stages": [{"kind": "logarithm", "offset": 0.002}, {"kind": "high_pass", "tau_s": 0.1}],
        },
        "touch": {"source": "tail_touch"},
    },
    "senses": [
        {"receptor": "odour", "to": "left.sensor_in", "gain": 0.1},
        {"receptor": "touch", "to": "right.sensor_in", "gain": -3, "offset": 0.7, "limit": 9},
    ],
    "muscles": [
        {"from": "left.motor_out", "side": "dorsal", "segments": [0, 23]},
        {"from": "right.motor_out", "side": "ventral", "segments": [0, 23], "gain": 0.3},
    ],
    "proprioception": [
        {"to": "left.motor_in", "joints": {"absolute": [2, 10]}, "gain": -7.5},
        {"to": "right.motor_in", "joints": {"ahead": [4, 0]}, "segments": [0, 23], "gain": 7.5},
    ],
    "reward": {"interval_ms": 200, "mode": "magnitude", "gain": 0.5, "baseline_tau_s": 2.0},
}

HARSH = {"pruning_threshold": 0.9, "prune_reference": 1.0, "eval_interval": 500.0, "min_source_spikes": 3.0}
SETTINGS = {"trial": "default", "first_seed": 7, "arena": {"sigma": 8.0, "food": None}, "keep_state": False}


@pytest.fixture(scope="session")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "blocks").mkdir()
    (folder / "blocks" / "trio.json").write_text(json.dumps(BLOCK), encoding="utf-8")
    path = folder / "store_worm.json"
    path.write_text(json.dumps(RECIPE, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def compiled(recipe_path: Path) -> CompiledBrain:
    return compile_recipe(recipe_path)


@pytest.fixture
def brain_path(compiled: CompiledBrain, tmp_path: Path) -> Path:
    path = tmp_path / "worm #1?.db"  # marks that mean something in an address
    save_brain(compiled, path)
    return path


@pytest.fixture(scope="session")
def running(compiled: CompiledBrain) -> Brain:
    """A brain after spikes, reward and pruning."""
    classes = tuple(
        replace(kind, parameters={**kind.parameters, **HARSH}) if kind.type == "developmental" else kind
        for kind in compiled.network.classes
    )
    brain = Brain(replace(compiled.network, classes=classes), seed=3)
    for _ in range(40):
        brain.advance(50, np.full(brain.n_neurons, 8.0))
        brain.deliver_reward(1.0)
    return brain


@pytest.fixture(scope="session")
def trained(compiled: CompiledBrain, running: Brain) -> CompiledBrain:
    """The compiled brain after two training episodes, with an evaluation before and one after."""
    episodes = (
        TrainingEpisode(1, "reward", "default", 7, 1000, 1000, 0.25, -0.5, 5, 0.1, 0.3),
        TrainingEpisode(2, "no_reward", "far", 8, 1000, 2000, 0.1, 1 / 3, 5, -3.0, 0.0),
    )
    evaluations = (
        Evaluation(1, 0, "default", 1.0, 10, '{"sigma": 8.0}', False, 10_000, -0.2, -0.7),
        Evaluation(2, 2, "default", 1.0, 10, '{"sigma": 8.0}', True, 10_000, 0.6, 0.9),
    )
    return replace(compiled, network=running.trained_network(), episodes=episodes, evaluations=evaluations)


@pytest.fixture
def trained_path(trained: CompiledBrain, running: Brain, tmp_path: Path) -> Path:
    """The file of an unfinished training."""
    path = tmp_path / "trained.db"
    save_training(trained, path, SETTINGS, running.state(), running.ticks)
    return path
