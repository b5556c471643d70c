"""A city's data directory: made ready, and its database's errors said plainly."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from shidai.core.access import Scope
from shidai.core.actions import load_areas
from shidai.core.sealing import key_ring
from shidai.packs import Pack


def prepare_city(pack: Pack, *, by: Scope) -> None:
    """Make the directory, its keys, its database and the pack's areas, as far as they aren't there yet."""
    with database_errors():
        Path(settings.DATA).mkdir(parents=True, exist_ok=True)
        key_ring()
        if needs_migration():
            call_command("migrate", interactive=False, verbosity=0)
        load_areas(pack, by=by)


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
    """Turn the database's full disk or missing permission into the system's error, which the command line explains."""
    try:
        yield
    except OperationalError as error:
        number = next((number for words, number in _SAID.items() if words in str(error)), None)
        if number is None:
            raise
        raise OSError(number, str(error), str(settings.DATA)) from error
