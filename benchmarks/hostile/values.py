"""Hostile values, and mutations of trees of JSON that stay well-formed."""

from __future__ import annotations

import copy
import json
import random
from typing import Any, Final

LITERAL, AGAIN = "\x01literal:", "\x01again"  # marks that `dumped` turns into text no writer of JSON makes
LITERALS: Final = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 400, "9" * 5000, "-0.0", "1e-320")
NUMBERS: Final = (
    0, -1, 1, 2, 0.5, -0.5, 1e-9, 1e9, 1e19, -1e19, 1e300, -1e300, 5e-324, 1.7976931348623157e308,
    2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**62, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30,
)  # fmt: skip
TEXTS: Final = (
    "", " ", "0", "NaN", "null", "..", "../x", "/dev/zero", "a" * 65, "a" * 2_000, "\0", "\n", "\x1b[2J",
    "é", "\u202e", "\ud800", "\U0001f41b", "[" * 2_000, "{}", "__class__", "%s%n", "'; DROP TABLE x; --",
)  # fmt: skip


def hostile(rng: random.Random) -> Any:
    """Any value that a writer of JSON can write, or a mark of a literal that it cannot."""
    choice = rng.randrange(8)
    if choice < 3:
        return rng.choice(NUMBERS)
    if choice == 3:
        return LITERAL + rng.choice(LITERALS)
    if choice == 4:
        return rng.choice(TEXTS)
    if choice == 5:
        return rng.choice(("a", "[", "9")) * rng.choice((1_000, 100_000))
    return copy.deepcopy(rng.choice((None, True, False, [], {}, [[]], [None], {"": None}, [0] * 1_000)))


def changed_tree(rng: random.Random, tree: Any, times: int = 1) -> Any:
    """A copy of a tree with some of its nodes changed."""
    tree = copy.deepcopy(tree)
    for _ in range(times):
        places = _places(tree)
        if not places:
            return hostile(rng)
        holder, key = rng.choice(places)
        rng.choice(CHANGES)(holder, key, tree, rng)
    return tree


def dumped(tree: Any) -> str:
    """A tree as JSON, its marks turned into literals and repeated keys."""
    parts = json.dumps(tree).replace(json.dumps(AGAIN)[1:-1], "").split('"' + json.dumps(LITERAL)[1:-1])
    return parts[0] + "".join(part.replace('"', "", 1) for part in parts[1:])


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        found += [(node, key) for key in keys]
        waiting += [node[key] for key in keys]
    return found


def _replace(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    holder[key] = hostile(rng)


def _nudge(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    """Change a value within its type."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float):
        holder[key] = rng.choice(
            (-value, value * 1e6, value * 1e-6, value + 1, value + 0.5, int(value), str(value))
        )
    elif isinstance(value, str) and value:
        place = rng.randrange(len(value))
        holder[key] = value[:place] + rng.choice(TEXTS) + value[place + rng.randrange(2) :]
    elif isinstance(value, list):
        rng.shuffle(value)
    else:
        holder[key] = hostile(rng)


def _delete(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    del holder[key]


def _repeat(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    """An item again, some times; a key twice."""
    if isinstance(holder, list):
        holder[key:key] = [copy.deepcopy(holder[key]) for _ in range(rng.choice((1, 1, 2, 300)))]
    else:
        holder[key + AGAIN] = rng.choice((holder[key], hostile(rng)))


def _rename(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    value = holder.pop(key)
    if isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), value)
    else:
        holder[rng.choice((key[:-1], key + "s", key.upper(), *TEXTS))] = value


def _transplant(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    """The value of another place of the tree."""
    other, name = rng.choice(_places(tree))
    holder[key] = copy.deepcopy(other[name])


def _wrap(holder: Any, key: Any, tree: Any, rng: random.Random) -> None:
    value = holder[key]
    depth = rng.choice((1, 1, 2, 200))
    for _ in range(depth):
        value = [value] if rng.random() < 0.5 else {"id": value}
    holder[key] = value


CHANGES: Final = (_replace, _replace, _nudge, _nudge, _delete, _repeat, _rename, _transplant, _wrap)
