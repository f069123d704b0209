"""Matplotlib, which is optional: its import, and axes to draw on."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def axes(ax: Axes | None, projection: str | None = None, size: tuple[float, float] | None = None) -> Any:
    """The axes given, or those of a new figure of pyplot, which notebooks show.

    Args:
        ax: axes of matplotlib, or None.
        projection: of new axes, such as ``"3d"``.
        size: width and height of a new figure, inches; None: matplotlib's own.

    Raises:
        InputError: matplotlib is not installed.
    """
    if ax is not None:
        return ax
    require_matplotlib()
    import matplotlib.pyplot as plt

    _, made = plt.subplots(figsize=size, layout="constrained", subplot_kw={"projection": projection})
    return made


def require_matplotlib() -> None:
    """Import matplotlib; settings of the user that it cannot read are left out.

    Raises:
        InputError: it is not installed; the message names the package to install.
    """
    try:
        try:
            importlib.import_module("matplotlib.figure")
        except ImportError:
            raise
        except Exception:  # MPLBACKEND or matplotlibrc: errors of many types
            for name in [each for each in sys.modules if each.partition(".")[0] == "matplotlib"]:
                del sys.modules[name]  # what the failed import has left
            with _without_settings_of_the_user():
                importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise InputError("pictures need matplotlib: pip install spikeworm[report]") from error


@contextmanager
def _without_settings_of_the_user() -> Iterator[None]:
    """Environment variables with which matplotlib reads its own defaults and complains of nothing."""
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    defaults = Path(spec.origin).parent / "mpl-data" / "matplotlibrc"
    before = {name: os.environ.get(name) for name in ("MPLBACKEND", "MATPLOTLIBRC")}
    os.environ.pop("MPLBACKEND", None)
    os.environ["MATPLOTLIBRC"] = str(defaults)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
