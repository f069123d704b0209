"""How a command fails: one line on stderr and an exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from spikeworm_env.cli.help import HelpedGroup
from spikeworm_env.cli.interrupts import exit_code, signals_as_interrupts
from spikeworm_env.cli.screen import command_line, screen
from spikeworm_env.errors import InputError, SpikeWormError, UnknownNameError, shown, suggestion

FRAMED_HELP_WIDTH = 60  # columns from which help pages have frames
FAILED, MISTAKE, INTERNAL = 1, 2, 70
MAX_PATH_CHARACTERS = 300  # of a file in a message
TRACEBACK = "SPIKEWORM_TRACEBACK"  # environment variable: raise a fault of the program instead of a line

# Typer has its own copy of click or uses the installed one, depending on its version.
ClickException: Any = typer.BadParameter.__mro__[2]

EXPECTED = {  # by the kind of problem that pydantic names
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
}
ARGUMENT = re.compile(r"(\w+)(?:\[\d+\])? (?=(?:is|are) .*; )", re.DOTALL)  # "name is value; expected …"
ENTRY = re.compile(r"\bprotocol\[(?=\d+\]: )")  # of a protocol
OPTIONS = {
    "render_mode": ("render",),
    "duration_s": ("trial_seconds", "seconds"),
    "n_foods": ("foods",),
    "flips": ("flip",),
}


class OneLineErrors(HelpedGroup):
    """A command group that turns every foreseen error into one line and its exit code."""

    def main(  # type: ignore[override]  # further arguments are passed on
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command as click does, but report errors in one line."""
        width = screen().width
        if width < FRAMED_HELP_WIDTH:  # frames would leave no room for the names of options
            plain: tuple[Any, ...] = (self, *self.commands.values())
            for each in plain:
                each.rich_markup_mode = None
            extra["terminal_width"] = width
        with signals_as_interrupts():
            code = self._guarded(args, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        """Run the named command; an interrupt is reported here, because typer would end without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(_report(_interrupted(str(interrupt)), exit_code())) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named.

        Raises:
            UnknownNameError: there is no such command.
        """
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise UnknownNameError("command", args[0], self.commands)
        return super().resolve_command(ctx, args)

    def _guarded(self, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            code = super().main(args, standalone_mode=False, **extra)
            sys.stdout.flush()  # here, where a full disk is an error of one line
        except BrokenPipeError:  # the reader of our output has gone, as in `spikeworm list agents | head -1`
            sys.stdout = None  # so that nothing is flushed into the broken pipe
            return FAILED
        except (Exception, KeyboardInterrupt) as error:
            message, code = _line_of(error)
            if code == INTERNAL and os.environ.get(TRACEBACK):
                raise
            return _report(message, code)
        return code if isinstance(code, int) else 0


def as_typed(message: str, context: Any) -> str:
    """A message about an argument of a function of Python, in the name of the option that it comes from.

    An entry of a protocol gets the name of its file.
    """
    file = context.params.get("protocol")
    if file is not None and file.name not in message:
        message = ENTRY.sub(f"{file}: protocol[", message, count=1)
    found = ARGUMENT.match(message)
    if found is None:
        return message
    name = found[1]
    typed = {each.name: each for each in context.command.params if each.param_type_name == "option"}
    meant = (*OPTIONS.get(name, ()), name, name.removesuffix("s"), f"brain_{name}", f"brain_{name}s")
    option = next((typed[each] for each in meant if each in typed), None)
    told = message[found.end() :].removeprefix("are ").removeprefix("is ")
    return message if option is None else f"{max(option.opts, key=len)} is {told}"


def _line_of(error: BaseException) -> tuple[str, int]:
    """The line about an error, and the exit code."""
    match error:
        case InputError():
            return str(error), MISTAKE
        case ClickException():
            return _usage_message(error), error.exit_code
        case SpikeWormError():
            return str(error), FAILED
        case OSError():
            return _os_message(error), FAILED
        case typer.Abort() | KeyboardInterrupt():
            return _interrupted(str(error)), exit_code()
    text = f"internal error: {type(error).__name__}: {shown(str(error))}; please report it"
    return f"{text}; {TRACEBACK}=1 shows the traceback", INTERNAL


def _interrupted(message: str) -> str:
    """What is kept of an interrupted command, and the command that resumes or repeats the work."""
    message, command = message or "interrupted", command_line()
    return message if command in message else f"{message}; repeat with: {command}"


def _os_message(error: OSError) -> str:
    """An error of the system with the file that it concerns, if it names one."""
    text = error.strerror or str(error)
    if error.filename is None:
        return text
    file = os.fsdecode(error.filename)
    return f"{file if len(file) <= MAX_PATH_CHARACTERS else shown(file)}: {text}"


def _usage_message(error: Any) -> str:
    """A usage error of click in the grammar of the project's own errors."""
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        similar = _similar(error.option_name, _option_names(error.ctx))
        return f"unknown option {shown(error.option_name)}{similar}"
    if kind == "BadOptionUsage" and error.message.endswith("requires an argument."):
        return f"{error.option_name} has no value; expected one"
    if kind == "MissingParameter" and parameter is not None:
        expected = (getattr(parameter, "help", None) or "a value").rstrip(".")
        return f"{_name_of(parameter)} is missing; expected {expected[0].lower()}{expected[1:]}"
    if kind == "BadParameter" and parameter is not None:
        return f"{_name_of(parameter)} {_bad_value(error)}"
    extra = error.message.partition("Got unexpected extra argument")[2].partition("(")[2]
    if kind == "UsageError" and extra:
        return f"unexpected argument {shown(extra.removesuffix(')').removeprefix('s) ('))}"
    return error.format_message().rstrip(".")


def _bad_value(error: Any) -> str:
    """``is VALUE; expected WHAT``, as far as the validation that failed has kept them."""
    try:
        (problem,) = error.__cause__.errors()
    except (AttributeError, ValueError):
        return f"cannot be used: {error.message.rstrip('.')}"
    choices = error.message.partition("is not one of ")[2].rstrip(".").replace("'", "")
    expected = f"one of {choices}" if choices else EXPECTED.get(problem["type"], problem["msg"])
    return f"is {shown(problem['input'])}; expected {expected}"


def _option_names(context: Any) -> list[str]:
    return [] if context is None else [name for option in context.command.params for name in option.opts]


def _similar(name: str, known: Iterable[str]) -> str:
    """The end of a message: the options that have the word of this one in them, else the nearest, if any is.

    A list of all options would be too long for one line.
    """
    known = list(known)
    longer = [each for each in known if name.lstrip("-") in each.lstrip("-").split("-")]
    if longer:
        return f"; did you mean {' or '.join(map(repr, longer))}?"
    near = suggestion(name, known)
    return near if "did you mean" in near else ""


def _name_of(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper()
    return max(parameter.opts, key=len)


def _report(message: str, code: int) -> int:
    typer.echo(f"spikeworm: {' '.join(message.split())}", err=True)
    return code
