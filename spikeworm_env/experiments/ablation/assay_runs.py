"""Runs of assays by whole and cut brains: in worker processes, each kept as soon as it is there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from spikeworm_env.batch.journal import Ledger
from spikeworm_env.batch.participants import brain_files
from spikeworm_env.batch.runner import Progress
from spikeworm_env.batch.workers import GIVEN_UP, Workers
from spikeworm_env.experiments.ablation.assay_task import Run, Values, do_run, failure
from spikeworm_env.experiments.ablation.assays import FRAME_SKIP
from spikeworm_env.trials.provenance import code_digest, versions

LEDGER = "runs.jsonl"


def carry_out(
    runs: Sequence[Run],
    workers: Workers,
    folder: Path | None,
    progress: Progress | None,
) -> dict[Run, Values]:
    """The values of every run; those that the folder's ledger has are not run again.

    Args:
        runs: of brains of one name, each another run.
        workers: who does them.
        folder: where the ledger is kept; None for no ledger.
        progress: see `Progress`.

    Raises:
        InputError: the ledger is that of another brain or cannot be kept, or a cluster cannot be reached.
        TrialError: a run failed, or the cluster did.
    """
    with ExitStack() as stack:
        ledger = None
        if folder is not None:
            ledger = stack.enter_context(Ledger(folder / LEDGER, _identity(runs)))
        known = {_key(record): record["values"] for record in (ledger.records if ledger else ())}
        values = {run: _read(known[key]) for run in runs if (key := _key(run.describe())) in known}
        missing = [run for run in runs if run not in values]
        if progress is not None:
            progress(len(values), len(runs))
        files = brain_files(run.entrant for run in missing)
        results = workers.run_as_they_end(do_run, missing, _given_up, files)
        for number, found in stack.enter_context(closing(results)):  # ends the workers at once
            run = missing[number]
            values[run] = found
            if ledger is not None:
                ledger.append({**run.describe(), "values": _written(found)})
            if progress is not None:
                progress(len(values), len(runs))
    return values


def _given_up(run: Run) -> Values:
    raise failure(run, GIVEN_UP)


def _identity(runs: Sequence[Run]) -> dict[str, Any]:
    """The first line of a ledger: what all of its runs have in common."""
    entrants = {str(run.entrant.brain_seed): run.entrant for run in runs}
    return {
        "experiment": "ablation",
        "brain": runs[0].entrant.name,
        "digests": {seed: entrant.digest for seed, entrant in entrants.items()},
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
