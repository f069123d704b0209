"""No kernel calls an elementary function of the C library: their last bits differ between machines."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import spikeworm_env
from spikeworm_env.kernels.binding import PLAIN_PYTHON

PACKAGE = Path(spikeworm_env.__file__).parent

EXACT = {"sqrt", "fabs", "floor", "ceil", "trunc", "copysign"}  # which IEEE 754 rounds exactly
ELEMENTARY = {
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "cos",
    "cosh",
    "cospi",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "expm1",
    "fdim",
    "fma",
    "fmod",
    "frem",
    "fmuladd",
    "frexp",
    "gamma",
    "hypot",
    "ldexp",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logb",
    "modf",
    "nearbyint",
    "nextafter",
    "pow",
    "powi",
    "remainder",
    "rint",
    "round",
    "roundeven",
    "scalbn",
    "sin",
    "sincos",
    "sinh",
    "sinpi",
    "tan",
    "tanh",
    "tgamma",
}
DECLARED = re.compile(r'declare[^@\n]*@"?([\w.]+)|\b(frem) (?:double|float|<)')

COMPILE_ALL = """
import gc, json, sys, warnings
import gymnasium, numpy as np
from numba.core.dispatcher import Dispatcher
from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.assembly import kernels
from spikeworm_env.agents.sensorimotor import kernels as sensorimotor
from spikeworm_env.envs import ENVIRONMENTS

agent = make_agent("kitchen_sink")
for name in ENVIRONMENTS:
    env = gymnasium.make(name, disable_env_checker=True).unwrapped
    observation, info = env.reset(seed=0)
    env.step(env.action_space.sample())
    if env.action_space.shape == (2, 24) and observation.size == 77:
        agent.reset(seed=0, info=info)
        agent.act(observation)
for name in AGENTS:
    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", disable_env_checker=True, frame_skip=100).unwrapped
    observation, info = env.reset(seed=0)
    other = make_agent(name, frame_skip=100)
    other.reset(seed=0, info=info)
    other.act(observation)
agent.brain.deliver_reward(1.0)
agent.brain.clamp([0], -60.0)
agent.brain.advance(1)
code = {}
for each in gc.get_objects():
    if isinstance(each, Dispatcher) and (each.py_func.__module__ or "").startswith("spikeworm_env"):
        name = f"{each.py_func.__module__}.{each.py_func.__qualname__}"
        code[name] = [each.inspect_llvm(signature) for signature in each.signatures]
json.dump(code, open(sys.argv[1], "w"))
"""


def elementary_names(llvm):
    """Elementary functions of the C library, and intrinsics of such, that LLVM code names."""
    names = {first or second for first, second in DECLARED.findall(llvm)}
    plain = {re.sub(r"^(llvm\.|numba_)", "", name).split(".")[0] for name in names}
    return {name for name in plain if name in ELEMENTARY or name.removesuffix("f") in ELEMENTARY}


@pytest.mark.long
@pytest.mark.skipif(PLAIN_PYTHON, reason="kernels are not compiled")
def test_no_kernel_names_an_elementary_function_of_the_c_library(tmp_path):
    """All are compiled anew, since code that comes from the disk cannot be looked at."""
    found = tmp_path / "code.json"
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
        "PYTHONPATH": str(PACKAGE.parent),
    }
    subprocess.run([sys.executable, "-c", COMPILE_ALL, str(found)], env=environment, check=True)
    code = json.loads(found.read_text())
    modules = {name.split(".")[1] for name in code}
    assert modules >= {"engine", "world", "kernels", "agents"}
    assert any(".advance_" in name for name in code) and any("._advance_" in name for name in code)
    named = {name: found for name, texts in code.items() if (found := elementary_names("\n".join(texts)))}
    assert named == {}


def test_the_names_of_elementary_functions_are_found_in_llvm_code():
    named = (
        "declare double @exp(double)\ndeclare <4 x double> @llvm.sin.v4f64(<4 x double>)\n%x = frem double %a"
    )
    assert elementary_names(named) == {"exp", "sin", "frem"}
    assert elementary_names("declare double @llvm.floor.f64(double)\ndeclare double @sqrt(double)") == set()
    assert elementary_names(
        "declare float @powf(float, float)\ndeclare double @numba_ldexp(double, i32)"
    ) == {
        "powf",
        "ldexp",
    }


CLOSED_LOOP = ("kernels", "engine", "world", "envs", "agents", "compiler")
ELSEWHERE = {
    "agents/encoder.py",  # sound becomes currents through a Fourier transform of SciPy, before any trial
    "envs/viewer.py",  # where a click falls
}
OF_ARRAYS = {"arctan", "arctan2", "arccos", "arcsin", "power", "float_power", "logaddexp"}  # numpy's names
CALLS = ELEMENTARY | OF_ARRAYS | {"dist"}


@pytest.mark.parametrize("room", CLOSED_LOOP)
def test_no_file_of_the_closed_loop_calls_one_either(room):
    """Tables and constants reach kernels too."""
    calls = []
    for file in (PACKAGE / room).rglob("*.py"):
        place = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = {node.attr} if node.value.id in ("math", "np", "numpy") else set()
            elif isinstance(node, ast.ImportFrom) and node.module == "math":
                called = {alias.name for alias in node.names}
            else:
                continue
            calls += [f"{place}:{node.lineno} {name}" for name in called & CALLS]
    assert [call for call in calls if call.split(":")[0] not in ELSEWHERE] == []
