"""Agents with a trained policy, and the policy file: a NumPy archive (.npz) without pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.array_archive import read_arrays
from spikeworm_env.checks import file_path
from spikeworm_env.errors import InputError, shown
from spikeworm_env.files import replacing
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

SHIPPED = Path(__file__).parent / "policies"
FORMAT: Final = 1
ABOUT: Final = "about"  # entry with JSON text
MAX_BYTES: Final = 10_000_000  # of the file, and unpacked

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Policy:
    """A trained policy.

    Attributes:
        kind: name of the agent that it is for.
        arrays: float32, by name.
        about: how it was trained: ``seed``, ``steps`` and ``versions`` at least.
    """

    kind: str
    arrays: Mapping[str, Array]
    about: Mapping[str, Any]


def save_policy(policy: Policy, path: Path) -> None:
    """Write a policy file, complete or not at all.

    Raises:
        InputError: it cannot be written.
    """
    text = json.dumps({"format": FORMAT, "kind": policy.kind, **policy.about})
    entries: dict[str, Any] = {ABOUT: np.array(text), **policy.arrays}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **entries)


def load_policy(path: str | Path, kind: str, shapes: Mapping[str, tuple[int, ...]]) -> Policy:
    """Read and check a policy file.

    Args:
        path: the file.
        kind: name of the agent that it must be for.
        shapes: shapes of the arrays that it must hold, by name.

    Raises:
        InputError: no such file, or not such a policy; names the file and the field.
    """
    entries = _read(Path(path))
    about = _about(path, entries.pop(ABOUT, None))
    if about["kind"] != kind:
        raise InputError(f"{path}: kind is {shown(about['kind'])}; expected {kind!r}")
    if entries.keys() != shapes.keys():
        raise InputError(f"{path}: holds {shown(sorted(entries))}; expected {', '.join(sorted(shapes))}")
    for name, shape in shapes.items():
        array = entries[name]
        if array.dtype != np.float32 or array.shape != shape:
            raise InputError(f"{path}: {name} is {array.dtype} {array.shape}; expected float32 {shape}")
        if not np.isfinite(array).all():
            raise InputError(f"{path}: {name}: holds a value that is not finite")
    provenance = {name: value for name, value in about.items() if name not in ("format", "kind")}
    return Policy(kind, {name: entries[name] for name in shapes}, provenance)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """All entries of an archive."""
    if not os.path.isfile(path):  # to open a named pipe would wait for its writer
        raise InputError(f"{path}: no such policy file")
    try:
        with path.open("rb") as file:
            archive = file.read(MAX_BYTES + 1)
        if len(archive) > MAX_BYTES:
            raise ValueError(f"it has more than {MAX_BYTES:,} bytes")
        return read_arrays(archive, MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path}: not a policy file, or damaged: {reason}") from error


def _about(path: str | Path, entry: NDArray[Any] | None) -> dict[str, Any]:
    """The provenance of a policy; format, kind, seed and steps are checked."""
    try:
        about = json.loads(str(entry))
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise InputError(f"{path}: {ABOUT}: missing, or no JSON object")
    if about.get("format") != FORMAT:
        raise InputError(f"{path}: format is {shown(about.get('format'))}; expected {FORMAT}")
    for name, expected in (("kind", str), ("seed", int), ("steps", int), ("versions", dict)):
        if not isinstance(about.get(name), expected):
            raise InputError(f"{path}: {name} is {shown(about.get(name))}; expected {expected.__name__}")
    return about


class TrainedAgent(GaitedAgent):
    """A gait agent whose policy was trained before and does not change.

    Args:
        frame_skip, acts_by: see `GaitedAgent`.
        policy: a policy, or its file, whose stem becomes the agent's name; None for the shipped policy.

    Attributes:
        kind: agent name that the policy file must have.
        shapes: shapes of the policy's arrays, by name.

    Raises:
        InputError: an option is out of range, or the file is not such a policy.
    """

    kind: ClassVar[str]
    shapes: ClassVar[Mapping[str, tuple[int, ...]]]

    def __init__(
        self,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        acts_by: str = ActsBy.MUSCLES,
        policy: str | Path | Policy | None = None,
    ) -> None:
        super().__init__(frame_skip, acts_by)
        if not isinstance(policy, Policy):
            file = self.shipped() if policy is None else file_path("policy", policy)
            if policy is not None:
                self.name = file.stem
            policy = load_policy(file, self.kind, self.shapes)
        self.policy = policy

    @classmethod
    def shipped(cls) -> Path:
        """The policy file that comes with the package."""
        return SHIPPED / f"{cls.kind}.npz"
