"""``--record`` and ``--edges``: spikes and synapses written in the formats of `exports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.screen import command_line
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.trials.recording import Recording, SpikeRecorder
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


def check_record(file: Path, agents: Sequence[str]) -> None:
    """Check, before any trial, that there will be spikes to record and a file for them.

    Raises:
        InputError: none of the agents has a brain, or the file cannot be written.
    """
    from spikeworm_env.agents import AGENTS
    from spikeworm_env.exports import Content, find_export

    if all(agent in AGENTS for agent in agents):
        raise InputError(f"--record: {', '.join(agents)} has no brain; expected a recipe or a brain file")
    try:
        find_export(Content.RECORDING, file)
    except InputError as error:
        raise InputError(f"--record: {error}") from error


def check_edges(file: Path) -> None:
    """Check, before anything is compiled, that a network could be written to a file.

    Raises:
        InputError: an unknown ending, a missing library, or a folder that cannot be written to.
    """
    from spikeworm_env.exports import Content, find_export

    try:
        find_export(Content.NETWORK, file)
    except InputError as error:
        raise InputError(f"--edges: {error}") from error


def new_recorder() -> SpikeRecorder:
    """A recorder that has not listened to any agent yet."""
    from spikeworm_env.trials.recording import SpikeRecorder

    return SpikeRecorder()


def recording_of(recorder: SpikeRecorder, result: TrialResult, trial: Trial) -> Recording:
    """The recording of a trial that has just ended."""
    return recorder.recording(result, trial, **_origin())


def record_first_trials(
    file: Path,
    agents: Sequence[str],
    trial: Trial,
    seed: int,
    *,
    brain_seeds: Sequence[int],
    weight_jitter: float,
    frame_skip: int,
) -> list[Path]:
    """Run the trial of one seed again for every brain, and record it.

    A trial has the same bits in every process, so these are the spikes of the trials that were compared.

    Returns:
        The files written: the name of ``file`` with agent, brain seed and trial seed added to its stem.
    """
    from spikeworm_env.batch.participants import resolve
    from spikeworm_env.exports import write_recording
    from spikeworm_env.trials.recording import record_trial

    written = []
    for participants in resolve(agents, brain_seeds, weight_jitter).values():
        for participant in participants:
            if participant.is_brain:
                recording = record_trial(participant.make(frame_skip, trial), trial, seed, **_origin())
                goal = file.with_name(f"{file.stem}-{recording.name}{file.suffix}")
                written += write_recording(recording, goal)
    return written


def _origin() -> dict[str, Any]:
    """Time and command of a recording."""
    return {"session_start": datetime.now(UTC), "command": command_line()}
