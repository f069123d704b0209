"""What parts of a brain are for: the whole brain against one with a part cut, on the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.batch.participants import brain_of, enter
from spikeworm_env.batch.runner import Progress
from spikeworm_env.batch.workers import Workers
from spikeworm_env.experiments.ablation.assay_runs import carry_out
from spikeworm_env.experiments.ablation.assay_task import Run, Values, do_run
from spikeworm_env.experiments.ablation.assays import FRAME_SKIP, Assay, Measure, find_assays
from spikeworm_env.lesions import Lesion, find_lesions
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest, by_trial_seed
from spikeworm_env.trials.defaults import DEFAULT_BACKEND, FIRST_REPORTED_SEED
from spikeworm_env.trials.provenance import code_digest, versions
from spikeworm_env.trials.task import trial_seeds

Settings = Mapping[str, Mapping[str, float]]
"""Assay → its settings by name."""


@dataclass(frozen=True)
class Effect:
    """What one cut did to one measure.

    Attributes:
        cut: name of the cut.
        assay: name of the assay.
        measure: the measure.
        n: trial seeds on which it could be measured with and without the cut.
        intact, lesion_mean: means over these; None if there are none.
        p: two-sided paired permutation p, not corrected for the number of rows; None below two seeds.
        dz: Cohen's dz of the differences; None below two seeds or where all are the same.
    """

    cut: str
    assay: str
    measure: Measure
    n: int
    intact: float | None
    lesion_mean: float | None
    p: float | None
    dz: float | None

    @property
    def difference(self) -> float | None:
        """Cut less intact."""
        return None if self.intact is None or self.lesion_mean is None else self.lesion_mean - self.intact

    def to_json(self) -> dict[str, Any]:
        """The row as JSON types."""
        return {
            "cut": self.cut,
            "assay": self.assay,
            "measure": self.measure.name,
            "unit": self.measure.unit,
            "wanted": self.measure.wanted,
            "n": self.n,
            "intact": self.intact,
            "lesion_mean": self.lesion_mean,
            "difference": self.difference,
            "p": self.p,
            "dz": self.dz,
        }


@dataclass(frozen=True)
class Ablation:
    """What `ablate` found.

    Attributes:
        brain: its name.
        brain_seeds: what it was compiled with.
        trial_seeds: what every assay was run on.
        synapses: name of each cut → synapses that it took out of the first of the brains.
        assays: assay → all its settings.
        effects: a row for each cut, assay and measure.
    """

    brain: str
    brain_seeds: tuple[int | None, ...]
    trial_seeds: tuple[int, ...]
    synapses: Mapping[str, int]
    assays: Settings
    effects: tuple[Effect, ...]

    def effect(self, cut: str, assay: str, measure: str) -> Effect:
        """The row of that cut, assay and measure."""
        wanted = (cut, assay, measure)
        return next(row for row in self.effects if (row.cut, row.assay, row.measure.name) == wanted)

    def to_json(self) -> dict[str, Any]:
        """The ablation as JSON types."""
        return {
            "brain": self.brain,
            "brain_seeds": list(self.brain_seeds),
            "trials": len(self.trial_seeds),
            "first_seed": self.trial_seeds[0],
            "frame_skip": FRAME_SKIP,
            "assays": {name: dict(settings) for name, settings in self.assays.items()},
            "synapses_cut": dict(self.synapses),
            "effects": [effect.to_json() for effect in self.effects],
            "versions": versions(),
            "code": code_digest(do_run),
        }


def ablate(  # noqa: PLR0913 - the setting of an experiment, one word each, as on the command line
    brain: str,
    lesions: str | Sequence[str] = "projections",
    assays: str | Sequence[str] = "all",
    trials: int = 10,
    first_seed: int = FIRST_REPORTED_SEED,
    *,
    brain_seeds: Sequence[int] = (42,),
    settings: Settings | None = None,
    jobs: int | None = None,
    backend: str = DEFAULT_BACKEND,
    address: str | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Ablation:
    """Cut a brain in several ways, one at a time, and see what becomes of its behaviour.

    Args:
        brain: a recipe or a brain file.
        cuts: what `find_lesions` takes.
        assays: ``"all"``, a name or several.
        trials: trial seeds, from ``first_seed`` up.
        first_seed: 10,000 and up for what is reported; 0 to 999 for tuning.
        brain_seeds: a recipe is compiled once with each; brains are averaged within each trial seed.
        settings: of assays, over their defaults.
        jobs, backend, address: who does the work, see `Workers`. The results do not depend on it.
        folder: where every result is kept as soon as it is there. What is there already, from the same
            brain, is not run again.
        progress: called with runs done and runs in all.

    Raises:
        InputError: an unknown name, a number out of range, or the folder of another experiment; before any
            run.
        TrialError: a run failed.
    """
    seeds = trial_seeds(trials, first_seed)
    workers = Workers(jobs, backend, address)
    chosen, settings = find_assays(assays), settings or {}
    known = find_assays([*settings, *(assay for assay in chosen if assay.name not in settings)])
    complete = {assay.name: assay.with_settings(settings.get(assay.name, {})) for assay in known}
    whole = brain_of(brain, next(iter(brain_seeds), 0))
    found = find_lesions(whole, lesions)  # before anything is written
    workers.check()
    ((name, participants),) = enter([brain], brain_seeds).items()
    runs = {
        (cut, assay.name): [
            Run(participant, cut, assay.name, tuple(complete[assay.name].items()), seed)
            for participant in participants
            for seed in seeds
        ]
        for cut in (None, *found)
        for assay in chosen
    }
    values = carry_out([run for some in runs.values() for run in some], workers, folder, progress)
    tables = {key: _Table([values[run] for run in some], len(participants)) for key, some in runs.items()}
    return Ablation(
        brain=name,
        brain_seeds=tuple(participant.brain_seed for participant in participants),
        trial_seeds=seeds,
        synapses={cut.name: cut.synapses(whole) for cut in found},
        assays={assay.name: complete[assay.name] for assay in chosen},
        effects=tuple(
            _effect(cut, assay, measure, tables[None, assay.name], tables[cut, assay.name])
            for cut in found
            for assay in chosen
            for measure in assay.measures
        ),
    )


class _Table:
    """The values of one brain, whole or cut, in one assay, as columns."""

    def __init__(self, values: Sequence[Values], brains: int) -> None:
        self._values, self._brains = values, brains

    def per_seed(self, measure: str) -> NDArray[np.float64]:
        """(trial seeds,) averaged over brains; NaN where one of them could not be measured."""
        column = [values[measure] for values in self._values]
        return by_trial_seed(np.reshape(column, (self._brains, -1)))


def _effect(cut: Lesion, assay: Assay, measure: Measure, whole: _Table, without: _Table) -> Effect:
    intact, left = whole.per_seed(measure.name), without.per_seed(measure.name)
    both = np.isfinite(intact) & np.isfinite(left)
    intact, left = intact[both], left[both]
    test = None
    if len(intact) > 1:
        test = PairedTest.of(left, intact, np.random.default_rng(STATISTICS_SEED))
    return Effect(
        cut=cut.name,
        assay=assay.name,
        measure=measure,
        n=len(intact),
        intact=float(intact.mean()) if len(intact) else None,
        lesion_mean=float(left.mean()) if len(left) else None,
        p=None if test is None else test.p,
        dz=None if test is None else test.dz,
    )
