"""``spikeworm doctor``: what this installation has and lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from spikeworm_env.cli import options
from spikeworm_env.cli.command import Command
from spikeworm_env.cli.screen import print_json, print_text, screen

if TYPE_CHECKING:
    from spikeworm_env.diagnosis import Finding


def doctor_command(*, json: options.Json = False) -> None:
    """Check packages, extras, cores, display, videos, folders and caches; exit code 1 for a problem."""
    from spikeworm_env.diagnosis import State, findings

    found = findings()
    if json:
        print_json({"findings": [asdict(finding) for finding in found]})
    else:
        _print(found)
    if any(finding.state is State.PROBLEM for finding in found):
        raise typer.Exit(1)


def _print(found: Sequence[Finding]) -> None:
    name_width = max(len(finding.name) for finding in found)
    group = ""
    for finding in found:
        if finding.check != group:
            group = finding.check
            screen().print(group, style="bold")
        head = f"  {finding.state:7}  {finding.name:{name_width}}  "
        print_text(finding.detail, head)
        if finding.remedy:
            print_text(finding.remedy, " " * len(head))
    counts = Counter(finding.state.value for finding in found)
    print_text(", ".join(f"{counts[state]} {state}" for state in ("problem", "missing", "ok")))


COMMAND = Command(
    "doctor",
    doctor_command,
    order=90,
    examples={
        "doctor": "What is installed, what is missing, and how to mend it",
        "doctor --json": "The same for a program",
    },
)
