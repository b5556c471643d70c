"""`shidai extract`: the register's record tables, from which everything is counted, and the figures made from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Exit, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from shidai.packs import Pack
    from shidai.registry.extract import Extracted

EVENTS = {
    "birth": Text(zh="出生{n}", en="births: {n}"),
    "death": Text(zh="死亡{n}", en="deaths: {n}"),
    "residence": Text(zh="迁移或登记{n}", en="moves or registrations: {n}"),
    "union_": Text(zh="结婚{n}", en="marriages: {n}"),
    "contraception": Text(zh="避孕开始{n}", en="starts of contraception: {n}"),
}


CutoffOption = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="Events up to this day.",
        show_default="today; in a demonstration city the pack's last day",
    ),
]


@app.command()
def extract(
    data: DataOption = DEFAULT_DATA,
    everything: Annotated[
        bool, typer.Option("--all", help="Write every county anew, not only those that changed; mends damaged tables.")
    ] = False,
    cutoff: CutoffOption = None,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Compute the stored figures anew from the record tables.")
    ] = True,
    pack: Annotated[str, typer.Option(help="The pack of the city.", envvar="SHIDAI_PACK")] = "wuxi-2006",
) -> int:
    """Publish the record tables of the counties that changed since the last time, and the figures made from them.

    Readers see all of the tables or nothing.

    Example: shidai extract --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from shidai.assessment.extract import contribute as tell_pilots
    from shidai.benefits.extract import contribute as tell_benefits
    from shidai.core.queries import operator
    from shidai.outreach.extract import contribute as tell_outreach
    from shidai.packs import load_pack
    from shidai.programmes.extract import contribute as tell_programmes
    from shidai.registry.extract import count_later, extract_records
    from shidai.supply.extract import contribute as tell_supply

    city = load_pack(pack)
    day = cutoff.date() if cutoff else _default_cutoff(data, city)
    with _bar(Text(zh="提取记录表", en="Extracting record tables")) as advance:
        folder, by = data / "records", operator()
        done = extract_records(
            folder,
            by=by,
            pack=city,
            cutoff=day,
            everything=everything,
            more=(tell_benefits, tell_programmes, tell_supply, tell_outreach, tell_pilots),
            progress=lambda _, at, total: advance(at, total),
        )
        later = count_later(day, by=by)
    _print_done(done)
    _print_cutoff(day, later)
    _renew_due_lists(data, city, day)
    if figures:
        _refresh_figures(data, city)
    return Exit.OK


def _default_cutoff(data: Path, pack: Pack) -> date:
    """A demonstration city ends with its pack; a real one goes on today."""
    from shidai.reports.results import DEMONSTRATION_MARK

    return pack.last_day if (data / DEMONSTRATION_MARK).exists() else datetime.now().astimezone().date()


@contextmanager
def _bar(title: Text) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import Progress

    with Progress(console=err, transient=True) as bars:
        bar = bars.add_task(say(title), total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)


def _renew_due_lists(data: Path, pack: Pack, day: date) -> None:
    """The villages' due lists of the day, so that their pages open at once."""
    from shidai.programmes.duelists import keep_due_lists

    with _bar(Text(zh="更新到期名单", en="Renewing the due lists")) as advance:
        keep_due_lists(data / "records", pack, day, progress=advance)


def _refresh_figures(data: Path, pack: Pack) -> None:
    from shidai.reports.results import refresh_results

    with _bar(Text(zh="计算指标", en="Computing the figures")) as advance:
        years = refresh_results(data, pack, progress=advance)
    if years:
        shown = ", ".join(str(year) for year in years)
        out.print(say(Text(zh=f"指标已按现有记录算出：{shown}。", en=f"The figures rest on these records: {shown}.")))
    else:
        out.print(say(Text(zh="没有居民记录，未计算指标。", en="There are no residents, so no figures.")))


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


def _print_cutoff(day: date, later: dict[str, int]) -> None:
    """The cut-off, and what lies after it: events that a reader may otherwise miss in the figures."""
    out.print(say(Text(zh=f"截止日期：{day}。", en=f"Cut-off: {day}.")))
    total = sum(later.values())
    if not total:
        return
    found = [EVENTS[table].filled(n=f"{number:,}") for table, number in later.items() if number]
    zh, en = "、".join(each.zh for each in found), ", ".join(each.en for each in found)
    out.print(
        say(
            Text(
                zh=f"截止日期之后还有{total:,}件事没有计入（{zh}）；要计入请用 --cutoff 指定较晚的日期。",
                en=f"Events after the cut-off that aren't counted: {total:,} ({en}). "
                "To count them name a later day with --cutoff.",
            )
        )
    )
