"""JSON Schemas of blocks and recipes, for editors, generated from the pydantic models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from spikeworm_env import resources
from spikeworm_env.compiler.block_schema import Block
from spikeworm_env.compiler.recipe_schema import Recipe

MODELS: Mapping[str, type[BaseModel]] = {
    "blocks/block.schema.json": Block,
    "recipes/recipe.schema.json": Recipe,
}


def schema_texts() -> dict[str, str]:
    """File, relative to the root of the project → text of the schema."""
    return {file: _text(model) for file, model in MODELS.items()}


def write_schemas(root: Path = resources.CHECKOUT) -> list[Path]:
    """Write both schemas below ``root`` and return their paths."""
    paths = []
    for file, text in schema_texts().items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
