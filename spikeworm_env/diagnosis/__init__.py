"""What this installation has and lacks: one file a check, found by its ``CHECK``.

``spikeworm doctor`` prints all of them. A check changes nothing; files that it writes are removed again.
"""

from __future__ import annotations

from spikeworm_env.diagnosis._check import Check, Finding, State
from spikeworm_env.registry import Registry

__all__ = ["CHECKS", "Check", "Finding", "State", "findings"]

CHECKS: Registry[Check] = Registry(__name__, "CHECK", kind="check", of=Check, order=lambda check: check.order)


def findings() -> list[Finding]:
    """The findings of all checks, in their order; a check that itself fails is a finding too."""
    return [finding for check in CHECKS.values() for finding in check.findings()]
