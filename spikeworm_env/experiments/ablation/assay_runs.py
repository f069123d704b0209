"""Runs of assays by whole and cut brains: in worker processes, each kept as soon as it is there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from spikeworm_env.batch.journal import Journal
from spikeworm_env.batch.participants import brain_files
from spikeworm_env.batch.runner import Progress
from spikeworm_env.batch.workers import WORKER_LOST, Workers
from spikeworm_env.experiments.ablation.assay_task import Run, Values, do_run, failure
from spikeworm_env.experiments.ablation.assays import FRAME_SKIP
from spikeworm_env.trials.provenance import code_digest, versions

JOURNAL = "runs.jsonl"


def carry_out(
    runs: Sequence[Run],
    workers: Workers,
    folder: Path | None,
    progress: Progress | None,
) -> dict[Run, Values]:
    """The values of every run; those that the folder's journal has are not run again.

    Args:
        runs: of brains of one name, each another run.
        workers: who does them.
        folder: where the journal is kept; None for no journal.
        progress: see `Progress`.

    Raises:
        InputError: the journal is that of another brain or cannot be kept, or a cluster cannot be reached.
        TrialError: a run failed, or the cluster did.
    """
    with ExitStack() as stack:
        journal = None
        if folder is not None:
            journal = stack.enter_context(Journal(folder / JOURNAL, _identity(runs)))
        known = {_key(record): record["values"] for record in (journal.records if journal else ())}
        values = {run: _read(known[key]) for run in runs if (key := _key(run.describe())) in known}
        missing = [run for run in runs if run not in values]
        if progress is not None:
            progress(len(values), len(runs))
        files = brain_files(run.participant for run in missing)
        results = workers.run_as_they_end(do_run, missing, _on_worker_lost, files)
        for number, found in stack.enter_context(closing(results)):  # ends the workers at once
            run = missing[number]
            values[run] = found
            if journal is not None:
                journal.append({**run.describe(), "values": _written(found)})
            if progress is not None:
                progress(len(values), len(runs))
    return values


def _on_worker_lost(run: Run) -> Values:
    raise failure(run, WORKER_LOST)


def _identity(runs: Sequence[Run]) -> dict[str, Any]:
    """The first line of a journal: what all of its runs have in common."""
    participants = {str(run.participant.brain_seed): run.participant for run in runs}
    return {
        "experiment": "ablation",
        "brain": runs[0].participant.name,
        "digests": {seed: participant.digest for seed, participant in participants.items()},
        "frame_skip": FRAME_SKIP,
        "code": code_digest(do_run),
        "versions": versions(),
    }


def _key(record: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if name != "values"}, sort_keys=True)


def _written(values: Values) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def _read(values: Mapping[str, float | None]) -> Values:
    return {name: math.nan if value is None else value for name, value in values.items()}
