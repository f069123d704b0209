"""Random changes of sound files: of their content, written back well-formed, or of their bytes.

A change follows from the seed and the number of the case alone.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import struct
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.hostile.arrays import changed_archive, changed_state
from benchmarks.hostile.bases import pickled_state
from benchmarks.hostile.tables import changed_tables
from benchmarks.hostile.values import changed_tree, dumped
from spikeworm_env import resources
from spikeworm_env.envs import ENVIRONMENTS

EDGES: Final = tuple(
    value.to_bytes(size, order)
    for size in (1, 2, 4, 8)
    for value in (0, 1, 2 ** (8 * size - 1) - 1, 2 ** (8 * size - 1), 2 ** (8 * size) - 1)
    for order in ("little", "big")
)  # integers at the ends of their ranges
PAGES: Final = (512, 4096)  # bytes
WAV_HEADER: Final = 44  # bytes
RECIPES: Final = ("minimal", "crawler_v1", "learner_v1")  # that compile in some hundredths of a second
SPLICED: Final = 0.03  # share of files that end as another file does

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(kind: str, bases: Mapping[str, Path], seed: int, number: int) -> bytes:
    """The content of one changed file."""
    draw = random.Random(f"{seed} {number} {kind}")
    mutation = draw.choice(MUTATIONS[kind])
    content = draw.choice(_variants(kind) or [bases[kind].read_bytes()])
    changed = mutation(draw, content)
    if kind in NEVER_RAW or draw.random() >= SPLICED:
        return changed
    other = bases[draw.choice(sorted(bases))].read_bytes()
    return changed[: draw.randrange(len(changed) + 1)] + other[draw.randrange(len(other) + 1) :]


@cache
def _variants(kind: str) -> list[bytes]:
    """Sound files of a kind of which there are several: recipes, blocks, states of every environment."""
    if kind == "recipe":
        return [(resources.shipped("recipes") / f"{name}.json").read_bytes() for name in RECIPES]
    if kind == "block":
        blocks = sorted(resources.shipped("blocks").glob("*/*.json"))
        return [_renamed(path.read_bytes(), "motor_segment") for path in blocks]
    if kind == "state":
        return [pickled_state(name) for name in sorted(ENVIRONMENTS)]
    return []


def _renamed(block: bytes, name: str) -> bytes:
    """A block of the name of the file into which it is written."""
    return json.dumps({**json.loads(block), "name": name}).encode()


def json_tree(draw: random.Random, content: bytes) -> bytes:
    """One to three nodes of parsed JSON changed, and written well-formed."""
    text = dumped(changed_tree(draw, json.loads(content), draw.choice((1, 1, 2, 3))))
    return text.encode("utf-8", "surrogatepass")


def checkpoint_arrays(draw: random.Random, content: bytes) -> bytes:
    """Arrays of a checkpoint changed; its checksum is right."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        ((blob,),) = database.execute("SELECT state FROM checkpoints").fetchall()
        changed = changed_archive(draw, blob)
        row = (changed, hashlib.sha256(changed).hexdigest())
        database.execute("UPDATE checkpoints SET state = ?, sha256 = ?", row)
        return database.serialize()


def checkpoint_bytes(draw: random.Random, content: bytes) -> bytes:
    """The archive of a checkpoint with bytes changed; its checksum is right."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(content)
        ((blob,),) = database.execute("SELECT state FROM checkpoints").fetchall()
        changed = draw.choice(RAW)(draw, blob)
        row = (changed, hashlib.sha256(changed).hexdigest())
        database.execute("UPDATE checkpoints SET state = ?, sha256 = ?", row)
        return database.serialize()


def flipped_bits(draw: random.Random, content: bytes) -> bytes:
    """Some bits changed."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 3, 30))):
        if changed:
            changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def flipped_header(draw: random.Random, content: bytes) -> bytes:
    """Bytes of the first hundred replaced."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 2, 4))):
        if changed:
            changed[draw.randrange(min(100, len(changed)))] = draw.choice((0, 1, 127, 128, 255))
    return bytes(changed)


def truncated(draw: random.Random, content: bytes) -> bytes:
    """The first part."""
    return content[: draw.randrange(len(content) + 1)]


def inserted(draw: random.Random, content: bytes) -> bytes:
    """Random bytes somewhere."""
    place = draw.randrange(len(content) + 1)
    return content[:place] + draw.randbytes(draw.choice((1, 16, 4096))) + content[place:]


def zeroed(draw: random.Random, content: bytes) -> bytes:
    """A stretch of zeros, as after a crash."""
    start = draw.randrange(len(content) + 1)
    length = min(draw.choice((16, 512, 4096)), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


def moved(draw: random.Random, content: bytes) -> bytes:
    """A stretch copied over another."""
    length = draw.choice((4, 64, 4096))
    start, to = draw.randrange(len(content) + 1), draw.randrange(len(content) + 1)
    piece = content[start : start + length]
    return content[:to] + piece + content[to + len(piece) :]


def edges(draw: random.Random, content: bytes) -> bytes:
    """Integers at the ends of their ranges, in the header or anywhere."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 3))):
        value = draw.choice(EDGES)
        place = draw.randrange(draw.choice((min(100, len(changed)), len(changed))))
        changed[place : place + len(value)] = value
    return bytes(changed)


def removed(draw: random.Random, content: bytes) -> bytes:
    """Some bytes are missing in the middle."""
    place = draw.randrange(len(content))
    return content[:place] + content[place + draw.choice((1, 2, 16, 512, 4096)) :]


def swapped_pages(draw: random.Random, content: bytes) -> bytes:
    """Two aligned pages trade places."""
    size = draw.choice(PAGES)
    pages = [content[start : start + size] for start in range(0, len(content), size)]
    one, other = draw.randrange(len(pages)), draw.randrange(len(pages))
    pages[one], pages[other] = pages[other], pages[one]
    return b"".join(pages)


def wav_format(draw: random.Random, content: bytes) -> bytes:
    """Fields of the format of a WAV file."""
    fields = list(struct.unpack_from("<HHIIHH", content, 20))
    for _ in range(draw.choice((1, 1, 2, 3))):
        which = draw.randrange(len(fields))
        most = 2**32 if which in (2, 3) else 2**16
        fields[which] = draw.choice(
            (0, 1, 2, 3, 7, 8, 12, 24, 32, 64, 8_000, most // 2, most - 1, draw.randrange(most))
        )
    form = struct.pack(
        "<HHIIHH", *(field % 2 ** (32 if k in (2, 3) else 16) for k, field in enumerate(fields))
    )
    return content[:20] + form + content[36:]


def wav_samples(draw: random.Random, content: bytes) -> bytes:
    """Samples as another type: floats of any bits, or of another width."""
    bits, kind = draw.choice(((32, 3), (64, 3), (8, 1), (24, 1), (32, 1)))
    rate = draw.choice((1, 100, 16_000, 44_100, 384_000, 2**31))
    channels = draw.choice((1, 1, 2, 3))
    block = channels * bits // 8
    data = draw.choice((draw.randbytes(4_000), content[WAV_HEADER:], struct.pack("<500d", *[1e300] * 500)))
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * block % 2**32, block, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


RAW: Final[tuple[Mutation, ...]] = (
    flipped_bits, flipped_header, truncated, inserted, zeroed, moved, edges, removed, swapped_pages,
)  # fmt: skip

MUTATIONS: Final[Mapping[str, tuple[Mutation, ...]]] = MappingProxyType(
    {
        "recipe": (*12 * (json_tree,), *RAW),
        "block": (*12 * (json_tree,), *RAW),
        "brain": (*18 * (changed_tables,), *RAW),
        "trained": (*18 * (changed_tables,), *RAW),
        "checkpoint": (
            *9 * (checkpoint_arrays,),
            *9 * (changed_tables,),
            checkpoint_bytes,
            checkpoint_bytes,
            *RAW,
        ),
        "results": (*18 * (changed_tables,), *RAW),
        "policy": (*12 * (changed_archive,), *RAW),
        "sound": (*4 * (wav_format, wav_samples), *RAW),
        "state": (changed_state,),
    }
)
"""Kind of file → its mutations; those listed more often are drawn more often."""

NEVER_RAW: Final = frozenset({"state"})  # a pickle of any bytes runs any program
