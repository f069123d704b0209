"""Each check returns the value in Python's own type, or says argument, value and expectation in one line."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env import checks
from spikeworm_env.errors import InputError, UnknownNameError


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "x is True; expected a number from 0 to 2 BL"),
        (math.nan, "x is nan; expected a number from 0 to 2 BL"),
        (-0.5, "x is -0.5; expected a number from 0 to 2 BL"),
        (10**400, "x is a number of 1329 bits; expected a number from 0 to 2 BL"),
        ("1", "x is '1'; expected a number from 0 to 2 BL"),
        (None, "x is None; expected a number from 0 to 2 BL"),
    ],
)
def test_a_number_out_of_range_or_of_another_type_is_refused(value, said):
    with pytest.raises(InputError) as caught:
        checks.number("x", value, 0, 2, "BL")
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("limits", "value", "said"),
    [
        ({"low": 0}, -1, "x is -1; expected a number of at least 0"),
        ({"low": 0}, math.inf, "x is inf; expected a number of at least 0"),
        ({"low": 0, "above": True}, 0, "x is 0; expected a number above 0"),
        ({"low": 0, "high": 9, "above": True}, 0, "x is 0; expected a number above 0, at most 9"),
    ],
)
def test_the_expectation_names_the_limits(limits, value, said):
    with pytest.raises(InputError) as caught:
        checks.number("x", value, **limits)
    assert str(caught.value) == said


def test_numbers_of_numpy_become_numbers_of_python():
    assert type(checks.number("x", np.float32(0.5), 0, 1)) is float
    assert type(checks.number("x", 1, 0, 1)) is float
    assert type(checks.whole("x", np.uint64(2**63), 0)) is int
    assert [type(each) for each in checks.wholes("x", np.array([1, 2]), 0)] == [int, int]
    assert type(checks.flag("x", np.bool_(True))) is bool


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 4])
def test_a_whole_number_is_an_integer_within_its_limits(value):
    with pytest.raises(InputError, match=r"^x is .*; expected a whole number from 0 to 3$"):
        checks.whole("x", value, 0, 3)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "x is 1; expected a list of whole numbers"),
        ("12", "x is '12'; expected a list of whole numbers"),
        ([1, 2.5], r"x\[1\] is 2.5; expected a whole number of at least 0"),
        ([[1], [2, 3]], r"x\[0\] is \[1\]; expected a whole number"),
    ],
)
def test_a_list_of_whole_numbers_names_the_wrong_one(value, said):
    with pytest.raises(InputError, match=said):
        checks.wholes("x", value, 0)


def test_a_single_value_is_a_list_of_one():
    assert checks.list_of("names", "a", str, "names") == ["a"]
    assert checks.list_of("names", ("a", "b"), str, "names") == ["a", "b"]
    for value in (1, None, ["a", 1], {"a": 1}):
        with pytest.raises(InputError, match=r"^names is .*; expected names$"):
            checks.list_of("names", value, str, "names")


def test_a_choice_and_a_known_name_suggest_the_nearest():
    with pytest.raises(InputError, match="x is 'drak'; expected 'dark' or 'light'; did you mean 'dark'"):
        checks.choice("x", "drak", ["dark", "light"])
    with pytest.raises(UnknownNameError, match="unknown theme 'drak'; did you mean 'dark'"):
        checks.known_name("theme", "drak", {"dark": 1, "light": 2})
    for value in (None, [], np.array(["dark"]), b"dark"):
        with pytest.raises(UnknownNameError):
            checks.known_name("theme", value, ["dark"])


@pytest.mark.parametrize("value", ["", "a\0b", "\ud800", "x" * 256, "é" * 128, "a/" * 2049, None, b"a", 1])
def test_a_path_that_no_file_system_holds_is_refused(value):
    with pytest.raises(InputError, match=r"^out is .*; expected a path"):
        checks.file_path("out", value)


@pytest.mark.parametrize("value", ["a", "x" * 255, "\udcff", Path("a/b"), "a\nb"])
def test_any_other_path_is_returned(value):
    assert checks.file_path("out", value) == Path(value)


def test_flags_texts_and_functions():
    for refuse in (checks.flag, checks.nonempty_text, checks.function):
        with pytest.raises(InputError, match=r"^x is 0; expected "):
            refuse("x", 0)
    with pytest.raises(InputError, match="x is ''"):
        checks.nonempty_text("x", "")
    assert (checks.nonempty_text("x", "a"), checks.function("x", len), checks.function("x", None)) == (
        "a",
        None,
        None,
    )
