"""Hostile recipes and blocks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.corpus._input import (
    LOADS,
    Bases,
    Input,
    bytes_file,
    edited_bytes,
    edited_json,
    folder_instead,
    pipe_instead,
    sparse_file,
)

DEEP = 100_000
LONG = "a" * 10_000_000


def put(path: str, value: Any) -> Callable[[Any], None]:
    """Set an item of nested JSON; ``components.0.count`` is the count of the first component."""

    def edit(data: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            data = data[int(step)] if isinstance(data, list) else data[step]
        if isinstance(data, list):
            data[int(last)] = value
        else:
            data[last] = value

    return edit


def literal(path: str, text: str) -> Callable[[bytes], bytes]:
    """Set an item of nested JSON to a literal that ``json.dumps`` would not write."""

    def edit(content: bytes) -> bytes:
        data = json.loads(content)
        put(path, "@literal@")(data)
        return json.dumps(data).replace('"@literal@"', text).encode()

    return edit


def pipe_as_block(bases: Bases, folder: Path) -> Path:
    (folder / "blocks").mkdir()
    os.mkfifo(folder / "blocks" / "motor_segment.json")
    return edited_bytes("recipe", lambda content: content)(bases, folder)


def device_instead(bases: Bases, folder: Path) -> Path:
    path = folder / "recipe.json"
    path.symlink_to("/dev/zero")
    return path


def link_to_itself(bases: Bases, folder: Path) -> Path:
    path = folder / "recipe.json"
    path.symlink_to(path)
    return path


def many_keys(n: int) -> bytes:
    """An object in which the first of n keys comes again."""
    return ("{" + ",".join(f'"k{k}":1' for k in range(n)) + ',"k0":2}').encode()


def wide(n: int) -> dict[str, Any]:
    """n components of equal blocks, whose names differ in their last letters."""
    return {"components": [{"id": near_name(k), "block": "motor_segment"} for k in range(n)]}


def near_name(k: int) -> str:
    return f"{'a' * 59}{k:05d}"


def projections(n: int, source: str, target: str, **more: Any) -> dict[str, Any]:
    """n equal projections; ``{}`` in the terminals is their number."""
    every = [{"from": source.format(k), "to": target.format(k), "weight": 1.0, **more} for k in range(n)]
    return {"projections": every}


def full(name: str, words: str | None, content: dict[str, Any]) -> Input:
    """A recipe with these sections alone."""
    return raw(name, json.dumps({"name": "full", "description": "large", **content}).encode(), words)


ONE = {"components": [{"id": "a", "block": "motor_segment", "count": 4_000}]}
OUT, IN = "a.motor_out_dorsal", "a.dorsal_in"
RULE = {"probability": 1.0, "length": 1.0, "radius": 1.0, "excitatory": {"weight": 1.0}}


def missing(bases: Bases, folder: Path) -> Path:
    return folder / "recipe.json"


def recipe(name: str, words: str | None, make: Callable[[Bases, Path], Path]) -> Input:
    return Input("recipe", name, words, make)


def item(path: str, value: Any, words: str | None, name: str = "") -> Input:
    shown = value if len(str(value)) < 30 else type(value).__name__
    return recipe(name or f"{path} is {shown}", words, edited_json("recipe", put(path, value)))


def text(path: str, value: str, words: str) -> Input:
    shown = value if len(value) < 20 else f"{len(value)} digits"
    return recipe(f"{path} is the literal {shown}", words, edited_bytes("recipe", literal(path, value)))


def raw(name: str, content: bytes, words: str | None) -> Input:
    return recipe(name, words, bytes_file(content, "recipe.json"))


def block(name: str, words: str | None, edit: Callable[[Any], Any]) -> Input:
    return Input("block", name, words, edited_json("block", edit))


WEIGHT, COUNT = "projections.0.weight", "components.0.count"

INPUTS = [
    # files
    raw("empty", b"", "not JSON"),
    raw("blank", b" \n\t ", "not JSON"),
    raw("null bytes", b"\0" * 64, "not JSON"),
    raw("a number", b"3", "JSON object"),
    raw("a list", b"[]", "JSON object"),
    raw("null", b"null", "JSON object"),
    raw("an empty object", b"{}", "missing"),
    raw("nested lists", b"[" * DEEP + b"]" * DEEP, "nested too deeply"),
    raw("nested objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP, "nested too deeply"),
    raw("unclosed nesting", b"[" * DEEP, "nested too deeply"),
    raw("nesting of 200 in an object", b'{"name":' + b"[" * 200 + b"]" * 200 + b"}", "nested too deeply"),
    raw("not UTF-8", b'{"name": "\xff\xfe"}', "not UTF-8"),
    raw("a lone surrogate", b'{"name": "\\ud800"}', "name"),
    raw("an executable", b"\x7fELF\x02\x01\x01" + b"\0" * 200, "not"),
    raw("a key of 10 MB", b'{"' + LONG.encode() + b'": 1}', "MB"),
    raw("a key of 3 MB", b'{"' + LONG[:3_000_000].encode() + b'": 1}', "unknown key"),
    raw("90,000 unknown keys", json.dumps({f"k{n}": n for n in range(90_000)}).encode(), "unknown key"),
    raw("200,000 unknown keys", json.dumps({f"k{n}": n for n in range(200_000)}).encode(), "values"),
    raw("90,000 keys and one twice", many_keys(90_000), "given twice"),
    raw("300,000 keys and one twice", many_keys(300_000), "values"),
    raw("UTF-16", json.dumps({"name": "a"}).encode("utf-16"), "not UTF-8"),
    raw("UTF-32", json.dumps({"name": "a"}).encode("utf-32"), "not"),
    recipe("a byte order mark", LOADS, edited_bytes("recipe", lambda content: b"\xef\xbb\xbf" + content)),
    recipe("cut in the middle", "not JSON", edited_bytes("recipe", lambda content: content[: len(content) // 2])),
    recipe("two documents", "not JSON", edited_bytes("recipe", lambda content: content + content)),
    recipe("a missing file", "no recipe file", missing),
    recipe("a folder", "no recipe file", folder_instead("recipe.json")),
    recipe("a named pipe", "no recipe file", pipe_instead("recipe.json")),
    recipe("a device", "no recipe file", device_instead),
    recipe("a link to itself", "no recipe file", link_to_itself),
    recipe("2 GB of zeros", "MB", sparse_file(b"", "recipe.json")),
    recipe("a named pipe in the place of a block", "not a regular file", pipe_as_block),
    # numbers
    *[
        text(path, value, words)
        for path in (WEIGHT, COUNT, "noise")
        for value, words in (
            ("NaN", "NaN"),
            ("Infinity", "Infinity"),
            ("-Infinity", "Infinity"),
            ("1e400", path.rpartition(".")[2]),
            ("1" * 400, path.rpartition(".")[2]),
            ("9" * 5_000, "digits"),
        )
    ],
    item(COUNT, 10**12, "count"),
    item(COUNT, 0, "count"),
    item(COUNT, -1, "count"),
    item(COUNT, 1.5, "count"),
    item(COUNT, True, "count"),
    item(COUNT, "4", "count"),
    item(COUNT, None, "count"),
    item(COUNT, [4], "count"),
    item(WEIGHT, 1e300, "weight"),
    item(WEIGHT, "heavy", "weight"),
    item(WEIGHT, {}, "weight"),
    item("projections.0.delay", -1, "delay"),
    item("projections.0.delay", 10**9, "delay"),
    item("projections.0.delay", 0.5, "delay"),
    item("components.0.spacing", [1e300, 0, 0], "spacing"),
    item("components.0.spacing", [0, 0], "spacing"),
    item("components.0.position", [0, 0, 0, 0], "position"),
    item("background", 1e300, "background"),
    item("noise", -1.0, "noise"),
    # sizes
    full("10^12 synapses in 2,000 projections", "at most", {**ONE, **projections(2_000, OUT, IN)}),
    full("10^11 synapses by delays", "at most", {**ONE, **projections(1, OUT, IN, delays=list(range(1, 9_000)))}),
    full("10^12 synapses by proximity", "more than", {**ONE, "proximity": [{**RULE, "radius": 1e6, "length": 1e6}]}),
    full("10,000 rules of proximity", "at most 100", {**ONE, "proximity": [RULE] * 10_000}),
    full("33,000 components", "at most 10000", wide(33_000)),
    full("33,000 components of an unknown block", "at most 10000",
         {"components": [{"id": f"c{k}", "block": "motor_segmen"} for k in range(33_000)]}),
    full("600,000 components that are null", "values", {"components": [None] * 600_000}),
    full("90,000 components that are null", "at most 10000", {"components": [None] * 90_000}),
    full("10,000 projections from nowhere, among 990 near names", "did you mean",
         {**wide(990), **projections(10_000, "a" * 58 + "{:05d}x.a", "y.b")}),
    full("10,000 projections from nowhere, among 40 long names", "and at least",
         {**wide(40), **projections(10_000, "x{}.a", "y.b")}),
    full("1,000,000 neurons, which overlap", "at most",
         {"components": [{"id": f"a{k}", "block": "motor_segment", "count": 100_000} for k in range(9)]}),
    item("components.0.neurons", {f"k{n}": {} for n in range(30_000)}, "unknown neuron", "30,000 unknown neurons"),
    item("projections.0.parameters", {f"k{n}": 1.0 for n in range(90_000)}, "parameter", "90,000 parameters"),
    # names
    item("name", "", "name"),
    item("name", "../../etc", "name"),
    item("name", "a\0b", "name"),
    item("name", LONG[:3_000_000], "name"),
    item("components.0.id", "", "id"),
    item("components.0.id", "é", "id"),
    item("components.0.id", LONG[:3_000_000], "id", "an id of 3 MB"),
    item("components.1.id", "head", "head"),
    item("components.0.block", "../../recipes/minimal", "block"),
    item("components.0.block", "/etc/passwd", "block"),
    item("components.0.block", "motor_segment\0", "block"),
    item("components.0.block", "motor_segmnt", "motor_segment"),
    item("components.0.block", "recipe", "recipe"),
    item("projections.0.from", "odour", "from"),
    item("projections.0.from", "odour.nothing", "nothing"),
    item("projections.0.to", "nobody.both_in", "nobody"),
    item("projections.0.to", LONG[:3_000_000], "to", "a terminal of 3 MB"),
    item("projections.0.pattern", "spiral", "spiral"),
    item("projections.0.parameters", {"": 1.0}, "parameters"),
    item("projections.0.parameters", {"é": 1.0}, "parameters"),
    item("projections.0.parameters", {"w_max": 10**400}, "finite", "a parameter of 400 digits"),
    item("projections.0.parameters", {"\n": 1.0}, "parameters", "a parameter whose name is a new line"),
    item("projections.0", {"from": "odour.sensory_out", "to": "head.both_in", "weight": 1.0, "type": "reward_plastic", "parameters": {"w_max": LONG[:100_000]}}, "w_max", "a parameter of 100,000 characters"),
    item("components.0.neurons", {"": {"noise": 1.0}}, "neurons"),
    item("components", {}, "components"),
    item("components", [], "components"),
    item("components", [None] * 1000, "components", "1,000 nulls as components"),
    item("projections", [{"from": "odour.sensory_out"}], "missing"),
    item("receptors", [], "receptors"),
    item("receptors", {"a": {"source": "nothing", "stages": []}}, "nothing"),
    item("receptors", {"a": {"source": "concentration", "stages": [{}]}}, "kind", "a receptor's stage without kind"),
    item("description", 7, "description"),
    item("unknown", 7, "unknown key"),
    recipe(
        "a key given twice",
        "given twice",
        edited_bytes("recipe", lambda content: content.replace(b'"noise": 1.0', b'"noise": 1.0, "noise": 2.0', 1)),
    ),
    # blocks
    block("a block that names another file", "name", put("name", "other")),
    block("a block without neurons", "neurons", put("neurons", [])),
    block("a neuron of an unknown type", "unknown neuron type", put("neurons.0.type", "XX")),
    block("a synapse to nowhere", "nowhere", put("synapses", [{"from": "dorsal", "to": "nowhere", "weight": 1.0}])),
    Input("block", "a key that is no Unicode, twice", "given twice", bytes_file(rb'{"\ud800": [{"type": 1, "type": 2}]}', "blocks/motor_segment.json")),
    block("a block as a list", "JSON object", lambda data: [data]),
    block("a block nested too deeply", "nested too deeply", put("description", json.loads("[" * 60 + "]" * 60))),
    block("10^10 synapses in a block", "at most", lambda data: data.update(
        neurons=[{**each, "count": 100_000} for each in data["neurons"]],
        synapses=[{"from": "dorsal_motor", "to": "ventral_motor", "weight": 1.0}])),
    block("10,000 unknown neurons in a block", "unknown neuron", lambda data: data["terminals"].update(
        inputs={f"t{k}": ["no_neuron"] for k in range(10_000)})),
    Input("block", "a folder", "motor_segment", folder_instead("blocks/motor_segment.json")),
    Input("block", "a named pipe", "motor_segment", pipe_instead("blocks/motor_segment.json")),
    Input("block", "2 GB of zeros as a block", "MB", sparse_file(b"", "blocks/motor_segment.json")),
    block("terminals with names of 5,000 letters", "at most 64 characters", lambda data: data["terminals"].update(
        inputs={f"{'x' * 5_000}{k}": ["dorsal_motor"] for k in range(30)})),
    recipe("keys of 5,000 letters twice", "given twice", bytes_file(
        json.dumps({"x" * 5_000: {"y" * 5_000: {"z": 1, "Z": 2}}}).replace('"Z"', '"z"').encode(), "recipe.json")),
    Input("block", "an empty block", "not JSON", bytes_file(b"", "blocks/motor_segment.json")),
    Input("block", "a block of garbage", "not", bytes_file(bytes(range(256)), "blocks/motor_segment.json")),
]  # fmt: skip
