"""Renders ablations.md from results/arena_v1/lesion_projections.csv, which `spikeworm ablate --out DIR`
writes.

spikeworm ablate arena_v1 --lesion projections --assays chemotaxis --trials 10 --out run
cp run/effects.csv docs/results/arena_v1/lesion_projections.csv
python docs/make_ablations.py
"""

from __future__ import annotations

import csv
from pathlib import Path

DOCS = Path(__file__).parent
EFFECTS = DOCS / "results" / "arena_v1" / "lesion_projections.csv"
SHOWN = {"ci_time": "ci_time", "ci_net": "ci_net", "success": "success", "speed": "speed, BL/s"}
SHOWN |= {"turning_rate": "turning, rad/s", "straightness": "straightness"}
ALPHA = 0.01
HEAD = """# Lesions of every projection of arena_v1

*Reference: measured effects.*

```
spikeworm ablate arena_v1 --lesion projections --assays chemotaxis --trials 10
```

Each row is `arena_v1` without one of its projections, on the `default` trial at 100 Hz: brain seed 42,
trial seeds 10000 to 10009, measured on 2026-11-24, before the circuit was added that
[learns](brains.md#how-it-learns). Bold: different from the intact brain at p < 0.01 (paired permutation
test over ten seeds, not corrected for the number of rows: of {rows} rows with {columns} figures each,
{chance:.0f} are expected to be bold by chance). A chemotaxis trial does not show what a projection does in
other situations, such as after a touch: [what each part is for](brains.md#effects-of-lesions) does. All
figures are in [lesion_projections.csv](results/arena_v1/lesion_projections.csv)."""


def cell(effect: dict[str, str]) -> str:
    if not effect["lesion_mean"]:
        return "–"
    text = f"{float(effect['lesion_mean']):.3g}"
    return f"**{text}**" if effect["p"] and float(effect["p"]) < ALPHA else text


def main() -> None:
    with EFFECTS.open(encoding="utf-8", newline="") as file:
        effects = list(csv.DictReader(file))
    lesions: dict[str, dict[str, dict[str, str]]] = {}
    for effect in effects:
        lesions.setdefault(effect["lesion"], {})[effect["measure"]] = effect
    intact = []
    for name in SHOWN:  # from a row that could be measured on every seed
        fullest = max((found[name] for found in lesions.values()), key=lambda effect: int(effect["n"]))
        intact.append(f"{float(fullest['intact']):.3g}")
    rows = [f"| none (intact) | {' | '.join(intact)} |"]
    for lesion, found in lesions.items():
        number, _, what = lesion.removeprefix("projections[").partition("] ")
        rows.append(f"| {number}: {what} | {' | '.join(cell(found[name]) for name in SHOWN)} |")
    head = HEAD.format(rows=len(lesions), columns=len(SHOWN), chance=ALPHA * len(lesions) * len(SHOWN))
    table = [f"| Lesion of | {' | '.join(SHOWN.values())} |", "|---" * (len(SHOWN) + 1) + "|", *rows]
    (DOCS / "ablations.md").write_text("\n".join([head, "", *table]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
