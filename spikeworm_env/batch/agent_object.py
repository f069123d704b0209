"""An agent in memory as bytes, so that every process and every trial gets a copy of its own."""

from __future__ import annotations

import hashlib
import inspect
import pickle
from pathlib import Path
from typing import Any

import cloudpickle

from spikeworm_env.agents.protocol import Agent
from spikeworm_env.errors import InputError, reason


def packed(agent: Agent) -> bytes:
    """An agent with its present state, as `unpacked` takes it; classes of a script or notebook among it.

    Raises:
        InputError: something in it can be neither copied nor sent to another process.
    """
    try:
        content = cloudpickle.dumps(agent)
        pickle.loads(content)
    except Exception as error:  # whatever the methods of its parts raise
        raise InputError(
            f"agent {agent.name} cannot be copied into other processes: {reason(error)}"
        ) from error
    return content


def unpacked(content: bytes) -> Any:
    """A new copy of the agent."""
    return pickle.loads(content)


def digest_of(agent: Agent, content: bytes) -> str:
    """SHA-256 of an agent's state and of the file that its class is in."""
    digest = hashlib.sha256(content)
    module = inspect.getmodule(type(agent))
    file = getattr(module, "__file__", None)
    if file is not None and getattr(module, "__name__", "") != "__main__":  # that one is in the content
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()
