"""Rows of start-up: compile and load a brain, and the first tick of a new process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Effort, Row, repeated
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.resources import CHECKOUT
from spikeworm_env.store import load_brain, save_brain

SEED = 42
COMPILE_BUDGET_S = {"crawler_v1": 0.01, "arena_v1": 0.09, "big_50k": 2.0}
LOAD_BUDGET_S = {"crawler_v1": 0.02, "arena_v1": 0.08, "big_50k": 0.5}
FIRST_BRAIN = "crawler_v1"  # whose first tick is timed

# all that a user waits for: import, loading, brain, body, one step of the closed loop
FIRST_TICK = """
import sys, time
import gymnasium, spikeworm_env
from spikeworm_env.agents import make_agent
agent = make_agent(sys.argv[1], frame_skip=1)
env = gymnasium.make("SpikeWorm/Chemotaxis-v0", frame_skip=1).unwrapped
observation, info = env.reset(seed=0)
agent.reset(seed=0, info=info)
observation, reward, terminated, truncated, info = env.step(agent.act(observation))
agent.learn(reward, terminated, truncated, info)
print(time.process_time())
"""


def start_up_rows(effort: Effort) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        files = {brain: Path(folder) / f"{brain}.db" for brain in COMPILE_BUDGET_S}
        for brain, file in files.items():
            save_brain(compile_recipe(brain, SEED), file)
            compiling = repeated(lambda: compile_recipe(brain, SEED), 1, "s", effort.repeats)  # noqa: B023
            yield Row(f"compile {brain}", compiling, "s", COMPILE_BUDGET_S[brain])
            load_brain(file)
            loading = repeated(lambda: load_brain(file), 1, "s", effort.repeats)  # noqa: B023
            yield Row(f"load {brain}", loading, "s", LOAD_BUDGET_S[brain])
        if effort.subprocesses:
            yield from _first_tick_rows(files[FIRST_BRAIN], Path(folder), effort)


def _first_tick_rows(brain: Path, folder: Path, effort: Effort) -> Iterator[Row]:
    """A new process until the end of its first tick, with kernels to compile and with cached kernels."""
    caches = [folder / f"cache_{k}" for k in range(max(effort.repeats // 3, 1))]
    cold = tuple(_first_tick_s(brain, cache) for cache in caches)
    warm = tuple(_first_tick_s(brain, caches[0]) for _ in range(effort.repeats))
    yield Row("first tick of a process, empty kernel cache", cold, "s", 12.0)
    yield Row("first tick of a process, warm kernel cache", warm, "s", 1.5)


def _first_tick_s(brain: Path, cache: Path) -> float:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "NUMBA_DISABLE_JIT": "0"}
    command = [sys.executable, "-c", FIRST_TICK, str(brain)]
    answer = subprocess.run(
        command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return float(answer.stdout)
