"""The kernel cache saves time and never stops the work, whatever is wrong with its folder or its files."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numba
import pytest

import spikeworm_env
from spikeworm_env.kernels.binding import PLAIN_PYTHON, kernel
from spikeworm_env.kernels.kernel_cache import BEGINNING

pytestmark = pytest.mark.skipif(PLAIN_PYTHON, reason="plain Python has no kernel cache")

SOURCE = "def double(x):\n    return x + x\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """``run(x)``: the double of x by a kernel made anew, and how many kernels came from the cache."""
    file = tmp_path / "rule.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("rule", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "rule", module)  # cached kernels refer to it by name
    spec.loader.exec_module(module)

    def run(x: float = 1.5) -> tuple[float, int]:
        double = kernel(module.double)
        return double(x), sum(double.stats.cache_hits.values())

    return run


def file_in(cache: Path, suffix: str) -> Path:
    (file,) = cache.rglob(f"*{suffix}")
    return file


def flip_a_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGES = {
    "empty": lambda content: b"",
    "its first bytes": lambda content: content[:20],
    "its first half": lambda content: content[: len(content) // 2],
    "all but a byte": lambda content: content[:-1],
    "a bit": flip_a_bit,
    "text": lambda content: b"not a kernel" * 100,
    "zeros": lambda content: bytes(len(content)),
}


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_damaged_file_is_written_anew(cache, run, suffix, caplog):
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    file = file_in(cache, suffix)
    for damage in DAMAGES.values():
        file.write_bytes(damage(file.read_bytes()))
        assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    assert caplog.messages == [f"the kernel cache {file} is damaged; the file is written anew"]


def test_an_index_that_names_a_missing_module_counts_as_empty(cache, run, caplog):
    """As after an upgrade that has moved a type."""
    run()
    content = pickle.dumps((numba.__version__, b"cspikeworm_env.no_such_module\nName\n."))
    file_in(cache, ".nbi").write_bytes(BEGINNING + hashlib.sha256(content).digest() + content)
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    assert not caplog.messages


OTHER_VERSIONS = {
    "numba's own": lambda rest: pickle.dumps(("0.60.0", b"machine code")),
    "checksum first": lambda rest: hashlib.sha256(rest).digest() + rest,
    "another number": lambda rest: b"SpikeWorm kernel cache 9\n" + rest,
}


@pytest.mark.parametrize("version", OTHER_VERSIONS)
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_file_of_another_version_counts_as_missing(cache, run, suffix, version, caplog):
    run()
    file = file_in(cache, suffix)
    file.write_bytes(OTHER_VERSIONS[version](file.read_bytes()[len(BEGINNING) + 32 :]))
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    assert not caplog.messages


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_missing_file_is_written_anew_without_a_notice(cache, run, suffix, caplog):
    run()
    file_in(cache, suffix).unlink()
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    assert not caplog.messages


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_folder_in_place_of_a_file_does_not_stop_the_work(cache, run, suffix, caplog):
    run()
    file = file_in(cache, suffix)
    file.unlink()
    (file / "inside").mkdir(parents=True)
    assert [run(), run()] == [(3.0, 0), (3.0, 0)]
    assert caplog.messages == [f"cannot read the kernel cache {file}: Is a directory"]
    assert not list(cache.rglob("*.tmp"))


def test_machine_code_of_other_types_is_not_run(cache, run):
    """As after two processes that wrote one file at once."""
    assert [run(1.5), run(2), run(1.5), run(2)] == [(3.0, 0), (4, 0), (3.0, 1), (4, 1)]
    one, other = sorted(cache.rglob("*.nbc"))
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    assert [run(1.5), run(2), run(1.5), run(2)] == [(3.0, 0), (4, 0), (3.0, 1), (4, 1)]


def test_machine_code_of_other_settings_is_not_run(cache, run, monkeypatch):
    """``NUMBA_BOUNDSCHECK=1`` must not run kernels that were compiled without the checks."""
    run()
    monkeypatch.setattr(numba.config, "BOUNDSCHECK", 0 if numba.config.BOUNDSCHECK else 1)
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
def test_a_file_that_cannot_be_written_does_not_stop_the_work(cache, run, code, caplog, monkeypatch):
    def refuse(path: Path, target: Path) -> None:
        raise OSError(code, os.strerror(code), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        assert [run(), run()] == [(3.0, 0), (3.0, 0)]
    (message,) = caplog.messages
    assert message.startswith(f"cannot write the kernel cache {cache}")
    assert message.endswith(f": {os.strerror(code)}; kernels are compiled anew in each process")
    assert not [path for path in cache.rglob("*") if path.is_file()]
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]


def test_a_kernel_cache_that_cannot_be_used_gives_way_to_another(tmp_path, run, caplog, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert [run(), run()] == [(3.0, 0), (3.0, 1)]
    assert caplog.messages == [
        f"NUMBA_CACHE_DIR is {str(tmp_path / 'file' / 'cache')!r} and cannot be written to; "
        f"the kernel cache is {tmp_path / '__pycache__'}"
    ]


@pytest.fixture
def read_only_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another user's checkout: nothing can be written beside the source file."""
    (tmp_path / "__pycache__").touch()
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    assert (tmp_path / "__pycache__").is_file()


def test_without_a_folder_kernels_are_compiled_in_memory(read_only_source, run, caplog, monkeypatch):
    def refuse(dir: str) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert [run(), run()] == [(3.0, 0), (3.0, 0)]
    assert caplog.messages == [
        "no folder for the kernel cache can be written to; kernels are compiled anew in each process"
    ]


def test_without_a_home_folder_none_is_made_in_the_working_folder(
    read_only_source, tmp_path, run, caplog, monkeypatch
):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as without HOME and without an account
    monkeypatch.chdir(tmp_path)
    assert [run(), run()] == [(3.0, 0), (3.0, 0)]
    assert len(caplog.messages) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["__pycache__", "rule.py"]


def test_processes_go_on_with_a_damaged_cache_and_the_next_is_fast_again(tmp_path):
    (tmp_path / "rule.py").write_text(f"from spikeworm_env.kernels.binding import kernel\n@kernel\n{SOURCE}")
    program = "from rule import double; print(double(1.5), sum(double.stats.cache_hits.values()))"
    path = os.pathsep.join((str(tmp_path), str(Path(spikeworm_env.__file__).parents[1])))

    def run() -> tuple[str, int]:
        environment = os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout, done.stderr.count("\n")

    assert run() == ("3.0 0\n", 0)
    code = file_in(tmp_path, ".nbc")
    code.write_bytes(flip_a_bit(code.read_bytes()))
    assert [run(), run()] == [("3.0 0\n", 1), ("3.0 1\n", 0)]
