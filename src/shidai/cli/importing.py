"""`shidai import`: files into the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Exit, ShidaiError, Text, problem

if TYPE_CHECKING:
    from shidai.registry.importing import ImportReport, Order


@app.command("import")
def import_command(
    path: Annotated[Path, typer.Argument(help="A file, or a folder with person.csv, household.csv, spell.csv …")],
    data: DataOption = DEFAULT_DATA,
    kind: Annotated[
        str, typer.Option(help="What the file holds: person, household, spell, union, birth, death, contraception.")
    ] = "",
    source: Annotated[str, typer.Option(help="Who sent it: keys are unique within a source.")] = "office",
    rejects: Annotated[
        str, typer.Option(help="none: all or nothing; list: store the good rows, list the others.")
    ] = "none",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be new, changed, unchanged, rejected.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="The file's encoding, if it is neither UTF-8 nor GB18030.")] = "",
    pack: Annotated[str, typer.Option(help="The pack of the city.", envvar="SHIDAI_PACK")] = "wuxi-2006",
    chunk: Annotated[
        int, typer.Option(help="Rows in one step: fewer need less memory and let others write in between.", min=1)
    ] = 25_000,
    rejects_to: Annotated[
        Path | None, typer.Option(help="Folder for the lists of rejects.", show_default="DATA/import/rejects")
    ] = None,
) -> int:
    """Import CSV or XLSX files into the register; the same rows again change nothing.

    Example: shidai import --data demo-city --kind person people.csv --rejects list
    """
    if rejects not in ("none", "list"):
        raise typer.BadParameter("none | list", param_hint="--rejects")
    _check_readable(path)
    start_site(data)
    from shidai.core.city import prepare_city
    from shidai.core.queries import operator
    from shidai.packs import load_pack
    from shidai.registry.importing import Mode, Order

    city = load_pack(pack)
    methods = tuple((word.casefold(), m.id) for m in city.methods for word in (m.id, m.zh, m.en))
    prepare_city(city, by=operator())
    mode: Mode = "list" if rejects == "list" else "none"
    order = Order(source, operator(), mode, dry_run, encoding or None, methods, chunk=chunk, limits=city.limits)
    report = _take(_files(path, kind), order)
    _print_report(report, dry_run=dry_run)
    _write_lists(report, rejects_to or data / "import" / "rejects", kept=order.keeps)
    return _exit_code(report, refused=rejects == "none" and not dry_run)


def _take(files: list[tuple[str, Path]], order: Order) -> ImportReport:
    """Import with a bar for every file."""
    from shidai.registry.importing import import_files

    with _progress() as bars:
        try:
            return import_files(files, replace(order, progress=_Shown(bars)))
        except KeyboardInterrupt:
            raise typer.Abort from None  # the frame says what is kept and how to go on


def _check_readable(path: Path) -> None:
    if path.is_file():
        path.open("rb").close()
    else:
        next(path.iterdir(), None)  # raises what the command line explains


def _files(path: Path, kind: str) -> list[tuple[str, Path]]:
    from shidai.registry.importing import FILE_KINDS, find_files, kind_of

    if path.is_dir():
        return find_files(path)
    guess = kind or kind_of(path)
    if guess not in FILE_KINDS:
        raise ShidaiError(
            problem(
                str(path),
                zh="不知道这个文件是哪一类。",
                en="It isn't clear what the file holds.",
                mend_zh="请用 --kind 指明：" + "、".join(FILE_KINDS) + "。",
                mend_en="Say so with --kind: " + ", ".join(FILE_KINDS) + ".",
            ),
            Exit.USAGE,
        )
    return [(guess, path)]


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


class _Shown:
    """One bar a file."""

    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.tasks: dict[str, object] = {}

    def __call__(self, name: str, done: int, total: int | None) -> None:
        if name not in self.tasks:
            self.tasks[name] = self.bars.add_task(name, total=total)
        self.bars.update(self.tasks[name], completed=done, total=max(done, total or 0) or None)  # type: ignore[arg-type]


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    titles = (
        ("文件", "file"),
        ("新增", "new"),
        ("更新", "changed"),
        ("未变", "unchanged"),
        ("拒绝", "rejected"),
        ("待补", "open"),
        ("秒", "seconds"),
    )
    table = Table(*(say(Text(zh=zh, en=en)) for zh, en in titles), box=None, pad_edge=False)
    for one in report.outcomes:
        counts = (one.counts.new, one.counts.changed, one.counts.unchanged, one.counts.rejected, one.notes)
        table.add_row(one.file, *(f"{count:,}" for count in counts), f"{one.seconds:.1f}")
    out.print(table)
    for one in report.outcomes:
        if one.resumed_after:
            out.print(
                say(
                    Text(
                        zh=f"{one.file}：从第 {one.resumed_after} 行之后继续。",
                        en=f"{one.file}: continued after row {one.resumed_after}.",
                    )
                )
            )
        if one.ignored:
            shown = ", ".join(one.ignored)
            out.print(say(Text(zh=f"{one.file}：未使用的列：{shown}。", en=f"{one.file}: columns not used: {shown}.")))
    if dry_run:
        out.print(say(Text(zh="试运行：没有写入任何内容。", en="Dry run: nothing was stored.")))
    elif not report.stored:
        refused = Text(
            zh="有行被拒绝，因此没有写入任何内容。请更正，或用 --rejects list 先收下其余行。",
            en="Some rows were rejected, so nothing was stored. Mend them, or take the others with --rejects list.",
        )
        out.print(say(refused))


def _write_lists(report: ImportReport, folder: Path, *, kept: bool) -> None:
    from shidai.registry.importing import kept_rejects, write_rejects

    for one in report.outcomes:
        if one.rejects:
            file = folder / f"{Path(one.file).stem}.rejects.csv"
            write_rejects(file, one.kind, kept_rejects(one.run_id) if kept else one.rejects)
            out.print(say(Text(zh=f"拒绝清单：{file}", en=f"List of rejects: {file}")), soft_wrap=True)


def _exit_code(report: ImportReport, *, refused: bool) -> int:
    if report.rejected and refused:
        return Exit.BAD_INPUT
    return Exit.REJECTS if report.rejected or report.notes else Exit.OK
