"""One run of an assay, as a worker is given it. What this file imports is the code of a stored run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import TrialError
from spikeworm_env.experiments.ablation.assays import FRAME_SKIP, run_assay
from spikeworm_env.lesions import Lesion

INTACT = "intact"  # what the journal calls the brain without a cut

Values = Mapping[str, float]
"""Measure → number; NaN for what could not be measured."""


@dataclass(frozen=True)
class Run:
    """One brain, cut or whole, in one assay on one trial seed.

    Attributes:
        participant: the brain.
        cut: None for the whole brain.
        assay: name of the assay.
        settings: (name, value) of all its settings.
        seed: the trial seed.
    """

    participant: AgentSpec
    cut: Lesion | None
    assay: str
    settings: tuple[tuple[str, float], ...]
    seed: int

    def describe(self) -> dict[str, Any]:
        """What the journal says of it, besides its values."""
        return {
            "cut": INTACT if self.cut is None else self.cut.name,
            "assay": self.assay,
            "settings": dict(self.settings),
            "brain_seed": self.participant.brain_seed,
            "seed": self.seed,
        }


@lru_cache(maxsize=2)  # runs come brain by brain, so a process cuts each once
def _brain(participant: AgentSpec, cut: Lesion | None) -> CompiledBrain:
    """The compiled brain of a participant, cut if asked for.

    Raises:
        TrialError: its file is no longer the one that was entered.
    """
    compiled: CompiledBrain = participant.make(FRAME_SKIP).compiled  # type: ignore[attr-defined]
    return compiled if cut is None else cut.apply(compiled)


def do_run(run: Run) -> Values:
    """Do one run in whatever process this is."""
    try:
        return run_assay(run.assay, _brain(run.participant, run.cut), run.seed, **dict(run.settings))
    except Exception as error:  # a plain message travels between processes, whatever the error held
        raise failure(run, f"{type(error).__name__}: {error}") from error


def failure(run: Run, what: str) -> TrialError:
    """That a run failed, and why."""
    return TrialError(f"{run.describe()['cut']}, {run.assay}, trial seed {run.seed}: {what}")
