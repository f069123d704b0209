"""The commands of ``spikeworm``: one file each, found by its ``COMMAND`` (see `cli.command`)."""

from __future__ import annotations

from spikeworm_env.cli.command import Command
from spikeworm_env.registry import Registry

COMMANDS: Registry[Command] = Registry(
    __name__, "COMMAND", kind="command", of=Command, order=lambda command: command.order
)
"""The commands by name, in the order of the help."""
