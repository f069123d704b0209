"""Hands out this folder's modules: tests cannot import each other's files in pytest's importlib mode."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"references_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def nets() -> ModuleType:
    """``tests/engine/small_networks.py``."""
    return _module(HERE.parent / "engine" / "small_networks.py")


@pytest.fixture(scope="session")
def mixed() -> ModuleType:
    """``mixed_networks.py``."""
    return _module(HERE / "mixed_networks.py")


@pytest.fixture(scope="session")
def brian() -> ModuleType:
    """``in_brian2.py``; without Brian2 the test is skipped."""
    try:  # Brian2 2.9 reads np.ndarray.ptp, which NumPy 2.4 no longer has: an AttributeError
        import brian2  # noqa: F401
    except (ImportError, AttributeError) as reason:
        pytest.skip(f"Brian2 is not available: {reason}")
    return _module(HERE / "in_brian2.py")
