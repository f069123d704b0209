"""Builds the yardstick with g++ and runs networks in it, in this process."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
import weakref
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.yardstick.export import columns
from spikeworm_env.engine.network import Network

SOURCE: Final = Path(__file__).with_name("yardstick.cpp")
# no fused or reordered arithmetic; the others only say that there are no traps, NaN, infinities
EXACT: Final = ("-ffp-contract=off", "-fno-trapping-math", "-ffinite-math-only", "-fno-signed-zeros")
OPTIONS: Final = ("-O3", "-march=native", "-std=c++17", "-shared", "-fPIC", *EXACT)
REALS: Final = ("a", "b", "c", "d", "background")
COUNTS: Final = ("n", "m", "n_rules", "n_groups", "n_noisy", "n_taus")


class NoCompilerError(Exception):
    """There is no C++ compiler, or it refuses the source."""


class _Columns(ctypes.Structure):
    """``struct Columns`` of yardstick.cpp."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in COUNTS),
        *((name, ctypes.c_void_p) for name in REALS),
        *((name, ctypes.c_void_p) for name in ("noisy", "noise_step", "source", "target", "delay")),
        *((name, ctypes.c_void_p) for name in ("synapse_class", "weight", "rule_type", "rule_parameters")),
        *((name, ctypes.c_void_p) for name in ("taus", "decays")),
        *((name, ctypes.c_void_p) for name in ("group_first", "group_member")),
    ]


@cache
def library() -> ctypes.CDLL:
    """The compiled yardstick, built once per process.

    Raises:
        NoCompilerError: there is no compiler, or it fails.
    """
    name = os.environ.get("CXX", "g++")
    compiler = shutil.which(name)
    if compiler is None:
        raise NoCompilerError(
            f"no C++ compiler: {name} not found; install g++ (Debian: apt install g++) or set CXX"
        )
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "yardstick.so"
        made = subprocess.run(
            [compiler, *OPTIONS, str(SOURCE), "-o", str(built)], capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise NoCompilerError(f"{compiler} fails on {SOURCE.name}: {made.stderr.strip()[:2000]}")
        loaded = ctypes.CDLL(str(built))
    loaded.yardstick_make.restype = ctypes.c_void_p
    loaded.yardstick_make.argtypes = [ctypes.c_void_p]
    loaded.yardstick_free.argtypes = loaded.yardstick_reset.argtypes = [ctypes.c_void_p]
    loaded.yardstick_run.restype = ctypes.c_double
    loaded.yardstick_run.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int64,
        ctypes.c_int64,
        ctypes.c_double,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    return loaded


class Yardstick:
    """A network in the yardstick.

    Args:
        network: see `export.columns`.
        learning: whether weights change.

    Raises:
        NoCompilerError: as `library`.
        ValueError: as `export.columns`.
    """

    def __init__(self, network: Network, *, learning: bool = True) -> None:
        self._library = library()
        self._plasticity = float(learning)
        self.n_noisy = int((network.noise > 0).sum())
        own = columns(network, learning=learning)
        sizes = (network.n_neurons, network.n_synapses, len(network.classes), len(network.modulators))
        given = _Columns(
            **dict(zip(COUNTS, (*sizes, self.n_noisy, own["taus"].size), strict=True)),
            **{name: each.ctypes.data for name, each in own.items()},
        )
        self._n = network.n_neurons
        self._simulator = self._library.yardstick_make(ctypes.byref(given))
        weakref.finalize(self, self._library.yardstick_free, self._simulator)

    def reset(self) -> None:
        """Go back to the first tick and the initial weights."""
        self._library.yardstick_reset(self._simulator)

    def run(
        self,
        steps: int,
        ticks: int,
        currents: NDArray[np.float64] | None = None,
        noise: NDArray[np.uint16] | None = None,
    ) -> tuple[NDArray[np.int32], float]:
        """Run steps of a number of ticks each.

        Args:
            steps, ticks: how many.
            currents: (steps, n) external current, constant within a step; None: none.
            noise: (steps · ticks, q) raw noise of the noisy neurons; needed if there are any.

        Returns:
            (n,) spikes of each neuron, CPU seconds.
        """
        counts = np.zeros(self._n, np.int32)
        if self.n_noisy and noise is None:
            raise ValueError("noise is None; expected the raw noise of every tick")
        seconds = self._library.yardstick_run(
            self._simulator,
            steps,
            ticks,
            self._plasticity,
            _pointer(currents, (steps, self._n), np.float64),
            _pointer(noise, (steps * ticks, self.n_noisy), np.uint16),
            counts.ctypes.data,
        )
        return counts, seconds


def _pointer(array: NDArray | None, shape: tuple[int, int], dtype: Any) -> int | None:
    """The address of an array; what C++ reads has this shape and dtype."""
    if array is None or not array.size:
        return None
    if array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous:
        raise ValueError(f"{array.dtype} {array.shape}; expected contiguous {np.dtype(dtype)} {shape}")
    return array.ctypes.data
