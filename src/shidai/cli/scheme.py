"""`shidai scheme`: benefits' rules: test them, determine everybody, explain one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, out, say, start_site
from shidai.cli.tablefile import TableFormat, require_folder, write_table
from shidai.words import Exit, Text, in_yuan

if TYPE_CHECKING:
    from shidai.packs.cases import CaseResult
    from shidai.packs.schema.scheme import SchemeVersion
    from shidai.packs.schema.source import Source
    from shidai.rules import Columns, FactColumn
    from shidai.rules.ruleset import Explained

scheme_app = typer.Typer(help="Schemes: who is entitled to what, why, and how much.", no_args_is_help=True)
app.add_typer(scheme_app, name="scheme")

PackOption = Annotated[str, typer.Option("--pack", help="Id or folder of the pack that has the scheme.")]
SchemeOption = Annotated[str, typer.Option("--scheme", help="Id of the scheme.")]
DayOption = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day to determine.")]
VersionOption = Annotated[
    str | None, typer.Option("--version", help="Another version than the one in force, a draft too.")
]


class ListFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


@scheme_app.command("list")
def list_schemes(pack: PackOption = "wuxi-2006") -> None:
    """The schemes of a pack with their versions.

    Example: shidai scheme list --pack china-2025
    """
    from shidai.packs import load_pack

    heads = (Text(zh="方案", en="scheme"), Text(zh="名称", en="title"), Text(zh="版本", en="version"))
    more = (Text(zh="生效", en="from"), Text(zh="失效", en="until"), Text(zh="状态", en="status"))
    table = Table(*(say(head) for head in (*heads, *more)))
    draft, unconfirmed = Text(zh="草案", en="draft"), Text(zh="未核实", en="not confirmed")
    for scheme in load_pack(pack).all_schemes:
        for at, version in enumerate(scheme.version):
            marks = [say(draft)] if version.status == "draft" else []
            marks += [] if version.confirmed else [say(unconfirmed)]
            named = (scheme.id, say(scheme.title.text)) if at == 0 else ("", "")
            table.add_row(
                *named, version.id, str(version.effective_from), str(version.effective_to or ""), ", ".join(marks)
            )
    out.print(table)


@scheme_app.command("test")
def run_scheme_tests(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Id or folder of the pack.")],
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE.yaml …]", help="Tests in OpenFisca's YAML format.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List the cases that pass, too.")] = False,
) -> int:
    """Run the cases of a pack's schemes, and tests in OpenFisca's YAML format. Money must agree to the fen.

    Example: shidai scheme test wuxi-2006
    """
    from shidai.packs import load_pack
    from shidai.rules.cases import run_cases
    from shidai.rules.yamlcases import run_yaml_cases

    loaded = load_pack(pack)
    results = [*run_cases(loaded), *(result for file in files or () for result in run_yaml_cases(loaded, file))]
    failed = [result for result in results if not result.passed]
    if failed or every:
        out.print(_case_table(results if every else failed))
    verdict = Text(
        zh=f"{len(results)} 个案例，{len(results) - len(failed)} 个通过，{len(failed)} 个不通过。",
        en=f"{len(results)} cases: {len(results) - len(failed)} passed, {len(failed)} failed.",
    )
    out.print(say(verdict), style="red" if failed else "")
    return Exit.PROOF_FAILED if failed else Exit.OK


def _case_table(results: Sequence[CaseResult]) -> Table:
    heads = (Text(zh="方案", en="scheme"), Text(zh="案例", en="case"), Text(zh="应为", en="expected"))
    table = Table(*(say(head) for head in heads), say(Text(zh="得到", en="got")))
    for result in results:
        table.add_row(result.id, str(result.case), result.expected, result.got, style="" if result.passed else "red")
    return table


@scheme_app.command("determine")
def determine_all(
    scheme: SchemeOption,
    on: DayOption,
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    version: VersionOption = None,
    form: Annotated[TableFormat, typer.Option("--format", help="csv or parquet.")] = TableFormat.CSV,
    out_file: Annotated[Path | None, typer.Option("--out", help="The file; without it, standard output.")] = None,
) -> None:
    """Determine everybody on the register on a day: person, eligible, amount_fen, failed conditions.

    'failed' names every condition that isn't met; '?' stands after one whose fact is unknown. Ids are pseudonyms.

    Example: [bold]shidai scheme determine --data demo-city --scheme rural-reward --on 2006-12-31 --format csv[/bold]
    """
    from shidai.indicators.entitled import determine
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    require_folder(out_file)
    with Records.open(Path(data) / "records") as records:
        rows = determine(records, load_pack(pack), scheme, on.date(), version=version)
    write_table(rows, form, out_file)


@scheme_app.command("explain")
def explain_one(
    scheme: SchemeOption,
    person: Annotated[str, typer.Option("--person", help="The id of the person (household, village) in the records.")],
    on: DayOption,
    data: DataOption = DEFAULT_DATA,
    pack: PackOption = "wuxi-2006",
    version: VersionOption = None,
    form: Annotated[ListFormat, typer.Option("--format", help="table or json.")] = ListFormat.TABLE,
) -> None:
    """Why one person is entitled or not: every condition, the facts used, the clause.

    Example: [bold]shidai scheme explain --data demo-city --scheme rural-reward --person 12345 --on 2006-12-31[/bold]
    """
    from shidai.indicators.entitled import explain, find_scheme, rules_of
    from shidai.indicators.records import Records
    from shidai.packs import load_pack
    from shidai.rules import columns_for

    loaded = load_pack(pack)
    chosen = find_scheme(loaded, scheme)
    rules = rules_of(loaded, chosen, on.date(), version)
    with Records.open(Path(data) / "records") as records:
        told = explain(records, loaded, scheme, on.date(), person, version)
    if form is ListFormat.JSON:
        _write_json(told, rules.version)
    else:
        _write_reasons(told, rules.version, loaded.sources, columns_for(chosen.subject, loaded.attested.values()))


_TRUE, _FALSE = Text(zh="是", en="yes"), Text(zh="否", en="no")
_YES, _NO, _UNKNOWN = Text(zh="符合", en="met"), Text(zh="不符合", en="not met"), Text(zh="不详", en="unknown")


@scheme_app.command("accept")
def accept_mended_rules(
    scheme: Annotated[str, typer.Argument(help="Id of the scheme.")],
    version: Annotated[str, typer.Argument(help="Id of the version whose rules were mended.")],
    reason: Annotated[str, typer.Option(help="Which error of the pack was mended; it is kept.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Let a version that has decided already go on with the rules that the pack has now.

    For an error of the pack only: new rules are a new version. Decisions made before keep their rules; past periods get
    the difference when dues are reckoned next.

    Example: shidai scheme accept rural-reward pilot-2004 --reason "the age was mistyped" --data demo-city
    """
    start_site(data)
    from shidai.benefits.actions.rules import accept_rules
    from shidai.core.queries import operator

    kept = accept_rules(by=operator(), scheme=scheme, version=version, reason=reason)
    told = Text(zh="{version} 的规则已确认（第{n}次）。", en="The rules of {version} stand (number {n}).")
    out.print(say(told.filled(version=version, n=str(kept.number))))


def _verdict(met: bool | None) -> str:
    return say(_UNKNOWN if met is None else _YES if met else _NO)


def _fact(column: FactColumn, value: object) -> str:
    told = "—" if value is None else say(_TRUE if value else _FALSE) if isinstance(value, bool) else str(value)
    return say(Text(zh=f"{column.title.zh}：{told}", en=f"{column.title.en}: {told}"))


def _write_reasons(told: Explained, version: SchemeVersion, sources: Mapping[str, Source], columns: Columns) -> None:
    heads = (Text(zh="条件", en="condition"), Text(zh="结果", en="result"), Text(zh="所据事实", en="facts"))
    table = Table(*(say(head) for head in heads), say(Text(zh="依据", en="clause")))
    for outcome in told.outcomes:
        facts = "\n".join(_fact(columns[name], value) for name, value in outcome.facts)
        cells = (say(outcome.condition.title.text), _verdict(outcome.met), facts, say(outcome.condition.clause.text))
        table.add_row(*(escape(cell) for cell in cells), style="" if outcome.met else "red")
    out.print(table)
    source = say(sources[version.source].title.text)
    out.print(say(Text(zh=f"版本 {version.id}：{source}", en=f"Version {version.id}: {source}")), markup=False)
    out.print(say(_due(told, version)))


def _due(told: Explained, version: SchemeVersion) -> Text:
    if not told.eligible:
        return Text(zh="不符合条件。", en="Not eligible.")
    yuan = in_yuan(told.fen)
    if version.amount.granted:
        return Text(zh=f"可核定至多 {yuan} 元。", en=f"Up to {yuan} yuan may be granted.")
    return Text(zh=f"应发 {yuan} 元。", en=f"Due: {yuan} yuan.")


def _write_json(told: Explained, version: SchemeVersion) -> None:
    import json

    conditions = [
        {
            "id": outcome.condition.id,
            "met": outcome.met,
            "facts": {
                name: value if isinstance(value, int | str | None) else str(value) for name, value in outcome.facts
            },
            "clause": outcome.condition.clause.model_dump(),
            "source": outcome.condition.source or version.source,
        }
        for outcome in told.outcomes
    ]
    told_once = {
        "version": version.id,
        "source": version.source,
        "eligible": told.eligible,
        "amount_fen": told.fen,
        "granted": version.amount.granted,
        "conditions": conditions,
    }
    json.dump(told_once, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
