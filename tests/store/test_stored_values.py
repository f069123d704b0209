"""A stored record becomes a dataclass only if every field is as it is declared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from spikeworm_env.store.stored_values import from_stored


@dataclass(frozen=True)
class Part:
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Whole:
    name: str
    count: int
    index: float | None
    found: bool
    part: Part
    path: NDArray[np.float64]
    weight: NDArray[np.float64]
    food: NDArray[np.float32]


SHAPES = {"path": ("samples", 2), "weight": ("samples",), "food": ("foods", 4)}
SOUND = {
    "name": "crawl",
    "count": 3,
    "index": 0.5,
    "found": True,
    "part": {"words": ["one", "two"]},
    "path": np.zeros((5, 2)),
    "weight": np.array([1, 2, np.nan, 4, 5]),
    "food": np.zeros((1, 4), np.float32),
}


def made(**changes):
    return from_stored(Whole, SOUND | changes, SHAPES, may_be_nan=("weight",))


def test_a_sound_record_is_returned_as_it_was_stored():
    found = made()
    assert (found.name, found.count, found.index, found.found) == ("crawl", 3, 0.5, True)
    assert found.part == Part(("one", "two")) and found.path is SOUND["path"]
    assert made(index=None).index is None and made(index=1).index == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 3}, "name is 3; expected a printable text"),
        ({"name": "a\nb"}, r"name is 'a\\nb'; expected a printable text"),
        ({"name": None}, "name is None"),
        ({"count": 3.0}, "count is 3.0; expected a whole number"),
        ({"count": True}, "count is True"),
        ({"count": 2**63}, "count is 9223372036854775808"),
        ({"count": 10**400}, "count is a number of 1329 bits"),
        ({"index": "0.5"}, "index is '0.5'; expected a finite number"),
        ({"index": float("nan")}, "index is nan"),
        ({"index": 10**400}, "index is a number of 1329 bits"),
        ({"index": [0.5]}, r"index is \[0.5\]"),
        ({"found": 1}, "found is 1; expected true or false"),
        ({"part": []}, r"Part is \[\]; expected fields by name"),
        ({"part": {}}, "fields that differ: words"),
        ({"part": {"words": "one"}}, "words is 'one'; expected a list"),
        ({"part": {"words": ["one", 2]}}, r"words\[1\] is 2; expected a printable text"),
        ({"more": 1}, "fields that differ: more"),
        ({"path": [[0, 0]]}, "path is list; expected an array of float64"),
        ({"path": np.zeros((5, 2), np.float32)}, "path is float32; expected an array of float64"),
        ({"path": np.zeros((5, 3))}, r"path has shape \(5, 3\); expected \(5, 2\)"),
        ({"path": np.zeros(5)}, r"path has shape \(5,\); expected \(samples, 2\)"),
        ({"weight": np.zeros(4)}, r"weight has shape \(4,\); expected \(5\)"),
        ({"path": np.full((5, 2), np.nan)}, "path has a value that is not finite"),
        ({"food": np.full((1, 4), np.inf, np.float32)}, "food has a value that is not finite"),
    ],
)
def test_a_record_with_another_field_is_refused_by_its_name(changes, message):
    with pytest.raises(ValueError, match=message):
        made(**changes)


def test_a_record_without_a_field_is_refused():
    with pytest.raises(ValueError, match="fields that differ: name"):
        from_stored(Whole, {name: value for name, value in SOUND.items() if name != "name"}, SHAPES)
