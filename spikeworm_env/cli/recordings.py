"""``--record`` and ``--edges``: spikes and synapses written in the formats of `exports`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.cli.screen import command_line
from spikeworm_env.cli.written import check_not_in_the_way, listed, settings_hash
from spikeworm_env.errors import InputError
from spikeworm_env.files import short_name

if TYPE_CHECKING:
    from spikeworm_env.batch.participants import AgentSpec
    from spikeworm_env.interventions import Intervention
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
    protocol: Sequence[Intervention] = (),
) -> list[Path]:
    """Run the trial of one seed again for every brain, and record it.

    A trial has the same bits in every process, so these are the spikes of the trials that were compared.

    Returns:
        The files written: the name of ``file`` with agent, brain seed and trial seed added to its stem.
    """
    from spikeworm_env.exports import write_recording
    from spikeworm_env.trials.recording import record_trial

    written = []
    for participant in _brains(agents, brain_seeds, weight_jitter, tuple(protocol)):
        recording = record_trial(participant.make(frame_skip, trial), trial, seed, **_origin())
        goal = _goal(file, participant, seed)
        with listed(recording_files(goal), made_by(participant, trial, seed, frame_skip)):
            written += write_recording(recording, goal)
    return written


def check_first_recordings(  # noqa: PLR0913 - the setting of an experiment
    file: Path,
    agents: Sequence[str],
    trial: Trial,
    seed: int,
    *,
    brain_seeds: Sequence[int],
    weight_jitter: float,
    frame_skip: int,
    protocol: Sequence[Intervention] = (),
    force: bool,
) -> None:
    """Check that `record_first_trials` will replace no file that is in the way.

    Raises:
        InputError: see `cli.written`.
    """
    for participant in _brains(agents, brain_seeds, weight_jitter, tuple(protocol)):
        goal = _goal(file, participant, seed)
        check_recording(goal, made_by(participant, trial, seed, frame_skip), force)


def check_recording(file: Path, made_by: str, force: bool) -> None:
    """Check that a recording is new, or would be made again.

    Raises:
        InputError: see `cli.written`.
    """
    check_not_in_the_way("--record", recording_files(file), made_by, force)


def recording_files(file: Path) -> Sequence[Path]:
    """The files of a recording of this name."""
    from spikeworm_env.exports import Content, find_export

    return find_export(Content.RECORDING, file).files(file)


def made_by(participant: AgentSpec, trial: Trial, seed: int, frame_skip: int, **more: Any) -> str:
    """`settings_hash` of what shows one trial of a participant, and whatever else it depends on."""
    from spikeworm_env.interventions._protocol import to_dict

    return settings_hash(
        participant=[participant.key, participant.brain_seed, participant.digest, participant.weight_jitter],
        environment=trial.env_id,
        arena=trial.settings(),
        seed=seed,
        frame_skip=frame_skip,
        **(to_dict(participant.protocol) if participant.protocol else {}),
        **more,
    )


def _brains(
    agents: Sequence[str],
    brain_seeds: Sequence[int],
    weight_jitter: float,
    protocol: tuple[Intervention, ...],
) -> Iterator[AgentSpec]:
    from spikeworm_env.batch.participants import resolve

    for participants in resolve(agents, brain_seeds, weight_jitter).values():
        yield from (each.with_protocol(protocol) for each in participants if each.is_brain)


def _goal(file: Path, participant: AgentSpec, seed: int) -> Path:
    """The file of one brain: that of the option, with agent, brain seed and trial seed added to its stem."""
    stem = short_name(f"{file.stem}-{participant.key}-s{participant.brain_seed}-{seed}")
    return file.with_name(f"{stem}{file.suffix}")


def _origin() -> dict[str, Any]:
    """Time and command of a recording."""
    return {"session_start": datetime.now(UTC), "command": command_line()}
