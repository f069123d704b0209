"""Ablation: an intact brain against the same brain with a lesion, in assays on the same trial seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.sources import Source
from spikeworm_env.batch.participants import AgentSpec, check_brain_seeds, find_brain, resolve
from spikeworm_env.batch.runner import open_results, run_batch
from spikeworm_env.batch.sources import brain_source_file
from spikeworm_env.batch.workers import DEFAULT_BACKEND, Workers
from spikeworm_env.checks import file_path, known_name
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.conveniences import convenience
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.ablation.assay_task import AssayTask, Values
from spikeworm_env.experiments.ablation.assays import ASSAYS, FRAME_SKIP, Assay, Measure, find_assays
from spikeworm_env.frames import frame_of
from spikeworm_env.interventions._protocol import Protocol, ProtocolLike, load_protocol, texts, to_dict
from spikeworm_env.lesions import Lesion, find_lesions
from spikeworm_env.progress import Progress
from spikeworm_env.seeds import FIRST_REPORTED_SEED
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest, by_trial_seed
from spikeworm_env.trials.provenance import Provenance, code_digest, code_settings, versions
from spikeworm_env.trials.task import trial_seeds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Settings = Mapping[str, Mapping[str, float]]
"""Assay → its settings by name."""


@dataclass(frozen=True)
class Effect:
    """The effect of one lesion on one measure of an assay.

    Attributes:
        lesion: name of the lesion.
        assay: name of the assay.
        measure: the measure.
        n: trial seeds on which it could be measured with and without the lesion.
        intact, lesion_mean: means over these without and with the lesion; None if there are none.
        p: two-sided paired permutation p, not corrected for the number of rows; None below two seeds.
        dz: Cohen's dz of the differences; None below two seeds or where all are the same.
    """

    lesion: str
    assay: str
    measure: Measure
    n: int
    intact: float | None
    lesion_mean: float | None
    p: float | None
    dz: float | None

    @property
    def difference(self) -> float | None:
        """Mean with the lesion less that without; None if either is missing."""
        return None if self.intact is None or self.lesion_mean is None else self.lesion_mean - self.intact

    def to_json(self) -> dict[str, Any]:
        """The row as JSON types."""
        return {
            "lesion": self.lesion,
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


@dataclass(frozen=True, repr=False)
class Ablation:
    """What `ablate` found.

    Attributes:
        brain: its name.
        brain_seeds: what it was compiled with.
        trial_seeds: what every assay was run on.
        synapses: name of each lesion → synapses that it removed from the first of the brains.
        assays: assay → all its settings.
        provenance: what was done to the brain before the lesions, and whether it learns during an assay.
        effects: a row for each lesion, assay and measure.
        protocol: what was done to the brain in each assay, intact or with a lesion.
    """

    brain: str
    brain_seeds: tuple[int | None, ...]
    trial_seeds: tuple[int, ...]
    synapses: Mapping[str, int]
    assays: Settings
    provenance: Provenance
    effects: tuple[Effect, ...]
    protocol: Protocol = ()

    def effect(self, lesion: str, assay: str, measure: str) -> Effect:
        """The row of that lesion, assay and measure."""
        wanted = (lesion, assay, measure)
        return next(row for row in self.effects if (row.lesion, row.assay, row.measure.name) == wanted)

    def __repr__(self) -> str:
        return (
            f"<Ablation of {self.brain}: {len(self.synapses)} lesions, assays {', '.join(self.assays)}, "
            f"{len(self.trial_seeds)} trial seeds>"
        )

    def _repr_html_(self) -> str:
        return convenience("ablation_html")(self)

    def to_frame(self) -> DataFrame:
        """The effects as a pandas frame, a row for each lesion and measure.

        Columns: ``lesion``, ``assay``, ``measure``, ``unit``, ``wanted``, ``n`` (trial seeds), ``intact`` and
        ``lesion_mean`` (means, in the measure's unit), ``difference``, ``p``, ``dz``; see `Effect`.

        Raises:
            InputError: pandas is not installed.
        """
        return frame_of(effect.to_json() for effect in self.effects)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Effects of every lesion (row) on every measure (column), as Cohen's dz; a star: p < 0.05.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed.
        """
        return convenience("plot_ablation")(self, ax)

    def to_json(self) -> dict[str, Any]:
        """The ablation as JSON types: what ``spikeworm ablate --json`` prints, without files and command."""
        return {
            "brain": self.brain,
            "brain_seeds": list(self.brain_seeds),
            "trials": len(self.trial_seeds),
            "first_seed": self.trial_seeds[0],
            "frame_skip": FRAME_SKIP,
            "assays": {name: dict(settings) for name, settings in self.assays.items()},
            **self.provenance.to_json(),
            **to_dict(self.protocol),
            "synapses_lesioned": dict(self.synapses),
            "effects": [effect.to_json() for effect in self.effects],
            "versions": versions(),
            "code": code_digest(AssayTask),
        }


def ablate(  # noqa: PLR0913 - the setting of an experiment, one word each, as on the command line
    brain: Source,
    lesions: str | Sequence[str] = "projections",
    assays: str | Sequence[str] = "all",
    trials: int = 10,
    first_seed: int = FIRST_REPORTED_SEED,
    *,
    brain_seeds: Sequence[int] = (42,),
    settings: Settings | None = None,
    protocol: ProtocolLike = (),
    jobs: int | None = None,
    backend: str = DEFAULT_BACKEND,
    address: str | None = None,
    folder: str | Path | None = None,
    progress: Progress = None,
) -> Ablation:
    """Compare a brain with each of several lesions, one at a time, to the intact brain.

    Args:
        brain: a recipe, a brain or an agent with one, as a file or in memory; of an agent its brain counts.
        lesions: what `find_lesions` takes.
        assays: ``"all"``, a name or several.
        trials: trial seeds, from ``first_seed`` up.
        first_seed: 10,000 and up for what is reported; 0 to 999 for tuning.
        brain_seeds: a recipe is compiled once with each; brains are averaged within each trial seed.
        settings: of assays, over their defaults.
        protocol: what is done to the brain in each assay, intact or with a lesion, as `run_trial` takes it;
            its times are seconds since the reset that begins the assay.
        jobs, backend, address: worker processes, see `Workers`. The results do not depend on them.
        folder: for ``results.db``, where each result is stored as soon as it is known. Results of the same
            brain that are in it already are read and not run.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, which is called with runs done and in all.

    Raises:
        InputError: an unknown name, a number out of range, or the folder of another experiment; before
            anything is run.
        TrialError: an assay failed.
    """
    brain = brain_source_file(brain)
    brain_seeds, seeds = check_brain_seeds(brain_seeds), trial_seeds(trials, first_seed)
    workers, folder = Workers(jobs, backend, address), None if folder is None else file_path("folder", folder)
    chosen, settings = find_assays(assays), {} if settings is None else settings
    protocol = load_protocol(protocol)
    if not isinstance(settings, Mapping):
        raise InputError(f"settings is {shown(settings)}; expected a dict of assays and their settings")
    for name in settings:
        known_name("assay in settings", name, ASSAYS)
    known = find_assays([*settings, *(assay for assay in chosen if assay.name not in settings)])
    complete = {assay.name: assay.with_settings(settings.get(assay.name, {})) for assay in known}
    whole = find_brain(brain, brain_seeds[0])
    found = find_lesions(whole, lesions)  # before anything is written
    workers.check()
    ((name, resolved),) = resolve([brain], brain_seeds).items()
    participants = [each.with_protocol(protocol) for each in resolved]
    if protocol:
        participants[0].make(FRAME_SKIP)  # refuses what does not fit the brain
    tasks = {
        (lesion, assay.name): [
            AssayTask(participant, lesion, assay.name, tuple(complete[assay.name].items()), seed)
            for participant in participants
            for seed in seeds
        ]
        for lesion in (None, *found)
        for assay in chosen
    }
    every = [task for some in tasks.values() for task in some]
    with open_results(folder, _settings(name, participants, protocol)) as file:
        outcomes = run_batch(every, workers, file, progress, stop_on_failure=True, things="runs")
    values = dict(zip(every, outcomes, strict=True))
    columns = {
        key: _Columns([values[task] for task in some], len(participants)) for key, some in tasks.items()
    }
    return Ablation(
        brain=name,
        brain_seeds=tuple(participant.brain_seed for participant in participants),
        trial_seeds=seeds,
        synapses={lesion.name: lesion.synapses(whole) for lesion in found},
        assays={assay.name: complete[assay.name] for assay in chosen},
        provenance=Provenance(brain_conditions(whole), learning=whole.learns, protocol=texts(protocol)),
        effects=tuple(
            _effect(lesion, assay, measure, columns[None, assay.name], columns[lesion, assay.name])
            for lesion in found
            for assay in chosen
            for measure in assay.measures
        ),
        protocol=protocol,
    )


def _settings(name: str, participants: Sequence[AgentSpec], protocol: Protocol) -> dict[str, Any]:
    """What all results of a folder depend on, besides their keys."""
    return {
        "experiment": "ablation",
        "brain": name,
        "brain_files": {str(each.brain_seed): each.digest for each in participants},
        "frame_skip": FRAME_SKIP,
        **(to_dict(protocol) if protocol else {}),
        **code_settings(AssayTask),
    }


class _Columns:
    """The values of one brain, intact or with a lesion, in one assay, by measure."""

    def __init__(self, values: Sequence[Values], brains: int) -> None:
        self._values, self._brains = values, brains

    def per_seed(self, measure: str) -> NDArray[np.float64]:
        """(trial seeds,) averaged over brains; NaN where one of them could not be measured."""
        column = [values[measure] for values in self._values]
        return by_trial_seed(np.reshape(column, (self._brains, -1)))


def _effect(
    lesion: Lesion, assay: Assay, measure: Measure, without: _Columns, with_lesion: _Columns
) -> Effect:
    intact, lesioned = without.per_seed(measure.name), with_lesion.per_seed(measure.name)
    both = np.isfinite(intact) & np.isfinite(lesioned)
    intact, lesioned = intact[both], lesioned[both]
    test = None
    if len(intact) > 1:
        test = PairedTest.of(lesioned, intact, np.random.default_rng(STATISTICS_SEED))
    return Effect(
        lesion=lesion.name,
        assay=assay.name,
        measure=measure,
        n=len(intact),
        intact=float(intact.mean()) if len(intact) else None,
        lesion_mean=float(lesioned.mean()) if len(lesioned) else None,
        p=None if test is None else test.p,
        dz=None if test is None else test.dz,
    )
