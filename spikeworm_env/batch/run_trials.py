"""The same agent in trials of several seeds, in as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Sequence

from spikeworm_env.agents.experiment import refuse_without_brain
from spikeworm_env.agents.sources import Source
from spikeworm_env.batch.participants import resolve
from spikeworm_env.batch.runner import run_batch
from spikeworm_env.batch.sources import source_files
from spikeworm_env.batch.trial_task import TrialTask
from spikeworm_env.batch.workers import Workers
from spikeworm_env.checks import wholes
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._protocol import ProtocolLike, load_protocol
from spikeworm_env.progress import Progress
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.task import Trial, find_trial
from spikeworm_env.world.checks import check_frame_skip
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP


def run_trials(
    agent: Source,
    seeds: Sequence[int],
    trial: str | Trial = "default",
    *,
    jobs: int | None = None,
    frame_skip: int = DEFAULT_FRAME_SKIP,
    brain_seed: int = 42,
    protocol: ProtocolLike = (),
    progress: Progress = None,
) -> list[TrialResult]:
    """Run one trial for each seed, each by a new agent; the results of `run_trial`, on all cores.

    A brain is compiled or loaded once in each process.

    Args:
        agent: what `make_agent` takes; of an agent in memory, each trial runs a copy.
        seeds: the trial seeds.
        trial: a trial or the name of one.
        jobs: worker processes; None for one a core, 1 for this process alone. No result depends on it.
        frame_skip: ticks of 1 ms per step of the environment.
        brain_seed: what a recipe is compiled with.
        protocol: what is done to the brain in each trial, see `run_trial`.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, which is called with trials done and in all.

    Returns:
        The results in the order of the seeds.

    Raises:
        InputError, UnknownNameError, RecipeError, BrainFileError: an argument that cannot be.
        TrialError: a trial failed.
    """
    found = [checked_seed(seed, f"seeds[{k}]") for k, seed in enumerate(wholes("seeds", seeds, 0))]
    if not found or len(set(found)) < len(found):
        raise InputError(f"seeds is {shown(seeds)}; expected different seeds, at least one")
    trial, protocol = find_trial(trial), load_protocol(protocol)
    frame_skip, workers = check_frame_skip(frame_skip), Workers(jobs)
    ((participant,),) = resolve(source_files([agent]), (brain_seed,)).values()
    if not (participant.is_brain or participant.takes_protocol):
        refuse_without_brain(participant.name, protocol)
    participant.check(trial, frame_skip)
    participant = participant.with_protocol(protocol)
    tasks = [TrialTask(participant, trial, seed, frame_skip) for seed in found]
    return run_batch(tasks, workers, None, progress, stop_on_failure=True)
