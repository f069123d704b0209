"""The kernel cache on disk. It only saves time: whatever is wrong with it, kernels are compiled anew.

Numba's own cache raises what the system refuses and what unpickling a damaged file raises, and runs machine
code that has changed on disk. Here each file has a checksum, machine code is stored with its key, and a file
that cannot be used is written anew.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.serialize import dumps
from numba.misc.appdirs import AppDirs

from spikeworm_env.notices import notice

SUBJECT: Final = "kernel cache"  # one notice about it in each process
ANEW: Final = "kernels are compiled anew in each process"
KEY_DIGITS: Final = 8
BEGINNING: Final = b"SpikeWorm kernel cache 1\n"  # of every file
BEGINNINGS: Final = (b"SpikeWorm kernel cache ", b"\x80")  # of every version, and of numba's own cache
COMPILING: Final = ("BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "OPT", "SLP_VECTORIZE")
"""Settings of numba (``NUMBA_BOUNDSCHECK`` …) that change the machine code."""


def enable_cache(compiled: Any, function: Callable) -> None:
    """Let a dispatcher of numba keep machine code on disk, or in memory if no folder can be written to.

    Args:
        compiled: the dispatcher.
        function: what it compiles.
    """
    try:
        compiled._cache = _KernelCache(function)
    except (RuntimeError, OSError):
        notice(f"no folder for the kernel cache can be written to; {ANEW}", subject=SUBJECT)


class _Location(CompileResultCacheImpl):
    """Numba's choice of a folder: NUMBA_CACHE_DIR, beside the source file, or the user's cache folder."""

    @property
    def _locator_classes(self) -> list[Any]:  # type: ignore[override]
        known: list[Any] = super()._locator_classes
        if os.path.isabs(AppDirs(appname="numba", appauthor=False).user_cache_dir):
            return known
        # without a home folder its name starts with "~", and a folder of that name would be made here
        return [locator for locator in known if "UserWide" not in locator.__name__]


class _KernelCache(FunctionCache):
    """Numba's cache of one function, in which nothing that is wrong with the disk is an error.

    Raises:
        RuntimeError, OSError: no folder can be written to.
    """

    _impl_class = _Location

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        folder, wanted = Path(self.cache_path), numba.config.CACHE_DIR  # type: ignore[attr-defined]
        if wanted and not folder.is_relative_to(wanted):
            notice(
                f"NUMBA_CACHE_DIR is {wanted!r} and cannot be written to; the kernel cache is {folder}",
                subject=SUBJECT,
            )
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file: Any = _CheckedFiles(folder, self._impl.filename_base, stamp)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(signature, target_context)
        except Exception:  # whole, but made by another version: it may name what is no longer there
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        try:
            super().save_overload(signature, result)
        except OSError as error:
            reason = error.strerror or error
            notice(f"cannot write the kernel cache {self.cache_path}: {reason}; {ANEW}", subject=SUBJECT)

    def _index_key(self, signature: Any, codegen: Any) -> tuple:
        settings = tuple(str(getattr(numba.config, name, None)) for name in COMPILING)
        return (*super()._index_key(signature, codegen), settings)


class _CheckedFiles:
    """The files of one function: an index, and one file of machine code for each set of argument types.

    Machine code is found by a key: types, processor, bytecode and settings. The index, ``NAME.nbi``,
    holds key → file. A file, ``NAME.KEY.nbc``, repeats its key, as two processes can write at once.
    """

    def __init__(self, folder: Path, name: str, source_stamp: Any) -> None:
        self._folder, self._name, self._stamp = folder, name, source_stamp
        self._index_name = f"{name}.nbi"

    def load(self, key: Any) -> Any:
        """What `save` was given; None if it is not there or damaged."""
        name = self._index().get(key)
        content = None if name is None else self._read(name)
        if content is None:
            return None
        found, data = pickle.loads(content)
        return data if found == key else None

    def save(self, key: Any, data: Any) -> None:
        index = self._index()
        digest = hashlib.sha256(repr(key).encode()).hexdigest()
        name = index.get(key, f"{self._name}.{digest[:KEY_DIGITS]}.nbc")
        self._write(name, dumps((key, data)))
        if key not in index:
            self._write_index({**index, key: name})

    def flush(self) -> None:
        """Forget all machine code of the function."""
        self._write_index({})

    def _index(self) -> dict[Any, str]:
        content = self._read(self._index_name)
        if content is None:
            return {}
        version, entries = pickle.loads(content)
        if version != numba.__version__:
            return {}
        try:
            stamp, index = pickle.loads(entries)
        except Exception:  # it names types that are no longer there
            return {}
        return index if stamp == self._stamp else {}

    def _write_index(self, index: dict[Any, str]) -> None:
        self._write(self._index_name, dumps((numba.__version__, dumps((self._stamp, index)))))

    def _read(self, name: str) -> bytes | None:
        """The content of a file; None if it is missing, cannot be read or does not have its checksum."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            notice(f"cannot read the kernel cache {path}: {error.strerror or error}", subject=SUBJECT)
            return None
        size = hashlib.sha256().digest_size
        checksum, rest = content.removeprefix(BEGINNING)[:size], content[len(BEGINNING) + size :]
        if content.startswith(BEGINNING) and hashlib.sha256(rest).digest() == checksum:
            return rest
        if _of_another_version(content):
            return None
        notice(f"the kernel cache {path} is damaged; the file is written anew", subject=SUBJECT)
        return None

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        temporary = path.with_name(f"{name}.{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(BEGINNING)
                file.write(hashlib.sha256(content).digest())
                file.write(content)
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink()


def _of_another_version(content: bytes) -> bool:
    """Whether a file is whole, as another version of this package wrote it."""
    if content.startswith(BEGINNING):
        return False
    size = hashlib.sha256().digest_size  # a version wrote the checksum first
    return content.startswith(BEGINNINGS) or hashlib.sha256(content[size:]).digest() == content[:size]
