"""Runs the command line as its user does, in a process of its own that can be killed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

VILLAGE = "320202001001"


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "shidai.cli", *map(str, arguments)]


def environment() -> dict[str, str]:
    """The caller's, without settings of ours; compiled modules are kept, because starts are many."""
    ours = ("SHIDAI_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "SHIDAI_LANG": "en", "COLUMNS": "200"}


def run(
    *arguments: str | Path, settings: Mapping[str, str] | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    env = {**environment(), **(settings or {})}
    return subprocess.run(command(*arguments), env=env, capture_output=True, text=True, timeout=300, **more)  # type: ignore[call-overload,no-any-return]


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def program_environment(data: Path, url: str = "") -> dict[str, str]:
    """What a program of this folder, such as `tests.fault.paying`, needs to work on a city; url: of its database."""
    more = {"SHIDAI_DATABASE_URL": url} if url else {}
    return {**environment(), "SHIDAI_DATA": str(data), "SHIDAI_PACK": "wuxi-2006", **more}


def begin(env: Mapping[str, str], program: str, *words: str, **pipes: int) -> subprocess.Popen[str]:
    """Start `python -m tests.fault.<program> words`."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.fault.{program}", *words], env=dict(env), text=True,
        cwd=Path(__file__).parents[2], **{"stdout": subprocess.PIPE, **pipes},
    )  # type: ignore[call-overload,no-any-return]  # fmt: skip


def answer(process: subprocess.Popen[str]) -> Any:
    """What a program printed as JSON, once it has ended well."""
    out, wrong = process.communicate(timeout=180)
    assert process.returncode == 0, wrong
    return json.loads(out) if out else None


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 120) -> None:
    """Wait for something to happen while the process runs; fails when it ends before."""
    end = time.monotonic() + seconds
    while not true():
        assert process.poll() is None, f"it ended too early: {process.communicate()[0]}"
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def ask(data: Path, sql: str) -> int:
    """One number from the city's database, read beside the process that writes it."""
    connection = sqlite3.connect(f"file:{data / 'shidai.sqlite3'}?mode=ro", uri=True, timeout=20)
    try:
        return int(connection.execute(sql).fetchone()[0] or 0)
    finally:
        connection.close()


def is_locked(file: Path) -> bool:
    """Whether a process holds this lock file."""
    if not file.exists():
        return False
    with file.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write_people(file: Path, count: int) -> Path:
    rows = (f"p{n},王小{'明红强丽军'[n % 5]},{'男女'[n % 2]},19{50 + n % 50}-3-{n % 28 + 1}" for n in range(count))
    file.write_text("key,name,sex,birth_date\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def write_spells(file: Path, count: int) -> Path:
    rows = (f"s{n},p{n},户籍,{VILLAGE},2001-1-1" for n in range(count))
    file.write_text("key,person_key,kind,area,start_date\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def copy_city(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    return target
