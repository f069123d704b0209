"""Wrong or contradictory declarations of a synapse type are refused, and no other code knows its names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import spikeworm_env
from spikeworm_env.engine.synapse_records import parameter_records, synapse_dtype
from spikeworm_env.engine.synapses import SYNAPSE_TYPES, resolve_parameters
from spikeworm_env.engine.synapses._checks import PARAMETER_FIELDS, SYNAPSE_FIELDS
from spikeworm_env.errors import InputError

START = '''"""toy: a type."""
from spikeworm_env.engine.synapses import Parameter, Pruning

TIME = Parameter(10.0, "ms", 0.1, 1e6, "a time constant")
SHARE = Parameter(0.5, "1", 0.0, 1.0, "a share")
LEAST, MOST = (Parameter(x, "model current", -50.0, 50.0, "a bound") for x in (0.0, 5.0))
'''
ON_PRE = "def on_pre(syn, p, context):\n    return syn.w\n"
CURRENT = "def current(w, p, v_source, v_target):\n    return w\n"
BOUNDS = 'PARAMETERS = {"rate": SHARE, "least": LEAST, "most": MOST}\nBOUNDS = ("least", "most")\n'
PRUNES = 'PERSISTENT = ("kept", "hits", "tries")\nSTATE = {"kept": 1, "hits": 0, "tries": 0}\n'

RIGHT = {
    "spikes alone": ON_PRE,
    "annotated arguments": "def on_pre(syn: object, p: object, context: object) -> float:\n    return 1.0\n",
    "bounds without learning": BOUNDS + ON_PRE,
    "learning": BOUNDS + 'LEARNING_RATE = "rate"\n' + ON_PRE,
    "a time constant": 'PARAMETERS = {"tau": TIME}\nDECAY_TABLES = {"fade": "tau"}\nSTATE = {"x": 0.0}\n'
    + "def decay(syn, p, ticks):\n    syn.x *= p.fade[ticks]\n"
    + ON_PRE,
    "pruning": PRUNES
    + 'PARAMETERS = {"cut": SHARE}\nPRUNES = Pruning("kept", "cut", ("hits", "tries"), lambda a, b: a)\n'
    + ON_PRE,
    "continuous": 'PARAMETERS = {"share": SHARE}\nCONTINUOUS = True\n' + CURRENT,
}
WRONG = {
    "parameters": ("PARAMETERS = 3\n" + ON_PRE, "PARAMETERS is 3; expected values by name"),
    "a parameter": (
        'PARAMETERS = {"x": 1.0}\n' + ON_PRE,
        "PARAMETERS: x is 1.0; expected a Parameter",
    ),
    "a default": (
        'PARAMETERS = {"x": Parameter(2.0, "1", 0.0, 1.0, "x")}\n' + ON_PRE,
        "PARAMETERS: x: default is 2.0; expected a number from 0 to 1",
    ),
    "choices": (
        'PARAMETERS = {"x": Parameter(0, "choice", 0, 5, "x", choices=("a", "b"))}\n' + ON_PRE,
        "PARAMETERS: x: range 0 to 5; expected 0 to 1, the choices",
    ),
    "a name": ('STATE = {"two words": 0}\n' + ON_PRE, "STATE: 'two words' is no name"),
    "a keyword": ('PARAMETERS = {"lambda": SHARE}\n' + ON_PRE, "PARAMETERS: 'lambda' is no name"),
    "a reserved state": ('STATE = {"w": 0.0}\n' + ON_PRE, "STATE: name 'w' is taken"),
    "a table like a parameter": (
        'PARAMETERS = {"tau": TIME}\nDECAY_TABLES = {"tau": "tau"}\n' + ON_PRE,
        "DECAY_TABLES: name 'tau' is taken",
    ),
    "a state like a parameter": (
        'PARAMETERS = {"x": SHARE}\nSTATE = {"x": 0.0}\n' + ON_PRE,
        "STATE: 'x' is also a parameter",
    ),
    "a start": ('STATE = {"x": True}\n' + ON_PRE, "STATE: x starts at True; expected a number within"),
    "persistent": (
        'STATE = {"count": 0}\nPERSISTENT = ("cuont",)\n' + ON_PRE,
        "PERSISTENT: 'cuont' is no state; did you mean 'count'",
    ),
    "a persistent float": (
        'STATE = {"x": 0.5}\nPERSISTENT = ("x",)\n' + ON_PRE,
        "PERSISTENT: x starts at 0.5; expected a whole number",
    ),
    "one persistent text": (
        'STATE = {"x": 0}\nPERSISTENT = "x"\n' + ON_PRE,
        "PERSISTENT is 'x'; expected a tuple of names",
    ),
    "a time constant": (
        'PARAMETERS = {"tau": SHARE}\nDECAY_TABLES = {"fade": "tau"}\n' + ON_PRE,
        "DECAY_TABLES: fade: tau is no time constant",
    ),
    "a time constant's name": (
        'PARAMETERS = {"tau": TIME}\nDECAY_TABLES = {"fade": "tua"}\n' + ON_PRE,
        "DECAY_TABLES: fade: 'tua' is no parameter; did you mean 'tau'",
    ),
    "tables without decay": (
        'PARAMETERS = {"tau": TIME}\nDECAY_TABLES = {"fade": "tau"}\n' + ON_PRE,
        "DECAY_TABLES: there is no rule decay",
    ),
    "decay of nothing": ("def decay(syn, p, ticks):\n    pass\n" + ON_PRE, "decay: there is no STATE"),
    "arguments": (
        "def on_pre(p, syn, context):\n    return 1.0\n",
        r"on_pre has the arguments \(p, syn, context\); expected \(syn, p, context\)",
    ),
    "a default argument": (
        "def on_pre(syn, p, context=None):\n    return 1.0\n",
        "on_pre has the arguments .*; expected .*, without defaults",
    ),
    "a rule that is no function": ("on_pre = 3\n", "on_pre is 3; expected a plain function"),
    "a misspelt rule": (
        ON_PRE + "def on_rewrad(syn, p, reward):\n    pass\n",
        "on_rewrad is no rule; did you mean 'on_reward'",
    ),
    "no rule": ("", "on_pre: the rule is missing"),
    "a learning rate": (
        BOUNDS + 'LEARNING_RATE = "rat"\n' + ON_PRE,
        "LEARNING_RATE: 'rat' is no parameter; did you mean 'rate'",
    ),
    "a learning rate of another form": (
        BOUNDS + "LEARNING_RATE = 0.1\n" + ON_PRE,
        "LEARNING_RATE is 0.1; expected the name of a parameter",
    ),
    "a negative learning rate": (
        BOUNDS + 'PARAMETERS["rate"] = LEAST\nLEARNING_RATE = "rate"\n' + ON_PRE,
        "LEARNING_RATE: parameter rate is at least -50; expected 0",
    ),
    "learning without bounds": (
        'PARAMETERS = {"rate": SHARE}\nLEARNING_RATE = "rate"\n' + ON_PRE,
        "LEARNING_RATE: its weights have no BOUNDS",
    ),
    "reward without a learning rate": (
        ON_PRE + "def on_reward(syn, p, reward):\n    pass\n",
        "on_reward: there is no LEARNING_RATE",
    ),
    "one bound": (BOUNDS + 'BOUNDS = ("least",)\n' + ON_PRE, r"BOUNDS is \('least',\); expected the two"),
    "bounds in the wrong order": (
        BOUNDS + 'BOUNDS = ("most", "least")\n' + ON_PRE,
        "BOUNDS: the defaults are 5 and 0; expected those of an excitatory synapse",
    ),
    "bounds without room for inhibition": (
        BOUNDS + 'PARAMETERS["least"] = SHARE\n' + ON_PRE,
        "BOUNDS: the ranges exclude the bounds of an inhibitory synapse",
    ),
    "two roles": (
        BOUNDS + 'LEARNING_RATE = NORMALIZES = "rate"\n' + ON_PRE,
        "LEARNING_RATE: parameter rate has two roles",
    ),
    "a sum without bounds": (
        'PARAMETERS = {"sum": SHARE}\nNORMALIZES = "sum"\n' + ON_PRE,
        "NORMALIZES: its weights have no BOUNDS",
    ),
    "a modulator that is no index": (
        'PARAMETERS = {"group": SHARE}\nNEEDS_MODULATOR = "group"\n' + ON_PRE,
        "NEEDS_MODULATOR: parameter group is an index; expected integer=True",
    ),
    "pruning of another form": ("PRUNES = True\n" + ON_PRE, "PRUNES is True; expected a Pruning"),
    "a mark": (
        PRUNES
        + 'PARAMETERS = {"cut": SHARE}\nPRUNES = Pruning("kpet", "cut", ("hits", "tries"), lambda a, b: a)\n'
        + ON_PRE,
        "PRUNES: 'kpet' is no persistent state; did you mean 'kept'",
    ),
    "a mark that starts at 0": (
        PRUNES
        + 'PARAMETERS = {"cut": SHARE}\nPRUNES = Pruning("hits", "cut", ("kept", "tries"), lambda a, b: a)\n'
        + ON_PRE,
        "PRUNES: hits starts at 0; expected 1",
    ),
    "information of one count": (
        PRUNES
        + 'PARAMETERS = {"cut": SHARE}\nPRUNES = Pruning("kept", "cut", ("hits", "tries"), lambda a: a)\n'
        + ON_PRE,
        "PRUNES: information is .*; expected a function of the two counts",
    ),
    "a threshold": (
        PRUNES + 'PRUNES = Pruning("kept", "cut", ("hits", "tries"), lambda a, b: a)\n' + ON_PRE,
        "PRUNES: 'cut' is no parameter",
    ),
    "continuous of another form": ("CONTINUOUS = 1\n" + CURRENT, "CONTINUOUS is 1; expected True or False"),
    "continuous without its rule": ("CONTINUOUS = True\n", "current: the rule is missing"),
    "continuous with spikes": (
        "CONTINUOUS = True\n" + CURRENT + ON_PRE,
        "on_pre: CONTINUOUS is True; expected no rule but current",
    ),
    "continuous with state": (
        'CONTINUOUS = True\nSTATE = {"x": 0.0}\n' + CURRENT,
        "STATE: CONTINUOUS is True; expected none",
    ),
    "continuous with learning": (
        BOUNDS + "CONTINUOUS = True\n" + CURRENT,
        "BOUNDS: CONTINUOUS is True; expected none",
    ),
    "symmetric spikes": ("SYMMETRIC = True\n" + ON_PRE, "SYMMETRIC: it is not CONTINUOUS"),
    "current with spikes": (ON_PRE + CURRENT, "current: it is the rule of CONTINUOUS types"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_declaration_is_a_type(case, tmp_path):
    (tmp_path / "toy.py").write_text(START + RIGHT[case])
    with SYNAPSE_TYPES.including(tmp_path):
        values = resolve_parameters("toy", -1.0)
        assert set(values) == set(SYNAPSE_TYPES["toy"].parameters)
    assert "toy" not in SYNAPSE_TYPES


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_declaration_is_an_error_that_names_file_and_field(case, tmp_path):
    text, message = WRONG[case]
    (tmp_path / "toy.py").write_text(START + text)
    refused = pytest.raises(InputError, match=rf"^synapse type toy\.py: {message}")
    with refused, SYNAPSE_TYPES.including(tmp_path):
        pass
    assert "toy" not in SYNAPSE_TYPES


def test_a_file_without_a_docstring_is_refused(tmp_path):
    (tmp_path / "toy.py").write_text(ON_PRE)
    refused = pytest.raises(InputError, match=r"toy\.py: the docstring is missing")
    with refused, SYNAPSE_TYPES.including(tmp_path):
        pass


def test_the_names_that_are_taken_are_those_of_compiled_records():
    kind = SYNAPSE_TYPES["plastic"]
    fields = set(synapse_dtype(kind).names) - set(kind.state)
    assert fields == set(SYNAPSE_FIELDS)
    records = parameter_records(kind, [resolve_parameters("plastic")])
    assert set(records.dtype.names) - set(kind.parameters) - set(kind.decay_tables) == set(PARAMETER_FIELDS)


# ---- no other code looks for a name ----------------------------------------------------------------------
SOURCE = Path(spikeworm_env.__file__).parent
OWN = SOURCE / "engine" / "synapses"
NAMES = {
    *SYNAPSE_TYPES,
    *(name for kind in SYNAPSE_TYPES.values() for name in (*kind.parameters, *kind.persistent)),
}
KEY, COLUMN = "key of a block or recipe", "column of the table of modulator groups"
# (file, word) → what the word means there
OTHER_MEANINGS = {
    ("baselines/ppo.py", "learning_rate"): "of PPO",
    ("compiler/block_check.py", "modulator"): KEY,
    ("compiler/compile.py", "modulator"): KEY,
    ("compiler/recipe_check.py", "modulator"): KEY,
    ("engine/active.py", "factor"): "of a drug",
    ("engine/interventions.py", "factor"): "of a scaling of weights, and of a drug",
    ("engine/lesioned.py", "learning_rate"): "capability of a type",
    ("engine/neurons/adex.py", "slope"): "parameter of the neuron",
    ("experiments/learning/training.py", "factor"): "of a scaling of weights",
    ("interventions/_fields.py", "factor"): "of a scaling of weights, and of a drug",
    ("interventions/drug.py", "factor"): "of a drug",
    ("interventions/scale.py", "factor"): "of a scaling of weights",
    ("lesions/scale_weights.py", "factor"): "of a scaling of weights",
    ("reports/figures/pruned_synapses.py", "alive"): "label of a legend",
    ("reports/figures/trained_weights.py", "alive"): "label of a legend",
    ("store/schema.py", "modulator"): COLUMN,
    ("store/table_reader.py", "modulator"): COLUMN,
}


def named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of every name in a text that is no docstring, as an attribute or keyword, or an import."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        words: list[str] = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            words = node.value.split(".") if re.fullmatch(r"[\w.]+", node.value) else []
        elif isinstance(node, ast.Attribute):
            words = [node.attr]
        elif isinstance(node, ast.keyword):
            words = [node.arg or ""]
        elif isinstance(node, ast.ImportFrom):
            words = (node.module or "").split(".")
        for word in words:
            if word in NAMES:
                yield node.lineno, word


def test_no_file_outside_the_synapses_names_a_synapse_type_or_its_parameters():
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        if OWN not in file.parents:
            path = file.relative_to(SOURCE).as_posix()
            for line, word in named(ast.parse(file.read_text(encoding="utf-8"))):
                found.setdefault((path, word), line)
    assert found.keys() == OTHER_MEANINGS.keys(), {
        f"{path}:{line} {word}" for (path, word), line in found.items() if (path, word) not in OTHER_MEANINGS
    }


def test_the_search_finds_names_where_code_could_look_for_them():
    text = '"""plastic"""\nfrom a.plastic import b\nx["w_min"]\ny = "synapses.gated"\nf(softness=z.slope)\n'
    found = sorted(named(ast.parse(text)))
    assert found == [(2, "plastic"), (3, "w_min"), (4, "gated"), (5, "slope"), (5, "softness")]
