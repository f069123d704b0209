"""Contract of exports: declarations are well formed; a new file is a new suffix of ``--record``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.cli.options import export_help
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError
from spikeworm_env.exports import EXPORTS, Content, find_export, suffixes, write_recording
from spikeworm_env.trials.recording import Recording, record_trial
from spikeworm_env.trials.task import TRIALS

TOY = '''"""A toy."""
from spikeworm_env.exports import Content, Export

def write_counts(recording, path):
    path.write_text(str(len(recording.spikes.neurons)))

EXPORT = Export(content=Content.RECORDING, suffix=".txt", about="number of spikes", write=write_counts)
'''


@pytest.fixture(scope="module")
def recording() -> Recording:
    agent = SpikingAgent(compile_recipe("crawler_v1"), frame_skip=10)
    trial = TRIALS["default"].with_changes(duration_s=0.5)
    return record_trial(agent, trial, session_start=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_writes_all_files_that_it_declares(name: str, recording: Recording, tmp_path: Path) -> None:
    export = EXPORTS[name]
    if export.library is not None:
        pytest.importorskip(export.library)
    assert export.about and (export.library is None) == (export.extra is None)
    content = {Content.RECORDING: recording, Content.NETWORK: recording.compiled}[export.content]
    path = tmp_path / f"found{export.suffix}"
    assert find_export(export.content, path) is export
    export.write(content, path)
    assert sorted(tmp_path.iterdir()) == sorted(export.files(path))


def test_exports_are_named_as_their_files_so_that_help_needs_no_import() -> None:
    assert set(EXPORTS.module_names()) == set(EXPORTS)
    for content in Content:
        declared = {export.suffix for export in EXPORTS.values() if export.content is content}
        assert set(suffixes(content)) == declared
        assert all(suffix in export_help(content) for suffix in declared)


def test_an_unknown_suffix_is_refused_with_all_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"suffix is '\.mat'; expected \.csv, \.npz, \.nwb for a recording"):
        find_export(Content.RECORDING, tmp_path / "spikes.mat")


def test_a_new_file_is_a_new_suffix(recording: Recording, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "recording_txt.py").write_text(TOY, encoding="utf-8")
    file = tmp_path / "spikes.txt"
    with EXPORTS.including(folder):
        assert ".txt" in export_help(Content.RECORDING) and ".txt" not in export_help(Content.NETWORK)
        assert write_recording(recording, file) == [file]
        assert int(file.read_text()) == recording.spikes.neurons.size > 0
    with pytest.raises(InputError, match=r"suffix is '\.txt'"):
        write_recording(recording, file)
