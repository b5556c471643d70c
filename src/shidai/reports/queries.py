"""Reading the summary, through the reader's access. It holds protected city and county figures only, so that whoever
may read figures at all may read it; the records behind a figure ask for their own access."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shidai.core.access import Scope, require
from shidai.indicators.outlook.stored import latest_run
from shidai.indicators.records import Manifest
from shidai.indicators.store import Made, ResultStore
from shidai.packs import Pack, load_pack
from shidai.reports.annual import FORMATS, summary_body, summary_name
from shidai.reports.matter import Opens
from shidai.words import LANGUAGES, Language, ShidaiError, problem

KINDS = ("HTML", "Word", "PDF")  # in the order of FORMATS


@dataclass(frozen=True, slots=True)
class SummaryFile:
    name: str
    kind: str  # HTML, Word, PDF


@dataclass(frozen=True, slots=True)
class SummaryPage:
    title: str
    body: str  # HTML, escaped by its own writer
    files: tuple[SummaryFile, ...]  # those that have been written and can be taken along


def summary_page(*, by: Scope, data: Path, pack: Pack, year: int, language: Language) -> SummaryPage:
    """The summary of a year in the reader's language. Raises ShidaiError when its figures aren't computed yet."""
    require(by, "aggregate.read")
    title, body = _body(data, pack.folder, year, language, _opens(by, pack), _state(data, pack, year))
    return SummaryPage(title, body, tuple(_written_files(data, year, language)))


State = tuple[Made | None, str, str]


def _state(data: Path, pack: Pack, year: int) -> State:
    """What the page depends on: the year's results in force, the records, for it says when they are newer, and the
    outlook's newest run."""
    outlook = latest_run(data / "outlook", pack, year)
    made = ResultStore(data / "results").made(year)
    return made, Manifest.read(data / "records").id, f"{outlook.id} {outlook.made_at}" if outlook is not None else ""


@lru_cache(maxsize=12)
def _body(data: Path, folder: Path, year: int, language: Language, opens: Opens, _: State) -> tuple[str, str]:
    return summary_body(data, load_pack(folder), year, language, opens)


def _opens(by: Scope, pack: Pack) -> Opens:
    """Among the areas of the summary's figures, the city and its counties."""
    areas = [area.code for area in pack.areas if area.level in ("city", "county")]
    figures, records = (
        frozenset(area for area in areas if by.allows(deed, area)) for deed in ("aggregate.read", "record.read")
    )
    return Opens(figures, records)


def _written_files(data: Path, year: int, language: Language) -> Iterator[SummaryFile]:
    for kind, name in zip(KINDS, _names(language), strict=True):
        if (_folder(data, year) / name).is_file():
            yield SummaryFile(name, kind)


def summary_file(*, by: Scope, data: Path, year: int, name: str) -> Path:
    """One file of the summary. Raises ShidaiError when there is no such file."""
    require(by, "aggregate.read")
    path = _folder(data, year) / name
    known = {known for language in LANGUAGES for known in _names(language)}
    if name not in known or not path.is_file():
        raise ShidaiError(
            problem(
                name,
                zh=f"{year} 年没有这个总结文件。",
                en=f"There is no such file of the summary of {year}.",
                mend_zh="请先运行 shidai summary。",
                mend_en="Run 'shidai summary' first.",
            )
        )
    return path


def _names(language: Language) -> tuple[str, ...]:
    return tuple(summary_name(language, wished) for wished in FORMATS)


def _folder(data: Path, year: int) -> Path:
    return data / "summary" / str(year)
