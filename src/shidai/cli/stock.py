"""`shidai stock`: what is where, where a lot went, and whether the book balances."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.cli.tablefile import TableFormat, require_folder, write_table
from shidai.words import Exit, Text

stock_app = typer.Typer(
    help="Supply: what is where, where a lot went, whether the book balances.", no_args_is_help=True
)
app.add_typer(stock_app, name="stock")

FormatOption = Annotated[TableFormat, typer.Option("--format", help="csv or parquet.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="The file; without it, standard output.")]

BALANCE = pa.schema([
    pa.field("site", pa.string()), pa.field("area", pa.string()), pa.field("commodity", pa.string()),
    pa.field("lot", pa.string()), pa.field("expires_on", pa.date32()), pa.field("recalled", pa.bool_()),
    pa.field("on_shelf", pa.int64()), pa.field("coming", pa.int64()),
])  # fmt: skip
PLACES = pa.schema([
    pa.field("site", pa.string()), pa.field("area", pa.string()), pa.field("on_shelf", pa.int64()),
    pa.field("coming", pa.int64()), pa.field("handed_out", pa.int64()), pa.field("people", pa.int64()),
    pa.field("without_name", pa.int64()),
])  # fmt: skip
PLAN = pa.schema([
    *(pa.field(name, pa.string()) for name in ("area", "commodity", "name", "month", "basis")),
    pa.field("forecast", pa.float64()), pa.field("from_stock", pa.float64()), pa.field("expires_unused", pa.float64()),
    pa.field("to_buy", pa.int64()), pa.field("packs", pa.int64()), pa.field("price_fen", pa.int64()),
    pa.field("fen", pa.int64()), pa.field("stock_at_end", pa.float64()),
])  # fmt: skip


class PlanBasis(StrEnum):
    """By what the use of a plan is forecast."""

    CONSUMPTION = "consumption"
    USERS = "users"
    OUTLOOK = "outlook"


@stock_app.command("balance")
def show_balance(
    data: DataOption = DEFAULT_DATA,
    area: Annotated[str, typer.Option("--area", help="Code of the area; without it, the whole city.")] = "",
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """Every lot at every site: on the shelf and under way to it.

    Example: [bold]shidai stock balance --data demo-city --area 320282[/bold]
    """
    require_folder(out_file)
    start_site(data)
    from shidai.core.queries import operator
    from shidai.supply.queries import stock_table

    rows = [
        {"site": one.site.code, "area": one.site.area, "commodity": one.commodity, "lot": one.lot,
         "expires_on": one.expires_on, "recalled": one.recalled, "on_shelf": one.on_shelf, "coming": one.coming}
        for one in stock_table(operator(), area)
    ]  # fmt: skip
    write_table(pa.Table.from_pylist(rows, schema=BALANCE), form, out_file)


@stock_app.command("recall")
def show_recall(
    commodity: Annotated[str, typer.Option("--commodity", help="Id of the commodity.")],
    lot: Annotated[str, typer.Option("--lot", help="The maker's lot number.")],
    data: DataOption = DEFAULT_DATA,
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """Every place where a lot is or was handed out, and to how many people; who they are is seen on the site.

    Example: shidai stock recall --commodity male-condom --lot C2006Q1 --data demo-city
    """
    require_folder(out_file)
    start_site(data)
    from shidai.core.queries import operator
    from shidai.supply.queries import recall_page

    rows = [
        {"site": one.site.code, "area": one.site.area, "on_shelf": one.on_shelf, "coming": one.coming,
         "handed_out": one.handed_out, "people": one.people, "without_name": one.without_name}
        for one in recall_page(operator(), commodity, lot).places
    ]  # fmt: skip
    write_table(pa.Table.from_pylist(rows, schema=PLACES), form, out_file)


@stock_app.command("plan")
def show_plan(
    data: DataOption = DEFAULT_DATA,
    area: Annotated[str, typer.Option("--area", help="Code of the area; without it, the whole city.")] = "",
    year: Annotated[int, typer.Option("--year", help="The year; without it, the next one.")] = 0,
    basis: Annotated[
        PlanBasis,
        typer.Option("--basis", help="consumption, users (on record) or outlook (users of the newest kept run)."),
    ] = PlanBasis.CONSUMPTION,
    form: FormatOption = TableFormat.CSV,
    out_file: OutOption = None,
) -> None:
    """What an area will use of each commodity in each month, what to buy in whole packs, and what it costs in fen.

    Example: shidai stock plan --data demo-city --area 320282 --basis users
    """
    require_folder(out_file)
    start_site(data)
    from shidai.core.queries import operator
    from shidai.registry.citypack import city_pack
    from shidai.registry.recordsday import records_day
    from shidai.supply.queries import plan_rows, supply_plan, years_planned

    day = records_day()
    made = supply_plan(operator(), area or city_pack().city, day, year or years_planned(day)[-1], basis.value)
    write_table(pa.Table.from_pylist(plan_rows(made), schema=PLAN), form, out_file)


@stock_app.command("check")
def check_book(data: DataOption = DEFAULT_DATA) -> None:
    """Prove the book: every balance is what its movements add up to, and none is below nought.

    Example: shidai stock check --data demo-city
    """
    start_site(data)
    from shidai.supply.ledger import find_imbalances

    wrong = find_imbalances()
    for one in wrong:
        told = Text(
            zh=f"{one.account} 批号{one.lot}：账面 {one.kept}，流水合计 {one.moved}",
            en=f"{one.account} lot {one.lot}: the balance says {one.kept}, its movements {one.moved}",
        )
        out.print(say(told))
    if wrong:
        raise typer.Exit(Exit.PROOF_FAILED)
    out.print(
        say(
            Text(
                zh="账目平衡：每个余额都等于其流水之和。",
                en="The book balances: every balance is the sum of its movements.",
            )
        )
    )


@stock_app.command("take")
def take_over(
    folder: Annotated[Path, typer.Argument(help="Folder with sites.csv and stock.csv; columns stand in the how-to.")],
    source: Annotated[str, typer.Option("--source", help="Name of the system whose import the person keys are of.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Take over the sites and the stock book of another system: all lines or none, each only once.

    Example: shidai stock take old-system --source pharmacy --data demo-city
    """
    start_site(data)
    from shidai.core.queries import operator
    from shidai.supply.roster import take_book

    taken = take_book(by=operator(), source=source, folder=folder)
    told = Text(
        zh="接收站点{sites}个、记录{new}笔，已有{known}笔。",
        en="{sites} sites and {new} entries taken over, {known} known before.",
    )
    out.print(say(told.filled(sites=str(taken.sites), new=str(taken.new), known=str(taken.known))))
