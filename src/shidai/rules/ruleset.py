"""A scheme's version compiled: who is eligible, which conditions fail, how much is due.

The reason of every row is a set of bits: bit i is set when condition i isn't met (`failed`), or isn't met because a
fact is unknown (`unknown`). A row with no bit set is eligible.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from shidai.packs.schema.scheme import Amount, Condition, Ruled, SchemeVersion
from shidai.rules import arrays
from shidai.rules import expression as tree
from shidai.rules.binding import bind
from shidai.rules.columns import Columns
from shidai.rules.halfknown import between_bounds, bounds_for, bounds_of
from shidai.rules.person import OneFacts, value_for
from shidai.rules.reading import read_expression
from shidai.rules.sizes import TooLarge, check_size
from shidai.words import Problem, ShidaiError, problem

if TYPE_CHECKING:
    import ibis.expr.types as ir

Bits = npt.NDArray[Any]  # unsigned, as wide as the conditions need
BLOCK = 1 << 17  # rows at a time: few calls, and arrays that the cache holds


@dataclass(frozen=True, slots=True)
class Determined:
    """Results for n subjects, each of shape (n,). `fen`: what is due for the period, 0 where not eligible."""

    failed: Bits
    unknown: Bits
    fen: npt.NDArray[np.int64]

    @property
    def eligible(self) -> npt.NDArray[np.bool_]:
        return np.equal(self.failed, 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One condition for one subject: met, not met, or unknown (None), with the facts that it used."""

    condition: Condition
    met: bool | None
    facts: tuple[tuple[str, tree.Constant | None], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """A determination for one subject with the reason of every condition."""

    outcomes: tuple[Outcome, ...]
    fen: int

    @property
    def eligible(self) -> bool:
        return all(outcome.met for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[str, ...]:
        """Ids of the conditions that aren't met, unknown ones among them."""
        return tuple(outcome.condition.id for outcome in self.outcomes if not outcome.met)


@dataclass(frozen=True)
class Conditions:
    """The conditions of one version and what is due when all hold, with values for its parameters."""

    version: Ruled
    conditions: tuple[tree.Expression, ...]
    amount: tree.Expression
    values: Mapping[str, int | date]

    def __post_init__(self) -> None:
        """Raises ShidaiError when a number may not fit 64 bits with these values."""
        conditions, amount = self._bound
        names = [one.id for one in self.version.condition]
        for name, read in zip((*names, "amount"), (*conditions, amount), strict=True):
            try:
                check_size(read)
            except TooLarge:
                raise ShidaiError(too_large(f"{self.version.id}: {name}")) from None

    def with_values(self, **values: int | date) -> Self:
        """The same rules with other parameters: what a reform changes.

        Raises ShidaiError for one that isn't there, and for a day where a number stands, or the other way round.
        """
        strange = sorted(set(values) - set(self.values))
        if strange:
            raise ShidaiError(
                problem(
                    self.version.id,
                    zh=f"没有参数 {'、'.join(strange)}。",
                    en=f"There is no parameter {', '.join(strange)}.",
                    mend_zh=f"可改的参数：{'、'.join(self.values)}。",
                    mend_en=f"Parameters that can be changed: {', '.join(self.values)}.",
                )
            )
        for name, value in values.items():
            if isinstance(value, date) is not isinstance(self.values[name], date):
                raise ShidaiError(_other_type(f"{self.version.id}: {name}", self.values[name]))
        return replace(self, values={**self.values, **values})

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The facts that the rules use."""
        found = [name for read in (*self.conditions, self.amount) for name in tree.columns_in(read)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _bound(self) -> tuple[tuple[tree.Expression, ...], tree.Expression]:
        return tuple(bind(read, self.values) for read in self.conditions), bind(self.amount, self.values)

    @cached_property
    def _bounded(self) -> tuple[tuple[tree.Expression, ...], tree.Expression]:
        conditions, amount = self._bound
        return tuple(between_bounds(read) for read in conditions), between_bounds(amount)

    def _read_with(self, names: Container[str]) -> tuple[tuple[tree.Expression, ...], tree.Expression]:
        """The conditions and the amount for facts of these names: with bounds if they are there."""
        bounds = bounds_for(self.columns)
        return self._bounded if bounds and all(name in names for name in bounds) else self._bound

    @cached_property
    def _programs(self) -> dict[int, _Program]:
        return {}

    def _program(self, names: Container[str]) -> _Program:
        read = self._read_with(names)
        if id(read) not in self._programs:
            conditions, amount = read
            self._programs[id(read)] = _Program(tuple(_Test.of(one) for one in conditions), arrays.numbers(amount))
        return self._programs[id(read)]

    def inputs(self, facts: OneFacts) -> dict[str, tree.Constant | None]:
        """Of one subject's facts those that a determination reads: what to keep if it is to be made again."""
        bounds = {name: facts[name] for name in bounds_for(self.columns) if name in facts}
        return {name: facts.get(name) for name in self.columns} | bounds

    def on_arrays(self, facts: arrays.Facts) -> Determined:
        """Determine all subjects of arrays in memory. Raises ShidaiError when a fact's array is missing."""
        missing = [name for name in self.columns if name not in facts]
        if missing:
            raise _missing(self.version, missing)
        return self._program(facts).run(facts)

    def on_table(self, table: ir.Table, *keep: str) -> ir.Table:
        """The columns of `keep`, and `failed`, `unknown` (bits) and `fen` for every row of a table of facts."""
        missing = [name for name in self.columns if name not in table.columns]
        if missing:
            raise _missing(self.version, missing)
        from shidai.rules.tables import determine  # Ibis: slow to import, and a command that decides does without

        return determine(*self._read_with(table.columns), table, keep)

    def for_person(self, facts: OneFacts) -> Explained:
        """Determine one subject, with the reason of every condition and the facts that it used."""
        conditions, amount = self._read_with(facts)
        outcomes = tuple(
            Outcome(told, value_for(read, facts), tuple((name, _told(name, facts)) for name in tree.columns_in(plain)))
            for told, plain, read in zip(self.version.condition, self.conditions, conditions, strict=True)
        )
        eligible = all(outcome.met for outcome in outcomes)
        return Explained(outcomes, int(value_for(amount, facts)) if eligible else 0)

    def names(self, bits: int) -> tuple[str, ...]:
        """The ids of the conditions whose bits are set."""
        return tuple(one.id for at, one in enumerate(self.version.condition) if bits >> at & 1)


@dataclass(frozen=True)
class RuleSet(Conditions):
    """The rules of a scheme's version."""

    version: SchemeVersion


def _told(name: str, facts: OneFacts) -> tree.Constant | None:
    """A fact as a reader sees it: an unknown one that lies between two bounds by these."""
    least, most = (facts.get(bound) for bound in bounds_of(name))
    return f"{least}–{most}" if facts.get(name) is None and least is not None else facts.get(name)


@dataclass(frozen=True, slots=True)
class _Test:
    """One condition compiled: where it is certainly false, certainly true, known; which columns may be unknown."""

    false: arrays.Masks
    true: arrays.Masks
    known: arrays.Known
    doubtful: tuple[str, ...]

    @classmethod
    def of(cls, read: tree.Expression) -> _Test:
        doubtful = () if tree.always_known(read) else tree.columns_in(read)
        return cls(arrays.certainly(read, False), arrays.certainly(read, True), arrays.known_of(read), doubtful)

    def is_doubtful(self, facts: arrays.Facts) -> bool:
        """Whether these facts leave it unknown for somebody."""
        return any(facts[name].known is not None for name in self.doubtful)


@dataclass(frozen=True, slots=True)
class _Program:
    """The compiled functions: every condition, and what is due."""

    tests: tuple[_Test, ...]
    due: arrays.Numbers

    def run(self, facts: arrays.Facts) -> Determined:
        count = len(next(iter(facts.values())).values)
        bits = np.uint8 if len(self.tests) <= 8 else np.uint16 if len(self.tests) <= 16 else np.uint32
        failed, unknown = np.zeros(count, bits), np.zeros(count, bits)
        fen = np.empty(count, np.int64)
        for start in range(0, count, BLOCK):
            rows = slice(start, min(start + BLOCK, count))
            self._reasons(facts, rows, failed[rows], unknown[rows])
            np.multiply(np.equal(failed[rows], 0), self.due(facts, rows), out=fen[rows])
        return Determined(failed, unknown, fen)

    def _reasons(self, facts: arrays.Facts, rows: slice, failed: Bits, unknown: Bits) -> None:
        """Set the bits of a block, from the last condition to the first: doubling is faster than shifting."""
        doubts = False
        for test in reversed(self.tests):
            if not test.is_doubtful(facts):
                _append(failed, test.false(facts, rows))
                if doubts:
                    np.add(unknown, unknown, out=unknown)
                continue
            doubts = True
            known = test.known(facts, rows)
            _append(failed, ~test.true(facts, rows))
            _append(unknown, np.zeros(len(failed), np.bool_) if known is None else ~known)


def _append(bits: Bits, mask: arrays.Mask) -> None:
    """Move all bits one place up and put the mask below them."""
    np.add(bits, bits, out=bits)
    np.bitwise_or(bits, mask.view(np.uint8), out=bits)


def _missing(version: Ruled, names: Iterable[str]) -> ShidaiError:
    listed = list(names)
    return ShidaiError(
        problem(
            version.id,
            zh=f"缺少事实列：{'、'.join(listed)}。",
            en=f"Facts are missing: {', '.join(listed)}.",
            mend_zh="请提供这些列；说明见 docs/reference/schemes.md。",
            mend_en="Give these columns; docs/reference/schemes.md says what they are.",
        )
    )


def too_large(where: str) -> Problem:
    return problem(
        where,
        zh="这里的数可能超出 64 位整数。",
        en="A number here may not fit 64 bits.",
        mend_zh="请用较小的数，或用 LEAST(GREATEST(列, 0), 上限) 给事实定界。",
        mend_en="Use smaller numbers, or bound a fact: LEAST(GREATEST(column, 0), limit).",
    )


def may_be_unknown(where: str, text: str) -> Problem:
    return problem(
        where,
        zh=f"金额“{text}”用了可能不详的事实。",
        en=f"The amount '{text}' uses a fact that may be unknown.",
        mend_zh="请写 COALESCE(列, 缺省数)。",
        mend_en="Write COALESCE(column, number).",
    )


def _other_type(where: str, value: int | date) -> Problem:
    day = isinstance(value, date)
    return problem(
        where,
        zh=f"这个参数是{'日期' if day else '整数'}。",
        en=f"This parameter is {'a day' if day else 'a whole number'}.",
        mend_zh=f"例如 {value}。",
        mend_en=f"For example {value}.",
    )


def compile_version(version: SchemeVersion, columns: Columns, *, where: str = "") -> RuleSet:
    """The rules of a version over these columns.

    Raises ShidaiError for an expression that can't be read, an amount that may be unknown, a number beyond 64 bits.
    """
    types = parameter_types(version)
    amount = _amount(version.amount, columns, types, where)
    return RuleSet(version, _conditions(version, columns, where), amount, _values(version))


def compile_conditions(version: Ruled, columns: Columns, *, where: str = "") -> Conditions:
    """The conditions of a version alone; nothing is due. Raises ShidaiError for an expression that can't be read."""
    return Conditions(version, _conditions(version, columns, where), tree.Value(0), _values(version))


def _conditions(version: Ruled, columns: Columns, where: str) -> tuple[tree.Expression, ...]:
    types = parameter_types(version)
    return tuple(read_expression(one.when, columns, types, where=where or one.id) for one in version.condition)


def _values(version: Ruled) -> dict[str, int | date]:
    return {one.id: one.value for one in version.parameter}


def limits_of(version: SchemeVersion, columns: Columns, facts: OneFacts) -> tuple[int, int]:
    """The least and the most that may be granted to one subject, in fen. For a version whose amount is granted."""
    types, values = parameter_types(version), {one.id: one.value for one in version.parameter}

    def number(text: str) -> int:
        read = read_expression(text, columns, types, wanted="int", where=version.id)
        return int(value_for(bind(read, values), facts))

    return number(version.amount.least or "0"), number(version.amount.most or "0")


def parameter_types(version: Ruled) -> dict[str, str]:
    """A parameter is a day or a whole number."""
    return {one.id: "day" if isinstance(one.value, date) else "int" for one in version.parameter}


def _amount(amount: Amount, columns: Columns, types: Mapping[str, str], where: str) -> tree.Expression:
    """The amount with its supplements, under its cap, and never below 0: no benefit takes money from anybody.

    For a granted amount: the most that may be granted.
    """

    def number(text: str) -> tree.Expression:
        read = read_expression(text, columns, types, wanted="int", where=where or "amount")
        if not tree.always_known(read):
            raise ShidaiError(may_be_unknown(where or "amount", text))
        return read

    total = number(amount.fen or amount.most or "0")
    for more in amount.supplement:
        when = read_expression(more.when, columns, types, where=where or more.id)
        total = tree.Reckon("+", total, tree.Choose(((when, number(more.fen)),), tree.Value(0)))
    if amount.cap is not None:
        total = tree.Extreme("least", (total, number(amount.cap)))
    return tree.Extreme("greatest", (total, tree.Value(0)))
