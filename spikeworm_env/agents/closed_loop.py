"""Brain, body and arena in one compiled call for many steps.

Step by step, an environment and an agent meet in Python for each step, which at one tick a step takes four
times as long as brain and body themselves. Here a kernel runs whole steps, by calling the kernels of both,
and comes back to Python where someone looks: a sample of the trial, a reward to deliver, a block of noise
that ends, a scheduled event. Both ways give the same bits.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.control_step import AT_START, COMPLETE, PASSED
from spikeworm_env.agents.driver import DrivingAgent, driver_of
from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.envs.info import Info
from spikeworm_env.envs.spaces import disturb
from spikeworm_env.envs.stretch import Stretch
from spikeworm_env.kernels.addresses import address_of, call_bool, call_int
from spikeworm_env.kernels.binding import kernel

NOT_FINITE: Final = -1  # besides what a control step can come to: the body has refused an action
STEPS, TICKS = range(2)  # indices into what is done


class BrainCall(NamedTuple):
    """What a control step takes besides the observation, see `control_step.think`."""

    think: Any  # address of the kernel
    addresses: Any
    senses: Any  # address of the handle, as is net
    net: Any
    clock: NDArray[np.int64]
    frame_skip: int
    plasticity: float


class Receptors(NamedTuple):
    """What changes a step's observation and receptors before they are evaluated."""

    stage_noise: NDArray[np.float64]  # (s,) of this step; written
    stage_noises: NDArray[np.float64]  # (steps, s)
    held: NDArray[np.int64]  # (f,) channels that the agent senses as
    held_values: NDArray[np.float32]  # (f,) these values


class World(NamedTuple):
    """The worm and its arena, see ``world.worm``."""

    advance: Any  # address of the kernel
    arenas: NDArray
    sources: NDArray
    action: NDArray[np.float64]
    ticks: NDArray[np.int64]
    observation: NDArray[np.float32]


class SensorNoise(NamedTuple):
    """Noise on c channels of the observation, see ``envs.spaces.disturb``."""

    noises: NDArray[np.float64]  # (steps, c)
    channels: NDArray[np.int64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]


def live(brain, receptors, world, sensor_noise, motor, done, ticks_left, rewards):
    """Run steps of one worm until there is a reward for each entry of ``rewards``.

    Args:
        brain, receptors, world, sensor_noise: see the classes.
        motor: (2, N_SEGMENTS) float32, the action; written.
        done: (2,) steps and ticks so far; written.
        ticks_left: of the episode, at the first step.
        rewards: (steps,) written.

    Returns:
        COMPLETE, what a control step came to before its end, or NOT_FINITE.
    """
    think, addresses, senses, net, clock, frame_skip, plasticity = brain
    stage_noise, stage_noises, held, held_values = receptors
    advance_worm, arenas, sources, action, ticks, observation = world
    while done[STEPS] < rewards.size:
        k = done[STEPS]
        if clock[PASSED] == AT_START:
            for j in range(stage_noise.size):
                stage_noise[j] = stage_noises[k, j]
            for j in range(held.size):
                observation[0, held[j]] = held_values[j]
        came_to = call_int(
            think, (addresses, senses, net, observation[0], clock, frame_skip, plasticity, motor)
        )
        if came_to != COMPLETE:
            return came_to
        for side in range(motor.shape[0]):
            for segment in range(motor.shape[1]):
                action[0, side, segment] = motor[side, segment]
        ticks[0] = min(frame_skip, ticks_left - done[TICKS])
        if not call_bool(advance_worm, (arenas, sources, action, ticks, observation)):
            return NOT_FINITE
        disturb(observation[0], sensor_noise.noises[k], *sensor_noise[1:])
        rewards[k] = arenas[0]["telemetry"]["reward"]
        done[STEPS] += 1
        done[TICKS] += ticks[0]
    return COMPLETE


live_kernel = kernel(live)


class ClosedLoop:
    """One agent in one environment.

    Args:
        env: the environment.
        agent: the agent.
    """

    def __init__(self, env: Any, agent: Any) -> None:
        self._env, self._agent = env, agent
        self._stretch: Stretch | None = None
        self._motor = np.zeros((2, N_SEGMENTS), np.float32)
        self._done = np.zeros(2, np.int64)

    def run(
        self, observation: NDArray[np.float32], steps: int
    ) -> tuple[NDArray[np.float32], Info, bool] | None:
        """Run so many steps, or to the end of the episode.

        Args:
            observation: the last one.
            steps: how many.

        Returns:
            the last observation, the last info, whether the episode ended; None, with nothing done, where the
            steps need Python: see `Stretch.is_possible` and ``driver``.
        """
        driver = driver_of(self._agent)
        if driver is None or not Stretch.is_possible(self._env):
            return None
        if self._stretch is None:
            self._stretch = Stretch(self._env)
        stretch, agent, held = self._stretch, driver.agent, _indices_and_values(driver.held)
        stretch.senses[0] = observation
        left, ticks = min(steps, stretch.steps_left), 0
        while left > 0:
            part = min(left, agent.steps_to_reward)
            rewards, ran = self._run(stretch, agent, held, part, stretch.ticks_left - ticks)
            agent.receive(rewards if driver.rewarded else [0.0] * part)
            left, ticks = left - part, ticks + ran
        return stretch.end(ticks)

    def _run(
        self, stretch: Stretch, agent: DrivingAgent, held: Held, steps: int, ticks_left: int
    ) -> tuple[list[float], int]:
        """Rewards of the next steps, and their ticks."""
        control, rewards, done = agent.control_step, np.empty(steps), self._done
        done[:] = 0
        receptors = Receptors(agent.stage_noise, agent.draw_stage_noise(steps), *held)
        arenas, sources, action, ticks = stretch.arrays
        world = World(_address_of_world(stretch), arenas, sources, action, ticks, stretch.senses)
        sensor_noise = SensorNoise(stretch.draw_noise(steps), *stretch.noisy_channels)
        called, think = control.begin()
        while True:
            brain = BrainCall(
                think, called, *control.handles, control.clock, agent.frame_skip, control.plasticity
            )
            came_to = live_kernel(
                brain, receptors, world, sensor_noise, self._motor, done, ticks_left, rewards
            )
            if came_to == COMPLETE:
                break
            if came_to == NOT_FINITE:
                stretch.refuse()
            control.serve(came_to)
        control.end()
        return rewards.tolist(), int(done[TICKS])


Held = tuple[NDArray[np.int64], NDArray[np.float32]]
_NOTHING: Final[Held] = np.empty(0, np.int64), np.empty(0, np.float32)


def _indices_and_values(held: Mapping[str, tuple[slice, NDArray[np.float32]]]) -> Held:
    """The channels that are held, (f,), and their values."""
    if not held:
        return _NOTHING
    parts, values = zip(*held.values(), strict=True)
    return np.concatenate([np.arange(part.start, part.stop) for part in parts]), np.concatenate(values)


def _address_of_world(stretch: Stretch) -> Any:
    """The address of an environment's kernel."""
    kernel_of_env = stretch.env.kernel
    if kernel_of_env not in _ADDRESSES:
        _ADDRESSES[kernel_of_env] = address_of(kernel_of_env, *stretch.arrays, stretch.senses)
    return _ADDRESSES[kernel_of_env]


_ADDRESSES: dict[Callable, Any] = {}  # kernel of an environment → its address
