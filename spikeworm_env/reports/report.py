"""Files of a comparison: its summary, a table with a row for each trial, and a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError, shown
from spikeworm_env.files import csv_text, json_text, write_text
from spikeworm_env.trials.metrics import figures_of

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.compare import Comparison

FILES = SUMMARY_FILE, TRIALS_FILE, PAGE_FILE = "summary.json", "trials.csv", "report.html"
NOT_REPEATED = "ticks_per_second"  # wall-clock time differs from run to run


def write_report(comparison: Comparison, folder: str | Path) -> None:
    """Write ``trials.csv``, ``summary.json`` and ``report.html``, each whole.

    Raises:
        InputError: another object than a comparison, or a file cannot be written.
    """
    from spikeworm_env.experiments.comparison.compare import Comparison

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
    for key, results in comparison.results.items():
        for brain_seed, result in zip(comparison.compiled_with[key], results, strict=True):
            figures = {name: value for name, value in figures_of(result).items() if name != NOT_REPEATED}
            conditions = "; ".join(figures["conditions"])
            yield {**figures, "conditions": conditions, "agent": key, "brain_seed": brain_seed}
