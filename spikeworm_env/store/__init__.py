"""The store: brains, checkpoints and results of trials in SQLite files; the only room with SQL."""

from spikeworm_env.store.brain_file import load_brain, load_brain_and_digest, save_brain
from spikeworm_env.store.checkpoint import checkpoint_tick, load_checkpoint, save_checkpoint
from spikeworm_env.store.lock import locked_file, locked_folder
from spikeworm_env.store.sqlite_files import BRAIN_SUFFIX, is_brain_file, is_replaceable
from spikeworm_env.store.training_file import load_training, save_training

__all__ = [
    "BRAIN_SUFFIX",
    "checkpoint_tick",
    "is_brain_file",
    "is_replaceable",
    "load_brain",
    "load_brain_and_digest",
    "load_checkpoint",
    "load_training",
    "locked_file",
    "locked_folder",
    "save_brain",
    "save_checkpoint",
    "save_training",
]
