"""The kernel that runs ticks, with a time stamp before and after each of its phases.

A phase is a function that ``engine.assembly`` binds into ``tick.advance``: whatever is bound there is timed,
also what is added later. The stamps are the processor's cycle counter, which takes some ten nanoseconds; that
time is measured and subtracted.
"""

# Numba's and llvmlite's type hints differ between their versions.
# mypy: disable-error-code="attr-defined,import-untyped,misc"

from __future__ import annotations

import inspect
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.core import types as numba_types
from numba.core.extending import intrinsic

from spikeworm_env.engine import assembly, tick
from spikeworm_env.engine.assembly import Kernels
from spikeworm_env.engine.brain import Brain
from spikeworm_env.kernels.binding import INNER, OPTIONS, PLAIN_PYTHON, bind_kernel

MACHINES: Final = ("x86_64", "AMD64")  # others have no cycle counter that a program may read
LABELS: Final = {
    "set_drive": "external current",
    "collect_delayed": "arrivals of long delay",
    "add_noise": "noise",
    "add_stimuli": "stimuli",
    "conduct_all": "continuous synapses",
    "step_all": "neurons",
    "list_fired": "list of neurons that fired",
    "reset_all": "reset of neurons that fired",
    "count_modulators": "modulators",
    "deliver_all": "deliver",
    "learn_all": "learn",
    "scheduled_all": "scheduled",
}
CALIBRATION_S: Final = 0.1


@intrinsic
def _cycles(typing_context):
    def code(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return numba_types.int64(), code


@dataclass
class PhaseTimer:
    """Time of the phases of a tick, summed since `clear`.

    Attributes:
        names: of the phases.
        totals: (phases, 2) cycles and calls; written by kernels.
    """

    names: list[str]
    totals: np.ndarray

    def clear(self) -> None:
        """Begin anew."""
        self.totals[:] = 0

    def microseconds(self, ticks: int) -> dict[str, float]:
        """Label of a phase → µs per tick, without the time of the stamps; only phases that ran."""
        cycles = self.totals[:, 0] - self.totals[:, 1] * _stamp_cycles()
        return {
            LABELS.get(name, name): max(float(cycles[k]), 0.0) / cycles_per_second() * 1e6 / ticks
            for k, name in enumerate(self.names)
            if self.totals[k, 1]
        }


def time_phases(brain: Brain) -> PhaseTimer:
    """Let a brain run its ticks with timers from now on, with the same bits.

    Raises:
        RuntimeError: there is no cycle counter, or kernels are not compiled.
    """
    if PLAIN_PYTHON or platform.machine() not in MACHINES:
        raise RuntimeError(
            f"no cycle counter: {platform.machine()}; expected {' or '.join(MACHINES)}, compiled"
        )
    names: list[str] = []
    totals = np.zeros((64, 2), np.int64)

    def bind_with_timers(template: Callable, **bound: Any) -> Callable:
        if template is not tick.advance:
            return bind_kernel(template, **bound)
        names.extend(bound)
        timed = {name: _timed(bound[name], totals[k]) for k, name in enumerate(bound)}
        return _uncached(template, timed)

    with mock.patch.object(assembly, "bind_kernel", bind_with_timers):
        made = assembly.kernels.__wrapped__()
    assert isinstance(made, Kernels)
    brain._kernels = brain._kernels._replace(advance=made.advance)
    return PhaseTimer(names, totals)


def _uncached(template: Callable, bound: dict[str, Any]) -> Callable:
    """A compiled copy that is never stored: it holds addresses of this process."""
    copy = type(template)(template.__code__, {**template.__globals__, **bound}, template.__name__)  # type: ignore[call-overload]
    copy.__qualname__ = f"{template.__qualname__}_timed_{id(copy)}"
    return numba.njit(**OPTIONS)(copy)


def _timed(phase: Callable, totals: np.ndarray) -> Callable:
    """A compiled function that calls a phase and adds its cycles and a call to ``totals``."""
    names = ", ".join(inspect.signature(phase.py_func).parameters)
    source = (
        f"def timed({names}):\n"
        f"    start = cycles()\n"
        f"    result = phase({names})\n"
        f"    add(cycles() - start)\n"
        f"    return result\n"
    )
    found: dict[str, Any] = {"cycles": _cycles, "phase": phase, "add": _adder(totals.ctypes.data)}
    exec(source, found)  # numba compiles no variable number of arguments
    return numba.njit(**INNER)(found["timed"])


def _adder(address: int) -> Callable:
    """A function that adds cycles and a call to two numbers at an address."""

    @intrinsic
    def add(typing_context, cycles):
        def code(context, builder, signature, arguments):
            word = ir.IntType(64)
            for place, value in ((address, arguments[0]), (address + 8, word(1))):
                pointer = builder.inttoptr(word(place), word.as_pointer())
                builder.store(builder.add(builder.load(pointer), value), pointer)
            return context.get_dummy_value()

        return numba_types.none(numba_types.int64), code

    return add


def _run_cycles() -> int:
    return _cycles()


_read_cycles = numba.njit(_run_cycles)
_found: dict[str, float] = {}


def cycles_per_second() -> float:
    """The rate of the cycle counter."""
    if "rate" not in _found:
        _read_cycles()
        cycles, started = _read_cycles(), time.perf_counter()
        time.sleep(CALIBRATION_S)
        cycles = _read_cycles() - cycles
        _found["rate"] = cycles / (time.perf_counter() - started)
    return _found["rate"]


def _nothing(number):
    return number


def _stamp_cycles() -> float:
    """Cycles that the stamps of a phase add to its time: those of a phase that does nothing."""
    if "stamp" not in _found:
        totals, calls = np.zeros(2, np.int64), 100_000
        timed = _timed(numba.njit(**INNER)(_nothing), totals)

        @numba.njit
        def repeat(n):
            for k in range(n):
                timed(k)

        repeat(1)
        least = np.inf
        for _ in range(9):
            totals[:] = 0
            repeat(calls)
            least = min(least, totals[0] / calls)
        _found["stamp"] = least
    return _found["stamp"]
