"""The state of a brain for one frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spikeworm_env.errors import InputError


@dataclass(frozen=True, eq=False)
class Curve:
    """One quantity over time, up to now.

    Args:
        name: of the quantity.
        values: (m,) float, finite, oldest first, evenly spaced.
        spacing_s: time between two values, s; > 0.
        unit: of the values; empty for none.
    """

    name: str
    values: np.ndarray
    spacing_s: float
    unit: str = ""

    def __post_init__(self) -> None:
        if np.ndim(self.values) != 1 or not np.isfinite(self.values).all():
            raise InputError(
                f"curve {self.name!r}: values are of another kind; expected finite ones of shape (any,)"
            )
        if not 0 < self.spacing_s < np.inf:
            raise InputError(f"curve {self.name!r}: spacing_s is {self.spacing_s}; expected a number above 0")


@dataclass(frozen=True, eq=False)
class BrainSnapshot:
    """A brain of c components at one moment.

    Args:
        components: (c,) names, c >= 1.
        neurons: (c,) int, number of neurons of each; >= 1.
        rows: (c,) int, number of rows of the raster for each; >= 1. Neurons share them evenly.
        raster: (t, r) int, t >= 0, spikes of each row in recent spans of time, oldest first; r is the
            sum of ``rows``.
        span_ms: duration of a span, ms; > 0.
        last_span: number of the last span, from any start; it aligns the columns of successive frames.
        rates_hz: (c,) recent mean rate of a neuron of each component, Hz.
        signals: reward and modulation, all over the same time.
        weights: the mean weight of the learning synapses of each projection.

    Raises:
        InputError: an array of another shape, or a value out of range.
    """

    components: tuple[str, ...]
    neurons: np.ndarray
    rows: np.ndarray
    raster: np.ndarray
    span_ms: float
    last_span: int
    rates_hz: np.ndarray
    signals: tuple[Curve, ...] = ()
    weights: tuple[Curve, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.components)
        for name in ("neurons", "rows", "rates_hz"):
            column = np.asarray(getattr(self, name))
            if column.shape != (count,) or not count or not np.isfinite(column).all():
                raise InputError(f"brain snapshot: {name}: expected one finite number per component")
        if (np.asarray(self.rows) < 1).any() or (np.asarray(self.neurons) < 1).any():
            raise InputError("brain snapshot: rows, neurons: expected at least 1 per component")
        if np.ndim(self.raster) != 2 or np.shape(self.raster)[1] != np.sum(self.rows):
            raise InputError(f"raster has shape {np.shape(self.raster)}; expected (any, {np.sum(self.rows)})")
        if not 0 < self.span_ms < np.inf:
            raise InputError(f"brain snapshot: span_ms is {self.span_ms}; expected a number above 0")
