"""One trial: one worm, one arena, one start, a fixed simulated time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.pace import check_same, frame_skip_of
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.envs.observation import LAYOUT
from spikeworm_env.seeds import checked_seed
from spikeworm_env.trials.kinematics import net_speed, wave_frequency
from spikeworm_env.trials.task import Trial, find_trial
from spikeworm_env.world.arena import SIGMA
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

if TYPE_CHECKING:
    from spikeworm_env.rendering.options import RenderOptions

SAMPLE_TICKS = 50  # 20 Hz: twenty times the undulation of a crawling worm

LEAST_PATH_S = 10.0

INDICES = ("ci_time", "ci_net", "ci_clipped")

Observer = Callable[[gymnasium.Env, Mapping[str, Any]], None]
"""Called with the environment and its info after reset and about every `SAMPLE_TICKS` ticks; only looks."""


@dataclass(frozen=True)
class TrialResult:
    """What one trial showed.

    Attributes:
        agent: the agent's name.
        trial: the trial's name.
        seed: the trial seed, which fixes arena, start, heading and all noise.
        ticks: ticks of 1 ms simulated.
        ci_time, ci_net, ci_clipped: the chemotaxis indices over all ticks.
        success: whether the head came within 1 BL of a food.
        time_to_reach_s: when it first had, to the next sample (50 ms); None if never.
        min_distance: the head's least distance from a food, BL.
        start_distance: its distance at the start, BL.
        speed_bl_per_s: speed of the drag centre along its path, without the swing of the wave.
        wave_frequency_hz: dominant frequency of the joint angles; None for a still body or a short trial.
            Both are measured on the way, that is until a food is reached: a worm that rests there is not
            a slow one. One that reaches it in less than `LEAST_PATH_S` is measured over the whole trial.
        eaten: full foods eaten, where food can be eaten; None elsewhere.
        sample_s: seconds between samples; the last may be nearer to the one before.
        path: (m, 2) the head's place at the start, at every sample and at the end, BL.
        centre: (m, 2) the drag centre's, BL.
        heading: (m,) of the head, radians.
        posture: (m, 23) the joint angles, head first, radians.
        food_path: (m, k, 2) the foods' places, BL.
        food: (k, 4) the foods at the end: x, y (BL), peak, sigma (BL).
        ticks_per_second: ticks simulated per second of wall-clock time.

    Two results are equal when all but arrays and ``ticks_per_second`` are.
    """

    agent: str
    trial: str
    seed: int
    ticks: int
    ci_time: float
    ci_net: float
    ci_clipped: float
    success: bool
    time_to_reach_s: float | None
    min_distance: float
    start_distance: float
    speed_bl_per_s: float | None
    wave_frequency_hz: float | None
    eaten: float | None
    sample_s: float
    path: NDArray[np.float64] = field(compare=False)
    centre: NDArray[np.float64] = field(compare=False)
    heading: NDArray[np.float32] = field(compare=False)
    posture: NDArray[np.float32] = field(compare=False)
    food_path: NDArray[np.float32] = field(compare=False)
    food: NDArray[np.float64] = field(compare=False)
    ticks_per_second: float = field(compare=False)

    @property
    def seconds(self) -> float:
        """Simulated seconds."""
        return self.ticks / 1000

    @property
    def samples_before_food(self) -> int:
        """How many evenly spaced samples come before food is reached, as for speed."""
        evenly = int(self.seconds / self.sample_s + 1e-6) + 1
        return samples_before_food(evenly, self.time_to_reach_s, self.sample_s)

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON types, without the arrays; what could not be measured is None."""
        names = (
            "agent",
            "trial",
            "seed",
            "seconds",
            "ci_time",
            "ci_net",
            "ci_clipped",
            "success",
            "time_to_reach_s",
            "min_distance",
            "start_distance",
            "speed_bl_per_s",
            "wave_frequency_hz",
            "eaten",
            "ticks_per_second",
        )
        return {name: getattr(self, name) for name in names}


def run_trial(
    agent: str | Path | Agent,
    trial: str | Trial = "default",
    seed: int = 0,
    *,
    frame_skip: int | None = None,
    render_mode: str | None = None,
    render_options: RenderOptions | None = None,
    observer: Observer | None = None,
) -> TrialResult:
    """Run one trial of one agent.

    Args:
        agent: an agent, or what `make_agent` takes: a name, a recipe or a brain file.
        trial: a trial or the name of one.
        seed: the trial seed. Every agent given it meets the same arena, start and heading; the agent's own
            noise comes from a stream of the same seed that is independent of the environment's.
        frame_skip: ticks of 1 ms per step of the environment; 1 is lock-step. None stands for that of the
            agent, or for 10 if ``agent`` is no agent yet or does not say.
        render_mode: that of the environment, for an observer that draws.
        look: how frames are to look; by default as the environment's begins.
        observer: looks on, see `Observer`; its time does not count in ``ticks_per_second``.

    Raises:
        InputError: an unknown name, a seed that is none, arguments that agent or environment refuses, or an
            agent that holds its actions for another ``frame_skip``.
    """
    seed = checked_seed(seed, "trial seed")
    trial = find_trial(trial)
    held = frame_skip_of(agent)
    if frame_skip is None:
        frame_skip = DEFAULT_FRAME_SKIP if held is None else held
    with closing(trial.make_env(frame_skip=frame_skip, render_mode=render_mode)) as env:
        if isinstance(agent, str | Path):
            agent = make_agent(agent, env=env)
        elif held is not None:
            check_same(agent.name, held, frame_skip)
        env.title = f"{agent.name} · {trial.name} · seed {seed}"  # type: ignore[attr-defined]
        if render_options is not None:
            env.render_options = render_options  # type: ignore[attr-defined]
        observation, info = env.reset(seed=seed, options=trial.reset_options())
        agent.reset(seed=agent_seed(seed), info=info)
        sample_steps = max(1, round(SAMPLE_TICKS / frame_skip))
        sample_ticks = sample_steps * frame_skip
        track = _Track(env, sample_ticks / 1000)
        track.add(observation, info, evenly=True)
        busy_s, ended = 0.0, False
        while not ended:
            if observer is not None:
                observer(env, info)
            started = perf_counter()
            observation, info, ended = _advance(env, agent, observation, sample_steps)
            busy_s += perf_counter() - started
            # a last sample that comes early would bend speed and spectrum
            track.add(observation, info, evenly=info["tick"] % sample_ticks == 0)
        if observer is not None:
            observer(env, info)
        measured = track.measured(info)
    return TrialResult(agent.name, trial.name, seed, **measured, ticks_per_second=measured["ticks"] / busy_s)


def _advance(
    env: gymnasium.Env, agent: Agent, observation: NDArray, max_steps: int
) -> tuple[NDArray, dict[str, Any], bool]:
    """The closed loop for that many steps or to the end of the episode.

    Returns: last observation, last info, whether the episode ended.
    """
    step, act, learn = env.step, agent.act, agent.learn
    for _ in range(max_steps):
        observation, reward, terminated, truncated, info = step(act(observation))
        learn(float(reward), terminated, truncated, info)
        if terminated or truncated:
            return observation, info, True
    return observation, info, False


def agent_seed(trial_seed: int) -> int:
    """The seed of an agent's noise: a child stream of the trial seed, so independent of the environment's."""
    child = np.random.SeedSequence(trial_seed, spawn_key=(1,))
    return int(child.generate_state(1, np.uint64)[0])


def samples_before_food(evenly: int, reached_s: float | None, sample_s: float) -> int:
    """Of so many even samples, those until food is reached; all if it took less than `LEAST_PATH_S`."""
    if reached_s is None or reached_s < LEAST_PATH_S:
        return evenly
    return min(evenly, round(reached_s / sample_s) + 1)


class _Track:
    """Samples of a trial as it runs."""

    def __init__(self, env: gymnasium.Env, sample_s: float) -> None:
        self._env, self._sample_s, self._joints = env, sample_s, LAYOUT["joint_angle"]
        self._path: list[tuple[float, float]] = []
        self._centre: list[NDArray] = []
        self._heading: list[float] = []
        self._posture: list[NDArray] = []
        self._food_path: list[NDArray] = []
        self._evenly = 0
        self._reached_s: float | None = None

    def add(self, observation: NDArray, info: Mapping[str, Any], *, evenly: bool) -> None:
        """Take a sample; only the last may come at another distance than the others."""
        self._path.append(tuple(info["position"]))
        self._centre.append(np.array(self._env.drag_centre))  # type: ignore[attr-defined]
        self._heading.append(info["heading_rad"])
        self._posture.append(np.array(observation[self._joints]))
        self._food_path.append(np.array(info["food"]).reshape(-1, 2))
        self._evenly += evenly
        if self._reached_s is None and info["success"]:
            self._reached_s = float(info["time_s"])

    def measured(self, info: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a `TrialResult` that the track and the last info give."""
        centre, posture = np.array(self._centre), np.array(self._posture, dtype=np.float32)
        way = samples_before_food(self._evenly, self._reached_s, self._sample_s)
        return {
            "ticks": int(info["tick"]),
            **{name: float(info[name]) for name in INDICES},
            "success": bool(info["success"]),
            "time_to_reach_s": self._reached_s,
            "min_distance": float(info["min_distance"]),
            "start_distance": float(info["start_distance"]),
            "speed_bl_per_s": _known(net_speed(centre[:way], self._sample_s)),
            "wave_frequency_hz": _known(wave_frequency(posture[:way], self._sample_s)),
            "eaten": float(info["eaten"]) if "eaten" in info else None,
            "sample_s": self._sample_s,
            "path": np.array(self._path, dtype=np.float64),
            "centre": centre,
            "heading": np.array(self._heading, dtype=np.float32),
            "posture": posture,
            "food_path": np.array(self._food_path, dtype=np.float32),
            "food": self._env.get_state().sources[:, : SIGMA + 1],  # type: ignore[attr-defined]
        }


def _known(measured: float) -> float | None:
    return None if math.isnan(measured) else measured
