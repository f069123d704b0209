"""The compiler: from blocks and a recipe, JSON both, to a compiled brain.

It imports the engine, kernels and the ground floor. ``block_schema.py`` and ``recipe_schema.py`` define the
JSON forms; ``block_check.py`` and ``recipe_check.py`` check names and sizes beyond the form.
"""

from spikeworm_env.compiler.compile import compile_recipe
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.summary import summary

__all__ = ["CompiledBrain", "compile_recipe", "summary"]
