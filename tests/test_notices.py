"""A notice is one line, once, and never an error, whatever stderr is."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest

from spikeworm_env import notices
from spikeworm_env.notices import notice


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.usefixtures("notices_on_stderr")
def test_a_notice_is_one_line_on_stderr_once_per_text(capsys):
    for text in ("a cache\ncannot be written", "a cache cannot be written", "no film"):
        notice(text)
    assert capsys.readouterr() == ("", "spikeworm: a cache cannot be written\nspikeworm: no film\n")


def test_a_program_that_configures_logging_gets_the_record_alone(caplog, capsys):
    notice("100% of the disk")
    assert caplog.record_tuples == [("spikeworm", logging.WARNING, "100% of the disk")]
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("notices_on_stderr")
@pytest.mark.parametrize("stream", [None, closed(), Full()], ids=["none", "closed", "full"])
def test_a_notice_on_a_stderr_that_takes_nothing_is_no_error(stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    notice("no film")


@pytest.mark.usefixtures("notices_on_stderr")
@pytest.mark.parametrize(
    ("encoding", "shown"), [("ascii", b"\\xe9 \\u2192 \\udcff"), ("cp1252", b"\xe9 \\u2192 \\udcff")]
)
def test_a_notice_shows_what_stderr_cannot_encode_by_its_number(encoding, shown, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stderr", stream)
    notice("é → \udcff")
    assert stream.buffer.getvalue().rstrip() == b"spikeworm: " + shown


def test_a_notice_of_a_process_of_its_own_is_on_its_stderr():
    code = f"import runpy\nnotice = runpy.run_path({notices.__file__!r})['notice']\nnotice('a')\nnotice('a')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "spikeworm: a\n")
