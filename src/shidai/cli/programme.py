"""`shidai programme`: who is due for what, and how many were reached."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.cli.tablefile import TableFormat, require_folder, write_table
from shidai.words import ShidaiError, Text, problem

programme_app = typer.Typer(help="Programmes: who is due for what, and how many were reached.", no_args_is_help=True)
app.add_typer(programme_app, name="programme")

PackOption = Annotated[
    str, typer.Option("--pack", help="Id or folder of the pack that has the programme.", envvar="SHIDAI_PACK")
]
ProgrammeOption = Annotated[str, typer.Option("--programme", help="Id of the programme.")]
FormatOption = Annotated[TableFormat, typer.Option("--format", help="csv or parquet.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="The file; without it, standard output.")]


class QualityView(StrEnum):
    AREAS = "areas"
    SITES = "sites"
    TURNAROUND = "turnaround"
    COMPLETENESS = "completeness"


LENGTHS = {"city": 4, "county": 6, "township": 9, "village": 12}


@programme_app.command("list")
def list_programmes(pack: PackOption = "wuxi-2006") -> None:
    """The programmes of a pack with their versions and steps.

    Example: shidai programme list --pack wuxi-2006
    """
    from shidai.packs import load_pack

    heads = (Text(zh="项目", en="programme"), Text(zh="名称", en="title"), Text(zh="版本", en="version"))
    more = (Text(zh="生效", en="from"), Text(zh="失效", en="until"), Text(zh="步骤", en="steps"))
    table = Table(*(say(head) for head in (*heads, *more)))
    for programme in load_pack(pack).all_programmes:
        for at, version in enumerate(programme.version):
            named = (programme.id, say(programme.title.text)) if at == 0 else ("", "")
            steps = ", ".join(step.id for step in version.step)
            table.add_row(*named, version.id, str(version.effective_from), str(version.effective_to or ""), steps)
    out.print(table)


@programme_app.command("due")
def list_due_steps(
    programme: ProgrammeOption,
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day.")],
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """Everybody for whom a step of a programme is due on a day: person, area, step, since, by, last.

    Who said 'never' or 'not now' isn't asked. Ids are pseudonyms.

    Example: [bold]shidai programme due --data demo-city --programme rti-control --on 2006-12-31 --format csv[/bold]
    """
    from shidai.indicators.programmes import list_due
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    require_folder(out_file)
    with Records.open(Path(data) / "records") as records:
        rows = list_due(records, load_pack(pack), programme, on.date())
    write_table(rows, form, out_file)


@programme_app.command("schema")
def write_schema(
    programme: ProgrammeOption,
    step: Annotated[str, typer.Option("--step", help="Id of the step; without it, the first one.")] = "",
    version: Annotated[str, typer.Option("--version", help="Id of the version; without it, the last one.")] = "",
    pack: PackOption = "wuxi-2006",
) -> None:
    """The JSON Schema of a step's records, for clients that fill its form in: made from the fields of the pack.

    Example: shidai programme schema --programme rti-control --step recheck
    """
    from shidai.indicators.programmes import find_programme
    from shidai.packs import load_pack
    from shidai.rules.formschema import record_schema

    found = find_programme(load_pack(pack), programme)
    versions = [one.id for one in found.version]
    chosen = found.version[_place_of("--version", version or versions[-1], versions)]
    steps = [one.id for one in chosen.step]
    part = chosen.step[_place_of("--step", step or steps[0], steps)]
    json.dump(record_schema(found, chosen, part), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


@programme_app.command("coverage")
def tell_coverage(
    programme: ProgrammeOption,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The span's first day.")],
    last: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The span's last day.")],
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    level: Annotated[str, typer.Option("--level", help="city, county, township or village.")] = "county",
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """How many were offered a programme in a span, were reached or declined, and all visits, by area.

    Who declined is in no denominator: offered counts the others.

    Example: shidai programme coverage --programme rti-control --from 2006-01-01 --until 2006-12-31
    """
    from shidai.indicators.coverage import cover
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    require_folder(out_file)
    _require_span(first.date(), last.date(), level)
    with Records.open(Path(data) / "records") as records:
        rows = cover(records, load_pack(pack), programme, first.date(), last.date(), length=LENGTHS[level])
    write_table(rows, form, out_file)


@programme_app.command("quality")
def tell_quality(
    programme: ProgrammeOption,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The span's first day.")],
    last: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The span's last day.")],
    view: Annotated[QualityView, typer.Option("--view", help="areas, sites, turnaround or completeness.")],
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    level: Annotated[str, typer.Option("--level", help="Of areas: city, county, township or village.")] = "county",
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """How a programme is done: findings by area or site against chance, days between steps, fields left empty.

    A share outside its limits (99.8 %) says 'look', not 'blame'. Nothing of it tells of a person.

    Example: shidai programme quality --programme rti-control --from 2006-01-01 --until 2006-12-31 --view areas
    """
    from shidai.indicators import programmequality
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    require_folder(out_file)
    _require_span(first.date(), last.date(), level)
    with Records.open(Path(data) / "records") as records:
        asked = (records, load_pack(pack), programme, first.date(), last.date())
        match view:
            case QualityView.AREAS:
                rows = programmequality.findings_by_place(*asked, length=LENGTHS[level])
            case QualityView.SITES:
                rows = programmequality.findings_by_place(*asked, where="site")
            case QualityView.TURNAROUND:
                rows = programmequality.turnaround(*asked)
            case QualityView.COMPLETENESS:
                rows = programmequality.completeness(*asked)
    write_table(rows, form, out_file)


@programme_app.command("take")
def take_over(
    file: Annotated[Path, typer.Argument(help="CSV file of visits; its columns stand in the how-to.", dir_okay=False)],
    source: Annotated[str, typer.Option("--source", help="Name of the system whose import the person keys are of.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Take over visits that were recorded elsewhere: all lines or none, each only once.

    Example: shidai programme take visits.csv --source clinic --data demo-city
    """
    start_site(data)
    from shidai.core.queries import operator
    from shidai.programmes.roster import take_visits

    _require_file(file)
    taken = take_visits(by=operator(), source=source, file=file)
    _tell_taken(taken.new, taken.known)


@programme_app.command("take-equipment")
def take_equipment_over(
    file: Annotated[Path, typer.Argument(help="CSV file of pieces; its columns stand in the how-to.", dir_okay=False)],
    source: Annotated[str, typer.Option("--source", help="Name of the system that the list is from.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Take over stations' equipment from a list: all lines or none, each only once.

    Example: shidai programme take-equipment equipment.csv --source assets --data demo-city
    """
    start_site(data)
    from shidai.core.queries import operator
    from shidai.programmes.equipmentroster import take_equipment

    _require_file(file)
    taken = take_equipment(by=operator(), source=source, file=file)
    _tell_taken(taken.new, taken.known)


def _place_of(option: str, wanted: str, ids: list[str]) -> int:
    """Where an id stands among some. Raises ShidaiError."""
    if wanted not in ids:
        raise ShidaiError(
            problem(
                option,
                zh=f"没有 {wanted}。",
                en=f"There is no {wanted}.",
                mend_zh=f"可选：{'、'.join(ids)}。",
                mend_en=f"There are: {', '.join(ids)}.",
            )
        )
    return ids.index(wanted)


def _require_file(file: Path) -> None:
    if not file.exists():
        raise ShidaiError(
            problem(
                str(file),
                zh="没有这个文件。",
                en="There is no such file.",
                mend_zh="请核对路径。",
                mend_en="Check the path.",
            )
        )


def _tell_taken(new: int, known: int) -> None:
    told = Text(zh="接收 {new} 条，已有 {known} 条。", en="{new} taken over, {known} known before.")
    out.print(say(told.filled(new=str(new), known=str(known))))


def _require_span(first: date, last: date, level: str) -> None:
    if last < first:
        raise ShidaiError(
            problem(
                "--until",
                zh=f"{last} 早于 {first}。",
                en=f"{last} is before {first}.",
                mend_zh="请改正起止日期。",
                mend_en="Correct the days.",
            )
        )
    if level not in LENGTHS:
        raise ShidaiError(
            problem(
                "--level",
                zh=f"没有级别 {level}。",
                en=f"There is no level {level}.",
                mend_zh=f"可选：{'、'.join(LENGTHS)}。",
                mend_en=f"There are: {', '.join(LENGTHS)}.",
            )
        )
