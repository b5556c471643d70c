"""`shidai project --scenario`: a city's outlook from its record tables, written as Parquet, XLSX and a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shidai.cli.app import err, say
from shidai.words import Text

DEFAULT_TRAJECTORIES = 1000
AHEAD = 44  # years, where nobody says how far
MEASURES = ("population", "births", "deaths", "migration", "share_65")
COLUMNS = ("scenario", "area", "year", "measure", "lo95", "lo80", "median", "hi80", "hi95")


@dataclass(frozen=True, slots=True)
class CityWish:
    """What was asked for on the command line."""

    data: Path
    scenario: str
    pack: str
    until: int | None
    trajectories: int | None
    seed: int
    folder: Path | None


def project_city(asked: CityWish, form: str) -> None:
    """Run every scenario asked for, write its files, and show the city's figures."""
    from shidai.cli.projecttable import ProjectFormat, print_rows
    from shidai.indicators.outlook.observed import full_years
    from shidai.indicators.outlook.running import LEVELS, Wish, run_outlook
    from shidai.indicators.records import Records
    from shidai.packs import load_pack
    from shidai.packs.scenariofile import read_scenarios
    from shidai.reports.outlookfiles import write_run

    pack = load_pack(asked.pack)
    scenarios = read_scenarios(asked.scenario, pack)
    rows: list[tuple[float | str, ...]] = []
    with Records.open(Path(asked.data) / "records") as records:
        until = asked.until or full_years(records)[1] + AHEAD
        for scenario in scenarios:
            wish = Wish(scenario, until, asked.trajectories or DEFAULT_TRAJECTORIES, asked.seed)
            with _progress() as bar:
                task = bar.add_task(say(scenario.title.text), total=wish.trajectories)
                run = run_outlook(records, pack, wish, lambda done: bar.update(task, completed=done))  # noqa: B023
            place = _place(asked, run.head.id, scenario.id, len(scenarios))
            write_run(run, place)
            err.print(say(Text(zh=f"已写入 {place}", en=f"Written: {place}")), soft_wrap=True, highlight=False)
            city = run.head.city.code
            for row in run.figures.to_pylist():
                if row["area"] == city and row["measure"] in MEASURES and _wanted(row["year"], until, form):
                    values = ["" if row[level] is None else float(row[level]) for level in LEVELS]
                    rows.append((scenario.id, city, row["year"], row["measure"], *values))
    print_rows(COLUMNS, rows, ProjectFormat(form))


def _wanted(year: int, until: int, form: str) -> bool:
    """A table for people shows every tenth year; files have all."""
    return form != "table" or year % 10 == 0 or year == until


def _place(asked: CityWish, id_: str, scenario: str, scenarios: int) -> Path:
    if asked.folder is None:
        return Path(asked.data) / "outlook" / id_
    return asked.folder if scenarios == 1 else asked.folder / scenario


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True)
