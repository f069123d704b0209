"""The disk cache of compiled kernels."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import spikeworm_env

PROGRAM = """
import numpy as np
from spikeworm_env.world.muscles import contract
slack = np.ones((2, 24))
contract(np.ones((2, 24)), np.zeros((2, 24)), slack, np.zeros(23))
print(slack[0, 0])
"""


def test_edited_callee_is_never_answered_from_an_old_cache(tmp_path):
    """numba alone would: the edit is in another file than the function that is called."""
    package = tmp_path / "spikeworm_env"
    shutil.copytree(
        Path(spikeworm_env.__file__).parent / "world",
        package / "world",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (package / "__init__.py").touch()

    def run():
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return float(done.stdout)

    assert 0.6 < run() < 0.62
    callee = package / "world" / "elementary.py"
    text = callee.read_text()
    edited = text.replace("LARGEST_EXPONENT: Final = 43.0", "LARGEST_EXPONENT: Final = 0.0")
    assert edited != text
    callee.write_text(edited)
    assert run() == 1.0
