"""Style of all figures: matplotlib's defaults without a window, colours, and writing a file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.files import replacing
from spikeworm_env.notices import notice
from spikeworm_env.plotting import require_matplotlib

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
    """An empty figure, in inches, without a window or global state. Draw and save it within `default_style`.

    Raises:
        InputError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def default_style(name: str) -> Iterator[None]:
    """Draw with matplotlib's default settings, whatever the user's ``matplotlibrc`` or program has set.

    What matplotlib warns of meanwhile, such as a letter that the font lacks, is a notice.

    Args:
        name: of the figure, for notices.

    Raises:
        InputError: matplotlib is not installed.
    """
    require_matplotlib()
    import matplotlib

    with warnings.catch_warnings(record=True) as found, matplotlib.rc_context():
        warnings.simplefilter("always")
        matplotlib.rcdefaults()
        yield
    for text in dict.fromkeys(str(warning.message) for warning in found):
        notice(f"{name}: {text}")


def save_figure(figure: Figure, path: Path) -> None:
    """Write a PNG file, whole or not at all.

    Raises:
        InputError: the folder is missing or may not be written to.
    """
    with default_style(path.name), replacing(path) as passing:
        figure.savefig(passing, format="png", dpi=DPI)
