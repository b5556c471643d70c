"""One subject's facts read by a tree: the plain meaning that the fast compilers are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from shidai.rules import expression as tree

OneFacts = Mapping[str, tree.Constant | None]  # a column that is missing or None is unknown
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_RECKON: Mapping[str, Callable[[int, int], int]] = {"+": add, "-": sub, "*": mul}


def value_for(read: tree.Expression, facts: OneFacts) -> Any:
    """What an expression is for one subject; None when it is unknown."""
    match read:
        case tree.Value(value):
            return value
        case tree.Column(id_, _, _):
            return facts.get(id_)
        case tree.Compare(sign, left, right):
            return _both(value_for(left, facts), value_for(right, facts), _COMPARE[sign])
        case tree.All(parts):
            return _decided((value_for(part, facts) for part in parts), False)
        case tree.Any(parts):
            return _decided((value_for(part, facts) for part in parts), True)
        case tree.Not(part):
            found = value_for(part, facts)
            return None if found is None else not found
        case tree.Unknown(part):
            return value_for(part, facts) is None
        case tree.OneOf(part, values):
            found = value_for(part, facts)
            return None if found is None else found in values
        case tree.Within(part, prefix):
            found = value_for(part, facts)
            return None if found is None else str(found).startswith(prefix)
        case tree.Reckon(sign, left, right):
            return _both(value_for(left, facts), value_for(right, facts), _RECKON[sign])
        case tree.Choose(cases, otherwise):
            chosen = next((then for when, then in cases if value_for(when, facts)), otherwise)
            return value_for(chosen, facts)
        case tree.Extreme(which, parts):
            found = [value_for(part, facts) for part in parts]
            return None if None in found else (min if which == "least" else max)(found)
        case tree.Instead(parts):
            return next((found for part in parts if (found := value_for(part, facts)) is not None), None)
        case _:
            raise TypeError(type(read).__name__)


def _both(one: Any, other: Any, reckon: Callable[[Any, Any], Any]) -> Any:
    return None if one is None or other is None else reckon(one, other)


def _decided(found: Iterable[bool | None], by: bool) -> bool | None:
    """AND is decided by a false, OR by a true; otherwise an unknown leaves it unknown."""
    values = list(found)
    if by in values:
        return by
    return None if None in values else not by
