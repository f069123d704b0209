"""Learning: training of one brain, and studies of many brains under a treatment and its controls."""

from typing import Final

LEARNED_CI_NET: Final = 0.5  # a brain with a higher ``ci_net`` in an evaluation counts as having learned
