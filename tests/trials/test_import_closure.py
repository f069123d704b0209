"""The digest of code covers every file that a stored number depends on, and no other."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from spikeworm_env import resources
from spikeworm_env.batch.trial_task import TrialTask
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.experiments.ablation.assay_task import AssayTask
from spikeworm_env.experiments.learning.study_run import StudyRun
from spikeworm_env.store import save_brain
from spikeworm_env.trials import provenance
from spikeworm_env.trials.import_closure import closure
from spikeworm_env.trials.provenance import code_digest

WORKS = (TrialTask, AssayTask, StudyRun)  # what results files hold
CLOSURES = {work: closure(work.__module__, whole="spikeworm_env.trials") for work in WORKS}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, not to be left changed."""
    copy = tmp_path_factory.mktemp("elsewhere") / "site-packages" / "worm"
    return Path(shutil.copytree(resources.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__")))


def digests_of_edits(work: Callable, names: Iterable[str], tree: Path) -> list[str]:
    """The digest with a line appended to one file, for each in turn."""
    found = []
    for file in (tree / name for name in names):
        before = file.read_bytes()
        file.write_bytes(before + b"#\n")
        found.append(code_digest(work, tree))
        file.write_bytes(before)
    return found


def test_the_digest_is_the_same_wherever_the_package_is(tree: Path) -> None:
    for work in WORKS:
        assert code_digest(work, tree) == code_digest(work)


@pytest.mark.parametrize("work", WORKS)
def test_an_edit_of_any_file_of_the_closure_changes_the_digest(
    work: Callable, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = code_digest(work, tree)
    files = CLOSURES[work]
    monkeypatch.setattr(provenance, "closure", lambda *_: files)  # an added line imports nothing
    others = () if work is TrialTask else CLOSURES[TrialTask]
    digests = digests_of_edits(work, [name for name in files if name not in others], tree)
    assert len({before, *digests}) == 1 + len(digests) > 5
    assert code_digest(work, tree) == before


def test_an_edit_of_what_computes_no_stored_number_leaves_the_digest_alone(tree: Path) -> None:
    outside = [
        *("cli/commands/run.py", "rendering/worm.py", "baselines/ppo.py"),
        *("experiments/comparison/summary.py", "batch/clusters.py"),
        *("reports/report.py", "reports/html/table.py"),
    ]
    for work in WORKS:
        assert not set(outside) & set(CLOSURES[work])
    assert set(digests_of_edits(TrialTask, outside, tree)) == {code_digest(TrialTask)}


def test_every_file_of_the_trials_folder_is_in_every_digest() -> None:
    folder = resources.PACKAGE / "trials"
    files = {f"trials/{file.relative_to(folder).as_posix()}" for file in folder.rglob("*.py")}
    assert {"trials/metrics/weathervane.py", "trials/controls/blind.py", "trials/recording.py"} < files
    for work in WORKS:
        assert files < set(CLOSURES[work])


def test_a_new_metric_changes_the_digest(tree: Path) -> None:
    before, added = code_digest(TrialTask, tree), tree / "trials" / "metrics" / "path_length.py"
    added.write_text("import spikeworm_env.statistics\n", encoding="utf-8")
    assert code_digest(TrialTask, tree) != before
    added.unlink()
    assert code_digest(TrialTask, tree) == before


def test_what_computes_a_stored_number_is_in_the_closure() -> None:
    everywhere = ("trials/run", "trials/task", "trials/kinematics", "batch/participants")
    ablation, learning = "experiments/ablation", "experiments/learning"
    named = {
        TrialTask: ("batch/trial_task",),
        AssayTask: (
            *("trials/kinematics", "lesions/__init__", "lesions/component"),
            *(f"{ablation}/{part}" for part in ("assay_task", "assays/_track", "assays/touch")),
        ),
        StudyRun: tuple(
            f"{learning}/{part}"
            for part in ("study_run", "training_loop", "learner", "weight_changes", "conditions")
        ),
    }
    for work, parts in named.items():
        assert {f"{part}.py" for part in (*everywhere, *parts)} < set(CLOSURES[work])
        assert {"agents/policies/linear.npz", "world/body.py", "engine/tick.py"} < set(CLOSURES[work])


def test_names_and_ends_of_files_are_part_of_the_digest(tmp_path: Path) -> None:
    def digest(**contents: str) -> str:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}" / "batch"
        folder.mkdir(parents=True)
        always = {"../__init__": "", "__init__": "", "trial_task": "from . import a, b, c"}
        for name, content in (always | contents).items():
            (folder / f"{name}.py").write_bytes(content.encode())
        return code_digest(TrialTask, folder.parent)

    first = digest(a="x\n", b="y\n")
    others = [digest(a="y\n", b="x\n"), digest(a="x\ny\n", b=""), digest(a="x\r\n", b="y\n")]
    assert len({first, *others, digest(a="x\n", c="y\n")}) == 5
    assert digest(a="x\n", b="y\n") == first


def test_the_digest_does_not_depend_on_the_order_of_the_file_system(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, walk = [code_digest(work, tree) for work in WORKS], os.walk

    def backwards(top: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        yield from reversed([(folder, there, names[::-1]) for folder, there, names in walk(top)])

    monkeypatch.setattr(os, "walk", backwards)
    assert [code_digest(work, tree) for work in WORKS] == expected
    for files in CLOSURES.values():
        assert list(files) == sorted(files)


HOUSE = {
    "__init__.py": "from spikeworm_env import errors\n_HOMES = {'compare': 'spikeworm_env.reports.html'}",
    "errors.py": "",
    "batch/__init__.py": "",
    "batch/trial_task.py": """
from typing import TYPE_CHECKING
import numpy, spikeworm_env.world.body
from spikeworm_env.agents import find_agent
from .near import (thing)
if TYPE_CHECKING:
    from spikeworm_env.typing_only import Kind
else:
    from spikeworm_env import not_typing
class Task:
    def run(self):
        try:
            from spikeworm_env.kernels.binding import bind
        except ImportError:
            with open("x"):
                import spikeworm_env.handled
        match self:
            case 1:
                from spikeworm_env import matched
        from spikeworm_env.rendering.worm import draw
        from spikeworm_env.rendering import window
""",
    "batch/near.py": "from .. import up\nfrom spikeworm_env.rendering.options import Look",
    "reports/html.py": "",
    "up.py": "",
    "agents/__init__.py": """
import importlib
for file in folder.glob("*.py"):
    importlib.import_module(f"{__name__}.{file.stem}")
entry_point = f"{__name__}.inner.deep:{name}"
from spikeworm_env.agents.controls import CONTROLS
messages = f"{__name__} has {name}", f"module {__name__}.{name} is {__name__!r}: {__name__}"
""",
    "agents/oracle.py": "import spikeworm_env.agents",
    "agents/policies/trained.npz": "",
    "agents/inner/__init__.py": "",
    "agents/inner/deep.py": "",
    "agents/inner/else.py": "",
    "agents/controls/__init__.py": "CONTROLS = Registry(__name__, 'CONTROL', kind='control')",
    "agents/controls/blind.py": "import spikeworm_env.by_a_member",
    "by_a_member.py": "",
    "kernels/__init__.py": "",
    "kernels/binding.py": "",
    "kernels/tables/sines.npz": "",
    "world/__init__.py": "",
    "world/body.py": "",
    "rendering/__init__.py": "",
    "rendering/options.py": "",
    **{f"{name}.py": "" for name in ("not_typing", "handled", "matched")},
}
LEFT_OUT = (
    *("typing_only.py", "agents/other/__init__.py", "rendering/worm.py", "rendering/window.py"),
    *("reports/__init__.py", "reports/data.npz"),
)


def test_every_form_of_import_is_followed(tmp_path: Path) -> None:
    for name, content in (HOUSE | dict.fromkeys(LEFT_OUT, "")).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    expected = set(HOUSE) - {"reports/html.py", "agents/inner/else.py"}
    assert set(closure("spikeworm_env.batch.trial_task", tmp_path)) == expected


def test_modules_imported_by_name_are_named_as_the_closure_reads_them() -> None:
    """The package's own name comes first; names that it offers on demand alone are not followed."""
    for name in {name for files in CLOSURES.values() for name in files if name.endswith(".py")}:
        source = (resources.PACKAGE / name).read_text(encoding="utf-8")
        calls = ast.walk(ast.parse(source)) if "import_module(" in source else ()
        for call in (each for each in calls if isinstance(each, ast.Call)):
            if getattr(call.func, "attr", getattr(call.func, "id", "")) == "import_module":
                text = ast.unparse(call.args[0])
                on_demand = (name, text) in {
                    ("__init__.py", "_HOMES[name]"),
                    ("conveniences.py", "HOMES[name]"),  # methods that no trial calls
                }
                assert text.startswith("f'{__name__}.") or on_demand or name == "registry.py"


PROGRAM = """
import json, os, sys
from pathlib import Path

opened = set()
def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        opened.add(os.path.abspath(arguments[0]))
sys.addaudithook(hear)

def told():
    files = {str(module.__file__) for name, module in sys.modules.items() if name.startswith("spikeworm_env")}
    return {"loaded": sorted(files), "opened": sorted(opened)}

from spikeworm_env.batch.trial_task import TrialTask
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.batch.participants import resolve
from spikeworm_env.trials.task import TRIALS, environment_class

crawler, learner = sys.argv[1:]
blink = TRIALS["default"].with_changes(duration_s=0.1)
rows = resolve([crawler, "oracle", "linear"])
for (participant,) in rows.values():
    for each in (participant, participant.as_control("blind")):
        assert isinstance(TrialTask(each, blink, 7, 10).run(), TrialResult)
for trial in TRIALS.values():
    environment_class(trial.env_id)
trials = told()

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.experiments.ablation.assay_task import AssayTask
from spikeworm_env.lesions import find_lesions

(participant,) = rows[Path(crawler).stem]
lesion = find_lesions(participant.compiled(), "projections")[0]
assert AssayTask(participant, lesion, "chemotaxis", (("seconds", 0.2),), 7).run()
runs = told()

from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.study_run import StudyRun

((participant,),) = resolve([learner]).values()
assert StudyRun(participant, "reward", Plan(blink, episodes=1, tests=1)).run()
print(json.dumps([trials, runs, told()]))
"""


def test_all_that_is_loaded_and_read_is_in_the_closure(tmp_path: Path) -> None:
    brains = [tmp_path / f"{name}.db" for name in ("crawler_v1", "learner_v1")]
    for brain in brains:
        save_brain(compile_recipe(brain.stem, 1), brain)
    environment = {**os.environ, "PYTHONPATH": str(resources.CHECKOUT), "NUMBA_DISABLE_JIT": "0"}
    command = [sys.executable, "-c", PROGRAM, *map(str, brains)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    known: set[str] = set()
    for work, told in zip(WORKS, json.loads(said.stdout), strict=True):
        known |= set(CLOSURES[work])
        for what, files in told.items():
            ours = [Path(file) for file in files if Path(file).is_relative_to(resources.PACKAGE)]
            names = {file.relative_to(resources.PACKAGE).as_posix() for file in ours}
            if what == "opened":  # the kernels' caches are made of the sources
                names = {name for name in names if "__pycache__" not in name and not name.endswith(".py")}
                assert "agents/policies/linear.npz" in names
            assert names <= known
