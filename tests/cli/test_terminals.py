"""Commands on every kind of terminal: encodings, widths, closed and broken streams."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_origin

import pytest
from typer.main import get_command

import spikeworm_env
from spikeworm_env.cli import app, main
from spikeworm_env.cli.command import with_single_options
from spikeworm_env.cli.commands import COMMANDS
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.plain_text import PLAIN_ERRORS, plain, readable

ENCODINGS = ("utf-8", "cp1252", "cp932", "cp850", "latin-1", "ascii")
WIDTHS = (40, 60, 80, 120, 200)
STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
TINY = ("--ticks", "20", "--controls", "none")


class Stream(io.TextIOWrapper):
    """A strict stream with an encoding, as Windows and old locales have them."""

    def __init__(self, encoding: str, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="strict", newline="")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        """What was written, without colours."""
        self.flush()
        return STYLE.sub("", self.buffer.getvalue().decode(self.encoding))  # type: ignore[attr-defined]


class Shown(NamedTuple):
    """Exit code, stdout and stderr of a command."""

    code: int
    out: str
    err: str


Call = Callable[..., Shown]


@pytest.fixture
def call(here: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs ``spikeworm`` as its script does, on a terminal or a pipe of the given kind."""

    def run(*arguments: str, encoding: str = "utf-8", width: int = 80, terminal: bool = True) -> Shown:
        out, err = (Stream(encoding, terminal=terminal) for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            patch.setattr(sys, "argv", ["spikeworm", *arguments])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        return Shown(int(ended.value.code or 0), out.text(), err.text())

    return run


def names_and_choices(command: str) -> Iterable[str]:
    """Every option of a command and every choice of its arguments and options."""
    for parameter in get_command(app).commands[command].params:
        yield from (name for name in parameter.opts if name.startswith("--"))
    for hint in with_single_options(COMMANDS[command].function).__annotations__.values():
        if get_origin(hint) is Annotated and isinstance(hint.__origin__, type(StrEnum)):
            yield from hint.__origin__


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w.:-]+", text))


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_names_every_option_whole_at_every_width(command: str, call: Call) -> None:
    for width in WIDTHS:
        shown = call(command, "--help", width=width)
        assert shown.code == 0
        missing = [
            str(name)
            for name in names_and_choices(command)
            if not re.search(rf"(?<![\w-]){name}(?![\w-])", shown.out)
        ]
        assert missing == [], width


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_help_and_lists_are_shown_in_every_encoding(encoding: str, call: Call) -> None:
    for width in (40, 80):
        for arguments in (["--help"], ["train", "--help"], ["list", "agents"], ["list", "metrics"]):
            shown = call(*arguments, encoding=encoding, width=width)
            assert (shown.code, shown.err) == (0, "")
            assert "?" not in shown.out and "\ufffd" not in shown.out


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_trial_and_a_training_are_shown_in_every_encoding(encoding: str, call: Call) -> None:
    for width in (40, 80):
        shown = call("run", "random", *TINY, "--render", "none", encoding=encoding, width=width)
        assert shown.code == 0 and {"random", "ci_time", "ci_clipped"} <= words(shown.out)
        assert "?" not in shown.out
    trained = call(
        "train", "learner_v1", "--ticks", "50", "--episodes", "1", "--tests", "0", "--out", f"{encoding}.db",
        encoding=encoding,
    )  # fmt: skip
    assert trained.code == 0 and f"{encoding}.db" in trained.out
    assert "?" not in trained.out


def test_no_name_is_broken_at_any_width(call: Call) -> None:
    found = {"crawl", "random", "oracle", "ci_time", "ci_net", "success", "efficiency"}
    trial = {"random", "ci_time", "ci_net", "ci_clipped", "reached", "speed", "wave"}
    metrics = {line.split()[0] for line in call("list", "metrics", terminal=False).out.splitlines()}
    components = {part.name for part in compile_recipe("learner_v1", 42).components}
    for width in WIDTHS:
        compared = call("compare", "crawl", "random", *TINY, "--trials", "1", "--jobs", "1", width=width)
        assert compared.code == 0 and found <= words(compared.out)
        ran = call("run", "random", *TINY, "--render", "none", "--out", "o", width=width)
        assert ran.code == 0 and trial <= words(ran.out)
        assert metrics <= words(call("list", "metrics", width=width).out)
        inspected = call("inspect", "learner_v1", width=width)
        assert components <= words(inspected.out)
        for shown in (compared, ran, inspected) if width >= 80 else (compared, ran):
            assert [
                line for line in shown.out.splitlines() if len(line) > width and " " in line.strip()
            ] == []


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_without_controls_gets_plain_text(
    term: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", "1")
    shown = call("run", "random", *TINY, "--render", "none", "--out", "o", width=50)
    assert shown.code == 0 and "ci_time" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 50


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_ascii_in_every_encoding(encoding: str, call: Call) -> None:
    shown = call(
        "run", "random", *TINY, "--render", "none", "--out", "ü→", "--json", encoding=encoding, terminal=False
    )
    assert shown.out.isascii()
    assert json.loads(shown.out)["files"] == [str(Path("ü→", "path.png"))]


def test_without_stdout_and_stderr_commands_do_their_work(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (["list", "agents"], ["run", "random", *TINY, "--render", "none", "--out", "o"]):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["spikeworm", *arguments])
            patch.setattr(sys, "stdout", None)
            patch.setattr(sys, "stderr", None)
            with pytest.raises(SystemExit) as ended:
                main()
            sys.stdout.close()
            sys.stderr.close()
        assert ended.value.code == 0
    assert (here / "o" / "path.png").is_file()


class FullDisk(io.BytesIO):
    """A file on a full disk."""

    def write(self, data: Any) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_under_stdout_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    err = Stream("utf-8", terminal=False)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "argv", ["spikeworm", "list", "agents"])
        patch.setattr(sys, "stdout", io.TextIOWrapper(FullDisk(), encoding="utf-8"))
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
    assert (ended.value.code, err.text().count("\n")) == (1, 1)
    assert "No space left on device" in err.text()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode there")
def test_a_path_that_is_not_utf8_is_written_and_shown_with_its_bytes(call: Call, here: Path) -> None:
    folder = "c\udcff"
    options = ("--trials", "1", *TINY, "--jobs", "1", "--out", folder)
    for _ in range(2):  # the second time from the stored results
        shown = call("compare", "random", *options, terminal=False)
        assert (shown.code, shown.err) == (0, "")
        assert r"c\xff/report.html" in shown.out
        assert r"--out $'c\xff'" in shown.out
    made = here / folder
    assert {file.name for file in made.iterdir()} >= {"report.html", "summary.json", "trials.csv"}
    assert json.loads((made / "summary.json").read_text(encoding="utf-8"))["command"].endswith(r"$'c\xff'")
    assert r"c\xff" in (made / "report.html").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are Unicode there")
def test_a_brain_file_whose_name_is_not_utf8_takes_part(call: Call) -> None:
    brain = "b\udcff.db"
    assert call("compile", "minimal", "--out", brain).code == 0
    shown = call("compare", brain, *TINY, "--trials", "1", "--jobs", "1", "--out", "done", terminal=False)
    assert (shown.code, shown.err) == (0, "")
    assert r"b\xff" in shown.out


def test_a_long_command_breaks_between_arguments_as_a_shell_reads_it(call: Call) -> None:
    arguments = ("compare", "random", *TINY, "--trials", "1", "--jobs", "1", "--out", "two words")
    shown = call(*arguments, width=50)
    command = shown.out.partition("Repeat with: ")[2].rstrip()
    assert len(command.splitlines()) > 1 and all(line.endswith(" \\") for line in command.splitlines()[:-1])
    assert shlex.split(command.replace("\\\n", "")) == ["spikeworm", *arguments]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("–−·│●×→", "--.|*x->"),
        ("─━┼╸⠋", "--+-*"),
        ("Ångström é ﬁ", "Angstrom e fi"),
        ("c\udcff", r"c\xff"),
        ("丁", "?"),
        ("plain", "plain"),
    ],
)
def test_characters_have_a_plain_likeness(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert text.encode("ascii", PLAIN_ERRORS).decode() == shown


def test_every_character_of_the_package_has_a_likeness() -> None:
    shipped = [*block_names().values(), *recipe_names().values()]
    files = [*Path(spikeworm_env.__file__).parent.rglob("*.py"), *shipped]
    used = {character for file in files for character in file.read_text(encoding="utf-8")}
    assert [character for character in sorted(used) if "?" in plain(character) and character != "?"] == []


def test_only_bytes_that_are_not_utf8_become_readable() -> None:
    assert readable("ü→\udc80/\udcff") == r"ü→\x80/\xff"
