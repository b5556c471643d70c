"""Trees compiled to numpy: facts as arrays in memory, a block of rows at a time so that a block stays in the cache.

Every tree becomes functions from a block to an array: where it is certainly true, where it is certainly false, its
whole numbers, where it is known. `NOT`, `AND`, `OR` with unknowns are then plain set operations, and a condition that
can't be unknown costs one comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
import numpy.typing as npt

from shidai.rules import expression as tree

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One column for n subjects.

    `values`: shape (n,); whole numbers of any width, bools, days since 1970-01-01, or for texts places in `words`.
    `known`: shape (n,), False where unknown; None: all are known.
    """

    values: npt.NDArray[np.generic]
    known: Mask | None = None
    words: tuple[str, ...] = ()


Facts = Mapping[str, Fact]
Block = Callable[[str], Fact]
Masks = Callable[[Facts, slice], Mask]
Numbers = Callable[[Facts, slice], "Ints | int"]
Known = Callable[[Facts, slice], Mask | None]

_OPPOSITE: Mapping[tree.Comparison, tree.Comparison] = {
    "=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
}  # fmt: skip
_MIRROR: Mapping[tree.Comparison, tree.Comparison] = {
    "=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=",
}  # fmt: skip
_COMPARE: Mapping[str, Callable[..., Mask]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_RECKON: Mapping[str, Callable[..., Ints]] = {"+": np.add, "-": np.subtract, "*": np.multiply}


def certainly(read: tree.Expression, sense: bool) -> Masks:
    """Where an expression is certainly true (`sense`) or certainly false; unknown rows are in neither."""
    match read:
        case tree.Value(value):
            return _constant(bool(value) is sense)
        case tree.Column(id_, _, known):
            return _where_known(_truth_of_column(id_, sense), read, known)
        case tree.Not(part):
            return certainly(part, not sense)
        case tree.All(parts) | tree.Any(parts):
            every = isinstance(read, tree.All) is sense
            return _together([certainly(part, sense) for part in parts], np.logical_and if every else np.logical_or)
        case tree.Unknown(part):
            return _unknown(known_of(part), sense)
        case tree.Compare(sign, left, right):
            return _where_known(_comparison(sign if sense else _OPPOSITE[sign], left, right), read)
        case tree.OneOf(part, values):
            return _where_known(_one_of(part, values, sense), read)
        case tree.Within(part, prefix):
            return _where_known(_words_that(part, lambda word: word.startswith(prefix), sense), read)
        case tree.Choose(cases, otherwise):
            return _chosen(cases, otherwise, sense)
        case tree.Instead(parts):
            return _first_known(parts, sense)
        case _:
            raise TypeError(f"{type(read).__name__} is no condition")


def _constant(value: bool) -> Masks:
    return lambda facts, rows: np.full(_length(facts, rows), value)


def _length(facts: Facts, rows: slice) -> int:
    return len(next(iter(facts.values())).values[rows])


def _truth_of_column(id_: str, sense: bool) -> Masks:
    def truth(facts: Facts, rows: slice) -> Mask:
        values = facts[id_].values[rows].astype(np.bool_, copy=False)
        return values if sense else ~values

    return truth


def _together(parts: Sequence[Masks], joined: np.ufunc) -> Masks:
    first, rest = parts[0], parts[1:]
    if not rest:
        return first

    def all_of(facts: Facts, rows: slice) -> Mask:
        found: Mask = joined(first(facts, rows), rest[0](facts, rows))
        for part in rest[1:]:
            joined(found, part(facts, rows), out=found)
        return found

    return all_of


def _where_known(truth: Masks, read: tree.Expression, known: bool = False) -> Masks:
    if known or tree.always_known(read):
        return truth
    here = known_of(read)

    def certain(facts: Facts, rows: slice) -> Mask:
        mask = here(facts, rows)
        return truth(facts, rows) if mask is None else truth(facts, rows) & mask

    return certain


def _unknown(known: Known, sense: bool) -> Masks:
    def mask(facts: Facts, rows: slice) -> Mask:
        found = known(facts, rows)
        if found is None:
            return np.full(_length(facts, rows), not sense)
        return ~found if sense else found

    return mask


def _comparison(sign: tree.Comparison, left: tree.Expression, right: tree.Expression) -> Masks:
    if isinstance(left, tree.Value) and not isinstance(right, tree.Value):
        return _comparison(_MIRROR[sign], right, left)
    if isinstance(right, tree.Value) and isinstance(right.value, str):
        word = right.value
        return _words_that(left, lambda one: one == word, sign == "=")
    if _is_text(left):
        return _texts(sign, left, right)
    one, other, compare = numbers(left, wide=False), numbers(right, wide=False), _COMPARE[sign]
    return lambda facts, rows: compare(one(facts, rows), other(facts, rows))


def _is_text(read: tree.Expression) -> bool:
    return isinstance(read, tree.Column | tree.Parameter) and read.type == "text"


def _texts(sign: tree.Comparison, left: tree.Expression, right: tree.Expression) -> Masks:
    """Two columns of texts beside each other."""
    assert isinstance(left, tree.Column)
    assert isinstance(right, tree.Column)

    def compare(facts: Facts, rows: slice) -> Mask:
        one, other = facts[left.id], facts[right.id]
        places = {word: place for place, word in enumerate(one.words)}
        moved = np.array([places.get(word, -2) for word in other.words] or [-2])
        found: Mask = _COMPARE[sign](one.values[rows], moved[other.values[rows].astype(np.intp)])
        return found

    return compare


def _words_that(part: tree.Expression, fits: Callable[[str], bool], sense: bool) -> Masks:
    if not isinstance(part, tree.Column):
        raise TypeError("only a column holds texts")
    id_ = part.id

    def mask(facts: Facts, rows: slice) -> Mask:
        fact = facts[id_]
        places = [place for place, word in enumerate(fact.words) if fits(word)]
        values = fact.values[rows]
        if len(places) == 1:
            compare: Callable[..., Mask] = np.equal if sense else np.not_equal
            return compare(values, places[0])
        wanted = np.zeros(max(len(fact.words), 1), np.bool_)
        wanted[places] = True
        found: Mask = (wanted if sense else ~wanted)[values.astype(np.intp)]
        return found

    return mask


def _one_of(part: tree.Expression, values: Sequence[tree.Constant], sense: bool) -> Masks:
    if isinstance(values[0], str):
        return _words_that(part, lambda word: word in values, sense)
    sign: tree.Comparison = "=" if sense else "<>"
    each = [_comparison(sign, part, tree.Value(value)) for value in values]
    return _together(each, np.logical_or if sense else np.logical_and)


def _chosen(cases: Sequence[tuple[tree.Expression, tree.Expression]], otherwise: tree.Expression, sense: bool) -> Masks:
    when = [certainly(condition, True) for condition, _ in cases]
    then = [certainly(value, sense) for _, value in cases]
    last = certainly(otherwise, sense)
    return lambda facts, rows: np.select(
        [one(facts, rows) for one in when], [one(facts, rows) for one in then], last(facts, rows)
    )


def _first_known(parts: Sequence[tree.Expression], sense: bool) -> Masks:
    truths, known = [certainly(part, sense) for part in parts], [known_of(part) for part in parts]

    def mask(facts: Facts, rows: slice) -> Mask:
        found = truths[-1](facts, rows)
        for truth, here in zip(reversed(truths[:-1]), reversed(known[:-1]), strict=True):
            sure = here(facts, rows)
            found = truth(facts, rows) if sure is None else np.where(sure, truth(facts, rows), found)
        return found

    return mask


def numbers(read: tree.Expression, *, wide: bool = True) -> Numbers:
    """The whole numbers of an expression; days as days since 1970-01-01. `wide`: as int64, so that sums don't overflow.

    Where it is unknown the number means nothing.
    """
    match read:
        case tree.Value(value):
            number = (value - _EPOCH).days if isinstance(value, date) else int(value)
            return lambda facts, rows: number
        case tree.Column(id_, _, _):
            if wide:
                return lambda facts, rows: facts[id_].values[rows].astype(np.int64)
            return lambda facts, rows: facts[id_].values[rows]  # type: ignore[return-value]
        case tree.Reckon(sign, left, right):
            one, other, reckon = numbers(left), numbers(right), _RECKON[sign]
            return lambda facts, rows: reckon(one(facts, rows), other(facts, rows))
        case tree.Extreme(which, parts):
            each, take = [numbers(part) for part in parts], np.minimum if which == "least" else np.maximum
            return lambda facts, rows: reduce(take, [one(facts, rows) for one in each])
        case tree.Choose(cases, otherwise):
            return _chosen_numbers(cases, otherwise)
        case tree.Instead(parts):
            return _first_known_numbers(parts)
        case _:
            truth = certainly(read, True)
            return lambda facts, rows: truth(facts, rows).astype(np.int64)


def _chosen_numbers(cases: Sequence[tuple[tree.Expression, tree.Expression]], otherwise: tree.Expression) -> Numbers:
    when = [certainly(condition, True) for condition, _ in cases]
    then, last = [numbers(value) for _, value in cases], numbers(otherwise)

    def chosen(facts: Facts, rows: slice) -> Ints | int:
        found = last(facts, rows)
        for condition, value in zip(reversed(when), reversed(then), strict=True):
            found = np.where(condition(facts, rows), value(facts, rows), found)
        return found

    return chosen


def _first_known_numbers(parts: Sequence[tree.Expression]) -> Numbers:
    each, known = [numbers(part) for part in parts], [known_of(part) for part in parts]

    def first(facts: Facts, rows: slice) -> Ints | int:
        found = each[-1](facts, rows)
        for number, here in zip(reversed(each[:-1]), reversed(known[:-1]), strict=True):
            sure = here(facts, rows)
            found = number(facts, rows) if sure is None else np.where(sure, number(facts, rows), found)
        return found

    return first


def known_of(read: tree.Expression) -> Known:
    """Where an expression is known; None for everywhere."""
    match read:
        case _ if tree.always_known(read):
            return lambda facts, rows: None
        case tree.Column(id_, _, _):
            return lambda facts, rows: _slice(facts[id_].known, rows)
        case tree.All() | tree.Any() | tree.Not():
            true, false = certainly(read, True), certainly(read, False)
            return lambda facts, rows: true(facts, rows) | false(facts, rows)
        case tree.Choose(cases, otherwise):
            return _known_choice(cases, otherwise)
        case tree.Instead(parts):
            return _joined([known_of(part) for part in parts], np.logical_or)
        case _:
            return _joined([known_of(part) for part in tree.parts_of(read)], np.logical_and)


def _slice(mask: Mask | None, rows: slice) -> Mask | None:
    return None if mask is None else mask[rows]


def _joined(parts: Sequence[Known], joined: np.ufunc) -> Known:
    def known(facts: Facts, rows: slice) -> Mask | None:
        masks = [part(facts, rows) for part in parts]
        some = [mask for mask in masks if mask is not None]
        if len(some) < len(masks) and joined is np.logical_or:
            return None
        return reduce(joined, some) if some else None

    return known


def _known_choice(cases: Sequence[tuple[tree.Expression, tree.Expression]], otherwise: tree.Expression) -> Known:
    when = [certainly(condition, True) for condition, _ in cases]
    then, last = [known_of(value) for _, value in cases], known_of(otherwise)

    def known(facts: Facts, rows: slice) -> Mask | None:
        whole = np.full(_length(facts, rows), True)
        values = [one(facts, rows) for one in (*then, last)]
        masks = [whole if value is None else value for value in values]
        return np.select([one(facts, rows) for one in when], masks[:-1], masks[-1])

    return known
