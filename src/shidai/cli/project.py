"""`shidai project`: population projections, deterministic or with trajectories."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err
from shidai.cli.projecttable import Cell, ProjectFormat, print_rows
from shidai.words import ShidaiError, problem

if TYPE_CHECKING:
    from shidai.demography.outcome import Outcome

COLUMNS = ("year", "population", "births", "deaths", "share_65")
BY_AGE = ("year", "age", "population", "population_m", "population_f", "births", "deaths")
FAN = ("year", "measure", "lo95", "lo80", "median", "hi80", "hi95")
_AGED = 65
_LAST = 2100  # as far as the UN's tables go
_NEEDED = problem(
    "--wpp / --country / --scenario",
    zh="请指明数据文件夹和国家，或城市和方案。",
    en="the folder of the tables and the country are needed, or a city and a scenario.",
    mend_zh="例如：shidai project --wpp wpp2024 --country CHN；或 shidai project --data demo-city --scenario medium",
    mend_en="For example: shidai project --wpp wpp2024 --country CHN, or shidai project --data demo-city "
    "--scenario medium",
)
_NOT_TOGETHER = problem(
    "--trajectories",
    zh="轨迹只围绕中方案，按年份给出。",
    en="trajectories are drawn around the medium variant, and given by year.",
    mend_zh="请去掉 --variant 和 --by-age。",
    mend_en="Leave out --variant and --by-age.",
)

project_app = typer.Typer(invoke_without_command=True)


class ProjectVariant(StrEnum):
    MEDIUM = "medium"
    LOW = "low"
    HIGH = "high"


WppOption = Annotated[
    Path | None, typer.Option(help="Folder with the UN's tables (World Population Prospects) in tidy CSV files.")
]
CountryOption = Annotated[str | None, typer.Option(help="Three-letter code (ISO 3166-1), for example CHN.")]
FirstOption = Annotated[int, typer.Option("--from", help="First year; its mid-year population is the base.")]
LastOption = Annotated[
    int | None, typer.Option("--until", help="Last year; of a country 2100, of a city 44 years ahead if not given.")
]
VariantOption = Annotated[
    ProjectVariant, typer.Option(help="The UN's variant: half a child less or more a woman in low and high.")
]
TrajectoriesOption = Annotated[
    int | None, typer.Option(help="Draw this many trajectories and give 80 and 95 % intervals instead.", min=1)
]
ScenarioOption = Annotated[
    str | None, typer.Option(help="Project the city in --data instead: a scenario of its pack, or a TOML file.")
]
FolderOption = Annotated[
    Path | None, typer.Option("--out", help="Where a city's figures and report go; outlook/ of --data if not given.")
]


@project_app.callback()
def project_population(
    context: typer.Context,
    wpp: WppOption = None,
    country: CountryOption = None,
    first: FirstOption = 2025,
    last: LastOption = None,
    variant: VariantOption = ProjectVariant.MEDIUM,
    by_age: Annotated[bool, typer.Option("--by-age", help="A row for every year and single age.")] = False,
    trajectories: TrajectoriesOption = None,
    seed: Annotated[int, typer.Option(help="Of the trajectories; the same seed gives the same figures.")] = 1,
    scenario: ScenarioOption = None,
    data: DataOption = DEFAULT_DATA,
    pack: Annotated[str, typer.Option(help="The pack that the scenario leans on.")] = "wuxi-2006",
    folder: FolderOption = None,
    form: Annotated[ProjectFormat, typer.Option("--format", help="table, csv or json.")] = ProjectFormat.TABLE,
) -> None:
    """Project a country, or a city by counties, by single years of age with the cohort-component method.

    Population and share_65 (a fraction) are of the middle of the year, births and deaths of the calendar year, in the
    tables' unit (thousands). By age, births stand at the mother's age and deaths at the age reached at the year's end.
    With --trajectories: fertility, mortality and migration drawn within the UN's bounds, a row for every year and
    measure.

    With --scenario: the city's own rates of its last years, each county's leaning on the city's, go on as the scenario
    says; Parquet, XLSX and a report in both languages are written. The same inputs and seed give the same figures.

    Example: [bold]shidai project --wpp wpp2024 --country CHN --from 2025 --until 2100 --format csv[/bold]

    Example: [bold]shidai project --data demo-city --scenario medium --trajectories 1000 --until 2050[/bold]
    """
    if context.invoked_subcommand is not None:
        return
    if scenario is not None:
        from shidai.cli.outlook import CityWish, project_city

        project_city(CityWish(data, scenario, pack, last, trajectories, seed, folder), form.value)
    elif wpp is None or country is None:
        raise ShidaiError(_NEEDED)
    elif trajectories is None:
        _project_country(wpp, country, first, last or _LAST, variant, by_age, form)
    elif variant is not ProjectVariant.MEDIUM or by_age:
        raise ShidaiError(_NOT_TOGETHER)
    else:
        print_rows(FAN, _rows_of_fan(wpp, country, first, last or _LAST, trajectories, seed), form)


def _project_country(
    wpp: Path, country: str, first: int, last: int, variant: ProjectVariant, by_age: bool, form: ProjectFormat
) -> None:
    from shidai.demography.wpp import read_country
    from shidai.demography.wpp_base import project_country

    outcome = project_country(read_country(wpp, country), first, last, variant.value)
    if by_age:
        print_rows(BY_AGE, _rows_by_age(outcome, first), form)
    else:
        print_rows(COLUMNS, _rows(outcome, first), form)


def _rows(outcome: Outcome, first: int) -> list[tuple[Cell, ...]]:
    columns = (outcome.total(), outcome.births.sum(-1), outcome.deaths.sum((-2, -1)), outcome.share_from(_AGED))
    return [(first + at, *(float(cell) for cell in row)) for at, row in enumerate(zip(*columns, strict=True))]


def _rows_of_fan(
    folder: Path, country: str, first: int, last: int, trajectories: int, seed: int
) -> list[tuple[Cell, ...]]:
    from rich.progress import Progress

    from shidai.demography.trajectories_run import simulate
    from shidai.demography.wpp import read_country
    from shidai.demography.wpp_trajectories import plan_country

    plan = plan_country(folder, read_country(folder, country), first, last)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(country.upper(), total=trajectories)
        fan = simulate(
            [plan], trajectories, seed=seed, by_age=False, progress=lambda done: bar.update(task, completed=done)
        )[0]
    return [
        (first + at, name, *(float(cell) for cell in values[:, at]))
        for at in range(last - first + 1)
        for name, values in fan.measures.items()
    ]


def _rows_by_age(outcome: Outcome, first: int) -> list[tuple[Cell, ...]]:
    people, dying = outcome.mid_year, outcome.deaths.sum(-2)
    return [
        (
            first + at,
            age,
            *(float(cell) for cell in (people[at, :, age].sum(), people[at, 0, age], people[at, 1, age])),
            float(outcome.births_by_age[at, age]),
            float(dying[at, age]),
        )
        for at in range(people.shape[0])
        for age in range(people.shape[-1])
    ]


app.add_typer(project_app, name="project")
