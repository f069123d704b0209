"""Options without effect for a call are refused: each declares beside itself when it has none.

A condition takes the values of the call by parameter name, and returns why the option has no effect, as the
rest of the sentence ``--zoom has no effect …``; None where it has one, or where the call is wrong otherwise::

    zoom: Annotated[float | None, typer.Option("--zoom"), NoEffect(without_pictures)] = None
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spikeworm_env.errors import InputError, SpikeWormError

GIVEN = ("COMMANDLINE", "ENVIRONMENT")  # sources of a value that is the user's

Condition = Callable[[Mapping[str, Any]], str | None]


@dataclass(frozen=True)
class NoEffect:
    """The conditions under which an option has no effect; see the module."""

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", conditions)

    def reason(self, call: Mapping[str, Any]) -> str | None:
        """Why the option has no effect in a call; None if it has one."""
        return next(filter(None, (condition(call) for condition in self.conditions)), None)


def refuse_without_effect(
    context: Any, parameters: Sequence[inspect.Parameter], call: Mapping[str, Any]
) -> None:
    """Refuse an option that the user has given and that has no effect.

    Args:
        context: of click, which knows what was given.
        parameters: of the command.
        call: their values by name.

    Raises:
        InputError: naming the option and the reason.
    """
    for parameter in parameters:
        for declared in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(declared, NoEffect) and _is_given(context, parameter.name):
                reason = declared.reason(call)
                if reason is not None:
                    raise InputError(f"{_option(context, parameter.name)} has no effect {reason}; drop it")


def without_pictures(call: Mapping[str, Any]) -> str | None:
    """No window and no video."""
    return "with --render none" if call["render"] == "none" else None


def without_brain(call: Mapping[str, Any]) -> str | None:
    """None of the names has a brain."""
    names = list(_names(call))
    if not all(_is_agent(name) for name in names):
        return None
    has = "has" if len(names) == 1 else "have"
    return f"for {', '.join(names)}, which {has} no brain"


def without_recipe(call: Mapping[str, Any]) -> str | None:
    """None of the names is compiled."""
    names = list(_names(call))
    if any(_is_compiled(name) for name in names):
        return None
    return f"for {', '.join(names)}: only recipes are compiled"


def without_subject(call: Mapping[str, Any]) -> str | None:
    """Named controls of a brain, and no brain; the controls of the oracle."""
    from spikeworm_env.trials.controls import CONTROLS

    named = [name.strip() for name in str(call["controls"]).split(",")]
    if "names" in call:
        return without_brain(call) if set(named) <= set(CONTROLS.module_names()) else None
    itself = call["name"] == "oracle" and {"blind", "oracle"} & set(named)
    return "on oracle, which steers by no sense: it is its own control" if itself else None


def _names(call: Mapping[str, Any]) -> Iterator[str]:
    yield from call["names"] if "names" in call else [call["name"]]


def _is_agent(name: str) -> bool:
    from spikeworm_env.agents import find_agent

    try:
        return find_agent(name) is not None
    except SpikeWormError:  # reported later, with more
        return False


def _is_compiled(name: str) -> bool:
    from spikeworm_env.compiler.library import block_names
    from spikeworm_env.store import is_brain_file

    return not (_is_agent(name) or is_brain_file(name) or name in block_names())


def _is_given(context: Any, name: str) -> bool:
    return getattr(context.get_parameter_source(name), "name", "") in GIVEN


def _option(context: Any, name: str) -> str:
    """The option as the user may have written it; of two, such as ``--panel/--no-panel``, the one given."""
    (parameter,) = (each for each in context.command.params if each.name == name)
    names = parameter.opts if context.params.get(name) is not False else parameter.secondary_opts
    return str(max(names or parameter.opts, key=len))
