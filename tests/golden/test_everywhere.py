"""The digests are the same for any variant of C library, numpy and machine code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "digests.json").read_text(encoding="utf-8"))
CASES = [
    "environment SpikeWorm/Chemotaxis-v0 noise",
    "environment SpikeWorm/Drift-v0",
    "environment SpikeWorm/Foraging-v0",
    "environment SpikeWorm/Steering-v0",
    *(case for case in RECORDED if case.startswith("agent ")),
    "recipe arena_v1 42 learning",
    "recipe kitchen_sink 42 learning",
    "recipe learner_v1 42 learning",
]
NO_FMA = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-AVX2_Usable,-FMA_Usable"
WITHOUT_COMPILING = {
    "c library without fused multiply-add": {"GLIBC_TUNABLES": NO_FMA},
    "numpy without wide vectors": {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX2 FMA3"},
}
COMPILING = {
    "a processor of any make": {"NUMBA_CPU_NAME": "generic"},
    "kernels not optimised": {"NUMBA_OPT": "0"},
}


def digests_under(setting, cases):
    command = [sys.executable, "-W", "ignore", str(HERE / "digests.py"), *cases]
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])} | setting
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", WITHOUT_COMPILING)
def test_digests_hold_with_other_variants_of_the_libraries(name):
    assert digests_under(WITHOUT_COMPILING[name], CASES) == {case: RECORDED[case] for case in CASES}


@pytest.mark.long
@pytest.mark.parametrize("name", COMPILING)
def test_digests_hold_with_other_machine_code(name, tmp_path):
    setting = {**COMPILING[name], "NUMBA_CACHE_DIR": str(tmp_path)}
    assert digests_under(setting, CASES) == {case: RECORDED[case] for case in CASES}
