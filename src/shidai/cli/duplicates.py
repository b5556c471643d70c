"""`shidai duplicates`: who stands on the register twice, or on another city's list too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Problem, ShidaiError, Text, problem

duplicates_app = typer.Typer(help="People who stand on the register twice.", no_args_is_help=True)
app.add_typer(duplicates_app, name="duplicates")

_FOUND = Text(
    zh="{people} 人中有 {pairs} 对可能是同一人，见 /duplicates/。"
    "预计漏掉 {missed} 对，列出的对中有 {false} 对不是同一人。",
    en="Among {people} people {pairs} pairs may be one person: see /duplicates/. "
    "Expected to be missed: {missed} pairs; expected to be two people: {false} of those listed.",
)
_NONE = Text(zh="没有待核对的档案。", en="No pair waits to be judged.")
_MORE = Text(zh="只列出前 {n} 对，共 {all} 对。", en="The first {n} of {all} pairs.")


@duplicates_app.callback()
def _duplicates() -> None:
    """People who stand on the register twice."""


@duplicates_app.command()
def find(
    data: DataOption = DEFAULT_DATA,
    against: Annotated[
        Path | None, typer.Option(help="A list from elsewhere (CSV): who of it is on the register?")
    ] = None,
    columns: Annotated[Path, typer.Option(help="TOML file that names the column of each role.")] = Path("map.toml"),
    payees_of: Annotated[
        int | None, typer.Option(help="Only among those who were paid a benefit in this year.")
    ] = None,
    least: Annotated[
        float | None,
        typer.Option(min=0.001, max=1.0, help="Don't ask about pairs less probable. [default: 0.1; of payees 0.02]"),
    ] = None,
) -> None:
    """Search for duplicates and put the pairs into the queue at /duplicates/. Names are kept no longer than it runs.

    Example: shidai duplicates find --data demo-city
    """
    _check_files(*(path for path in (against, columns) if against))
    _start(data)
    from shidai.core.queries import operator
    from shidai.linkage.roles import read_map
    from shidai.registry.duplicatesearch import ASKED_FROM, PAYEES_ASKED_FROM, OtherList, find_duplicates

    other = OtherList(against, read_map(columns)) if against else None
    people = None
    if payees_of is not None:
        from shidai.benefits.queries import payees

        people = payees(payees_of)

    with err.status("") as shown:
        run = find_duplicates(
            by=operator(),
            people=people,
            against=other,
            least=least or (ASKED_FROM if people is None else PAYEES_ASKED_FROM),
            progress=lambda doing: shown.update(f"{say(doing)} …"),
        )
    told = _FOUND.filled(
        people=f"{run.people:,}",
        pairs=f"{run.pairs:,}",
        missed=f"{run.expected_missed:.1f}",
        false=f"{run.expected_false:.1f}",
    )
    out.print(say(told), highlight=False)


@duplicates_app.command("list")
def list_pairs(
    data: DataOption = DEFAULT_DATA,
    most: Annotated[int, typer.Option(min=1, help="How many pairs to list.")] = 50,
) -> None:
    """The pairs that wait to be judged, the most probable first: where they are, without names.

    Example: shidai duplicates list --data demo-city --most 20
    """
    _start(data)
    from shidai.core.queries import operator
    from shidai.registry.queries import list_waiting

    waiting = list_waiting(operator(), most=most)
    if not waiting.pairs:
        out.print(say(_NONE))
        return
    heads = (
        Text(zh="编号", en="pair"),
        Text(zh="可能性", en="probability"),
        Text(zh="地区一", en="area one"),
        Text(zh="地区二", en="area two"),
        Text(zh="已请市里", en="asked of the city"),
    )
    table = Table(*(say(head) for head in heads))
    for pair in waiting.pairs:
        second = pair.other.living_area or pair.other.registered_area if pair.other else pair.run.against
        first = pair.one.living_area or pair.one.registered_area
        table.add_row(str(pair.uuid), f"{pair.probability:.3f}", first, second, "✓" if pair.passed_at else "")
    out.print(table)
    if waiting.total > len(waiting.pairs):
        out.print(say(_MORE.filled(n=len(waiting.pairs), all=waiting.total)), highlight=False)


def _check_files(*paths: Path | None) -> None:
    problems = [_missing(path) for path in paths if path is not None and not path.is_file()]
    if problems:
        raise ShidaiError(problems)


def _missing(path: Path) -> Problem:
    return problem(
        str(path),
        zh="找不到这个文件。",
        en="There is no such file.",
        mend_zh="请检查路径；--columns 指明各列含义的 TOML 文件，见 docs/how-to/find-duplicates.md。",
        mend_en="Check the path; --columns names the TOML file of the columns, see docs/how-to/find-duplicates.md.",
    )


def _start(data: Path) -> None:
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
