"""What a half-known date of birth decides: only what would come out the same for every date that it may be.

Who is born 'in 1950' is 55 or 56 in June 2006: old enough at 50, not at 60, and at 56 nobody knows. Facts that follow
from the date of birth (`OF_BIRTH`) are unknown where they would differ, and stand there between two bounds:
`_age_least` and `_age_most`. A comparison is then true or false where both bounds say so, else unknown. Bounds are
facts beside the others: where they aren't given, every date of birth is fully known or not at all.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, cast

from shidai.rules import expression as tree
from shidai.rules.periods import calendar_months, completed_years

OF_BIRTH = ("birth_date", "age", "months_old")
_MIRROR: dict[str, tree.Comparison] = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def bounds_of(column: str) -> tuple[str, str]:
    """The names of the facts that hold the least and the greatest that a fact may be."""
    return f"_{column}_least", f"_{column}_most"


def bounds_for(columns: Container[str]) -> tuple[str, ...]:
    """All bounds that belong to some columns."""
    return tuple(bound for column in OF_BIRTH if column in columns for bound in bounds_of(column))


def fact_of_bound(name: str) -> str:
    """The fact that a bound belongs to; any other name as it is."""
    return next((column for column in OF_BIRTH if name in bounds_of(column)), name)


def facts_of_birth(first: date | None, last: date | None, on: date) -> dict[str, tree.Constant | None]:
    """Of one person who was born between two days: what follows from it on a day, with bounds; None where unknown."""
    if first is None or last is None:
        return dict.fromkeys((*OF_BIRTH, *bounds_for(OF_BIRTH)))
    each: dict[str, tuple[int | date, int | date]] = {
        "birth_date": (first, last),
        "age": (completed_years(last, on), completed_years(first, on)),
        "months_old": (calendar_months(last, on), calendar_months(first, on)),
    }
    found: dict[str, tree.Constant | None] = {name: a if a == b else None for name, (a, b) in each.items()}
    return found | {bound: end for name, ends in each.items() for bound, end in zip(bounds_of(name), ends, strict=True)}


def between_bounds(read: tree.Expression) -> tree.Expression:
    """The same expression, its comparisons with a fact of `OF_BIRTH` decided by its bounds where it is unknown."""
    if isinstance(read, tree.Compare):
        if _is_bounded(read.left) and not _is_bounded(read.right):
            return _compared(read.sign, cast(tree.Column, read.left), read.right)
        if _is_bounded(read.right) and not _is_bounded(read.left):
            return _compared(_MIRROR[read.sign], cast(tree.Column, read.right), read.left)
        return read
    return cast(tree.Expression, _with_parts(read))


def _is_bounded(read: tree.Expression) -> bool:
    return isinstance(read, tree.Column) and read.id in OF_BIRTH


def _compared(sign: tree.Comparison, fact: tree.Column, other: tree.Expression) -> tree.Expression:
    """`AND` is false by one false part and `OR` true by one true part, whatever the fact itself."""
    least, most = (tree.Column(name, fact.type, fact.known) for name in bounds_of(fact.id))
    plain = tree.Compare(sign, fact, other)
    if sign == "=":
        return tree.All((plain, tree.Compare("<=", least, other), tree.Compare(">=", most, other)))
    if sign == "<>":
        return tree.Any((plain, tree.Compare(">", least, other), tree.Compare("<", most, other)))
    sure, possible = (least, most) if sign in (">", ">=") else (most, least)
    return tree.All((tree.Any((plain, tree.Compare(sign, sure, other))), tree.Compare(sign, possible, other)))


def _with_parts(read: Any) -> Any:
    """Rebuild a tree from its parts; what isn't part of a tree stays."""
    if isinstance(read, tuple):
        return tuple(_with_parts(part) for part in read)
    if isinstance(read, tree.Compare):
        return between_bounds(read)
    if not is_dataclass(read) or isinstance(read, type):
        return read
    return type(read)(*(_with_parts(getattr(read, field.name)) for field in fields(read)))
