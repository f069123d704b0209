"""``--record`` and ``--edges``: what leaves in the field's formats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.screen import command_line
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.exports import Recording, SpikeRecorder
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


def check_record(file: Path, agents: Sequence[str]) -> None:
    """Refuse, before any trial, what could not be recorded or written.

    Raises:
        InputError: none of the agents has a brain, or the file cannot be written.
    """
    from spikeworm_env.agents import AGENTS
    from spikeworm_env.exports import RECORDINGS, format_of

    if all(agent in AGENTS for agent in agents):
        raise InputError(f"--record: no brain, no spikes: {', '.join(agents)}")
    try:
        format_of(file, RECORDINGS)
    except InputError as error:
        raise InputError(f"--record: {error}") from error


def check_edges(file: Path) -> None:
    """Refuse, before anything is compiled, a file that could not be written.

    Raises:
        InputError: naming it.
    """
    from spikeworm_env.exports import NETWORKS, format_of

    try:
        format_of(file, NETWORKS)
    except InputError as error:
        raise InputError(f"--edges: {error}") from error


def take_recording(spike_recorder: SpikeRecorder, result: TrialResult, trial: Trial) -> Recording:
    """What a tape holds of a trial that has just ended."""
    return spike_recorder.recording(result, trial, **_origin())


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
    """Run the trial of one seed again for every brain, and record it; the files written.

    A trial comes out the same in every process, so that these are the spikes of those that were compared.
    Each file is called as ``file``, and its stem goes on with agent, brain seed and trial seed.
    """
    from spikeworm_env.batch.participants import enter
    from spikeworm_env.exports import record_trial, write_recording

    written = []
    for participants in enter(agents, brain_seeds, weight_jitter).values():
        for participant in participants:
            if participant.is_brain:
                recording = record_trial(participant.make(frame_skip, trial), trial, seed, **_origin())
                goal = file.with_name(f"{file.stem}-{recording.name}{file.suffix}")
                written += write_recording(recording, goal)
    return written


def _origin() -> dict[str, Any]:
    """When and by which command a recording is made."""
    return {"session_start": datetime.now(UTC), "command": command_line()}
