"""What figures look like is compared with what was kept; ``REWRITE=1 pytest …`` writes it anew."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).with_name("kept_styles.json")


@pytest.fixture(scope="session")
def assert_style_kept() -> Callable[[str, Any], None]:
    """``assert_style_kept(name, figure)``, for the release of matplotlib with which it was recorded."""
    library = "matplotlib " + ".".join(version("matplotlib").split(".")[:2])
    spec = importlib.util.spec_from_file_location("figure_style", FILE.with_name("figure_style.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def check(name: str, figure: Any) -> None:
        found, kept = module.style_of(figure), json.loads(FILE.read_text(encoding="utf-8"))
        if os.environ.get("REWRITE"):
            kept = {"library": library, "styles": {**kept["styles"], name: found}}
            FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        elif kept["library"] != library:
            pytest.skip(f"recorded with {kept['library']}")
        assert kept["styles"][name] == found

    return check
