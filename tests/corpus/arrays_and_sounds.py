"""Hostile policies and sounds."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus._input import (
    LOADS,
    Bases,
    Input,
    bytes_file,
    edited_bytes,
    folder_instead,
    pipe_instead,
    sparse_file,
)
from tests.corpus.brains import archive, array, bomb, damaged_deflate


def policy(name: str, words: str | None, change: Callable[[dict[str, Any]], Any]) -> Input:
    """The shipped policy with its entries changed."""

    def make(bases: Bases, folder: Path) -> Path:
        with np.load(bases["policy"]) as known:
            entries = dict(known)
        change(entries)
        buffer = io.BytesIO()
        np.savez(buffer, **entries)
        return bytes_file(buffer.getvalue(), "policy.npz")(bases, folder)

    return Input("policy", name, words, make)


def policy_bytes(name: str, content: Callable[[], bytes]) -> Input:
    return Input("policy", name, "policy.npz", bytes_file(content(), "policy.npz"))


def about(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(entries: dict[str, Any]) -> None:
        entries["about"] = np.array(json.dumps({**json.loads(str(entries["about"])), **changes}))

    return change


def weights(change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def changed(entries: dict[str, Any]) -> None:
        name = next(name for name in entries if name != "about")
        entries[name] = change(entries[name])

    return changed


def sound(name: str, words: str | None, make: Callable[[Bases, Path], Path]) -> Input:
    return Input("sound", name, words, make)


def wav(data: bytes = b"\0\1" * 4000, **header: Any) -> Callable[[Bases, Path], Path]:
    """A WAV file with its header as given."""
    return bytes_file(wav_bytes(data, **header), "sound.wav")


def wav_bytes(
    data: bytes, *, kind: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16,
    size: int | None = None, riff: bytes = b"RIFF", chunk: bytes = b"data",
) -> bytes:  # fmt: skip
    """The content of a WAV file."""
    block = max(channels * bits // 8, 0)
    form = struct.pack("<HHIIHH", kind, channels, rate, min(rate * block, 2**32 - 1), block % 2**16, bits)
    size = len(data) if size is None else size
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + chunk + struct.pack("<I", size) + data
    return riff + struct.pack("<I", len(body)) + body


FLOATS = struct.pack("<4000f", *([0.5] * 4000))
NANS = struct.pack("<4000f", *([float("nan")] * 4000))

INPUTS = [
    policy("a sound policy", LOADS, lambda entries: None),
    policy("a policy of another kind", "kind", about(kind="ppo")),
    policy("a policy of another format", "format", about(format=99)),
    policy("a policy without seed", "seed", about(seed=None)),
    policy("about that is no JSON", "about", lambda entries: entries.update(about=np.array("{"))),
    policy("about nested 100,000 deep", "about", lambda entries: entries.update(about=np.array("[" * 100_000))),
    policy("about that is missing", "about", lambda entries: entries.pop("about")),
    policy("weights of NaN", "finite", weights(lambda w: w * np.float32(np.nan))),
    policy("weights of another shape", "expected", weights(lambda w: w[:1])),
    policy("weights of another type", "expected", weights(lambda w: w.astype(np.float64))),
    policy("weights of 1e38", LOADS, weights(lambda w: np.full_like(w, 3e38))),
    policy("an entry too many", "holds", lambda entries: entries.update(more=np.zeros(1))),
    policy("an entry with a name of 60,000 letters", "holds", lambda entries: entries.update({"x" * 60_000: np.zeros(1)})),
    policy("an entry whose name is two lines", "holds", lambda entries: entries.update({"a\nb": np.zeros(1)})),
    Input("policy", "a folder", "policy.npz", folder_instead("policy.npz")),
    Input("policy", "a named pipe", "policy.npz", pipe_instead("policy.npz")),
    Input("policy", "2 GB of zeros", "policy.npz", sparse_file(b"PK\3\4", "policy.npz")),
    policy_bytes("no bytes", lambda: b""),
    policy_bytes("garbage", lambda: bytes(range(256))),
    policy_bytes("objects", lambda: bytes(archive(array((1,), "'|O'") + b"cos\nsystem\n(S'true'\ntR.", "about.npy"))),
    policy_bytes("a shape of 10^12", lambda: bytes(archive(array((10**12,)), "about.npy"))),
    policy_bytes("a damaged stream", damaged_deflate),
    policy_bytes("1 GB of zeros, packed", lambda: bomb("about.npy")),
    sound("16 bits", LOADS, wav()),
    sound("8 bits", LOADS, wav(bytes([128]) * 8000, bits=8)),
    sound("24 bits", LOADS, wav(b"\0\0\1" * 4000, bits=24)),
    sound("floats", LOADS, wav(FLOATS, kind=3, bits=32)),
    sound("two channels", LOADS, wav(channels=2)),
    sound("floats of NaN", "samples", wav(NANS, kind=3, bits=32)),
    sound("2 GB of samples", "bytes", sparse_file(wav_bytes(b"", size=2**31 - 100), "sound.wav")),
    sound("25 million samples of 8 bits", "samples",
          sparse_file(wav_bytes(b"", size=25_000_000, bits=8), "sound.wav", 25_000_044)),
    sound(
        "8 minutes for a hop of 5 ms",
        "spectra",
        sparse_file(wav_bytes(b"", size=8_000_000, bits=8), "sound.wav", 8_000_044),
    ),
    sound("half a minute of 8 bits", LOADS,
          sparse_file(wav_bytes(b"", size=500_000, bits=8), "sound.wav", 500_044)),
    sound("a folder", "sound.wav", folder_instead("sound.wav")),
    sound("a named pipe", "sound.wav", pipe_instead("sound.wav")),
    sound("no bytes", "sound.wav", bytes_file(b"", "sound.wav")),
    sound("garbage", "sound.wav", bytes_file(bytes(range(256)), "sound.wav")),
    sound("no samples", "sound.wav", wav(b"")),
    sound("cut in the header", "sound.wav", edited_bytes("sound", lambda content: content[:30])),
    sound("cut in the samples", "sound.wav", edited_bytes("sound", lambda content: content[:-1000])),
    sound("4 GB announced", "sound.wav", wav(size=2**32 - 2)),
    sound("no chunk of samples", "sound.wav", wav(chunk=b"junk")),
    sound("a rate of 0", "rate", wav(rate=0)),
    sound("a rate of 2^32 - 1", "sound.wav", wav(rate=2**32 - 1)),
    sound("a rate of 1 Hz", "rate", wav(rate=1)),
    sound("no channels", "sound.wav", wav(channels=0)),
    sound("65,535 channels", "sound.wav", wav(channels=65_535)),
    sound("0 bits", "sound.wav", wav(bits=0)),
    sound("7 bits", "sound.wav", wav(bits=7)),
    sound("a codec of telephones", "sound.wav", wav(kind=7, bits=8)),
    sound("another container", "sound.wav", wav(riff=b"OggS")),
    sound("a single sample", "sample", wav(b"\0\1")),
]  # fmt: skip
