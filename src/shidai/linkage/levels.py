"""Levels: how near two records are in one respect, from alike to apart, as conditions of SQL."""

from __future__ import annotations

from typing import Any

Level = dict[str, Any]
Comparison = dict[str, Any]

NEAR_NAME = 0.88
"""Jaro-Winkler similarity from which on two Latin names are one name mistyped."""


def comparison(name: str, *levels: Level) -> Comparison:
    """Levels in their order, the first that holds counts; the last of them is 'all else'."""
    last = {"sql_condition": "ELSE", "label_for_charts": "all else"}
    return {"output_column_name": name, "comparison_levels": [*levels, last]}


def missing(*columns: str) -> Level:
    """One of the columns is empty on either side: nothing is known."""
    nothing = " OR ".join(f"{column}_l IS NULL OR {column}_r IS NULL" for column in columns)
    return {"sql_condition": nothing, "label_for_charts": "missing", "is_null_level": True}


def level(label: str, condition: str, *, frequency_of: str | None = None) -> Level:
    """A level; `frequency_of` is the column of which rare values weigh more."""
    told: Level = {"sql_condition": condition, "label_for_charts": label}
    return told | {"tf_adjustment_column": frequency_of} if frequency_of else told


def same(column: str, *, frequency: bool = False) -> Level:
    return level(f"{column} alike", f"{column}_l = {column}_r", frequency_of=column if frequency else None)


def mistyped(column: str, slips: int) -> Level:
    """At most so many signs typed wrongly, left out, added or swapped with the next."""
    return level(f"{column} with {slips} slips", f"damerau_levenshtein({column}_l, {column}_r) <= {slips}")


def alike(column: str, other: str | None = None, at_least: float = NEAR_NAME) -> str:
    """The condition that two texts are near by Jaro-Winkler."""
    return f"jaro_winkler_similarity({column}_l, {other or column}_r) >= {at_least}"


def both(*conditions: str) -> str:
    return " AND ".join(f"({condition})" for condition in conditions)


def either(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)
