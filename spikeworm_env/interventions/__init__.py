"""Interventions: what an experimenter does to a brain during a trial, as immutable values. One file each.

A file here that declares ``INTERVENTION``, a class, is found by the class's ``name``, its ``kind`` in JSON.
`protocol_of` reads a protocol, several interventions with their times, from a file, a list or a dict;
`Armed` carries it out on a living brain. Times are seconds since the reset that begins an episode.
"""

from __future__ import annotations

from spikeworm_env.interventions._intervention import Intervention
from spikeworm_env.registry import Registry

__all__ = ["INTERVENTIONS", "Intervention"]

INTERVENTIONS: Registry[type[Intervention]] = Registry(__name__, "INTERVENTION", kind="intervention", of=type)
