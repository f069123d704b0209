"""Tables of a study: every training episode, every evaluation, every group of weights, and a summary."""

from __future__ import annotations

from pathlib import Path

from spikeworm_env.experiments.learning.study import Study
from spikeworm_env.experiments.learning.study_rows import episode_rows, evaluation_rows, weight_rows
from spikeworm_env.files import csv_text, json_text, write_text

FILES = EPISODES_FILE, TESTS_FILE, WEIGHTS_FILE, SUMMARY_FILE = (
    "episodes.csv",
    "tests.csv",
    "weights.csv",
    "summary.json",
)


def write_tables(study: Study, folder: Path) -> list[Path]:
    """Write the four files, each whole; their paths.

    Raises:
        InputError: a file cannot be written.
    """
    texts = {
        EPISODES_FILE: csv_text(episode_rows(study.plan, study.runs)),
        TESTS_FILE: csv_text(evaluation_rows(study.plan, study.runs)),
        WEIGHTS_FILE: csv_text(weight_rows(study.plan, study.runs)),
        SUMMARY_FILE: json_text(study.to_json()) + "\n",
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]
