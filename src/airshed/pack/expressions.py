"""The language of recomputed claims: numbers, a few functions and references to rows of tables; parsed, never run.

>>> parse('share(emissions(region="AAA", year=2015), 40)').text()
'share(emissions(region=AAA, year=2015), 40)'
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass

from airshed.pack.errors import AirshedError, Phrase
from airshed.pack.schema import ColumnSchema, TableSchema, tables

MANY = ("sum", "mean", "min", "max", "count", "among_first")
"""Functions of any number of values: a reference inside them may match several rows."""
PAIRED = {"among_first": 2}
"""Those of them that take sets of values apart, with how many they take."""
FIXED = {"percent_change": 2, "share": 2, "ratio": 2, "growth": 3}
"""Functions of single values, with how many they take."""
MODELLED = ("share_from_abroad",)
"""Functions of a place that the relation answers: nothing that stands in a table."""
ANNUAL = "annual"
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
NUMERIC = ("number", "integer")
Value = str | int | float


class ExpressionError(AirshedError):
    """An expression that cannot be read; carries the code of its finding and what fills the message."""


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: float

    def text(self) -> str:
        """Return the number as it may be written."""
        return f"{self.value:g}"


@dataclass(frozen=True)
class Reference:
    """The rows of a table whose columns hold the values of the filters, and the column that is read.

    use : `one` where a single number is meant, `many` inside sum, mean, min and max, `count` where rows are counted
    """

    table: str
    filters: tuple[tuple[str, tuple[Value, ...]], ...]
    column: str
    use: str

    def text(self) -> str:
        """Return the reference as messages show it: several values of a filter with a bar between."""
        named = [f"{column}={'|'.join(str(value) for value in values)}" for column, values in self.filters]
        return f"{self.table}({', '.join(named)})"


@dataclass(frozen=True)
class Modelled:
    """What the relation of the pack says of a place in a period, in percent, with an interval.

    year : the base year of the pack if None
    """

    function: str
    place: str
    period: str
    year: int | None

    def text(self) -> str:
        """Return the function as messages show it."""
        year = "" if self.year is None else f", year={self.year}"
        return f"{self.function}({self.place}, period={self.period}{year})"


@dataclass(frozen=True)
class Call:
    """A function or an operator with its arguments."""

    function: str
    arguments: tuple[Node, ...]

    def text(self) -> str:
        """Return the call as it may be written."""
        words = [argument.text() for argument in self.arguments]
        if self.function in OPERATORS.values():
            return f"({f' {self.function} '.join(words)})" if len(words) == 2 else f"-{words[0]}"
        return f"{self.function}({', '.join(words)})"


Node = Number | Reference | Modelled | Call


def parse(text: str) -> Node:
    """Return the tree of an expression; raises ExpressionError with the finding that tells what is wrong with it."""
    try:
        return _node(ast.parse(text.strip(), mode="eval").body, "one")
    except SyntaxError as why:
        raise ExpressionError("AS320", why=why.msg) from None
    except (ValueError, RecursionError, MemoryError) as why:
        raise ExpressionError("AS320", why=str(why) or Phrase("why-nested-too-deeply")) from None


def walk(node: Node) -> Iterator[Node]:
    """Go through a tree, parents first."""
    yield node
    if isinstance(node, Call):
        for argument in node.arguments:
            yield from walk(argument)


def references(node: Node) -> list[Reference]:
    """Return the references of a tree, each once, in their order."""
    return list(dict.fromkeys(part for part in walk(node) if isinstance(part, Reference)))


def modelled(node: Node) -> list[Modelled]:
    """Return what a tree takes from the relation, each once, in its order."""
    return list(dict.fromkeys(part for part in walk(node) if isinstance(part, Modelled)))


def periods() -> tuple[str, ...]:
    """Return the words that a period may be: the parts of a year of which studies speak, campaigns aside."""
    column = tables()["published_contributions"].column("period_kind")
    return tuple(word for word in (column.values if column else ()) if word != "campaign")


def calls(node: Node, function: str) -> list[Call]:
    """Return the calls of a function in a tree."""
    return [part for part in walk(node) if isinstance(part, Call) and part.function == function]


def _node(tree: ast.expr, use: str) -> Node:
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value) if math.isfinite(value):
            return Number(float(value))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            return Call(OPERATORS[type(operator)], (_node(left, "one"), _node(right, "one")))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Call("-", (_node(operand, "one"),))
        case ast.Call(func=ast.Name(id=name)):
            return _call(tree, name, use)
    raise ExpressionError("AS320", why=Phrase("why-holds", tree=ast.unparse(tree)[:60]))


def _call(tree: ast.Call, name: str, use: str) -> Node:
    if name in tables():
        return _reference(tree, tables()[name], use)
    if name in MODELLED:
        return _modelled(tree, name)
    if name not in MANY and name not in FIXED:
        if tree.keywords:
            raise ExpressionError("AS321", name=name, known=", ".join(tables()))
        raise ExpressionError("AS323", name=name, known=", ".join([*MANY, *FIXED, *MODELLED]))
    inside = "one" if name in FIXED else "count" if name == "count" else "many"
    if tree.keywords:
        raise ExpressionError("AS320", why=Phrase("why-takes-no", name=name, argument=tree.keywords[0].arg))
    arguments = tuple(_node(argument, inside) for argument in tree.args)
    wanted = FIXED.get(name) or PAIRED.get(name)
    if len(arguments) != wanted if wanted else not arguments:
        raise ExpressionError("AS324", name=name, found=len(arguments), expected=wanted or Phrase("word-one-or-more"))
    if name == "count" and not all(isinstance(argument, Reference) for argument in arguments):
        raise ExpressionError("AS320", why=Phrase("why-count-takes-tables"))
    if name == "growth" and not _are_periods(arguments[2]):
        raise ExpressionError("AS320", why=Phrase("why-growth-takes-periods"))
    return Call(name, arguments)


def _modelled(tree: ast.Call, name: str) -> Modelled:
    """Return a function of a place: its code first, then period and year by name."""
    given = {str(keyword.arg): keyword.value for keyword in tree.keywords}
    match tree.args:
        case [ast.Constant(value=str() as place)] if set(given) <= {"period", "year"}:
            pass
        case _:
            raise ExpressionError("AS320", why=Phrase("why-takes-place", name=name))
    match given.get("period", ast.Constant(ANNUAL)):
        case ast.Constant(value=str() as period):
            pass
        case other:
            raise ExpressionError("AS320", why=Phrase("why-takes-period", name=name, other=ast.unparse(other)[:60]))
    if period not in periods():
        raise ExpressionError("AS329", period=period, known=", ".join(periods()))
    match given.get("year"):
        case None:
            return Modelled(name, place, period, None)
        case ast.Constant(value=int() as year) if not isinstance(year, bool):
            return Modelled(name, place, period, year)
    raise ExpressionError("AS320", why=Phrase("why-takes-year", name=name))


def _are_periods(node: Node) -> bool:
    return isinstance(node, Number) and node.value >= 1 and node.value == int(node.value)


def _reference(tree: ast.Call, table: TableSchema, use: str) -> Reference:
    if tree.args:
        raise ExpressionError(
            "AS320", why=Phrase("why-takes-filters", name=table.name, argument=ast.unparse(tree.args[0]))
        )
    filters: list[tuple[str, tuple[Value, ...]]] = []
    read = "value"
    for keyword in tree.keywords:
        values = _values(keyword.value)
        if keyword.arg == "column":
            if len(values) != 1:
                raise ExpressionError("AS320", why=Phrase("why-column-takes-name"))
            read = str(values[0])
            continue
        column = _column(table, str(keyword.arg))
        filters.append((column.column, values))
        if any(isinstance(value, str) == is_number(column) for value in values):
            _mistyped(column, wanted="word-text" if is_number(column) else "word-numbers")
    if use != "count" and not is_number(_column(table, read)):
        _mistyped(_column(table, read), wanted="word-numbers")
    return Reference(table.name, tuple(filters), read, use)


def _mistyped(column: ColumnSchema, wanted: str) -> None:
    holds = Phrase("word-numbers" if is_number(column) else "word-text")
    raise ExpressionError("AS325", name=f"{column.table}.{column.column}", holds=holds, wanted=Phrase(wanted))


def is_number(column: ColumnSchema) -> bool:
    """Say whether the cells of a column are numbers once the table is read."""
    return column.type in NUMERIC or (column.type == "year" and column.required)


def _column(table: TableSchema, name: str) -> ColumnSchema:
    column = table.column(name)
    if column is None:
        known = ", ".join(known.column for known in table.columns)
        raise ExpressionError("AS322", name=name, known=known, other=table.name)
    return column


def _values(tree: ast.expr) -> tuple[Value, ...]:
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=str() | int() | float() as value):
            return (value,)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return (-value,)
        case ast.List(elts=[_, *_] as parts):
            return tuple(value for part in parts for value in _values(part))
    raise ExpressionError("AS320", why=Phrase("why-filters-by", tree=ast.unparse(tree)[:60]))
