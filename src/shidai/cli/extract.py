"""`shidai extract`: the register's record tables, from which everything is counted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Exit, Text

if TYPE_CHECKING:
    from shidai.registry.extract import Extracted


@app.command()
def extract(
    data: DataOption = DEFAULT_DATA,
    everything: Annotated[
        bool, typer.Option("--all", help="Write every county anew, not only those that changed.")
    ] = False,
    cutoff: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Events up to this day.", show_default="the pack's last day"),
    ] = None,
    pack: Annotated[str, typer.Option(help="The pack of the city.", envvar="SHIDAI_PACK")] = "wuxi-2006",
) -> int:
    """Publish the record tables of the counties that changed since the last time; readers see all of it or nothing.

    Example: shidai extract --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from rich.progress import Progress

    from shidai.core.city import database_errors
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.registry.extract import extract_records

    city = load_pack(pack)
    with Progress(console=err, transient=True) as bars, database_errors():
        bar = bars.add_task(say(Text(zh="提取记录表", en="Extracting record tables")), total=None)
        done = extract_records(
            data / "records",
            by=operator(),
            pack=city,
            cutoff=cutoff.date() if cutoff else city.last_day,
            everything=everything,
            progress=lambda partition, at, total: bars.update(bar, completed=at, total=total),
        )
    _print_done(done)
    return Exit.OK


def _print_done(done: Extracted) -> None:
    if not done.partitions and not done.rows:
        out.print(say(Text(zh="没有变化：记录表已是最新。", en="Nothing changed: the record tables are up to date.")))
        return
    for table, rows in done.rows.items():
        out.print(f"{table:14}{rows:>12,}")
    assert done.manifest is not None
    shown = ", ".join(done.partitions)
    out.print(
        say(
            Text(
                zh=f"已写入分区：{shown}；清单 {done.manifest.id[:16]}。",
                en=f"Partitions written: {shown}; manifest {done.manifest.id[:16]}.",
            )
        )
    )
