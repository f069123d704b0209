"""How a figure is drawn, in words, whatever the values in it: ink, widths, marks, letters, arrangement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Text


def style_of(figure: Figure) -> list[str]:
    """A line for each way of drawing that occurs, sorted; numbers within texts are left out."""
    return sorted({_told(artist) for artist in _parts(figure)})


def _parts(artist: Artist) -> Iterator[Artist]:
    yield artist
    if not isinstance(artist, Axis):  # their ticks follow the values
        for child in artist.get_children():
            if child.get_visible():
                yield from _parts(child)


def _told(artist: Artist) -> str:
    details = [told(artist) for kind, told in DETAILS.items() if isinstance(artist, kind)]
    return f"{type(artist).__name__} z {artist.get_zorder():g} alpha {artist.get_alpha()} {details}"


def _axes(axes: Axes) -> tuple:
    grid = axes.get_gridspec()
    ratios = grid and (grid.nrows, grid.ncols, grid.get_width_ratios(), grid.get_height_ratios())
    lines = [axis.get_tick_params()["gridOn"] for axis in (axes.xaxis, axes.yaxis)]
    spines = [name for name, spine in axes.spines.items() if spine.get_visible()]
    letters = {label.get_fontsize() for label in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    scales = axes.get_xscale(), axes.get_yscale(), axes.get_aspect(), axes.get_autoscale_on()
    return ratios, lines, spines, scales, axes.get_axisbelow(), sorted(letters)


def _text(text: Text) -> tuple:
    words = re.sub(r"[+−-]?\d[\d.,]*", "0", text.get_text())
    where = text.get_ha(), text.get_va(), text.get_rotation()
    return words, _ink(text.get_color()), text.get_fontsize(), text.get_weight(), where


def _line(line: Line2D) -> tuple:
    mark = line.get_marker(), line.get_markersize(), _ink(line.get_markerfacecolor())
    return _ink(line.get_color()), line.get_linestyle(), line.get_linewidth(), mark


def _patch(patch: Patch) -> tuple:
    inks = _ink(patch.get_facecolor()), _ink(patch.get_edgecolor())
    return inks, patch.get_linestyle(), patch.get_linewidth()


def _collection(marks: Collection) -> tuple:
    inks = {_ink(ink) for ink in (*marks.get_facecolor(), *marks.get_edgecolor())}
    return sorted(inks), sorted({float(width) for width in marks.get_linewidth()})


def _ink(colour: object) -> str:
    return to_hex(colour, keep_alpha=True)


DETAILS: dict[type[Artist], Callable] = {
    Figure: lambda figure: float(figure.get_figwidth()),
    Axes: _axes,
    Text: _text,
    Line2D: _line,
    FancyArrowPatch: lambda arrow: (arrow.get_mutation_scale(), type(arrow.get_arrowstyle()).__name__),
    Patch: _patch,
    Collection: _collection,
    Legend: lambda legend: (legend._loc_real, legend._ncols, legend.get_frame_on()),
}
