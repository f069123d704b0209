"""Every hostile input loads and runs finitely, or is one typed error with file and place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.hostile.pool import Opener
from tests.corpus import INPUTS
from tests.corpus._input import Input


def test_the_corpus_is_as_large_as_stated_and_names_no_input_twice() -> None:
    assert len(INPUTS) >= 120
    assert len({(each.kind, each.name) for each in INPUTS}) == len(INPUTS)


@pytest.mark.parametrize("each", INPUTS, ids=lambda each: f"{each.kind}: {each.name}")
def test_an_input_is_sound_or_one_typed_error(
    each: Input, bases: Mapping[str, Path], process: Opener, tmp_path: Path
) -> None:
    path = each.make(bases, tmp_path)
    outcome = process.open(each.kind, path)
    assert outcome.good, outcome
    if each.words is None:
        assert outcome.outcome == "loaded", outcome
    else:
        assert outcome.outcome == "refused" and each.words in outcome.message, outcome
