from __future__ import annotations

import re
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from spikeworm_env.errors import InputError, SpikeWormError
from spikeworm_env.rendering import mp4, video
from spikeworm_env.rendering.video import open_video, video_path

BACKGROUND = (20, 30, 40)


def moving_square(count, width=96, height=64):
    """Frames with a square that moves and, half way, turns to a colour that was never there."""
    frames = []
    for index in range(count):
        frame = np.full((height, width, 3), BACKGROUND, dtype=np.uint8)
        colour = (240, 240, 240) if index < count // 2 else (250, 120, 10)
        frame[20:40, 2 * index : 2 * index + 16] = colour
        frames.append(frame)
    return frames


@pytest.fixture
def without_ffmpeg(monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)  # importing it fails


def gif_frames(path):
    with Image.open(path) as animation:
        frames, durations_ms = [], []
        for index in range(animation.n_frames):
            animation.seek(index)
            frames.append(np.asarray(animation.convert("RGB")).astype(int))
            durations_ms.append(animation.info["duration"])
        return frames, durations_ms, animation.info["loop"]


@pytest.fixture
def needs_ffmpeg():
    pytest.importorskip("imageio_ffmpeg")


def mp4_frames(path):
    """Frames (n, height, width, 3) and frames per second, by ffmpeg's own account."""
    command = [mp4.ffmpeg(), "-nostdin", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    messages = done.stderr.decode()
    width, height = (int(side) for side in re.search(r"Video: h264.*?, (\d+)x(\d+)", messages).groups())
    frames = np.frombuffer(done.stdout, dtype=np.uint8).reshape(-1, height, width, 3)
    return frames.astype(int), float(re.search(r"([\d.]+) fps", messages).group(1))


@pytest.mark.usefixtures("needs_ffmpeg")
def test_an_mp4_holds_every_frame_in_its_size_and_at_its_rate(tmp_path, capfd):
    frames = moving_square(24)
    with open_video(tmp_path / "trial.mp4", (96, 64), fps=12) as video_recorder:
        for frame in frames:
            video_recorder.add(frame)
    assert (video_recorder.path, video_recorder.frames) == (tmp_path / "trial.mp4", 24)
    assert [entry.name for entry in tmp_path.iterdir()] == ["trial.mp4"]
    assert capfd.readouterr() == ("", "")
    seen, fps = mp4_frames(video_recorder.path)
    assert seen.shape == (24, 64, 96, 3)
    assert fps == 12
    for frame, decoded in zip(frames, seen, strict=True):
        assert np.abs(frame - decoded).mean() < 5


@pytest.mark.usefixtures("needs_ffmpeg")
def test_an_mp4_of_odd_size_gets_one_more_row_and_column(tmp_path):
    with open_video(tmp_path / "odd.mp4", (97, 65), fps=10) as video_recorder:
        video_recorder.add(np.full((65, 97, 3), 90, dtype=np.uint8))
    seen, _ = mp4_frames(video_recorder.path)
    assert seen.shape == (1, 66, 98, 3)
    assert np.abs(seen[0, :64, :96] - 90).max() < 8


@pytest.mark.usefixtures("without_ffmpeg")
def test_without_ffmpeg_a_gif_is_written(tmp_path, capfd):
    frames = moving_square(10)
    with open_video(tmp_path / "trial.mp4", (96, 64), fps=10) as video_recorder:
        for frame in frames:
            video_recorder.add(frame)
    assert video_recorder.path == tmp_path / "trial.gif"
    assert [entry.name for entry in tmp_path.iterdir()] == ["trial.gif"]
    assert capfd.readouterr() == ("", "")
    seen, durations_ms, loop = gif_frames(video_recorder.path)
    assert len(seen) == 10
    assert durations_ms == [100] * 10
    assert loop == 0
    for frame, decoded in zip(frames, seen, strict=True):
        still = (frame == BACKGROUND).all(axis=2)
        np.testing.assert_array_equal(decoded[still], frame[still])
        assert np.abs(decoded - frame).max() <= 43  # half a step of the coarse cube


def test_a_gif_keeps_its_speed_when_it_drops_frames(tmp_path):
    with open_video(tmp_path / "fast.gif", 64, fps=30) as video_recorder:
        for level in range(60):
            video_recorder.add(np.full((64, 64, 3), 4 * level, dtype=np.uint8))
    frames, durations_ms, _ = gif_frames(video_recorder.path)
    assert video_recorder.frames == 60
    assert len(frames) == 30
    assert sum(durations_ms) == 2000


def test_a_large_gif_is_reduced_by_a_whole_factor(tmp_path):
    with open_video(tmp_path / "large.gif", (1000, 500), fps=5) as video_recorder:
        video_recorder.add(np.zeros((500, 1000, 3), dtype=np.uint8))
    with Image.open(video_recorder.path) as animation:
        assert animation.size == (334, 167)


def test_a_frame_without_changes_adds_few_bytes_to_a_gif(tmp_path):
    frame = np.random.default_rng(0).integers(0, 255, (200, 200, 3)).astype(np.uint8)
    sizes = []
    for count in (1, 50):
        with open_video(tmp_path / "still.gif", 200, fps=10) as video_recorder:
            for _ in range(count):
                video_recorder.add(frame)
        sizes.append(video_recorder.path.stat().st_size)
    assert sizes[1] - sizes[0] < 49 * 40
    assert len(gif_frames(video_recorder.path)[0]) == 50


@pytest.mark.parametrize("ending", ["mp4", "gif"])
def test_no_frame_stays_in_memory(tmp_path, ending):
    if ending == "mp4":
        pytest.importorskip("imageio_ffmpeg")
    frame = np.zeros((320, 320, 3), dtype=np.uint8)
    tracemalloc.start()
    try:
        with open_video(tmp_path / f"long.{ending}", 320, fps=10) as video_recorder:
            for level in range(80):
                video_recorder.add(frame + np.uint8(level))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * frame.nbytes


@pytest.mark.parametrize("ending", ["mp4", "gif"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, ending, capfd):
    if ending == "mp4":
        pytest.importorskip("imageio_ffmpeg")
    target = tmp_path / f"trial.{ending}"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), open_video(target, 64, fps=10) as video_recorder:
        video_recorder.add(np.zeros((64, 64, 3), dtype=np.uint8))
        raise KeyboardInterrupt
    assert [entry.name for entry in tmp_path.iterdir()] == [target.name]
    assert target.read_bytes() == b"old"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("ending", ["mp4", "gif"])
def test_a_video_without_frames_is_refused(tmp_path, ending):
    if ending == "mp4":
        pytest.importorskip("imageio_ffmpeg")
    with (
        pytest.raises(InputError, match="expected at least one"),
        open_video(tmp_path / f"none.{ending}", 64, fps=10),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_an_encoder_that_fails_is_named_and_leaves_nothing(tmp_path, monkeypatch):
    # Python does not know ffmpeg's options: it stops at once and complains
    monkeypatch.setattr(video, "find_encoder", lambda: mp4.Encoder(sys.executable, mp4.X264))
    with (
        pytest.raises(SpikeWormError, match=r"ffmpeg could not write the video: .*-h"),
        open_video(tmp_path / "trial.mp4", 640, fps=10) as video_recorder,
    ):
        for _ in range(20):
            video_recorder.add(np.zeros((640, 640, 3), dtype=np.uint8))
    assert not list(tmp_path.iterdir())


def test_an_encoder_that_cannot_start_is_named_and_leaves_nothing(tmp_path, monkeypatch):
    nothing = mp4.Encoder(str(tmp_path / "nothing_here"), mp4.X264)
    monkeypatch.setattr(video, "find_encoder", lambda: nothing)
    with (
        pytest.raises(SpikeWormError, match="could not be started"),
        open_video(tmp_path / "trial.mp4", 64, fps=10),
    ):
        pass
    assert not list(tmp_path.iterdir())


def script(path, text):
    """An executable that stands in for ffmpeg."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="scripts of a Unix shell")
@pytest.mark.parametrize("kind", ["missing", "not executable", "refuses every encoder"])
def test_an_ffmpeg_that_cannot_write_h264_gives_a_gif(tmp_path, monkeypatch, kind):
    made = tmp_path / "ffmpeg"
    if kind == "not executable":
        made.write_bytes(b"\x00\x01")
    elif kind == "refuses every encoder":
        script(made, 'echo "Unknown encoder" >&2; exit 1')
    monkeypatch.setattr(mp4, "ffmpeg", lambda: str(made))
    assert mp4.find_encoder() is None
    with open_video(tmp_path / "trial", (96, 64), fps=10) as video_recorder:
        for frame in moving_square(4):
            video_recorder.add(frame)
    assert video_recorder.path == tmp_path / "trial.gif"
    assert len(gif_frames(video_recorder.path)[0]) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="scripts of a Unix shell")
@pytest.mark.usefixtures("needs_ffmpeg")
def test_without_x264_the_next_encoder_writes_the_mp4(tmp_path, monkeypatch):
    real = mp4.ffmpeg()
    if not mp4._works(real, mp4.ENCODERS[1]):
        pytest.skip("this ffmpeg has no second encoder")
    refuse = 'case "$*" in *libx264*) echo "Unknown encoder libx264" >&2; exit 1;; esac'
    without = script(tmp_path / "ffmpeg", f'{refuse}\nexec "{real}" "$@"')
    monkeypatch.setattr(mp4, "ffmpeg", lambda: without)
    assert mp4.find_encoder() == mp4.Encoder(without, mp4.ENCODERS[1])
    frames = moving_square(12)
    with open_video(tmp_path / "trial", (96, 64), fps=12) as video_recorder:
        for frame in frames:
            video_recorder.add(frame)
    seen, fps = mp4_frames(video_recorder.path)
    assert (video_recorder.path.name, seen.shape, fps) == ("trial.mp4", (12, 64, 96, 3), 12)
    for frame, decoded in zip(frames, seen, strict=True):
        assert np.abs(frame - decoded).mean() < 8


@pytest.mark.usefixtures("needs_ffmpeg")
def test_an_mp4_that_ends_within_a_frame_keeps_the_frames_before(tmp_path):
    frames = moving_square(6)
    with mp4.open_mp4(tmp_path / "part.mp4", (96, 64), 12, mp4.find_encoder()) as writer:
        for frame in frames:
            writer.add(frame)
        writer.add(frames[0][:30])  # as an interrupt leaves it
    seen, _ = mp4_frames(tmp_path / "part.mp4")
    assert len(seen) == 6


@pytest.mark.parametrize(
    "frame", [np.zeros((64, 60, 3), np.uint8), np.zeros((64, 64, 3)), np.zeros((64, 64), np.uint8), None]
)
def test_a_frame_of_another_shape_or_type_is_refused(tmp_path, frame):
    with (
        pytest.raises(InputError, match="frame is "),
        open_video(tmp_path / "a.gif", 64, 10) as video_recorder,
    ):
        video_recorder.add(frame)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "size", "fps"),
    [
        ("a.avi", 64, 10),
        ("a.gif", 1, 10),
        ("a.gif", 64, 0),
        ("a.gif", 64, float("nan")),
        ("no/a.gif", 64, 10),
    ],
)
def test_invalid_settings_are_refused(tmp_path, name, size, fps):
    with pytest.raises(InputError), open_video(tmp_path / name, size, fps):
        pass


def test_a_folder_is_not_a_video(tmp_path):
    (tmp_path / "a.gif").mkdir()
    with pytest.raises(InputError, match="folder"), open_video(tmp_path / "a.gif", 64, 10):
        pass


def test_the_ending_follows_what_is_installed(monkeypatch):
    monkeypatch.setattr(video, "find_encoder", lambda: mp4.Encoder("ffmpeg", mp4.X264))
    assert [str(video_path(name)) for name in ("a", "a.mp4", "a.gif")] == ["a.mp4", "a.mp4", "a.gif"]
    monkeypatch.setattr(video, "find_encoder", lambda: None)
    assert [str(video_path(name)) for name in ("a", "a.mp4", "a.gif")] == ["a.gif"] * 3


def test_an_ffmpeg_package_without_a_binary_counts_as_none(monkeypatch):
    class Package:
        @staticmethod
        def get_ffmpeg_exe():
            raise RuntimeError("no ffmpeg exe could be found")

    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", Package)
    assert mp4.ffmpeg() is None
