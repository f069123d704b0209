"""Tests of one folder cannot import each other's files in pytest's importlib mode; fixtures hand them out."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"engine_{name}", Path(__file__).parent / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_NETS, _REFERENCE = _module("small_networks"), _module("reference")


@pytest.fixture(scope="session")
def nets() -> ModuleType:
    """``small_networks.py``."""
    return _NETS


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """``reference.py``."""
    return _REFERENCE
