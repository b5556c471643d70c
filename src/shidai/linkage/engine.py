"""Splink on DuckDB: which pairs are compared, and how likely each is one person."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from shidai.linkage.levels import Comparison
from shidai.linkage.rarity import KEYS

Settings = dict[str, Any]
_spill: ContextVar[str] = ContextVar("spill", default="")


@contextmanager
def spill_into(folder: Path) -> Iterator[None]:
    """What of a linkage doesn't fit into memory goes into this folder for a while: names, so it must be a private one.

    Outside of this nothing is written, and a linkage too large for the memory fails.
    """
    before = _spill.set(str(folder))
    try:
        yield
    finally:
        _spill.reset(before)


def open_database(path: Path | None = None) -> DuckDBPyConnection:
    """A database for personal data, in memory or of a file: DuckDB's own spills beside it or where it's started."""
    return duckdb.connect(str(path) if path else ":memory:", config={"temp_directory": _spill.get()})


def known_columns(lists: Sequence[pa.Table]) -> set[str]:
    """Columns that have values in every list."""
    return set.intersection(
        *({name for name in each.column_names if each[name].null_count < each.num_rows} for each in lists)
    )


def usable_blocks(rules: Iterable[Sequence[str]], known: Collection[str]) -> list[str]:
    """The rules of which all columns are known, as conditions."""
    return [as_condition(rule) for rule in rules if rule_columns(rule) <= set(known)]


def rule_columns(rule: Collection[str]) -> set[str]:
    """The columns of a rule: of 'substr(identifier, 1, 4)' identifier."""
    return {re.sub(r"^\w+\((\w+).*$", r"\1", part) for part in rule}


def as_condition(rule: Sequence[str]) -> str:
    """'l.birth = r.birth AND …' of the parts of a rule, which may be 'substr(identifier, 1, 4)'."""
    sides = [[re.sub(r"^(\w+\()?(\w+)", rf"\1{side}.\2", part) for part in rule] for side in "lr"]
    return " AND ".join(f"{left} = {right}" for left, right in zip(*sides, strict=True))


def make_settings(comparisons: Sequence[Comparison], blocks: Sequence[str], lists: int) -> Settings:
    return {
        "link_type": "link_only" if lists == 2 else "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": list(comparisons),
        "blocking_rules_to_generate_predictions": list(blocks),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def open_linker(lists: Sequence[pa.Table], settings: Settings) -> Any:
    """Splink's linker for one or two cleaned lists."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(open_database())
    names = [api.register(table, dataset_display_name=name) for table, name in zip(lists, ("a", "b"), strict=False)]
    return Linker(names, settings, log_level=logging.ERROR)


def predict_all(lists: Sequence[pa.Table], settings: Settings, least: float) -> pa.Table:
    """The pairs of one or two cleaned lists; how rare values are is counted by Splink on these lists."""
    return _as_pairs(open_linker(lists, settings).inference.predict(threshold_match_probability=least))


def predict_weighed(
    connection: DuckDBPyConnection, tables: Sequence[str], settings: Settings, least: float
) -> pa.Table:
    """The pairs of one or two tables of the connection, where `rarity` has told how rare their values are."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection)
    named = [api.register(table, dataset_display_name=name) for table, name in zip(tables, ("a", "b"), strict=False)]
    link_type = "dedupe_only" if len(named) == 1 else "link_only"  # whatever the model was learned on
    linker = Linker(named, settings | {"link_type": link_type}, log_level=logging.ERROR)
    for key in KEYS:
        linker.table_management.register_term_frequency_lookup(api.register(f"rare_{key}"), key)
    infer = linker.inference
    options = {"threshold_match_probability": least, "warning_mode": "never"}
    if len(named) == 1:
        return _as_pairs(infer.predict_within(named[0], **options))
    return _as_pairs(infer.predict_between(*named, **options))


def _as_pairs(found: Any) -> pa.Table:
    """id_a, id_b, probability, weight (log2 odds), most probable first."""
    rows = found.as_duckdbpyrelation().select(
        "record_l as id_a, record_r as id_b, match_probability as probability, match_weight as weight"
    )
    table: pa.Table = rows.to_arrow_table()
    return table.sort_by([("probability", "descending"), ("weight", "descending"), ("id_a", "ascending")])
