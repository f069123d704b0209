"""The trial of a command: one participant after the other, each with a progress bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from rich.progress import Progress

    from spikeworm_env.batch.participants import AgentSpec
    from spikeworm_env.cli.video_recorder import VideoRecorder
    from spikeworm_env.rendering.options import RenderOptions
    from spikeworm_env.trials.recording import SpikeRecorder
    from spikeworm_env.trials.result import TrialResult
    from spikeworm_env.trials.task import Trial


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

            check_display("--render is human", "video or none instead")
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
        """One trial of one agent; a rendered one shows the agent's brain, if it has one.

        A window stays at the end of the trial until it is closed.

        Raises:
            TrialInterrupted: Ctrl-C during the trial.
        """
        from spikeworm_env.trials.run import run_trial

        total = round(self.trial.settings()["duration_s"] * 1000)
        bar = bars.add_task(f"{participant.key}: preparing", total=total)
        agent = participant.make(self.frame_skip, self.trial)
        if spike_recorder is not None:
            spike_recorder.listen(agent)
        if render_mode is not None and render_options is not None:
            from spikeworm_env.agents.recording_agent import with_panel

            agent, render_options.panel = with_panel(agent)
        bars.update(bar, description=participant.key)

        def show(env: Any, info: Mapping[str, Any]) -> None:
            bars.update(bar, completed=info["tick"])
            for other in (video_recorder, spike_recorder):
                if other is not None:
                    other(env, info)
            if info["tick"] >= total:
                env.hold_window()

        return run_trial(
            agent,
            self.trial,
            self.seed,
            frame_skip=self.frame_skip,
            render_mode=render_mode,
            render_options=render_options,
            observer=show,
            progress=False,
        )
