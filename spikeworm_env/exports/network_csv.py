"""The network as a table of its synapses."""

from __future__ import annotations

import csv
from pathlib import Path

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.exports._export import Content, Export
from spikeworm_env.files import replacing

HEADER = ("source", "target", "weight", "delay_ms", "type", "origin")


def write_edge_table(compiled: CompiledBrain, path: Path) -> None:
    """One row per synapse, in the brain's order; a gap junction is one row and conducts both ways.

    Synapses of continuous types have delay 0.

    Raises:
        InputError: it cannot be written there.
    """
    network = compiled.network
    columns = (network.source, network.target, network.weight, network.delay)
    names = (compiled.network.synapse_type.tolist(), [compiled.origins[k] for k in compiled.origin.tolist()])
    with replacing(path) as passing, passing.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        table.writerows(zip(*(column.tolist() for column in columns), *names, strict=True))


EXPORT = Export(
    content=Content.NETWORK,
    suffix=".csv",
    about="table of synapses: source, target, weight, delay, type, origin",
    write=write_edge_table,
)
