"""The list of rejects: kept with the run, written as a file that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from shidai.core import bulk
from shidai.registry.importing.batch import Reject
from shidai.registry.importing.columns import FILE_KINDS
from shidai.registry.models import ImportReject, ImportRun
from shidai.words import Text, inert_cell

_FIELDS = ("run_id", "line", "key", "column", "what_zh", "what_en", "mend_zh", "mend_en")
HEADER = ("row 行号", "key 编号", "column 列", "what 问题", "how to mend 如何更正", "what (en)", "how to mend (en)")


def keep_rejects(run: ImportRun, rejects: Sequence[Reject]) -> None:
    """Store rejects with the chunk that they belong to, so that a kill loses none."""
    rows = [(run.pk, r.line, r.key[:80], r.column, r.what.zh, r.what.en, r.mend.zh, r.mend.en) for r in rejects]
    bulk.insert(ImportReject, _FIELDS, rows)


def kept_rejects(run_id: int) -> Iterable[Reject]:
    """The rejects of a run in the order of its rows."""
    for kept in ImportReject.objects.filter(run_id=run_id).order_by("line", "id").iterator(chunk_size=5000):
        what, mend = Text(zh=kept.what_zh, en=kept.what_en), Text(zh=kept.mend_zh, en=kept.mend_en)
        yield Reject(kept.line, kept.key, kept.column, what, mend)


def column_title(kind: str, column: str) -> str:
    """The column as the file's reader knows it: '出生日期 (birth_date)'."""
    known = {each.id: each for each in FILE_KINDS[kind].columns}
    return f"{known[column].headers[0]} ({column})" if column in known else column


def write_rejects(path: Path, kind: str, rejects: Iterable[Reject]) -> int:
    """Write the list as CSV (UTF-8 with a byte order mark, as spreadsheet programs like it); returns its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for each in rejects:
            title = column_title(kind, each.column)
            writer.writerow(
                (each.line, inert_cell(each.key), title, each.what.zh, each.mend.zh, each.what.en, each.mend.en)
            )
            count += 1
    return count
