"""What every shipped block and recipe, and the schemas beside them, must fulfil."""

from __future__ import annotations

import json

import pytest

from spikeworm_env import resources
from spikeworm_env.compiler import compile_recipe, summary
from spikeworm_env.compiler.json_schemas import MODELS, schema_texts, write_schemas
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.compiler.recipe_source import read_block


@pytest.mark.parametrize("name", sorted(block_names()))
def test_every_shipped_block_is_valid(name):
    assert read_block(name).name == name


@pytest.mark.parametrize("name", sorted(recipe_names()))
def test_every_shipped_recipe_compiles_under_its_own_name(name):
    compiled = compile_recipe(name)
    assert compiled.meta.recipe_name == name
    assert compiled.network.n_neurons == summary(compiled).neurons > 0


def test_no_two_shipped_blocks_share_a_name():
    files = [
        file.stem
        for folder in resources.BLOCK_FOLDERS
        for file in (resources.shipped("blocks") / folder).glob("*.json")
    ]
    assert len(files) == len(set(files)) == len(block_names())


@pytest.mark.parametrize("file", sorted(MODELS))
def test_the_committed_schema_is_current(file):
    folder, name = file.split("/")
    text = (resources.shipped(folder) / name).read_text(encoding="utf-8")
    assert text == schema_texts()[file], "run spikeworm_env.compiler.json_schemas.write_schemas()"


def test_schemas_are_written_to_their_folders(tmp_path):
    paths = write_schemas(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == list(MODELS)
    for path in paths:
        assert json.loads(path.read_text(encoding="utf-8"))["additionalProperties"] is False


def test_schemas_are_not_listed_as_recipes():
    assert not [name for name in recipe_names() if "schema" in name]
