"""A trained model: how much each level tells, and the pairs that it finds."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from shidai.linkage import cleaning, training
from shidai.linkage.engine import open_database, predict_all, predict_weighed

Kind = Literal["han", "latin"]
_CLEAN = {"han": cleaning.clean_han, "latin": cleaning.clean_latin}
LEAST = 0.001
"""Pairs less probable are not kept."""
_BATCH = 100_000  # records cleaned at a time: Python's texts take ten times the room of the columns that come out


@dataclass(frozen=True, slots=True)
class Model:
    """A kind and the settings for Splink with all that was learned; `settings` is plain JSON."""

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
    parts = [_CLEAN[kind](pa.Table.from_batches([each])) for each in table.to_batches(max_chunksize=_BATCH)]
    return pa.concat_tables(parts) if parts else _CLEAN[kind](table)


def train(kind: Kind, lists: Sequence[pa.Table], *, seed: int = 1) -> Model:
    """Learn from one cleaned list (its duplicates) or two (their links) without any labels.

    Where hardly any pair is plainly true, there is nothing to learn true pairs from, and the levels keep the shares
    that learning begins with.
    """
    return Model(kind, training.train_han(lists) if kind == "han" else training.train_latin(lists, seed))


def find_pairs(model: Model, lists: Sequence[pa.Table], *, least: float = LEAST) -> pa.Table:
    """Pairs with at least this probability, most probable first: id_a, id_b, probability, weight (log2 odds)."""
    if model.kind == "latin":
        return predict_all(lists, model.settings, least)
    connection = open_database()
    tables = training.prepare_lists(connection, lists)
    return predict_weighed(connection, tables, model.settings, least)


def find_pairs_among(
    model: Model, everybody: pa.Table, ids: Collection[str], doubles: float, *, least: float = LEAST
) -> pa.Table:
    """Pairs within some of a cleaned list, weighed by how rare their values are in all of it; columns as `find_pairs`.

    doubles: how many of these records are assumed to have a partner among them, before any is looked at. A model that
    hardly saw a pair learned next to nothing of how many there are; and it saw all, not these.
    """
    connection = open_database()
    training.prepare_lists(connection, [everybody])
    connection.register("chosen", pa.table({"record": pa.array(sorted(ids), pa.string())}))
    connection.execute("CREATE TABLE list_chosen AS SELECT * FROM list_a SEMI JOIN chosen USING (record)")
    count = len(ids)
    prior = min(max(doubles / max(count * (count - 1) / 2, 1), 1e-12), 0.5)
    settings = model.settings | {"probability_two_random_records_match": prior}
    return predict_weighed(connection, ["list_chosen"], settings, least)
