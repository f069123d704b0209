"""The training history of a brain, from the rows of its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from spikeworm_env.compiler.training_record import Evaluation, TrainingEpisode
from spikeworm_env.engine.network import MAX_AGE_TICKS, Experience, Floats, Network, weight_bounds
from spikeworm_env.engine.synapses import SYNAPSE_TYPES
from spikeworm_env.store.columns import TableReader
from spikeworm_env.store.rows import persistent_rows

Record = TypeVar("Record", TrainingEpisode, Evaluation)

ONLY_WITH_AGE = ("initial_weights", "persistent", "episodes")


def with_experience(reader: TableReader, network: Network, age: str | None) -> Network:
    """The network with its training history; unchanged if the file has no age.

    Raises:
        BrainFileError: rows that contradict each other or the network.
    """
    if age is None:
        for table in ONLY_WITH_AGE:
            if reader.count(table):
                raise reader.fail(table, "there are rows, but meta has no age")
        return network
    short = len(age) <= len(str(MAX_AGE_TICKS))  # Python does not parse numbers of thousands of digits
    if not (short and age.isascii() and age.isdecimal() and int(age) <= MAX_AGE_TICKS):
        raise reader.fail("meta", f"age is {age!r:.60}; expected ticks from 0 to {MAX_AGE_TICKS}")
    initial_weight, persistent = _initial_weight(reader, network), _persistent(reader, network)
    return replace(network, experience=Experience(int(age), initial_weight, persistent))


def read_episodes(reader: TableReader, age: int) -> tuple[TrainingEpisode, ...]:
    """The training episodes in a file, in order; ``age`` is the number of ticks that the brain has run."""
    table = reader.read("episodes")
    number = table["episode"]
    wrong = number != np.arange(1, number.size + 1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reader.fail("episodes", f"episode of row {row} is {number[row]}; expected {row + 1}")
    lowest = np.append(0, table["age"])[:-1] + table["ticks"]
    too_low = table["age"] < lowest
    if too_low.any():
        row = int(np.argmax(too_low))
        raise reader.fail(
            "episodes", f"age of row {row} is {table['age'][row]}; expected at least {lowest[row]}"
        )
    if table["age"].max(initial=0) > age:
        raise reader.fail("episodes", f"the last ends at age {table['age'][-1]}, but meta has the age {age}")
    return _records(reader, "episodes", table, TrainingEpisode)


def read_evaluations(reader: TableReader, episodes: int) -> tuple[Evaluation, ...]:
    """The evaluations in a file, in the order run."""
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
    trials = [replace(each, ci_time=0.0, ci_net=0.0) for each in evaluations]
    if len(set(trials)) < len(trials):
        row = next(row for row, trial in enumerate(trials) if trial in trials[:row])
        raise reader.fail("evaluations", f"row {row} repeats the trial of an earlier row")
    return evaluations


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _records(
    reader: TableReader, name: str, table: Mapping[str, Any], record_type: type[Record]
) -> tuple[Record, ...]:
    """One dataclass instance per row; no text may be empty."""
    for column, values in table.items():
        if isinstance(values, list) and "" in values:
            raise reader.fail(name, f"{column} of row {values.index('')} is empty")
    columns = [column.tolist() if isinstance(column, np.ndarray) else column for column in table.values()]
    return tuple(record_type(*row) for row in zip(*columns, strict=True))


def _initial_weight(reader: TableReader, network: Network) -> Floats:
    table = reader.read("initial_weights")
    changed, initial = table["synapse"], table["initial_weight"]
    disorder = np.diff(changed) <= 0
    if disorder.any():
        row = int(np.argmax(disorder)) + 1
        raise reader.fail(
            "initial_weights", f"synapse of row {row} is {changed[row]}; expected them in order"
        )
    low, high = weight_bounds(network)
    index = network.synapse_class[changed]
    outside = (initial < low[index]) | (initial > high[index])
    if outside.any():
        row = int(np.argmax(outside))
        span = f"{low[index[row]]:g} to {high[index[row]]:g}"
        raise reader.fail(
            "initial_weights", f"initial_weight of row {row} is {initial[row]}; expected {span}"
        )
    weight = network.weight.copy()
    weight[changed] = initial
    return weight


def _persistent(reader: TableReader, network: Network) -> dict[str, dict[str, np.ndarray]]:
    table = reader.read("persistent")
    numbers, states = persistent_rows(network)
    if table["synapse"].size != numbers.size:
        raise reader.fail("persistent", f"there are {table['synapse'].size} rows; expected {numbers.size}")
    found_states = reader.texts("persistent", "state")
    wrong = (table["synapse"] != numbers) | (found_states != states)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise reader.fail(
            "persistent",
            f"row {row} is of synapse {table['synapse'][row]}, state {str(found_states[row])!r:.60}; "
            f"expected synapse {numbers[row]}, state {str(states[row])!r}",
        )
    found: dict[str, dict[str, np.ndarray]] = {}
    first = 0
    types = network.synapse_type
    for name, synapse_type in SYNAPSE_TYPES.items():
        count = int((types == name).sum())
        for state in synapse_type.persistent if count else ():
            found.setdefault(name, {})[state] = table["value"][first : first + count].astype(np.int32)
            first += count
    _check_pruned(reader, network, found)
    return found


def _check_pruned(reader: TableReader, network: Network, found: dict[str, dict[str, np.ndarray]]) -> None:
    """Check that marks are 0 or 1, that pruned synapses have no weight, and the counts."""
    for name, states in found.items():
        prunes = SYNAPSE_TYPES[name].prunes
        if prunes is None:
            continue
        numbers, mark = np.flatnonzero(network.synapse_type == name), states[prunes.mark]
        successes, trials = prunes.counts
        for bad, what in (
            (mark > 1, f"{prunes.mark} is more than 1"),
            ((mark == 0) & (network.weight[numbers] != 0), "it is pruned, but has a weight"),
            (states[successes] > states[trials], f"{successes} are more than {trials}"),
        ):
            if bad.any():
                raise reader.fail("persistent", f"synapse {numbers[int(np.argmax(bad))]}: {what}")
