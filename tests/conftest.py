"""What holds for every test: it runs in its file alone, and no busy machine fails it, as nothing is timed."""

import pytest
from hypothesis import settings

import spikeworm_env  # noqa: F401  registers the environments

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BIGGEST = "big_50k"  # seconds to compile; what holds for every recipe is long for this one


@pytest.hookimpl(tryfirst=True)  # before marks select
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and BIGGEST in map(str, callspec.params.values()):
            item.add_marker("long")
