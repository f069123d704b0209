"""What a brain has lived through, from the rows of its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.network import MAX_AGE_TICKS, Experience, Floats, Network
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.lesions.pruning import ALIVE, PRUNABLE_TYPE, prunable
from spikeworm_env.lesions.weight_noise import weight_bounds
from spikeworm_env.store.columns import TableReader
from spikeworm_env.store.rows import persistent_rows

Record = TypeVar("Record", TrainingEpisode, Evaluation)

ONLY_WITH_AGE = ("changes", "persistent", "episodes")


def with_experience(reader: TableReader, network: Network, age: str | None) -> Network:
    """The network as its brain has become; the same where the file tells of no age.

    Raises:
        BrainFileError: rows that contradict each other or the network.
    """
    if age is None:
        for table in ONLY_WITH_AGE:
            if reader.rows[table]:
                raise reader.fail(table, "there are rows, but meta tells no age")
        return network
    short = len(age) <= len(str(MAX_AGE_TICKS))  # Python reads no number of thousands of digits
    if not (short and age.isascii() and age.isdecimal() and int(age) <= MAX_AGE_TICKS):
        raise reader.fail("meta", f"age is {age!r:.60}; expected ticks from 0 to {MAX_AGE_TICKS}")
    initial_weight, persistent = _initial_weight(reader, network), _persistent(reader, network)
    return replace(network, experience=Experience(int(age), initial_weight, persistent))


def read_episodes(reader: TableReader, age: int) -> tuple[TrainingEpisode, ...]:
    """The lives in a file, in order, of a brain that has lived so many ticks: in them, between and since."""
    table = reader.read("episodes")
    number = table["episode"]
    wrong = number != np.arange(1, number.size + 1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reader.fail("episodes", f"episode of row {row} is {number[row]}; expected {row + 1}")
    least = np.append(0, table["age"])[:-1] + table["ticks"]
    young = table["age"] < least
    if young.any():
        row = int(np.argmax(young))
        raise reader.fail(
            "episodes", f"age of row {row} is {table['age'][row]}; expected at least {least[row]}"
        )
    if table["age"].max(initial=0) > age:
        raise reader.fail(
            "episodes", f"the last ends at age {table['age'][-1]}, but meta tells the age {age}"
        )
    return _records(reader, "episodes", table, TrainingEpisode)


def read_evaluations(reader: TableReader, episodes: int) -> tuple[Evaluation, ...]:
    """The trials between lives in a file, in the order measured."""
    table = reader.read("evaluations")
    later = table["episode"] > episodes
    if later.any():
        row = int(np.argmax(later))
        raise reader.fail(
            "evaluations", f"episode of row {row} is {table['episode'][row]}; expected 0 to {episodes}"
        )
    earlier = np.diff(table["training"]) < 0
    if earlier.any():
        raise reader.fail(
            "evaluations", f"training of row {int(np.argmax(earlier)) + 1} is less than the one before"
        )
    for row, arena in enumerate(table["arena"]):
        if not _is_object(arena):
            raise reader.fail("evaluations", f"arena of row {row} is no JSON object")
    evaluations = _records(
        reader, "evaluations", {**table, "learning": table["learning"].astype(bool)}, Evaluation
    )
    trials = [replace(test, ci_time=0.0, ci_net=0.0) for test in evaluations]
    if len(set(trials)) < len(trials):
        row = next(row for row, trial in enumerate(trials) if trial in trials[:row])
        raise reader.fail("evaluations", f"the trial of row {row} was there before")
    return evaluations


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _records(
    reader: TableReader, name: str, table: Mapping[str, Any], kind: type[Record]
) -> tuple[Record, ...]:
    """A dataclass a row; no text of it may be empty."""
    for column, values in table.items():
        if isinstance(values, list) and "" in values:
            raise reader.fail(name, f"{column} of row {values.index('')} is empty")
    columns = [column.tolist() if isinstance(column, np.ndarray) else column for column in table.values()]
    return tuple(kind(*row) for row in zip(*columns, strict=True))


def _initial_weight(reader: TableReader, network: Network) -> Floats:
    table = reader.read("changes")
    changed, born = table["synapse"], table["initial_weight"]
    disorder = np.diff(changed) <= 0
    if disorder.any():
        row = int(np.argmax(disorder)) + 1
        raise reader.fail("changes", f"synapse of row {row} is {changed[row]}; expected them in order")
    low, high = weight_bounds(network)
    kind = network.synapse_class[changed]
    outside = (born < low[kind]) | (born > high[kind])
    if outside.any():
        row = int(np.argmax(outside))
        raise reader.fail(
            "changes",
            f"initial_weight of row {row} is {born[row]}; expected {low[kind[row]]:g} to {high[kind[row]]:g}",
        )
    weight = network.weight.copy()
    weight[changed] = born
    return weight


def _persistent(reader: TableReader, network: Network) -> dict[str, dict[str, np.ndarray]]:
    table = reader.read("persistent")
    numbers, states = persistent_rows(network)
    if table["synapse"].size != numbers.size:
        raise reader.fail("persistent", f"there are {table['synapse'].size} rows; expected {numbers.size}")
    wrong = (table["synapse"] != numbers) | (np.array(table["state"], np.str_) != states)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reader.fail(
            "persistent",
            f"row {row} is of synapse {table['synapse'][row]}, state {table['state'][row]!r:.60}; "
            f"expected synapse {numbers[row]}, state {str(states[row])!r}",
        )
    found: dict[str, dict[str, np.ndarray]] = {}
    first = 0
    types = network.synapse_type
    for name, kind in SYNAPSE_TYPES.items():
        count = int((types == name).sum())
        for state in kind.persistent if count else ():
            found.setdefault(name, {})[state] = table["value"][first : first + count].astype(np.int32)
            first += count
    _check_pruned(reader, network, found)
    return found


def _check_pruned(reader: TableReader, network: Network, found: dict[str, dict[str, np.ndarray]]) -> None:
    """A synapse lives or not, and one that was pruned has no weight."""
    if PRUNABLE_TYPE not in found:
        return
    numbers, alive = prunable(network), found[PRUNABLE_TYPE][ALIVE]
    for bad, what in (
        (alive > 1, "alive is more than 1"),
        ((alive == 0) & (network.weight[numbers] != 0), "it was pruned, but has a weight"),
        (
            found[PRUNABLE_TYPE]["coincidences"] > found[PRUNABLE_TYPE]["source_spikes"],
            "coincidences are more than source_spikes",
        ),
    ):
        if bad.any():
            raise reader.fail("persistent", f"synapse {numbers[int(np.argmax(bad))]}: {what}")
