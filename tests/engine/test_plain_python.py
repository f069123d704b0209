"""The same files as plain Python, and what the engine may import."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

import spikeworm_env.engine.brain as brain_module

ENGINE = Path(brain_module.__file__).parent


def test_plain_python_equals_the_compiled_kernels(nets, tmp_path):
    compiled, plain = tmp_path / "compiled.npz", tmp_path / "plain.npz"
    nets.write_run(compiled)
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ENGINE.parents[1])}
    subprocess.run([sys.executable, nets.__file__, str(plain)], env=environment, check=True, timeout=120)
    with np.load(compiled) as one, np.load(plain) as other:
        assert other["plain"] and not one["plain"]
        assert one["spikes"].size > 500
        for name in ("spikes", "v", "weights"):
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


GROUND = ("checks", "conveniences", "errors", "registry", "seeds")


def test_the_engine_imports_nothing_of_the_project_but_the_ground_floor():
    for file in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}: relative import"
                names = [node.module or ""]
            for name in names:
                ours = name.split(".")[0] == "spikeworm_env"
                ground = name.removeprefix("spikeworm_env.") in GROUND
                allowed = ground or name.startswith(("spikeworm_env.engine", "spikeworm_env.kernels"))
                assert not ours or allowed, f"{file} imports {name}"
