"""One trial and all that is measured in it."""

from spikeworm_env.trials.task import find_trial as find_trial
