"""Parameters take their values: what a reform changes without touching a condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shidai.rules import expression as tree


def bind(read: tree.Expression, values: Mapping[str, int | date]) -> tree.Expression:
    """The same expression with every parameter replaced by its value."""
    match read:
        case tree.Parameter(id_, _):
            return tree.Value(values[id_])
        case tree.Compare(sign, left, right):
            return tree.Compare(sign, bind(left, values), bind(right, values))
        case tree.Reckon(sign, left, right):
            return tree.Reckon(sign, bind(left, values), bind(right, values))
        case tree.All(parts):
            return tree.All(tuple(bind(part, values) for part in parts))
        case tree.Any(parts):
            return tree.Any(tuple(bind(part, values) for part in parts))
        case tree.Extreme(which, parts):
            return tree.Extreme(which, tuple(bind(part, values) for part in parts))
        case tree.Instead(parts):
            return tree.Instead(tuple(bind(part, values) for part in parts))
        case tree.Not(part):
            return tree.Not(bind(part, values))
        case tree.Unknown(part):
            return tree.Unknown(bind(part, values))
        case tree.OneOf(part, options):
            return tree.OneOf(bind(part, values), options)
        case tree.Within(part, prefix):
            return tree.Within(bind(part, values), prefix)
        case tree.Choose(cases, otherwise):
            bound = tuple((bind(when, values), bind(then, values)) for when, then in cases)
            return tree.Choose(bound, bind(otherwise, values))
        case _:
            return read
