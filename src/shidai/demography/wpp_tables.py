"""Reads the rows of the UN's tables and refuses what can't be: every error names file, row and column.

A folder holds CSV files, plain or compressed; the layout is that of its README.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shidai.demography.cells import Array
from shidai.words import Problem, ShidaiError, Text, problem

_MOST_NAMED = 5
_UNREADABLE = Text(zh="这个文件读不出来。", en="this file can't be read.")
_MEND_FILE = Text(
    zh="它应是UTF-8的CSV文件，或用gzip压缩的；请重新复制一份。",
    en="It must be a CSV file in UTF-8, plain or compressed by gzip; copy it again.",
)
_MEND_CELL = Text(zh="请对照原表改正。", en="Mend it from the original table.")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: where it stands and its cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def place(self, column: str) -> str:
        """File, row and column, as errors name a cell."""
        return f"{self.file}:{self.number} / {column}"


@dataclass(frozen=True, slots=True)
class Range:
    """What a cell may hold, both ends included, and what to do where it holds more."""

    low: float = -math.inf
    high: float = math.inf
    mend: Text = _MEND_CELL


COUNT = Range(low=0)
DEATH_RATE = Range(
    0,
    1,
    Text(
        zh="应为每人年的死亡率；千分率须除以1000。", en="Give deaths a person-year; divide rates per thousand by 1000."
    ),
)
OLD_DEATH_RATE = Range(0, 10, DEATH_RATE.mend)
OPEN_DEATH_RATE = Range(math.ulp(0.0), 10, DEATH_RATE.mend)
OLD = 90  # years: from here on true death rates may pass 1
FERTILITY = Range(0, 1000, Text(zh="应为每千名妇女一年的出生数。", en="Give births per 1,000 women a year."))
TOTAL_FERTILITY = Range(math.ulp(0.0), 20, Text(zh="应为每名妇女的孩子数。", en="Give children a woman."))
SEX_RATIO = Range(
    0.5, 2, Text(zh="应为每名女婴对应的男婴数；105请写作1.05。", en="Give boys for each girl; write 105 as 1.05.")
)
LIFE_EXPECTANCY = Range(5, 120, Text(zh="应为岁数。", en="Give years of life."))
MIGRANTS = Range()


def read_lines(folder: Path, table: str, iso3: str, needed: Sequence[str]) -> Iterator[Line]:
    """The country's rows of a table; all rows for an empty code. A line is only parsed if it holds the code.

    Raises ShidaiError for a missing or unreadable file, missing columns, and rows cut short.
    """
    path = next((folder / f"{table}{end}" for end in (".csv.gz", ".csv") if (folder / f"{table}{end}").exists()), None)
    if path is None:
        raise ShidaiError(
            problem(
                str(folder / f"{table}.csv.gz"),
                zh="找不到这张表。",
                en="this table is missing.",
                mend_zh="请指向含有《世界人口展望》各表的文件夹。",
                mend_en="Name a folder with the tables of the World Population Prospects.",
            )
        )
    try:
        yield from _parse(path, iso3, needed)
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ShidaiError(Problem(str(path), _UNREADABLE, _MEND_FILE)) from error


def _parse(path: Path, iso3: str, needed: Sequence[str]) -> Iterator[Line]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        header = next(lines, "").rstrip("\r\n").lstrip("\ufeff").split(",")
        _require_columns(path, header, needed)
        for number, text in enumerate(lines, start=2):
            if iso3 not in text or not text.strip():
                continue
            cells = next(csv.reader([text]))
            if len(cells) != len(header):
                raise _wrong_width(path, number, len(cells), len(header))
            line = Line(path.name, number, dict(zip(header, cells, strict=True)))
            if not iso3 or line["iso3"] == iso3:
                yield line


def read_number(line: Line, column: str, within: Range, *, empty: bool = False) -> float:
    """A finite number within its range; raises ShidaiError that names the cell. `empty`: a blank is NaN."""
    text = line[column]
    if empty and not text:
        return float("nan")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if math.isfinite(value) and within.low <= value <= within.high:
        return value
    kind, mend = _told(within), within.mend if math.isfinite(value) else _MEND_CELL
    raise ShidaiError(
        problem(
            line.place(column),
            zh=f"这里应是{kind.zh}，却是“{text}”。",
            en=f"a {kind.en} is needed here; it is '{text}'.",
            mend_zh=mend.zh,
            mend_en=mend.en,
        )
    )


def read_year(line: Line, column: str) -> int:
    """A calendar year."""
    return int(_whole(line, column, "年份", "year", 1000, 3000))


def read_age(line: Line, column: str) -> float:
    """A whole age."""
    return float(_whole(line, column, "整岁年龄", "whole age", 0, 150))


def read_by_age(
    lines: Sequence[Line],
    age: str,
    keys: tuple[str, ...],
    columns: Mapping[str, Range],
    others: Mapping[float, Range] | None = None,
) -> tuple[dict[tuple[str, ...], Array], Array]:
    """For every key the columns by age, (columns, ages), and the ages, which must be all the same.

    others: the ranges from some ages on, rising, where they are others; that of infinity is the oldest group's.
    """
    ages = sorted({read_age(line, age) for line in lines})
    found: dict[tuple[str, ...], dict[float, Line]] = {}
    for line in lines:
        by_age = found.setdefault(tuple(line[key] for key in keys), {})
        at = read_age(line, age)
        if at in by_age:
            raise _twice(line, age, by_age[at])
        by_age[at] = line
    _require_ages(found, ages)
    ranges = {at: within for start, within in (others or {}).items() for at in ages if at >= min(start, ages[-1])}
    cells = {
        key: np.array(
            [[read_number(by_age[a], name, ranges.get(a, within)) for a in ages] for name, within in columns.items()]
        )
        for key, by_age in found.items()
    }
    return cells, np.array(ages)


def require_rows(lines: Sequence[Line], folder: Path, table: str) -> None:
    """Raises where a table has nothing of the country."""
    if not lines:
        raise ShidaiError(
            problem(
                str(folder / table),
                zh="这张表里没有该国家。",
                en="this table has no row of the country.",
                mend_zh="请补上该国家的数据，或从 countries 中去掉它。",
                mend_en="Add the country's rows, or take it out of `countries`.",
            )
        )


def require_steps(table: str, what: Text, values: Iterable[float], step: int, first: Sequence[float] = ()) -> None:
    """The values rise by one step after those that must come first; raises for the first that is missing."""
    given = list(values)
    wanted = list(first) or given[:1]
    while len(wanted) < len(given) or wanted[-1] < given[-1]:
        wanted.append(wanted[-1] + step)
    missing = [value for value in wanted if value not in given]
    odd = [value for value in given if value not in wanted]
    if missing or odd:
        raise ShidaiError(
            [
                problem(
                    f"{table} / {value:g}",
                    zh=f"没有这一{what.zh}的行。",
                    en=f"the rows of this {what.en} are missing.",
                    mend_zh=f"应有{_listed(wanted)}，一个不缺。",
                    mend_en=f"It needs {_listed(wanted)} without a gap.",
                )
                for value in missing[:_MOST_NAMED] or odd[:_MOST_NAMED]
            ]
        )


def require_once(line: Line, column: str, earlier: Line | None) -> None:
    """Raises where the same row was there before."""
    if earlier is not None:
        raise _twice(line, column, earlier)


def _whole(line: Line, column: str, zh: str, en: str, low: int, high: int) -> float:
    text = line[column]
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value == value // 1 and low <= value <= high:
        return value
    raise ShidaiError(
        problem(
            line.place(column),
            zh=f"这里应是{zh}，却是“{text}”。",
            en=f"a {en} is needed here; it is '{text}'.",
            mend_zh=_MEND_CELL.zh,
            mend_en=_MEND_CELL.en,
        )
    )


def _told(within: Range) -> Text:
    if math.isinf(within.low):
        return Text(zh="有限数", en="finite number")
    above = within.low == math.ulp(0.0)
    low = 0.0 if above else within.low
    if math.isinf(within.high):
        return Text(zh=f"不小于{low:g}的数", en=f"number of at least {low:g}")
    if above:
        return Text(zh=f"大于0、不大于{within.high:g}的数", en=f"number above 0 and of at most {within.high:g}")
    return Text(zh=f"{low:g}至{within.high:g}之间的数", en=f"number from {low:g} to {within.high:g}")


def _listed(values: Sequence[float]) -> str:
    shown = [f"{value:g}" for value in values]
    return ", ".join(shown if len(shown) <= 4 else [*shown[:3], "…", shown[-1]])


def _require_columns(path: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    found: list[Problem] = [
        problem(
            f"{path.name} / {name}",
            zh="缺少这一列。",
            en="this column is missing.",
            mend_zh="请保持原表的列名。",
            mend_en="Keep the column names of the original table.",
        )
        for name in ("iso3", *needed)
        if name not in header
    ]
    if found:
        raise ShidaiError(found)


def _require_ages(found: Mapping[tuple[str, ...], Mapping[float, Line]], ages: Sequence[float]) -> None:
    missing = [
        (next(iter(by_age.values())).file, key, a) for key, by_age in found.items() for a in ages if a not in by_age
    ]
    if missing:
        raise ShidaiError(
            [
                problem(
                    f"{file} / {' '.join(key)}",
                    zh=f"缺少{a:g}岁这一行。",
                    en=f"the row of age {a:g} is missing.",
                    mend_zh="每个年份都要有全部年龄。",
                    mend_en="Every year needs all ages.",
                )
                for file, key, a in missing[:_MOST_NAMED]
            ]
        )


def _wrong_width(path: Path, number: int, given: int, wanted: int) -> ShidaiError:
    return ShidaiError(
        problem(
            f"{path.name}:{number}",
            zh=f"这一行有{given}格，表头有{wanted}列。",
            en=f"this row has {given} cells for {wanted} columns.",
            mend_zh="请对照原表改正这一行。",
            mend_en="Mend this row from the original table.",
        )
    )


def _twice(line: Line, column: str, earlier: Line) -> ShidaiError:
    return ShidaiError(
        problem(
            line.place(column),
            zh=f"与第{earlier.number}行说的是同一格。",
            en=f"this row stands for the same as row {earlier.number}.",
            mend_zh="请删去其中一行。",
            mend_en="Take one of them out.",
        )
    )
