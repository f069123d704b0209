"""Renders learning_results.md from the studies in results/learning: `python docs/make_learning_results.py`.

With `--runs DIR` it first copies the tables and pictures that `spikeworm study --out DIR/NAME` wrote to
DIR/NAME, and DIR/claims.json, which make_claims.py wrote.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import copyfile
from textwrap import fill
from typing import Any, NamedTuple

from make_results import estimate
from spikeworm_env.reports.figure_style import new_figure

DOCS = Path(__file__).parent
RESULTS = DOCS / "results" / "learning"
FILES = ("summary.json", "episodes.csv", "tests.csv", "weights.csv")
PICTURES = {
    "learning": "Learning curves, and every brain after training",
    "weights": "Weights before and after training",
    "paths": (
        "Paths in the first and the last training episode, and in one held-out trial before and after "
        "training"
    ),
    "survival": "Share of synapses that survive pruning",
}
CLAIMS, PICTURE = "claims.json", "claims.png"
WIDTH = 110


class Section(NamedTuple):
    """A study: the folder of its results, a title and a text."""

    folder: str
    title: str
    about: str


SECTIONS = (
    Section(
        "learner_v1",
        "learner_v1 learns to steer",
        "232 neurons. The untrained brain crawls, and each of its two sensors excites both sides of the "
        "head equally. Training with reward makes the connections asymmetric. The result depends on the "
        "senses: if the two sensors are swapped, the same reward produces the mirror-image wiring, with an "
        "index as high. Inverted reward teaches the worm to crawl away from the food. With random or yoked "
        "reward the weights drift; a minority of these brains reach an index above 0.5 by chance.",
    ),
    Section(
        "reversal",
        "learner_v1 relearns when two odours are exchanged",
        "One of two odours marks the food; the other one does after training episode 5, and the first one "
        "again after episode 10. Three episodes without reward follow (extinction): without reward no "
        "weight changes, so the brains forget nothing.",
    ),
    Section(
        "arena_dev_v1",
        "arena_dev_v1 learns from unstructured connections",
        "Left sensors, right sensors and noise neurons connect to forty hidden neurons through developmental "
        "synapses, and each hidden neuron excites both sides of the head equally. The [lab "
        "note](lab_note_development.md) describes how this design was found, and what failed.",
    ),
    Section(
        "arena_dev_v1_controls",
        "arena_dev_v1 and its controls",
        "Eight of these ten brains under the controls of pruning and under inverted reward. Learning needs "
        "selective pruning: with reward but without pruning, or with as much pruning at random, the brains "
        "do not learn chemotaxis.",
    ),
    Section(
        "arena_v1_lesion",
        "arena_v1 compensates for a lesion",
        "The connection from `steering` to the head is set to zero before training (`--scale`). [Training "
        "with reward](brains.md#how-it-learns) teaches the brain to which side to turn through its plastic "
        "synapses.",
    ),
)
HEAD = """# Results of training

*Reference: measured results of learning studies.*

Does training improve a brain? In a [learning study](studies.md) many brains are trained, with reward and
under control conditions (no reward, random, inverted or another worm's reward), and each is tested with
learning off on held-out trials from seed 10000. No brain and no trial seed below was used for tuning. All
studies were run on 2026-11-29, before some columns and options had their present names. Summaries with
versions and hashes, and tables of all training episodes, tests and weights, are in `docs/results/learning`;
`docs/make_learning_results.py` renders this page.

Mean over brains [95% BCa interval] of `ci_net`. p gain: paired permutation test over brains, after training
against before; p reward: `reward` against the row. With few brains p cannot be small (ten brains: 0.002)."""
CLAIMS_ABOUT = """## Two claims

The engine that inspired this one came with two untested rules of thumb. `docs/make_claims.py` tests them
with variants of `learner_v1` that have working memory cells. The left sensors set half of the cells, the
right sensors the other half, and each memory ends by itself after some seconds. All latches connect to the
head through `reward_plastic` synapses with the parameters of the sensors' synapses; their total weight does
not depend on their number. Each row: ten brains, three training episodes, two tests."""
DENSITY_ABOUT = """### "Memory density predicts learning"

More memory cells, and random synapses among them. p: paired, against the learner without memory."""
RATIO_ABOUT = """### "Projection : cross-wire ratio above 1.5 is needed to learn at scale"

A hundred memory cells, and random synapses between all neurons of the brain, the head included. p: paired,
against the same brain without random synapses."""
CLAIMS_FOUND = {
    "density": """**Not supported.** All variants learn, and no row differs from the learner without memory at
p < 0.05.""",
    "ratio": """**Not supported.** Brains with two random synapses for each synapse of a projection learn as
much as the same brain without random synapses, even if each is ten times as strong as in `arena_v1`,
although many of these brains start lower. No row differs at p < 0.05. Larger brains were not tried.""",
}


def p_value(contrast: dict[str, Any] | None) -> str:
    return "–" if contrast is None else f"{contrast['p']:.2g}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def conditions_table(summary: dict[str, Any]) -> str:
    rows = []
    for name, found in summary["conditions"].items():
        end = found["after"]
        rows.append(
            [
                f"`{name}`",
                estimate(found["before"]["ci_net"]),
                estimate(end["ci_net"]),
                f"{end['lowest']:.2f} to {end['highest']:.2f}",
                f"{end['learned']:.0%}",
                estimate(end["ci_time"]),
                p_value(found["gain"]),
                p_value(found["treatment_effect"]),
            ]
        )
    last = summary["episodes"]
    columns = ("condition", "untrained", f"after {last} episodes", "worst to best brain", ">0.5", "`ci_time`")
    return table((*columns, "p gain", "p reward"), rows)


def curve(summary: dict[str, Any]) -> str:
    scores = summary["conditions"]["reward"]["scores"]
    marked = any(score["marker"] is not None for score in scores)
    columns = ["after episode", *(["odour that marks food"] if marked else []), "`ci_net`", ">0.5"]
    rows = []
    for score in scores:
        episode = score["after_episode"]
        shown = f"{episode}, extinction" if episode > summary["episodes"] else str(episode)
        marker = [] if not marked else ["first" if score["marker"] == 0 else "second"]
        rows.append([shown, *marker, estimate(score["ci_net"]), f"{score['learned']:.0%}"])
    return table(columns, rows)


def relearning(summary: dict[str, Any]) -> str | None:
    found = summary["conditions"]["reward"]["relearning"]
    if not found:
        return None
    rows = [
        [
            f"after episode {flip['after_episode']}",
            estimate(flip["before"]),
            estimate(flip["dropped"]),
            estimate(flip["regained"]),
            "–" if flip["share"] is None else f"{flip['share']:.0%}",
        ]
        for flip in found
    ]
    episodes = found[0]["episodes"]
    return table(("exchange", "before", "at once", f"{episodes} episodes later", "regained"), rows)


def section(wanted: Section) -> str | None:
    folder = RESULTS / wanted.folder
    if not (folder / "summary.json").exists():
        return None
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    command = summary["command"]
    brains = len(summary["brain_seeds"])
    parts = [
        f"## {wanted.title}",
        fill(wanted.about, WIDTH, break_on_hyphens=False),
        f"```\n{command}\n```",
        f"{brains} brains, {summary['episodes']} training episodes, {summary['tests']} tests of a brain "
        "at each evaluation.",
        conditions_table(summary),
        relearning(summary),
        curve(summary) if len(summary["conditions"]["reward"]["scores"]) > 2 else None,
    ]
    for name, title in PICTURES.items():
        if (folder / f"{name}.png").exists():
            parts.append(f"![{title}](results/learning/{wanted.folder}/{name}.png)")
    return "\n\n".join(part for part in parts if part)


def claim_table(rows: Iterable[dict[str, Any]]) -> str:
    columns = (
        "memory cells",
        "neurons",
        "random synapses per neuron",
        "their weight",
        "projection : cross-wire",
    )
    return table(
        (*columns, "untrained", "after 3 episodes", ">0.5", "p"),
        (
            [
                str(row["cells"]),
                f"{row['neurons']:,}",
                str(row["cross_wires"]),
                f"{row['cross_weight']:g}" if row["cross_wires"] else "–",
                "–" if row["ratio"] is None else f"{row['ratio']:.2f}",
                f"{row['before']:.2f}",
                estimate(row["after"]),
                f"{row['learned']:.0%}",
                "–" if row["p"] is None else f"{row['p']:.2g}",
            ]
            for row in rows
        ),
    )


def draw_claims(tables: dict[str, Any]) -> None:
    """``claims.png``: means and intervals, by the number of memory cells and by the ratio."""
    figure = new_figure(9.0, 3.6)
    by_cells, by_ratio = figure.subplots(1, 2, sharey=True)
    marks = {0.0: ("o", "C0"), 0.2: ("s", "C1"), 2.0: ("^", "C2")}
    for axes, rows, key in ((by_cells, tables["density"], "cells"), (by_ratio, tables["ratio"], "ratio")):
        for weight, (mark, colour) in marks.items():
            shown = [row for row in rows if row["cross_weight"] == weight and row[key] is not None]
            if shown:
                mean = [row["after"]["mean"] for row in shown]
                low, high = ([row["after"][end] for row in shown] for end in ("low", "high"))
                reach = [
                    [m - x for m, x in zip(mean, low, strict=True)],
                    [x - m for m, x in zip(mean, high, strict=True)],
                ]
                label = f"random synapses of {weight:g}" if weight else "no random synapses"
                at = [row[key] * (1 + 0.03 * weight) for row in shown]
                axes.errorbar(at, mean, reach, fmt=mark, color=colour, capsize=3, label=label)
        axes.set_ylim(0, 1)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    by_cells.set(xlabel="working memory cells", ylabel="ci_net after 3 training episodes, learning off")
    by_ratio.set(xlabel="projection : cross-wire synapses", xscale="log")
    by_ratio.set_xticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    by_ratio.minorticks_off()
    by_ratio.axvline(1.5, color="#999999", linewidth=0.8)
    figure.savefig(RESULTS / PICTURE, dpi=120)


def claims() -> str | None:
    file = RESULTS / CLAIMS
    if not file.exists():
        return None
    tables = json.loads(file.read_text(encoding="utf-8"))
    draw_claims(tables)
    parts = [
        CLAIMS_ABOUT,
        "![`ci_net` after three training episodes, by number of memory cells and by ratio]"
        f"(results/learning/{PICTURE})",
    ]
    for name, about in (("density", DENSITY_ABOUT), ("ratio", RATIO_ABOUT)):
        parts += [about, claim_table(tables[name]), *([CLAIMS_FOUND[name]] if name in CLAIMS_FOUND else [])]
    return "\n\n".join(parts)


def copy_results(runs: Path) -> None:
    """Copy the tables and pictures of studies into the docs."""
    wanted = [runs / part.folder / name for part in SECTIONS for name in FILES]
    wanted += [runs / part.folder / f"{name}.png" for part in SECTIONS for name in PICTURES]
    for file in (*wanted, runs / CLAIMS):
        if file.exists():
            target = RESULTS / file.relative_to(runs)
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(file, target)
            if file.name == FILES[0]:  # without the folder and the number of workers
                summary = json.loads(target.read_text(encoding="utf-8"))
                summary["command"] = summary["command"].split(" --jobs ")[0].split(" --out ")[0]
                target.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, help="folder of new studies")
    runs = parser.parse_args().runs
    if runs is not None:
        copy_results(runs)
    parts = [HEAD, *(section(each) for each in SECTIONS), claims()]
    (DOCS / "learning_results.md").write_text(
        "\n\n".join(part for part in parts if part) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
