"""What a result was made with."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata

from spikeworm_env import resources

TRIAL_CODE = ("engine", "compiler", "world", "envs", "agents")
CODE = (".py", ".npz")  # sources and trained policies
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


def code_digest(parts: Sequence[str] = TRIAL_CODE) -> str:
    """SHA-256 of these folders and files of the package; by default of all that a trial runs through."""
    digest = hashlib.sha256()
    for part in parts:
        root = resources.PACKAGE / part
        found = (file for suffix in CODE for file in root.rglob(f"*{suffix}"))
        for file in [root] if root.is_file() else sorted(found):
            digest.update(file.relative_to(resources.PACKAGE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
