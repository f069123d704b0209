"""An unknown name is told with the nearest known one, or with all of them while they are few."""

import copy
import itertools
import pickle
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.errors import BrainFileError, InputError, RecipeError, UnknownNameError, shown, suggestion


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        ("crawl_v1", ["crawler_v1", "arena_v1"], "; did you mean 'crawler_v1'?"),
        ("abc", ["abd"], "; did you mean 'abd'?"),  # alike by two thirds
        ("abcd", ["abxy", "zzzz"], "; choose from abxy, zzzz"),  # by a half
        ("x", [], ""),
        ("x", [f"name{k}" for k in range(40)], f"; choose from {', '.join(f'name{k}' for k in range(40))}"),
        ("x", [f"name{k}" for k in range(41)], ""),
    ],
)
def test_a_suggestion_is_the_nearest_name_or_a_short_list(name, known, text):
    assert suggestion(name, known) == text


def test_an_unknown_name_lists_the_known_in_order():
    error = UnknownNameError("agent", "x", {"b": 1, "a": 2, "c": 3})
    assert (error.kind, error.name, error.known) == ("agent", "x", ["a", "b", "c"])
    assert str(error) == "unknown agent 'x'; choose from a, b, c"
    assert str(UnknownNameError("agent", "x")) == "unknown agent 'x'"


def test_the_text_of_an_error_is_one_line_without_control_codes():
    assert str(BrainFileError("a\n b\x1b[31m.db\u2028: no brain")) == r"a b\x1b[31m.db : no brain"


def test_every_problem_of_a_recipe_names_the_file():
    assert str(RecipeError("a.json", iter(["one", "two"]))) == "a.json: one; a.json: two"


def test_problems_of_a_recipe_are_bounded_in_number_and_length():
    endless = RecipeError("a.json", (f"problem {k}" for k in itertools.count()))
    assert str(endless).startswith("a.json: problem 0; a.json: problem 1; ")
    assert str(endless).endswith("a.json: problem 19; and at least 80 more problems")
    assert len(str(RecipeError("a.json", ["x" * 1_500] * 50))) < 4_000
    assert str(RecipeError("a.json", map(str, range(22)))).endswith("a.json: 19; and 2 more problems")


def test_a_near_name_is_found_among_many_and_looked_for_in_bounded_time():
    names = [f"neuron_{k}" for k in range(1_000)]
    assert suggestion("nueron_517", names) == "; did you mean 'neuron_517'?"
    assert suggestion("nueron_517", [*names, "one more"]) == ""


@pytest.mark.parametrize(
    "error",
    [UnknownNameError("agent", "x", "ab"), RecipeError("a.json", ["one"]), BrainFileError("no brain")],
)
@pytest.mark.parametrize("moved", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_crosses_processes_whole(error, moved):
    again = moved(error)
    assert type(again) is type(error) and isinstance(again, InputError | ValueError)
    assert (str(again), vars(again)) == (str(error), vars(error))


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Multiline:
    def __repr__(self) -> str:
        return "one\n  two\x1b[31m \ud800"


NESTED: list = []
for _ in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        (1.5, "1.5"),
        (None, "None"),
        (2**63, "9223372036854775808"),
        (10**5000, "a number of 16610 bits"),
        ([10**5000], "[a number of 16610 bits]"),
        ("a\x00\n\ud800", r"'a\x00\n\ud800'"),
        (Path("a/b.json"), "'a/b.json'"),
        (Unprintable(), "an object of type Unprintable"),
        ([Unprintable()], "[an object of type Unprintable]"),
        (object(), "an object of type object"),
        (
            test_an_unknown_name_lists_the_known_in_order,
            "<function test_an_unknown_name_lists_the_known_in_order>",
        ),
        (Multiline(), r"one two\x1b[31m \ud800"),
        (NESTED, "[[[[...]]]]"),
        (np.float64(2.5), repr(np.float64(2.5))),
        ("food-é", "'food-é'"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_quoted_on_one_line(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**7,
        b"x" * 10**7,
        bytearray(10**7),
        list(range(10**6)),
        {k: k for k in range(10**5)},
        np.zeros(999),
        Path("x" * 4000),
        [["x" * 4000] * 400] * 400,
        {"k": "\x00" * 10**6},
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_long_value_is_cut_to_sixty_characters_and_says_so(value):
    text = shown(value)
    assert len(text) <= 60 and "..." in text and text.isprintable()


def test_an_unknown_name_of_4000_characters_is_cut():
    error = UnknownNameError("agent", "x" * 4000, ["a"])
    assert str(error) == f"unknown agent {shown('x' * 4000)}; choose from a" and len(str(error)) < 100


def test_a_problem_whose_path_holds_a_long_key_is_cut():
    error = RecipeError("a.json", ["x" * 5_000, "two"])
    assert str(error) == f"a.json: {'x' * 489}...; a.json: two" and len(error.problems[0]) == 5_000
