"""How a command ends badly: one line on stderr and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from spikeworm_env.errors import InputError, SpikeWormError

FAILED, MISTAKE, INTERRUPTED = 1, 2, 130

# Typer has its own copy of click or uses the installed one, depending on its version.
ClickException: Any = typer.BadParameter.__mro__[2]


class OneLineErrors(TyperGroup):
    """A command group that turns every foreseen error into one line and its exit code."""

    def main(  # type: ignore[override]  # what else there is goes through as it comes
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command; like click's, but for how errors are told."""
        code = self._guarded(args, **extra)
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named; an interrupt is told here, before typer ends silently."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(_tell(str(interrupt) or "interrupted", INTERRUPTED)) from None

    def _guarded(self, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except InputError as error:
            return _tell(str(error), MISTAKE)
        except ClickException as error:
            return _tell(error.format_message(), error.exit_code)
        except BrokenPipeError:  # the reader of our output has gone, as in `spikeworm list agents | head -1`
            sys.stdout = None  # so that nothing is flushed into the broken pipe
            return FAILED
        except (SpikeWormError, OSError) as error:
            return _tell(str(error), FAILED)
        except (typer.Abort, KeyboardInterrupt):
            return _tell("interrupted", INTERRUPTED)
        return code if isinstance(code, int) else 0


def _tell(message: str, code: int) -> int:
    typer.echo(f"spikeworm: {' '.join(message.split())}", err=True)
    return code
