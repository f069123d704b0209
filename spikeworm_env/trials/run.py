"""One trial: one worm, one arena, one start, a fixed simulated time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.closed_loop import ClosedLoop
from spikeworm_env.agents.experiment import give_protocol
from spikeworm_env.agents.protocol import Agent, frame_skip_of
from spikeworm_env.agents.sources import Source, check_source
from spikeworm_env.checks import function
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._protocol import Protocol, ProtocolLike, load_protocol
from spikeworm_env.progress import Shown, Work, check_progress, shown_progress
from spikeworm_env.rendering.options import RenderOptions
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.brain_recording import BrainRecorder, brain_of, check_record
from spikeworm_env.trials.kinematics import net_speed, wave_frequency
from spikeworm_env.trials.provenance import Provenance
from spikeworm_env.trials.result import INDICES, TrialResult, samples_before_food
from spikeworm_env.trials.task import Trial, find_trial
from spikeworm_env.world.arena import gaussians_of
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP, TICKS_PER_S

SAMPLE_TICKS = 50  # 20 Hz: twenty times the undulation of a crawling worm

Observer = Callable[[gymnasium.Env, Mapping[str, Any]], None]
"""Called with the environment and its info after reset and about every `SAMPLE_TICKS` ticks; read-only."""


class TrialInterrupted(KeyboardInterrupt):
    """Ctrl-C during a trial.

    Attributes:
        result: of the trial up to its last sample; None before the first step.
    """

    def __init__(self, result: TrialResult | None = None) -> None:
        super().__init__()
        self.result = result


def run_trial(  # noqa: PLR0913 - an experiment, one word each
    agent: Source,
    trial: str | Trial = "default",
    seed: int = 0,
    *,
    frame_skip: int | None = None,
    render_mode: str | None = None,
    render_options: RenderOptions | None = None,
    observer: Observer | None = None,
    protocol: ProtocolLike = (),
    record: str | Sequence[str] = (),
    progress: Shown = None,
) -> TrialResult:
    """Run one trial of one agent.

    Args:
        agent: what `make_agent` takes: a name, a recipe or a brain, as a file or in memory, or an agent.
        trial: a trial or the name of one.
        seed: the trial seed, 0 to 2**63 - 1. Every agent with the same seed gets the same arena, start and
            heading; the agent's noise comes from a stream of the same seed that is independent of the
            environment's.
        frame_skip: ticks of 1 ms per step of the environment; 1 is lock-step. None: that of the
            agent, or 10 if ``agent`` is a name or works with any.
        render_mode: that of the environment, for an observer that draws.
        render_options: appearance of frames; the environment's default if None.
        observer: see `Observer`; its time does not count in ``ticks_per_second``.
        protocol: what is done to the brain in this trial, besides the protocol that an agent may have: a list
            of interventions such as ``sw.Silence("head", start_s=10, stop_s=12)``, or a JSON file.
        record: what ``recording`` of the result holds: ``"spikes"``, ``"v:NEURONS"`` for membrane potentials
            in every tick, ``"w:SYNAPSES"`` for weights every 100 ticks.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`.

    Raises:
        InputError: an unknown name, an invalid seed, arguments that agent or environment refuses, or an agent
            of another ``frame_skip``.
        TrialInterrupted: Ctrl-C after the start of the trial; it holds the result so far.
    """
    seed = checked_seed(seed, "trial seed")
    trial = find_trial(trial)
    _check_types(agent, render_options, observer)
    protocol, record = load_protocol(protocol), check_record(record)
    check_progress(progress)
    held = frame_skip_of(agent)
    if frame_skip is None:
        frame_skip = DEFAULT_FRAME_SKIP if held is None else held
    with ExitStack() as stack:
        env = stack.enter_context(closing(trial.make_env(frame_skip=frame_skip, render_mode=render_mode)))
        agent = make_agent(agent, env=env)
        stack.enter_context(_added_protocol(agent, protocol))
        label = trial.label(frame_skip)
        title = (label, f"seed {seed}")
        work = Work(f"{agent.name}, seed {seed}", total=trial.settings()["duration_s"] * TICKS_PER_S)
        stack.enter_context(shown_progress(work, progress))
        env.title = " · ".join((agent.name, *title))  # type: ignore[attr-defined]
        if render_options is not None:
            env.render_options = render_options  # type: ignore[attr-defined]
        observation, info = env.reset(seed=seed, options=trial.reset_options())
        agent.reset(seed=agent_seed(seed), info=info)
        recorder = BrainRecorder(brain_of(agent), record) if record else None
        if recorder is not None:
            stack.callback(recorder.stop)
        made = Provenance.of(agent)
        if made.text:
            env.title = " · ".join((agent.name, made.text, *title))  # type: ignore[attr-defined]
        sample_steps = max(1, round(SAMPLE_TICKS / frame_skip))
        sample_ticks = sample_steps * frame_skip
        samples = _Samples(env, sample_ticks / 1000)
        samples.add(observation, info, evenly=True)
        clock, ended, loop = _Clock(), False, ClosedLoop(env, agent)

        def result_so_far() -> TrialResult:
            measured, pace = samples.measured(info), clock.ticks_per_second()
            arena = (*env.interventions, *_cut_short(trial, info))  # type: ignore[attr-defined]
            provenance = replace(made, arena=arena)
            return TrialResult(
                agent.name,
                label,
                seed,
                **measured,
                ticks_per_second=pace,
                provenance=provenance,
                recording=None if recorder is None else recorder.recording(),
            )

        try:
            while not ended:
                if observer is not None:
                    observer(env, info)
                with clock.timing():
                    observation, info, ended = _advance(env, agent, loop, observation, sample_steps)
                work.done = info["tick"]
                clock.ticks.append(info["tick"])
                # a last sample that comes early would distort speed and spectrum
                samples.add(observation, info, evenly=info["tick"] % sample_ticks == 0)
            if observer is not None:
                observer(env, info)
        except KeyboardInterrupt:
            raise TrialInterrupted(result_so_far() if clock.ticks else None) from None
        return result_so_far()


@contextmanager
def _added_protocol(agent: Agent, protocol: Protocol) -> Iterator[None]:
    """The agent with these interventions besides its own, for one trial."""
    if not protocol:
        yield
        return
    before: Protocol = getattr(agent, "protocol", ())
    give_protocol(agent, (*before, *protocol))
    try:
        yield
    finally:
        give_protocol(agent, before)


def _cut_short(trial: Trial, info: Mapping[str, Any]) -> tuple[str, ...]:
    """That a trial did not come to its end, if it did not."""
    seconds, whole = info["tick"] / TICKS_PER_S, trial.settings()["duration_s"]
    return (f"interrupted after {seconds:g} of {whole:g} s",) if seconds < whole - 0.5 / TICKS_PER_S else ()


def _check_types(agent: object, render_options: object, observer: object) -> None:
    check_source(agent)
    if render_options is not None:
        if not isinstance(render_options, RenderOptions):
            raise InputError(f"render_options is {shown(render_options)}; expected RenderOptions")
        render_options.check()
    function("observer", observer)


def _advance(
    env: gymnasium.Env, agent: Agent, loop: ClosedLoop, observation: NDArray, max_steps: int
) -> tuple[NDArray, dict[str, Any], bool]:
    """The closed loop for that many steps or to the end of the episode.

    Returns: last observation, last info, whether the episode ended.
    """
    compiled = loop.run(observation, max_steps)
    if compiled is not None:
        return compiled
    step, act, learn = env.step, agent.act, agent.learn
    for _ in range(max_steps):
        observation, reward, terminated, truncated, info = step(act(observation))
        learn(float(reward), terminated, truncated, info)
        if terminated or truncated:
            return observation, info, True
    return observation, info, False


class _Clock:
    """Computing time of the stretches of a trial."""

    def __init__(self) -> None:
        self.ticks: list[int] = []  # at the end of each stretch
        self._seconds: list[float] = []

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Time one stretch."""
        started = perf_counter()
        yield
        self._seconds.append(perf_counter() - started)

    def ticks_per_second(self) -> float:
        """Of all stretches but the first, in which kernels may be compiled; of that one if it is alone."""
        if len(self.ticks) == 1:
            return self.ticks[0] / self._seconds[0]
        return (self.ticks[-1] - self.ticks[0]) / sum(self._seconds[1:])


def agent_seed(trial_seed: int) -> int:
    """The seed of an agent's noise: a child stream of the trial seed, so independent of the environment's."""
    child = np.random.SeedSequence(trial_seed, spawn_key=(1,))
    return int(child.generate_state(1, np.uint64)[0])


class _Samples:
    """Samples of a trial as it runs."""

    def __init__(self, env: gymnasium.Env, sample_s: float) -> None:
        self._env, self._sample_s, self._joints = env, sample_s, LAYOUT["joint_angle"]
        self._path: list[tuple[float, float]] = []
        self._centre: list[NDArray] = []
        self._heading: list[float] = []
        self._posture: list[NDArray] = []
        self._concentration: list[float] = []
        self._food_path: list[NDArray] = []
        self._evenly = 0
        self._reached_s: float | None = None

    def add(self, observation: NDArray, info: Mapping[str, Any], *, evenly: bool) -> None:
        """Take a sample; only the last may come at another interval than the others."""
        self._path.append(tuple(info["position"]))
        self._centre.append(np.array(self._env.drag_centre))  # type: ignore[attr-defined]
        self._heading.append(info["heading_rad"])
        self._posture.append(np.array(observation[self._joints]))
        self._concentration.append(info["concentration"])
        self._food_path.append(np.array(info["food"]).reshape(-1, 2))
        self._evenly += evenly
        if self._reached_s is None and info["success"]:
            self._reached_s = float(info["time_s"])

    def measured(self, info: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a `TrialResult` that the samples and the last info give."""
        whole = slice(len(self._food_path))  # an interrupt may leave the last sample incomplete
        centre, posture = np.array(self._centre[whole]), np.array(self._posture[whole], dtype=np.float32)
        on_path = samples_before_food(self._evenly, self._reached_s, self._sample_s)
        return {
            "ticks": int(info["tick"]),
            **{name: float(info[name]) for name in INDICES},
            "success": bool(info["success"]),
            "time_to_reach_s": self._reached_s,
            "min_distance": float(info["min_distance"]),
            "start_distance": float(info["start_distance"]),
            "speed_bl_per_s": _known(net_speed(centre[:on_path], self._sample_s)),
            "wave_frequency_hz": _known(wave_frequency(posture[:on_path], self._sample_s)),
            "eaten": float(info["eaten"]) if "eaten" in info else None,
            "sample_s": self._sample_s,
            "path": np.array(self._path[whole], dtype=np.float64),
            "centre": centre,
            "heading": np.array(self._heading[whole], dtype=np.float32),
            "posture": posture,
            "concentration": np.array(self._concentration[whole], dtype=np.float32),
            "food_path": np.array(self._food_path, dtype=np.float32),
            "food": gaussians_of(self._env.get_state().sources),  # type: ignore[attr-defined]
        }


def _known(measured: float) -> float | None:
    return None if math.isnan(measured) else measured
