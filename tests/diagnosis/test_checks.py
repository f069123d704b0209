"""``spikeworm doctor``: what is wrong with an installation is found, and said with what to do."""

from __future__ import annotations

import json
import math
import shutil
import struct
import tomllib
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from spikeworm_env import resources
from spikeworm_env.cli import app
from spikeworm_env.diagnosis import CHECKS, Finding, State, arithmetic, findings
from spikeworm_env.diagnosis.extras import PURPOSES

TOY = '''"""A toy."""
from spikeworm_env.diagnosis import Check, State

CHECK = Check("toy", 99, lambda: [("colour", State.MISSING, "is grey", "paint it")])
'''


def found(check: str, name: str) -> Finding:
    """The last finding of that check about that name."""
    return [each for each in CHECKS[check].findings() if each.name == name][-1]


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Pretended versions of distributions; ``""`` for one that is not installed."""
    pretended: dict[str, str] = {}
    real = metadata.version

    def version(name: str) -> str:
        if pretended.get(name) == "":
            raise metadata.PackageNotFoundError(name)
        return pretended.get(name) or real(name)

    monkeypatch.setattr(metadata, "version", version)
    return pretended


def test_all_findings_are_whole_lines_and_a_remedy_stands_with_whatever_is_not_ok():
    seen = findings()
    assert {each.check for each in seen} == set(CHECKS)
    for each in seen:
        assert each.name and each.detail and "\n" not in each.detail + each.remedy
        assert (each.state is State.OK) == (each.remedy == ""), each
    assert not [each for each in seen if "the check failed" in each.detail]


def test_both_pygames_at_once_are_a_problem(versions):
    versions.update({"pygame": "2.6.1", "pygame-ce": "2.5.8"})
    finding = found("packages", "pygame")
    assert finding.state is State.PROBLEM and "pip uninstall -y pygame pygame-ce" in finding.remedy
    versions["pygame"] = ""
    assert "pygame" not in [each.name for each in CHECKS["packages"].findings()]


@pytest.mark.parametrize(
    ("version", "detail"), [("0.10.0", "is 0.10.0; expected"), ("", "is not installed; ")]
)
def test_a_package_of_another_version_or_none_is_a_problem(versions, version, detail):
    versions["numba"] = version
    finding = found("packages", "numba")
    assert finding.state is State.PROBLEM and finding.detail.startswith(detail)
    assert finding.remedy.startswith('pip install "numba')


def test_an_extra_names_the_packages_that_it_lacks(versions):
    versions["imageio-ffmpeg"] = ""
    finding = found("extras", "video")
    assert finding.state is State.MISSING and finding.detail.endswith("imageio-ffmpeg")
    assert finding.remedy == 'pip install "spikeworm[video]"'


def test_the_purpose_of_every_extra_is_stated():
    if not resources.is_checkout():
        pytest.skip("needs pyproject.toml")
    project = tomllib.loads((resources.CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(PURPOSES) == set(project["optional-dependencies"])


@pytest.mark.parametrize("switch", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_a_switch_that_slows_kernels_is_a_problem(monkeypatch, switch):
    monkeypatch.setenv(switch, "0")
    assert switch not in [each.name for each in CHECKS["machine"].findings()]
    monkeypatch.setenv(switch, "1")
    assert found("machine", switch).state is State.PROBLEM


def test_a_folder_that_cannot_be_written_to_is_a_problem(monkeypatch, tmp_path: Path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "file" / "brains")
    finding = found("folders", "compiled brains")
    assert finding.state is State.PROBLEM and str(tmp_path) in finding.detail


def test_a_full_disk_is_a_problem_and_nothing_is_left_in_a_folder(monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert found("folders", "working folder").state is State.OK
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**20))
    assert "1 MB free; expected" in found("folders", "working folder").detail
    assert not list(tmp_path.iterdir())


def test_the_machine_without_a_display_lacks_windows_alone(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    assert found("display", "window").state is State.MISSING
    monkeypatch.setenv("DISPLAY", ":7654")  # of no server
    finding = found("display", "window")
    assert finding.state is State.MISSING and "no window opens" in finding.detail


def test_other_bits_of_arithmetic_are_a_problem(monkeypatch):
    assert struct.pack("<Q", arithmetic.EXP_OF_ONE) == struct.pack("<d", math.nextafter(math.e, 3))
    monkeypatch.setattr(arithmetic, "EXP_OF_ONE", arithmetic.EXP_OF_ONE + 1)
    assert found("arithmetic", "kernels").state is State.PROBLEM


def test_a_check_that_fails_is_a_finding_and_a_new_file_is_a_new_check(tmp_path: Path):
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "fails.py").write_text(
        "from spikeworm_env.diagnosis import Check\nCHECK = Check('fails', 98, lambda: 1 / 0)\n"
    )
    with CHECKS.including(tmp_path):
        broken, toy = findings()[-2:]
    assert toy == Finding("toy", "colour", State.MISSING, "is grey", "paint it")
    assert broken.state is State.PROBLEM and "ZeroDivisionError" in broken.detail


def test_the_command_prints_all_findings_and_ends_with_1_on_a_problem(monkeypatch, capsys):
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    assert app(["doctor"], standalone_mode=False) == 1
    printed = capsys.readouterr().out
    assert "unset NUMBA_BOUNDSCHECK" in printed and "numba" in printed
    assert app(["doctor", "--json"], standalone_mode=False) == 1
    parsed = json.loads(capsys.readouterr().out)["findings"]
    assert {each["state"] for each in parsed} >= {"ok", "problem"}
