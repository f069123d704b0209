"""Check: Python and the packages that every command needs."""

from __future__ import annotations

import platform
from collections.abc import Iterator

from spikeworm_env.diagnosis._check import Check, State
from spikeworm_env.diagnosis._requirements import DISTRIBUTION, fits, installed, requirements

PYGAMES = ("pygame", "pygame-ce")


def look() -> Iterator[tuple[str, State, str, str]]:
    """Python, this package, its requirements, and whether two pygames share one folder."""
    yield "python", State.OK, f"{platform.python_version()} on {platform.platform(terse=True)}", ""
    here = installed(DISTRIBUTION)
    if here is None:
        yield DISTRIBUTION, State.PROBLEM, "is not installed, only on the path", "pip install -e ."
    else:
        yield DISTRIBUTION, State.OK, str(here), ""
    for requirement in requirements().get("", ()):
        version, wanted = installed(requirement.name), str(requirement.specifier)
        if fits(requirement):
            yield requirement.name, State.OK, str(version), ""
        else:
            found = "is not installed" if version is None else f"is {version}"
            yield (
                requirement.name,
                State.PROBLEM,
                f"{found}; expected {wanted}",
                f'pip install "{requirement.name}{wanted}"',
            )
    if all(map(installed, PYGAMES)):
        yield (
            "pygame",
            State.PROBLEM,
            "pygame and pygame-ce are both installed, in one folder; parts of either are overwritten",
            "pip uninstall -y pygame pygame-ce && pip install pygame-ce",
        )


CHECK = Check("packages", 10, look)
