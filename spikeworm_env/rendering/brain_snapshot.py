"""What one frame needs to know of a brain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spikeworm_env.errors import InputError


@dataclass(frozen=True, eq=False)
class Curve:
    """How one quantity went, up to now.

    Args:
        name: what it is.
        values: (m,) float, finite, the oldest first, evenly spaced.
        spacing_s: between two of them, s; > 0.
        unit: of the values; empty for none.
    """

    name: str
    values: np.ndarray
    spacing_s: float
    unit: str = ""

    def __post_init__(self) -> None:
        if np.ndim(self.values) != 1 or not np.isfinite(self.values).all():
            raise InputError(f"curve {self.name!r}: expected finite values of shape (any,)")
        if not 0 < self.spacing_s < np.inf:
            raise InputError(f"curve {self.name!r}: spacing_s must be above 0, got {self.spacing_s}")


@dataclass(frozen=True, eq=False)
class BrainSnapshot:
    """A brain of c components at one moment.

    Args:
        components: (c,) names, c >= 1.
        neurons: (c,) int, how many each has; >= 1.
        rows: (c,) int, how many rows of the raster are each component's; >= 1. Neurons share them evenly.
        raster: (t, r) int, t >= 0, spikes of each row in recent spans of time, the oldest first; r is the
            sum of ``rows``.
        span_ms: how long such a span is, ms; > 0.
        last_span: the number, counted from any start, of the last span; keeps columns of a picture in step.
        rates_hz: (c,) recent mean rate of a neuron of each component, Hz.
        signals: reward and modulation, all over the same time.
        weights: the mean weight of the learning synapses of each projection.

    Raises:
        InputError: an array of another shape, or values that cannot be.
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
                raise InputError(f"brain snapshot: {name}: expected one finite number a component")
        if (np.asarray(self.rows) < 1).any() or (np.asarray(self.neurons) < 1).any():
            raise InputError("brain snapshot: rows, neurons: expected at least 1 a component")
        if np.ndim(self.raster) != 2 or np.shape(self.raster)[1] != np.sum(self.rows):
            raise InputError(
                f"brain snapshot: raster: expected (any, {np.sum(self.rows)}), got {np.shape(self.raster)}"
            )
        if not 0 < self.span_ms < np.inf:
            raise InputError(f"brain snapshot: span_ms must be above 0, got {self.span_ms}")
