"""Large networks: a recipe through compiler, file and engine, and arrays straight into the engine.

Each size runs in a process of its own, so that its memory is its own:
``python -m benchmarks.scale recipe 200000 2000000`` prints the figures of one as JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.networks import random_network
from benchmarks.timing import Effort, Row
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network
from spikeworm_env.store import load_brain, save_brain

COLUMN = 10  # neurons of a block
PROJECTIONS = {  # (from, to, type, weight) → share of the synapses; each neuron has some of each kind
    ("pyramidal_out", "pyramidal_in", "fixed", 1.0): 0.25,
    ("pyramidal_out", "basket_in", "fixed", 1.0): 0.1,
    ("pyramidal_out", "pyramidal_in", "plastic", 1.0): 0.1,
    ("pyramidal_out", "basket_in", "facilitating", 1.0): 0.1,
    ("basket_out", "pyramidal_in", "fixed", -2.0): 0.2,
    ("basket_out", "basket_in", "depressing", -2.0): 0.05,
}
NEAR = 0.15  # share of the synapses that proximity wiring makes, about
TICKS = 100
WARM_UP = 300
SIZES = {"recipe": (200_000, 2_000_000), "arrays": (1_000_000, 10_000_000)}
QUICK_SIZES = {"recipe": (20_000, 200_000), "arrays": (100_000, 1_000_000)}
BUDGETS = {"compile": 20.0, "load": 3.0, "peak": 1_000.0, "rate": 200.0}  # of the recipe in full size

BLOCK: dict[str, Any] = {
    "name": "scale_column",
    "description": "Pyramidal and basket cells, with some synapses of every copy.",
    "neurons": [
        {"id": "pyramidal", "type": "RS", "count": 8},
        {"id": "basket", "type": "FS", "count": 2},
    ],
    "synapses": [
        {"from": "pyramidal", "to": "pyramidal", "pattern": "ring", "weight": 1.0, "delay": 3},
        {"from": "basket", "to": "basket", "pattern": "chain", "type": "gap_junction", "weight": 0.005},
    ],
    "terminals": {
        "inputs": {"pyramidal_in": ["pyramidal"], "basket_in": ["basket"]},
        "outputs": {"pyramidal_out": ["pyramidal"], "basket_out": ["basket"]},
    },
}
SIZE_OF = {"pyramidal": 8, "basket": 2}


def scale_recipe(n: int, m: int) -> dict[str, Any]:
    """A recipe of about n neurons and m synapses: columns with random projections and proximity wiring."""
    copies = n // COLUMN
    projections = []
    for (source, target, synapse_type, weight), share in PROJECTIONS.items():
        pairs = copies**2 * SIZE_OF[source.split("_")[0]] * SIZE_OF[target.split("_")[0]]
        projections.append(
            {
                **{"from": f"sheet.{source}", "to": f"sheet.{target}", "type": synapse_type},
                **{"weight": weight, "weight_sd": 0.2, "delay": 5, "probability": share * m / pairs},
            }
        )
    return {
        "name": "scale_sheet",
        "description": "Columns with random projections and proximity wiring.",
        "background": 4.15,
        "noise": 0.5,
        "components": [{"id": "sheet", "block": "scale_column", "count": copies, "scatter": 5.0}],
        "projections": projections,
        "proximity": [
            {
                **{"probability": 0.5, "length": 20.0, "radius": 20.0},
                "excitatory": {"weight": 1.0, "delays": [2]},
                "inhibitory": {"weight": -2.0, "delay": 1},
                "max_inputs": max(1, round(NEAR * m / n)),
            }
        ],
    }


def of_recipe(n: int, m: int) -> dict[str, Any]:
    """Compile, save, load and run a brain of about n neurons and m synapses."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "blocks").mkdir()
        (Path(folder) / "blocks" / "scale_column.json").write_text(json.dumps(BLOCK))
        recipe = Path(folder) / "scale_sheet.json"
        recipe.write_text(json.dumps(scale_recipe(n, m)))
        file = Path(folder) / "scale_sheet.db"
        figures: dict[str, Any] = {}
        _compile_and_save(figures, recipe, file)
        figures["file_mb"] = file.stat().st_size / 1e6
        network = _timed(figures, "load", lambda: load_brain(file)).network
    return figures | _run(network)


def _compile_and_save(figures: dict[str, Any], recipe: Path, file: Path) -> None:
    compiled = _timed(figures, "compile", lambda: compile_recipe(recipe))
    _timed(figures, "save", lambda: save_brain(compiled, file))


def of_arrays(n: int, m: int) -> dict[str, Any]:
    """Run a brain made of arrays, with all synapse types but continuous ones."""
    figures: dict[str, Any] = {}
    network = _timed(figures, "generate", lambda: random_network(1, n, m, drive=3.5))
    return figures | _run(network)


def _run(network: Network) -> dict[str, Any]:
    figures: dict[str, Any] = {"neurons": network.n_neurons, "synapses": network.n_synapses}
    columns = ("source", "target", "weight", "delay", "synapse_class")
    figures["array_bytes"] = sum(getattr(network, name).nbytes for name in columns) / network.n_synapses
    tracemalloc.start()
    brain = _timed(figures, "build", lambda: Brain(network, seed=1))
    figures["engine_bytes"] = tracemalloc.get_traced_memory()[0] / network.n_synapses
    tracemalloc.stop()
    _timed(figures, "reset", brain.reset)
    brain.advance(WARM_UP)
    times, fired = [], 0
    for _ in range(5):
        start = time.process_time()
        fired += int(brain.advance(TICKS).sum())
        times.append(time.process_time() - start)
    figures["rate"] = TICKS / statistics.median(times)
    figures["firing"] = fired / (5 * TICKS * network.n_neurons)
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return figures


def _timed(figures: dict[str, Any], name: str, work: Callable[[], Any]) -> Any:
    """What ``work`` returns; its CPU seconds go to ``figures``."""
    start = time.process_time()
    made = work()
    figures[name] = time.process_time() - start
    return made


KINDS = {"recipe": of_recipe, "arrays": of_arrays}


def scale_rows(effort: Effort) -> Iterator[Row]:
    """Both sizes, each in a process of its own; budgets hold for the full sizes."""
    full = effort.repeats >= 9
    for kind, (n, m) in (SIZES if full else QUICK_SIZES).items():
        command = [sys.executable, "-m", "benchmarks.scale", kind, str(n), str(m)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        name = f"{n:,} neurons, {m:,} synapses from {kind}"
        if done.returncode:
            yield Row(name, (), "s", failure=done.stderr.strip().splitlines()[-1])
            continue
        yield from large_rows(name, json.loads(done.stdout), BUDGETS if full and kind == "recipe" else {})


def large_rows(name: str, found: dict[str, float], budgets: dict[str, float]) -> list[Row]:
    """The rows of one network from its figures."""
    seconds = [
        Row(f"{name}: {what}", (found[what],), "s", budgets.get(what))
        for what in ("generate", "compile", "save", "load", "build", "reset")
        if what in found
    ]
    sizes = [
        Row(f"{name}: {label}", (found[what],), unit, budget)
        for what, label, unit, budget in (
            ("peak_mb", "memory, at most", "MB", budgets.get("peak")),
            ("file_mb", "its file", "MB", None),
            ("array_bytes", "arrays of the network, per synapse", "B", None),
            ("engine_bytes", "engine, per synapse, neurons included", "B", None),
        )
        if what in found
    ]
    ran = f"{name}: {100 * found['firing']:.1f}% fire in a tick"
    return [*seconds, *sizes, Row(ran, (found["rate"],), "ticks/s", least=budgets.get("rate"))]


if __name__ == "__main__":
    print(json.dumps(KINDS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))))
