"""Where the time of a brain goes: ``python -m benchmarks profile NAME [--frame-skip N]``.

Two tables: the phases of a tick, timed within the kernel (``phases.py``) while the worm crawls, and the parts
of a closed-loop step. Receptors, muscles and body are timed alone, each in a compiled loop on the arrays of
the trial; the brain by its phases; the whole without any timer, in one compiled call for many steps, as in
trials, and step by step from Python. What the parts do not explain is a row of its own. Medians over turns.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.machine import circumstances
from benchmarks.phases import PhaseTimer, time_phases
from benchmarks.timing import cpu_seconds
from spikeworm_env.agents import make_agent, sensorimotor
from spikeworm_env.agents.closed_loop import _address_of_world
from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.envs.stretch import Stretch
from spikeworm_env.kernels.addresses import address_of, call_bool, call_none, handle_address
from spikeworm_env.kernels.binding import kernel
from spikeworm_env.trials.run import agent_seed, run_trial
from spikeworm_env.trials.task import Trial

SEED: Final = 10_000
REPEATS: Final = 5
SIMULATED_S: Final = 10.0
CALLS: Final = 2_000  # of a part that is timed alone


@dataclass(frozen=True)
class Profile:
    """What was found, µs.

    Attributes:
        phases: label of a phase of a tick → µs per tick.
        compiled: part of a step in one compiled call for many steps → µs per step; they sum to the whole.
        stepwise: the same, step by step from Python.
    """

    phases: dict[str, float]
    compiled: dict[str, float]
    stepwise: dict[str, float]


def measure(name: str, frame_skip: int, seconds: float = SIMULATED_S, repeats: int = REPEATS) -> Profile:
    """Profile the brain of a recipe or file in a trial with learning, if it learns."""
    trial = Trial("profile", duration_s=seconds)
    plain: Any = make_agent(name, frame_skip=frame_skip)
    timed: Any = make_agent(name, frame_skip=frame_skip)
    timer = time_phases(timed.brain)
    ticks = round(seconds * 1000)
    steps = -(-ticks // frame_skip)
    for agent in (plain, timed):
        run_trial(agent, trial, SEED, frame_skip=frame_skip)
    phases, compiled, stepwise, parts = [], [], [], []
    for seed in range(SEED, SEED + repeats):
        compiled.append(_us(lambda: run_trial(plain, trial, seed, frame_skip=frame_skip), steps))  # noqa: B023
        stepwise.append(_stepwise_us(plain, trial, seed, frame_skip, steps))
        phases.append(_phases_us(timed, timer, trial, seed, frame_skip, ticks))
        parts.append(_parts_us(plain, trial, seed, frame_skip))
    of_tick = _medians(phases)
    of_step = _medians(parts)
    info = of_step.pop("info")
    known = {"senses": of_step["senses"], "brain": sum(of_tick.values()) * frame_skip}
    known |= {"muscles": of_step["muscles"], "body": of_step["body"]}
    whole, one_by_one = statistics.median(compiled), statistics.median(stepwise)
    rest = {"reward, samples, reset": whole - sum(known.values())}
    return Profile(
        dict(sorted(of_tick.items(), key=lambda item: -item[1])),
        known | rest,
        known | {"info": info, "Python": one_by_one - sum(known.values()) - info},
    )


def _us(work: Callable[[], object], per: int) -> float:
    return cpu_seconds(work) * 1e6 / per


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for turn in turns for name in turn)
    return {name: statistics.median(turn.get(name, 0.0) for turn in turns) for name in names}


def _begun(agent: Any, trial: Trial, seed: int, frame_skip: int) -> tuple[Any, Any]:
    """Environment and first observation of a trial; the agent is reset."""
    env: Any = trial.make_env(frame_skip=frame_skip)
    observation, info = env.reset(seed=seed, options=trial.reset_options())
    agent.reset(seed=agent_seed(seed), info=info)
    return env, observation


def _stepwise_us(agent: Any, trial: Trial, seed: int, frame_skip: int, steps: int) -> float:
    env, observation = _begun(agent, trial, seed, frame_skip)

    def crawl() -> None:
        now = observation
        for _ in range(steps):
            now, reward, terminated, truncated, info = env.step(agent.act(now))
            agent.learn(float(reward), terminated, truncated, info)

    return _us(crawl, steps)


def _phases_us(
    agent: Any, timer: PhaseTimer, trial: Trial, seed: int, frame_skip: int, ticks: int
) -> dict[str, float]:
    timer.clear()
    started = time.perf_counter()
    cpu = cpu_seconds(lambda: run_trial(agent, trial, seed, frame_skip=frame_skip))
    # the cycle counter runs on while other processes have the core, in all phases alike
    on_core = min(cpu / (time.perf_counter() - started), 1.0)
    return {name: on_core * each for name, each in timer.microseconds(ticks).items()}


def _parts_us(agent: Any, trial: Trial, seed: int, frame_skip: int) -> dict[str, float]:
    """Receptors, muscles, body and info alone, after half a second of crawling."""
    env, observation = _begun(agent, trial, seed, frame_skip)
    for _ in range(max(500 // frame_skip, 2)):
        action = agent.act(observation)
        observation, reward, terminated, truncated, info = env.step(action)
        agent.learn(float(reward), terminated, truncated, info)
    _, sense, move = sensorimotor.kernels()
    handle, spikes = agent._handle, agent.brain.spike_counts.copy()
    output, senses = np.empty((2, N_SEGMENTS), np.float32), np.array(observation)
    pointer = handle_address(handle)
    sense_address = address_of(sense, handle, senses)
    move_address = address_of(move, handle, spikes, frame_skip, output)
    stretch = Stretch(env)
    world = (_address_of_world(stretch), *stretch.arrays, stretch.senses)
    work: dict[str, Callable[[int], object]] = {
        "senses": lambda n: _repeat_sense(n, sense_address, pointer, senses),
        "muscles": lambda n: _repeat_move(n, move_address, pointer, spikes, frame_skip, output),
        "body": lambda n: _repeat_body(n, *world),
        "info": lambda n: [env._info_and_reward() for _ in range(n)],
    }
    calls = max(CALLS // frame_skip, 50)
    for each in work.values():
        each(1)
    return {name: _us(lambda: each(calls), calls) for name, each in work.items()}  # noqa: B023


@kernel
def _repeat_sense(n, address, senses, observation):
    for _ in range(n):
        call_none(address, (senses, observation))


@kernel
def _repeat_move(n, address, senses, spikes, ticks, action):
    for _ in range(n):
        call_none(address, (senses, spikes, ticks, action))


@kernel
def _repeat_body(n, address, arenas, sources, action, ticks, observation):
    for _ in range(n):
        call_bool(address, (arenas, sources, action, ticks, observation))


def _table(title: str, unit: str, *columns: tuple[str, dict[str, float]]) -> Table:
    """A table of parts, each with its time and its share of the column's sum."""
    table = Table(title=title, title_justify="left", show_footer=True)
    names = list(dict.fromkeys(name for _, column in columns for name in column))
    table.add_column("part", "sum")
    for heading, column in columns:
        table.add_column(f"{heading}, {unit}", f"{sum(column.values()):.3g}", justify="right")
        table.add_column("share", "100%", justify="right")
    for name in names:
        cells = []
        for _, column in columns:
            known = name in column
            cells += (
                [f"{column[name]:.3g}", f"{column[name] / sum(column.values()):.1%}"] if known else ["", ""]
            )
        table.add_row(name, *cells)
    return table


def main(arguments: list[str]) -> None:
    """Print the profile of a brain."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks profile", description=__doc__)
    parser.add_argument("name", help="a recipe, or a file of a recipe or brain")
    parser.add_argument("--frame-skip", type=int, default=10, help="ticks of a step; default 10")
    given = parser.parse_args(arguments)
    console = Console()
    for name, value in circumstances().items():
        console.print(f"{name}: {value}", highlight=False, soft_wrap=True)
    found = measure(given.name, given.frame_skip)
    console.print(_table(f"A tick of {given.name}", "µs", ("time", found.phases)))
    title = f"A step of {given.frame_skip} ticks of {given.name} in its arena"
    columns = ("one compiled call", found.compiled), ("step by step", found.stepwise)
    console.print(_table(title, "µs", *columns))
