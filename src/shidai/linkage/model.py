"""A trained model: how much each level tells, and the pairs that it finds."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pyarrow as pa

from shidai.linkage import cleaning, han, latin

Kind = Literal["han", "latin"]
_MODELS: dict[str, ModuleType] = {"han": han, "latin": latin}
_CLEAN = {"han": cleaning.clean_han, "latin": cleaning.clean_latin}
LEAST = 0.001
"""Pairs less probable are not kept."""
_SAMPLED_PAIRS = 500_000
_MOST_TRAINING_PAIRS = 5_000_000
_SURE_ARE_FOUND = 0.9
"""Share of true pairs that is plainly true; a rough guess does, because each pair's own evidence outweighs it."""
_LEAST_SURE = 30


@dataclass(frozen=True, slots=True)
class Model:
    """A kind and the settings that Splink has learned; `settings` is plain JSON."""

    kind: Kind
    settings: dict[str, Any]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"kind": self.kind, "settings": self.settings}, ensure_ascii=False, indent=1))

    @classmethod
    def load(cls, path: Path) -> Model:
        told = json.loads(path.read_text())
        return cls(told["kind"], told["settings"])


def clean(kind: Kind, table: pa.Table) -> pa.Table:
    """A list by role (see `roles.read_list`) as the columns that the model compares."""
    return _CLEAN[kind](table)


def train(kind: Kind, lists: Sequence[pa.Table], *, seed: int = 1) -> Model:
    """Learn from one cleaned list (its duplicates) or two (their links) without any labels.

    Where hardly any pair is plainly true, there is nothing to learn true pairs from, and the levels keep the shares
    that Splink begins with.
    """
    from splink.internals.exceptions import EMTrainingException

    known, told = _known(lists), _MODELS[kind]
    sure = _count_pairs(lists, [_block(rule) for rule in told.SURE if _columns(rule) <= known])
    every = lists[0].num_rows * (lists[1].num_rows if len(lists) == 2 else (lists[0].num_rows - 1) / 2)
    settings = _settings(kind, lists)
    settings["probability_two_random_records_match"] = min(max(sure / _SURE_ARE_FOUND, 1) / max(every, 2), 0.5)
    linker = _linker(lists, settings)
    learn = linker.training
    learn.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=seed)
    for rule in told.TRAINING if sure >= _LEAST_SURE else ():
        if _columns(rule) <= known:
            with suppress(EMTrainingException):  # small lists may have no pair that agrees on this rule
                learn.estimate_parameters_using_expectation_maximisation(
                    _block(rule), max_pairs=_MOST_TRAINING_PAIRS, record_sample_proportion=1.0
                )
    return Model(kind, linker.misc.save_model_to_json())


def find_pairs(model: Model, lists: Sequence[pa.Table], *, least: float = LEAST) -> pa.Table:
    """Pairs with at least this probability, most probable first: id_a, id_b, probability, weight (log2 odds)."""
    linker = _linker(lists, model.settings)
    found = linker.inference.predict(threshold_match_probability=least)
    rows = found.as_duckdbpyrelation().select(
        "record_l as id_a, record_r as id_b, match_probability as probability, match_weight as weight"
    )
    table: pa.Table = rows.to_arrow_table()
    return table.sort_by([("probability", "descending"), ("weight", "descending"), ("id_a", "ascending")])


def _count_pairs(lists: Sequence[pa.Table], rules: Sequence[str]) -> int:
    """How many pairs agree on one of the rules."""
    import duckdb

    connection = duckdb.connect()
    for name, table in zip("lr", (lists[0], lists[-1]), strict=True):
        connection.register(f"list_{name}", table)
    within = " AND l.record < r.record" if len(lists) == 1 else ""
    parts = [f"SELECT l.record, r.record FROM list_l l JOIN list_r r ON {rule}{within}" for rule in rules]  # noqa: S608
    counted = connection.execute(f"SELECT count(*) FROM ({' UNION '.join(parts)})").fetchone() if parts else None  # noqa: S608
    return int(counted[0]) if counted else 0


def _linker(lists: Sequence[pa.Table], settings: dict[str, Any]) -> Any:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    tables = [api.register(table, dataset_display_name=name) for table, name in zip(lists, ("a", "b"), strict=False)]
    return Linker(tables, settings, log_level=logging.ERROR)


def _settings(kind: Kind, lists: Sequence[pa.Table]) -> dict[str, Any]:
    told, known = _MODELS[kind], _known(lists)
    blocks = [_block(rule) for rule in told.BLOCKS if _columns(rule) <= known]
    return {
        "link_type": "link_only" if len(lists) == 2 else "dedupe_only",
        "unique_id_column_name": "record",
        "comparisons": told.comparisons(known),
        "blocking_rules_to_generate_predictions": blocks,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _known(lists: Sequence[pa.Table]) -> set[str]:
    """Columns that have values in every list."""
    return set.intersection(
        *({name for name in each.column_names if each[name].null_count < each.num_rows} for each in lists)
    )


def _columns(rule: Collection[str]) -> set[str]:
    return {re.sub(r"^\w+\((\w+).*$", r"\1", part) for part in rule}


def _block(rule: Sequence[str]) -> str:
    """'l.birth = r.birth AND …' of the parts of a rule, which may be 'substr(identifier, 1, 4)'."""
    sides = [[re.sub(r"^(\w+\()?(\w+)", rf"\1{side}.\2", part) for part in rule] for side in "lr"]
    return " AND ".join(f"{left} = {right}" for left, right in zip(*sides, strict=True))
