"""Sound files, and the process that opens hostile ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from benchmarks.hostile.bases import make_bases
from benchmarks.hostile.pool import Opener, opener


@pytest.fixture(scope="package")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    return make_bases(tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="package")
def process(bases: Mapping[str, Path]) -> Iterator[Opener]:
    with opener(bases) as made:
        yield made
