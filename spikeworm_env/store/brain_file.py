"""The brain file: a compiled brain in one SQLite file, readable with any SQL tool."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path

from spikeworm_env.checks import file_path
from spikeworm_env.compiler.compile import compile_recipe
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import compiled_from
from spikeworm_env.compiler.library import recipe_names
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import BrainFileError, RecipeError
from spikeworm_env.store.columns import TableReader, check_format, create_tables, write_table
from spikeworm_env.store.rows import table_columns
from spikeworm_env.store.sqlite_files import reading, replacing
from spikeworm_env.store.table_reader import read_brain

MAX_PROBLEMS = 10  # in a message


def save_brain(brain: CompiledBrain | Brain, path: str | Path) -> None:
    """Write a brain file, completely or not at all; it replaces an older file with its checkpoints.

    The same brain gives the same tables, byte for byte. A living brain is written with its present weights
    and a record of what changed them.

    Raises:
        InputError: the file cannot be written, and an older file stays; or a living brain was made from a
            network alone.
    """
    compiled = compiled_from(brain) if isinstance(brain, Brain) else brain
    with replacing(file_path("path", path)) as database:
        write_brain(database, compiled)


def write_brain(database: sqlite3.Connection, compiled: CompiledBrain) -> None:
    """Create all tables in an empty database and fill those of the brain."""
    create_tables(database)
    for table, columns in table_columns(compiled).items():
        write_table(database, table, columns)


def load_brain(path: str | Path) -> CompiledBrain:
    """Read a brain file, with checks of all its contents. The file is not changed.

    Args:
        path: of a brain file; or the name of a shipped recipe, which is compiled with seed 42.

    Raises:
        BrainFileError: there is no such file, it is not a brain file, it has another format version, or a
            value is missing, of the wrong type, not finite or out of range.
    """
    path = file_path("path", path)
    if str(path) in recipe_names() and not path.exists():
        return compile_recipe(path.name)
    with reading(path) as database:
        check_format(database, path)
        return brain_in(TableReader(database, path))


def load_brain_and_digest(path: str | Path) -> tuple[CompiledBrain, str]:
    """Read a brain file, and the SHA-256 of the same version of the file.

    Raises:
        BrainFileError: as `load_brain`.
    """
    path = file_path("path", path)
    if not os.path.isfile(path):
        raise BrainFileError(f"no brain file {path}")
    try:
        while True:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                compiled = load_brain(path)
                # files are replaced, never changed in place, and no other can be this one while it is open
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    return compiled, digest
    except OSError as error:
        raise BrainFileError(f"no brain file {path}: {error.strerror}") from error


def brain_in(reader: TableReader) -> CompiledBrain:
    """The brain in an open file whose format was checked.

    Raises:
        BrainFileError: as `load_brain`.
    """
    try:
        compiled = read_brain(reader)
        validate(compiled.network)
    except RecipeError as error:
        problems, more = error.problems[:MAX_PROBLEMS], len(error.problems) - MAX_PROBLEMS
        rest = f"; and {more} more" if more > 0 else ""
        raise BrainFileError(f"{reader.path}: {'; '.join(problems)}{rest}") from error
    return compiled
