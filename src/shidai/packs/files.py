"""Files of a pack as read: values and the line of each. What cannot be read is a problem, not a stop."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shidai.packs.lines import Lines, line_of_syntax_error
from shidai.packs.lines import Path as ValuePath
from shidai.words import Problem, problem


@dataclass(frozen=True, slots=True)
class TomlFile:
    path: Path
    values: dict[str, Any]
    lines: Lines

    def where(self, *path: str | int) -> str:
        """'file:line' of a value."""
        return f"{self.path}:{self.lines.of(path)}"


@dataclass(frozen=True, slots=True)
class CsvRow:
    path: Path
    line: int
    values: dict[str, str]

    def where(self, *_path: str | int) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Placed:
    """Something read from a file, which can say where each part of it stands."""

    file: TomlFile | CsvRow
    path: ValuePath = ()

    def where(self, *path: str | int) -> str:
        return self.file.where(*self.path, *path)


def read_text(path: Path, problems: list[Problem]) -> str | None:
    """The file as UTF-8 text (a byte-order mark is taken off); None and a problem when it can't be."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        problems.append(
            problem(
                str(path),
                zh="缺少这个文件。",
                en="This file is missing.",
                mend_zh="每个政策包都要有它：请照 docs/how-to/write-a-pack.md 新建。",
                mend_en="Every pack has one: make it as docs/how-to/write-a-pack.md shows.",
            )
        )
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.append(
            problem(
                f"{path}:{line}",
                zh="文件不是 UTF-8 编码。",
                en="The file is not UTF-8.",
                mend_zh="请在编辑器中另存为 UTF-8（可能原为 GB18030 或 GBK）。",
                mend_en="Save it as UTF-8 in your editor (it may be GB18030 or GBK).",
            )
        )
        return None


def read_toml(path: Path, problems: list[Problem]) -> TomlFile | None:
    """The TOML file with its lines; None and a problem when it can't be read."""
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except RecursionError:
        problems.append(_nested_too_deep(path))
        return None
    except tomllib.TOMLDecodeError as error:
        line, message = line_of_syntax_error(error, text)
        problems.append(
            problem(
                f"{path}:{line}",
                zh=f"TOML 语法有误：{message}。",
                en=f"This is not TOML: {message}.",
                mend_zh="请检查这一行的引号、括号、等号和日期写法。",
                mend_en="Check quotes, brackets, the equals sign and dates on this line.",
            )
        )
        return None
    return TomlFile(path, values, Lines(text))


def _nested_too_deep(path: Path) -> Problem:
    return problem(
        str(path),
        zh="括号嵌套太深。",
        en="Brackets are nested too deep.",
        mend_zh="请检查是否漏写了右括号。",
        mend_en="Look for a missing closing bracket.",
    )


def read_csv(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[CsvRow]:
    """The rows of a CSV file with their lines; empty when its head is wrong. Empty cells are left out."""
    text = read_text(path, problems)
    if text is None:
        return []
    lines = _csv_lines(path, text, problems)
    head = lines[0][1] if lines else []
    if not _head_fits(path, head, columns, problems):
        return []
    rows: list[CsvRow] = []
    for line, cells in lines[1:]:
        if not any(cells):
            continue
        if len(cells) != len(head):
            problems.append(
                problem(
                    f"{path}:{line}",
                    zh=f"这一行有 {len(cells)} 格，表头有 {len(head)} 格。",
                    en=f"This row has {len(cells)} cells; the head has {len(head)}.",
                    mend_zh="请补足或删去逗号；含逗号的名称要加引号。",
                    mend_en="Add or remove commas; a name with a comma in it needs quotes.",
                )
            )
            continue
        values = {name: cell.strip() for name, cell in zip(head, cells, strict=True) if cell.strip()}
        rows.append(CsvRow(path, line, values))
    return rows


def _csv_lines(path: Path, text: str, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """Every row with its line; up to the first that is no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        problems.append(
            problem(
                f"{path}:{reader.line_num}",
                zh=f"这一行不是有效的 CSV：{error}。",
                en=f"This line is not valid CSV: {error}.",
                mend_zh="请检查引号是否成对。",
                mend_en="Check that quotes come in pairs.",
            )
        )
    return found


def _head_fits(path: Path, head: list[str], columns: tuple[str, ...], problems: list[Problem]) -> bool:
    missing = [name for name in columns if name not in head]
    unknown = [name for name in head if name not in columns]
    if missing or unknown or len(set(head)) != len(head):
        lists = ((missing, "缺少", "missing"), (unknown, "不认识", "unknown"))
        named_zh = "，".join(f"{zh} {'、'.join(names)}" for names, zh, _ in lists if names) or "有列名重复"
        named_en = "; ".join(f"{en} {', '.join(names)}" for names, _, en in lists if names) or "a column stands twice"
        problems.append(
            problem(
                f"{path}:1",
                zh=f"表头不对：{named_zh}。",
                en=f"The head of the table is wrong: {named_en}.",
                mend_zh=f"表头应为：{','.join(columns)}",
                mend_en=f"It should be: {','.join(columns)}",
            )
        )
        return False
    return True
