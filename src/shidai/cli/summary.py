"""`shidai summary`: the annual work summary as HTML, DOCX and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out
from shidai.words import LANGUAGES, Exit, ShidaiError, problem

if TYPE_CHECKING:
    from shidai.packs import Pack

Choice = TypeVar("Choice", bound=str)


@app.command()
def summary(
    data: DataOption = DEFAULT_DATA,
    year: Annotated[int | None, typer.Option(help="The year; default: the pack's.", show_default=False)] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="zh, en or zh-hant; may be repeated. Default: zh and en.")
    ] = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="html, docx or pdf; may be repeated. Default: all.")
    ] = None,
    pack: Annotated[str, typer.Option(help="A shipped pack's id or a pack's folder.")] = "wuxi-2006",
) -> int:
    """Write the annual work summary from the record tables; figures that have no records yet say so.

    Example: shidai summary --data demo-city --year 2006
    """
    from shidai.packs import load_pack
    from shidai.reports.annual import FORMATS, write_summary
    from shidai.reports.results import ensure_results

    languages = _checked(language or ["zh", "en"], LANGUAGES)
    wished = _checked(formats or list(FORMATS), FORMATS)
    loaded = load_pack(pack)
    asked = _year_of(loaded, year)
    ensure_results(data, loaded, asked)
    for one in languages:
        for path in write_summary(data, loaded, asked, one, wished):
            out.print(str(path), soft_wrap=True, highlight=False)
    return Exit.OK


def _year_of(pack: Pack, year: int | None) -> int:
    """The year asked for, one of the pack's: its template, targets and areas are those of its time."""
    first, last = pack.valid_from.year, pack.last_day.year
    if year is None or first <= year <= last:
        return year or last
    raise ShidaiError(
        problem(
            "--year",
            zh=f"政策包 {pack.id} 只适用于 {first} 至 {last} 年，没有 {year} 年的总结。",
            en=f"The pack {pack.id} holds for {first} to {last}; it has no summary of {year}.",
            mend_zh="请换一个年份，或用 --pack 选那一年的政策包。",
            mend_en="Choose another year, or the pack of that year with --pack.",
        )
    )


def _checked(given: list[str], known: tuple[Choice, ...]) -> list[Choice]:
    for one in given:
        if one not in known:
            raise typer.BadParameter(f"{one}: {', '.join(known)}")
    return [one for one in known if one in given]
