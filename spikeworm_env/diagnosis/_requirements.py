"""Requirements of this package as its metadata states them."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from packaging.requirements import Requirement
from packaging.version import Version

DISTRIBUTION = "spikeworm"


@cache
def requirements() -> dict[str, list[Requirement]]:
    """Extra, or ``""`` for the core → its requirements on this machine; empty for a package not installed."""
    try:
        lines = metadata.requires(DISTRIBUTION) or []
        extras = metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        return {}
    parsed = [Requirement(line) for line in lines]
    core = [each for each in parsed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return {"": core} | {
        extra: [each for each in parsed if each not in core and _holds(each, extra)]
        for extra in sorted(extras)
    }


def installed(distribution: str) -> Version | None:
    """The version of a distribution, or None."""
    try:
        return Version(metadata.version(distribution))
    except metadata.PackageNotFoundError:
        return None


def fits(requirement: Requirement) -> bool:
    """Whether the required distribution is installed in a version that the requirement allows."""
    version = installed(requirement.name)
    return version is not None and requirement.specifier.contains(version, prereleases=True)


def _holds(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is not None and requirement.marker.evaluate({"extra": extra})
