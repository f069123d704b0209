"""The order of the pages; ``*`` stands for all pages of a generated folder, sorted by name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FRONT_PAGE: Final = "index"
OTHERS: Final = "More"

CONTENTS: Final = {
    "Start": ("generated/quick_start", "write_your_own", "training", "extend"),
    "Notebooks": (
        "gallery",
        "notebooks/first_worm",
        "notebooks/poke_a_circuit",
        "notebooks/build_a_block",
        "notebooks/lesions_with_statistics",
        "notebooks/let_it_learn",
        "notebooks/ppo_beside_a_brain",
        "notebooks/export_and_analyse",
    ),
    "Environments": ("environment", "rendering", "wrappers", "generated/environments/*"),
    "Brains": (
        "engine",
        "generated/synapses",
        "generated/thousand_neurons",
        "blocks",
        "generated/circuits",
        "recipes",
        "generated/recipe_pictures",
        "brains",
        "ablations",
    ),
    "Science": (
        "body",
        "agents",
        "experiments_on_a_brain",
        "result_objects",
        "analysis",
        "evaluation",
        "results",
        "learning",
        "studies",
        "learning_results",
        "lab_note_development",
        "environment_results",
        "recordings",
        "benchmarks",
    ),
    "Reference": (
        "api/index",
        "architecture",
        "reliability",
        "generated/contributing",
        "generated/changelog",
    ),
}


def toctrees(docs: Path) -> str:
    """The contents as toctrees, shown in the side bar only.

    Args:
        docs: the folder of the pages; pages that no part names come last.
    """
    named = {page for pages in CONTENTS.values() for page in pages} | {FRONT_PAGE}
    others = tuple(sorted(page.stem for page in docs.glob("*.md") if page.stem not in named))
    trees = []
    for caption, pages in {**CONTENTS, OTHERS: others}.items():
        if pages:
            body = "\n".join(pages)
            trees.append(f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{body}\n```\n")
    return "".join(trees)
