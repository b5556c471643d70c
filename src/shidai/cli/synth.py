"""`shidai synth`: grow a synthetic city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, keep_private, out, say
from shidai.cli.demo import FEWEST_RESIDENTS
from shidai.words import Text


@app.command()
def synth(
    residents: Annotated[
        int,
        typer.Option(
            "--residents", help="People: registered ones and migrants living in the city.", min=FEWEST_RESIDENTS
        ),
    ] = 50_000,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same city, to the byte.")] = 1,
    data: DataOption = DEFAULT_DATA,
    pack: Annotated[str, typer.Option("--pack", help="A shipped pack or a pack's folder.")] = "wuxi-2006",
    files: Annotated[
        bool, typer.Option("--files/--records", help="Files for the importer, or the record tables directly.")
    ] = True,
) -> None:
    """Grow a city of invented people, as files for `shidai import` or as record tables.

    Example: shidai synth --residents 50000 --seed 1 --data demo-city
    """
    from rich.progress import Progress

    from shidai.packs import load_pack
    from shidai.synth.grow import grow_city

    rules = load_pack(pack)
    data.mkdir(parents=True, exist_ok=True)
    keep_private(data)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(say(Text(zh="生成人口", en="Growing the city")), total=residents)
        city = grow_city(rules, residents, seed, lambda done, _: bar.update(task, completed=done))
    folder = data / ("import" if files else "records")
    if files:
        from shidai.synth.import_files import write_import_files

        rows = write_import_files(city, rules, folder)
    else:
        from shidai.synth.record_tables import write_records

        manifest = write_records(city, rules, folder)
        rows = {table: manifest.rows(table) for table in manifest.tables}
    _report(folder, rows)


def _report(folder: Path, rows: dict[str, int]) -> None:
    for name, count in rows.items():
        out.print(f"{name:>14}  {count:>12,}", highlight=False)
    done = Text(zh="已写入 {folder}。人物均为虚构。", en="Written to {folder}. Everybody in it is invented.")
    out.print(say(done.filled(folder=folder)), markup=False, highlight=False)
