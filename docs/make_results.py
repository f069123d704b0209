"""Renders results.md from results/BRAIN/NAME.json, summaries that `spikeworm compare --out DIR` writes.

spikeworm compare arena_v1 --trials 40 --out run
cp run/summary.json docs/results/arena_v1/default.json
python docs/make_results.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

DOCS = Path(__file__).parent

BRAINS = {
    "arena_v1": (
        "The full animal, see [brains.md](brains.md#arena_v1). All trials but `default` were measured before "
        "the circuit was added with which it [learns](brains.md#how-it-learns)."
    ),
    "crawler_v1": "The smallest brain with chemotaxis. Measured before the shuffled control existed.",
}
TITLES = {
    "default": "The `default` trial: 12 body lengths, σ 8, 90 s",
    "lock_step": "The same in lock-step",
    "far": "The `far` trial: 20 body lengths, σ 12, 120 s",
    "jitter": "20% jitter of all weights and gains, drawn for each trial",
    "sigma_6": "A narrower odour field, σ 6",
    "sigma_16": "A wider odour field, σ 16",
    "foods_2": "Two foods",
    "classic": "The `classic` trial: a food at (15, 0), 20 body lengths, σ 12, 30 s",
}
NOTES = {
    "classic": (
        "In 30 s a worm of this speed approaches the food by at most about 8 of the 20 body lengths, so "
        "`ci_net` cannot exceed about 0.39. The engine that inspired this one reached +0.17 ± 0.22 (95%, 12"
        " seeds)."
    )
}
HEAD = """# Results

*Reference: measured results of the brains.*

Mean [95% BCa interval] over trial seeds from 10000; several brains are averaged within each trial seed
first. p: paired permutation test against the blind control of the same brain; with 9,999 resamples the
smallest possible p is 0.0002. Nothing was tuned on these seeds. `arena_v1` on the `default` trial was
measured on 2026-11-29, all else on 2026-11-24. The full output of each command, with versions and the
recipe's hash, is in [docs/results](results/).

| Row | What it is |
|---|---|
| `NAME:blind` | the brain with fixed chemical senses; since 2026-11-29 without reward |
| `NAME:shuffled` | the brain with its chemosensory connections shuffled, differently in each trial |
| `crawl` | a fixed gait without steering |
| `random` | that gait with a randomly drifting turn |
| `oracle` | that gait steered by the true direction of the food |

Median time: "never" where less than half of the trials reached food. These files were written before the
trials that never reached food were counted, so where `success` is below 1 the true median is longer.

A blind brain circles near its start, because its turn neurons fire spontaneously; its index is therefore
near 0. A worm that crawls straight ahead ends farther from the food.
"""
COLUMNS = (
    "agent",
    "n × brains",
    "ci_time",
    "ci_net",
    "success",
    "reached after (median)",
    "efficiency",
    "speed BL/s",
    "p vs blind",
)


def estimate(found: dict[str, Any]) -> str:
    mean = f"{found['mean']:.2f}"
    return mean if found["low"] is None else f"{mean} [{found['low']:.2f}, {found['high']:.2f}]"


def number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def row(name: str, found: dict[str, Any]) -> str:
    reached = found["median_time_to_reach_s"] if found["success"] >= 0.5 else None
    cells = [name, f"{found['n']} × {found['brains']}", estimate(found["ci_time"]), estimate(found["ci_net"])]
    cells += [f"{found['success']:.2f}", "never" if reached is None else f"{reached:.0f} s"]
    cells += [f"{found['efficiency']:.2f}", number(found["speed_bl_per_s"], ".3f")]
    cells += [number(found["p_vs_blind"], ".4f")]
    return f"| {' | '.join(cells)} |"


def command(summary: dict[str, Any]) -> str:
    """What to type for it today: a step is named only if it is not the default."""
    typed = summary["command"].replace(" --json", "").split(" --out ")[0]
    typed = re.sub(r" --frame-skip \d+", "", typed)
    step = summary["frame_skip"]
    return typed if step == DEFAULT_FRAME_SKIP else f"{typed} --frame-skip {step}"


def section(name: str, summary: dict[str, Any]) -> str:
    rows = {**summary["agents"], "oracle": summary["oracle"]}
    parts = [f"### {TITLES[name]}", f"```\n{command(summary)}\n```"]
    if name in NOTES:
        parts.append(NOTES[name])
    table = [
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *(row(key, found) for key, found in rows.items()),
    ]
    parts.append("\n".join(table))
    return "\n\n".join(parts)


def main() -> None:
    parts = [HEAD.strip()]
    for brain, about in BRAINS.items():
        parts += [f"## {brain}", about]
        for name in TITLES:
            file = DOCS / "results" / brain / f"{name}.json"
            if file.exists():
                parts.append(section(name, json.loads(file.read_text(encoding="utf-8"))))
    (DOCS / "results.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
