"""`shidai advice`: missed doses, emergencies, dates and hints in pregnancy, the Edinburgh scale, medicines."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from shidai.cli.app import app, out, say
from shidai.words import Text

if TYPE_CHECKING:
    from shidai.advice.tables import Tip

advice_app = typer.Typer(help="Advice on contraception and in pregnancy; it never blocks.", no_args_is_help=True)
app.add_typer(advice_app, name="advice")


class AdviceFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[AdviceFormat, typer.Option("--format", help="table or json.")]
UnprotectedOption = Annotated[
    bool | None, typer.Option("--unprotected/--protected", help="Sex without protection since; absent: unknown.")
]
BmiOption = Annotated[float | None, typer.Option(help="Body mass index, kg/m²; absent: unknown.")]
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day asked about.")]
_HEADS = (Text(zh="建议", en="advice"), Text(zh="出处", en="source"))
_DUE = Text(
    zh="预产期 {due}；{on} 为孕 {weeks} 周加 {days} 天（{by}）。",
    en="Due {due}; on {on} {weeks} weeks and {days} days ({by}).",
)
_BY = {"period": Text(zh="按末次月经", en="by the last period"), "scan": Text(zh="按超声", en="by the scan")}
_TOTAL = Text(zh="总分 {total}", en="Sum {total}")
_UNJUDGED = Text(zh="没有列出、不作判断：{names}", en="Not listed, so not judged: {names}")
_WITH_METHOD = Text(zh="{method}：开始 {start}，继续 {stay}", en="{method}: start {start}, go on {stay}")


@advice_app.command("missed-pills")
def advise_on_missed_pills(
    missed: Annotated[int, typer.Option(help="Active combined pills missed.")],
    micrograms: Annotated[float | None, typer.Option(help="Ethinylestradiol in a pill; absent: unknown.")] = None,
    week: Annotated[int | None, typer.Option(help="Week of the pack, 4: inactive pills; absent: unknown.")] = None,
    unprotected: UnprotectedOption = None,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """What to do after combined pills were missed.

    Example: [bold]shidai advice missed-pills --missed 3 --micrograms 30 --week 1 --unprotected[/bold]
    """
    from shidai.advice.latedoses import missed_combined_pills

    _show(missed_combined_pills(missed, micrograms=micrograms, week=week, unprotected=unprotected), form)


@advice_app.command("late-pill")
def advise_on_late_pill(
    kind: Annotated[str, typer.Option(help="traditional or desogestrel.")],
    hours: Annotated[float, typer.Option(help="Hours after the usual time.")],
    unprotected: UnprotectedOption = None,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """What to do after a progestogen-only pill was taken late.

    Example: [bold]shidai advice late-pill --kind traditional --hours 5[/bold]
    """
    from shidai.advice.latedoses import late_progestogen_pill

    _show(late_progestogen_pill(kind, hours, unprotected=unprotected), form)


@advice_app.command("injection")
def advise_on_injection(
    kind: Annotated[str, typer.Option(help="dmpa or net_en.")],
    last: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of the last injection.")],
    on: Day,
    unprotected: UnprotectedOption = None,
    breastfeeding: Annotated[
        bool, typer.Option("--breastfeeding", help="Fully, and the birth less than six months ago.")
    ] = False,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """Whether the next injection can be given on a day.

    Example: [bold]shidai advice injection --kind dmpa --last 2025-01-01 --on 2025-05-01 --protected[/bold]
    """
    from shidai.advice.latedoses import next_injection

    protected = None if unprotected is None else not unprotected
    told = next_injection(kind, last.date(), on.date(), protected=protected, breastfeeding_fully=breastfeeding)
    _show(told, form)


@advice_app.command("emergency")
def advise_on_emergency(
    hours: Annotated[float, typer.Option(help="Hours since the intercourse.")],
    bmi: BmiOption = None,
    inducer: Annotated[bool, typer.Option("--inducer", help="Enzyme-inducing medicine in the last 28 days.")] = False,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """Which emergency contraception is possible, the most effective first.

    Example: [bold]shidai advice emergency --hours 80 --bmi 31[/bold]
    """
    from shidai.advice.emergency import emergency_options

    told = emergency_options(hours, bmi=bmi, enzyme_inducer=inducer)
    each = tuple(tip for option in told.options for tip in option.tips)
    _show(tuple(dict.fromkeys((*each, *told.tips))), form, options=[option.method for option in told.options])


@advice_app.command("due-date")
def tell_due_date(
    on: Day,
    last_period: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its first day.")] = None,
    cycle: Annotated[int | None, typer.Option(help="Usual days of the cycle; absent: 28.")] = None,
    scan: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the first scan.")] = None,
    crown_rump: Annotated[float | None, typer.Option(help="Crown-rump length in mm.")] = None,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """The due date and the weeks of pregnancy on a day, by the last period, a first scan, or both.

    Example: [bold]shidai advice due-date --last-period 2025-01-01 --on 2025-03-20[/bold]
    """
    from shidai.advice.duedate import Scan, date_pregnancy

    first = Scan(scan.date(), crown_rump) if scan is not None and crown_rump is not None else None
    period: date | None = last_period.date() if last_period is not None else None
    told = date_pregnancy(on.date(), last_period=period, cycle=cycle, scan=first)
    weeks, days = told.weeks
    if form is AdviceFormat.JSON:
        _write({"due": str(told.due), "weeks": weeks, "days": days, "by": told.by, "apart": told.apart})
        return
    out.print(say(_DUE).format(due=told.due, on=on.date(), weeks=weeks, days=days, by=say(_BY[told.by])))


@advice_app.command("risks")
def hint_at_risks(
    factors: Annotated[str, typer.Option(help="Factors of pre-eclampsia, with commas between.")] = "",
    age: Annotated[int | None, typer.Option(help="Completed years.")] = None,
    bmi: BmiOption = None,
    interval: Annotated[float | None, typer.Option(help="Years since the last pregnancy.")] = None,
    fasting: Annotated[float | None, typer.Option(help="Glucose, mmol/L.")] = None,
    one_hour: Annotated[float | None, typer.Option(help="The same, an hour after 75 g.")] = None,
    two_hours: Annotated[float | None, typer.Option(help="The same, two hours after.")] = None,
    rhd_negative: Annotated[bool, typer.Option("--rhd-negative", help="Her blood is RhD negative.")] = False,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """Hints in pregnancy: aspirin against pre-eclampsia, glucose, RhD.

    Example: [bold]shidai advice risks --factors first_pregnancy --age 41 --bmi 24 --fasting 5.2[/bold]
    """
    from shidai.advice.pregnancyrisks import glucose, preeclampsia, rhd

    named = [name.strip() for name in factors.split(",") if name.strip()]
    told = preeclampsia(named, age=age, bmi=bmi, interval=interval).tips
    if any(value is not None for value in (fasting, one_hour, two_hours)):
        told += glucose(fasting, one_hour, two_hours)
    _show(told + rhd(rhd_negative or None), form)


@advice_app.command("edinburgh")
def score_mood(
    points: Annotated[str, typer.Option(help="Points of the ten items in order, with commas between.")],
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """The sum of the Edinburgh postnatal depression scale, and what it hints at. It is no diagnosis.

    Example: [bold]shidai advice edinburgh --points 1,1,0,2,1,1,0,1,0,0[/bold]
    """
    from shidai.advice.edinburgh import edinburgh

    try:
        each = [int(one) for one in points.split(",")]
    except ValueError:
        raise typer.BadParameter("0,1,2,3 …") from None
    told = edinburgh(each)
    if form is AdviceFormat.TABLE:
        out.print(say(_TOTAL).format(total=told.total))
    _show(told.tips, form, total=told.total)


@advice_app.command("medicines")
def tell_interactions(
    names: Annotated[str, typer.Option(help="Medicines in Chinese or English, with commas between.")],
    method: Annotated[str | None, typer.Option(help="Only this method: coc, iud, implant …")] = None,
    form: FormatOption = AdviceFormat.TABLE,
) -> None:
    """What medicines mean for contraceptive methods: the WHO's categories.

    Example: [bold]shidai advice medicines --names carbamazepine --method coc[/bold]
    """
    from shidai.advice.druginteractions import interactions

    told = interactions(names.split(","), method=method)
    if form is AdviceFormat.JSON:
        categories = {one.method.id: [str(one.initiation), str(one.continuation)] for one in told.methods}
        drugs = [one.id for one in told.drugs]
        _write({"methods": categories, "drugs": drugs, "unjudged": told.unjudged, "inducer": told.enzyme_inducer})
        return
    for one in told.methods:
        line = say(_WITH_METHOD)
        out.print(line.format(method=say(one.method.title), start=one.initiation, stay=one.continuation))
    if told.unjudged:
        out.print(say(_UNJUDGED).format(names=", ".join(told.unjudged)))


def _show(told: tuple[Tip, ...], form: AdviceFormat, **more: Any) -> None:
    if form is AdviceFormat.JSON:
        lines = [
            {"id": one.id, "advice": say(one.text), "source": one.source.id, "check": one.source.check} for one in told
        ]
        _write({**more, "advice": lines})
        return
    table = Table(*(say(head) for head in _HEADS))
    for one in told:
        table.add_row(say(one.text), say(one.source.title))
    out.print(table)


def _write(plain: dict[str, Any]) -> None:
    json.dump(plain, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
