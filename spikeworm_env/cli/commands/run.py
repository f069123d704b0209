"""``spikeworm run``: one trial, with a video and a picture of the paths, beside its controls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spikeworm_env.cli import completion, options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.effects import NoEffect, without_subject
from spikeworm_env.cli.figures import draw_recording, figure_files
from spikeworm_env.cli.optional import optional_output
from spikeworm_env.cli.outputs import Outputs, check_folder, locked, outputs
from spikeworm_env.cli.recordings import (
    check_record,
    check_recording,
    made_by,
    new_recorder,
    recording_files,
    recording_of,
)
from spikeworm_env.cli.screen import (
    command_line,
    print_files,
    print_json,
    print_table,
    print_text,
    progress,
)
from spikeworm_env.cli.stage import Stage
from spikeworm_env.cli.video_recorder import VideoRecorder
from spikeworm_env.cli.written import NOT_REPEATABLE, listed, settings_hash, tagged
from spikeworm_env.errors import SpikeWormError
from spikeworm_env.files import short_name
from spikeworm_env.frames import figure
from spikeworm_env.notices import notice

if TYPE_CHECKING:
    from spikeworm_env.batch.participants import AgentSpec
    from spikeworm_env.interventions import Intervention
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.recording import Recording, SpikeRecorder
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


class Render(StrEnum):
    """What is shown of the trial, while it runs or afterwards."""

    HUMAN = "human"
    VIDEO = "video"
    NONE = "none"


WITHOUT_PROTOCOL = "without_protocol"
ITSELF = "itself"  # key of the participant beside the names of its controls
RENDER_MODES = {Render.HUMAN: "human", Render.VIDEO: "rgb_array", Render.NONE: None}


def run_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help=f"An agent, a recipe or a brain file; {options.DEFAULT_BRAIN} if not given.",
            metavar="NAME|FILE",
            autocompletion=completion.agents_and_brains,
            show_default=False,
        ),
    ] = options.DEFAULT_BRAIN,
    seed: Annotated[
        int, typer.Option("--seed", metavar="SEED", help="Trial seed: arena, start, heading and noise.")
    ] = 0,
    arena: options.ArenaOptions,
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    weight_jitter: options.WeightJitter = 0.0,
    protocol: options.Protocol = None,
    controls: Annotated[
        str,
        typer.Option(
            "--controls",
            metavar="NAMES",
            autocompletion=completion.controls_of_run,
            help="all, none, or names with commas between: blind, oracle; with --protocol also "
            f"{WITHOUT_PROTOCOL}.",
        ),
        NoEffect(without_subject),
    ] = "all",
    render: Annotated[
        Render,
        typer.Option(
            "--render", help="Write a video, open a window, or neither.", rich_help_panel=options.PICTURE
        ),
    ] = Render.VIDEO,
    picture: options.PictureOptions,
    record: options.Record = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder. If not given runs/NAME_TRIAL_sSEED, with the options that differ from the "
            "defaults in its name.",
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Run one trial beside its blind control and the oracle; write a picture of the paths and a video."""
    stage = Stage(arena.as_trial(), seed, arena.frame_skip)
    render_options = picture.as_render_options()
    stage.check(RENDER_MODES[render])
    check_folder(out or Path("runs"))
    if record is not None:
        check_record(record, [name])
    interventions = options.read_protocol(protocol)
    participant, others = _participants(name, brain_seed, weight_jitter, controls, interventions)
    participant.check(stage.trial, stage.frame_skip)
    if interventions:
        participant.make(stage.frame_skip, stage.trial)  # refuses what does not fit the brain
    shown = (controls, picture)
    folder = out or Path("runs") / _folder_name(name, participant, stage, *shown)
    recording_by = made_by(participant, stage.trial, seed, stage.frame_skip)
    if record is not None:
        check_recording(record, recording_by, force)
    run_by = made_by(participant, stage.trial, seed, stage.frame_skip, shown=[controls, asdict(picture)])
    mine = _files_of(render, record)
    with locked(folder), outputs(folder, run_by, names=mine, force=force) as files:
        trials = _Trials(stage, None if record is None else new_recorder())
        video = VideoRecorder(files.temporary / "trial") if render is Render.VIDEO else None
        trials.run(participant, others, RENDER_MODES[render], render_options, video)
        if trials.results and not as_json:
            _print(trials.results, paced=render is Render.HUMAN)
        if any(result.provenance.arena for result in (*trials.results.values(), trials.partial) if result):
            files.made_by = recording_by = NOT_REPEATABLE
        with listed([] if record is None else recording_files(record), recording_by):
            written = [] if record is None else trials.write_recording(record)
        written += trials.draw(files)
    if not as_json:
        print_files(written)
    elif trials.results:
        print_json(_as_json(trials.results, written))
    if isinstance(trials.failure, KeyboardInterrupt):
        raise KeyboardInterrupt(_interrupted(trials, written)) from None
    if trials.failure is not None:
        raise trials.failure


def _folder_name(
    name: str, participant: AgentSpec, stage: Stage, controls: str, picture: options.PictureOptions
) -> str:
    """NAME_TRIAL_sSEED, and what differs from the defaults; so that other settings have another folder."""
    from spikeworm_env.interventions._protocol import to_dict

    default = options.PictureOptions()
    tags = [*stage.trial.differences(stage.frame_skip)]
    if name != participant.name and participant.digest:  # a file: another of this name may come
        tags.append(participant.digest[:8])
    if participant.brain_seed not in (None, options.DEFAULT_BRAIN_SEED):
        tags.append(f"b{participant.brain_seed}")
    if participant.weight_jitter:
        tags.append(f"jitter{participant.weight_jitter:g}")
    if participant.protocol:
        tags.append(f"protocol-{settings_hash(**to_dict(participant.protocol))[:8]}")
    if controls != "all":
        tags.append(f"controls-{controls.replace(',', '-')}")
    shown, usual = asdict(picture), asdict(default)
    tags += [f"{option}-{value}" for option, value in shown.items() if value != usual[option]]
    return tagged(f"{short_name(participant.key)}_{stage.trial.name}_s{stage.seed}", tags)


def _files_of(render: Render, record: Path | None) -> list[str]:
    """Names of the files that may be written into the folder."""
    from spikeworm_env.reports.figures import Needs

    videos = ["trial.mp4", "trial.gif"] if render is Render.VIDEO else []
    return ["path.png", *videos, *([] if record is None else figure_files(Needs.SPIKES))]


class _Trials:
    """The trials of the command: an interrupt or an error ends them and costs none of those before it.

    Attributes:
        results: of the trials that have ended, by control; that of the participant itself is the first.
        partial: the trial of the participant up to an interrupt; None if it ended or did not begin.
        failure: the first interrupt or error.
    """

    def __init__(self, stage: Stage, recorder: SpikeRecorder | None) -> None:
        self._stage, self._recorder = stage, recorder
        self._recording: Recording | None = None
        self.results: dict[str, TrialResult] = {}
        self.partial: TrialResult | None = None
        self.failure: BaseException | None = None

    def run(
        self,
        participant: AgentSpec,
        others: Mapping[str, AgentSpec],
        render_mode: str | None,
        render_options: RenderOptions,
        video: VideoRecorder | None,
    ) -> None:
        """Run the participant, with what is shown and recorded of it, and then its controls."""
        with self._keeping_failure(), progress() as bars:
            with nullcontext() if video is None else video:
                self.results[ITSELF] = self._stage.run(
                    participant, bars, render_mode, render_options, video, self._recorder
                )
            if self.results[ITSELF].provenance.arena and others:
                notice("no controls are run: what was done by hand would be missing in their arena")
                others = {}
            for control, other in others.items():
                self.results[control] = self._stage.run(other, bars)

    def write_recording(self, file: Path) -> list[Path]:
        """Write the recording of the participant, up to an interrupt if there was one; its files."""
        from spikeworm_env.exports import write_recording

        result = self.results.get(ITSELF, self.partial)
        if self._recorder is not None and result is not None:
            with self._keeping_failure():
                self._recording = recording_of(self._recorder, result, self._stage.trial)
                return write_recording(self._recording, file)
        return []

    def draw(self, files: Outputs) -> list[Path]:
        """Publish the video, then the pictures; the paths of those that could be made."""
        published: list[Path] = []
        with self._keeping_failure():
            published += files.publish_optional()
            if self.results:
                with optional_output("path.png"):
                    _draw_paths(files.temporary / "path.png", list(self.results.values()), self._stage.trial)
            if self._recording is not None:
                draw_recording(self._recording, files.temporary)
            published += files.publish_optional()
        return sorted(published)

    @contextmanager
    def _keeping_failure(self) -> Iterator[None]:
        from spikeworm_env.trials.run import TrialInterrupted

        try:
            yield
        except (KeyboardInterrupt, SpikeWormError, OSError) as failure:
            self.failure = self.failure or failure
            if isinstance(failure, TrialInterrupted) and not self.results and failure.result is not None:
                self._keep(failure.result)

    def _keep(self, interrupted: TrialResult) -> None:
        """Keep an interrupted trial; one that was interrupted in its window at the end is whole."""
        if round(interrupted.seconds * 1000) == round(self._stage.trial.settings()["duration_s"] * 1000):
            self.results[ITSELF] = interrupted
        else:
            self.partial = interrupted


def _interrupted(trials: _Trials, written: Sequence[Path]) -> str:
    """The message of an interrupted run: what was done, and what is kept of it."""
    done = [result.agent for result in trials.results.values()]
    if trials.partial is not None:
        done.append(f"{trials.partial.seconds:g} s of {trials.partial.agent}")
    kept = f"kept: {', '.join(map(str, written))}" if written else "no file is kept"
    return f"interrupted after {', '.join(done)}; {kept}" if done else f"interrupted; {kept}"


def _participants(
    name: str, brain_seed: int, weight_jitter: float, controls: str, protocol: tuple[Intervention, ...]
) -> tuple[AgentSpec, dict[str, AgentSpec]]:
    """The agent to run, and the controls beside it by name.

    Raises:
        InputError: an unknown control, or an agent that cannot take part.
    """
    from spikeworm_env.batch.participants import ORACLE, parse_controls, resolve

    known = ("blind", *([WITHOUT_PROTOCOL] if protocol else []), ORACLE)
    wanted = parse_controls(options.parse_names(controls), known)
    if name == ORACLE:  # it does not steer by its senses: both controls are itself
        wanted = ()
    ((found,),) = resolve([name], [brain_seed], weight_jitter).values()
    participant = found.with_protocol(protocol)
    ((oracle,),) = resolve([ORACLE]).values()
    return participant, {
        control: oracle if control == ORACLE else participant.as_control(control) for control in wanted
    }


def _draw_paths(path: Path, results: Sequence[TrialResult], trial: Trial) -> None:
    from spikeworm_env.rendering.picture import PathTrace, path_picture
    from spikeworm_env.trials.provenance import remarks

    first = results[0]
    traces = [
        PathTrace(result.agent, result.path, result.ci_time, result.ci_net, result.success)
        for result in results
    ]
    title = f"{first.agent}, trial {first.trial}, seed {first.seed}, {first.seconds:g} s"
    notes = remarks({result.agent: result.provenance for result in results})
    path_picture(path, traces, trial.settings()["arena_radius"], first.food, title, notes)


def _as_json(results: Mapping[str, TrialResult], written: Sequence[Path]) -> dict[str, Any]:
    from spikeworm_env.trials.metrics import figures_of

    own = results[ITSELF].to_json()
    versions = own.pop("versions")
    return {
        **own,
        "files": [str(file) for file in written],
        "controls": {
            control: {**figures_of(result), "files": []}
            for control, result in results.items()
            if control != ITSELF
        },
        "command": command_line(),
        "versions": versions,
    }


def _print(results: Mapping[str, TrialResult], *, paced: bool) -> None:
    """The table, remarks, and how fast the trial was unless a window set its pace."""
    from spikeworm_env.trials.provenance import remarks

    result = results[ITSELF]
    print_table(
        f"trial {result.trial}, seed {result.seed}, {result.seconds:g} s, start at "
        f"{result.start_distance:g} body lengths",
        ["agent", "ci_time", "ci_net", "ci_clipped", "nearest BL", "reached at", "speed BL/s", "wave Hz"],
        (_row(each) for each in results.values()),
    )
    for remark in remarks({each.agent: each.provenance for each in results.values()}):
        print_text(remark)
    if not paced:
        speed = f"{result.ticks_per_second:,.0f} ticks per second of computing"
        print_text(f"{result.agent}: {speed}; a tick is 1 ms of worm.")


def _row(result: TrialResult) -> list[str]:
    return [
        result.agent,
        figure(result.ci_time),
        figure(result.ci_net),
        figure(result.ci_clipped),
        figure(result.min_distance),
        figure(result.time_to_reach_s, 1, " s"),
        figure(result.speed_bl_per_s, 3),
        figure(result.wave_frequency_hz),
    ]


COMMAND = Command(
    "run",
    run_command,
    order=10,
    examples={
        "run crawler_v1": "A brain in one trial; a video and a picture of the paths in the folder runs",
        "run crawler_v1 --render human --follow": "The same in a window, close to the worm",
        "run klinotaxis --seed 7 --seconds 30": "An agent without a brain, in another arena",
        "run my_brain.db --record spikes.csv": "A brain file, with its spikes in a table",
    },
)
