"""Trees compiled to Ibis: one condition is one boolean column for the whole city, on DuckDB or Spark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any

import ibis
import ibis.expr.types as ir

from shidai.rules import expression as tree

_COMPARE = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_RECKON = {"+": add, "-": sub, "*": mul}


def determine(
    conditions: Sequence[tree.Expression], amount: tree.Expression, table: ir.Table, keep: Sequence[str]
) -> ir.Table:
    """The columns of `keep`, the conditions that fail and that are unknown as bits, and what is due for every row."""
    met = [on_table(read, table) for read in conditions]
    doubtful = [at for at, read in enumerate(conditions) if not tree.always_known(read)]
    bits = table.select(
        *keep,
        failed=_bits(_one_unless(column, 1 << at) for at, column in enumerate(met)),
        unknown=_bits(_one_unless(met[at].notnull(), 1 << at) for at in doubtful),
        due=on_table(amount, table).cast("int64"),
    )
    return bits.select(
        *keep, "failed", "unknown", fen=ibis.cases((bits.failed == 0, bits.due), else_=ibis.literal(0, "int64"))
    )


def _one_unless(met: Any, bit: int) -> Any:
    """The bit where a condition is false or unknown, else 0."""
    return ibis.cases((met, ibis.literal(0, "int32")), else_=ibis.literal(bit, "int32"))


def _bits(flags: Iterable[Any]) -> Any:
    """Bits of several conditions as one whole number."""
    return reduce(add, flags, ibis.literal(0, "int32")).cast("int32")


def on_table(read: tree.Expression, table: ir.Table) -> Any:
    """The column that an expression is on a table; unknown (null) where SQL says so."""
    match read:
        case tree.Value(value):
            return _literal(value)
        case tree.Column(id_, _, _):
            return table[id_]
        case tree.Compare(sign, left, right):
            return _COMPARE[sign](on_table(left, table), on_table(right, table))
        case tree.All(parts):
            return reduce(and_, [on_table(part, table) for part in parts])
        case tree.Any(parts):
            return reduce(or_, [on_table(part, table) for part in parts])
        case tree.Not(part):
            return ibis.literal(False) == on_table(part, table)  # NOT x IS NULL would be read as NOT (x IS NULL)
        case tree.Unknown(part):
            return on_table(part, table).isnull()
        case tree.OneOf(part, values):
            return on_table(part, table).isin([_literal(value) for value in values])
        case tree.Within(part, prefix):
            return on_table(part, table).startswith(prefix)
        case tree.Reckon(sign, left, right):
            return _RECKON[sign](_wide(left, table), _wide(right, table))
        case tree.Choose(cases, otherwise):
            branches = [(on_table(when, table).fill_null(False), _whole(then, table)) for when, then in cases]
            return ibis.cases(*branches, else_=_whole(otherwise, table))
        case tree.Extreme(which, parts):
            return _extreme(which, parts, table)
        case tree.Instead(parts):
            return ibis.coalesce(*(_whole(part, table) for part in parts))
        case _:
            raise TypeError(type(read).__name__)


def _literal(value: tree.Constant) -> Any:
    return ibis.literal(value, type="date") if isinstance(value, date) else ibis.literal(value)


def _wide(read: tree.Expression, table: ir.Table) -> Any:
    return on_table(read, table).cast("int64")


def _whole(read: tree.Expression, table: ir.Table) -> Any:
    """Numbers as int64, so that the branches of a choice are of one type; anything else as it is."""
    column = on_table(read, table)
    return column.cast("int64") if column.type().is_integer() else column


def _extreme(which: str, parts: Sequence[tree.Expression], table: ir.Table) -> Any:
    """Engines leave nulls out of LEAST and GREATEST; here one unknown makes the result unknown.

    Asked of the leaves: asking the parts would write each nested one twice, and ten of them a thousand times.
    """
    columns = [_wide(part, table) for part in parts]
    chosen = ibis.least(*columns) if which == "least" else ibis.greatest(*columns)
    doubtful = [leaf for part in parts for leaf in tree.leaves_in(part) if not tree.always_known(leaf)]
    if not doubtful:
        return chosen
    some_unknown = reduce(or_, [on_table(leaf, table).isnull() for leaf in dict.fromkeys(doubtful)])
    return ibis.cases((some_unknown, ibis.null("int64")), else_=chosen)
