"""Runs every agent in every environment and renders environment_results.md.

    python docs/make_environment_results.py

Trials that are in the folder already (`--runs`, by default runs/environments) are not run again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from make_results import estimate
from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.reports.report import write_report
from spikeworm_env.trials.task import TRIALS

DOCS = Path(__file__).parent
BRAINS = ("arena_v1", "crawler_v1")
OTHERS = ("klinotaxis", "ppo", "linear", "klinokinesis", "random", "crawl", "oracle")
AGENTS = BRAINS + OTHERS
CONTROLS = ("blind",)
ENVIRONMENTS = ("default", "steering", "foraging", "aversion", "reversal", "drift")
HEAD = """# Results by environment

*Reference: measured results of all agents in all environments.*

```
python docs/make_environment_results.py
```

runs `spikeworm compare {agents} --controls blind --trial NAME` for each trial
named below: 40 trial seeds from 10000, one compiled brain of each recipe. Mean [95% BCa interval]; p:
paired permutation test of `ci_time` against the blind control, not corrected for the number of rows.
Measured on 2026-11-24, before the circuit was added with which `arena_v1` [learns](brains.md#how-it-learns).
Summaries with versions and hashes are in `docs/results/environments`. No agent was tuned on these seeds, and
none in another environment than `default`. [The trials](evaluation.md#the-trial) describes the environments,
[agents without a brain](agents.md) and [brains](brains.md) the agents."""
NOTES = {
    "steering": (
        "The environment generates the gait, so agents that control muscles, among them all brains, do not "
        "apply."
    ),
    "foraging": (
        "`eaten` is the number of full foods eaten in 90 s and is the index of this environment. All other "
        "indices use the distance to the nearest food, even if that food is eaten up; the oracle therefore "
        "stays at the first food."
    ),
    "aversion": "There is a repellent beside the food.",
    "reversal": (
        "The odours are exchanged after 45 s. All agents here but the oracle sense the first odour only, "
        "and none adapts to the exchange."
    ),
    "drift": "The food moves at 0.05 BL/s.",
}


def row(name: str, found: dict[str, Any], eaten: float | None) -> str:
    p, efficiency = found["p_vs_blind"], found["efficiency"]
    cells = [name, estimate(found["ci_time"]), estimate(found["ci_net"]), f"{found['success']:.2f}"]
    cells += ["–" if efficiency is None else f"{efficiency:.2f}", "–" if p is None else f"{p:.4f}"]
    return f"| {' | '.join(cells + ([] if eaten is None else [f'{eaten:.2f}']))} |"


def section(name: str, runs: Path) -> str:
    agents = AGENTS if TRIALS[name].acts_by is ActsBy.MUSCLES else OTHERS
    done = compare(agents, trial=name, controls=CONTROLS, out=runs / name)
    write_report(done, runs / name)
    results = DOCS / "results" / "environments"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps(done.to_json(), indent=2) + "\n", encoding="utf-8")
    columns = ["agent", "ci_time", "ci_net", "success", "efficiency", "p vs blind"]
    eaten: dict[str, float | None] = dict.fromkeys(done.summaries)
    if all(result.eaten is not None for results in done.results.values() for result in results):
        columns.append("eaten")
        eaten = {
            key: sum(result.eaten or 0.0 for result in done.results[key]) / len(done.results[key])
            for key in done.summaries
        }
    table = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    table += [row(key, found, eaten[key]) for key, found in done.to_json()["agents"].items()]
    about = f"## `{name}`: {TRIALS[name].env_id}"
    return "\n\n".join([about, *([NOTES[name]] if name in NOTES else []), "\n".join(table)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/environments"), help="folder for the trials")
    runs = parser.parse_args().runs
    parts = [HEAD.format(agents=" ".join(AGENTS))]
    parts += [section(name, runs) for name in ENVIRONMENTS]
    (DOCS / "environment_results.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
