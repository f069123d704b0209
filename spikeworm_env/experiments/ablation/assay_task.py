"""One assay as a task. What this file imports is the code of a stored assay."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.participants import AgentSpec
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import plainly, shown
from spikeworm_env.experiments.ablation.assays import ASSAYS, FRAME_SKIP, run_assay
from spikeworm_env.lesions import Lesion
from spikeworm_env.store.results import Record

INTACT = "intact"  # the name of the brain without a lesion

Values = Mapping[str, float]
"""Measure → number; NaN for what could not be measured."""


@dataclass(frozen=True)
class AssayTask:
    """One brain, intact or with a lesion, in one assay on one trial seed; see `batch.task.Task`.

    Attributes:
        participant: the brain.
        lesion: None for the intact brain.
        assay: name of the assay.
        settings: (name, value) of all its settings.
        seed: the trial seed.
    """

    participant: AgentSpec
    lesion: Lesion | None
    assay: str
    settings: tuple[tuple[str, float], ...]
    seed: int

    @property
    def key(self) -> dict[str, Any]:
        return {
            "lesion": self._lesion_name,
            "assay": self.assay,
            "settings": dict(self.settings),
            "brain_seed": self.participant.brain_seed,
            "seed": self.seed,
        }

    @property
    def label(self) -> str:
        return f"{self._lesion_name}, {self.assay}, trial seed {self.seed}"

    @property
    def _lesion_name(self) -> str:
        return INTACT if self.lesion is None else self.lesion.name

    def run(self) -> Values:
        brain, protocol = _brain(self.participant, self.lesion), self.participant.protocol
        make_agent = partial(SpikingAgent, brain, frame_skip=FRAME_SKIP, protocol=protocol)
        return run_assay(self.assay, make_agent, self.seed, **dict(self.settings))

    def to_record(self, outcome: Values) -> Record:
        return Record({name: None if math.isnan(value) else value for name, value in outcome.items()}, {})

    def of_record(self, record: Record) -> Values:
        measures = {measure.name for measure in ASSAYS.find(self.assay).measures}
        if record.figures.keys() != measures:
            raise ValueError(
                f"measures that differ: {plainly(', '.join(sorted(measures ^ record.figures.keys())))}"
            )
        for name, value in record.figures.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise ValueError(f"{name} is {shown(value)}; expected a number")
        return {name: math.nan if value is None else float(value) for name, value in record.figures.items()}


@lru_cache(maxsize=2)  # tasks come brain by brain, so a process applies each lesion once
def _brain(participant: AgentSpec, lesion: Lesion | None) -> CompiledBrain:
    """The compiled brain of a participant, with the lesion if there is one.

    Raises:
        TrialError: its file was changed since the start of the batch run.
    """
    compiled = participant.compiled()
    return compiled if lesion is None else lesion.apply(compiled)
