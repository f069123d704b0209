"""Files of a comparison: its summary, a table with a row for each trial, and a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError, shown
from spikeworm_env.files import csv_text, json_text, write_text

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.comparison import Comparison

FILES = SUMMARY_FILE, TRIALS_FILE, PAGE_FILE = "summary.json", "trials.csv", "report.html"
KEY = ("row", "control", "trial_seed", "brain_seed")  # of a row of `Comparison.trial_rows`


def write_report(comparison: Comparison, folder: str | Path) -> None:
    """Write ``trials.csv``, ``summary.json`` and ``report.html``, each whole.

    Raises:
        InputError: another object than a comparison, or a file cannot be written.
    """
    from spikeworm_env.experiments.comparison.comparison import Comparison

    if not isinstance(comparison, Comparison):
        raise InputError(f"comparison is {shown(comparison)}; expected what sw.compare returns")
    folder = file_path("folder", folder)
    write_tables(comparison, folder)
    write_page(comparison, folder)


def write_page(comparison: Comparison, folder: Path) -> None:
    """Write ``report.html``.

    Raises:
        InputError: it cannot be written.
    """
    from spikeworm_env.reports.html.document import report_html

    write_text(folder / PAGE_FILE, report_html(comparison))


def write_tables(comparison: Comparison, folder: Path) -> None:
    """Write ``trials.csv`` and ``summary.json``.

    Raises:
        InputError: a file cannot be written.
    """
    write_text(folder / TRIALS_FILE, trials_csv(comparison))
    write_text(folder / SUMMARY_FILE, json_text(comparison.to_json()) + "\n")


def trials_csv(comparison: Comparison) -> str:
    """A row for each trial: its metrics, its key in the comparison and its brain seed."""
    return csv_text(_rows(comparison))


def _rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for row in comparison.trial_rows():
        named = {"agent": row["row"], "trial": row["trial"], "seed": row["trial_seed"]}
        figures = {name: value for name, value in row.items() if name not in (*named, *KEY)}
        yield {**named, **figures, "brain_seed": row["brain_seed"]}
