"""`shidai audit verify`: proof that the audit log is whole."""

from __future__ import annotations

import typer

from shidai.cli.app import DEFAULT_DATA, DataOption, app, err, out, say, start_site
from shidai.words import Exit, Text

audit_app = typer.Typer(help="The audit log: who did and who saw what.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")


@audit_app.callback()
def _audit() -> None:
    """The audit log: who did and who saw what."""


@audit_app.command()
def verify(data: DataOption = DEFAULT_DATA) -> int:
    """Walk the hash chain of the audit log; exit code 7 names the first broken link.

    Example: shidai audit verify --data demo-city
    """
    from shidai.cli.serve import require_city

    require_city(data)
    start_site(data)
    from shidai.core import audit

    verdict = audit.verify()
    if verdict.sound:
        out.print(
            say(
                Text(
                    zh=f"审计日志完整：{verdict.entries} 条，链尾 {verdict.head[:16]}。",
                    en=f"The audit log is whole: {verdict.entries} entries, head {verdict.head[:16]}.",
                )
            )
        )
        return Exit.OK
    assert verdict.what is not None
    broken = Text(
        zh=f"审计日志在第 {verdict.broken_at} 条断开：{verdict.what.zh}请保留现场，并与备份比对。",
        en=f"The audit log is broken at entry {verdict.broken_at}: {verdict.what.en} Keep it so and compare a backup.",
    )
    err.print(say(broken), style="red")
    return Exit.PROOF_FAILED
