"""Renders learning_results.md from results/learning, what studies found: `python docs/make_learning_results.py`.

With `--runs DIR`, the tables and pictures of DIR/NAME, which `spikeworm study --out DIR/NAME` wrote, and
DIR/claims.json, which make_claims.py wrote, are taken over first.
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
from spikeworm_env.reports.figures.style import new_figure

DOCS = Path(__file__).parent
RESULTS = DOCS / "results" / "learning"
FILES = ("summary.json", "lives.csv", "tests.csv", "weights.csv")
PICTURES = {
    "learning": "Learning curves, and every brain at the end",
    "weights": "Weights before and after",
    "ways": "The way in the first life, in the last, and in one held-out arena at birth and at the end",
    "survival": "Who was pruned",
}
CLAIMS, PICTURE = "claims.json", "claims.png"
WIDTH = 110


class Section(NamedTuple):
    """A study: the folder of its results, a title, and what is to be said of it."""

    folder: str
    title: str
    about: str


SECTIONS = (
    Section(
        "learner_v1",
        "learner_v1 learns to steer",
        "232 neurons that crawl from birth; either sensor reaches both sides of the head alike. What reward"
        " made of that follows the senses: with left felt as right, the same reward teaches the opposite "
        "wiring, and that is as good. Inverted reward teaches flight. With random or another worm's reward "
        "weights wander; some brains come to climb by chance, most do not.",
    ),
    Section(
        "reversal",
        "learner_v1 when the meaning of two odours is exchanged",
        "Two odours, one of which marks food; which of them is exchanged after lives 5 and 10. Three lives "
        "without reward follow: with no reward there is no change, so that nothing is forgotten either.",
    ),
    Section(
        "arena_dev_v1",
        "arena_dev_v1 learns from a blank slate",
        "Left, right and noise reach forty hidden cells by developmental synapses, and these both sides of "
        "the head alike. How it came to this design, and what failed, is in the [lab "
        "note](lab_note_development.md).",
    ),
    Section(
        "arena_dev_v1_controls",
        "arena_dev_v1 and its controls",
        "Eight of these ten brains under every control that says something about pruning, and under inverted "
        "reward. Selective pruning is needed: neither without any nor with as much at random does reward "
        "teach them to climb.",
    ),
    Section(
        "arena_v1_blunt",
        "arena_v1 makes good what it was born without",
        "The innate way from `steering` to the head is cut before the first life (`--weaken`); [what it "
        "learns](brains.md#how-it-learns) instead is where to turn.",
    ),
)
HEAD = """# What was learned

Does a brain get better by living? [Learning studies](studies.md) says how that is asked: many brains, each
tested with learning off on trials from seed 10000 that none has lived, beside controls that earn nothing,
anything, or the opposite. No brain and no trial seed below was used for tuning. All measured on 2026-11-29;
summaries, with versions and hashes, every life, test and group of weights are in
`docs/results/learning`. Rendered by `docs/make_learning_results.py`.

Mean over brains [95% BCa interval] of `ci_net`; p: paired permutation of `ci_net` over brains, of the gain
since birth and of `reward` against the row; with few brains p cannot be small (ten: 0.002)."""
CLAIMS_ABOUT = """## Two sayings

The engine that inspired this one came with two rules of thumb, never tested. `docs/make_claims.py` puts
`learner_v1` together with working memory cells: the left sensors set the cells of one half, the right ones
those of the other, each memory ends by itself after some seconds, and all latches reach the head by the
same `reward_plastic` rule as the sensors, with the same total weight however many they are. Three lives,
two tests, ten brains for each row."""
DENSITY_ABOUT = """### "Memory density predicts learning"

More memory cells, and random synapses among them; p: paired, against the learner without memory."""
RATIO_ABOUT = """### "Projection : cross-wire ratio above 1.5 is needed to learn at scale"

A hundred memory cells, and random synapses onto every neuron of the brain from any, the head included; p:
paired, against the same brain without them."""
CLAIMS_FOUND = {
    "density": """**Not borne out.** All kinds of brain learn, and no row differs from the learner without
memory at p < 0.05.""",
    "ratio": """**Not borne out.** Brains with two random synapses for each planned one learn like the same
brain without any, even where each is ten times as strong as in `arena_v1`, although many such start
lower. No row differs at p < 0.05. Brains larger than this were not tried.""",
}


def p_value(contrast: dict[str, Any] | None) -> str:
    return "–" if contrast is None else f"{contrast['p']:.2g}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def conditions_table(summary: dict[str, Any]) -> str:
    rows = []
    for name, found in summary["conditions"].items():
        end = found["end"]
        rows.append(
            [
                f"`{name}`",
                estimate(found["birth"]["ci_net"]),
                estimate(end["ci_net"]),
                f"{end['lowest']:.2f} to {end['highest']:.2f}",
                f"{end['learned']:.0%}",
                estimate(end["ci_time"]),
                p_value(found["gain"]),
                p_value(found["claim"]),
            ]
        )
    last = summary["episodes"]
    columns = ("condition", "at birth", f"after {last} lives", "worst to best brain", ">0.5", "`ci_time`")
    return table((*columns, "p gain", "p reward"), rows)


def curve(summary: dict[str, Any]) -> str:
    scores = summary["conditions"]["reward"]["scores"]
    marked = any(score["marker"] is not None for score in scores)
    columns = ["after life", *(["odour that marks food"] if marked else []), "`ci_net`", ">0.5"]
    rows = []
    for score in scores:
        episode = score["after_episode"]
        shown = f"{episode}, unrewarded" if episode > summary["episodes"] else str(episode)
        marker = [] if not marked else ["first" if score["marker"] == 0 else "second"]
        rows.append([shown, *marker, estimate(score["ci_net"]), f"{score['learned']:.0%}"])
    return table(columns, rows)


def relearning(summary: dict[str, Any]) -> str | None:
    found = summary["conditions"]["reward"]["relearning"]
    if not found:
        return None
    rows = [
        [
            f"after life {flip['after_episode']}",
            estimate(flip["before"]),
            estimate(flip["dropped"]),
            estimate(flip["regained"]),
            "–" if flip["share"] is None else f"{flip['share']:.0%}",
        ]
        for flip in found
    ]
    episodes = found[0]["episodes"]
    return table(("exchange", "before", "at once", f"{episodes} lives later", "regained"), rows)


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
        f"{brains} brains, {summary['episodes']} lives, {summary['tests']} tests of a brain at each eval_point.",
        conditions_table(summary),
        relearning(summary),
        curve(summary) if len(summary["conditions"]["reward"]["scores"]) > 2 else None,
    ]
    for name, title in PICTURES.items():
        if (folder / f"{name}.png").exists():
            parts.append(f"![{title}](results/learning/{wanted.folder}/{name}.png)")
    return "\n\n".join(part for part in parts if part)


def saying(rows: Iterable[dict[str, Any]]) -> str:
    columns = (
        "memory cells",
        "neurons",
        "random synapses onto each",
        "their weight",
        "projection : cross-wire",
    )
    return table(
        (*columns, "at birth", "after 3 lives", ">0.5", "p"),
        (
            [
                str(row["cells"]),
                f"{row['neurons']:,}",
                str(row["cross_wires"]),
                f"{row['cross_weight']:g}" if row["cross_wires"] else "–",
                "–" if row["ratio"] is None else f"{row['ratio']:.2f}",
                f"{row['birth']:.2f}",
                estimate(row["end"]),
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
                mean = [row["end"]["mean"] for row in shown]
                low, high = ([row["end"][end] for row in shown] for end in ("low", "high"))
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
    by_cells.set(xlabel="working memory cells", ylabel="ci_net after 3 lives, learning off")
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
        f"![`ci_net` after three lives, by memory and by ratio](results/learning/{PICTURE})",
    ]
    for name, about in (("density", DENSITY_ABOUT), ("ratio", RATIO_ABOUT)):
        parts += [about, saying(tables[name]), *([CLAIMS_FOUND[name]] if name in CLAIMS_FOUND else [])]
    return "\n\n".join(parts)


def take_over(runs: Path) -> None:
    """Copy what studies wrote into the docs."""
    wanted = [runs / part.folder / name for part in SECTIONS for name in FILES]
    wanted += [runs / part.folder / f"{name}.png" for part in SECTIONS for name in PICTURES]
    for file in (*wanted, runs / CLAIMS):
        if file.exists():
            target = RESULTS / file.relative_to(runs)
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(file, target)
            if file.name == FILES[0]:  # where it was run is nobody's concern
                told = json.loads(target.read_text(encoding="utf-8"))
                told["command"] = told["command"].split(" --jobs ")[0].split(" --out ")[0]
                target.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, help="folder of new studies")
    runs = parser.parse_args().runs
    if runs is not None:
        take_over(runs)
    parts = [HEAD, *(section(each) for each in SECTIONS), claims()]
    (DOCS / "learning_results.md").write_text(
        "\n\n".join(part for part in parts if part) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
