"""Style of all figures: matplotlib without a window, colours, and writing a file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.errors import InputError
from spikeworm_env.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXCITATORY, INHIBITORY, GAP = "#2f6db3", "#c0392b", "#7f8c8d"

PALETTE = (  # Okabe & Ito 2008, distinct for the colour-blind; then two darker ones
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
    """An empty figure, in inches, without a window or global state.

    Raises:
        InputError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def require_matplotlib() -> None:
    """Check that matplotlib is installed.

    Raises:
        InputError: it is not; the message names the package to install.
    """
    try:
        importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise InputError("pictures need matplotlib: pip install spikeworm[report]") from error


def save_figure(figure: Figure, path: Path) -> None:
    """Write a PNG file, whole or not at all.

    Raises:
        InputError: the folder is missing or may not be written to.
    """
    with replacing(path) as passing:
        figure.savefig(passing, format="png", dpi=DPI)
