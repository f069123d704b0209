"""Where a source file can be mutated, and how: each mutation is one small change that a test should detect.

Not mutated: docstrings and other strings, annotations, imports, ``__all__``, decorators, blocks under ``if
TYPE_CHECKING`` and ``if __name__``, log messages, texts of errors and of help, ``strict=`` of zip, and the
inside of f-strings (Python before 3.12 does not give its position).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
ARITHMETIC = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.Pow: "*",
    ast.BitAnd: "|", ast.BitOr: "&", ast.LShift: ">>", ast.RShift: "<<",
}  # fmt: skip
OPPOSITES = {
    "min": "max", "minimum": "maximum", "argmin": "argmax", "any": "all", "floor": "ceil", "sin": "cos",
    "sorted": "list",
}  # fmt: skip
OPPOSITES |= {there: here for here, there in OPPOSITES.items() if here != "sorted"}
TABLE_ROWS = 32  # a tuple of at least this length is a table
SILENT = {"log", "logger", "logging"}
SILENT_KEYWORDS = {"help", "description", "epilog", "metavar", "strict"}


@dataclass(frozen=True)
class Mutation:
    """One change of one file.

    Attributes:
        file: path from the top of the checkout.
        start: first character that is replaced, counted in the whole text.
        end: first character after them.
        new: the replacement.
        line: number of the line, from 1.
        kind: name of the kind of change, one or two words.
    """

    file: str
    start: int
    end: int
    new: str
    line: int
    kind: str

    @property
    def room(self) -> str:
        """Folder in the package; files of the package itself belong to the room ``top``."""
        parts = Path(self.file).parts
        return parts[1] if len(parts) > 2 else "top"

    def apply(self, text: str) -> str:
        """The mutated file."""
        return text[: self.start] + self.new + text[self.end :]

    def lines(self, text: str) -> tuple[str, str]:
        """The first changed line before and after, without indentation."""
        first = text.rfind("\n", 0, self.start) + 1
        last = len(text) if (at := text.find("\n", self.end)) < 0 else at
        before, after = text[first:last], text[first : self.start] + self.new + text[self.end : last]
        return " ".join(before.split()), " ".join(after.split())


def mutations(file: str, text: str) -> list[Mutation]:
    """All mutations of one file, in the order of its text."""
    finder = _Finder(file, text)
    finder.visit(ast.parse(text))
    return sorted(set(finder.found), key=lambda m: (m.start, m.end, m.new))


class _Finder(ast.NodeVisitor):
    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.found: list[Mutation] = []
        self._bound: list[set[str]] = [set()]  # names that each enclosing function has bound so far
        lengths = [len(line) for line in text.splitlines(keepends=True)]
        self._begins = [sum(lengths[:k]) for k in range(len(lengths) + 1)]
        self._lines = text.splitlines(keepends=True)

    # ---- places in the text
    def _at(self, line: int, column: int) -> int:
        """Position of a line and column in the text; Python counts columns in bytes."""
        return self._begins[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _add(self, start: int, end: int, new: str, kind: str) -> None:
        line = self.text.count("\n", 0, start) + 1
        self.found.append(Mutation(self.file, start, end, new, line, kind))

    def _replace(self, node: ast.AST, new: str, kind: str) -> None:
        self._add(*self._span(node), new, kind)

    def _between(self, left: ast.AST, right: ast.AST, new: str, kind: str) -> None:
        """Replace the operator between two operands; brackets and spaces stay."""
        start, end = self._span(left)[1], self._span(right)[0]
        middle = re.search(
            r"[^\s()\\]+(?: (?:not|in)\b)?", re.sub(r"#.*", lambda m: " " * len(m[0]), self.text[start:end])
        )
        assert middle is not None
        self._add(start + middle.start(), start + middle.end(), new, kind)

    def _source(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.text[start:end]

    # ---- left out
    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """No sites inside."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = node.args
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.visit(default)
        names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        self._bound.append({a.arg for a in names})
        for statement in node.body:
            self.visit(statement)
        self._bound.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bound.append(set())
        for statement in node.body:
            self.visit(statement)
        self._bound.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned([node.target], node)
            self.visit(node.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        self.visit(node.test)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in SILENT_KEYWORDS:
            self.visit(node.value)

    # ---- statements
    def visit_Raise(self, node: ast.Raise) -> None:
        self._replace(node, "pass", "raise dropped")

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if isinstance(node.value, ast.Call):
            root = node.value.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in SILENT:
                return
            self._replace(node, "pass", "call dropped")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(t, ast.Name) and t.id in ("__all__", "__slots__") for t in node.targets):
            return
        self._assigned(node.targets, node)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._replace(node, "pass", "assignment dropped")
        if new := ARITHMETIC.get(type(node.op)):
            self._between(node.target, node.value, f"{new}=", "arithmetic")
        self.generic_visit(node)

    def _assigned(self, targets: list[ast.expr], node: ast.stmt) -> None:
        """The first assignment of a name is kept: without it any use of the name fails."""
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        fresh = any(isinstance(t, ast.Name | ast.Tuple) for t in targets) and not names <= self._bound[-1]
        if not fresh:
            self._replace(node, "pass", "assignment dropped")
        self._bound[-1] |= names

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self._replace(node.value, "None", "return None")
            self.visit(node.value)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._replace(node, "pass", "continue dropped")

    def visit_Break(self, node: ast.Break) -> None:
        self._replace(node, "pass", "break dropped")

    # ---- conditions
    def visit_If(self, node: ast.If) -> None:
        if any(
            isinstance(n, ast.Name) and n.id in ("TYPE_CHECKING", "__name__") for n in ast.walk(node.test)
        ):
            return
        self._condition(node)

    def visit_While(self, node: ast.While) -> None:
        self._condition(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._condition(node)

    def _condition(self, node: ast.If | ast.While | ast.IfExp) -> None:
        if not isinstance(node.test, ast.Constant):
            self._replace(node.test, f"not ({self._source(node.test)})", "condition negated")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """All operators of ``a and b and c`` change together; a part of them would need brackets."""
        new = "or" if isinstance(node.op, ast.And) else "and"
        parts = f" {new} ".join(f"({self._source(value)})" for value in node.values)
        self._replace(node, f"({parts})", "boolean")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._replace(node, f"bool({self._source(node.operand)})", "not dropped")
        elif isinstance(node.op, ast.USub):
            self._replace(node, f"({self._source(node.operand)})", "minus dropped")
        self.generic_visit(node)

    # ---- expressions
    def visit_Compare(self, node: ast.Compare) -> None:
        for left, operator, right in zip(
            [node.left, *node.comparators], node.ops, node.comparators, strict=False
        ):
            self._between(left, right, COMPARISONS[type(operator)], "comparison")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Unions of types and joined paths are left out."""
        of_types = isinstance(node.op, ast.BitOr) and isinstance(
            node.right, ast.Name | ast.Attribute | ast.Constant
        )
        of_paths = isinstance(node.op, ast.Div) and isinstance(getattr(node.right, "value", None), str)
        if (new := ARITHMETIC.get(type(node.op))) and not (of_types or of_paths):
            self._between(node.left, node.right, new, "arithmetic")
        self.generic_visit(node)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        """In a long table only the middle row is mutated, so that tables do not dominate the draw."""
        rows = node.elts if len(node.elts) < TABLE_ROWS else node.elts[len(node.elts) // 2 :][:1]
        for row in rows:
            self.visit(row)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._replace(node, str(not value), "constant")
        elif isinstance(value, int):
            self._replace(node, str(value + 1), "constant")
        elif isinstance(value, float):
            self._replace(node, repr(2.0 * value or 1.0), "constant")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in OPPOSITES:
            end = self._span(node.func)[1]
            self._add(end - len(name), end, OPPOSITES[name], "opposite function")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            for index in self._indices(part):
                self._replace(index, f"({self._source(index)} - 1)", "index")
        self.generic_visit(node)

    @staticmethod
    def _indices(part: ast.expr) -> Iterator[ast.expr]:
        """Bounds of slices, and indices with one-letter names; longer names may be keys of dictionaries."""
        if isinstance(part, ast.Slice):
            yield from (
                bound for bound in (part.lower, part.upper) if bound and not isinstance(bound, ast.Constant)
            )
        elif isinstance(part, ast.Name) and len(part.id) == 1:
            yield part
