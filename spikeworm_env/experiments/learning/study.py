"""Do brains learn by living? Many brains through the same plan, under reward and under every control."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.batch.participants import brain_files, brain_of, check_brain_seeds, check_muscles, enter
from spikeworm_env.batch.runner import Progress
from spikeworm_env.batch.workers import WORKER_LOST, Workers
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.experiments.learning.conditions import CONDITIONS, TREATMENT, conditions_of
from spikeworm_env.experiments.learning.outcome import Outcome, brain_means, last_eval_point, outcomes
from spikeworm_env.experiments.learning.plan import Plan, plan_settings
from spikeworm_env.experiments.learning.run_record import History
from spikeworm_env.experiments.learning.study_run import Unit, failure, run_study_run
from spikeworm_env.lesions.scale_weights import scale_weights
from spikeworm_env.statistics import RESAMPLES
from spikeworm_env.store.results import results_file
from spikeworm_env.trials.provenance import code_digest, versions

HISTORIES_FILE = "histories.db"
DEFAULT_BRAIN_SEEDS = tuple(range(100, 120))


@dataclass(frozen=True)
class Study:
    """What `study` found.

    Attributes:
        brain: name of the recipe or brain.
        recipe_hash: of what it was compiled from.
        plan: what every brain went through.
        brain_seeds: what the recipe was compiled with.
        outcomes: one for each condition, the claim first.
        histories: of every condition and brain.
        command: how to repeat it; empty if unknown.
    """

    brain: str
    recipe_hash: str
    plan: Plan
    brain_seeds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    histories: tuple[History, ...]
    command: str

    def histories_of(self, condition: str) -> tuple[History, ...]:
        """Of that condition, brain by brain."""
        return tuple(history for history in self.histories if history.condition == condition)

    def history(self, condition: str, brain_seed: int) -> History:
        """Of that condition and brain."""
        return next(each for each in self.histories_of(condition) if each.brain_seed == brain_seed)

    def end_of(self, condition: str) -> NDArray[np.float64]:
        """(brains,) ``ci_net`` after the lives of learning, averaged over the tests of each brain."""
        return brain_means(self.histories_of(condition), last_eval_point(self.plan), "ci_net")

    @property
    def conditions(self) -> tuple[str, ...]:
        """The claim, and the controls that were run."""
        return tuple(outcome.condition for outcome in self.outcomes)

    @property
    def middle_brain(self) -> int:
        """Seed of the brain that as many outdid as fell short of, at the end of the claim."""
        order = np.argsort(self.end_of(TREATMENT), kind="stable")
        return self.brain_seeds[order[len(order) // 2]]

    @property
    def can_prune(self) -> bool:
        """Whether any synapse could be pruned."""
        return any(bool(history.change.prunable.any()) for history in self.histories)

    def to_json(self) -> dict[str, Any]:
        """The study as JSON types, without the single lives and tests."""
        return {
            "brain": self.brain,
            "recipe_hash": self.recipe_hash,
            **self.plan.to_json(),
            "brain_seeds": list(self.brain_seeds),
            "conditions": {outcome.condition: outcome.to_json() for outcome in self.outcomes},
            "resamples": RESAMPLES,
            "versions": versions(),
            "code": code_digest(run_study_run),
            "command": self.command,
        }


def study(
    brain: str,
    plan: Plan | None = None,
    *,
    brain_seeds: Sequence[int] = DEFAULT_BRAIN_SEEDS,
    conditions: str | Sequence[str] = "all",
    workers: Workers | None = None,
    folder: Path | None = None,
    command: str = "",
    progress: Progress | None = None,
) -> Study:
    """Let many brains live, each under reward and under controls, and test them with learning off.

    Args:
        brain: a recipe, or the file of a brain that has not lived.
        plan: what each goes through; by default five lives on the ``default`` trial.
        brain_seeds: a recipe is compiled once with each; 100 and up for what is reported.
        conditions: ``"all"`` that say anything about the brain, ``"none"`` besides the claim, or names.
        workers: who does the work. The results do not depend on it.
        folder: where every history is kept as soon as it is there. What is there already, from the same brain
            and plan, is not lived again; so more brains or conditions may be added.
        command: how to repeat it, for the summary.
        progress: called with histories done and histories in all.

    Raises:
        InputError: an unknown name, a number out of range, a brain that cannot learn, or a folder of another
            study; before any life.
        TrialError: a life or test failed.
    """
    plan, workers = plan or Plan(), workers or Workers()
    named = _named(conditions)
    check_brain_seeds(brain_seeds)
    plan.check(brain_seeds)
    workers.check()
    chosen = _chosen(brain, brain_of(brain, brain_seeds[0]), plan, named)  # before anything is written
    ((name, participants),) = enter([brain], brain_seeds).items()
    units = [Unit(participant, condition, plan) for participant in participants for condition in chosen]
    settings = {
        "brain": name,
        "recipe": participants[0].recipe_hash,
        **plan_settings(plan),
        **{f"versions.{package}": version for package, version in versions().items()},
        "code": code_digest(run_study_run),
    }
    histories = _lived(units, workers, folder, settings, progress)
    ordered = tuple(histories[unit] for condition in chosen for unit in units if unit.condition == condition)
    return Study(
        brain=name,
        recipe_hash=participants[0].recipe_hash,
        plan=plan,
        brain_seeds=tuple(unit.brain_seed for unit in units if unit.condition == TREATMENT),
        outcomes=outcomes(plan, ordered),
        histories=ordered,
        command=command,
    )


def _named(conditions: str | Sequence[str]) -> tuple[str, ...] | None:
    """The conditions asked for, the claim among them; None for all."""
    if conditions == "all":
        return None
    names = () if conditions == "none" else (conditions,) if isinstance(conditions, str) else conditions
    for name in names:
        if name not in CONDITIONS:
            raise UnknownNameError("condition", name, CONDITIONS)
    return tuple(name for name in CONDITIONS if name == TREATMENT or name in names)


def _chosen(name: str, compiled: CompiledBrain, plan: Plan, named: tuple[str, ...] | None) -> tuple[str, ...]:
    """The conditions to live under.

    Raises:
        InputError: the brain cannot learn, has lived or does not fit the arena, or a condition says nothing
            about it.
    """
    if not compiled.learns:
        raise InputError(f"{name} cannot learn: it has no synapse whose weight can change")
    if compiled.episodes:
        raise InputError(f"{name} has lived {len(compiled.episodes)} lives; a study takes a brain at birth")
    scale_weights(compiled, plan.scaled)  # refuses what the brain does not have
    check_muscles(name, plan.trial_of(1))
    fitting = conditions_of(compiled)
    for condition in named or ():
        if condition not in fitting:
            raise InputError(
                f"condition {condition!r} says nothing about {name}; it has {', '.join(fitting)}"
            )
    return fitting if named is None else named


def _lived(
    units: Sequence[Unit],
    workers: Workers,
    folder: Path | None,
    settings: dict[str, Any],
    progress: Progress | None,
) -> dict[Unit, History]:
    """The history of every unit; those that the folder has are read."""
    with ExitStack() as stack:
        file, histories = None, {}
        if folder is not None:
            file = stack.enter_context(results_file(folder / HISTORIES_FILE, settings))
            kept = file.records()
            histories = {unit: History.of_record(kept[unit.key]) for unit in units if unit.key in kept}
        missing = [unit for unit in units if unit not in histories]
        if progress is not None:
            progress(len(histories), len(units))
        files = brain_files(unit.participant for unit in missing)
        results = workers.run_as_they_end(run_study_run, missing, _on_worker_lost, files)
        for number, history in stack.enter_context(closing(results)):  # ends the workers at once
            histories[missing[number]] = history
            if file is not None:
                file.keep(missing[number].key, history.to_record())
            if progress is not None:
                progress(len(histories), len(units))
    return histories


def _on_worker_lost(unit: Unit) -> History:
    raise failure(unit, WORKER_LOST)
