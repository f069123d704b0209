"""Tests two claims about learning: `python docs/make_claims.py`; make_learning_results.py renders the
results.

Training runs that are in the folder already (`--runs`, by default runs) are not repeated.
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
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.compiler.summary import projection_ratio
from spikeworm_env.experiments.learning.conditions import TREATMENT
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.study import Study, study
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest

DOCS = Path(__file__).parent
LEARNER = "learner_v1"
EPISODES, TESTS = 3, 2
SIDES = ("left", "right")
MEMORY = tuple(f"memory_{side}" for side in SIDES)
HEAD_NEURONS = 32
MOST_CELLS = 100  # memory cells in the second claim, and at most in the first
LATCH_PROBABILITY = 0.25  # that a latch connects to a head motor neuron
TOTAL_WEIGHT = 6.0  # of all latches onto a head motor neuron, whatever their number
UNLIMITED_UM = 1e4  # wider than any of these brains


@dataclass(frozen=True)
class Variant:
    """learner_v1 with memory.

    Attributes:
        cells: number of working memory cells, half of them for each side.
        cross_wires: random synapses onto each neuron that receives any.
        weight: of a random synapse; negative where its source inhibits.
        to_all: whether they join all neurons, those of the head included, or memory cells only.
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
    Variant(MOST_CELLS),
    Variant(MOST_CELLS, 4, 0.2),
    Variant(MOST_CELLS, 4, 2.0),
)
RATIO = tuple(Variant(MOST_CELLS, wires, weight, True) for weight in (0.2, 2.0) for wires in (1, 4, 16))


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
    weight = TOTAL_WEIGHT / (latches * LATCH_PROBABILITY)
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
                {"from": f"odour_{side}.sensory_out", "to": f"{memory}.{terminal}", "weight": 2.0, "delay": 2}
                for terminal in ("trigger_in", "association_in")
            ),
            {  # a timer: the synapse facilitates with every spike until it ends the memory
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
                "probability": LATCH_PROBABILITY,
                "weight": weight,
                "weight_sd": learned["weight_sd"] * scale,
                "parameters": {
                    **parameters,
                    "w_max": parameters["w_max"] * scale,
                    "learning_rate": parameters["learning_rate"] * scale,
                    "target_weight_sum": weight * HEAD_NEURONS * LATCH_PROBABILITY,
                },
            },
        ]
    if variant.cross_wires:
        among = None if variant.to_all else list(MEMORY)
        made["proximity"] = [
            {
                **({} if among is None else {"from": among, "to": among}),
                "probability": 1.0,
                "length": UNLIMITED_UM,
                "radius": UNLIMITED_UM,
                "max_inputs": variant.cross_wires,
                "excitatory": {"weight": variant.weight, "delay": 3},
                "inhibitory": {"weight": -variant.weight, "delay": 2},
            }
        ]
    return made


def run_study(variant: Variant, runs: Path, brain_seeds: Sequence[int], plan: Plan, jobs: int) -> Study:
    """Run the study of a variant; its recipe is written to the folder."""
    folder = runs / "claims" / variant.name
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "recipe.json"
    file.write_text(json.dumps(recipe(variant), indent=2) + "\n", encoding="utf-8")
    found = study(
        str(file), plan, brain_seeds=brain_seeds, controls="none", workers=Workers(jobs), folder=folder
    )
    (folder / "summary.json").write_text(json.dumps(found.to_json(), indent=2) + "\n", encoding="utf-8")
    return found


def row(variant: Variant, found: Study, reference: Study, runs: Path) -> dict[str, Any]:
    """The results of a variant, compared with the reference."""
    compiled = compile_recipe(runs / "claims" / variant.name / "recipe.json", found.brain_seeds[0])
    outcome = found.outcomes[0]
    own, other = found.final_index(TREATMENT), reference.final_index(TREATMENT)
    test = PairedTest.of(own, other, np.random.default_rng(STATISTICS_SEED))
    return {
        "cells": variant.cells,
        "neurons": compiled.network.n_neurons,
        "cross_wires": variant.cross_wires,
        "cross_weight": variant.weight,
        "ratio": projection_ratio(compiled),
        "before": outcome.before.ci_net.mean,
        "after": asdict(outcome.after.ci_net),
        "learned": outcome.after.learned,
        "p": None if found is reference else test.p,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the training runs")
    parser.add_argument("--first-brain-seed", type=int, default=100)
    parser.add_argument("--brains", type=int, default=10)
    parser.add_argument("--first-test-seed", type=int, default=Plan().first_test_seed)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    plan = Plan(episodes=EPISODES, tests=TESTS, test_after=(), first_test_seed=arguments.first_test_seed)
    seeds = range(arguments.first_brain_seed, arguments.first_brain_seed + arguments.brains)
    found = {
        variant: run_study(variant, arguments.runs, seeds, plan, arguments.jobs)
        for variant in dict.fromkeys((*DENSITY, *RATIO))
    }
    most_cells = Variant(MOST_CELLS)
    tables = {
        "density": [row(each, found[each], found[DENSITY[0]], arguments.runs) for each in DENSITY],
        "ratio": [row(each, found[each], found[most_cells], arguments.runs) for each in (most_cells, *RATIO)],
    }
    (arguments.runs / "claims.json").write_text(json.dumps(tables, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
