"""What a comparison leaves in a folder: its summary, a line for each trial and a page to look at."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from spikeworm_env.store import write_text

if TYPE_CHECKING:
    from spikeworm_env.experiments.comparison.compare import Comparison

SUMMARY_FILE, TRIALS_FILE, PAGE_FILE = "summary.json", "trials.csv", "report.html"
NOT_REPEATED = "ticks_per_second"  # wall-clock time differs from run to run


def write_report(comparison: Comparison, folder: Path) -> None:
    """Write ``summary.json``, ``trials.csv`` and ``report.html``, each at one stroke.

    Raises:
        InputError: a file cannot be written.
    """
    from spikeworm_env.reports.html.document import report_html

    write_text(folder / TRIALS_FILE, trials_csv(comparison))
    write_text(folder / PAGE_FILE, report_html(comparison))
    write_text(folder / SUMMARY_FILE, json.dumps(comparison.to_json(), indent=2, allow_nan=False) + "\n")


def trials_csv(comparison: Comparison) -> str:
    """A line for each trial: its key in the comparison, the seed its brain was compiled with, its figures."""
    text = io.StringIO()
    writer: csv.DictWriter | None = None
    for key, results in comparison.results.items():
        for brain_seed, result in zip(comparison.compiled_with[key], results, strict=True):
            figures = {name: value for name, value in result.to_json().items() if name != NOT_REPEATED}
            row = {**figures, "agent": key, "brain_seed": brain_seed}
            if writer is None:
                writer = csv.DictWriter(text, list(row), lineterminator="\n")
                writer.writeheader()
            writer.writerow(row)
    return text.getvalue()
