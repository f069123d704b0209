"""Figures: one file each, found by its ``FIGURE``. They need matplotlib: the extra ``report``.

``inspect --out`` draws those of a block, or of a brain, its spikes and its training; ``train --figure`` the
learning curve; ``run --record`` the spikes; ``study --out`` those of a study. A new file is drawn by the same
commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spikeworm_env.registry import Registry
from spikeworm_env.reports.figure_style import default_style, save_figure
from spikeworm_env.reports.figures._figure import FigureKind, Needs

__all__ = ["FIGURES", "FigureKind", "Needs", "draw_figure", "draw_figures"]

FIGURES: Registry[FigureKind] = Registry(
    __name__, "FIGURE", kind="figure", of=FigureKind, order=lambda figure: figure.order
)


def draw_figures(folder: Path, needs: Needs, *content: Any) -> list[Path]:
    """Draw every figure that needs this content and shows something of it.

    Args:
        folder: where the PNG files go.
        needs: what the content is.
        *content: arguments of the figures, see `Needs`.

    Returns:
        The files, in the figures' order.

    Raises:
        InputError: matplotlib is missing, or a file cannot be written.
    """
    return [
        folder / figure.file
        for figure in FIGURES.values()
        if figure.needs is needs and draw_figure(figure, folder / figure.file, *content)
    ]


def draw_figure(figure: FigureKind, path: Path, *content: Any) -> bool:
    """Draw one figure, with matplotlib's default settings, if it shows something of the content.

    Returns:
        Whether it was drawn.

    Raises:
        InputError: matplotlib is missing, or the file cannot be written.
    """
    if not figure.fits(*content):
        return False
    with default_style(path.name):
        save_figure(figure.draw(*content), path)
    return True
