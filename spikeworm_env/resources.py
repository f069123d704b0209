"""Folders of blocks, recipes and compiled brains, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from spikeworm_env.errors import InputError

BLOCK_FOLDERS = ("components", "sub_components")  # of ``blocks``
SCHEMA_SUFFIX = ".schema.json"
PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent


def shipped(folder: str) -> Path:
    """The folder ``blocks`` or ``recipes``: inside the package (wheel), else beside it (checkout)."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else CHECKOUT / folder


def json_files(folder: Path) -> dict[str, Path]:
    """Name → file of every recipe or block in a folder, without JSON Schemas; none if it is absent."""
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return {file.stem: file for file in files if not file.name.endswith(SCHEMA_SUFFIX)}


def is_checkout() -> bool:
    """Whether the package runs from a checkout of the project rather than from a wheel."""
    return not (PACKAGE / "recipes").is_dir() and (CHECKOUT / "pyproject.toml").is_file()


def brain_cache() -> Path:
    """The folder of compiled brains: ``brains/zoo`` in a checkout, otherwise in the user's data folder.

    Raises:
        InputError: the user has no data folder.
    """
    if is_checkout():
        return CHECKOUT / "brains" / "zoo"
    from platformdirs import user_data_path

    folder = user_data_path("spikeworm", appauthor=False)
    if not folder.is_absolute():  # "~/…" without a home folder; XDG_DATA_HOME must be absolute too
        raise InputError(f"the user's data folder is {str(folder)!r}; expected an absolute path in HOME")
    return folder / "brains" / "zoo"
