"""Training without labels: from one cleaned list (its duplicates) or two (their links) to a model's settings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import pyarrow as pa

from shidai.linkage import han, latin
from shidai.linkage.aspects import as_comparison
from shidai.linkage.chance import measure_chances
from shidai.linkage.engine import (
    Settings,
    as_condition,
    known_columns,
    make_settings,
    open_database,
    open_linker,
    rule_columns,
    usable_blocks,
)
from shidai.linkage.learning import learn_shares, read_candidates
from shidai.linkage.rarity import add_keys, add_rarity, measure_rarity, share_of_clan

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAMPLED_PAIRS = 500_000
_MOST_TRAINING_PAIRS = 5_000_000
_SURE_ARE_FOUND = 0.9
"""Share of true pairs that is plainly true; a rough guess does, because each pair's own evidence outweighs it."""
_LEAST_SURE = 30
_LEARNERS = 60_000
"""Records of the second list whose candidates are learned from."""
_LINKED, _DOUBLE = 0.5, 0.02
"""Share of records with a partner, from which learning begins: between two lists, within one."""


def train_han(lists: Sequence[pa.Table]) -> Settings:
    """Chances counted in each context, shares learned over candidate pairs of all aspects at once."""
    known = known_columns(lists)
    aspects = han.aspects(known, numbers_once=len(lists) == 1 and _numbers_once(lists[0]))
    contexts, blocks = han.contexts(known), usable_blocks(han.BLOCKS, known)
    connection = open_database()
    tables = prepare_lists(connection, lists)
    chances = measure_chances(connection, tables, aspects, known)
    in_clan = share_of_clan(connection)
    if ("name", han.CLAN) in chances:  # that both bear one surname is told by the village's chance, not by the name's
        chances["name", han.CLAN] = {rung: share * in_clan for rung, share in chances["name", han.CLAN].items()}
    first, second, rows, sampled = _learners(connection, tables)
    candidates = read_candidates(connection, (first, second), aspects, contexts, blocks, within=len(lists) == 1)
    share = _LINKED if len(lists) == 2 else _DOUBLE
    every = float(rows) * sampled
    shares, prior = learn_shares(candidates, aspects, chances, every, share * sampled)
    comparisons = [as_comparison(aspect, contexts, shares, chances) for aspect in aspects]
    return make_settings(comparisons, blocks, len(lists)) | {"probability_two_random_records_match": prior}


def _numbers_once(table: pa.Table) -> bool:
    """Whether a list has numbers and none of them stands twice."""
    numbers = table["number"].drop_null() if "number" in table.column_names else pa.chunked_array([], pa.string())
    return len(numbers) > 0 and len(numbers.unique()) == len(numbers)


def prepare_lists(connection: DuckDBPyConnection, lists: Sequence[pa.Table]) -> list[str]:
    """Tables list_a and list_b, and how rare their values are among both."""
    tables = [f"list_{letter}" for letter, _ in zip("ab", lists, strict=False)]
    for name, table in zip(tables, lists, strict=True):
        connection.register("cleaned", table)
        add_keys(connection, "cleaned", name)
        connection.unregister("cleaned")
    measure_rarity(connection, tables)
    return tables


def _learners(connection: DuckDBPyConnection, tables: Sequence[str]) -> tuple[str, str, int, int]:
    """Names of the first table and of a part of the second, and how many records each has."""
    drawn = f"(SELECT * FROM {tables[-1]} ORDER BY hash(record) LIMIT {_LEARNERS})"  # noqa: S608
    add_rarity(connection, tables[0], "teachers")
    add_rarity(connection, drawn, "learners")
    counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in ("teachers", "learners")]  # noqa: S608
    rows, sampled = (int(count[0]) if count else 0 for count in counts)
    return "teachers", "learners", rows, sampled


def train_latin(lists: Sequence[pa.Table], seed: int) -> Settings:
    """Splink's own training: chances by sampling, shares by expectation-maximisation within blocks."""
    from splink.internals.exceptions import EMTrainingException

    known = known_columns(lists)
    sure = _count_pairs(lists, usable_blocks(latin.SURE, known))
    every = lists[0].num_rows * (lists[1].num_rows if len(lists) == 2 else (lists[0].num_rows - 1) / 2)
    settings = make_settings(latin.comparisons(known), usable_blocks(latin.BLOCKS, known), len(lists))
    settings["probability_two_random_records_match"] = min(max(sure / _SURE_ARE_FOUND, 1) / max(every, 2), 0.5)
    linker = open_linker(lists, settings)
    learn = linker.training
    learn.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=seed)
    for rule in latin.TRAINING if sure >= _LEAST_SURE else ():
        if rule_columns(rule) <= known:
            with suppress(EMTrainingException):  # small lists may have no pair that agrees on this rule
                learn.estimate_parameters_using_expectation_maximisation(
                    as_condition(rule), max_pairs=_MOST_TRAINING_PAIRS, record_sample_proportion=1.0
                )
    found: Settings = linker.misc.save_model_to_json()
    return found


def _count_pairs(lists: Sequence[pa.Table], rules: Sequence[str]) -> int:
    """How many pairs agree on one of the rules."""
    connection = open_database()
    for name, table in zip("lr", (lists[0], lists[-1]), strict=True):
        connection.register(f"list_{name}", table)
    within = " AND l.record < r.record" if len(lists) == 1 else ""
    parts = [f"SELECT l.record, r.record FROM list_l l JOIN list_r r ON {rule}{within}" for rule in rules]  # noqa: S608
    counted = connection.execute(f"SELECT count(*) FROM ({' UNION '.join(parts)})").fetchone() if parts else None  # noqa: S608
    return int(counted[0]) if counted else 0
