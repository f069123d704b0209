"""One agent that lives life after life; its process must not grow: ``python -m benchmarks.soak``.

Prints the resident memory after every life; the last may be so much above the one after the second, no more.
Takes psutil, which comes with the extra `test`.
"""

from __future__ import annotations

import argparse
import gc
import math
from collections.abc import Iterator

import psutil

from benchmarks.machine import circumstances
from spikeworm_env.agents import make_agent
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import find_trial

FRAME_SKIP = 10
WARM = 2  # lives after which all is compiled, loaded and has its size


def memory_after_lives(agent: Agent, seconds: float) -> Iterator[float]:
    """Resident memory in MB (10⁶ bytes) after each default trial, until that many seconds are lived.

    At least `WARM` + 1 lives are lived.
    """
    trial = find_trial("default")
    for episode in range(max(WARM + 1, math.ceil(seconds / trial.settings()["duration_s"]))):
        run_trial(agent, trial, seed=episode, frame_skip=FRAME_SKIP)
        gc.collect()
        yield psutil.Process().memory_info().rss / 1e6


def growth(memory: list[float]) -> float:
    """How much more it is in the end than after `WARM` lives."""
    return memory[-1] - memory[WARM - 1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--agent", default="arena_v1")
    parser.add_argument("--seconds", type=float, default=600.0, help="of simulated life")
    parser.add_argument("--most-mb", type=float, default=20.0, help="growth that is allowed")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    memory: list[float] = []
    for now in memory_after_lives(make_agent(options.agent, frame_skip=FRAME_SKIP), options.seconds):
        memory.append(now)
        print(f"life {len(memory)}: {now:.1f} MB", flush=True)
    told = f"{options.agent}: grew by {growth(memory):.1f} MB in {len(memory) - WARM} lives"
    if growth(memory) > options.most_mb:
        raise SystemExit(f"{told}; at most {options.most_mb:g} MB are allowed")
    print(told)


if __name__ == "__main__":
    main()
