"""`shidai doctor`: are this installation and this city in good order? What can't be read is a finding, not an end."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.words import Exit, ShidaiError, Text

LOW_SPACE_GB = 1.0
OTHERS = 0o007


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its subject, whether it holds, and what was seen."""

    subject: Text
    good: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at, named in case that it can't be looked at."""

    subject: Text
    look: Callable[[Path], Iterator[Finding]]


@app.command()
def doctor(data: DataOption = DEFAULT_DATA) -> int:
    """Check the installation and the data directory; says what needs care.

    Example: shidai doctor --data demo-city
    """
    findings = [finding for check in CHECKS for finding in _look(check, data)]
    table = Table(show_edge=False, pad_edge=False)
    for title in (Text(zh="检查", en="check"), Text(zh="结果", en="result"), Text(zh="所见", en="seen")):
        table.add_column(say(title), overflow="fold")
    for finding in findings:
        verdict = Text(zh="正常", en="good") if finding.good else Text(zh="需要处理", en="needs care")
        shown = f"[{'green' if finding.good else 'red'}]{say(verdict)}[/]"
        table.add_row(say(finding.subject), shown, escape(finding.seen))
    out.print(table)
    return Exit.OK if all(finding.good for finding in findings) else Exit.PROOF_FAILED


def _look(check: Check, data: Path) -> Iterator[Finding]:
    """What the check finds; what stops it is a finding too, so that the others are still made."""
    from django.db import DatabaseError

    try:
        yield from check.look(data)
    except ShidaiError as error:
        for one in error.problems:
            yield Finding(check.subject, False, f"{say(one.what)} {say(one.mend)}".strip())
    except (OSError, ValueError, sqlite3.Error, DatabaseError) as error:
        yield Finding(check.subject, False, str(error) or type(error).__name__)


def _look_at_installation(_: Path) -> Iterator[Finding]:
    bundle = Path(__file__).parents[1] / "site" / "static" / "shidai" / "site.js"
    yield Finding(Text(zh="前端文件", en="front-end bundle"), bundle.exists(), str(bundle.name))
    java = shutil.which("java")
    yield Finding(
        Text(zh="Java（仅 Spark 需要）", en="Java (only for Spark)"),
        True,
        java or say(Text(zh="没有", en="absent")),
    )


def _look_at_directory(data: Path) -> Iterator[Finding]:
    here = data if data.exists() else data.resolve().parent
    free = shutil.disk_usage(here).free / 1e9
    yield Finding(Text(zh="磁盘空间", en="disk space"), free > LOW_SPACE_GB, f"{free:,.1f} GB")
    yield Finding(Text(zh="可写", en="writable"), os.access(here, os.W_OK), str(here))
    if data.exists():
        mode = data.stat().st_mode & 0o777
        mend = "" if not mode & OTHERS else f": chmod 700 {data}"
        yield Finding(Text(zh="他人不可读", en="closed to others"), not mode & OTHERS, f"{oct(mode)}{mend}")


def _look_at_keys(data: Path) -> Iterator[Finding]:
    keys = data / "keys"
    if keys.exists():
        modes = {oct(file.stat().st_mode & 0o777) for file in keys.iterdir()}
        yield Finding(KEYS, modes <= {"0o600"}, ", ".join(sorted(modes)))


def _look_at_file(data: Path) -> Iterator[Finding]:
    file = data / "shidai.sqlite3"
    if os.environ.get("SHIDAI_DATABASE_URL"):
        return
    if not file.exists():
        yield Finding(DATABASE, False, say(Text(zh="还没有城市数据", en="no city yet")))
        return
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        verdict = database.execute("PRAGMA quick_check").fetchone()[0]
    yield Finding(DATABASE, verdict == "ok", verdict)


def _look_at_tables(data: Path) -> Iterator[Finding]:
    """Whether the server answers and holds this version's tables."""
    if not _has_database(data):
        return
    start_site(data)
    from shidai.core.city import needs_migration

    late = needs_migration()
    said = Text(zh="需要升级：shidai import 任一文件即可", en="out of date: shidai import of any file upgrades it")
    yield Finding(MIGRATIONS, not late, say(said if late else Text(zh="最新", en="up to date")))


def _look_at_audit(data: Path) -> Iterator[Finding]:
    if not _has_database(data):
        return
    start_site(data)
    from shidai.core.audit import verify

    verdict = verify()
    seen = Text(zh=f"{verdict.entries:,} 条", en=f"{verdict.entries:,} entries")
    if verdict.what is not None:
        seen = Text(
            zh=f"第 {verdict.broken_at} 条：{verdict.what.zh}", en=f"no. {verdict.broken_at}: {verdict.what.en}"
        )
    yield Finding(AUDIT, verdict.sound, say(seen))


def _has_database(data: Path) -> bool:
    return bool(os.environ.get("SHIDAI_DATABASE_URL")) or (data / "shidai.sqlite3").exists()


def _look_at_records(data: Path) -> Iterator[Finding]:
    from shidai.indicators.records import verify_records

    if (data / "records" / "manifest.json").exists():
        yield Finding(RECORDS, True, verify_records(data / "records").id[:12])


def _look_at_figures(data: Path) -> Iterator[Finding]:
    """Whether every stored year rests on the records in force."""
    from shidai.indicators.manifest import Manifest
    from shidai.indicators.store import ResultStore

    store = ResultStore(data / "results")
    made = {year: store.made(year) for year in store.years()}
    if not made:
        return
    manifest = Manifest.read(data / "records")
    old = [str(year) for year, one in made.items() if one is None or one.manifest != manifest.id]
    seen = Text(
        zh=f"依据较早的提取：{'、'.join(old)}；请运行 shidai extract --data {data}",
        en=f"resting on an earlier extract: {', '.join(old)}; run 'shidai extract --data {data}'",
    )
    yield Finding(FIGURES, not old, say(seen) if old else ", ".join(str(year) for year in made))


KEYS = Text(zh="密钥权限", en="key permissions")
DATABASE = Text(zh="数据库完整", en="database sound")
MIGRATIONS = Text(zh="数据库版本", en="database version")
AUDIT = Text(zh="审计链", en="audit chain")
RECORDS = Text(zh="记录表完整", en="record tables sound")
FIGURES = Text(zh="指标依据现有记录", en="figures rest on the records")

CHECKS = (
    Check(Text(zh="安装", en="installation"), _look_at_installation),
    Check(Text(zh="数据目录", en="data directory"), _look_at_directory),
    Check(KEYS, _look_at_keys),
    Check(DATABASE, _look_at_file),
    Check(MIGRATIONS, _look_at_tables),
    Check(AUDIT, _look_at_audit),
    Check(RECORDS, _look_at_records),
    Check(FIGURES, _look_at_figures),
)
