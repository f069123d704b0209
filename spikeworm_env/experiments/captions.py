"""What stands below the table of a comparison, at the terminal and on the page."""

from __future__ import annotations

from spikeworm_env.experiments.statistics import MIN_TRIALS, RESAMPLES

HOW_COMPUTED = (
    "Mean [95% BCa bootstrap interval]; p against each control by paired permutation of ci_time; "
    f"{RESAMPLES:,} resamples."
)
NO_INTERVALS = f"No intervals: they take at least {MIN_TRIALS} trials."
SEVERAL_BRAINS = "n: trial seeds×brains; brains are averaged within each trial seed."
