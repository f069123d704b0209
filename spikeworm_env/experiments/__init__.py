"""Trials, indices, statistics and comparisons."""

from spikeworm_env.experiments.comparison import Comparison, compare
from spikeworm_env.experiments.trial import TrialResult, run_trial
from spikeworm_env.experiments.trials import TRIALS, Trial

__all__ = ["TRIALS", "Comparison", "Trial", "TrialResult", "compare", "run_trial"]
