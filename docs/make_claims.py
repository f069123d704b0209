"""Puts two sayings about learning to the test: `python docs/make_claims.py`; make_learning_results.py renders it.

Histories that are in the folder already (`--runs`, by default runs) are not lived again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spikeworm_env.batch.workers import Workers
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.balance import projection_ratio
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.study import Study, study
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest

DOCS = Path(__file__).parent
LEARNER = "learner_v1"
LIVES, TESTS = 3, 2
SIDES = ("left", "right")
MEMORY = tuple(f"memory_{side}" for side in SIDES)
HEAD_NEURONS = 32
CROWD = 100  # memory cells of the second saying, and at most of the first
REACH = 0.25  # share of the head motor neurons that a latch reaches
DRIVE = 6.0  # summed weight of all latches onto a head motor neuron, however many they are
EVERYWHERE = 1e4  # wider than any of these brains


@dataclass(frozen=True)
class Variant:
    """learner_v1 with memory.

    Attributes:
        cells: working memory cells, half of them for either side.
        cross_wires: random synapses onto each neuron among the neurons that may have them.
        weight: of a random synapse; negative where its source inhibits.
        to_all: whether all neurons may have them, those of the head included, or only those of the memory.
    """

    cells: int
    cross_wires: int = 0
    weight: float = 0.0
    to_all: bool = False

    @property
    def name(self) -> str:
        wires = f"_{self.cross_wires}_of_{round(10 * self.weight)}_tenths" if self.cross_wires else ""
        return f"learner_memory_{self.cells}{wires}{'_all' if self.to_all else ''}"


DENSITY = (
    Variant(0),
    Variant(20),
    Variant(60),
    Variant(CROWD),
    Variant(CROWD, 4, 0.2),
    Variant(CROWD, 4, 2.0),
)
RATIO = tuple(Variant(CROWD, wires, weight, True) for weight in (0.2, 2.0) for wires in (1, 4, 16))


def recipe(variant: Variant) -> dict[str, Any]:
    """The recipe of a variant."""
    made = json.loads(find_recipe(LEARNER).read_text(encoding="utf-8"))
    made.pop("$schema", None)
    made["name"] = variant.name
    if not variant.cells:
        return made
    per_side = variant.cells // len(SIDES)
    learned = made["projections"][0]
    latches = 3 * variant.cells
    weight = DRIVE / (latches * REACH)
    scale = weight / learned["weight"]
    parameters = learned["parameters"]
    for side, memory in zip(SIDES, MEMORY, strict=True):
        made["components"].append(
            {
                "id": memory,
                "block": "working_memory_cell",
                "count": per_side,
                "layer": "memory",
                "position": [0, 400 if side == "left" else -400, 0],
                "spacing": [10, 0, 0],
                "neurons": {
                    "latch": {"noise": 0.0},
                    "trigger": {"noise": 0.5},
                    "kill": {"noise": 0.0},
                    "association": {"noise": 0.5},
                },
            }
        )
        made["projections"] += [
            *(
                {"from": f"smell_{side}.sensory_out", "to": f"{memory}.{terminal}", "weight": 2.0, "delay": 2}
                for terminal in ("trigger_in", "association_in")
            ),
            {  # a timer: the synapse grows with every spike until it ends the memory
                "from": f"{memory}.memory_out",
                "to": f"{memory}.kill_in",
                "pattern": "one_to_one",
                "weight": 0.4,
                "delay": 1,
                "type": "facilitating",
                "parameters": {"increment": 0.01, "tau_recovery": 20_000.0},
            },
            {
                **learned,
                "from": f"{memory}.memory_out",
                "probability": REACH,
                "weight": weight,
                "weight_sd": learned["weight_sd"] * scale,
                "parameters": {
                    **parameters,
                    "w_max": parameters["w_max"] * scale,
                    "learning_rate": parameters["learning_rate"] * scale,
                    "target_weight_sum": weight * HEAD_NEURONS * REACH,
                },
            },
        ]
    if variant.cross_wires:
        among = None if variant.to_all else list(MEMORY)
        made["proximity"] = [
            {
                **({} if among is None else {"from": among, "to": among}),
                "probability": 1.0,
                "length": EVERYWHERE,
                "radius": EVERYWHERE,
                "max_inputs": variant.cross_wires,
                "excitatory": {"weight": variant.weight, "delay": 3},
                "inhibitory": {"weight": -variant.weight, "delay": 2},
            }
        ]
    return made


def studied(variant: Variant, runs: Path, brain_seeds: Sequence[int], plan: Plan, jobs: int) -> Study:
    """The study of a variant; its recipe stays in the folder."""
    folder = runs / "sayings" / variant.name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "recipe.json"
    file.write_text(json.dumps(recipe(variant), indent=2) + "\n", encoding="utf-8")
    found = study(
        str(file), plan, brain_seeds=brain_seeds, conditions="none", workers=Workers(jobs), folder=folder
    )
    (folder / "summary.json").write_text(json.dumps(found.to_json(), indent=2) + "\n", encoding="utf-8")
    return found


def row(variant: Variant, found: Study, reference: Study, runs: Path) -> dict[str, Any]:
    """What a variant came to, against the reference."""
    compiled = compile_recipe(runs / "sayings" / variant.name / "recipe.json", found.brain_seeds[0])
    outcome = found.outcomes[0]
    own, other = found.end_of(TREATMENT), reference.end_of(TREATMENT)
    test = PairedTest.of(own, other, np.random.default_rng(STATISTICS_SEED))
    return {
        "cells": variant.cells,
        "neurons": compiled.network.n_neurons,
        "cross_wires": variant.cross_wires,
        "cross_weight": variant.weight,
        "ratio": projection_ratio(compiled),
        "birth": outcome.birth.ci_net.mean,
        "end": asdict(outcome.end.ci_net),
        "learned": outcome.end.learned,
        "p": None if found is reference else test.p,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder for the histories")
    parser.add_argument("--first-brain-seed", type=int, default=100)
    parser.add_argument("--brains", type=int, default=10)
    parser.add_argument("--first-test-seed", type=int, default=Plan().first_test_seed)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    plan = Plan(episodes=LIVES, tests=TESTS, test_after=(), first_test_seed=asked.first_test_seed)
    seeds = range(asked.first_brain_seed, asked.first_brain_seed + asked.brains)
    found = {
        variant: studied(variant, asked.runs, seeds, plan, asked.jobs)
        for variant in dict.fromkeys((*DENSITY, *RATIO))
    }
    crowd = Variant(CROWD)
    tables = {
        "density": [row(each, found[each], found[DENSITY[0]], asked.runs) for each in DENSITY],
        "ratio": [row(each, found[each], found[crowd], asked.runs) for each in (crowd, *RATIO)],
    }
    (asked.runs / "claims.json").write_text(json.dumps(tables, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
