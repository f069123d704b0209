"""What holds for every test: it runs in its file alone, and no busy machine fails it, as nothing is timed."""

from hypothesis import settings

import spikeworm_env  # noqa: F401  registers the environments

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
