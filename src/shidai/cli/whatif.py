"""`shidai what-if`: what a change in people's choices would mean, lived through by the residents one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, say
from shidai.cli.projecttable import ProjectFormat, print_rows
from shidai.words import Text

COLUMNS = ("what_if", "year", "measure", "without", "with", "difference", "error", "error_own_luck")
AHEAD = 20


@app.command("what-if")
def what_if(
    wish: Annotated[str, typer.Argument(metavar="WHAT_IF", help="A what-if of the pack, or a TOML file of one's own.")],
    data: DataOption = DEFAULT_DATA,
    pack: Annotated[str, typer.Option(help="The pack of the city.", envvar="SHIDAI_PACK")] = "wuxi-2006",
    until: Annotated[int | None, typer.Option(help="The last year; default: 20 years on.")] = None,
    runs: Annotated[int, typer.Option(min=0, help="How often both are lived through, each time with other luck.")] = 20,
    seed: Annotated[int, typer.Option(min=0, max=2**40, help="The same seed gives the same figures.")] = 1,
    form: Annotated[ProjectFormat, typer.Option("--format", help="table, csv or json.")] = ProjectFormat.TABLE,
) -> None:
    """Let the city's residents live through the years without and with an assumed change, with the same luck.

    The difference follows from the assumption and isn't noise; its error is that of chance alone. Nobody moves in or
    out: how many people there will be is the projection's to say. A what-if is an assumption, no aim.

    Example: shidai what-if child-allowance --data demo-city --until 2026 --format csv
    """
    from shidai.indicators.outlook.observed import full_years
    from shidai.indicators.records import Records
    from shidai.packs import load_pack
    from shidai.packs.scenariofile import read_scenarios, read_whatifs
    from shidai.synth.luck import spread_seed
    from shidai.synth.whatif import compare, read_start

    chosen = load_pack(pack)
    rows: list[tuple[float | str, ...]] = []
    for one in read_whatifs(wish, chosen):
        (scenario,) = read_scenarios(one.scenario, chosen)
        with Records.open(Path(data) / "records") as records:
            last = until or full_years(records)[1] + AHEAD
            start, rates = read_start(records, chosen, scenario, one, last)
        err.print(say(one.definition.text), highlight=False)
        doing = Text(zh="第{n}次，共{all}次", en="run {n} of {all}")
        with err.status("") as shown:
            compared = compare(
                start, rates, one, seeds=spread_seed(seed, runs),
                progress=lambda done: shown.update(say(doing.filled(n=done, all=runs))),  # noqa: B023
            )  # fmt: skip
        for measure in compared.without:
            apart, error, own = compared.difference(measure)
            if form is ProjectFormat.TABLE and not apart.any():
                continue  # a table for people has what differs
            without, with_it = (side[measure].mean(0) for side in (compared.without, compared.with_it))
            for at, year in enumerate(compared.years):
                if form is not ProjectFormat.TABLE or year % 5 == 0 or year == last:
                    figures = (without[at], with_it[at], apart[at], error[at], own[at])
                    rows.append((one.id, str(year), measure, *map(float, figures)))
    print_rows(COLUMNS, rows, form)
