"""``spikeworm run``: one trial, recording_agent, beside its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.brain_figures import draw_spikes
from spikeworm_env.cli.outputs import check_folder, outputs
from spikeworm_env.cli.recorded import check_record, take_recording
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
from spikeworm_env.errors import InputError, suggestion
from spikeworm_env.seeds import checked_seed
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

if TYPE_CHECKING:
    from rich.progress import Progress

    from spikeworm_env.agents.protocol import Agent
    from spikeworm_env.batch.participants import AgentSpec
    from spikeworm_env.exports import SpikeRecorder
    from spikeworm_env.rendering.brain_snapshot import BrainSnapshot
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


class Render(StrEnum):
    """What is shown of the trial, while it runs or afterwards."""

    HUMAN = "human"
    VIDEO = "video"
    NONE = "none"


RENDER_MODES = {Render.HUMAN: "human", Render.VIDEO: "rgb_array", Render.NONE: None}


def run_command(  # noqa: PLR0913 - one parameter an option
    *,
    brain: Annotated[
        str | None,
        typer.Option("--brain", help=f"A recipe or a brain file; {options.DEFAULT_BRAIN} if not given."),
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", help="An agent without a brain instead.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Trial seed: arena, start, heading and noise.")] = 0,
    trial: options.TrialName = "default",
    seconds: options.Seconds = None,
    ticks: options.Ticks = None,
    start_distance: options.StartDistance = None,
    sigma: options.Sigma = None,
    foods: options.Foods = None,
    frame_skip: options.FrameSkip = DEFAULT_FRAME_SKIP,
    brain_seeds: options.BrainSeeds = str(options.DEFAULT_BRAIN_SEED),
    weight_jitter: options.WeightJitter = 0.0,
    controls: options.Controls = "all",
    render: Annotated[
        Render, typer.Option("--render", help="A video file, a window or neither.")
    ] = Render.VIDEO,
    panel: options.Panel = True,
    theme: options.ThemeName = "dark",
    follow: options.Follow = False,
    zoom: options.Zoom = None,
    record: options.Record = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder; runs/AGENT_TRIAL_sSEED if not given.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run one trial beside the blind control and the oracle; write a picture of the paths and a video."""
    source = _chosen(brain, agent)
    arena = options.ArenaOptions(trial, seconds, ticks, start_distance, sigma, foods).as_trial()
    stage = Stage(arena, seed, frame_skip)
    render_options = options.Picture(panel, theme, follow, zoom).as_look()
    stage.check(RENDER_MODES[render])
    check_folder(out or Path("runs"))
    if record is not None:
        check_record(record, [source])
    participant, others = _participants(source, options.seeds_of(brain_seeds), weight_jitter, controls)
    participant.check(arena)
    with (
        outputs(out or Path("runs") / f"{participant.key}_{arena.name}_s{seed}") as files,
        progress() as bars,
    ):
        spike_recorder = None if record is None else _new_spike_recorder()
        if render is Render.VIDEO:
            with VideoRecorder(files.workshop / "trial") as video_recorder:
                result = stage.run(
                    participant, bars, "rgb_array", render_options, video_recorder, spike_recorder
                )
        else:
            result = stage.run(
                participant, bars, RENDER_MODES[render], render_options, spike_recorder=spike_recorder
            )
        beside = {name: stage.run(other, bars) for name, other in others.items()}
        _draw_paths(files.workshop / "path.png", [result, *beside.values()], arena)
        recorded = (
            []
            if record is None or spike_recorder is None
            else _keep(spike_recorder, record, result, arena, files.workshop)
        )
        written = [*recorded, *files.publish()]
    if as_json:
        print_json(_as_json(result, beside, written))
    else:
        _print(result, beside, written, paced=render is Render.HUMAN)


@dataclass(frozen=True)
class Stage:
    """Where the trials of one command take place."""

    trial: Trial
    seed: int
    frame_skip: int

    def check(self, render_mode: str | None) -> None:
        """Refuse, before anything is written, what the environment would refuse.

        Raises:
            InputError: naming the argument.
        """
        checked_seed(self.seed, "--seed")
        if render_mode == "human":
            from spikeworm_env.rendering.window import check_display

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
        """One trial of one agent; one that is looked at shows its brain, if it has one."""
        from spikeworm_env.trials.run import run_trial

        total = round(self.trial.settings()["duration_s"] * 1000)
        bar = bars.add_task(f"{participant.key}: getting ready", total=total)
        agent = participant.make(self.frame_skip, self.trial)
        if spike_recorder is not None:
            spike_recorder.listen(agent)
        if render_mode is not None and render_options is not None:
            agent, render_options.panel = _watched(agent)
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


def _new_spike_recorder() -> SpikeRecorder:
    from spikeworm_env.exports import SpikeRecorder

    return SpikeRecorder()


def _keep(
    spike_recorder: SpikeRecorder, file: Path, result: TrialResult, trial: Trial, workshop: Path
) -> list[Path]:
    """Write the recording, and its picture into the workshop; where the recording is."""
    from spikeworm_env.exports import write_recording

    recording = take_recording(spike_recorder, result, trial)
    draw_spikes(recording, workshop / "activity.png")
    return write_recording(recording, file)


def _watched(agent: Agent) -> tuple[Agent, Callable[[], BrainSnapshot] | None]:
    """The agent, taking notes if it has a brain, and what shows them."""
    from spikeworm_env.agents.recording_agent import RecordingAgent
    from spikeworm_env.agents.spiking import SpikingAgent

    if not isinstance(agent, SpikingAgent):
        return agent, None
    recording_agent = RecordingAgent(agent)
    return recording_agent, recording_agent.panel


def _chosen(brain: str | None, agent: str | None) -> str:
    """The recipe, brain file or agent that the options name.

    Raises:
        InputError: both are given, or one names what the other is for.
    """
    from spikeworm_env.agents import AGENTS, find_agent

    if brain is not None and agent is not None:
        raise InputError("give --brain or --agent, not both")
    if agent is not None and find_agent(agent) is None:
        raise InputError(
            f"--agent: {agent!r} is no agent without a brain; recipes and brain files go with --brain"
            f"{suggestion(agent, AGENTS)}"
        )
    if brain is not None and find_agent(brain) is not None:
        raise InputError(f"--brain: {brain!r} is an agent without a brain; use --agent {brain}")
    return agent or brain or options.DEFAULT_BRAIN


def _participants(
    source: str, brain_seeds: Sequence[int], weight_jitter: float, controls: str
) -> tuple[AgentSpec, dict[str, AgentSpec]]:
    """Who runs, and by name the controls beside it.

    Raises:
        InputError: an unknown control, more than one brain seed, or what cannot take part.
    """
    from spikeworm_env.batch.participants import ORACLE, controls_named, enter

    wanted = controls_named(options.names_of(controls), ("blind", ORACLE))
    if source == ORACLE:  # it does not steer by its senses, so that taking them away shows nothing
        wanted = tuple(name for name in wanted if name != "blind")
    if len(brain_seeds) != 1:
        raise InputError("--brain-seeds: run takes one seed; compare takes several")
    ((participant,),) = enter([source], brain_seeds, weight_jitter).values()
    ((oracle,),) = enter([ORACLE]).values()
    return participant, {name: oracle if name == ORACLE else participant.as_control(name) for name in wanted}


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
