"""How large a whole number may become: what doesn't fit 64 bits is refused before anything is reckoned.

One person's reckoning has no bound, numpy wraps round and engines stop: an overflow would be three different answers.
"""

from __future__ import annotations

from itertools import product

from shidai.rules import expression as tree

FACT = 2**31  # the register's numbers are of 32 bits
LIMIT = 2**63
Range = tuple[int, int]


class TooLarge(Exception):  # noqa: N818  a fault on its way to a problem
    """Part of an expression may not fit 64 bits."""


def check_size(read: tree.Expression) -> None:
    """Raises TooLarge when any whole number in an expression (its parameters bound) may leave 64 bits."""
    if isinstance(read, tree.Reckon | tree.Extreme) or (isinstance(read, tree.Value) and _is_number(read.value)):
        range_of(read)
        return
    if isinstance(read, tree.OneOf):
        for value in read.values:
            check_size(tree.Value(value))
    for part in tree.parts_of(read):
        check_size(part)


def range_of(read: tree.Expression) -> Range:
    """The least and the greatest that a whole number can be."""
    match read:
        case tree.Value(value):
            found = (int(value), int(value))  # type: ignore[arg-type]
        case tree.Reckon(sign, left, right):
            found = _reckoned(sign, range_of(left), range_of(right))
        case tree.Extreme(which, parts):
            ranges, take = [range_of(part) for part in parts], min if which == "least" else max
            found = (take(low for low, _ in ranges), take(high for _, high in ranges))
        case tree.Choose(cases, otherwise):
            for when, _ in cases:
                check_size(when)
            found = _either([range_of(part) for part in (*(then for _, then in cases), otherwise)])
        case tree.Instead(parts):
            found = _either([range_of(part) for part in parts])
        case _:
            found = (-FACT, FACT - 1)
    if not -LIMIT < found[0] <= found[1] < LIMIT:
        raise TooLarge
    return found


def _is_number(value: tree.Constant) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _either(ranges: list[Range]) -> Range:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _reckoned(sign: tree.Arithmetic, one: Range, other: Range) -> Range:
    if sign == "+":
        return one[0] + other[0], one[1] + other[1]
    if sign == "-":
        return one[0] - other[1], one[1] - other[0]
    corners = [left * right for left, right in product(one, other)]
    return min(corners), max(corners)
