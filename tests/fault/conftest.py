"""One empty city for all tests of this folder, on SQLite and on PostgreSQL; each test works on a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.fault.running import VILLAGE, copy_city, program_environment, run
from tests.postgres import postgresql_server
from tests.sharing import make_once


@pytest.fixture(scope="session")
def prepared_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_once(tmp_path_factory, "fault", prepare) / "city"


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A city whose database is on a PostgreSQL server of the session's own, and the address of that database."""
    with postgresql_server() as server:
        url = make_database(server, "prepared")
        yield prepare(tmp_path_factory.mktemp("postgresql"), SHIDAI_DATABASE_URL=url), url


def prepare(folder: Path, **settings: str) -> Path:
    (folder / "household.csv").write_text(f"key,area\nh0,{VILLAGE}\n")
    done = run("import", folder / "household.csv", "--data", folder / "city", settings=settings)
    assert done.returncode == 0, done.stderr
    return folder / "city"


def make_database(server: str, name: str, *, like: str = "template1") -> str:
    """The address of a new database on the server, a copy of another."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
    return server.replace("/postgres?", f"/{name}?").replace("/prepared?", f"/{name}?")


@pytest.fixture
def data(prepared_city: Path, tmp_path: Path) -> Path:
    return copy_city(prepared_city, tmp_path / "city")


@pytest.fixture
def on_sqlite(data: Path) -> dict[str, str]:
    """The environment of programs that work on a copy of the empty city."""
    return program_environment(data)


@pytest.fixture
def on_postgresql(prepared_database: tuple[Path, str], tmp_path: Path) -> dict[str, str]:
    """The same with its database on PostgreSQL; skips where there is none."""
    folder, url = prepared_database
    shutil.copytree(folder, tmp_path / "city")
    name = "".join(one for one in str(tmp_path).lower() if one.isalnum())[-60:]
    server = url.replace("/prepared?", "/postgres?")
    return program_environment(tmp_path / "city", make_database(server, name, like="prepared"))
