"""How a comparison was made: command, trial, seeds, versions, hashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def setting_terms(content: Mapping[str, Any]) -> dict[str, str]:
    """Terms and descriptions of a comparison's JSON."""
    trial = {name: value for name, value in content["trial"].items() if value is not None}
    first = content["first_seed"]
    return {
        "trial": f"{trial.pop('name')}: " + _pairs(trial, " "),
        "trial seeds": f"{first} to {first + content['trials'] - 1} ({content['trials']})",
        "brain seeds": ", ".join(map(str, content["brain_seeds"])),
        "weight jitter": f"{content['weight_jitter']:g}",
        "frame skip": f"{content['frame_skip']} (ticks of 1 ms per step)",
        "resamples": f"{content['resamples']:,}",
        "versions": _pairs(content["versions"], " "),
        "code": f"SHA-256 {content['code']}",
        **{f"recipe of {name}": f"SHA-256 {content['recipes'][name]}" for name in content["brains"]},
        **{
            f"brain of {name}, seed {seed}": f"SHA-256 {digest}"
            for name, brains in content["brains"].items()
            for seed, digest in brains.items()
        },
        **{f"failure {number}": failure for number, failure in enumerate(content["failures"], start=1)},
    }


def _pairs(content: Mapping[str, Any], between: str) -> str:
    return ", ".join(
        f"{name}{between}{value:g}" if isinstance(value, float) else f"{name}{between}{value}"
        for name, value in content.items()
    )
