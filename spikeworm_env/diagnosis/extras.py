"""Check: the optional packages, and what each extra is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spikeworm_env.diagnosis._check import Check, State
from spikeworm_env.diagnosis._requirements import DISTRIBUTION, fits, requirements

PURPOSES: Final = {
    "video": "videos as MP4; they are GIFs without it",
    "report": "figures as PNG: circuits, paths, learning curves",
    "pandas": "results as pandas frames",
    "neuro": "recordings and networks as NWB and HDF5",
    "neo": "recordings as segments of Neo, for Elephant",
    "notebook": "the notebooks of the gallery in Jupyter",
    "rl": "training of linear and ppo, and the examples with stable-baselines3",
    "rl-test": "tests with TorchRL, Tianshou and Minari",
    "cluster": "workers on Dask and Ray clusters",
    "benchmark": "benchmarks against other environments",
    "peer": "the agent elegansbot in benchmarks",
    "references": "tests against NEST, Brian2 and libsonata",
    "docs": "the site",
    "test": "the tests",
}


def look() -> Iterator[tuple[str, State, str, str]]:
    """Each extra, with the packages that it lacks."""
    for extra, required in requirements().items():
        if not extra:
            continue
        lacking = [each.name for each in required if not fits(each)]
        about = PURPOSES.get(extra, "")
        if lacking:
            detail = f"{about}; not installed or too old: {', '.join(lacking)}"
            yield extra, State.MISSING, detail, f'pip install "{DISTRIBUTION}[{extra}]"'
        else:
            yield extra, State.OK, about, ""


CHECK = Check("extras", 20, look)
