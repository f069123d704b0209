"""Comparison: participants side by side on the same trial seeds."""

from typing import Final

DEFAULT_TRIALS: Final = 40  # trial seeds of a reported comparison
