"""`shidai summary`: the annual work summary as HTML, DOCX and PDF."""

from __future__ import annotations

from typing import Annotated, TypeVar

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out
from shidai.words import LANGUAGES, Exit

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
    asked = year or loaded.last_day.year
    ensure_results(data, loaded, asked)
    for one in languages:
        for path in write_summary(data, loaded, asked, one, wished):
            out.print(str(path), soft_wrap=True, highlight=False)
    return Exit.OK


def _checked(given: list[str], known: tuple[Choice, ...]) -> list[Choice]:
    for one in given:
        if one not in known:
            raise typer.BadParameter(f"{one}: {', '.join(known)}")
    return [one for one in known if one in given]
