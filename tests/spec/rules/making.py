"""Versions of a scheme in a line, and facts as the three readers take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from shidai.packs.schema.scheme import SchemeVersion
from shidai.rules.arrays import Fact
from shidai.rules.columns import Columns, FactColumn
from shidai.words import Text

TITLE = {"zh": "条件", "en": "condition"}
ARROW = {"int": pa.int32(), "bool": pa.bool_(), "day": pa.date32(), "text": pa.string()}
EPOCH = date(1970, 1, 1)


def make_version(
    *conditions: str, fen: str = "5000", parameters: Mapping[str, int | date] | None = None, **amount: Any
) -> SchemeVersion:
    """A version whose conditions are named c0, c1, …"""
    return SchemeVersion.model_validate(
        {
            "id": "v1",
            "source": "law",
            "checked_on": "2026-01-01",
            "effective_from": "2004-01-01",
            "parameter": [
                {"id": id_, "value": value, "unit": "number", "title": TITLE}
                for id_, value in (parameters or {}).items()
            ],
            "condition": [
                {"id": f"c{at}", "when": when, "title": TITLE, "clause": TITLE} for at, when in enumerate(conditions)
            ],
            "amount": {"per": "month", "fen": fen, **amount},
            "calendar": {"pay": ["12-31"]},
            "step": [{"level": "village", "act": "review"}],
            "stop": [{"on": "death", "text": TITLE}],
        }
    )


def make_columns(**types: str) -> Columns:
    """Columns by name and type; a type that ends in '!' is never unknown."""
    word = Text(zh="列", en="column")
    return {
        name: FactColumn(name, kind.rstrip("!"), word, word, known=kind.endswith("!"))  # type: ignore[arg-type]
        for name, kind in types.items()
    }


def as_arrays(rows: Sequence[Mapping[str, Any]], columns: Columns) -> dict[str, Fact]:
    return {name: _fact([row.get(name) for row in rows], column.type) for name, column in columns.items()}


def _fact(values: list[Any], kind: str) -> Fact:
    known = np.array([value is not None for value in values])
    if kind == "text":
        words = tuple(sorted({value for value in values if value is not None}))
        places = np.array([-1 if value is None else words.index(value) for value in values], np.int8)
        return Fact(places, known, words)
    if kind == "day":
        return Fact(np.array([0 if value is None else (value - EPOCH).days for value in values], np.int32), known)
    return Fact(np.array([value or 0 for value in values], np.bool_ if kind == "bool" else np.int16), known)


def as_table(rows: Sequence[Mapping[str, Any]], columns: Columns) -> Any:
    arrays = {name: pa.array([row.get(name) for row in rows], ARROW[column.type]) for name, column in columns.items()}
    return ibis.memtable(pa.table({"row": pa.array(range(len(rows)), pa.int64()), **arrays}))
