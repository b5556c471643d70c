"""`shidai quality`: are the register's data good enough? One page, area by area, with reasons."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say
from shidai.words import Text

if TYPE_CHECKING:
    from shidai.indicators.quality import AreaQuality, Finding

COLUMNS = ("area", "name", "measure", "value", "low", "high", "n", "verdict", "reason")
_STYLES = {"poor": "red", "look": "yellow", "good": "green", "unknown": "dim"}
_TITLE = Text(zh="{year}年数据质量（{residence}）", en="Quality of the data of {year} ({residence} residence)")
_RESIDENCE = {"registered": Text(zh="户籍人口", en="registered"), "living": Text(zh="常住人口", en="living")}
_WITH_INTERVAL = {"sex_ratio_at_birth": 0, "births_against_children": 2}
"""Measures that show their interval, and its decimals: births are few."""
_NOTHING = Text(zh="没有须核对的地方。", en="Nothing needs a look.")
_CHANCE = Text(
    zh="“—”为没有数据；灰色为人数或例数太少，不作评价。各项界限及出处见政策包的 [quality]。",
    en="'—': nothing to measure; dim: too few for a verdict. The limits and their sources: [quality] of the pack.",
)
_AREA, _VERDICT = Text(zh="地区", en="area"), Text(zh="评价", en="verdict")


class QualityFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class QualityLevel(StrEnum):
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class ResidenceKind(StrEnum):
    REGISTERED = "registered"
    LIVING = "living"


@app.command("quality")
def show_quality(
    data: DataOption = DEFAULT_DATA,
    year: Annotated[int | None, typer.Option(help="The year; default: the last whole one in the records.")] = None,
    level: Annotated[QualityLevel, typer.Option(help="Areas down to this level.")] = QualityLevel.COUNTY,
    residence: Annotated[
        ResidenceKind, typer.Option(help="Whose quality: of registered or of living residents.")
    ] = ResidenceKind.REGISTERED,
    pack: Annotated[str, typer.Option(help="Id or folder of the pack with the limits.")] = "wuxi-2006",
    form: Annotated[QualityFormat, typer.Option("--format", help="table, json or csv.")] = QualityFormat.TABLE,
) -> None:
    """Judge the quality of a city's record tables: good, deserves a look, or poor, and why.

    Ages and dates of birth (Whipple, Myers, age-sex accuracy, days of the month, unknown dates), the sex ratio at
    birth, births against the children there, births and deaths entered in time, births entered twice. It judges data,
    nobody. An interval (99 %) is judged by the end that speaks for the data. Small numbers are shown: for those with
    access to the records.

    Example: [bold]shidai quality --data demo-city --year 2006 --format csv[/bold]
    """
    from shidai.indicators.quality import check_quality
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    rules = load_pack(pack)
    with Records.open(data / "records") as records:
        chosen, areas = check_quality(records, rules, year=year, residence=residence.value, level=level.value)
    if form is QualityFormat.TABLE:
        _print_page(chosen, residence.value, areas)
    elif form is QualityFormat.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[name] for name in COLUMNS] for area in areas for row in _rows(area))
    else:
        json.dump([_as_json(area) for area in areas], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")


def _rows(one: AreaQuality) -> list[dict[str, Any]]:
    name = say(Text(zh=one.area.name_zh, en=one.area.name_en))
    return [{"area": one.area.code, "name": name} | _plain(finding) for finding in one.findings]


def _plain(finding: Finding) -> dict[str, Any]:
    figures = {
        name: None if number is None else round(number, 4)
        for name, number in (("value", finding.value), ("low", finding.low), ("high", finding.high))
    }
    return {
        "measure": finding.measure,
        **figures,
        "n": finding.n,
        "verdict": finding.verdict,
        "reason": say(finding.reason),
    }


def _as_json(one: AreaQuality) -> dict[str, Any]:
    name = {"zh": one.area.name_zh, "en": one.area.name_en}
    findings = [_plain(finding) for finding in one.findings]
    return {"area": one.area.code, "name": name, "verdict": one.verdict, "findings": findings}


def _print_page(year: int, residence: str, areas: tuple[AreaQuality, ...]) -> None:
    from rich.table import Table

    from shidai.indicators.quality import worst_first
    from shidai.indicators.qualitywords import NAMES, VERDICTS
    from shidai.packs.schema.quality import MEASURES

    table = Table(box=None, pad_edge=False, title=say(_TITLE.filled(year=year, residence=_RESIDENCE[residence])))
    for heading in (_AREA, _VERDICT):
        table.add_column(say(heading), no_wrap=True)
    for measure in MEASURES:
        table.add_column(say(NAMES[measure]), justify="right", overflow="fold")
    for one in areas:
        cells = [_coloured(_cell(finding), finding.verdict) for finding in one.findings]
        name = say(Text(zh=one.area.name_zh, en=one.area.name_en))
        table.add_row(name, _coloured(say(VERDICTS[one.verdict]), one.verdict), *cells)
    out.print(table)
    found = list(worst_first(areas))
    for one, finding in found:
        name = say(Text(zh=f"{one.area.name_zh}：", en=f"{one.area.name_en}: "))
        mark = _coloured(say(VERDICTS[finding.verdict]), finding.verdict)
        out.print(f"{mark} {name}{say(finding.reason)}", highlight=False, soft_wrap=True)
    if not found:
        out.print(say(_NOTHING))
    out.print(say(_CHANCE), style="dim", markup=False)


def _cell(finding: Finding) -> str:
    """The value; of births, whose number is small, with its interval."""
    from shidai.indicators.qualitywords import show_value

    if finding.value is None:
        return "—"
    shown = show_value(finding.measure, finding.value)
    digits = _WITH_INTERVAL.get(finding.measure)
    if digits is None or finding.low is None or finding.high is None:
        return shown
    return f"{shown}\n{finding.low:.{digits}f}–{finding.high:.{digits}f}"


def _coloured(text: str, verdict: str) -> str:
    return f"[{_STYLES[verdict]}]{text}[/]"
