"""``spikeworm run``: one trial, with a video and a picture of the paths, beside its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.outputs import check_folder, outputs
from spikeworm_env.cli.recordings import check_record, new_recorder, write_trial_recording
from spikeworm_env.cli.screen import (
    command_line,
    figure,
    print_files,
    print_json,
    print_table,
    progress,
    screen,
)
from spikeworm_env.cli.video_recorder import VideoRecorder
from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from rich.progress import Progress

    from spikeworm_env.agents.protocol import Agent
    from spikeworm_env.batch.participants import AgentSpec
    from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.recording import SpikeRecorder
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


class Render(StrEnum):
    """What is shown of the trial, while it runs or afterwards."""

    HUMAN = "human"
    VIDEO = "video"
    NONE = "none"


RENDER_MODES = {Render.HUMAN: "human", Render.VIDEO: "rgb_array", Render.NONE: None}


def run_command(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help=f"An agent, a recipe or a brain file; {options.DEFAULT_BRAIN} if not given.",
            metavar="NAME|FILE",
            show_default=False,
        ),
    ] = options.DEFAULT_BRAIN,
    seed: Annotated[int, typer.Option("--seed", help="Trial seed: arena, start, heading and noise.")] = 0,
    arena: options.ArenaOptions,
    brain_seed: options.BrainSeed = options.DEFAULT_BRAIN_SEED,
    weight_jitter: options.WeightJitter = 0.0,
    controls: Annotated[
        str,
        typer.Option("--controls", help="all, none, or names with commas between: blind, oracle."),
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
        Path | None, typer.Option("--out", help="Folder; runs/NAME_TRIAL_sSEED if not given.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run one trial beside its blind control and the oracle; write a picture of the paths and a video."""
    stage = Stage(arena.as_trial(), seed, arena.frame_skip)
    render_options = picture.as_render_options()
    stage.check(RENDER_MODES[render])
    check_folder(out or Path("runs"))
    if record is not None:
        check_record(record, [name])
    participant, others = _participants(name, brain_seed, weight_jitter, controls)
    participant.check(stage.trial)
    folder = out or Path("runs") / f"{participant.key}_{stage.trial.name}_s{seed}"
    with outputs(folder) as files, progress() as bars:
        recorder = None if record is None else new_recorder()
        if render is Render.VIDEO:
            with VideoRecorder(files.temporary / "trial") as video:
                result = stage.run(participant, bars, "rgb_array", render_options, video, recorder)
        else:
            result = stage.run(
                participant, bars, RENDER_MODES[render], render_options, spike_recorder=recorder
            )
        beside = {control: stage.run(other, bars) for control, other in others.items()}
        _draw_paths(files.temporary / "path.png", [result, *beside.values()], stage.trial)
        recorded = (
            []
            if record is None or recorder is None
            else write_trial_recording(recorder, record, result, stage.trial, files.temporary)
        )
        written = [*recorded, *files.publish()]
    if as_json:
        print_json(_as_json(result, beside, written))
    else:
        _print(result, beside, written, paced=render is Render.HUMAN)


@dataclass(frozen=True)
class Stage:
    """The trial of a command, its seed and its control step."""

    trial: Trial
    seed: int
    frame_skip: int

    def check(self, render_mode: str | None) -> None:
        """Check, before anything is written, that the environment accepts the trial.

        Raises:
            InputError: naming the argument.
        """
        checked_seed(self.seed, "--seed")
        if render_mode == "human":
            from spikeworm_env.rendering.display import check_display

            check_display()
        self.trial.make_env(frame_skip=self.frame_skip, render_mode=render_mode).close()

    def run(
        self,
        participant: AgentSpec,
        bars: Progress,
        render_mode: str | None = None,
        render_options: RenderOptions | None = None,
        video_recorder: VideoRecorder | None = None,
        spike_recorder: SpikeRecorder | None = None,
    ) -> TrialResult:
        """One trial of one agent; a rendered one shows the agent's brain, if it has one."""
        from spikeworm_env.trials.run import run_trial

        total = round(self.trial.settings()["duration_s"] * 1000)
        bar = bars.add_task(f"{participant.key}: preparing", total=total)
        agent = participant.make(self.frame_skip, self.trial)
        if spike_recorder is not None:
            spike_recorder.listen(agent)
        if render_mode is not None and render_options is not None:
            agent, render_options.panel = _with_panel(agent)
        bars.update(bar, description=participant.key)

        def show(env: Any, info: Mapping[str, Any]) -> None:
            bars.update(bar, completed=info["tick"])
            for other in (video_recorder, spike_recorder):
                if other is not None:
                    other(env, info)

        return run_trial(
            agent,
            self.trial,
            self.seed,
            frame_skip=self.frame_skip,
            render_mode=render_mode,
            render_options=render_options,
            observer=show,
        )


def _with_panel(agent: Agent) -> tuple[Agent, Callable[[], BrainSnapshot] | None]:
    """The agent and the panel of its brain; an agent without a brain has none."""
    from spikeworm_env.agents.recording_agent import RecordingAgent
    from spikeworm_env.agents.spiking import SpikingAgent

    if not isinstance(agent, SpikingAgent):
        return agent, None
    recording_agent = RecordingAgent(agent)
    return recording_agent, recording_agent.panel


def _participants(
    name: str, brain_seed: int, weight_jitter: float, controls: str
) -> tuple[AgentSpec, dict[str, AgentSpec]]:
    """The agent to run, and the controls beside it by name.

    Raises:
        InputError: an unknown control, or an agent that cannot take part.
    """
    from spikeworm_env.batch.participants import ORACLE, parse_controls, resolve

    wanted = parse_controls(options.parse_names(controls), ("blind", ORACLE))
    if name == ORACLE:  # it does not steer by its senses: its blind control is itself
        wanted = tuple(control for control in wanted if control != "blind")
    ((participant,),) = resolve([name], [brain_seed], weight_jitter).values()
    ((oracle,),) = resolve([ORACLE]).values()
    return participant, {
        control: oracle if control == ORACLE else participant.as_control(control) for control in wanted
    }


def _draw_paths(path: Path, results: Sequence[TrialResult], trial: Trial) -> None:
    from spikeworm_env.rendering.picture import PathTrace, path_picture

    first = results[0]
    traces = [
        PathTrace(result.agent, result.path, result.ci_time, result.ci_net, result.success)
        for result in results
    ]
    title = f"{first.agent}, trial {first.trial}, seed {first.seed}, {first.seconds:g} s"
    path_picture(path, traces, trial.settings()["arena_radius"], first.food, title)


def _as_json(
    result: TrialResult, beside: Mapping[str, TrialResult], written: Sequence[Path]
) -> dict[str, Any]:
    from spikeworm_env.trials.metrics import figures_of
    from spikeworm_env.trials.provenance import versions

    return {
        **figures_of(result),
        "files": [str(file) for file in written],
        "controls": {name: {**figures_of(control), "files": []} for name, control in beside.items()},
        "command": command_line(),
        "versions": versions(),
    }


def _print(
    result: TrialResult, beside: Mapping[str, TrialResult], written: Sequence[Path], *, paced: bool
) -> None:
    """The table, how fast the trial was unless a window set its pace, and the files."""
    print_table(
        f"trial {result.trial}, seed {result.seed}, {result.seconds:g} s, start at "
        f"{result.start_distance:g} body lengths",
        ["agent", "ci_time", "ci_net", "ci_clipped", "nearest BL", "reached at", "speed BL/s", "wave Hz"],
        (_row(each) for each in (result, *beside.values())),
    )
    if not paced:
        speed = f"{result.ticks_per_second:,.0f} ticks per second of computing"
        screen().print(f"{result.agent}: {speed}; a tick is 1 ms of worm.", soft_wrap=True)
    print_files(written)


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


COMMAND = Command("run", run_command, order=10)
