"""What an experiment is made with unless told otherwise. Light: the command line shows it at once."""

DEFAULT_TRIALS = 40  # the least for a claim
FIRST_REPORTED_SEED = 10_000  # seeds 0 to 999 are for tuning
DEFAULT_BACKEND = "loky"  # processes of this machine
