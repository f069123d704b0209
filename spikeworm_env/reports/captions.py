"""Notes below the tables of comparisons and studies, at the terminal and on the page."""

from __future__ import annotations

from spikeworm_env.statistics import MIN_TRIALS, RESAMPLES

HOW_COMPUTED = (
    "Mean [95% BCa bootstrap interval]; p against each control by paired permutation of ci_time; "
    f"{RESAMPLES:,} resamples."
)
NO_INTERVALS = f"No intervals: they take at least {MIN_TRIALS} trials."
OVER_BRAINS = (
    "Mean over brains [95% BCa bootstrap interval]; worst and best brain; p by permutation of ci_net, "
    f"paired by brain, of the gain over the untrained brain and of reward "
    f"against this condition; {RESAMPLES:,} resamples."
)
NO_INTERVALS_OF_BRAINS = f"No intervals: they take at least {MIN_TRIALS} brains."
SEVERAL_BRAINS = "n: trial seeds×brains; brains are averaged within each trial seed."
