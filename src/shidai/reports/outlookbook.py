"""A run of the outlook as a workbook: sheets of figures, of consequences, of ages, of what it is made from."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow.compute as pc
from openpyxl import Workbook

from shidai.indicators.outlook.running import LEVELS, NEED
from shidai.indicators.outlook.stored import KeptRun
from shidai.indicators.outlook.wording import MEASURE_WORDS
from shidai.reports.atomic import write_atomically
from shidai.words import Text, inert_cell

Row = Sequence[object]


def write_workbook(run: KeptRun, path: Path) -> Path:
    """Write the workbook; heads in both languages."""
    return write_atomically(path.absolute(), workbook_of(run))


def workbook_of(run: KeptRun, area: str | None = None) -> bytes:
    """The workbook's bytes: of all areas, with the ages of the city; or of one area alone."""
    book = Workbook(write_only=True)
    places = {one.code: one.name.text for one in (run.head.city, *run.head.areas)}
    rows = [row for row in run.figures.to_pylist() if area in (None, row["area"])]
    figures = [row for row in rows if not row["measure"].startswith(NEED)]
    needs = [row for row in rows if row["measure"].startswith(NEED)]
    ages = (row for row in run.ages.filter(pc.field("area") == (area or run.head.city.code)).to_pylist())
    _fill(book, "figures 数字", ("area", "name", "year", "measure", *LEVELS), _named(figures, places, _measure))
    titles = {NEED + one.id: one.title.text for one in run.head.needs}
    _fill(book, "needs 需要", ("area", "name", "year", "need", *LEVELS), _named(needs, places, titles.__getitem__))
    heads = ("area", "year", "sex", "age", *LEVELS)
    _fill(book, "ages 年龄", heads, ([row[name] for name in heads] for row in ages))
    told = run.head.model_dump(mode="json", exclude={"needs", "areas", "city", "title", "definition"})
    title = run.head.title.text
    _fill(book, "run 来源", ("", ""), [["title", f"{title.zh} {title.en}"], *([name, told[name]] for name in told)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _measure(name: str) -> Text:
    words = MEASURE_WORDS[name]
    return Text(zh=words.title.zh, en=words.title.en)


def _named(rows: Sequence[dict[str, object]], places: dict[str, Text], said: Callable[[str], Text]) -> Iterator[Row]:
    for row in rows:
        place, title = places[str(row["area"])], said(str(row["measure"]))
        yield [
            row["area"], f"{place.zh} {place.en}", row["year"], f"{title.zh} {title.en}", *(row[one] for one in LEVELS)
        ]  # fmt: skip


def _fill(book: Workbook, title: str, heads: Row, rows: Sequence[Row] | Iterator[Row]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(list(heads))
    for row in rows:
        sheet.append([inert_cell(cell) if isinstance(cell, str) else cell for cell in row])
