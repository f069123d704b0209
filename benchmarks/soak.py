"""One agent runs trial after trial; the memory of its process must not grow: ``python -m benchmarks.soak``.

Prints the resident memory after every trial. The growth from the second trial to the last must not exceed a
limit. Needs psutil, which the extra `test` installs.
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
WARM_UP = 2  # trials after which all code is compiled and all memory allocated


def memory_after_trials(agent: Agent, seconds: float) -> Iterator[float]:
    """Resident memory in MB (10⁶ bytes) after each `default` trial, for that many simulated seconds.

    Runs at least `WARM_UP` + 1 trials.
    """
    trial = find_trial("default")
    for seed in range(max(WARM_UP + 1, math.ceil(seconds / trial.settings()["duration_s"]))):
        run_trial(agent, trial, seed=seed, frame_skip=FRAME_SKIP)
        gc.collect()
        yield psutil.Process().memory_info().rss / 1e6


def growth(memory: list[float]) -> float:
    """Growth from `WARM_UP` trials to the last, in MB."""
    return memory[-1] - memory[WARM_UP - 1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--agent", default="arena_v1")
    parser.add_argument("--seconds", type=float, default=600.0, help="simulated time")
    parser.add_argument("--most-mb", type=float, default=20.0, help="growth that is allowed, MB")
    options = parser.parse_args()
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    memory: list[float] = []
    for now in memory_after_trials(make_agent(options.agent, frame_skip=FRAME_SKIP), options.seconds):
        memory.append(now)
        print(f"trial {len(memory)}: {now:.1f} MB", flush=True)
    result = f"{options.agent}: grew by {growth(memory):.1f} MB in {len(memory) - WARM_UP} trials"
    if growth(memory) > options.most_mb:
        raise SystemExit(f"{result}; at most {options.most_mb:g} MB are allowed")
    print(result)


if __name__ == "__main__":
    main()
