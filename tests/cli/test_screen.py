"""The text on the screen, character by character, for given values."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from rich.console import Console

from spikeworm_env.cli import screen
from spikeworm_env.cli.brain_tables import block_as_json, print_activity, print_block, print_brain
from spikeworm_env.cli.training_tables import Curve, gauge, print_history
from spikeworm_env.compiler.block_schema import Block
from spikeworm_env.compiler.training_record import Evaluation
from spikeworm_env.experiments.ablation.ablate import Effect
from spikeworm_env.experiments.ablation.assays._assay import Measure
from spikeworm_env.frames import figure
from spikeworm_env.reports.number_texts import with_interval
from spikeworm_env.reports.text_tables import effect_cells
from spikeworm_env.statistics import Estimate

BLOCK = Block.model_validate(
    {
        "name": "pair",
        "description": "A sentence that is longer than a line of a pipe. " * 3 + "End.",
        "neurons": [{"id": "one", "type": "RS", "count": 3}, {"id": "two", "type": "FS"}],
        "synapses": [{"from": "one", "to": "two", "type": "static", "weight": 1.0}],
        "terminals": {"inputs": {"feel": ["one", "two"]}, "outputs": {"act": ["two"]}},
    }
)


def held_out(episode: int, ci_net: float) -> Evaluation:
    """A trial of the first training with learning off."""
    return Evaluation(1, episode, "far", 90.0, 10, "{}", False, 10_000, 0.5 * ci_net, ci_net)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen of 36 columns."""
    monkeypatch.setattr(screen, "screen", lambda: Console(highlight=False, markup=False, width=36))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0.125,), "0.12"),
        ((-0.001,), "0.00"),
        ((1.5, 3), "1.500"),
        ((1.25, 1, " s"), "1.2 s"),
        ((None,), "–"),
        ((None, 3, " s"), "–"),
    ],
)
def test_a_number_has_two_digits_or_those_asked_for(arguments: tuple, text: str) -> None:
    assert figure(*arguments) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.25, 0.75, "0.50 [0.25,0.75]"), (None, 0.75, "0.50"), (0.25, None, "0.50"), (None, None, "0.50")],
)
def test_a_mean_stands_beside_its_interval(low: float | None, high: float | None, text: str) -> None:
    assert with_interval(Estimate(0.5, low, high, 0.5)) == text


def test_a_table_names_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    screen.print_table("title", ["agent", "index"], [["crawl", "0.25"], ["random", "–"]])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line] == [
        "title",
        " agent    index",
        " ──────────────",
        " crawl     0.25",
        " random       –",
    ]


def test_on_a_narrow_screen_figures_break_at_spaces_and_names_do_not(
    narrow: None, capsys: pytest.CaptureFixture[str]
) -> None:
    interval = "0.50 [0.25,0.75]"
    screen.print_table("title", ["agent", "index", "net"], [["an_agent", interval, interval]])
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()][3:]
    assert rows == [["an_agent", "0.50", "0.50"], ["[0.25,0.75]", "[0.25,0.75]"]]


def test_columns_that_do_not_fit_go_into_a_further_table(
    narrow: None, capsys: pytest.CaptureFixture[str]
) -> None:
    screen.print_table(
        "title", ["agent", "ci_time", "p\nno_learning"], [["a_name_of_twenty_one", "0.5", "1"]]
    )
    assert words_of(capsys.readouterr().out) == [
        ["title"],
        ["agent", "ci_time"],
        ["a_name_of_twenty_one", "0.5"],
        ["p"],
        ["agent", "no_learning"],
        ["a_name_of_twenty_one", "1"],
    ]


def test_rows_beside_whose_names_no_figure_fits_become_lists(
    narrow: None, capsys: pytest.CaptureFixture[str]
) -> None:
    interval = "0.50 [0.25,0.75]"
    rows = [["a_name_that_is_too_long_for_it", interval, interval], ["b", interval, ""]]
    screen.print_table("title", ["agent", "ci_time", "p\nno_learning"], rows)
    assert [line for line in capsys.readouterr().out.splitlines() if line] == [
        "title",
        "a_name_that_is_too_long_for_it",
        "  ci_time        0.50 [0.25,0.75]",
        "  p no_learning  0.50 [0.25,0.75]",
        "b",
        "  ci_time        0.50 [0.25,0.75]",
    ]


def test_a_command_can_be_typed_again(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/spikeworm", "run", "two words"])
    assert screen.command_line() == "spikeworm run 'two words'"
    assert screen.interrupted(None) == "interrupted; nothing is kept without --out"
    assert screen.interrupted(tmp_path).endswith(f"{tmp_path}; resume with: spikeworm run 'two words'")


def test_a_row_of_an_ablation_has_three_digits_and_a_p_of_two() -> None:
    effect = Effect("head", "crawl", Measure("speed", "BL/s", "how fast"), 7, 0.12345, 0.5, 0.01234, -1.5)
    row = ["crawl.speed (BL/s)", "7", "0.123", "0.500", "0.377", "0.012", "-1.50"]
    assert effect_cells(effect) == row
    unmeasured = Effect("head", "crawl", Measure("share", "", "how much"), 0, None, None, None, None)
    assert effect_cells(unmeasured) == ["crawl.share", "0", "–", "–", "–", "–", "–"]


def test_text_of_a_block(capsys: pytest.CaptureFixture[str]) -> None:
    print_block(BLOCK)
    assert capsys.readouterr().out.splitlines() == [
        f"block pair: {BLOCK.description}",
        "4 neurons: 3 RS, 1 FS",
        "synapses between: 1 static",
        "in  feel: one, two",
        "out act: two",
    ]
    assert block_as_json(BLOCK)["neuron_types"] == {"RS": 3, "FS": 1}


@pytest.mark.parametrize(
    ("value", "place"), [(-2.0, 0), (-1.0, 0), (-0.5, 3), (0.0, 7), (0.43, 10), (1.0, 14), (9.0, 14)]
)
def test_an_index_stands_in_its_place_on_the_scale(value: float, place: int) -> None:
    marks = gauge(value)
    assert (len(marks), marks.index("●")) == (15, place)


@pytest.mark.parametrize("tested", [True, False])
def test_each_episode_is_printed_once_with_its_measurements(
    tested: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    episodes = [
        SimpleNamespace(number=k, seed=40 + k, ci_net=0.5 * k, rpe_sum=-0.25, largest_change=0.0625)
        for k in (1, 2)
    ]
    tests = [held_out(*each) for each in ((0, 0.0), (1, 0.25), (1, 0.75))]
    curve, shown = Curve(tested), []
    for count in (1, 1, 2):
        curve.show(SimpleNamespace(episodes=episodes[:count], evaluations=tests if tested else []))
        shown.append(capsys.readouterr().out.splitlines())
    head = ["episode", "seed", "ci_net", "held", "out", "-1", "0", "+1", "reward", "weight", "change"]
    assert shown[0][0].split() == head
    trial = "far, 90 s".rjust(23)
    start = ["start".rjust(7) + "0.00".rjust(23) + " " + gauge(0.0).ljust(16) + trial] if tested else []
    first = ("1", "41", "0.50", "0.50", gauge(0.5)) if tested else ("1", "41", "0.50", "–", gauge(0.5))
    second = ("2", "42", "1.00", "–", gauge(None)) if tested else ("2", "42", "1.00", "–", gauge(1.0))

    def row(episode: str, seed: str, own: str, held: str, scale: str) -> str:
        return f"{episode:>7}{seed:>7}{own:>7}{held:>9} {scale:<16}{'-0.25':>9}{'0.062':>14}"

    assert shown[0][1:] == [*(line.rstrip() for line in start), row(*first)]
    assert shown[1] == []
    assert shown[2] == [row(*second)]


def words_of(text: str) -> list[list[str]]:
    """The words of each line that has any but rules."""
    return [words for line in text.splitlines() if (words := line.split()) and set(words[0]) != {"─"}]


def test_text_of_a_training(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    episode = SimpleNamespace(
        number=1, condition="reward", trial="far", seed=41, ticks=90_000, ci_time=0.25, ci_net=0.5,
        rpe_sum=-0.125, largest_change=0.0625,
    )  # fmt: skip
    part = SimpleNamespace(
        origin="a",
        synapses=7,
        initial_mean=1.0625,
        mean=2.0,
        largest_change=0.9375,
        pruned=3,
        fisher_information=0.125,
    )
    changes = "spikeworm_env.experiments.learning.weight_changes.changes_by_origin"
    monkeypatch.setattr(changes, lambda compiled: [part])
    compiled = SimpleNamespace(
        network=SimpleNamespace(experience=SimpleNamespace(age=90_500)),
        episodes=[episode],
        evaluations=[held_out(0, 0.75), held_out(1, 1.0)],
    )
    print_history(compiled)
    assert words_of(capsys.readouterr().out) == [
        ["training", "episodes:", "1,", "age", "90.5", "s"],
        [
            "episode",
            "condition",
            "trial",
            "seed",
            "ci_time",
            "ci_net",
            "held",
            "out",
            "reward",
            "weight",
            "change",
        ],
        ["start", "far,", "90", "s", "0.75"],
        ["1", "reward", "far,", "90", "s", "41", "0.25", "0.50", "1.00", "-0.12", "0.062"],
        ["plastic", "synapses:", "mean", "absolute", "weight"],
        ["origin", "synapses", "initial", "now", "largest", "change", "pruned", "Fisher", "information"],
        ["a", "7", "1.062", "2.000", "0.938", "3", "0.125"],
    ]
    compiled.network.experience = None
    print_history(compiled)
    assert capsys.readouterr().out == ""


def test_text_of_a_brain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    long = "what is too long for one line of a pipe and is not broken all the same " * 3
    balance = SimpleNamespace(
        component="head",
        excitation=1.5,
        excitatory_sources=3,
        inhibition=-0.5,
        inhibitory_sources=2,
        ratio=None,
    )
    found = SimpleNamespace(
        name="tiny", origins={"block head": 12}, balances=[balance], neurons=8, synapses=12, layers={},
        components=[
            SimpleNamespace(name="head", block="pair", layer=None, count=2, size=3),
            SimpleNamespace(name="tail", block="one", layer="motor", count=1, size=2),
        ],
        neuron_types={"RS": 6, "FS": 2}, synapse_types={"static": 12}, projection_ratio=0.125,
        sensor_rows=1, proprioception_rows=2, muscle_rows=3, warnings=[long],
    )  # fmt: skip
    monkeypatch.setattr("spikeworm_env.compiler.summary", lambda compiled: found)
    monkeypatch.setattr("spikeworm_env.compiler.edits.brain_conditions", lambda compiled: ())
    compiled = SimpleNamespace(
        meta=SimpleNamespace(seed=42, recipe_hash="0123456789abcdef"),
        network=SimpleNamespace(experience=None),
    )
    print_brain(compiled)
    text = capsys.readouterr().out
    assert words_of(text) == [
        ["brain", "tiny"],
        ["component", "block", "layer", "copies", "neurons"],
        ["head", "pair", "–", "2", "6"],
        ["tail", "one", "motor", "1", "2"],
        ["synapses", "by", "origin"],
        ["origin", "synapses"],
        ["block", "head", "12"],
        ["incoming", "chemical", "weights", "per", "neuron"],
        ["component", "excitatory", "from", "neurons", "inhibitory", "from", "neurons", "ratio"],
        ["head", "1.50", "3", "-0.50", "2", "–"],
        ["seed", "42,", "recipe", "0123456789ab"],
        ["8", "neurons:", "6", "RS,", "2", "FS"],
        ["layers:", "none"],
        ["12", "synapses:", "12", "static"],
        ["projection", "to", "proximity", "synapses:", "0.12"],
        ["connections:", "1", "from", "senses,", "2", "from", "joints,", "3", "to", "muscles"],
        f"warning: {long}".split(),
    ]


def test_activity_is_given_in_percent_and_hertz(capsys: pytest.CaptureFixture[str]) -> None:
    part = SimpleNamespace(component="head", neurons=8, active_share=0.625, mean_rate_hz=12.345)
    print_activity(None, SimpleNamespace(seconds=2.5, activity=lambda compiled: [part]))
    assert words_of(capsys.readouterr().out) == [
        ["activity", "in", "2.5", "s", "of", "the", "default", "trial"],
        ["component", "neurons", "active", "mean", "rate"],
        ["head", "8", "62%", "12.35", "Hz"],
    ]
