"""`shidai doctor`: is this installation and this city in good order?"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say
from shidai.words import Exit, ShidaiError, Text

LOW_SPACE_GB = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its subject, whether it holds, and what was seen."""

    subject: Text
    good: bool
    seen: str


@app.command()
def doctor(data: DataOption = DEFAULT_DATA) -> int:
    """Check the installation and the data directory; says what needs care.

    Example: shidai doctor --data demo-city
    """
    findings = [finding for check in CHECKS for finding in check(data)]
    table = Table(show_edge=False, pad_edge=False)
    for title in (Text(zh="检查", en="check"), Text(zh="结果", en="result"), Text(zh="所见", en="seen")):
        table.add_column(say(title))
    for finding in findings:
        verdict = Text(zh="正常", en="good") if finding.good else Text(zh="需要处理", en="needs care")
        table.add_row(say(finding.subject), f"[{'green' if finding.good else 'red'}]{say(verdict)}[/]", finding.seen)
    out.print(table)
    return Exit.OK if all(finding.good for finding in findings) else Exit.PROOF_FAILED


def _check_installation(_: Path) -> Iterator[Finding]:
    bundle = Path(__file__).parents[1] / "site" / "static" / "shidai" / "site.js"
    yield Finding(Text(zh="前端文件", en="front-end bundle"), bundle.exists(), str(bundle.name))
    java = shutil.which("java")
    yield Finding(
        Text(zh="Java（仅 Spark 需要）", en="Java (only for Spark)"),
        True,
        java or say(Text(zh="没有", en="absent")),
    )


def _check_directory(data: Path) -> Iterator[Finding]:
    here = data if data.exists() else data.resolve().parent
    free = shutil.disk_usage(here).free / 1e9
    yield Finding(Text(zh="磁盘空间", en="disk space"), free > LOW_SPACE_GB, f"{free:,.1f} GB")
    yield Finding(Text(zh="可写", en="writable"), os.access(here, os.W_OK), str(here))
    keys = data / "keys"
    if keys.exists():
        modes = {oct(file.stat().st_mode & 0o777) for file in keys.iterdir()}
        yield Finding(Text(zh="密钥权限", en="key permissions"), modes <= {"0o600"}, ", ".join(sorted(modes)))


def _check_database(data: Path) -> Iterator[Finding]:
    file = data / "shidai.sqlite3"
    if os.environ.get("SHIDAI_DATABASE_URL"):
        return
    if not file.exists():
        yield Finding(Text(zh="数据库", en="database"), False, say(Text(zh="还没有城市数据", en="no city yet")))
        return
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        verdict = database.execute("PRAGMA quick_check").fetchone()[0]
    yield Finding(Text(zh="数据库完整", en="database sound"), verdict == "ok", verdict)


def _check_records(data: Path) -> Iterator[Finding]:
    from shidai.indicators.records import verify_records

    if not (data / "records" / "manifest.json").exists():
        return
    subject = Text(zh="记录表完整", en="record tables sound")
    try:
        manifest = verify_records(data / "records")
        yield Finding(subject, True, manifest.id[:12])
    except ShidaiError as error:
        yield Finding(subject, False, say(error.problems[0].what))


CHECKS: tuple[Callable[[Path], Iterator[Finding]], ...] = (
    _check_installation,
    _check_directory,
    _check_database,
    _check_records,
)
