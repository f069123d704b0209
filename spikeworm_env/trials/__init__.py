"""One trial and all that is measured in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spikeworm_env.trials.task import find_trial as find_trial


def __getattr__(name: str) -> Any:
    """``find_trial``, which is imported when it is first used: the names of controls are read without it."""
    if name != "find_trial":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from spikeworm_env.trials.task import find_trial

    return find_trial
