"""Help pages: a word for the value of each option in place of a type of Python, and examples at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from typer.core import TyperCommand, TyperGroup

WORDS = {"int": "N", "float": "NUMBER", "str": "NAME", "path": "PATH", "file": "FILE"}  # by type of value
INDENT = "  "


def examples_text(examples: Mapping[str, str]) -> str:
    """The end of a help page: a line for what each example does, and the example below it."""
    if not examples:
        return ""
    lines = [f"{INDENT}# {purpose}\n{INDENT * 2}spikeworm {call}" for call, purpose in examples.items()]
    return "\n".join(("Examples:", *lines))


class PlainHelp:
    """What commands and the group of commands have in common."""

    epilog: str | None

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, each with a word for its value."""
        found = super().get_params(ctx)  # type: ignore[misc]
        for parameter in found:
            _in_words(parameter, ctx)
        return list(found)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples on a narrow screen, where the help has no frames."""
        if self.epilog:
            formatter.write_paragraph()
            for line in self.epilog.splitlines():
                hanging = INDENT * (1 if line.startswith(f"{INDENT}#") else 4)
                formatter.write(_folded(line, formatter.width, hanging) + "\n")


class HelpedCommand(PlainHelp, TyperCommand):
    """A command with such a help page."""


class HelpedGroup(PlainHelp, TyperGroup):
    """A group of commands with such a help page."""


def _in_words(parameter: Any, context: Any) -> None:
    if parameter.param_type_name == "argument":
        parameter.display_type_rich = lambda ctx: None  # its name says what it is
    elif parameter.metavar is None:
        label = parameter.display_type(context).strip("<>")
        parameter.metavar = "" if parameter.is_flag else WORDS.get(label, label)


def _folded(line: str, width: int, hanging: str) -> str:
    return textwrap.fill(
        line, max(width, 20), subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    )
