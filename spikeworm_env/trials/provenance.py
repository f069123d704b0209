"""Provenance of a result: versions and code."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from spikeworm_env import resources
from spikeworm_env.trials.import_closure import closure

TRIALS = __name__.rpartition(".")[0]  # the folder of a trial and all that is measured in it
PACKAGES = ("spikeworm", "numpy", "numba", "scipy", "gymnasium")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that can change a figure."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # run from the source tree without installing
            found[package] = "not installed"
    return found


def code_digest(work: Callable[..., Any], root: Path = resources.PACKAGE) -> str:
    """SHA-256 of the names and bytes of all files that what a function returns may depend on.

    These are the `closure` of the function's module and the whole folder ``trials``, with every metric and
    control in it and all that they import.

    Args:
        work: a function of this package, such as workers are given; its module is where `closure` starts.
        root: the folder of the package.
    """
    digest = hashlib.sha256()
    for name in closure(work.__module__, root, TRIALS):
        content = hashlib.sha256((root / name).read_bytes()).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    return digest.hexdigest()
