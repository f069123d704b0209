"""Comparison of agents in the same arenas: each brain with its controls, all with the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spikeworm_env.agents.experiment import refuse_without_brain
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.sources import Source, is_source
from spikeworm_env.batch.participants import (
    ORACLE,
    AgentSpec,
    check_brain_seeds,
    key_of,
    parse_controls,
    resolve,
)
from spikeworm_env.batch.runner import open_results, run_batch
from spikeworm_env.batch.sources import source_files
from spikeworm_env.batch.task import Failure
from spikeworm_env.batch.trial_task import TrialTask
from spikeworm_env.batch.workers import DEFAULT_BACKEND, Workers
from spikeworm_env.checks import file_path, flag, number
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.comparison import DEFAULT_TRIALS
from spikeworm_env.experiments.comparison.comparison import Comparison, setting
from spikeworm_env.experiments.comparison.pairs import pairs_of
from spikeworm_env.experiments.comparison.summary import ResultTable, summarise
from spikeworm_env.interventions._protocol import Protocol, ProtocolLike, load_protocol, to_dict
from spikeworm_env.progress import Progress
from spikeworm_env.seeds import FIRST_REPORTED_SEED
from spikeworm_env.statistics import MIN_TRIALS
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.provenance import code_settings
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.task import Trial, find_trial, trial_seeds
from spikeworm_env.world.checks import check_frame_skip
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP


def compare(  # noqa: PLR0913 - the setting of an experiment, one word each, as on the command line
    agents: Source | Sequence[Source],
    trials: int = DEFAULT_TRIALS,
    first_seed: int = FIRST_REPORTED_SEED,
    trial: str | Trial = "default",
    *,
    jobs: int | None = None,
    backend: str = DEFAULT_BACKEND,
    address: str | None = None,
    controls: str | Sequence[str] = "all",
    intervals: bool | None = None,
    brain_seeds: Sequence[int] = (42,),
    weight_jitter: float = 0.0,
    frame_skip: int = DEFAULT_FRAME_SKIP,
    protocol: ProtocolLike = (),
    out: str | Path | None = None,
    command: str = "",
    progress: Progress = None,
) -> Comparison:
    """Compare agents on the same trial seeds.

    Args:
        agents: what `make_agent` takes, one or several. See `batch.sources.source_files` for the names of
            brains in memory. An agent in memory runs as it is, each trial with a copy of its own, without the
            controls of brains; give its brain, ``agent.brain``, for these.
        trials: trial seeds, from ``first_seed`` up.
        first_seed: 10,000 and up for what is reported; 0 to 999 for tuning.
        trial: a trial or the name of one.
        jobs, backend, address: worker processes, see `Workers`. The results do not depend on them.
        controls: ``"all"``, ``"none"`` or names; a brain's control is the row ``<agent>:<control>``. All are
            those that can differ from the brain; named ones are always run.
        intervals: True requires intervals and refuses too few trials, False omits them, None adds them where
            the trials suffice.
        brain_seeds: a recipe is compiled once with each.
        weight_jitter: relative standard deviation of noise on all weights of a brain.
        frame_skip: ticks of 1 ms per step of the environment; 1 is lock-step.
        protocol: what is done to every brain in each trial, as `run_trial` takes it; agents without a brain
            run without. The control ``without_protocol`` is the same brain in the same trials without it, so
            that ``p_vs_without_protocol`` is the paired test of the protocol's effect.
        out: a folder for ``results.db``, where each trial is stored as soon as it ends. Trials that are
            in it already are read and not run. `reports.report.write_report` adds the report.
        command: how to repeat it, for the summary.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, which is called with trials done and in all.

    Raises:
        InputError: an unknown name, a number out of range, a folder of other results or a cluster that cannot
            be reached, before any trial has run.
        TrialError: trials of one row failed on every trial seed, or the cluster failed.
    """
    given = [agents] if is_source(agents) or not isinstance(agents, Sequence) else list(agents)
    if not given:
        raise InputError("agents is []; expected at least one agent, recipe or brain file")
    names = source_files(given)
    seeds = trial_seeds(trials, first_seed)
    weight_jitter, brain_seeds = number("weight_jitter", weight_jitter, 0, 1), check_brain_seeds(brain_seeds)
    workers, folder = Workers(jobs, backend, address), None if out is None else file_path("out", out)
    frame_skip = check_frame_skip(frame_skip)
    if intervals is not None:
        flag("intervals", intervals)
    trial, wanted, protocol = find_trial(trial), parse_controls(controls), load_protocol(protocol)
    trial.make_env(frame_skip=frame_skip).close()  # refuses a bad argument before anything is compiled
    if intervals and trials < MIN_TRIALS:
        raise InputError(f"trials is {trials}; intervals take at least {MIN_TRIALS}")
    workers.check()
    found = {
        name: [each.with_protocol(protocol) for each in participants]
        for name, participants in resolve(_listed(names), brain_seeds, weight_jitter).items()
    }
    rows = _rows(found, wanted, only_differing=controls == "all")
    for participants in rows.values():
        participants[0].check(trial, frame_skip)
    _check_protocol(protocol, rows, trial, frame_skip)
    tasks = [
        TrialTask(participant, trial, seed, frame_skip)
        for participants in rows.values()
        for participant in participants
        for seed in seeds
    ]
    done_with = setting(trial, seeds, brain_seeds, weight_jitter, frame_skip)
    with open_results(folder, _settings(trial, done_with, rows, protocol)) as file:
        outcomes = run_batch(tasks, workers, file, progress)
        pairs = list(zip(tasks, outcomes, strict=True))
        done = [(task, outcome) for task, outcome in pairs if isinstance(outcome, TrialResult)]
        failures = [(task, outcome) for task, outcome in pairs if isinstance(outcome, Failure)]
        named = [key for key, participants in rows.items() if participants[0].control is None]
        if ORACLE not in names:
            named.remove(ORACLE)
        tables = _tables(rows, [result for _, result in done], failures)
        summaries = {key: summarise(key, tables, intervals is not False) for key in rows}
        return Comparison(
            trial=trial,
            trial_seeds=seeds,
            brain_seeds=tuple(brain_seeds),
            weight_jitter=weight_jitter,
            frame_skip=frame_skip,
            summaries={key: row for key, row in summaries.items() if key != ORACLE or ORACLE in names},
            oracle=summaries[ORACLE],
            results={key: table.results for key, table in tables.items()},
            compiled_with={
                key: tuple(task.participant.brain_seed for task, _ in done if task.participant.key == key)
                for key in rows
            },
            recipes={
                key: participants[0].recipe_hash
                for key, participants in rows.items()
                if participants[0].is_brain
            },
            brains=_brains(rows),
            pairs=pairs_of(tables, named),
            failures=tuple(failure.message for _, failure in failures),
            command=command,
            protocol=protocol,
        )


def _listed(agents: Sequence[str | Agent]) -> list[str | Agent]:
    """The agents, and the oracle last if it is not among them."""
    return [*agents, *([] if ORACLE in agents else [ORACLE])]


def _rows(
    found: Mapping[str, list[AgentSpec]], controls: Sequence[str], *, only_differing: bool
) -> dict[str, list[AgentSpec]]:
    """The participants of each row: every agent, and its controls after it."""
    rows: dict[str, list[AgentSpec]] = {}
    for name, participants in found.items():
        rows[name] = participants
        if participants[0].controls or participants[0].is_brain:
            differing = {control for participant in participants for control in participant.controls}
            for control in controls:
                if control not in differing and (only_differing or not participants[0].is_brain):
                    continue
                rows[key_of(name, control)] = [
                    participant.as_control(control) for participant in participants
                ]
    return rows


def _check_protocol(
    protocol: Protocol, rows: Mapping[str, Sequence[AgentSpec]], trial: Trial, frame_skip: int
) -> None:
    """Refuse a protocol that does not fit a brain, and a control of a protocol without one.

    Raises:
        InputError: naming the row.
    """
    controls = {row[0].control for row in rows.values() if row[0].control is not None}
    of_protocol = [name for name in controls if CONTROLS[name].of_protocol]
    if of_protocol and not protocol:
        raise InputError(f"control is {of_protocol[0]!r}; expected a protocol, without which it is the brain")
    if not protocol:
        return
    brains = {key: row[0] for key, row in rows.items() if row[0].protocol and row[0].control is None}
    if not brains:
        refuse_without_brain(", ".join(key for key in rows if key != ORACLE), protocol)
    for key, participant in brains.items():
        try:
            participant.make(frame_skip, trial)
        except InputError as error:
            raise InputError(f"{key}: {error}") from error


def _settings(
    trial: Trial, setting: Mapping[str, Any], rows: Mapping[str, Sequence[AgentSpec]], protocol: Protocol
) -> dict[str, Any]:
    """All that the trials depend on, by dotted names, in the order in which differences are reported."""
    return {
        "experiment": "comparison",
        "agents": list(rows),
        **dict(_flat(setting)),
        **(to_dict(protocol) if protocol else {}),
        "trial.name": trial.name,  # what differs from the trial of that name is named by the other settings
        **{f"agent {name}": row[0].digest for name, row in rows.items() if row[0].content},
        **{
            f"brain of {name}, compiled with {seed}": digest
            for name, brains in _brains(rows).items()
            for seed, digest in brains.items()
        },
        **code_settings(TrialTask),
    }


def _brains(rows: Mapping[str, Sequence[AgentSpec]]) -> dict[str, dict[int | None, str]]:
    return {
        name: {participant.brain_seed: participant.digest for participant in participants}
        for name, participants in rows.items()
        if participants[0].is_brain and participants[0].control is None
    }


def _flat(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _tables(
    rows: Mapping[str, Sequence[AgentSpec]],
    results: Sequence[TrialResult],
    failures: Sequence[tuple[TrialTask, Failure]],
) -> dict[str, ResultTable]:
    tables = {}
    for key, participants in rows.items():
        tables[key] = ResultTable([result for result in results if result.agent == key], len(participants))
        if not tables[key].seeds:
            first = next(failure for task, failure in failures if task.participant.key == key)
            raise TrialError(f"a trial failed on every trial seed: {first.message}")
    return tables
