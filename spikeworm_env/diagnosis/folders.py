"""Check: folders that are written to, and the space in them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from spikeworm_env import resources
from spikeworm_env.diagnosis._check import Check, State
from spikeworm_env.errors import InputError
from spikeworm_env.files import check_replaceable
from spikeworm_env.store import BRAIN_SUFFIX

ENOUGH_MB: Final = 500
MB: Final = 2**20


def look() -> Iterator[tuple[str, State, str, str]]:
    """The working folder, the temporary folder and both caches."""
    yield _folder("working folder", Path.cwd(), "results go elsewhere with --out")
    yield _folder("temporary folder", Path(tempfile.gettempdir()), "set TMPDIR to another folder")
    consequence = "brains are compiled anew in each process"
    try:
        brains = resources.brain_cache()
    except InputError as error:
        yield "compiled brains", State.PROBLEM, str(error), consequence
    else:
        yield _folder("compiled brains", brains, consequence, f"*{BRAIN_SUFFIX}")
    kernels = _kernel_cache()
    if kernels is None:
        about = "no folder may be written to; kernels are compiled in each process, 10 to 60 s"
        yield "kernel cache", State.PROBLEM, about, "set NUMBA_CACHE_DIR to a folder"
    else:
        yield _folder("kernel cache", kernels, "set NUMBA_CACHE_DIR to another folder", "*.nb[ic]")


def _folder(name: str, folder: Path, remedy: str, files: str = "") -> tuple[str, State, str, str]:
    """Whether a folder, or the nearest above it that exists, can be written to; the size of its ``files``."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        check_replaceable(existing / "doctor")
    except InputError as error:
        return name, State.PROBLEM, str(error), remedy
    free = shutil.disk_usage(existing).free // MB
    detail = f"{folder}: {free:,} MB free"
    if files:
        held = sum(file.stat().st_size for file in folder.rglob(files))
        detail += f", {held // MB:,} MB used"
    if free < ENOUGH_MB:
        return name, State.PROBLEM, f"{detail}; expected {ENOUGH_MB} MB free", remedy
    return name, State.OK, detail, ""


def _kernel_cache() -> Path | None:
    """The folder in which machine code is kept, with one folder a module in it; None if Numba found none."""
    from spikeworm_env.kernels.elementary import exponentials

    path = getattr(getattr(exponentials, "_cache", None), "cache_path", None)
    if path is None:
        return None
    beside_sources = resources.PACKAGE in Path(path).parents  # Numba's default where it may write
    return resources.PACKAGE if beside_sources else Path(path).parent


CHECK = Check("folders", 60, look)
