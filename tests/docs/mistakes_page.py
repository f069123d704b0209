"""The mistakes of ``docs/mistakes.md``: its tables, and what is said when each mistake is made."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import gymnasium
import numpy as np

import spikeworm_env as sw
from spikeworm_env.agents.encoder import Encoder, Sound
from spikeworm_env.agents.klinotaxis import Klinotaxis
from spikeworm_env.baselines.linear import train_linear
from spikeworm_env.baselines.ppo import train_ppo
from spikeworm_env.cli import app
from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.compiler.library import find_recipe
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.envs.wrappers import SensorNoise
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.study import study
from spikeworm_env.exports import write_network
from spikeworm_env.lesions.scale_weights import WeightScaling
from spikeworm_env.store import save_brain
from spikeworm_env.trials.recording import record_trial
from spikeworm_env.trials.task import find_trial

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"
COMMAND_LINE, PYTHON, EXTRAS = "At the command line", "In Python", "Without an optional package"


@dataclass(frozen=True)
class Mistake:
    """A row of the page: what is wrong, what is typed, what is said."""

    what: str
    typed: str
    said: str


def mistakes(section: str) -> list[Mistake]:
    """The rows of a section of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    cells = [row.replace(r"\|", "\0").strip("| ").split(" | ") for row in rows]
    return [
        Mistake(what, *(cell.replace("\0", "|").strip("`") for cell in (typed, said)))
        for what, typed, said in cells
    ]


def make_files() -> None:
    """The files of the examples, in the working folder."""
    Path("notes.txt").write_text("notes", encoding="utf-8")
    recipe = json.loads(find_recipe("crawler_v1").read_text(encoding="utf-8"))
    recipe["projections"][0]["form"] = recipe["projections"][0].pop("from")
    Path("misspelt.json").write_text(json.dumps(recipe), encoding="utf-8")
    Path("cut.json").write_text("{\n", encoding="utf-8")
    save_brain(_compiled(), "old.db")
    Path("cut.db").write_bytes(Path("old.db").read_bytes()[:5000])
    with contextlib.closing(sqlite3.connect("old.db")) as database:
        database.execute("pragma user_version = 1")


@cache
def _compiled() -> CompiledBrain:
    return sw.compile_recipe("minimal")


def said_in_python(code: str) -> str:
    """The error of a piece of code: ``TYPE: TEXT``; empty if there is none."""
    compiled = _compiled()
    values = {"sw": sw, "np": np, "gymnasium": gymnasium, "compiled": compiled, "now": datetime.now(UTC)}
    running = {
        "brain": sw.Brain(compiled.network),
        "env": gymnasium.make("SpikeWorm/Chemotaxis-v0").unwrapped,
    }
    classes = (Encoder, Klinotaxis, Recorder, SensorNoise, Sound, WeightScaling)
    functions = (ablate, find_trial, record_trial, study, train_linear, train_ppo, write_network)
    names = values | running | {each.__name__: each for each in (*classes, *functions)}
    try:
        exec(code, names)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def said_at_the_command_line(line: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app(shlex.split(line)[1:], standalone_mode=False)
    return code, out.getvalue(), err.getvalue()
