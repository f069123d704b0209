"""A brain of sixteen cells that learns by reward and loses synapses, and a plan of very short lives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spikeworm_env import resources
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.study import Study, study
from spikeworm_env.experiments.trials import TRIALS
from spikeworm_env.experiments.workers import Workers

BLOCK: dict[str, Any] = {
    "name": "trio",
    "description": "Three cells.",
    "neurons": [{"id": "cell", "type": "RS", "count": 3, "noise": 3.0, "background": 5.0}],
    "synapses": [],
    "terminals": {"inputs": {"cell_in": ["cell"]}, "outputs": {"cell_out": ["cell"]}},
}
REWARDED = {"type": "reward_plastic", "weight": 5.0, "parameters": {"learning_rate": 0.1}}
GROWING = {
    "type": "developmental",
    "weight": 3.0,
    "parameters": {
        "critical_period": 900,
        "eval_interval": 300,
        "pruning_threshold": 0.9,
        "prune_reference": "target_max",
        "min_source_spikes": 1,
    },
}
SIDES = ("left", "right")
RECIPE: dict[str, Any] = {
    "name": "novice",
    "description": "Feels left and right, bends to either side.",
    "components": [{"id": name, "block": "trio"} for name in (*SIDES, "up", "down")],
    "projections": [
        {"from": "left.cell_out", "to": "up.cell_in", **REWARDED},
        {"from": "right.cell_out", "to": "down.cell_in", **REWARDED},
        {"from": "left.cell_out", "to": "down.cell_in", **GROWING},
        {"from": "right.cell_out", "to": "up.cell_in", **GROWING},
    ],
    "receptors": {f"odour_{side}": {"source": f"concentration_{side}"} for side in SIDES},
    "senses": [{"receptor": f"odour_{side}", "to": f"{side}.cell_in", "gain": 10} for side in SIDES],
    "muscles": [
        {"from": "up.cell_out", "side": "dorsal", "segments": [0, 23], "gain": 5},
        {"from": "down.cell_out", "side": "ventral", "segments": [0, 23], "gain": 5},
    ],
    "reward": {"interval_ms": 100, "mode": "magnitude", "gain": 300.0},
}


def _written(folder: Path, recipe: dict[str, Any]) -> Path:
    (folder / "blocks").mkdir(exist_ok=True)
    (folder / "blocks" / "trio.json").write_text(json.dumps(BLOCK), encoding="utf-8")
    path = folder / f"{recipe['name']}.json"
    path.write_text(json.dumps(recipe), encoding="utf-8")
    return path


@pytest.fixture(scope="session", autouse=True)
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty zoo of brains."""
    folder = tmp_path_factory.mktemp("zoo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "brain_zoo", lambda: folder)
        yield folder


@pytest.fixture(scope="session")
def novice(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recipe of a brain that smells one odour."""
    return str(_written(tmp_path_factory.mktemp("novice"), RECIPE))


@pytest.fixture(scope="session")
def two_noses(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The recipe of a brain that smells the second odour."""
    receptors = {f"odour_{side}": {"source": f"concentration_{side}_b"} for side in SIDES}
    recipe = {**RECIPE, "name": "two_noses", "receptors": receptors}
    return str(_written(tmp_path_factory.mktemp("two_noses"), recipe))


@pytest.fixture(scope="session")
def plan() -> Callable[..., Plan]:
    """``plan(...)``: two lives of a second, two tests."""

    def make(trial: str = "default", **changes: Any) -> Plan:
        brief = TRIALS[trial].with_changes(duration_s=1.0)
        return Plan(**{"trial": brief, "lives": 2, "tests": 2, **changes})

    return make


@pytest.fixture(scope="session")
def short(novice: str, plan: Callable[..., Plan]) -> Callable[..., Study]:
    """``short(...)``: a study of two brains; arguments of the study, and of the plan as ``plan``."""

    def make(**changes: Any) -> Study:
        wanted = {"plan": plan(), "brain_seeds": (3, 4), "conditions": ["no_reward"], **changes}
        return study(novice, wanted.pop("plan"), workers=Workers(wanted.pop("jobs", 1)), **wanted)

    return make


@pytest.fixture(scope="session")
def whole(short: Callable[..., Study], plan: Callable[..., Plan]) -> Study:
    """Ten brains under every condition, and one life of extinction."""
    return short(plan=plan(extinction=1, tests=1), brain_seeds=tuple(range(10)), conditions="all")
