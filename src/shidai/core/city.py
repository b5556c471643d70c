"""A city's data directory: made ready, and its database's errors said plainly."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
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


def upgrade_database() -> tuple[str, ...]:
    """Give the database the tables, columns and indexes of this version; returns the steps that it lacked.

    Each step is done whole or not at all; run again, it continues. Raises ShidaiError for the database of a later
    version, which this one would damage.
    """
    steps = missing_steps()
    if steps:
        call_command("migrate", interactive=False, verbosity=0)
    return steps


def missing_steps() -> tuple[str, ...]:
    """What the database lacks of this version, in order: 'registry 0002_open_spells'."""
    executor = MigrationExecutor(connection)
    loader = executor.loader
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("shidai.")}
    unknown = sorted(
        step for step in loader.applied_migrations if step[0] in rooms and step not in loader.disk_migrations
    )
    if unknown:
        raise _later_version(unknown)
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    return tuple(f"{step.app_label} {step.name}" for step, _ in plan)


def needs_migration() -> bool:
    """Whether the database lacks anything of this version."""
    return bool(missing_steps())


def _later_version(unknown: Sequence[tuple[str, str]]) -> ShidaiError:
    steps = ", ".join(" ".join(step) for step in unknown)
    return ShidaiError(
        problem(
            str(settings.DATA),
            zh=f"数据库属于更新的版本（{steps}）。",
            en=f"The database belongs to a later version ({steps}).",
            mend_zh="请安装那个版本，或恢复升级前的备份。",
            mend_en="Install that version, or restore the backup made before its upgrade.",
        )
    )


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
    except DatabaseError as error:
        if any(words in str(error) for words in _DAMAGED):
            raise _damaged() from error
        if not isinstance(error, OperationalError):
            raise
        if "database is locked" in str(error):
            raise _busy() from error
        if connection.vendor == "postgresql" and _is_about_connecting(error):
            raise _unreachable(error) from error
        number = next((number for words, number in _SAID.items() if words in str(error)), None)
        if number is None:
            raise
        raise OSError(number, str(error), str(settings.DATA)) from error


_DAMAGED = ("file is not a database", "database disk image is malformed")


def _damaged() -> ShidaiError:
    return ShidaiError(
        problem(
            str(settings.DATABASES["default"]["NAME"]),
            zh="数据库文件已损坏，或不是数据库。",
            en="The database file is damaged, or is no database.",
            mend_zh="请不要再写入；先复制一份保存，再从备份恢复。",
            mend_en="Don't write to it any more; keep a copy, then restore a backup.",
        )
    )


def _busy() -> ShidaiError:
    return ShidaiError(
        problem(
            str(settings.DATA),
            zh="数据库正被另一个进程占用。",
            en="Another process holds the database.",
            mend_zh="请等它结束，或停下它，再运行一次；已写入的数据完好。",
            mend_en="Wait for it or stop it, and run again; what was stored before is intact.",
        ),
        Exit.BUSY,
    )


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
