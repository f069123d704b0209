"""NumPy archives (.npz) from outside, read without pickle and with bounds on the memory that they take."""

from __future__ import annotations

import io
import math
import warnings
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from spikeworm_env.errors import reason

MAX_ARRAYS: Final = 1_000
MAX_HEADER: Final = 4_000  # bytes of the text that gives dtype and shape; ours have at most 600
ENTRY: Final = b"PK\x01\x02"  # begins each entry of the directory of a ZIP file
ENCRYPTED: Final = 1  # bit of an entry's flags
SUFFIX: Final = ".npy"
HEADER_READERS: Final[Mapping[tuple[int, int], Callable[..., Any]]] = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}


def read_arrays(archive: bytes, max_bytes: int) -> dict[str, NDArray[Any]]:
    """The arrays of an archive by name; each owns its memory.

    Nothing is unpacked beyond ``max_bytes``, whatever the archive says of itself. Refused are pickles and
    arrays of objects, encrypted entries, compressions other than deflate, entries of one name, and arrays
    whose shape does not fit their bytes.

    Args:
        archive: the content of a .npz file.
        max_bytes: what all arrays together may take.

    Raises:
        ValueError: the archive is not sound; one short line.
    """
    try:
        return _arrays(archive, max_bytes)
    except Exception as error:  # a damaged archive makes zipfile, zlib and NumPy raise almost anything
        raise ValueError(reason(error)) from error


def _arrays(archive: bytes, max_bytes: int) -> dict[str, NDArray[Any]]:
    if archive.count(ENTRY) > MAX_ARRAYS:  # before zipfile makes an object for each
        raise ValueError(f"it has more than {MAX_ARRAYS:,} entries")
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        entries = file.infolist()
        if sum(entry.file_size for entry in entries) > max_bytes:
            raise ValueError(f"it unpacks to more than {max_bytes:,} bytes")
        found: dict[str, NDArray[Any]] = {}
        for entry in entries:
            name = entry.filename.removesuffix(SUFFIX)
            if name == entry.filename or name in found:
                raise ValueError(f"entry {entry.filename!r:.60} is no array or repeats a name")
            if entry.flag_bits & ENCRYPTED or entry.compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):
                raise ValueError(f"entry {name!r:.60} is encrypted or compressed by another method")
            with file.open(entry) as member:  # gives no more than file_size bytes
                found[name] = _array(member.read())
    return found


def _array(content: bytes) -> NDArray[Any]:
    """The array of a .npy file."""
    file = io.BytesIO(content)
    version = npy.read_magic(file)
    if version not in HEADER_READERS:
        raise ValueError(f"it is of .npy version {version}")
    length = int.from_bytes(content[8 : 10 if version == (1, 0) else 12], "little")
    if length > MAX_HEADER:
        raise ValueError(f"its header has {length:,} bytes; expected at most {MAX_HEADER:,}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of headers that Python 2 wrote
        shape, fortran_order, dtype = HEADER_READERS[version](file)
    if dtype.hasobject or dtype.subdtype is not None or dtype.itemsize == 0:
        raise ValueError(f"its dtype is {dtype!s:.60}; expected numbers or texts")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError(f"its shape {shape!s:.60} does not fit its {len(content) - file.tell():,} bytes")
    array: NDArray[Any] = np.empty(shape, dtype, order="F" if fortran_order else "C")
    flat = np.frombuffer(content, np.uint8, offset=file.tell())
    array.reshape(-1, order="A").view(np.uint8)[:] = flat
    return array
