"""Run the benchmark cases, print one table and write the same as JSON."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.case import Case, Measured

MODULES = (
    "synth",
    "importing",
    "rules",
    "linking",
    "doubles",
    "payments",
    "schemes",
    "programmes",
    "projecting",
    "lifetables",
    "city",
    "demo",
)
RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """What this was measured on, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def find_cases(wanted: str) -> Iterator[Case]:
    for name in MODULES:
        if (Path(__file__).parent / f"{name}.py").exists():
            for case in importlib.import_module(f"bench.{name}").cases():
                if case.name.startswith(wanted):
                    yield case


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    console = Console()
    rows: list[Measured] = []
    for case in find_cases(wanted):
        console.print(f"… {case.name}", style="dim")
        rows.extend(case.run())
    table = Table(title=machine())
    for title in ("case", "ours", "limit or peer", "ratio", "unit", "what it is held against"):
        table.add_column(title, justify="right" if title in ("ours", "limit or peer", "ratio") else "left")
    for row in rows:
        good = "" if row.good is None else ("green" if row.good else "red")
        table.add_row(
            row.case,
            f"{row.ours:,.3g}",
            f"{row.against:,.3g}",
            f"{row.ratio:,.2f}",
            row.unit,
            row.peer,
            style=good,
        )
    console.print(table)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    file.write_text(
        json.dumps({"machine": machine(), "rows": [row.as_dict() for row in rows]}, indent=1, ensure_ascii=False)
    )
    console.print(f"{file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file}")
    return 0 if rows and all(row.good is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
