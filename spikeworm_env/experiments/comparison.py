"""Agents side by side on the same dishes, each brain beside its control, all beside the oracle."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.provenance import versions
from spikeworm_env.experiments.roster import ORACLE, Entrant, controls_named, enter
from spikeworm_env.experiments.statistics import RESAMPLES, Estimate, PairedTest, by_trial_seed
from spikeworm_env.experiments.trial import INDICES, TrialResult, run_trial
from spikeworm_env.experiments.trials import Trial, find_trial

FIRST_REPORTED_SEED = 10_000  # seeds 0 to 999 are for tuning
LEAST_CEILING = 0.02  # of the oracle; a share of less, as in trials of a few seconds, says nothing
STATISTICS_SEED = 0  # every row resamples from the same stream, whoever stands beside it

Progress = Callable[[int, int], None]
"""Called with trials done and trials in all."""


@dataclass(frozen=True)
class Summary:
    """One row of a comparison.

    Attributes:
        n: trial seeds; several brains are averaged within each before anything else is computed.
        brains: brains judged on every seed; 1 for an agent without a brain.
        ci_time, ci_net, ci_clipped: the chemotaxis indices.
        success: share of trials that came within 1 BL of a food.
        median_time_to_reach_s: over the trials that did; None if none did.
        speed_bl_per_s: mean crawling speed; None where no trial was long enough to measure it.
        efficiency: mean ``ci_time`` over that of the oracle on the same seeds; None if the oracle's is not
            above 0.
        against_blind: ``ci_time`` against the blind control; None for a control and for what has none.
    """

    n: int
    brains: int
    ci_time: Estimate
    ci_net: Estimate
    ci_clipped: Estimate
    success: float
    median_time_to_reach_s: float | None
    speed_bl_per_s: float | None
    efficiency: float | None
    against_blind: PairedTest | None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON types."""
        indices = {name: vars(getattr(self, name)) for name in INDICES}
        test = self.against_blind
        return {
            "n": self.n,
            "brains": self.brains,
            **indices,
            "success": self.success,
            "median_time_to_reach_s": self.median_time_to_reach_s,
            "speed_bl_per_s": self.speed_bl_per_s,
            "efficiency": self.efficiency,
            "p_vs_blind": None if test is None else test.p,
            "dz_vs_blind": None if test is None else test.dz,
            "improvement_vs_blind": None if test is None else test.improvement,
        }


@dataclass(frozen=True)
class Comparison:
    """What `compare` found.

    Attributes:
        trial: the trial, with its changes.
        trial_seeds: the seeds every agent met.
        brain_seeds: the seeds that recipes were compiled with.
        weight_jitter: the relative standard deviation given to all weights of brains.
        frame_skip: ticks per step of the environment.
        summaries: a row for each agent and control, in the order asked for.
        oracle: the oracle's row, on the same seeds.
        results: all trials of each row and of the oracle, brain by brain, seeds ascending.
        recipes: hash of the recipe of each row that has a brain.
    """

    trial: Trial
    trial_seeds: tuple[int, ...]
    brain_seeds: tuple[int, ...]
    weight_jitter: float
    frame_skip: int
    summaries: Mapping[str, Summary]
    oracle: Summary
    results: Mapping[str, tuple[TrialResult, ...]]
    recipes: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON types, without the single trials."""
        return {
            "agents": {key: summary.to_json() for key, summary in self.summaries.items()},
            "oracle": self.oracle.to_json(),
            "trial": {"name": self.trial.name, **self.trial.settings()},
            "trials": len(self.trial_seeds),
            "first_seed": self.trial_seeds[0],
            "brain_seeds": list(self.brain_seeds),
            "weight_jitter": self.weight_jitter,
            "frame_skip": self.frame_skip,
            "recipes": dict(self.recipes),
            "resamples": RESAMPLES,
            "versions": versions(),
        }


def compare(  # noqa: PLR0913 - the setting of an experiment, one word each, as on the command line
    agents: Sequence[str],
    trials: int = 40,
    first_seed: int = FIRST_REPORTED_SEED,
    trial: str | Trial = "default",
    *,
    jobs: int | None = None,
    controls: str | Sequence[str] = "all",
    brain_seeds: Sequence[int] = (42,),
    weight_jitter: float = 0.0,
    frame_skip: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Compare agents on the same trial seeds.

    Args:
        agents: what `make_agent` takes: names, recipes, brain files.
        trials: trial seeds, from ``first_seed`` up.
        first_seed: 10,000 and up for what is reported; 0 to 999 for tuning.
        trial: a trial or the name of one.
        jobs: worker processes; None for one a core. The results do not depend on it.
        controls: ``"all"``, ``"none"`` or names; a brain's control is the row ``<agent>:<control>``.
        brain_seeds: a recipe is compiled once with each.
        weight_jitter: relative standard deviation of noise on all weights of a brain.
        frame_skip: ticks of 1 ms per step of the environment; 1 is lock-step.
        progress: see `Progress`.

    Raises:
        InputError: an unknown name, or a number out of range, before any trial has run.
        TrialError: a trial failed.
    """
    for name, value, least in (("trials", trials, 1), ("first_seed", first_seed, 0)):
        if value < least:
            raise InputError(f"{name} is {value}; expected at least {least}")
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs must be at least 1, not {jobs}")
    trial, wanted = find_trial(trial), controls_named(controls)
    trial.make_env(frame_skip=frame_skip).close()  # refuses a bad argument before anything is compiled
    rows = _rows(agents, wanted, brain_seeds, weight_jitter)
    seeds = tuple(range(first_seed, first_seed + trials))
    tasks = [
        _Task(entrant, trial, seed, frame_skip)
        for entrants in rows.values()
        for entrant in entrants
        for seed in seeds
    ]
    outcomes = iter(list(_counted(_run_all(tasks, jobs), len(tasks), progress)))
    results = {
        key: tuple(next(outcomes) for _ in range(len(entrants) * trials)) for key, entrants in rows.items()
    }
    tables = {key: _Table(results[key], len(rows[key])) for key in rows}
    summaries = {key: _summarise(key, tables) for key in rows}
    return Comparison(
        trial=trial,
        trial_seeds=seeds,
        brain_seeds=tuple(brain_seeds),
        weight_jitter=weight_jitter,
        frame_skip=frame_skip,
        summaries={key: row for key, row in summaries.items() if key != ORACLE or ORACLE in agents},
        oracle=summaries[ORACLE],
        results=results,
        recipes={key: entrants[0].recipe_hash for key, entrants in rows.items() if entrants[0].is_brain},
    )


def _rows(
    agents: Sequence[str], controls: Sequence[str], brain_seeds: Sequence[int], weight_jitter: float
) -> dict[str, list[Entrant]]:
    """The entrants of each row: every agent, its controls after it, and the oracle last if not listed."""
    if not agents:
        raise InputError("nothing to compare; name at least one agent, recipe or brain file")
    listed = [*agents, *([] if ORACLE in agents else [ORACLE])]
    rows: dict[str, list[Entrant]] = {}
    for name, entrants in enter(listed, brain_seeds, weight_jitter).items():
        rows[name] = entrants
        if entrants[0].is_brain:
            for control in controls:
                rows[f"{name}:{control}"] = [entrant.as_control(control) for entrant in entrants]
    return rows


@dataclass(frozen=True)
class _Task:
    entrant: Entrant
    trial: Trial
    seed: int
    frame_skip: int


def _run_task(task: _Task) -> TrialResult:
    """Run one trial in whatever process this is."""
    try:
        agent = task.entrant.make(task.frame_skip)
        return run_trial(agent, task.trial, task.seed, frame_skip=task.frame_skip)
    except Exception as error:  # a plain message travels between processes, whatever the error held
        raise TrialError(
            f"{task.entrant.key}, trial seed {task.seed}: {type(error).__name__}: {error}"
        ) from error


def _run_all(tasks: Sequence[_Task], jobs: int | None) -> Iterator[TrialResult]:
    """The results in the order of the tasks."""
    workers = min(jobs or joblib.cpu_count(), len(tasks))
    if workers == 1:
        return map(_run_task, tasks)
    parallel = joblib.Parallel(n_jobs=workers, backend="loky", return_as="generator")
    return parallel(joblib.delayed(_run_in_worker)(task) for task in tasks)


def _run_in_worker(task: _Task) -> TrialResult:
    # an interrupt reaches all processes of a terminal; only the parent answers it, and ends its workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return _run_task(task)


def _counted(results: Iterator[TrialResult], total: int, progress: Progress | None) -> Iterator[TrialResult]:
    for done, result in enumerate(results, start=1):
        if progress is not None:
            progress(done, total)
        yield result


class _Table:
    """The results of one row as columns."""

    def __init__(self, results: Sequence[TrialResult], brains: int) -> None:
        self.results, self.brains = results, brains

    def per_seed(self, name: str) -> NDArray[np.float64]:
        """(trial seeds,) a figure averaged over brains within each seed."""
        column = [getattr(result, name) for result in self.results]
        return by_trial_seed(np.reshape(column, (self.brains, -1)))

    def known(self, name: str) -> list[float]:
        """The figures that were measured, over all trials."""
        return [value for result in self.results if (value := getattr(result, name)) is not None]


def _summarise(key: str, tables: Mapping[str, _Table]) -> Summary:
    table, oracle, blind = tables[key], tables[ORACLE], tables.get(f"{key}:blind")
    times, speeds = table.known("time_to_reach_s"), table.known("speed_bl_per_s")
    ci_time, ceiling = table.per_seed("ci_time"), float(oracle.per_seed("ci_time").mean())
    return Summary(
        n=len(ci_time),
        brains=table.brains,
        ci_time=Estimate.of(ci_time, _rng()),
        ci_net=Estimate.of(table.per_seed("ci_net"), _rng()),
        ci_clipped=Estimate.of(table.per_seed("ci_clipped"), _rng()),
        success=float(table.per_seed("success").mean()),
        median_time_to_reach_s=float(np.median(times)) if times else None,
        speed_bl_per_s=float(np.mean(speeds)) if speeds else None,
        efficiency=float(ci_time.mean()) / ceiling if ceiling > LEAST_CEILING else None,
        against_blind=_paired(ci_time, blind),
    )


def _paired(ci_time: NDArray[np.float64], blind: _Table | None) -> PairedTest | None:
    """The test against blind; None without a blind control, or with a single pair."""
    if blind is None or len(ci_time) < 2:
        return None
    return PairedTest.of(ci_time, blind.per_seed("ci_time"), _rng())


def _rng() -> np.random.Generator:
    return np.random.default_rng(STATISTICS_SEED)
