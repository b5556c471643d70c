"""Why two records are taken for one person: what each aspect says for or against it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from shidai.linkage.aspects import on_sides
from shidai.linkage.engine import open_database
from shidai.linkage.model import Model
from shidai.linkage.rarity import add_rarity
from shidai.linkage.training import prepare_lists

if TYPE_CHECKING:
    from shidai.linkage.levels import Level

_LABEL = re.compile(r"(?P<rung>.*) \((?P<context>.*)\)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One aspect of a pair: on which rung it stands, in which context that is judged, and its weight (log2 odds).

    The weights of all aspects and `weigh_before` add up to the pair's own weight.
    """

    aspect: str
    rung: str
    context: str
    weight: float


def weigh_before(model: Model) -> float:
    """The log2 odds that two records drawn at random are one person."""
    prior = float(model.settings["probability_two_random_records_match"])
    return math.log2(prior / (1 - prior))


def explain_pairs(model: Model, lists: Sequence[pa.Table], pairs: pa.Table) -> list[list[Evidence]]:
    """For each pair (id_a, id_b of one or two cleaned Han lists) the aspects of which something is known.

    Pairs of one list are looked at as `find_pairs` gives them. How rare values are is measured on the lists.
    """
    with open_database() as connection:
        tables = prepare_lists(connection, lists)
        for table in tables:
            add_rarity(connection, table, f"rated_{table}")
        ordered = pairs.select(["id_a", "id_b"]).append_column("place", pa.array(range(pairs.num_rows), pa.int64()))
        connection.register("asked", ordered)
        comparisons = model.settings["comparisons"]
        columns = ", ".join(part for each in comparisons for part in _columns(each))
        rows = connection.execute(
            f"SELECT {columns} FROM asked JOIN rated_{tables[0]} l ON l.record = id_a "  # noqa: S608
            f"JOIN rated_{tables[-1]} r ON r.record = id_b ORDER BY place"
        ).fetchall()
    return [
        [
            _evidence(each["output_column_name"], each["comparison_levels"][row[2 * at]], row[2 * at + 1])
            for at, each in enumerate(comparisons)
            if not each["comparison_levels"][row[2 * at]].get("is_null_level")
        ]
        for row in rows
    ]


def _columns(comparison: dict[str, Any]) -> tuple[str, str]:
    """SQL of the level that a pair is on, and of the chance of the value that both have there."""
    levels: Sequence[Level] = comparison["comparison_levels"]
    conditions = [on_sides(level["sql_condition"]) for level in levels[:-1]]  # the last is 'ELSE'
    places = " ".join(f"WHEN {condition} THEN {place}" for place, condition in enumerate(conditions))
    chances = " ".join(
        f"WHEN {condition} THEN {_chance(level)}" for condition, level in zip(conditions, levels, strict=False)
    )
    return f"CASE {places} ELSE {len(levels) - 1} END", f"CASE {chances} ELSE {_chance(levels[-1])} END"


def _chance(level: Level) -> str:
    column = level.get("tf_adjustment_column")
    return f"greatest(l.tf_{column}, r.tf_{column})" if column else "NULL::DOUBLE"


def _evidence(aspect: str, level: Level, chance: float | None) -> Evidence:
    found = _LABEL.fullmatch(level["label_for_charts"])
    rung, context = (found["rung"], found["context"]) if found else (level["label_for_charts"], "")
    weight = math.log2(level["m_probability"] / (chance or level["u_probability"]))
    return Evidence(aspect, rung, context, weight)
