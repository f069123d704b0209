"""The store: compiled brains and their checkpoints in SQLite files. It alone knows SQL."""

from spikeworm_env.store.brain_file import load_brain, save_brain
from spikeworm_env.store.checkpoint import checkpoint_tick, load_checkpoint, save_checkpoint

__all__ = ["checkpoint_tick", "load_brain", "load_checkpoint", "save_brain", "save_checkpoint"]
