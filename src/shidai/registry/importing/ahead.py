"""Reads the next chunk of a file while the one before is being stored: rows with key, fingerprint and cells.

The reader is a thread: the database engine lets others work while it stores, and nothing has to be sent anywhere.
It never touches the database, so a kill or an error is the same as without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from operator import itemgetter

from shidai.registry.importing.batch import Reject, Row
from shidai.registry.importing.reading import Cells, RowFile
from shidai.registry.mistyped import Mistyped
from shidai.words import Text

_EMPTY = Text(zh="必填内容为空。", en="A required cell is empty.")
_FILL = Text(zh="请补填。", en="Fill it in.")


@dataclass(slots=True)
class Chunk:
    """Some rows of a file, read but not yet compared with the register."""

    lines: int  # so many rows of the file
    rows: list[Row]
    rejects: list[Reject]  # rows without a key, or with too few cells


def read_chunks(file: RowFile, after: int, size: int) -> Iterator[Chunk]:
    """The chunks behind the first `after` rows, read one ahead; an error comes when its chunk's turn has come."""
    rows = islice(file.rows(), after, None)
    with ThreadPoolExecutor(1, "reader") as reader:
        coming = reader.submit(lambda: _read(list(islice(rows, size)), file))
        while (chunk := coming.result()).lines:
            coming = reader.submit(lambda: _read(list(islice(rows, size)), file))
            yield chunk


def _read(lines: Sequence[tuple[int, Cells]], file: RowFile) -> Chunk:
    chunk = Chunk(len(lines), [], [])
    places = sorted(file.places)
    key_place = dict(places)["key"]
    told = itemgetter(*(seat for _, seat in places))
    columns = blake2b("|".join(name for name, _ in places).encode(), digest_size=16).digest()
    readers = {column.id: column.read for column in file.kind.columns}
    seats = [(name, seat, readers[name]) for name, seat in file.places]
    required = [column.id for column in file.kind.columns if column.required]
    empty = dict.fromkeys(readers)
    for line, cells in lines:
        key = cells[key_place] if len(cells) > key_place else ""
        if len(cells) != file.width and (len(cells) < file.width or any(cells[file.width :])):
            chunk.rejects.append(_miscounted(line, len(cells), file.width))
            continue
        if not key:
            chunk.rejects.append(_keyless(line))
            continue
        mark = blake2b("\x1f".join(told(cells)).encode(), digest_size=8, person=columns).digest()
        row = Row(line, key, int.from_bytes(mark, "big") >> 1)
        row.update(empty)
        for name, seat, read in seats:
            text = cells[seat]
            if text:
                try:
                    row[name] = read(text)
                except Mistyped as error:
                    row.faults = (*row.faults, (name, error.what, error.mend))
        if not row.faults:
            row.faults = tuple((name, _EMPTY, _FILL) for name in required if row[name] is None)
        chunk.rows.append(row)
    return chunk


def _miscounted(line: int, found: int, expected: int) -> Reject:
    return Reject(
        line,
        "",
        "",
        Text(zh=f"应有 {expected} 列，这一行有 {found} 列。", en=f"{expected} cells expected, {found} found."),
        Text(
            zh="多半是内容里有逗号：请把那一格放进引号。",
            en="Most likely a cell holds a comma: put that cell in quotes.",
        ),
    )


def _keyless(line: int) -> Reject:
    return Reject(
        line,
        "",
        "key",
        Text(zh="缺少编号。", en="The key is missing."),
        Text(zh="每行都要有编号。", en="Every row needs one."),
    )
