"""What of a linkage doesn't fit into memory goes into the private folder, and nowhere else."""

from __future__ import annotations

import duckdb
import pytest

from shidai.linkage.engine import open_database, spill_into

TOO_MUCH = "CREATE TABLE names AS SELECT hash(i) || '王伟' AS name FROM range(3000000) t(i) ORDER BY hash(i)"


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET memory_limit = '60MB'")
    connection.execute(TOO_MUCH)


def test_names_that_do_not_fit_go_into_the_private_folder(tmp_path, monkeypatch) -> None:
    folder, elsewhere = tmp_path / "private", tmp_path / "work"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with spill_into(folder), open_database() as connection:
        fill(connection)
        assert sum(file.stat().st_size for file in folder.rglob("*")) > 10_000_000
        assert list(elsewhere.iterdir()) == []


def test_without_one_nothing_is_written(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_database() as connection, pytest.raises(duckdb.OutOfMemoryException):
        fill(connection)
    assert list(tmp_path.iterdir()) == []
