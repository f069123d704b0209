"""The tables of a brain file: one declaration creates them and checks loaded files.

Tables whose rows are as many as neurons or synapses are packed: a row of the file holds `CHUNK_ROWS` of their
rows, each column as the bytes of an array. `TABLES_OF` has the declarations of the format versions that are
still read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from spikeworm_env.anatomy import N_JOINTS, N_SEGMENTS
from spikeworm_env.engine.network import (
    LIMIT,
    MAX_CLASSES,
    MAX_COUNT,
    MAX_DELAY,
    MAX_GROUPS,
    MAX_NEURON_CLASSES,
)

APPLICATION_ID = 0x53704272  # "SpBr", in the header of every brain file
DIRECTIONS = ("inputs", "outputs")  # of terminals, by number
CHUNK_ROWS = 65_536  # rows of a packed table in one row of its file, at most
FORMAT_VERSION = 6  # PRAGMA user_version; raised when a table changes
MAX_NAME = 80  # characters of a name: 64 in a recipe, and the number of a neuron
MAX_PLACE = 1e15  # micrometres
MAX_TEXT = 20_000_000  # of a recipe


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name.
        type: INTEGER, REAL, TEXT or BLOB; every value must be of it.
        comment: description, stored in the file.
        of: the table that its values are row numbers of, from 0.
        low, high: lowest and highest value; real numbers are finite in any case.
        longest: characters of a text, at most.
        key: whether it is the row number: 0, 1, 2 …
        optional: whether it may be NULL.
        packed: dtype of its values in a packed table, as NumPy writes it; None in a table of plain rows.
    """

    name: str
    type: str
    comment: str = ""
    of: str | None = None
    low: float | None = None
    high: float | None = None
    longest: int = MAX_NAME
    key: bool = False
    optional: bool = False
    packed: str | None = None

    @property
    def sql(self) -> str:
        if self.packed is not None:
            return f"{self.name} BLOB NOT NULL"
        key = " PRIMARY KEY" if self.key else "" if self.optional else " NOT NULL"
        reference = f" REFERENCES {self.of}" if self.of else ""
        return f"{self.name} {self.type}{key}{reference}"

    @property
    def description(self) -> str:
        """The comment in the file."""
        rows = None if self.of is None or self.packed is None else f"rows of {self.of}"
        return "; ".join(part for part in (self.packed, rows, self.comment) if part)


def _key(name: str, most: int | None = None) -> Column:
    """The column of the row number, of at most so many rows."""
    return Column(name, "INTEGER", high=None if most is None else most - 1, key=True)


def _number_of(table: str, name: str, comment: str = "") -> Column:
    return Column(name, "INTEGER", comment, of=table)


def _packed(*columns: Column) -> tuple[Column, ...]:
    """The columns of a packed table: real numbers take 8 bytes, and whole numbers 2 or 4."""
    return (
        _key("chunk"),
        *(
            replace(column, packed="<f8" if column.type == "REAL" else "<u2" if _is_short(column) else "<i4")
            for column in columns
        ),
    )


def _is_short(column: Column) -> bool:
    return column.low == 0 and column.high is not None and column.high <= np.iinfo(np.uint16).max


Tables = Mapping[str, tuple[Column, ...]]

TABLES: Tables = {
    "meta": (Column("key", "TEXT"), Column("value", "TEXT", longest=MAX_TEXT)),
    "components": (
        _key("component"),
        Column("name", "TEXT", "id in the recipe"),
        Column("block", "TEXT"),
        Column("count", "INTEGER", "copies of the block", low=1),
        Column("size", "INTEGER", "neurons per copy", low=1),
        Column("layer", "TEXT", optional=True),
        Column("first", "INTEGER", "id of its first neuron", low=0),
    ),
    "neuron_classes": (
        _key("class", most=MAX_NEURON_CLASSES),
        Column("neuron_type", "TEXT"),
        Column("parameters", "TEXT", "JSON: every parameter of the type's model by name", longest=10_000),
    ),
    "names": (
        _key("name"),
        Column("text", "TEXT", "of a neuron, a terminal or a persistent state"),
    ),
    "neurons": _packed(
        _number_of("components", "component"),
        Column("copy", "INTEGER", "of the block, from 0", low=0),
        _number_of("names", "label", "id in the block"),
        _number_of("neuron_classes", "class"),
        Column("background", "REAL", "tonic current"),
        Column("noise", "REAL", "standard deviation of the noise current", low=0),
        Column("x", "REAL", "micrometres", low=-MAX_PLACE, high=MAX_PLACE),
        Column("y", "REAL", low=-MAX_PLACE, high=MAX_PLACE),
        Column("z", "REAL", low=-MAX_PLACE, high=MAX_PLACE),
    ),
    "modulators": (
        Column("modulator", "INTEGER", "number of the group", low=0, high=MAX_GROUPS - 1),
        _number_of("neurons", "neuron"),
    ),
    "synapse_classes": (
        _key("class", most=MAX_CLASSES),
        Column("synapse_type", "TEXT"),
        Column("parameters", "TEXT", "JSON: every parameter of the type by name", longest=10_000),
    ),
    "origins": (
        _key("origin"),
        Column("name", "TEXT", "block, projection or proximity rule", longest=400),
    ),
    "synapses": _packed(
        _number_of("neurons", "source"),
        _number_of("neurons", "target"),
        Column("weight", "REAL", "current per spike; conductance of a gap junction"),
        Column("delay", "INTEGER", "ticks; 0 for gap junctions and graded synapses", low=0, high=MAX_DELAY),
        _number_of("synapse_classes", "class"),
        _number_of("origins", "origin"),
    ),
    "initial_weights": _packed(  # only of synapses whose weight has changed
        _number_of("synapses", "synapse"),
        Column("initial_weight", "REAL", "weight before training"),
    ),
    "persistent": _packed(
        _number_of("synapses", "synapse"),
        _number_of("names", "state", "persistent state of the synapse type"),
        Column("value", "INTEGER", low=0, high=MAX_COUNT),
    ),
    "episodes": (
        Column("episode", "INTEGER", "from 1", low=1),
        Column("condition", "TEXT", "training condition"),
        Column("trial", "TEXT", longest=1_000),
        Column("seed", "INTEGER", "of the trial", low=0),
        Column("ticks", "INTEGER", low=1),
        Column("age", "INTEGER", "ticks that the brain had run by its end", low=1),
        Column("ci_time", "REAL", "chemotaxis indices of this episode"),
        Column("ci_net", "REAL"),
        Column("n_deliveries", "INTEGER", "reward deliveries", low=0),
        Column("rpe_sum", "REAL", "sum of the reward prediction errors"),
        Column("largest_change", "REAL", "of a weight in this episode", low=0),
    ),
    "evaluations": (
        Column("training", "INTEGER", "number of the training, from 1", low=1),
        Column("episode", "INTEGER", "training episodes before it; 0: initial weights", low=0),
        Column("trial", "TEXT", longest=1_000),
        Column("seconds", "REAL", "length of the trial", low=0),
        Column("frame_skip", "INTEGER", "ticks per action", low=1),
        Column("arena", "TEXT", "JSON: environment id and settings", longest=1_000_000),
        Column("learning", "INTEGER", "1: weights could change during it", low=0, high=1),
        Column("seed", "INTEGER", "of the trial", low=0),
        Column("ci_time", "REAL", "chemotaxis indices"),
        Column("ci_net", "REAL"),
    ),
    "training_settings": (
        Column("setting", "TEXT"),
        Column("value", "TEXT", "JSON", longest=1_000_000),
    ),
    "terminals": _packed(
        _number_of("components", "component"),
        _number_of("names", "name"),
        Column("direction", "INTEGER", "0 input, 1 output", low=0, high=1),
        _number_of("neurons", "neuron"),
    ),
    "receptors": (
        _key("receptor"),
        Column("name", "TEXT"),
        Column("source", "TEXT", "observation channel"),
        Column("stages", "TEXT", "JSON: in order of application", longest=10_000),
    ),
    "sensor_map": (
        _number_of("neurons", "neuron"),
        _number_of("receptors", "receptor"),
        Column("gain", "REAL", "current per unit of the receptor", low=-LIMIT, high=LIMIT),
        Column("shift", "REAL", "current added", low=-LIMIT, high=LIMIT),
        Column("max_current", "REAL", "limit of the absolute value of the sum", low=-LIMIT, high=LIMIT),
    ),
    "muscle_map": (
        _number_of("neurons", "neuron"),
        Column("side", "INTEGER", "0 dorsal, 1 ventral", low=0, high=1),
        Column("segment", "INTEGER", "0 at the head", low=0, high=N_SEGMENTS - 1),
        Column("gain", "REAL", low=0, high=LIMIT),
    ),
    "proprioception_map": (
        _number_of("neurons", "neuron"),
        Column("first_joint", "INTEGER", "0 at the head", low=0, high=N_JOINTS - 1),
        Column("last_joint", "INTEGER", "exclusive", low=1, high=N_JOINTS),
        Column("gain", "REAL", "current per radian of the mean angle", low=-LIMIT, high=LIMIT),
    ),
    "checkpoints": (
        Column("tick", "INTEGER", low=0),
        Column("state", "BLOB", "arrays by name, a NumPy .npz"),
        Column("sha256", "TEXT", "of state"),
    ),
}


def _unpacked(key: str | None, columns: tuple[Column, ...], **texts: str) -> tuple[Column, ...]:
    """A packed table as it was before format version 6, with these columns as texts; name → comment."""
    rows = tuple(
        Column(column.name, "TEXT", texts[column.name])
        if column.name in texts
        else replace(column, packed=None)
        for column in columns[1:]
    )
    return rows if key is None else (_key(key), *rows)


TABLES_OF: Mapping[int, Tables] = {
    5: {
        **{table: columns for table, columns in TABLES.items() if table != "names"},
        "neurons": _unpacked("neuron", TABLES["neurons"], label="id in the block"),
        "synapses": _unpacked("synapse", TABLES["synapses"]),
        "initial_weights": _unpacked(None, TABLES["initial_weights"]),
        "persistent": _unpacked(None, TABLES["persistent"], state="persistent state of the synapse type"),
        "terminals": _unpacked(None, TABLES["terminals"], name=""),
    },
    FORMAT_VERSION: TABLES,
}
"""Format version → its tables."""


def create_statement(table: str, columns: tuple[Column, ...] | None = None) -> str:
    """The SQL that creates one table, with its comments; in the present format unless columns are given."""
    columns = TABLES[table] if columns is None else columns
    lines = []
    for index, column in enumerate(columns):
        comma = "," if index < len(columns) - 1 else ""
        comment = f"  -- {column.description}" if column.description else ""
        lines.append(f"  {column.sql}{comma}{comment}")
    return f"CREATE TABLE {table} (\n" + "\n".join(lines) + "\n)"
