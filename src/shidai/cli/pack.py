"""`shidai pack`: check, test, list and show packs; write JSON Schemas for editors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from shidai.cli.app import app, err, out, say
from shidai.words import Exit, ShidaiError, Text, reader_language

if TYPE_CHECKING:
    from shidai.packs import Pack
    from shidai.packs.cases import CaseResult

pack_app = typer.Typer(help="Packs: policy as data. Check, test, list and show them.", no_args_is_help=True)
app.add_typer(pack_app, name="pack")

PackArgument = Annotated[str, typer.Argument(metavar="DIR|ID", help="A pack's folder or id.")]


@pack_app.command()
def check(pack: PackArgument) -> int:
    """Read a pack and name every problem: file, line, what is wrong, how to mend it.

    Example: shidai pack check src/shidai/packs/shipped/wuxi-2006
    """
    from shidai.advice.checking import check_advice
    from shidai.packs import check_pack
    from shidai.rules.checking import check_programmes, check_schemes

    problems = [*check_pack(pack), *check_schemes(pack), *check_programmes(pack), *check_advice(pack)]
    for found in problems:
        err.print(found.said(reader_language()), markup=False, highlight=False, soft_wrap=True)
    if problems:
        err.print(_count_of_problems(len(problems)), style="red")
        return Exit.BAD_INPUT
    out.print(say(Text(zh=f"政策包 {pack} 没有问题。", en=f"Pack {pack}: no problems.")), soft_wrap=True)
    return Exit.OK


def _count_of_problems(count: int) -> str:
    return say(Text(zh=f"共 {count} 个问题。", en=f"{count} problem{'s' if count != 1 else ''}."))


@pack_app.command(name="test")
def run_pack_cases(
    pack: PackArgument,
    every: Annotated[bool, typer.Option("--all", help="List the cases that pass, too.")] = False,
) -> int:
    """Run the cases of every definition: its input must give its expected result.

    Example: shidai pack test wuxi-2006
    """
    from shidai.packs import load_pack

    results = run_all_cases(load_pack(pack))
    failed = [result for result in results if not result.passed]
    if failed or every:
        out.print(_case_table(results if every else failed))
    verdict = Text(
        zh=f"{len(results)} 个案例，{len(results) - len(failed)} 个通过，{len(failed)} 个不通过。",
        en=f"{len(results)} cases: {len(results) - len(failed)} passed, {len(failed)} failed.",
    )
    out.print(say(verdict), style="red" if failed else "")
    return Exit.PROOF_FAILED if failed else Exit.OK


def run_all_cases(pack: Pack) -> list[CaseResult]:
    """The cases of the pack's own parts, of its indicators and of its reports."""
    from shidai.indicators.cases import run_cases as run_indicator_cases
    from shidai.packs.cases import run_cases
    from shidai.reports.cases import run_cases as run_report_cases
    from shidai.rules.cases import run_cases as run_scheme_cases
    from shidai.rules.programmecases import run_cases as run_programme_cases

    own = [*run_cases(pack), *run_indicator_cases(pack), *run_report_cases(pack)]
    return [*own, *run_scheme_cases(pack), *run_programme_cases(pack)]


def _case_table(results: Sequence[CaseResult]) -> Table:
    heads = (
        Text(zh="种类", en="kind"),
        Text(zh="定义", en="definition"),
        Text(zh="案例", en="case"),
        Text(zh="应为", en="expected"),
        Text(zh="得到", en="got"),
        Text(zh="结果", en="result"),
    )
    table = Table(*(say(head) for head in heads))
    passed, failed = say(Text(zh="通过", en="passed")), say(Text(zh="不通过", en="failed"))
    for result in results:
        verdict = passed if result.passed else f"[red]{failed}[/red]"
        table.add_row(result.kind, result.id, str(result.case), result.expected, result.got, verdict)
    return table


@pack_app.command(name="list")
def list_packs() -> int:
    """The packs that come with Shidai.

    Example: shidai pack list
    """
    from shidai.packs import load_pack, shipped_packs

    heads = (Text(zh="政策包", en="pack"), Text(zh="名称", en="title"), Text(zh="版本", en="version"))
    dates = (Text(zh="生效", en="from"), Text(zh="失效", en="until"))
    table = Table(*(say(head) for head in (*heads, *dates)))
    for folder in shipped_packs():
        pack = load_pack(folder)
        row = (pack.id, say(pack.title.text), pack.version, str(pack.valid_from), str(pack.valid_to))
        table.add_row(*row)
    out.print(table)
    return Exit.OK


@pack_app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of a pack or of a definition in it.")],
    pack: Annotated[str, typer.Option("--pack", help="The pack that has the definition.")] = "wuxi-2006",
) -> int:
    """Show a pack's definitions, or one definition in full: title, source, dates, cases.

    Example: shidai pack show rti_round_2006
    """
    from shidai.packs import load_pack, shipped_packs

    if Path(id_).is_dir() or id_ in {folder.name for folder in shipped_packs()}:
        out.print(_definition_table(load_pack(id_)))
        return Exit.OK
    loaded = load_pack(pack)
    found = [part for _, part in loaded.definitions() if getattr(part, "id", "") == id_]
    if not found:
        raise _no_such_definition(id_, loaded)
    for part in found:
        out.print_json(part.model_dump_json(exclude_none=True))
    return Exit.OK


def _no_such_definition(id_: str, pack: Pack) -> ShidaiError:
    from shidai.packs.unknown import nearest
    from shidai.words import problem

    known = [getattr(part, "id", kind) for kind, part in pack.definitions()]
    mend_zh, mend_en = nearest(id_, known)
    what_zh, what_en = f"政策包 {pack.id} 没有 {id_}。", f"Pack {pack.id} has no {id_}."
    return ShidaiError(problem("", zh=what_zh, en=what_en, mend_zh=mend_zh, mend_en=mend_en))


def _definition_table(pack: Pack) -> Table:
    heads = (
        Text(zh="种类", en="kind"),
        Text(zh="定义", en="definition"),
        Text(zh="名称", en="title"),
    )
    table = Table(title=f"{say(pack.title.text)} {pack.version}", box=box.SIMPLE)
    for head in heads:
        table.add_column(say(head), no_wrap=True, max_width=40 if head.en == "title" else None)
    for kind, part in pack.definitions():
        title = getattr(part, "title", None)
        shown = say(title.text) if title is not None else ""
        table.add_row(kind, getattr(part, "id", kind), shown)
    return table


@pack_app.command()
def schema(
    folder: Annotated[Path, typer.Option("--to", help="Folder to write to.")] = Path("pack-schema"),
) -> int:
    """Write JSON Schemas with which an editor completes and checks a pack's TOML files.

    Example: shidai pack schema --to pack-schema
    """
    from shidai.packs.editor import write_json_schemas

    for path in write_json_schemas(folder):
        out.print(str(path), soft_wrap=True)
    return Exit.OK
