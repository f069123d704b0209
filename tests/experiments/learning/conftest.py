"""A brain of sixteen cells that learns by reward and loses synapses, and lives of three seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.experiments.trials import Trial

BLOCK: dict[str, Any] = {
    "name": "quartet",
    "description": "Four cells.",
    "neurons": [{"id": "cell", "type": "RS", "count": 4, "noise": 3.0, "background": 5.0}],
    "synapses": [],
    "terminals": {"inputs": {"cell_in": ["cell"]}, "outputs": {"cell_out": ["cell"]}},
}
REWARDED = {"type": "reward_plastic", "weight": 5.0, "parameters": {"learning_rate": 0.1}}
GROWING = {
    "type": "developmental",
    "weight": 3.0,
    "parameters": {
        "critical_period": 5000,
        "eval_interval": 1000,
        "pruning_threshold": 0.9,
        "prune_reference": "target_max",
        "min_source_spikes": 5,
    },
}
RECIPE: dict[str, Any] = {
    "name": "pupil",
    "description": "Feels left and right, bends to either side.",
    "components": [{"id": name, "block": "quartet"} for name in ("left", "right", "up", "down")],
    "projections": [
        {"from": "left.cell_out", "to": "up.cell_in", **REWARDED},
        {"from": "right.cell_out", "to": "down.cell_in", **REWARDED},
        {"from": "left.cell_out", "to": "down.cell_in", **GROWING},
        {"from": "right.cell_out", "to": "up.cell_in", **GROWING},
    ],
    "receptors": {
        "odour_left": {"source": "concentration_left"},
        "odour_right": {"source": "concentration_right"},
    },
    "senses": [
        {"receptor": "odour_left", "to": "left.cell_in", "gain": 10},
        {"receptor": "odour_right", "to": "right.cell_in", "gain": 10},
    ],
    "muscles": [
        {"from": "up.cell_out", "side": "dorsal", "segments": [0, 23], "gain": 5},
        {"from": "down.cell_out", "side": "ventral", "segments": [0, 23], "gain": 5},
    ],
    "reward": {"interval_ms": 100, "mode": "magnitude", "gain": 300.0},
}


@pytest.fixture(scope="session")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pupil")
    (folder / "blocks").mkdir()
    (folder / "blocks" / "quartet.json").write_text(json.dumps(BLOCK), encoding="utf-8")
    (folder / "pupil.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    return folder / "pupil.json"


@pytest.fixture(scope="session")
def pupil(recipe_path: Path) -> CompiledBrain:
    """Not yet born."""
    return compile_recipe(recipe_path)


@pytest.fixture(scope="session")
def life() -> Trial:
    """A short one."""
    return Trial("short", duration_s=3.0)


@pytest.fixture(scope="session")
def lived(pupil: CompiledBrain, life: Trial) -> Callable:
    """``lived(condition, lives, ...)``: a learner that has lived; all that its brain was given is noted."""
    from spikeworm_env.experiments.learning.learner import Learner

    def live(condition: str = "reward", lives: int = 1, first_seed: int = 0, **options: Any):
        learner = Learner(pupil, condition, frame_skip=10, **options)
        given: list[float] = []
        _listen(learner, given)
        for seed in range(first_seed, first_seed + lives):
            learner.live(life, seed)
        return learner, given

    return live


def _listen(learner: Any, given: list[float]) -> None:
    """Note what the learner's own brain is given, whatever becomes of its agent."""
    agent = learner._agent
    learn = agent.learn

    def noting(reward: float, *rest: Any) -> None:
        said = len(agent.deliveries)
        learn(reward, *rest)
        if len(agent.deliveries) > said:
            given.append(agent.rewarded)

    agent.learn = noting
