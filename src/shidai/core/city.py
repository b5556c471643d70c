"""A city's data directory: made ready, and its database's errors said plainly."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from shidai.core.access import Scope
from shidai.core.actions import load_areas
from shidai.core.sealing import key_ring
from shidai.packs import Pack
from shidai.words import Exit, ShidaiError, problem

CONNECT_SECONDS = 5


def prepare_city(pack: Pack, *, by: Scope) -> None:
    """Make the directory, its keys, its database and the pack's areas, as far as they aren't there yet."""
    require_database()
    with database_errors():
        Path(settings.DATA).mkdir(parents=True, exist_ok=True)
        key_ring()
        upgrade_database()
        load_areas(pack, by=by)


def upgrade_database() -> bool:
    """Give the database the tables and columns of this version; returns whether it lacked any."""
    late = needs_migration()
    if late:
        call_command("migrate", interactive=False, verbosity=0)
    return late


def needs_migration() -> bool:
    """Whether the database lacks tables or columns of this version."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


_SAID = {
    "disk is full": errno.ENOSPC,
    "No space left": errno.ENOSPC,
    "readonly database": errno.EACCES,
    "unable to open database": errno.EACCES,
    "disk I/O error": errno.ENOSPC,  # what SQLite says when its write-ahead log can't grow
}


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn the database's full disk or missing permission into the system's error, which the command line explains,
    and a server that can't be reached into ours."""
    try:
        yield
    except OperationalError as error:
        if connection.vendor == "postgresql" and _is_about_connecting(error):
            raise _unreachable(error) from error
        number = next((number for words, number in _SAID.items() if words in str(error)), None)
        if number is None:
            raise
        raise OSError(number, str(error), str(settings.DATA)) from error


def require_database() -> None:
    """Raise ShidaiError within seconds when the PostgreSQL server can't be reached; the pool would wait half a minute.

    A SQLite file needs no server: nothing to check.
    """
    if connection.vendor != "postgresql":
        return
    import psycopg

    asked: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **connection.get_connection_params()}
    try:
        psycopg.connect(**asked).close()
    except psycopg.OperationalError as error:
        raise _unreachable(error) from error


def _is_about_connecting(error: BaseException) -> bool:
    """A connection refused, lost or never given: by the driver or by its pool."""
    causes = {type(each).__name__ for each in (error, error.__cause__) if each is not None}
    return "PoolTimeout" in causes or connection.connection is None


def _unreachable(error: BaseException) -> ShidaiError:
    given = settings.DATABASES["default"]
    place = f"{given['HOST'] or 'localhost'}:{given['PORT'] or 5432}/{given['NAME']}"
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return ShidaiError(
        problem(
            place,
            zh=f"连接不上 PostgreSQL 数据库：{said}。",
            en=f"The PostgreSQL database can't be reached: {said}.",
            mend_zh="请确认数据库已启动，SHIDAI_DATABASE_URL 中的主机、端口、用户和口令正确。",
            mend_en="Check that the server runs and that SHIDAI_DATABASE_URL has the right host, port, user, password.",
        ),
        Exit.BAD_INPUT,
    )
