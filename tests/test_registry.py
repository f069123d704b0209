"""The registry helper: what a module declares is found by name, and mistakes are refused in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.registry import Registry

MEMBER = """from types import SimpleNamespace
PART = SimpleNamespace(name={name!r}, rank={rank})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "toy_parts"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for name, rank in (("b", 1), ("a", 2)):
        (folder / f"{name}.py").write_text(MEMBER.format(name=name, rank=rank))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "toy_parts"]:
        monkeypatch.delitem(sys.modules, name)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "toy_parts"]:
        del sys.modules[name]


def registry(**options: object) -> Registry:
    return Registry("toy_parts", "PART", kind="part", **options)  # type: ignore[arg-type]


def test_members_are_the_modules_sorted_by_name(package):
    assert list(registry()) == ["a", "b"]
    assert registry()["a"].rank == 2


def test_an_order_sorts_by_what_members_declare(package):
    assert list(registry(order=lambda part: part.rank)) == ["b", "a"]


def test_several_members_may_share_a_file(package):
    (package / "pair.py").write_text(
        "from types import SimpleNamespace as N\nPART = (N(name='y'), N(name='x'))\n"
    )
    assert list(registry()) == ["a", "b", "x", "y"]


def test_files_with_an_underscore_are_helpers(package):
    (package / "_helper.py").write_text("raise RuntimeError\n")
    assert list(registry()) == ["a", "b"]


def test_a_name_that_is_declared_twice_is_refused(package):
    (package / "c.py").write_text(MEMBER.format(name="a", rank=3))
    with pytest.raises(InputError, match=r"toy_parts\.c: part 'a' is already declared in toy_parts\.a"):
        list(registry())


def test_a_file_without_a_declaration_is_refused_unless_optional(package):
    (package / "c.py").write_text("")
    with pytest.raises(InputError, match=r"toy_parts\.c: PART is None; expected an object with a name"):
        list(registry())
    assert list(registry(optional=True)) == ["a", "b"]


def test_a_declaration_of_another_class_is_refused(package):
    with pytest.raises(InputError, match=r"toy_parts\.a: PART is .*; expected a Path"):
        list(registry(of=Path))


def test_an_unknown_name_is_an_error_with_a_suggestion(package):
    with pytest.raises(UnknownNameError, match="unknown part 'aa'; did you mean 'a'"):
        registry().find("aa")


def test_a_function_may_make_the_member_of_a_module(package):
    found = Registry("toy_parts", lambda module: module.PART, kind="part")
    assert list(found) == ["a", "b"]


def test_members_of_another_folder_are_included_while_the_block_lasts(package, tmp_path):
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "toy.py").write_text(MEMBER.format(name="toy", rank=0))
    found = registry()
    with found.including(extra):
        assert list(found) == ["a", "b", "toy"]
    assert list(found) == ["a", "b"]
    assert "toy_parts.toy" not in sys.modules


def test_a_faulty_folder_leaves_the_registry_as_it_was(package, tmp_path):
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "toy.py").write_text(MEMBER.format(name="a", rank=0))
    found = registry()
    with pytest.raises(InputError, match="already declared"), found.including(extra):
        pass
    assert list(found) == ["a", "b"]
