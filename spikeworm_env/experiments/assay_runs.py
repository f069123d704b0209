"""Runs of assays by whole and cut brains: in worker processes, each kept as soon as it is there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import TrialError
from spikeworm_env.experiments.assays import FRAME_SKIP, run_assay
from spikeworm_env.experiments.campaign import Progress
from spikeworm_env.experiments.cuts import Cut
from spikeworm_env.experiments.ledger import Ledger
from spikeworm_env.experiments.provenance import TRIAL_CODE, code_digest, versions
from spikeworm_env.experiments.roster import Entrant, brain_files
from spikeworm_env.experiments.workers import GIVEN_UP, Workers

LEDGER = "runs.jsonl"
ASSAY_CODE = (*TRIAL_CODE, "experiments/assays")
INTACT = "intact"  # what the ledger calls the brain without a cut

Values = Mapping[str, float]
"""Measure → number; NaN for what could not be measured."""


@dataclass(frozen=True)
class Run:
    """One brain, cut or whole, in one assay on one trial seed.

    Attributes:
        entrant: the brain.
        cut: None for the whole brain.
        assay: name of the assay.
        settings: (name, value) of all its settings.
        seed: the trial seed.
    """

    entrant: Entrant
    cut: Cut | None
    assay: str
    settings: tuple[tuple[str, float], ...]
    seed: int

    def describe(self) -> dict[str, Any]:
        """What the ledger says of it, besides its values."""
        return {
            "cut": INTACT if self.cut is None else self.cut.name,
            "assay": self.assay,
            "settings": dict(self.settings),
            "brain_seed": self.entrant.brain_seed,
            "seed": self.seed,
        }


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
        results = workers.run_as_they_end(_carry_out, missing, _given_up, files)
        for number, found in stack.enter_context(closing(results)):  # ends the workers at once
            run = missing[number]
            values[run] = found
            if ledger is not None:
                ledger.append({**run.describe(), "values": _written(found)})
            if progress is not None:
                progress(len(values), len(runs))
    return values


@lru_cache(maxsize=2)  # runs come brain by brain, so a process cuts each once
def _brain(entrant: Entrant, cut: Cut | None) -> CompiledBrain:
    """The compiled brain of a participant, cut if asked for.

    Raises:
        TrialError: its file is no longer the one that was entered.
    """
    compiled: CompiledBrain = entrant.make(FRAME_SKIP).compiled  # type: ignore[attr-defined]
    return compiled if cut is None else cut.apply(compiled)


def _carry_out(run: Run) -> Values:
    """Do one run in whatever process this is."""
    try:
        return run_assay(run.assay, _brain(run.entrant, run.cut), run.seed, **dict(run.settings))
    except Exception as error:  # a plain message travels between processes, whatever the error held
        raise _failure(run, f"{type(error).__name__}: {error}") from error


def _given_up(run: Run) -> Values:
    raise _failure(run, GIVEN_UP)


def _failure(run: Run, what: str) -> TrialError:
    return TrialError(f"{run.describe()['cut']}, {run.assay}, trial seed {run.seed}: {what}")


def _identity(runs: Sequence[Run]) -> dict[str, Any]:
    """The first line of a ledger: what all of its runs have in common."""
    entrants = {str(run.entrant.brain_seed): run.entrant for run in runs}
    return {
        "experiment": "ablation",
        "brain": runs[0].entrant.name,
        "digests": {seed: entrant.digest for seed, entrant in entrants.items()},
        "frame_skip": FRAME_SKIP,
        "code": code_digest(ASSAY_CODE),
        "versions": versions(),
    }


def _key(record: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if name != "values"}, sort_keys=True)


def _written(values: Values) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def _read(values: Mapping[str, float | None]) -> Values:
    return {name: math.nan if value is None else value for name, value in values.items()}
