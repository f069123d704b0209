"""A small worm that uses every feature of recipes and blocks, and the means to change and compile it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe

BLOCKS: dict[str, Any] = {
    "motor_segment": {
        "$schema": "../block.schema.json",
        "name": "motor_segment",
        "description": "Motor neurons of one segment, each side silencing the other.",
        "notes": "A remark.",
        "neurons": [
            {
                "id": "dorsal",
                "type": "RS",
                "count": 2,
                "background": 3.5,
                "noise": 1.0,
                "position": [0, 0, 5],
            },
            {"id": "ventral", "type": "RS", "count": 2, "background": 3.5, "noise": 1.0},
            {"id": "stop_ventral", "type": "FS", "parameters": {"d": 2.5}},
            {"id": "stop_dorsal", "type": "FS"},
        ],
        "synapses": [
            {"from": "dorsal", "to": "stop_ventral", "weight": 25},
            {"from": "stop_ventral", "to": "ventral", "weight": -4.1, "delay": 2},
            {"from": "ventral", "to": "stop_dorsal", "weight": 25},
            {"from": "stop_dorsal", "to": "dorsal", "weight": -4.1, "delay": 2},
            {
                "from": "dorsal",
                "to": "ventral",
                "type": "gap_junction",
                "weight": 0.01,
                "pattern": "one_to_one",
            },
        ],
        "terminals": {
            "inputs": {"dorsal_in": ["dorsal"], "ventral_in": ["ventral"]},
            "outputs": {
                "dorsal_out": ["dorsal"],
                "ventral_out": ["ventral"],
                "all_out": ["dorsal", "ventral"],
            },
        },
    },
    "cells": {
        "name": "cells",
        "description": "Five cells and a latch.",
        "neurons": [
            {"id": "cell", "type": "RS", "count": 5},
            {"id": "latch", "type": "CH", "count": 3, "parameters": {"a": 0.0, "c": -65.0, "d": 0.0}},
        ],
        "synapses": [
            {"from": "latch", "to": "latch", "weight": 20, "pattern": "ring"},
            {"from": "cell", "to": "cell", "weight": 1, "pattern": "chain", "type": "plastic", "delay": 4},
            {"from": "cell", "to": "latch", "weight": 2, "type": "gated", "modulator": "latch_out"},
        ],
        "terminals": {
            "inputs": {"cell_in": ["cell"]},
            "outputs": {"cell_out": ["cell"], "latch_out": ["latch"]},
        },
    },
}

RECIPE: dict[str, Any] = {
    "$schema": "recipe.schema.json",
    "name": "small_worm",
    "description": "Every feature once.",
    "notes": "A remark.",
    "background": 2.0,
    "noise": 0.5,
    "components": [
        {"id": "head", "block": "motor_segment", "count": 8, "layer": "front", "position": [-100, 0, 0]},
        {"id": "body", "block": "motor_segment", "count": 20, "layer": 1, "spacing": [40, 0, 0]},
        {
            "id": "on",
            "block": "cells",
            "count": 2,
            "scatter": 5.0,
            "neurons": {"cell": {"background": 3.0, "noise": 1.0}},
        },
        {"id": "off", "block": "cells", "count": 2, "position": [0, 60, 0]},
    ],
    "projections": [
        {
            "from": "on.cell_out",
            "to": "head.dorsal_in",
            "weight": 8,
            "delay": 2,
            "type": "reward_plastic",
            "parameters": {"w_max": 25},
        },
        {
            "from": "on.cell_out",
            "to": "head.ventral_in",
            "weight": 8,
            "weight_sd": 2,
            "delay": 2,
            "probability": 0.5,
        },
        {"from": "off.cell_out", "to": "on.cell_in", "weight": -3, "pattern": "one_to_one"},
        {
            "from": "on.latch_out",
            "to": "off.cell_in",
            "weight": 4,
            "type": "gated",
            "modulator": "body.all_out",
        },
        {
            "from": "body.dorsal_in",
            "to": "body.dorsal_in",
            "weight": 0.02,
            "type": "gap_junction",
            "pattern": "chain",
            "notes": "Neighbours along the body.",
        },
    ],
    "proximity": [
        {
            "from": ["on", "off", "body"],
            "to": ["on", "off", "head", "body"],
            "probability": 0.6,
            "length": 50.0,
            "radius": 120.0,
            "excitatory": {"weight": 0.5, "type": "plastic", "delay": 3},
            "inhibitory": {"weight": -0.5},
            "protected": ["head.dorsal_in", "head.ventral_in"],
            "max_inputs": 12,
            "max_outputs": 9,
        }
    ],
    "receptors": {
        "smell": {
            "source": "concentration",
            "stages": [
                {"kind": "logarithm", "offset": 0.002},
                {"kind": "high_pass", "tau_s": 0.5},
                {"kind": "low_pass", "tau_s": 0.05},
                {"kind": "gain", "gain": 2.0},
                {"kind": "noise", "sd": 0.001},
                {"kind": "clip", "low": -1, "high": 1},
            ],
        },
        "touch": {"source": "head_touch"},
    },
    "senses": [
        {"receptor": "smell", "to": "on.cell_in", "gain": 1500},
        {"receptor": "touch", "to": "off.cell_in", "gain": -5.0, "offset": 1.0, "limit": 20},
    ],
    "muscles": [
        {"from": "head.dorsal_out", "side": "dorsal", "segments": [0, 3]},
        {"from": "head.ventral_out", "side": "ventral", "segments": [0, 3]},
        {"from": "body.dorsal_out", "side": "dorsal", "segments": [4, 23], "gain": 0.5},
        {"from": "body.ventral_out", "side": "ventral", "segments": [4, 23]},
    ],
    "proprioception": [
        {"to": "head.dorsal_in", "joints": {"absolute": [2, 10]}, "gain": -75.2},
        {"to": "head.ventral_in", "joints": {"absolute": [2, 10]}, "gain": 75.2},
        {"to": "body.dorsal_in", "joints": {"ahead": [4, 0]}, "segments": [4, 23], "gain": 63.6},
        {"to": "body.ventral_in", "joints": {"behind": [0, 4]}, "segments": [4, 23], "gain": -63.6},
        {"to": "body.ventral_in", "joints": {"own": True}, "segments": [4, 23], "gain": -1.0},
    ],
    "reward": {"interval_ms": 200, "mode": "sign", "gain": 1.0, "baseline_tau_s": 2.0},
}


@pytest.fixture
def recipe() -> dict[str, Any]:
    return copy.deepcopy(RECIPE)


@pytest.fixture
def blocks() -> dict[str, Any]:
    return copy.deepcopy(BLOCKS)


@pytest.fixture
def write(tmp_path: Path, blocks: dict[str, Any]) -> Callable[..., Path]:
    """Write a recipe, or any text, and the blocks beside it; return the recipe's path."""

    def write(data: dict[str, Any] | str, name: str = "small_worm") -> Path:
        (tmp_path / "blocks").mkdir(exist_ok=True)
        for stem, block in blocks.items():
            text = block if isinstance(block, str) else json.dumps(block)
            (tmp_path / "blocks" / f"{stem}.json").write_text(text, encoding="utf-8")
        path = tmp_path / f"{name}.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    return write


@pytest.fixture
def compiled(write: Callable[..., Path], recipe: dict[str, Any]) -> CompiledBrain:
    return compile_recipe(write(recipe))


@pytest.fixture
def build(write: Callable[..., Path], blocks: dict[str, Any]) -> Callable[..., CompiledBrain]:
    """Compile a recipe of the given sections and no other."""

    def build(seed: int = 42, extra_blocks: dict[str, Any] | None = None, **sections: Any) -> CompiledBrain:
        blocks.update(extra_blocks or {})
        return compile_recipe(write({"name": "part", "description": "A part.", **sections}), seed)

    return build
