"""What all figures share: matplotlib without a window, colours, and how a picture becomes a file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXCITATORY, INHIBITORY, GAP = "#2f6db3", "#c0392b", "#7f8c8d"

PALETTE = (  # Okabe & Ito 2008, told apart by the colour-blind; then darker ones of our own
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#8c6d31",
    "#5b4a9c",
)

DPI = 130


def colour(index: int) -> str:
    """The colour of the component or type of that index; they repeat after the palette's end."""
    return PALETTE[index % len(PALETTE)]


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, that no window and no global state knows of.

    Raises:
        InputError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def require_matplotlib() -> None:
    """Raise InputError, saying what to install, unless matplotlib is there."""
    try:
        importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise InputError("pictures need matplotlib: pip install spikeworm[report]") from error


def save_figure(figure: Figure, path: Path) -> None:
    """Write a PNG; it appears whole or not at all.

    Raises:
        InputError: the folder is missing or may not be written to.
    """
    with replacing(path) as passing:
        figure.savefig(passing, format="png", dpi=DPI)
