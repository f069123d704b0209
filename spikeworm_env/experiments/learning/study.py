"""A study: many brains in the same training, under the treatment and under its controls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.sources import Source
from spikeworm_env.batch.participants import (
    AgentSpec,
    check_brain_seeds,
    check_muscles,
    find_brain,
    parse_controls,
    resolve,
)
from spikeworm_env.batch.runner import open_results, run_batch
from spikeworm_env.batch.sources import brain_source_file
from spikeworm_env.batch.workers import Workers
from spikeworm_env.checks import file_path, known_name
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.conveniences import convenience
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.learning.conditions import CONDITIONS, TREATMENT, conditions_of
from spikeworm_env.experiments.learning.outcome import Outcome, brain_means, last_eval_point, outcomes
from spikeworm_env.experiments.learning.plan import Plan, plan_settings
from spikeworm_env.experiments.learning.run_record import RunRecord
from spikeworm_env.experiments.learning.study_rows import episode_rows, evaluation_rows, weight_rows
from spikeworm_env.experiments.learning.study_run import StudyRun
from spikeworm_env.frames import frame_of
from spikeworm_env.lesions.scale_weights import scale_weights
from spikeworm_env.progress import Progress
from spikeworm_env.statistics import RESAMPLES
from spikeworm_env.trials.provenance import code_digest, code_settings, versions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

DEFAULT_BRAIN_SEEDS = tuple(range(100, 120))


@dataclass(frozen=True, repr=False)
class Study:
    """What `study` found.

    Attributes:
        brain: name of the recipe or brain.
        recipe_hash: of what it was compiled from.
        plan: the training of every brain.
        brain_seeds: what the recipe was compiled with.
        outcomes: one for each condition, the treatment first.
        runs: of every condition and brain.
        command: how to repeat it; empty if unknown.
        edits: what was done to the brains before their training, in short phrases.
    """

    brain: str
    recipe_hash: str
    plan: Plan
    brain_seeds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    runs: tuple[RunRecord, ...]
    command: str
    edits: tuple[str, ...] = ()

    def runs_of(self, condition: str) -> tuple[RunRecord, ...]:
        """The runs under a condition, brain by brain."""
        return tuple(run for run in self.runs if run.condition == condition)

    def run(self, condition: str, brain_seed: int) -> RunRecord:
        """The run of one brain under a condition."""
        return next(run for run in self.runs_of(condition) if run.brain_seed == brain_seed)

    def final_index(self, condition: str) -> NDArray[np.float64]:
        """(brains,) ``ci_net`` after the learning episodes, averaged over the evaluation of each brain."""
        return brain_means(self.runs_of(condition), last_eval_point(self.plan), "ci_net")

    @property
    def conditions(self) -> tuple[str, ...]:
        """The treatment, and the controls that were run."""
        return tuple(outcome.condition for outcome in self.outcomes)

    @property
    def median_brain(self) -> int:
        """Seed of the brain with the median `final_index` under the treatment."""
        order = np.argsort(self.final_index(TREATMENT), kind="stable")
        return self.brain_seeds[order[len(order) // 2]]

    @property
    def can_prune(self) -> bool:
        """Whether any synapse can be pruned."""
        return any(bool(run.weights.prunable.any()) for run in self.runs)

    def __repr__(self) -> str:
        after = ", ".join(f"{each.condition} {each.after.ci_net.mean:.2f}" for each in self.outcomes)
        return (
            f"<Study of {self.brain}: {len(self.brain_seeds)} brains, {self.plan.episodes} training "
            f"episodes, mean ci_net after them: {after}>"
        )

    def _repr_html_(self) -> str:
        return convenience("study_html")(self)

    def to_frame(self, of: str = "evaluations") -> DataFrame:
        """Evaluations, training episodes or weights of all brains as a pandas frame, a row each.

        Args:
            of: ``"evaluations"``, ``"episodes"`` or ``"weights"``: the rows of ``tests.csv``,
                ``episodes.csv`` and ``weights.csv``. All have ``condition`` and ``brain_seed``; a row of
                weights is a group of synapses.

        Raises:
            InputError: ``of`` is something else, or pandas is not installed.
        """
        return frame_of(STUDY_ROWS[known_name("table", of, STUDY_ROWS)](self.plan, self.runs))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Mean ``ci_net`` over brains with 95% bands, learning off, over training episodes.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed.
        """
        return convenience("plot_study")(self, ax)

    def to_json(self) -> dict[str, Any]:
        """The study as JSON types, without the single episodes and evaluations."""
        return {
            "brain": self.brain,
            "recipe_hash": self.recipe_hash,
            **self.plan.to_json(),
            "brain_seeds": list(self.brain_seeds),
            "edits": list(self.edits),
            "conditions": {outcome.condition: outcome.to_json() for outcome in self.outcomes},
            "resamples": RESAMPLES,
            "versions": versions(),
            "code": code_digest(StudyRun),
            "command": self.command,
        }


STUDY_ROWS: Final[Mapping[str, Callable[[Plan, Sequence[RunRecord]], Iterable[Mapping[str, Any]]]]] = {
    "evaluations": evaluation_rows,
    "episodes": episode_rows,
    "weights": weight_rows,
}


def study(
    brain: Source,
    plan: Plan | None = None,
    *,
    brain_seeds: Sequence[int] = DEFAULT_BRAIN_SEEDS,
    controls: str | Sequence[str] = "all",
    workers: Workers | None = None,
    folder: str | Path | None = None,
    command: str = "",
    progress: Progress = None,
) -> Study:
    """Train many brains, each under the treatment and under controls, and evaluate them with learning off.

    Args:
        brain: a recipe or an untrained brain, as a file or in memory; of an agent its brain.
        plan: the training of each; by default five episodes on the ``default`` trial.
        brain_seeds: a recipe is compiled once with each; 100 and up for what is reported.
        controls: ``"all"`` that fit the brain, ``"none"``, or names; the treatment is always run.
        workers: worker processes. The results do not depend on them.
        folder: for ``results.db``, where each run is stored as soon as it ends. Runs of the same brain and
            plan that are in it already are read and not run again; so more brains or controls may be added.
        command: how to repeat it, for the summary.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, which is called with runs done and in all.

    Raises:
        InputError: an unknown name, a number out of range, a brain that cannot learn, or a folder of another
            study; before any training.
        TrialError: an episode or evaluation failed.
    """
    brain = brain_source_file(brain)
    plan, workers = Plan() if plan is None else plan, Workers() if workers is None else workers
    for name, value, kind in (("plan", plan, Plan), ("workers", workers, Workers)):
        if not isinstance(value, kind):
            raise InputError(f"{name} is {shown(value)}; expected a {kind.__name__}")
    named, folder = _named(controls), None if folder is None else file_path("folder", folder)
    brain_seeds = check_brain_seeds(brain_seeds)
    plan.check(brain_seeds)
    workers.check()
    compiled = find_brain(brain, brain_seeds[0])
    conditions = _conditions(brain, compiled, plan, named)  # before anything is written
    ((name, participants),) = resolve([brain], brain_seeds).items()
    tasks = [
        StudyRun(participant, condition, plan) for participant in participants for condition in conditions
    ]
    with open_results(folder, _settings(name, participants[0], plan)) as file:
        runs = run_batch(tasks, workers, file, progress, stop_on_failure=True, things="brains")
    ordered = tuple(run for condition in conditions for run in runs if run.condition == condition)
    return Study(
        brain=name,
        recipe_hash=participants[0].recipe_hash,
        plan=plan,
        brain_seeds=tuple(task.brain_seed for task in tasks if task.condition == TREATMENT),
        outcomes=outcomes(plan, ordered),
        runs=ordered,
        command=command,
        edits=brain_conditions(scale_weights(compiled, plan.scaled)),
    )


def _settings(name: str, participant: AgentSpec, plan: Plan) -> dict[str, Any]:
    """What all results of a folder depend on, besides their keys."""
    return {
        "experiment": "study",
        "brain": name,
        "recipe": participant.recipe_hash,
        **plan_settings(plan),
        **code_settings(StudyRun),
    }


def _named(controls: str | Sequence[str]) -> tuple[str, ...] | None:
    """The controls that were named; None for all."""
    if isinstance(controls, str) and controls == "all":
        return None
    known = [name for name in CONDITIONS if name != TREATMENT]
    names = parse_controls(controls, known)
    return tuple(name for name in known if name in names)


def _conditions(
    name: str, compiled: CompiledBrain, plan: Plan, controls: tuple[str, ...] | None
) -> tuple[str, ...]:
    """The treatment and the controls to run.

    Raises:
        InputError: the brain cannot learn, was trained before or does not fit the arena, or a control does
            not fit it.
    """
    if not compiled.learns:
        raise InputError(f"{name} cannot learn: it has no synapse whose weight can change")
    if compiled.episodes:
        raise InputError(
            f"{name} has {len(compiled.episodes)} training episodes; a study takes an untrained brain"
        )
    scale_weights(compiled, plan.scaled)  # refuses what the brain does not have
    check_muscles(name, plan.trial_of(1))
    fitting = conditions_of(compiled)
    for control in controls or ():
        if control not in fitting:
            raise InputError(
                f"control {shown(control)} does not fit {name}; expected one of {', '.join(fitting[1:])}"
            )
    return fitting if controls is None else (TREATMENT, *controls)
