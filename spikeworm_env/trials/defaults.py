"""What an experiment is made with unless told otherwise. Light: the command line shows it at once."""

DEFAULT_TRIALS = 40  # the least for a claim
FIRST_REPORTED_SEED = 10_000
TUNING_SEEDS = range(1_000)  # what is tuned or trained on is not reported
LEARNED = 0.5  # the index from which a brain is said to have learned
DEFAULT_BACKEND = "loky"  # processes of this machine
