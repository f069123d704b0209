"""What a file of ``cli/commands`` declares to be a command.

Name, help and place in the list of commands follow from the declaration::

    def seeds_command(trials: Annotated[int, typer.Option("--trials", help="Number of seeds.")] = 3) -> None:
        \"\"\"Print trial seeds.\"\"\"
        typer.echo(" ".join(str(seed) for seed in range(trials)))


    COMMAND = Command("seeds", seeds_command, order=90, examples={"seeds --trials 5": "Five of them"})

An option that has no effect for some calls declares when, see `cli.effects`. A parameter whose type is a
group of options (such as `ArenaOptions`) stands for every option of the group.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, get_type_hints

import typer

from spikeworm_env.cli.effects import refuse_without_effect
from spikeworm_env.cli.errors import as_typed
from spikeworm_env.errors import InputError

CONTEXT = "click_context"  # name of the parameter that typer fills


@dataclass(frozen=True)
class Command:
    """A command of ``spikeworm``.

    Attributes:
        name: how it is called.
        function: what it does; its parameters are its arguments and options, its docstring is its help.
        order: its place in the list of commands, ascending.
        examples: what follows ``spikeworm`` → what it does, in a few words; at the end of its help.
    """

    name: str
    function: Callable[..., None]
    order: int
    examples: Mapping[str, str] = field(default_factory=dict)


def with_single_options(function: Callable[..., None]) -> Callable[..., None]:
    """The same function for typer: every group of options is replaced by the options that are in it."""
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(function).parameters.items():
        single = _options_of(groups[name]) if name in groups else [parameter.replace(annotation=hints[name])]
        parameters += [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in single]

    @functools.wraps(function)
    def command(**values: Any) -> None:
        context = values.pop(CONTEXT)
        refuse_without_effect(context, parameters, values)
        grouped = {
            name: group(**{option.name: values.pop(option.name) for option in fields(group)})
            for name, group in groups.items()
        }
        try:
            function(**values, **grouped)
        except InputError as error:
            error.args = (as_typed(str(error), context), *error.args[1:])
            raise

    context = inspect.Parameter(CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    command.__annotations__ = {each.name: each.annotation for each in (context, *parameters)}
    command.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]
    return command


def _options_of(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            option.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if option.default is MISSING else option.default,
            annotation=hints[option.name],
        )
        for option in fields(group)
    ]
