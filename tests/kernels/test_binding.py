"""How functions become kernels."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import spikeworm_env

PROGRAM = """
import numpy as np
from spikeworm_env.world.muscles import contract
relaxation = np.ones((2, 24))
contract(np.ones((2, 24)), np.zeros((2, 24)), relaxation, np.zeros(23))
print(relaxation[0, 0])
"""


def test_an_edited_callee_invalidates_the_cache(tmp_path):
    """numba alone would: the edit is in another file than the function that is called."""
    package = tmp_path / "spikeworm_env"
    for room in ("world", "kernels"):
        shutil.copytree(
            Path(spikeworm_env.__file__).parent / room,
            package / room,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    (package / "__init__.py").touch()
    for name in ("anatomy.py", "errors.py", "notices.py"):  # the ground floor that the two rooms import
        shutil.copy(Path(spikeworm_env.__file__).parent / name, package / name)

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
    callee = package / "kernels" / "elementary.py"
    text = callee.read_text()
    edited = text.replace("LARGEST_EXPONENT: Final = 43.0", "LARGEST_EXPONENT: Final = 0.0")
    assert edited != text
    callee.write_text(edited)
    assert run() == 1.0


STEP = "STEP = 1.0"

RULES = """
from spikeworm_env.kernels.binding import bind_kernel, inner
from step import STEP

@inner
def rule(x):
    return x + STEP

def other(x):
    return 2.0 * rule(x)

def _template(x):
    return apply(apply(x))

apply = None
print(bind_kernel(_template, apply=rule)(0.0), bind_kernel(_template, apply=inner(other))(10.0))
"""


def test_a_template_calls_the_rules_that_it_is_given_and_never_old_ones(tmp_path):
    """The edit is in a file that a rule's file imports from its own folder."""
    (tmp_path / "rules.py").write_text(RULES)

    def run(step):
        (tmp_path / "step.py").write_text(step)
        command = [sys.executable, "-B", str(tmp_path / "rules.py")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [float(number) for number in done.stdout.split()]

    assert run(STEP) == [2.0, 46.0]
    assert run(STEP) == [2.0, 46.0]  # from the cache
    assert run("STEP = 3.0") == [6.0, 58.0]
