"""What a result was made with."""

from __future__ import annotations

import platform
from importlib import metadata

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
