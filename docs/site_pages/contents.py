"""The order of the pages. ``*`` stands for all pages of a generated folder, by name."""

from __future__ import annotations

from typing import Final

CONTENTS: Final = {
    "Start": ("generated/quick_start", "write_your_own", "training"),
    "Environments": ("environment", "wrappers", "generated/environments/*"),
    "Brains": (
        "engine",
        "generated/synapses",
        "blocks",
        "generated/circuits",
        "recipes",
        "generated/recipe_pictures",
        "brains",
    ),
    "Science": ("body", "evaluation", "results", "benchmarks"),
    "Reference": ("api/index", "architecture", "generated/contributing", "generated/changelog"),
}


def toctrees() -> str:
    """The contents as toctrees that the side bar shows and the page does not."""
    trees = []
    for caption, pages in CONTENTS.items():
        body = "\n".join(pages)
        trees.append(f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{body}\n```\n")
    return "".join(trees)
