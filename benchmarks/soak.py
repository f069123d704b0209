"""One agent learns in trial after trial; memory and speed must not change: ``python -m benchmarks.soak``.

Prints memory and speed after each trial, and their medians for each sixteenth of the run: a quarter of an
hour of the default four simulated hours. The exit code is 1 if the memory grew by 1% from the first sixteenth
to the last, or if the speed of the last quarter differs by 5% from that of the first. Needs psutil, which the
extra `test` installs.

The speed is in ticks per second of CPU time. The drift is that of the speed relative to the same agent
without learning, which takes some steps of its own in each half second of the simulation: other programs slow
down both.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import psutil

from benchmarks.machine import circumstances
from spikeworm_env.agents import make_agent
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import find_trial

AGENT = "arena_v1"
FRAME_SKIP = 10
TRIAL_S = 90.0
PERIODS = 16  # parts of the run for which memory and speed are printed
QUARTER = PERIODS // 4
WARM_UP = 5  # trials after which all code is compiled and all memory allocated
MOST_GROWTH, MOST_DRIFT = 1.0, 5.0  # %
OBSERVATIONS_A_SLICE = 10  # half a second
SLICE_STEPS = 10


@dataclass(frozen=True)
class Sample:
    """One trial.

    Attributes:
        memory_mb: resident memory after it, 10⁶ bytes.
        speed: ticks per second of CPU time.
        relative: the same over that of the `Yardstick` meanwhile.
    """

    memory_mb: float
    speed: float
    relative: float


class Yardstick:
    """The same agent without learning, in an environment of its own.

    Attributes:
        ticks: how many were run.
        cpu_s: CPU time that they took.
    """

    def __init__(self, agent: str) -> None:
        self._agent = make_agent(agent, frame_skip=FRAME_SKIP)
        if isinstance(self._agent, SpikingAgent):
            self._agent.brain.learning = False
        self._env = find_trial("default").make_env(frame_skip=FRAME_SKIP)
        self._calls, self.ticks, self.cpu_s = 0, 0, 0.0
        self._reset()

    def __call__(self, *_: Any) -> None:
        """Observe a trial: take some steps now and then."""
        self._calls += 1
        if self._calls % OBSERVATIONS_A_SLICE == 0:
            started = time.process_time()
            for _step in range(SLICE_STEPS):
                self._observation, *outcome = self._env.step(self._agent.act(self._observation))
                self._agent.learn(*outcome)
                if outcome[1] or outcome[2]:
                    self._reset()
            self.ticks += SLICE_STEPS * FRAME_SKIP
            self.cpu_s += time.process_time() - started

    def _reset(self) -> None:
        self._observation, info = self._env.reset(seed=0)
        self._agent.reset(seed=0, info=info)


def trial_samples(agent: Agent, seconds: float, yardstick: Yardstick) -> Iterator[Sample]:
    """A sample of each trial of an agent that goes on learning, for that many simulated seconds.

    The trials are `default` trials of `TRIAL_S`, or shorter so that there are `PERIODS` of them.
    """
    trial_s = min(TRIAL_S, seconds / PERIODS)
    trial = find_trial("default").with_changes(duration_s=trial_s)
    for seed in range(round(seconds / trial_s)):
        ticks, cpu_s, started = yardstick.ticks, yardstick.cpu_s, time.process_time()
        result = run_trial(agent, trial, seed=seed, frame_skip=FRAME_SKIP, observer=yardstick)
        ticks, cpu_s = yardstick.ticks - ticks, yardstick.cpu_s - cpu_s
        speed = result.ticks / (time.process_time() - started - cpu_s)
        gc.collect()
        yield Sample(psutil.Process().memory_info().rss / 1e6, speed, speed / (ticks / cpu_s))


def periods(samples: Sequence[Sample]) -> list[Sequence[Sample]]:
    """The samples in `PERIODS` parts; the first has no warm-up unless it would be empty."""
    borders = [k * len(samples) // PERIODS for k in range(PERIODS + 1)]
    parts = [samples[start:end] for start, end in pairwise(borders)]
    return [parts[0][WARM_UP:] or samples[WARM_UP : WARM_UP + 1], *parts[1:]]


def growth(samples: Sequence[Sample]) -> float:
    """Growth of memory from the first period to the last, %."""
    parts = periods(samples)
    return 100.0 * (_median(parts[-1], "memory_mb") / _median(parts[0], "memory_mb") - 1.0)


def drift(samples: Sequence[Sample]) -> float:
    """Change of the relative speed from the first quarter of the run to the last, %."""
    parts = periods(samples)
    first, last = (list(chain(*quarter)) for quarter in (parts[:QUARTER], parts[-QUARTER:]))
    return 100.0 * (_median(last, "relative") / _median(first, "relative") - 1.0)


def _median(samples: Sequence[Sample], name: str) -> float:
    return statistics.median(getattr(each, name) for each in samples)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--agent", default=AGENT)
    parser.add_argument("--hours", type=float, default=4.0, help="simulated time")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    samples: list[Sample] = []
    agent = make_agent(options.agent, frame_skip=FRAME_SKIP)
    for sample in trial_samples(agent, 3600.0 * options.hours, Yardstick(options.agent)):
        samples.append(sample)
        print(f"trial {len(samples)}: {sample.memory_mb:.1f} MB, {sample.speed:,.0f} ticks/s", flush=True)
    print("\n| simulated h | memory, MB | ticks per CPU s | relative |\n|---|---|---|---|")
    for k, part in enumerate(periods(samples)):
        memory, speed, relative = (_median(part, name) for name in ("memory_mb", "speed", "relative"))
        print(f"| {options.hours * (k + 1) / PERIODS:.3g} | {memory:.1f} | {speed:,.0f} | {relative:.3f} |")
    good = growth(samples) < MOST_GROWTH and abs(drift(samples)) < MOST_DRIFT
    print("\n| agent | simulated h | trials | growth of memory | drift of speed | result |\n|" + "---|" * 6)
    print(
        f"| {options.agent} | {options.hours:.3g} | {len(samples)} "
        f"| {growth(samples):+.2f}% of {MOST_GROWTH:g}% | {drift(samples):+.2f}% of {MOST_DRIFT:g}% "
        f"| {'passed' if good else 'FAILED'} |"
    )
    raise SystemExit(not good)


if __name__ == "__main__":
    main()
