"""`shidai demo`: from nothing to a city with its annual work summary and its site, in one command."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, keep_private, out, say, start_site
from shidai.cli.stages import Report, Stages
from shidai.words import Exit, Language, ShidaiError, Text, problem

DEFAULT_RESIDENTS = 50_000
FEWEST_RESIDENTS = 500
SERIES_YEARS = 10
OUTLOOK_YEARS = 54  # to 2060 from the pack of 2006
OUTLOOK_TRAJECTORIES = 300


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of city is asked for."""

    data: Path
    residents: int
    seed: int
    pack: str

    @property
    def inputs(self) -> dict[str, Any]:
        from shidai import __version__

        return {"residents": self.residents, "seed": self.seed, "pack": self.pack, "version": __version__}


@app.command()
def demo(
    residents: Annotated[
        int, typer.Option(help="Residents at the end of the pack's year.", min=FEWEST_RESIDENTS)
    ] = DEFAULT_RESIDENTS,
    data: DataOption = DEFAULT_DATA,
    seed: Annotated[int, typer.Option(help="The same seed grows the same city, to the byte.", min=0)] = 2006,
    port: Annotated[int, typer.Option(help="The port of the site.", min=1, max=65535)] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End when the summary is written.")] = False,
    pack: Annotated[str, typer.Option(help="A shipped pack's id or a pack's folder.")] = "wuxi-2006",
) -> None:
    """Grow a synthetic city, load it through the importer, write its annual summary and serve the site.

    Run again, it continues where it was; Ctrl-C loses nothing.

    Example: shidai demo --residents 50000 --data demo-city --seed 2006 --port 8000
    """
    wish = Wish(data, residents, seed, pack)
    started = time.perf_counter()
    made = build_city(wish)
    _show_what_was_made(wish, made, time.perf_counter() - started)
    if not no_serve:
        from shidai.cli.serve import serve

        serve(data=data, host="127.0.0.1", port=port, workers=2)


def build_city(wish: Wish) -> dict[str, Any]:
    """Do all stages that aren't done yet; returns what each gave."""
    _prepare_directory(wish)
    stages = Stages.open(wish.data / "demo.json")
    _refuse_another_city(stages, wish)
    given = wish.inputs
    made: dict[str, Any] = {}
    os.environ["SHIDAI_PACK"] = wish.pack
    with _process_beside() as beside:
        growing = None if stages.has("grow", given) else beside.submit(grow_files, wish)
        start_site(wish.data)
        made["areas"] = stages.run("prepare", PREPARE, given, lambda report: prepare_database(wish))
        made["files"] = stages.run("grow", GROW, given, lambda report: growing.result() if growing else {})
    made["rows"] = stages.run("import", IMPORT, given, lambda report: import_files(wish, report))
    made["benefits"] = stages.run("benefits", PAY, given, lambda report: play_benefits(wish, report))
    made["visits"] = stages.run("visits", VISIT, given, lambda report: take_visits(wish))
    made["stock"] = stages.run("stock", STOCK, given, lambda report: take_stock(wish))
    made["sessions"] = stages.run("outreach", TRAIN, given, lambda report: take_outreach(wish))
    made["records"] = stages.run("extract", EXTRACT, given, lambda report: extract_records(wish, report))
    counted = given | {"manifest": made["records"]["manifest"]}
    made["figures"] = stages.run("indicators", COUNT, counted, lambda report: compute_indicators(wish, report))
    made["summary"] = stages.run("summary", WRITE, counted, lambda report: write_summaries(wish, report))
    made["outlook"] = stages.run("outlook", ASK, counted, lambda report: ask_for_outlook(wish, counted["manifest"]))
    return made


GROW = Text(zh="生成人口", en="growing families from 1950 on")
PREPARE = Text(zh="建立数据库、地区和岗位", en="preparing the database, areas and staff")
IMPORT = Text(zh="导入登记", en="loading the register through the importer")
PAY = Text(zh="办理待遇并发放", en="carrying the benefits' years")
VISIT = Text(zh="接收项目服务记录", en="taking the programmes' visits over")
STOCK = Text(zh="接收药具账册", en="taking the stock book over")
TRAIN = Text(zh="接收培训场次和品牌试点", en="taking training sessions and pilots over")
EXTRACT = Text(zh="发布记录表", en="publishing the record tables")
COUNT = Text(zh="计算指标", en="computing the indicators")
WRITE = Text(zh="撰写年度总结", en="writing the annual work summary")
ASK = Text(zh="安排第一次人口展望，由网站在后台推算", en="asking for a first outlook, which the site will make")


def _prepare_directory(wish: Wish) -> None:
    wish.data.mkdir(parents=True, exist_ok=True)
    keep_private(wish.data)
    (wish.data / "keys").mkdir(mode=0o700, exist_ok=True)
    mark = wish.data / "demo.json"
    if not mark.exists():
        if (wish.data / "shidai.sqlite3").exists():
            raise ShidaiError(
                problem(
                    str(wish.data),
                    zh="这个目录里已有一个真实的登记库，不能用作演示。",
                    en="This directory holds a real register; a demonstration must not touch it.",
                    mend_zh="请用 --data 另选目录。",
                    mend_en="Choose another directory with --data.",
                )
            )
        mark.write_text("{}", encoding="utf-8")


def _refuse_another_city(stages: Stages, wish: Wish) -> None:
    """A directory holds one city: another size or seed needs another directory."""
    before = stages.done.get("city")
    if before is None:
        stages.remember("city", "", wish.inputs)
    elif before["result"] != wish.inputs:
        raise ShidaiError(
            problem(
                str(wish.data),
                zh=f"这里已有另一个演示城市：{before['result']}。",
                en=f"Another demonstration city is here: {before['result']}.",
                mend_zh="请用同样的参数继续，或用 --data 另选目录。",
                mend_en="Continue with the same options, or choose another directory with --data.",
            ),
            Exit.BAD_INPUT,
        )


def _process_beside() -> ProcessPoolExecutor:
    """One process that works while this one does: its memory is given back, and its Django is its own."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1)


def grow_files(wish: Wish) -> dict[str, int]:
    """Simulate the city and write it as the files that a real city would send. Rows by file."""
    from shidai.packs import load_pack
    from shidai.synth.grow import grow_city
    from shidai.synth.import_files import write_import_files

    pack = load_pack(wish.pack)
    city = grow_city(pack, wish.residents, wish.seed)
    return dict(write_import_files(city, pack, wish.data / "import"))


def prepare_database(wish: Wish) -> int:
    """Make the tables, load the pack's areas and post the cast. The number of areas."""
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.site.cast import make_cast

    pack = load_pack(wish.pack)
    prepare_city(pack, by=operator())
    make_cast(by=operator(), city=pack.city, since=pack.valid_from)
    return len(pack.areas)


def import_files(wish: Wish, report: Report) -> dict[str, int]:
    """Load the files through the importer that a real city uses. Rows by kind."""
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.registry.importing import Order, find_files
    from shidai.registry.importing import import_files as take_files

    methods = tuple((word.casefold(), m.id) for m in load_pack(wish.pack).methods for word in (m.id, m.zh, m.en))
    order = Order(source="synth", by=operator(), mode="list", methods=methods, progress=_FilesTogether(wish, report))
    done = take_files(find_files(wish.data / "import"), order)
    rejected = done.rejected
    if rejected:
        raise AssertionError(f"the importer rejected {rejected} rows of the synthetic city")
    return {one.kind: one.counts.new + one.counts.unchanged + one.counts.changed for one in done.outcomes}


def play_benefits(wish: Wish, report: Report) -> dict[str, int]:
    """Take the roster over and pay it up to the pack's last day. What was done, counted."""
    from shidai.benefits.played import play_years
    from shidai.core.queries import operator
    from shidai.packs import load_pack

    folder = wish.data / "import"
    if not (folder / "benefits.csv").exists():
        return {}
    return play_years(load_pack(wish.pack), folder, by=operator(), source="synth", report=report)


def take_visits(wish: Wish) -> dict[str, int]:
    """Take the programmes' visits over. What was done, counted."""
    from shidai.core.queries import operator
    from shidai.programmes.roster import take_visits as take

    file = wish.data / "import" / "visits.csv"
    return {"visits": take(by=operator(), source="synth", file=file).new if file.exists() else 0}


def take_stock(wish: Wish) -> dict[str, int]:
    """Take the stock book and the stations' equipment over. Sites, entries and pieces, counted."""
    from shidai.core.queries import operator
    from shidai.programmes.equipmentroster import take_equipment
    from shidai.supply.roster import take_book

    folder = wish.data / "import"
    if not (folder / "stock.csv").exists():
        return {}
    taken = take_book(by=operator(), source="synth", folder=folder)
    pieces = take_equipment(by=operator(), source="synth", file=folder / "equipment.csv")
    return {"sites": taken.sites, "entries": taken.new, "pieces": pieces.new}


def take_outreach(wish: Wish) -> dict[str, int]:
    """Take training sessions and pilots over. What was done, counted."""
    from shidai.assessment.roster import take_pilots
    from shidai.core.queries import operator
    from shidai.outreach.roster import take_sessions

    folder, taken = wish.data / "import", {}
    if (folder / "sessions.csv").exists():
        taken["sessions"] = take_sessions(by=operator(), source="synth", file=folder / "sessions.csv").new
    if (folder / "pilots.csv").exists():
        taken["pilots"] = take_pilots(by=operator(), source="synth", file=folder / "pilots.csv").new
    return taken


class _FilesTogether:
    """One bar for all files of the import."""

    def __init__(self, wish: Wish, report: Report) -> None:
        self.report = report
        self.done: dict[str, int] = {}

    def __call__(self, name: str, done: int, total: int | None) -> None:
        self.done[name] = done
        self.report(sum(self.done.values()), 0)


def extract_records(wish: Wish, report: Report) -> dict[str, Any]:
    """Publish the record tables. The manifest's id and the rows in all."""
    from shidai.assessment.extract import contribute as tell_pilots
    from shidai.benefits.extract import contribute as tell_benefits
    from shidai.core.queries import operator
    from shidai.indicators.records import Manifest
    from shidai.outreach.extract import contribute as tell_outreach
    from shidai.packs import load_pack
    from shidai.programmes.duelists import keep_due_lists
    from shidai.programmes.extract import contribute as tell_programmes
    from shidai.registry.extract import extract_records as publish
    from shidai.supply.extract import contribute as tell_supply

    pack = load_pack(wish.pack)
    records = wish.data / "records"
    publish(
        records,
        by=operator(),
        pack=pack,
        cutoff=pack.last_day,
        everything=False,
        more=(tell_benefits, tell_programmes, tell_supply, tell_outreach, tell_pilots),
        progress=lambda _, at, total: report(at, total),
    )
    keep_due_lists(records, pack, pack.last_day)
    manifest = Manifest.read(records)
    return {"manifest": manifest.id, "rows": sum(manifest.rows(table) for table in manifest.tables)}


def compute_indicators(wish: Wish, report: Report) -> int:
    """All indicators of all areas and periods of the pack's year, and ten years as a series. The number of figures."""
    from django.db import connections

    connections.close_all()  # the database's cache isn't needed any more, and memory is
    report(0, 2)
    with _process_beside() as beside:
        series = beside.submit(compute_series, wish.data, wish.pack)
        rows = compute_year(wish.data, wish.pack)
        report(1, 2)
        return rows + series.result()


def compute_year(data: Path, pack_name: str) -> int:
    """The pack's last year, every area and period. The number of figures."""
    from shidai.indicators.records import Records
    from shidai.indicators.store import ResultStore
    from shidai.packs import load_pack

    pack = load_pack(pack_name)
    with Records.open(data / "records") as records:
        return ResultStore(data / "results").compute_year(records, pack, pack.last_day.year).rows


def compute_series(data: Path, pack_name: str) -> int:
    """Yearly totals of the ten years up to the pack's last, and the quality of the data. The number of figures."""
    from shidai.indicators.qualitystore import keep_quality
    from shidai.indicators.records import Records
    from shidai.indicators.store import ResultStore
    from shidai.packs import load_pack

    pack = load_pack(pack_name)
    last = pack.last_day.year
    with Records.open(data / "records") as records:
        years = range(last - SERIES_YEARS + 1, last + 1)
        rows = ResultStore(data / "results").compute_series(records, pack, years).rows
        keep_quality(data, records, pack)
        return rows


def write_summaries(wish: Wish, report: Report) -> list[str]:
    """The summary in both languages and three formats. The files' names."""
    from shidai.packs import load_pack
    from shidai.reports.annual import write_summary

    pack = load_pack(wish.pack)
    made: list[Path] = []
    languages: tuple[Language, ...] = ("zh", "en")
    for done, language in enumerate(languages):
        report(done, 2)
        made += write_summary(wish.data, pack, pack.last_day.year, language)
    return [str(path) for path in made]


def ask_for_outlook(wish: Wish, manifest: str) -> str:
    """Queue a run of the pack's first scenario: the site makes it when it starts, and writes the summary anew.

    Here it would take a third of the whole demonstration's time. The job's id; nothing without a scenario.
    """
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.reports.actions import start_outlook

    pack = load_pack(wish.pack)
    first, year = next(iter(pack.scenarios), None), pack.last_day.year
    if first is None:
        return ""
    return start_outlook(
        by=operator(), scenario=first, until=year + OUTLOOK_YEARS, trajectories=OUTLOOK_TRAJECTORIES, seed=1,
        summary=year, id=uuid5(NAMESPACE_URL, f"shidai:demonstration-outlook:{manifest}"),
    )  # fmt: skip


def _show_what_was_made(wish: Wish, made: dict[str, Any], seconds: float) -> None:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(say(Text(zh="内容", en="made")))
    table.add_column(say(Text(zh="数量", en="how many")), justify="right")
    table.add_column(say(Text(zh="位置", en="where")))
    rows = (
        (
            Text(zh="登记数据行", en="rows of the register"),
            f"{sum(made['rows'].values()):,}",
            wish.data / "shidai.sqlite3",
        ),
        (
            Text(zh="记录表行", en="rows of record tables"),
            f"{made['records']['rows']:,}",
            wish.data / "records",
        ),
        (Text(zh="指标数值", en="figures"), f"{made['figures']:,}", wish.data / "results"),
        (Text(zh="年度总结", en="annual summaries"), f"{len(made['summary'])}", wish.data / "summary"),
    )
    for title, count, place in rows:
        table.add_row(say(title), count, str(place))
    out.print(table)
    for name in made["summary"]:
        out.print(f"  {name}", highlight=False)
    err.print(say(Text(zh=f"共用 {seconds:.1f} 秒。", en=f"{seconds:.1f} seconds in all.")))
