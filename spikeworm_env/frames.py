"""Tables of results: as pandas frames, which are optional, and as HTML for notebooks."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

MISSING = "–"


def frame(columns: Mapping[str, Any]) -> DataFrame:
    """A pandas frame with these columns, in their order.

    Raises:
        InputError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise InputError("frames need pandas: pip install spikeworm[pandas]") from error
    return pd.DataFrame(dict(columns))


def html_table(caption: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """An HTML table without colours of its own, so that it is legible in light and dark notebooks."""
    head = "".join(f"<th>{html.escape(each)}</th>" for each in header)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(each)}</td>' for each in row)}</tr>" for row in rows)
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    if value is None:
        return MISSING
    return html.escape(f"{value:.3g}" if isinstance(value, float) else str(value))
