"""Tables of results: as pandas frames, which are optional, and as HTML for notebooks."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

MISSING = "–"
MOST_ROWS = 40  # of a table in a notebook
MOST_LETTERS = 120  # of a text in it


def figure(value: float | None, digits: int = 2, unit: str = "") -> str:
    """A number for a table; a dash for None."""
    return MISSING if value is None else f"{value:z.{digits}f}{unit}"


def frame(columns: Mapping[str, Any]) -> DataFrame:
    """A pandas frame with these columns, in their order.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise InputError('frames need pandas: pip install "spikeworm[pandas]"') from error
    return pd.DataFrame(dict(columns))


def frame_of(rows: Iterable[Mapping[str, Any]]) -> DataFrame:
    """A pandas frame of rows, which have the same columns.

    Raises:
        InputError: pandas is not installed.
    """
    listed = list(rows)
    return frame({name: [row[name] for row in listed] for name in (listed[0] if listed else ())})


def html_table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[object]], notes: Sequence[str] = ()
) -> str:
    """An HTML table without colours of its own, so that it is legible in light and dark notebooks.

    Args:
        caption: above it.
        header: a text for each column; no table without rows.
        rows: a value for each column; those after `MOST_ROWS` are counted, not shown.
        notes: a line below the table for each.
    """
    head = "".join(f"<th>{html.escape(each)}</th>" for each in header)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(each)}</td>' for each in row)}</tr>" for row in rows[:MOST_ROWS]
    )
    left = len(rows) - MOST_ROWS
    lines = [*([f"and {left} more rows"] if left > 0 else []), *notes]
    below = "".join(f"<div><small>{_short(each, 4 * MOST_LETTERS)}</small></div>" for each in lines)
    if not rows:
        return f"<div>{_short(caption)}</div>{below}"
    return (
        f"<table><caption>{_short(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{below}"
    )


def _cell(value: object) -> str:
    if value is None:
        return MISSING
    return _short(f"{value:.3g}" if isinstance(value, float) else str(value))


def _short(text: str, most: int = MOST_LETTERS) -> str:
    return html.escape(text if len(text) <= most else f"{text[: most - 1]}…")
