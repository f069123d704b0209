"""Functions of upper rooms that objects of lower rooms offer as methods, such as ``brain.save``.

Imports point down, and a method may be called long after its class was imported. So the function is looked
up by name at the call. A method that uses this does nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import MappingProxyType
from typing import Any

HOMES = MappingProxyType(
    {"save_brain": "spikeworm_env.store", "neo_segment": "spikeworm_env.analysis.neo_segment"}
)
"""Function → the module that has it."""


def convenience(name: str) -> Callable[..., Any]:
    """The function of this name, a key of ``HOMES``."""
    return getattr(import_module(HOMES[name]), name)
