"""Pieces of Markdown."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """Text in which no sign means anything to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", text)


def plot(file: str, caption: str, width: str = "100%") -> str:
    """A plot that was drawn on white, with its caption."""
    return f"```{{figure}} {file}\n:class: plot\n:width: {width}\n:alt: {caption}\n\n{caption}\n```\n"


def folded(title: str, text: str) -> str:
    """A paragraph that opens at a click."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>\n"
