"""Files as they come from offices: CSV in UTF-8, GB18030 or marked UTF-16, and spreadsheets, as a stream of rows."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from shidai.registry.importing.cells import NumberCell
from shidai.registry.importing.columns import FileKind
from shidai.words import Problem, ShidaiError, problem

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
FILES = (".csv", ".txt", ".tsv", *SHEETS)
_BLOCK = 1 << 20
_TITLES = 20  # rows in which the column names are looked for
Cells = list[str]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one pass over the bytes tells: hash, encoding, about how many rows (None for a spreadsheet)."""

    path: Path
    hash: str
    encoding: str
    rows: int | None


def survey(path: Path, encoding: str | None = None) -> FileFacts:
    """Hash the file and find its encoding. Raises ShidaiError when it is neither UTF-8 nor GB18030."""
    if path.suffix.lower() in SHEETS:
        return FileFacts(path, _hash(path), "", None)
    encoding = encoding or _marked(path)
    digest, lines = sha256(), 0
    tries = [_decoder(encoding, path)] if encoding else [_decoder("utf-8", path), _decoder("gb18030", path)]
    names = [encoding] if encoding else ["utf-8-sig", "gb18030"]
    alive = [True] * len(tries)
    failed_at = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            for number, decoder in enumerate(tries):
                if alive[number] and not _decodes(decoder, block):
                    alive[number] = False
                    failed_at = lines + 1
            lines += block.count(b"\n")
    for number, decoder in enumerate(tries):
        if alive[number] and _decodes(decoder, b"", final=True):
            return FileFacts(path, digest.hexdigest(), str(names[number]), max(0, lines - 1))
    raise _wrong_encoding(path, encoding, failed_at)


def _marked(path: Path) -> str | None:
    """UTF-16 begins with a mark of its byte order: how spreadsheets save 'Unicode text'."""
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else None


def _decoder(encoding: str, path: Path) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        raise _wrong_encoding(path, encoding, 1) from None


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _wrong_encoding(path: Path, encoding: str | None, line: int) -> ShidaiError:
    tried = encoding or "UTF-8 / GB18030"
    return ShidaiError(
        problem(
            f"{path.name}:{line}",
            zh=f"文件不是 {tried} 编码。",
            en=f"The file isn't encoded in {tried}.",
            mend_zh="请在表格软件中另存为“CSV UTF-8”，或用 --encoding 指明编码。",
            mend_en="Save it as 'CSV UTF-8' in your spreadsheet program, or name the encoding with --encoding.",
        )
    )


def _hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@dataclass(slots=True)
class RowFile:
    """An open file: which cell holds which column, and the rows with their row numbers (the header is row 1)."""

    facts: FileFacts
    kind: FileKind
    width: int
    places: list[tuple[str, int]]  # column id, cell
    ignored: list[str] = field(default_factory=list)
    first_row: int = 1

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Rows with their numbers as a spreadsheet shows them; empty rows are left out."""
        for number, cells in _numbered(self.facts):
            if number > self.first_row and any(cells):
                yield number, cells


def open_rows(facts: FileFacts, kind: FileKind) -> RowFile:
    """Read the header. Raises ShidaiError when required columns are missing or a header stands twice."""
    first: ShidaiError | None = None
    for number, cells in islice(_numbered(facts), _TITLES):
        if any(cells):
            try:
                places, ignored = _match(cells, kind, facts.path.name)
            except ShidaiError as error:
                first = first or error
                continue
            if first is not None:
                raise _below(facts.path, number)
            return RowFile(facts, kind, len(cells), places, ignored, number)
    if first is not None:
        raise first
    raise ShidaiError(
        problem(
            facts.path.name,
            zh="文件是空的。",
            en="The file is empty.",
            mend_zh="第一行应为列名。",
            mend_en="The first row holds the column names.",
        )
    )


def _below(path: Path, number: int) -> ShidaiError:
    return ShidaiError(
        problem(
            f"{path.name}:{number}",
            zh=f"列名在第 {number} 行，不在第一行。",
            en=f"The column names stand in row {number}, not in the first row.",
            mend_zh="请删去列名上面的标题行。",
            mend_en="Delete the rows above them.",
        )
    )


def _plain(header: str) -> str:
    return unicodedata.normalize("NFKC", header).strip().strip("*").replace(" ", "").casefold()


def _match(header: Cells, kind: FileKind, where: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Columns by their ids or Chinese headers; a header that serves two goes to the first that is still free."""
    seats: dict[str, int] = {}
    free = {_plain(cell): place for place, cell in reversed(list(enumerate(header))) if cell}
    problems = _doubled(header, where)
    for rank in range(1 + max(len(column.headers) for column in kind.columns)):
        for column in kind.columns:
            words = (column.id, *column.headers)
            if column.id not in seats and rank < len(words) and _plain(words[rank]) in free:
                seats[column.id] = free.pop(_plain(words[rank]))
    for column in kind.columns:
        if column.required and column.id not in seats:
            problems.append(
                problem(
                    where,
                    zh=f"缺少“{column.headers[0]}”（{column.id}）列。",
                    en=f"The column '{column.id}' ({column.headers[0]}) is missing.",
                    mend_zh="列名见 docs/reference/import-columns.md。",
                    mend_en="See docs/reference/import-columns.md for the column names.",
                )
            )
    if problems:
        raise ShidaiError(problems)
    return list(seats.items()), [header[place] for place in sorted(free.values())]


def _doubled(header: Cells, where: str) -> list[Problem]:
    named = [_plain(cell) for cell in header if cell]
    return [
        problem(
            where,
            zh=f"列名“{name}”出现了两次。",
            en=f"The column name '{name}' stands twice.",
            mend_zh="请改名或删去其中一列。",
            mend_en="Rename or remove one of them.",
        )
        for name in sorted({name for name in named if named.count(name) > 1})
    ]


def _numbered(facts: FileFacts) -> Iterator[tuple[int, Cells]]:
    return _sheet_rows(facts.path) if facts.path.suffix.lower() in SHEETS else _csv_rows(facts)


def _csv_rows(facts: FileFacts) -> Iterator[tuple[int, Cells]]:
    with facts.path.open(encoding=facts.encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(",\t;", key=first.count)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        while True:
            began = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _broken(facts.path, began, str(error)) from error
            number += 1
            yield number, list(map(str.strip, cells))


def _broken(path: Path, line: int, error: str) -> ShidaiError:
    return ShidaiError(
        problem(
            f"{path.name}:{line}",
            zh=f"从这一行起不能作为 CSV 读取（{error}），多半是引号没有成对。",
            en=f"From this line on it can't be read as CSV ({error}); most likely a quote isn't closed.",
            mend_zh="请补上或删去引号；内容中的引号要写成两个。",
            mend_en="Close or remove the quote; a quote inside a cell is written twice.",
        )
    )


def _sheet_rows(path: Path) -> Iterator[tuple[int, Cells]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number + (sheet.start[0] if sheet.start else 0), [_shown(cell) for cell in cells]
    except CalamineError as error:
        raise ShidaiError(
            problem(
                path.name,
                zh=f"不能作为表格文件读取（{error}）。",
                en=f"It can't be read as a spreadsheet ({error}).",
                mend_zh="请在表格软件中打开并另存为 .xlsx 或 CSV。",
                mend_en="Open it in your spreadsheet program and save it as .xlsx or CSV.",
            )
        ) from error


def _shown(cell: Any) -> str:
    """A spreadsheet's value as an office would type it."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return NumberCell(int(cell) if cell == int(cell) else cell)
    return str(cell).strip()
