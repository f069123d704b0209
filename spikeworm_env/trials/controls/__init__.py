"""Controls of a comparison: one file each, found by its ``CONTROL``.

A row AGENT:CONTROL, its keys ``p_vs_CONTROL``, ``dz_vs_CONTROL`` and ``improvement_vs_CONTROL``, its columns
and the help of ``--controls`` follow from the declaration. The controls of training, in
``experiments.learning.conditions``, have the same names where they mean the same: no_learning, no_reward.
"""

from __future__ import annotations

from spikeworm_env.registry import Registry
from spikeworm_env.trials.controls._control import Control

__all__ = ["CONTROLS", "Control"]

CONTROLS: Registry[Control] = Registry(
    __name__, "CONTROL", kind="control", of=Control, order=lambda control: control.order
)
