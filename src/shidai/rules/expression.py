"""What a checked expression is: a small typed tree. `reading` makes it from text, three compilers read it.

Unknown facts follow SQL: a comparison with an unknown is unknown; `AND` with a false is false, `OR` with a true is
true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Constant: TypeAlias = bool | int | date | str
Comparison: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]
Arithmetic: TypeAlias = Literal["+", "-", "*"]


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    type: str
    known: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Value:
    value: Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """Two ints, days, texts or bools beside each other."""

    sign: Comparison
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Expression


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether a fact is unknown; itself always known."""

    part: Expression


@dataclass(frozen=True, slots=True)
class OneOf:
    part: Expression
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """A text, most often an area's code, begins with another."""

    part: Expression
    prefix: str


@dataclass(frozen=True, slots=True)
class Reckon:
    """Whole numbers added, subtracted, multiplied."""

    sign: Arithmetic
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Choose:
    """The value of the first case whose condition is true."""

    cases: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or the greatest of whole numbers; unknown as soon as one is."""

    which: Literal["least", "greatest"]
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Instead:
    """The first that is known (COALESCE)."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = (
    Column
    | Parameter
    | Value
    | Compare
    | All
    | Any
    | Not
    | Unknown
    | OneOf
    | Within
    | Reckon
    | Choose
    | Extreme
    | Instead
)


def parts_of(tree: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    match tree:
        case Compare(_, left, right) | Reckon(_, left, right):
            return (left, right)
        case All(parts) | Any(parts) | Extreme(_, parts) | Instead(parts):
            return parts
        case Not(part) | Unknown(part) | OneOf(part, _) | Within(part, _):
            return (part,)
        case Choose(cases, otherwise):
            return (*(part for case in cases for part in case), otherwise)
        case _:
            return ()


def columns_in(tree: Expression) -> tuple[str, ...]:
    """The columns that an expression uses, each once, in the order of their first use."""
    found: dict[str, None] = {tree.id: None} if isinstance(tree, Column) else {}
    for part in parts_of(tree):
        found |= dict.fromkeys(columns_in(part))
    return tuple(found)


def always_known(tree: Expression) -> bool:
    """Whether no row can make it unknown."""
    if isinstance(tree, Column):
        return tree.known
    if isinstance(tree, Unknown):
        return True
    if isinstance(tree, Instead):
        return any(always_known(part) for part in tree.parts)
    if isinstance(tree, Choose):
        return all(always_known(then) for _, then in tree.cases) and always_known(tree.otherwise)
    return all(always_known(part) for part in parts_of(tree))


def depth(tree: Expression) -> int:
    """How many levels an expression has; a column or a number has one."""
    return 1 + max((depth(part) for part in parts_of(tree)), default=0)


def leaves_in(tree: Expression) -> tuple[Expression, ...]:
    """What decides whether whole numbers that are reckoned with are known: the parts below `+ - * LEAST GREATEST`."""
    if isinstance(tree, Reckon | Extreme):
        return tuple(dict.fromkeys(leaf for part in parts_of(tree) for leaf in leaves_in(part)))
    return (tree,)
