"""`shidai mec`: which contraceptive methods suit somebody's conditions, by the WHO's criteria."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from shidai.cli.app import app, out, say
from shidai.words import Text

if TYPE_CHECKING:
    from shidai.advice.eligibility import Advice, Category

_HEADS = tuple(
    Text(zh=zh, en=en)
    for zh, en in (("方法", "method"), ("开始", "start"), ("继续", "go on"), ("原因", "reason"), ("依据", "source"))
)
_ASK = Text(zh="还要问清：{what}", en="Still to be asked: {what}")
_WITH_NOTE = Text(zh="{title}：{note}", en="{title}: {note}")
_LISTED = (Text(zh="名称", en="title"), Text(zh="与美国2024年标准", en="US criteria of 2024"))
_NOT_NEEDED = Text(zh="不需要", en="not needed")
_NOTHING = Text(zh="所列情况对此方法没有限制。", en="Nothing named restricts it.")


class MecFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


@app.command("mec")
def tell_eligibility(
    conditions: Annotated[
        str, typer.Option(help="Ids of conditions, with commas between: smoking,hypertension.controlled.")
    ] = "",
    age: Annotated[int | None, typer.Option(help="Completed years.")] = None,
    method: Annotated[str | None, typer.Option(help="Only this method: coc, iud, pill, implant …")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List all conditions and methods instead.")] = False,
    form: Annotated[MecFormat, typer.Option("--format", help="table or json.")] = MecFormat.TABLE,
) -> None:
    """Which contraceptive methods are fine, need care, or are not for somebody with these conditions.

    Categories of the WHO's medical eligibility criteria: 1 no restriction, 2 benefits generally outweigh risks, 3 risks
    usually outweigh benefits, 4 an unacceptable risk. It advises; whoever is asked decides.

    Example: [bold]shidai mec --conditions smoking,headache.migraine_aura --age 36 --format table[/bold]
    """
    from shidai.advice import eligibility

    if listed:
        _list(form)
        return
    named = conditions.split(",")
    told = eligibility.advise(named, age=age, method=method)
    if form is MecFormat.JSON:
        json.dump([_plain(one) for one in told], sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    table = Table(*(say(head) for head in _HEADS))
    for one in told:
        table.add_row(say(one.method.title), _shown(one.initiation), _shown(one.continuation), *_because(one))
    out.print(table)
    for question in eligibility.ask(named, age=age):
        out.print(say(_ASK.filled(what=" / ".join(say(choice.title) for choice in question.choices))))


def _plain(one: Advice) -> dict[str, Any]:
    """Categories as whole numbers, the higher where it is a range; the range stands in *_range."""
    reason, source = _because(one)
    return {
        "method": one.method.id,
        "initiation": one.initiation.most if one.initiation else None,
        "continuation": one.continuation.most if one.continuation else None,
        "initiation_range": str(one.initiation) if one.initiation else None,
        "continuation_range": str(one.continuation) if one.continuation else None,
        "reason": reason,
        "source": source,
        "conditions": [each.condition.id for each in one.reasons],
        "checks": {each.condition.id: each.condition.check for each in one.reasons},
    }


def _because(one: Advice) -> tuple[str, str]:
    """The gravest condition with its gist, and where it stands."""
    if one.gravest is None:
        return say(_NOTHING), ""
    found = one.gravest.condition
    title, note = say(found.title), say(found.note)
    return say(_WITH_NOTE).format(title=title, note=note) if note else title, say(found.source_for(one.method))


def _shown(category: Category | None) -> str:
    return say(_NOT_NEEDED) if category is None else str(category)


def _list(form: MecFormat) -> None:
    from shidai.advice.eligibility import conditions, methods

    rows = [{"id": one.id, "title": say(one.title), "check": one.check} for one in (*conditions().values(),)]
    named = [{"id": one.id, "title": say(one.title), "check": " ".join(one.pack)} for one in methods().values()]
    if form is MecFormat.JSON:
        json.dump({"conditions": rows, "methods": named}, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    table = Table("id", *(say(head) for head in _LISTED))
    for row in (*rows, *named):
        table.add_row(row["id"], row["title"], row["check"])
    out.print(table)
