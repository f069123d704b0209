"""Kernels bound from one template are never linked to each other's code, in whatever order they come."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from spikeworm_env.kernels.binding import bind, inner
from spikeworm_env.kernels.symbol_names import identity

PROGRAM = """
import sys
import numpy as np
from spikeworm_env.kernels.binding import bind, bind_kernel, inner

def plain(syn):
    return syn.w

def doubled(syn):
    return 2.0 * syn.w

def gained(syn):
    return syn.gain * syn.w

def total(syns):  # long, so that it stays a function of its own
    x = 0.0
    for k in range(syns.size):
        x += on_pre(syns[k])
LINES
    return x

def whole(syns):
    return total_of(syns)

on_pre = total_of = None
FIXED = np.zeros(3, [("w", "f8")])
WITH_GAIN = np.zeros(3, [("w", "f8"), ("gain", "f8"), ("last", "i8")])
FIXED["w"] = WITH_GAIN["w"] = 1.0, 2.0, 3.0
WITH_GAIN["gain"] = 10.0
KINDS = {"plain": (plain, FIXED), "doubled": (doubled, FIXED), "gained": (gained, WITH_GAIN),
         "plain_with_gain": (plain, WITH_GAIN)}

for name in sys.argv[1:]:
    rule, records = KINDS[name]
    print(name, bind_kernel(whole, total_of=bind(total, on_pre=inner(rule)))(records))
"""
LINES = "\n".join(
    f"        x = x + on_pre(syns[(k + {j}) % syns.size]) / (x + {j}.5) * 0.0" for j in range(60)
)
RIGHT = {"plain": 6.0, "doubled": 12.0, "gained": 60.0, "plain_with_gain": 6.0}


@pytest.mark.parametrize(
    "first, second",
    [
        (["plain"], ["doubled", "plain"]),
        (["plain", "doubled"], ["doubled", "gained", "plain"]),
        (["gained", "plain"], ["plain_with_gain", "doubled", "plain", "gained"]),
    ],
)
def test_a_kernel_on_disk_keeps_its_own_rules_whatever_was_compiled_before_it_is_loaded(
    tmp_path, first, second
):
    (tmp_path / "program.py").write_text(PROGRAM.replace("LINES", LINES))

    def run(kinds):
        command = [sys.executable, str(tmp_path / "program.py"), *kinds]
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return [(name, float(value)) for name, value in (line.split() for line in done.stdout.splitlines())]

    for kinds in (first, second):
        assert run(kinds) == [(name, RIGHT[name]) for name in kinds]


STEP = 1.0


def rule(x):
    return x + STEP


def caller(x):
    return rule(x)


def template(x):
    return apply(x)  # noqa: F821  bound


def test_an_identity_follows_constants_callees_and_what_is_bound(monkeypatch):
    def now():
        return [identity(function) for function in (rule, caller, bind(template, apply=inner(caller)))]

    before = now()
    assert len({*before}) == 3
    assert now() == before
    monkeypatch.setitem(globals(), "STEP", 2.0)
    assert all(one != other for one, other in zip(now(), before, strict=True))


@pytest.mark.parametrize(
    "one, other",
    [
        (1, 2),
        (1, 1.0),
        (0.0, -0.0),
        ((1, 2), (12,)),
        (np.zeros(2), np.ones(2)),
        (np.float32, np.float64),
        (rule, caller),
    ],
)
def test_different_things_bound_make_different_names(one, other):
    names = [bind(template, apply=what).__qualname__ for what in (one, other)]
    assert names[0] != names[1]
    assert bind(template, apply=one).__qualname__ == names[0]
