"""Parts of Markdown pages."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """Text with all special characters of Markdown escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", text)


def plot(file: str, caption: str, width: str = "100%") -> str:
    """A plot with its caption, on a white background in dark mode too."""
    return f"```{{figure}} {file}\n:class: plot\n:width: {width}\n:alt: {caption}\n\n{caption}\n```\n"


def folded(title: str, text: str) -> str:
    """A collapsed paragraph."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>\n"
