"""A register kept ready for linkage, so that new records are linked against all of it in seconds.

The file (DuckDB) holds the register's cleaned records and how rare their values are. New records meet only those that
agree with one of them on a block; what they are compared by, and the probabilities, are those of the full linkage.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from shidai.linkage.engine import open_database, predict_weighed
from shidai.linkage.model import LEAST, Model
from shidai.linkage.rarity import KEYS, add_keys
from shidai.linkage.training import prepare_lists
from shidai.words import Problem, ShidaiError, problem


def keep_register(register: pa.Table, path: Path) -> None:
    """Write a cleaned list (`model.clean`, Han names) to a file that `link_new` reads; one there is replaced."""
    path.unlink(missing_ok=True)
    with open_database(path) as connection:
        prepare_lists(connection, [register])


def count_register(path: Path) -> int:
    """How many records a kept register has."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM list_a").fetchone()
    return int(found[0]) if found else 0


def link_new(model: Model, path: Path, new: pa.Table, *, least: float = LEAST) -> pa.Table:
    """Pairs of the register (id_a) and new cleaned records (id_b) of at least this probability, most probable first.

    Raises ShidaiError if the model isn't for Han names or the file isn't a kept register.
    """
    if model.kind != "han":
        raise ShidaiError(_wrong_kind(path))
    place = str(path).replace("'", "''")
    with open_database() as connection:
        try:
            connection.execute(f"ATTACH '{place}' AS kept (READ_ONLY)")
            connection.register("cleaned", new)
            add_keys(connection, "cleaned", "list_b")
            _open_register(connection)
            _choose_met(connection, model.settings["blocking_rules_to_generate_predictions"])
        except (duckdb.IOException, duckdb.CatalogException) as error:
            raise ShidaiError(_no_register(path, error)) from error
        return predict_weighed(connection, ["list_a", "list_b"], model.settings, least)


def _open_register(connection: duckdb.DuckDBPyConnection) -> None:
    """known: the kept records; a column that wasn't compared yet when they were kept, as the child, is unknown."""
    kept, new = ({row[0]: row[1] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
                 for name in ("kept.list_a", "list_b"))  # fmt: skip
    lacking = "".join(f", CAST(NULL AS {new[name]}) AS {name}" for name in new.keys() - kept.keys())
    connection.execute(f"CREATE VIEW known AS SELECT *{lacking} FROM kept.list_a")  # noqa: S608


def _choose_met(connection: duckdb.DuckDBPyConnection, blocks: Sequence[str]) -> None:
    """list_a: the register's records that agree with a new one on a block; rare_…: how rare their values are."""
    met = " UNION ".join(f"SELECT l.record FROM known l SEMI JOIN list_b r ON {block}" for block in blocks)  # noqa: S608
    connection.execute(f"CREATE TABLE list_a AS SELECT * FROM known WHERE record IN ({met})")  # noqa: S608
    for key in KEYS:
        values = f"(SELECT {key} FROM list_a UNION SELECT {key} FROM list_b)"  # noqa: S608
        connection.execute(f"CREATE TABLE rare_{key} AS SELECT * FROM kept.rare_{key} SEMI JOIN {values} USING ({key})")  # noqa: S608


def _wrong_kind(path: Path) -> Problem:
    return problem(
        str(path),
        zh="保存的登记库只能配中文姓名的模型。",
        en="A kept register goes with a model for Han names only.",
        mend_zh="请用 --model han 训练的模型。",
        mend_en="Use a model trained with --model han.",
    )


def _no_register(path: Path, error: Exception) -> Problem:
    return problem(
        str(path),
        zh=f"不是保存好的登记库：{error}",
        en=f"This is not a kept register: {error}",
        mend_zh="请先用 shidai link 登记库.csv 新名单.csv --keep-register 文件 生成。",
        mend_en="Make it first: shidai link register.csv new.csv --keep-register FILE.",
    )
