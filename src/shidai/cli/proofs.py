"""`shidai proofs`: no error, no duplicate, no omission, and the closure, per county, signed with the manifest's id."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Exit, Text, in_yuan

if TYPE_CHECKING:
    from shidai.indicators.proofs import CountyProof, Finding, Proofs
    from shidai.packs import Pack

PROOFS: dict[str, Text] = {
    "error": Text(zh="错发", en="error"),
    "duplicate": Text(zh="重发", en="duplicate"),
    "omission": Text(zh="未享受", en="not on the roster"),
}


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command()
def proofs(
    year: Annotated[int, typer.Option(help="The year whose payments are proved.")],
    data: DataOption = DEFAULT_DATA,
    pack: Annotated[str, typer.Option(help="The pack of the city.", envvar="SHIDAI_PACK")] = "wuxi-2006",
    scheme: Annotated[list[str] | None, typer.Option(help="Only this scheme; may be given again.")] = None,
    area: Annotated[str, typer.Option(help="Only claims of this area, by its code.")] = "",
    findings: Annotated[bool, typer.Option("--list", help="List what was found, one line each.")] = False,
    form: Annotated[Format, typer.Option("--format", help="csv: what was found; json: everything.")] = Format.TABLE,
) -> int:
    """Prove a year's benefits from the record tables: no error, no duplicate, no omission, and everything closes.

    Ends with code 7 when a proof doesn't hold, or pairs of payees who may be one person wait to be judged: these are
    found by 'shidai duplicates find'.

    Example: shidai proofs --data demo-city --year 2006 --list
    """
    from shidai.indicators.proofs import prove
    from shidai.indicators.records import Records
    from shidai.packs import load_pack

    city = load_pack(pack)
    for one in scheme or ():
        from shidai.indicators.entitled import find_scheme

        find_scheme(city, one)
    with Records.open(data / "records") as records:
        made = prove(records, city, year, area=area, schemes=scheme or ())
    if form is Format.JSON:
        sys.stdout.write(json.dumps(_as_json(made), ensure_ascii=False, indent=1, default=str) + "\n")
    elif form is Format.CSV:
        _write_csv(made.findings)
    else:
        _print(made, city, findings)
    doubtful = _count_doubtful(data, year, quiet=form is not Format.TABLE)
    return Exit.OK if made.hold and not doubtful else Exit.PROOF_FAILED


def _count_doubtful(data: Path, year: int, *, quiet: bool) -> int:
    """Pairs of payees who may be one person: by the last search, if a register is here. Tells what is known of them."""
    from shidai.cli.serve import has_city

    if not has_city(data):
        told = Text(
            zh="这里没有登记库：没有按姓名查找一人两档的领取人。",
            en="No register is here: payees who stand on it twice under two records weren't looked for by name.",
        )
        _tell(told, quiet=quiet)
        return 0
    start_site(data)
    from shidai.benefits.queries import doubt_among_payees
    from shidai.benefits.wording import say_doubt
    from shidai.core.queries import operator

    doubt = doubt_among_payees(operator(), year)
    _tell(say_doubt(doubt), quiet=quiet)
    return doubt.pairs


def _tell(told: Text, *, quiet: bool) -> None:
    (err if quiet else out).print(say(told), soft_wrap=True, highlight=False)


def _as_json(made: Proofs) -> dict[str, object]:
    rows = [asdict(row) | {"holds": row.holds, "closes": row.closing.closes} for row in made.rows]
    return asdict(made) | {"rows": rows, "holds": made.hold, "seal": made.seal}


def _write_csv(findings: Sequence[Finding]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("proof", "county", "scheme", "subject", "period", "fen", "should_fen", "reasons"))
    for one in findings:
        rows.writerow(
            (one.proof, one.county, one.scheme, one.subject, one.period, one.fen, one.should, ";".join(one.reasons))
        )


def _print(made: Proofs, pack: Pack, findings: bool) -> None:
    names = {area.code: Text(zh=area.name_zh, en=area.name_en) for area in pack.areas}
    out.print(_summary(made.rows, pack, names))
    out.print(_closings(made.rows, pack, names))
    if findings:
        out.print(_found(made.findings, pack, names))
    verdict = (
        Text(zh="四项证明全部成立。", en="All four proofs hold.")
        if made.hold
        else Text(
            zh="有证明不成立：见“不符”列；用 --list 逐条列出。", en="A proof doesn't hold: --list names each case."
        )
    )
    out.print(say(verdict))
    out.print(
        say(
            Text(
                zh=f"截至{made.cutoff}；政策包 {made.pack}；记录清单 {made.manifest}；证明摘要 {made.seal}。",
                en=f"Up to {made.cutoff}; pack {made.pack}; manifest {made.manifest}; seal of the proofs {made.seal}.",
            )
        ),
        soft_wrap=True,
        highlight=False,
    )


def _table(*heads: tuple[str, str]) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    for at, (zh, en) in enumerate(heads):
        table.add_column(say(Text(zh=zh, en=en)), justify="left" if at < 2 else "right")
    return table


def _summary(rows: Sequence[CountyProof], pack: Pack, names: dict[str, Text]) -> Table:
    """The three proofs of persons, county by county."""
    table = _table(
        ("县（市、区）", "county"), ("方案", "scheme"), ("领取", "payees"), ("发放（元）", "paid, yuan"),
        ("不错：不符", "errors"), ("不重：重发", "duplicates"), ("符合条件", "entitled"),
        ("不漏：无人申请", "overlooked"), ("不漏：到期未发", "unpaid"),
    )  # fmt: skip
    for row in rows:
        table.add_row(
            _named(row.county, names), say(pack.schemes[row.scheme].title.text), f"{row.payees:,}", in_yuan(row.paid),
            f"{row.errors:,}", f"{row.duplicates:,}", f"{row.entitled:,}", f"{row.overlooked:,}", f"{row.unpaid:,}",
        )  # fmt: skip
    return table


def _closings(rows: Sequence[CountyProof], pack: Pack, names: dict[str, Text]) -> Table:
    """The closure, county by county."""
    table = _table(
        ("县（市、区）", "county"), ("方案", "scheme"), ("申请", "claims"), ("享受中", "in force"),
        ("已结束", "over"), ("办理中", "pending"), ("台账", "earned"), ("按规定", "by the rules"),
        ("编批", "batched"), ("到账", "paid"), ("退回", "returned"), ("在途", "in flight"),
        ("退还", "given back"), ("未发", "unpaid"), ("多发", "overpaid"), ("闭合", "closes"),
    )  # fmt: skip
    for row in rows:
        one = row.closing
        money = (one.earned, one.by_rules, one.batched, one.paid, one.returned, one.in_flight, one.given_back)
        table.add_row(
            _named(row.county, names), say(pack.schemes[row.scheme].title.text),
            *(f"{count:,}" for count in (one.claims, one.in_force, one.over, one.pending)),
            *(in_yuan(fen) for fen in (*money, one.unpaid, one.overpaid)), "✓" if one.closes else "✗",
        )  # fmt: skip
    return table


def _found(findings: Sequence[Finding], pack: Pack, names: dict[str, Text]) -> Table:
    """Each finding with its reason in words."""
    table = _table(
        ("证明", "proof"), ("县（市、区）", "county"), ("方案", "scheme"), ("对象", "subject"), ("期", "period"),
        ("已发", "paid"), ("应发", "should be"), ("原因", "reason"),
    )  # fmt: skip
    for one in findings:
        scheme = pack.schemes[one.scheme]
        table.add_row(
            say(PROOFS[one.proof]), _named(one.county, names), say(scheme.title.text), one.subject, str(one.period),
            in_yuan(one.fen), in_yuan(one.should), "；".join(_reason(each, one, pack) for each in one.reasons),
        )  # fmt: skip
    return table


def _reason(reason: str, found: Finding, pack: Pack) -> str:
    from shidai.indicators.proved import REASONS

    version = pack.schemes[found.scheme].version_on(found.period)
    titles = {one.id: one.title.text for one in version.condition} if version else {}
    name = reason.removesuffix("?")
    other = pack.schemes[name].title.text if name in pack.schemes else None
    words = titles.get(name) or REASONS.get(name) or other
    return (say(words) if words else name) + ("？" if reason.endswith("?") else "")


def _named(code: str, names: dict[str, Text]) -> str:
    return say(names[code]) if code in names else code or "–"
