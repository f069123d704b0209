"""An archive of arrays from anyone is read within bounds, or is an error of one line."""

from __future__ import annotations

import io
import pickle
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.array_archive import MAX_ARRAYS, read_arrays

ARRAYS = {
    "C": np.arange(24.0).reshape(2, 3, 4),
    "F": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
    "text": np.array("PCG64 é"),
    "empty": np.zeros((0, 3), np.int32),
    "number": np.array(3, np.int64),
    "truth": np.array([True, False]),
    "big endian": np.arange(3, dtype=">f4"),
    "records": np.array([(1, 2.5, [1, 2]), (3, np.nan, [3, 4])], [("a", "i4"), ("b", "f8"), ("c", "i2", 2)]),
}
LARGE = 10**6


def saved(save, **arrays) -> bytes:
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def npy(header: str, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    length = struct.pack("<H" if version == b"\x01\x00" else "<I", len(header))
    return b"\x93NUMPY" + version + length + header.encode("latin1") + content


def described(descr: str = "'<i8'", shape: str = "(1,)", order: str = "False") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".ljust(117) + "\n"


def archive(*members: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name), content, compression)
    return buffer.getvalue()


def one(content: bytes) -> bytes:
    return archive(("v.npy", content))


def with_bytes(blob: bytes, *changes: tuple[int, int]) -> bytes:
    changed = bytearray(blob)
    for place, value in changes:
        changed[place] = value
    return bytes(changed)


def unsound() -> dict[str, bytes]:
    """What no writer of ours makes, by name."""
    plain = one(npy(described(), bytes(8)))
    directory = plain.find(b"PK\x01\x02")
    deflated = archive(
        ("v.npy", npy(described(shape="(640,)"), bytes(5120))), compression=zipfile.ZIP_DEFLATED
    )
    return {
        "nothing": b"",
        "text": b"no archive at all",
        "an array alone": npy(described(), bytes(8)),
        "a pickle alone": pickle.dumps({"v": 1}),
        "objects": saved(np.savez, v=np.array([{}], dtype=object)),
        "records with objects": one(npy(described("[('a', '|O')]"), bytes(8))),
        "compression 99": with_bytes(plain, (8, 99), (directory + 10, 99)),
        "bzip2": archive(("v.npy", npy(described(), bytes(8))), compression=zipfile.ZIP_BZIP2),
        "encrypted": with_bytes(plain, (6, 1), (directory + 8, 1)),
        "a later version of zip": with_bytes(plain, (4, 200), (directory + 6, 200)),
        "a damaged stream": with_bytes(deflated, *[(k, deflated[k] ^ 7) for k in range(36, 44)]),
        "a wrong checksum": with_bytes(plain, (plain.find(b"NUMPY") + 130, 1)),
        "half of it": plain[: len(plain) // 2],
        "a bomb": archive(("v.npy", bytes(10**8)), compression=zipfile.ZIP_DEFLATED),
        "a name twice": archive(("v.npy", npy(described(), bytes(8))), ("w.npy", b"")).replace(
            b"w.npy", b"v.npy"
        ),
        "no array": archive(("v.txt", b"text")),
        "a folder": archive(("v.npy/", b"")),
        "many entries": archive(*[(f"{k}.npy", b"") for k in range(MAX_ARRAYS + 1)]),
        "an empty entry": one(b""),
        "version 3": one(npy(described(), bytes(8), version=b"\x03\x00")),
        "version 9": one(npy(described(), bytes(8), version=b"\x09\x00")),
        "a shape beyond memory": one(npy(described(shape="(1000000000000,)"))),
        "a shape beyond integers": one(npy(described(shape=f"({10**30},)"))),
        "a shape of thousands of digits": one(npy(described(shape=f"({'9' * 3000},)"))),
        "a shape of many dimensions": one(npy(described(shape=f"({'1,' * 100})"), bytes(8))),
        "nothing of a large shape": one(npy(described(shape=f"(0, {2**62}, {2**62})"))),
        "a negative shape": one(npy(described(shape="(-1,)"), bytes(8))),
        "two negative sides": one(npy(described(shape="(-1, -1)"), bytes(8))),
        "a shape of text": one(npy(described(shape="'1'"), bytes(8))),
        "fewer bytes than its shape": one(npy(described(shape="(3,)"), bytes(8))),
        "more bytes than its shape": one(npy(described(), bytes(9))),
        "no dtype": one(npy(described("'nonsense'"), bytes(8))),
        "a dtype of no bytes": one(npy(described("'<U0'"))),
        "a wide dtype": one(npy(described("'<U500000000'"))),
        "a dtype of arrays": one(npy(described("('<i8', (1000000000,))", "(0,)"))),
        "an alignment of 0": one(
            npy(described("{'names': ['a'], 'formats': ['<i8'], 'offsets': [-8]}"), bytes(8))
        ),
        "brackets": one(npy("{[((((((((((((((")),
        "deep brackets": one(npy("(" * 3_900)),
        "deep signs": one(npy("-" * 3_900 + "1")),
        "a long header": one(npy(described().ljust(9_000), bytes(8))),
        "a call": one(npy("{'descr': __import__('os').getcwd(), 'fortran_order': False, 'shape': ()}")),
        "missing keys": one(npy("{'descr': '<i8'}".ljust(117))),
        "long integers of Python 2": one(npy(described(shape="(1L,)"), bytes(8))),
    }


UNSOUND = unsound()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_read_as_they_were_written(save):
    found = read_arrays(saved(save, **ARRAYS), LARGE)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert found[name].tobytes() == array.tobytes()
        assert found[name].flags.writeable and found[name].flags.owndata


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_archive_is_an_error_of_one_line_in_little_time_and_memory(name):
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(ValueError, match=r".") as caught:
            read_arrays(UNSOUND[name], LARGE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 250
    assert time.process_time() - began < 2.0
    assert peak < 20_000_000


def test_no_more_is_unpacked_than_allowed():
    packed = saved(np.savez_compressed, v=np.zeros(1000))
    assert read_arrays(packed, 10_000)["v"].size == 1000
    with pytest.raises(ValueError, match="it unpacks to more than 8,000 bytes"):
        read_arrays(packed, 8_000)


@settings(max_examples=200, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
    ),
    deflated=st.booleans(),
)
def test_a_mutated_archive_is_read_or_an_error(places, deflated):
    whole = saved(np.savez_compressed if deflated else np.savez, **ARRAYS)
    try:
        found = read_arrays(with_bytes(whole, *[(int(at * len(whole)), new) for at, new in places]), LARGE)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert all(isinstance(array, np.ndarray) and not array.dtype.hasobject for array in found.values())
