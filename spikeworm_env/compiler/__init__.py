"""The compiler: from blocks and a recipe, JSON both, to a compiled brain.

It knows the engine and no other part of the project. The forms of the files are in ``block_schema.py`` and
``recipe_schema.py``; what they must fulfil beyond their form in ``block_check.py`` and ``recipe_check.py``.
"""

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.compile import compile_recipe
from spikeworm_env.compiler.summary import summary

__all__ = ["CompiledBrain", "compile_recipe", "summary"]
