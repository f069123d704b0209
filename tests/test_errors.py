"""An unknown name is told with the nearest known one, or with all of them while they are few."""

import copy
import pickle

import pytest

from spikeworm_env.errors import BrainFileError, InputError, RecipeError, UnknownNameError, suggestion


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


def test_every_problem_of_a_recipe_names_the_file():
    assert str(RecipeError("a.json", iter(["one", "two"]))) == "a.json: one; a.json: two"


@pytest.mark.parametrize(
    "error",
    [UnknownNameError("agent", "x", "ab"), RecipeError("a.json", ["one"]), BrainFileError("no brain")],
)
@pytest.mark.parametrize("moved", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_crosses_processes_whole(error, moved):
    again = moved(error)
    assert type(again) is type(error) and isinstance(again, InputError | ValueError)
    assert (str(again), vars(again)) == (str(error), vars(error))
