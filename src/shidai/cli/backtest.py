"""`shidai project backtest`: projections from an earlier year, scored against what has happened since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from shidai.cli.app import DEFAULT_DATA, DataOption, err
from shidai.cli.project import project_app
from shidai.cli.projecttable import ProjectFormat, print_rows
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    from shidai.demography.backtest import Score

COLUMNS = ("area", "measure", "points", "inside_80", "inside_95", "error", "last_error")
_LAST = 2020
_NO_YEAR = problem(
    "--from",
    zh="请指明从哪一年开始推算。",
    en="The first projected year is needed.",
    mend_zh="例如：shidai project backtest --data demo-city --scenario medium --from 2002",
    mend_en="For example: shidai project backtest --data demo-city --scenario medium --from 2002",
)


@project_app.command("backtest")
def backtest(
    wpp: Annotated[
        Path | None, typer.Option(help="Folder with the UN's tables; every country of it, or those named.")
    ] = None,
    country: Annotated[list[str] | None, typer.Option(help="Three-letter code; may be given several times.")] = None,
    first: Annotated[
        int | None, typer.Option("--from", help="First projected year; of the UN's tables 2000 if not given.")
    ] = None,
    last: Annotated[int, typer.Option("--until", help="Last year, of the UN's tables.")] = _LAST,
    data: DataOption = DEFAULT_DATA,
    scenario: Annotated[str | None, typer.Option(help="Test the city in --data: a scenario or a TOML file.")] = None,
    pack: Annotated[str, typer.Option(help="The pack that the scenario leans on.")] = "wuxi-2006",
    trajectories: Annotated[int, typer.Option(min=1, help="How many are drawn.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 1,
    form: Annotated[ProjectFormat, typer.Option("--format", help="table, csv or json.")] = ProjectFormat.TABLE,
) -> None:
    """Project from an earlier year with what was known then, and score the intervals and medians.

    inside_80, inside_95: shares of the years in which the truth lay inside the interval. error, last_error: mean
    distance of the median from the truth, and that of the last year: as shares of the truth, but in their own unit for
    share_65, tfr, e0 and, in residents, migration. Area 'all' pools everything.

    Example: [bold]shidai project backtest --wpp wpp2024 --from 2000 --until 2020[/bold]

    Example: [bold]shidai project backtest --data demo-city --scenario medium --from 2002[/bold]
    """
    from shidai.demography.backtest import pool

    if wpp is not None:
        scores = _countries(wpp, country, first or _LAST - 20, last, trajectories, seed)
    elif scenario is not None:
        if first is None:
            raise ShidaiError(_NO_YEAR)
        scores = _city(data, scenario, pack, first, trajectories, seed)
    else:
        raise ShidaiError(_NO_YEAR)
    rows: list[tuple[float | str, ...]] = [
        (one.area, one.measure, f"{one.points}", one.inside80, one.inside95, one.error, one.last_error)
        for one in (*scores, *pool(scores))
    ]
    print_rows(COLUMNS, rows, form)


def _countries(
    folder: Path, codes: list[str] | None, first: int, last: int, trajectories: int, seed: int
) -> list[Score]:
    from shidai.demography.backtest import backtest_countries
    from shidai.demography.wpp import known_countries, read_country

    chosen = [read_country(folder, code) for code in codes or known_countries(folder)]
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("backtest", total=len(chosen))
        return backtest_countries(chosen, first, last, trajectories, seed, lambda _: bar.advance(task))


def _city(data: Path, scenario: str, pack: str, first: int, trajectories: int, seed: int) -> list[Score]:
    from shidai.indicators.outlook.backtest import backtest_city
    from shidai.indicators.records import Records
    from shidai.packs import load_pack
    from shidai.packs.scenariofile import read_scenarios

    loaded = load_pack(pack)
    chosen = read_scenarios(scenario, loaded)[0]
    with Records.open(Path(data) / "records") as records, Progress(console=err, transient=True) as bar:
        task = bar.add_task(chosen.id, total=trajectories)
        return backtest_city(
            records, loaded, chosen, first, trajectories, seed, lambda done: bar.update(task, completed=done)
        )
