"""The machine and the versions that figures were measured with."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from pathlib import Path

from spikeworm_env.trials.provenance import code_digest, versions
from spikeworm_env.trials.run import run_trial


def cpu_model() -> str:
    """The processor's name as the system reports it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def load() -> str:
    """The load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def circumstances() -> dict[str, str]:
    """Machine, load, versions, digest of the code, date and command, by name."""
    return {
        "machine": f"{cpu_model()}, {os.cpu_count()} cores, {platform.system()}",
        "load": load(),
        "versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
        "code": code_digest(run_trial),
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": " ".join(["python -m benchmarks", *sys.argv[1:]]),
    }
