"""Rows of the engine against other simulators: the same exported network in one run, by turns.

The condition of a ratio is the same number of spikes in the ticks that are timed. Weights and background are
multiples of 2^-20, so that their sums are the same in any order. All start each turn at the first tick; the
warm-up is not timed. They run in one thread; times are CPU time of the ticks alone.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.networks import random_network
from benchmarks.simulators.export import write
from benchmarks.timing import UNITS, Effort, Row, cpu_seconds
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network, NeuronClass
from spikeworm_env.engine.neurons import resolve_neuron

HERE: Final = Path(__file__).parent
SIZE: Final = (8_000, 60_000)
DRIVE: Final = 5.3
WARM_UP, TICKS = 200, 300  # at most; learning differs in the last digits, and errors grow
NEST_TICKS: Final = 100  # it adds currents to -u one by one; without a bound on v, spikes amplify the errors
GRID: Final = 2.0**20
HOW: Final = (
    'not installed: pip install -e ".[references]", or --peers-python PATH of an environment that has it'
)


@dataclass(frozen=True)
class Simulator:
    """Another simulator in a process of its own.

    Attributes:
        name: of its row.
        module: what the interpreter must be able to import.
        script: the program beside this file.
        arguments: of the program after those of every program.
    """

    name: str
    module: str
    script: str
    arguments: tuple[str, ...] = ()


STANDALONE: Final = Simulator("Brian2 C++ standalone", "brian2", "in_brian2.py", ("cpp_standalone", "FOLDER"))
CYTHON: Final = Simulator("Brian2 Cython", "brian2", "in_brian2.py", ("cython", "FOLDER"))
NEST: Final = Simulator("NEST", "nest", "in_nest.py")
FEW_TYPES: Final = ("fixed", "plastic", "depressing", "facilitating")


def simulator_rows(effort: Effort) -> Iterator[Row]:
    """Engine, other simulator and their ratio: fixed synapses, four types, and what NEST has too."""
    if not effort.subprocesses:
        return
    fixed = on_grid(random_network(1, *SIZE, drive=DRIVE, types=("fixed",)))
    mixed = without_waiting(on_grid(random_network(1, *SIZE, drive=DRIVE, types=FEW_TYPES)))
    size = f"{SIZE[0]:,} neurons, {SIZE[1]:,} synapses"
    brian2 = {STANDALONE: 3.0, CYTHON: None}
    yield from against(fixed, f"{size}, fixed", brian2, effort)
    brian2 = {STANDALONE: 4.5, CYTHON: None}
    yield from against(mixed, f"{size}, {', '.join(FEW_TYPES)}", brian2, effort)
    brief = replace(effort, ticks=min(NEST_TICKS, effort.ticks), warm_up=min(NEST_TICKS, effort.warm_up))
    yield from against(without_bound(fixed), f"{size}, fixed, izhikevich_2003", {NEST: None}, brief)


def on_grid(network: Network) -> Network:
    """The same network with weights and background that are multiples of 1 / GRID."""
    columns = {name: np.round(getattr(network, name) * GRID) / GRID for name in ("weight", "background")}
    return replace(network, **columns)


def without_waiting(network: Network) -> Network:
    """The same network with a delay of 1 tick for plastic synapses.

    The engine sends the weight of the moment of the spike, Brian2 reads it at the arrival.
    """
    return replace(network, delay=np.where(network.synapse_type == "plastic", 1, network.delay))


def without_bound(network: Network) -> Network:
    """The same network of neurons of the model ``izhikevich_2003``, which NEST has."""
    names = [f"{each.type}_2003" for each in network.neuron_classes]
    return replace(network, neuron_classes=tuple(NeuronClass(name, resolve_neuron(name)) for name in names))


def against(
    network: Network, what: str, simulators: dict[Simulator, float | None], effort: Effort
) -> Iterator[Row]:
    """Rows of a network: the engine, and of each simulator its time and its ratio to the engine."""
    ticks, warm_up = min(TICKS, effort.ticks), min(WARM_UP, effort.warm_up)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = folder / "network.npz"
        write(network, path)
        running: dict[Simulator, _Process] = {}
        failures: dict[Simulator, str] = {}
        for k, simulator in enumerate(simulators):
            try:
                own = folder / str(k)
                process = _Process(simulator, [str(path), str(warm_up), str(ticks)], own, effort.peers_python)
                running[simulator] = stack.enter_context(process)
            except FailedError as error:
                failures[simulator] = str(error)
        _ours(network, warm_up, ticks)
        turns: list[dict[Simulator | None, tuple[float, int]]] = []
        for _ in range(effort.repeats):
            turn: dict[Simulator | None, tuple[float, int]] = {None: _ours(network, warm_up, ticks)}
            turn |= {simulator: process.run() for simulator, process in running.items()}
            turns.append(turn)
    yield Row(f"engine tick, {what}", _us([turn[None][0] for turn in turns], ticks), "µs")
    for simulator, least in simulators.items():
        if simulator in failures:
            yield Row(f"{simulator.name}, {what}", (), "µs", failure=failures[simulator])
            continue
        times = [turn[simulator][0] for turn in turns]
        name = f"{running[simulator].version}{simulator.name.removeprefix(simulator.name.split()[0])}"
        yield Row(f"{name} tick, {what}", _us(times, ticks), "µs")
        differ = {turn[simulator][1] for turn in turns} ^ {turn[None][1] for turn in turns}
        failure = f"spike counts differ: {sorted(differ)}" if differ else ""
        ratios = () if differ else tuple(turn[simulator][0] / turn[None][0] for turn in turns)
        yield Row(f"{simulator.name} / engine, {what}", ratios, "×", least=least, failure=failure)


def _us(seconds: Sequence[float], ticks: int) -> tuple[float, ...]:
    return tuple(each * UNITS["µs"] / ticks for each in seconds)


def _ours(network: Network, warm_up: int, ticks: int) -> tuple[float, int]:
    brain = Brain(network)
    brain.advance(warm_up)
    seconds = cpu_seconds(lambda: brain.advance(ticks))
    return seconds, int(brain.spike_counts.sum())


class FailedError(Exception):
    """A simulator is not installed, or its program failed."""


class _Process:
    """The process of a simulator, which runs the same ticks at every call.

    Args:
        simulator: what to run.
        arguments: of every program: file of the network, ticks of the warm-up, ticks.
        folder: where it may write.
        python: its interpreter.

    Raises:
        FailedError: it is not installed, or does not get ready.
    """

    def __init__(self, simulator: Simulator, arguments: list[str], folder: Path, python: str) -> None:
        probe = (
            f"import importlib.util, sys; sys.exit(importlib.util.find_spec({simulator.module!r}) is None)"
        )
        try:
            found = subprocess.run([python, "-c", probe], check=False, capture_output=True).returncode == 0
        except OSError as error:
            raise FailedError(f"{python} does not start: {error}") from None
        if not found:
            raise FailedError(HOW)
        own = [str(folder) if each == "FOLDER" else each for each in simulator.arguments]
        folder.mkdir()
        self._log = folder.with_suffix(".log")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [python, str(HERE / simulator.script), *arguments, *own],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=folder,
            )
        self.version = str(self._answer()["version"])

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self) -> tuple[float, int]:
        """CPU seconds and number of spikes of the ticks."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = self._answer()
        return float(answer["seconds"]), int(answer["spikes"])

    def _answer(self) -> dict[str, Any]:
        """The next line of JSON; what libraries print besides is passed over."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                return dict(json.loads(line))
        self.__exit__()
        last = self._log.read_text(encoding="utf-8").strip().splitlines()[-1:]
        raise FailedError(f"the program ended with {self._process.returncode}: {' '.join(last)}")
