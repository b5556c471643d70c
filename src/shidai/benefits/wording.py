"""The words of benefits' pages: standings, acts, levels, facts, amounts and deadlines, as officers say them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from shidai.benefits.workflow import Act
from shidai.core.language import current_language, say
from shidai.packs.schema.scheme import Amount, Level, Step
from shidai.registry.queries import Doubt
from shidai.registry.villages import name_places
from shidai.registry.wording import REGISTRATION, SEX, say_date
from shidai.rules.columns import FactColumn
from shidai.words import Text, in_yuan

LEVEL: dict[Level, Text] = {
    "village": Text(zh="村（社区）", en="village"),
    "township": Text(zh="镇（街道）", en="township"),
    "county": Text(zh="县（市、区）", en="county"),
    "city": Text(zh="市", en="city"),
}
STEP: dict[str, Text] = {
    "review": Text(zh="评议", en="review"),
    "check": Text(zh="审核", en="check"),
    "confirm": Text(zh="确认", en="confirmation"),
}
DID: dict[str, Text] = {
    "apply": Text(zh="提出申请", en="applied for"),
    "refuse": Text(zh="不予确认", en="refused"),
    "decline": Text(zh="自愿放弃", en="declined"),
    "object": Text(zh="收到异议", en="objected to"),
    "settle": Text(zh="异议处理完毕", en="objection settled"),
    "stop": Text(zh="停止享受", en="stopped"),
    "reverify": Text(zh="复核通过", en="confirmed again"),
    "appeal": Text(zh="提出申诉", en="appealed"),
}
BUTTON: dict[Act, Text] = {
    "apply": Text(zh="重新申请", en="Apply again"),
    "pass": Text(zh="通过", en="Pass"),
    "refuse": Text(zh="不予确认", en="Refuse"),
    "decline": Text(zh="登记放弃", en="Record a decline"),
    "object": Text(zh="登记异议", en="Record an objection"),
    "settle": Text(zh="处理异议", en="Settle the objection"),
    "stop": Text(zh="停止享受", en="Stop it"),
    "reverify": Text(zh="复核通过", en="Confirm again"),
    "appeal": Text(zh="登记申诉", en="Record an appeal"),
}
ICON: dict[Act, str] = {
    "apply": "plus", "pass": "check", "refuse": "x", "decline": "x", "object": "alert-triangle", "settle": "check",
    "stop": "x", "reverify": "shield-check", "appeal": "file-text",
}  # fmt: skip
WILL: dict[Act, Text] = {
    "apply": Text(zh="申请重新开始，从第一步审核起。", en="The claim begins anew, from its first step."),
    "refuse": Text(
        zh="申请到此为止，不再发放。理由会告知当事人；当事人可以申诉。",
        en="The claim ends here and nothing is paid. The person is told the reason, and may appeal.",
    ),
    "decline": Text(
        zh="只在本人书面表示放弃时登记，不影响以后再申请。",
        en="Only at the person's own written wish; a later application stays open.",
    ),
    "object": Text(
        zh="申请暂停，由办理这一步的单位调查处理后再公示。",
        en="The claim is held until the office of this step has settled it; then it is shown again.",
    ),
    "settle": Text(
        zh="异议不成立，重新公示后继续。", en="The objection doesn't hold: a new notice, and the claim goes on."
    ),
    "stop": Text(
        zh="从下一期起不再发放；已发的不变，多发的另行约定退回。书面告知当事人，当事人可以申诉。",
        en="Nothing more is paid from the next period on; what was paid stays, what was paid too much is given back by "
        "agreement. The person is told in writing, and may appeal.",
    ),
    "reverify": Text(zh="各项条件按今天的档案仍然符合。", en="Every condition is still met by today's register."),
    "appeal": Text(zh="申请重新审核，从第一步起。", en="The claim is looked at again, from its first step."),
}
NOTHING = Text(zh="–", en="–")
UNKNOWN = Text(zh="不详", en="unknown")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
MONEY = Text(zh="{yuan}元", en="{yuan} yuan")
PER = {
    "month": Text(zh="每月", en="a month"),
    "quarter": Text(zh="每季", en="a quarter"),
    "year": Text(zh="每年", en="a year"),
    "event": Text(zh="一次", en="once"),
}
_UNITS = {
    "age": Text(zh="{n}周岁", en="{n} years"),
    "spouse_age": Text(zh="{n}周岁", en="{n} years"),
    "months_old": Text(zh="{n}个月", en="{n} months"),
    "youngest_months": Text(zh="{n}个月", en="{n} months"),
    "enterprise_years": Text(zh="{n}年", en="{n} years"),
    "members": Text(zh="{n}人", en="{n}"),
}
_AREAS = ("area", "registered_area", "living_area")
_WORDS: Mapping[str, Mapping[Any, Text]] = {
    "sex": SEX, "registration": REGISTRATION, "spouse_registration": REGISTRATION,
}  # fmt: skip


def say_money(fen: int) -> Text:
    """'720.00元'."""
    return MONEY.filled(yuan=in_yuan(fen))


def say_amount(amount: Amount, fen: int) -> Text:
    """'每月50.00元'."""
    money = say_money(fen)
    if amount.per == "event":
        return Text(zh=f"一次{money.zh}", en=f"{money.en}, once")
    return Text(zh=f"{PER[amount.per].zh}{money.zh}", en=f"{money.en} {PER[amount.per].en}")


def say_fact(column: FactColumn | None, id_: str, value: Any) -> Text:
    """A fact as a decision stored it (days are ISO texts), without codes."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return YES if value else NO
    if id_ in _WORDS:
        return _WORDS[id_].get(value, Text(zh=str(value), en=str(value)))
    if id_ in _AREAS:
        named = name_places([str(value)])[str(value)]
        return Text(zh=named, en=named)
    if (column is not None and column.type == "day") or isinstance(value, date):
        day = say_date(value if isinstance(value, date) else date.fromisoformat(value))
        return Text(zh=day, en=day)
    unit = _UNITS.get(id_, Text(zh="{n}", en="{n}"))
    return unit.filled(n=value)


def say_step(step: Step) -> Text:
    """'镇（街道）审核'."""
    return Text(
        zh=f"{LEVEL[step.level].zh}{STEP[step.act].zh}", en=f"{STEP[step.act].en} by the {LEVEL[step.level].en}"
    )


def say_doubt(doubt: Doubt) -> Text:
    """What the search by name says of payees who may be one person."""
    if doubt.run is None:
        return Text(
            zh="还没有按姓名查找过一人两档（shidai duplicates find）。",
            en="Nobody has looked by name for one person under two records yet (shidai duplicates find).",
        )
    missed, people = f"{doubt.run.expected_missed:.1f}", f"{doubt.run.people:,}"
    return Text(
        zh="全市领取人中待核对的疑似一人两档：{n}对（{day}在{people}人中查找，预计漏掉{missed}对）。",
        en="Pairs of payees in the city who may be one person and wait to be judged: {n} (search of {day} among "
        "{people} people; expected to be missed: {missed}).",
    ).filled(n=doubt.pairs, day=say_date(localdate(doubt.run.at)), people=people, missed=missed)


def say_late(days: int) -> Text:
    return Text(zh=f"逾期{days}天", en=f"late by {days} day{'' if days == 1 else 's'}")


def joined(parts: Collection[Text]) -> str:
    """Several phrases as one list in the reader's language."""
    return (", " if current_language() == "en" else "、").join(say(part) for part in parts)
