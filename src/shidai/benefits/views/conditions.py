"""A decision's conditions for readers: met or not, the fact used, the clause and its source, what would change it."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from shidai.benefits.deciding import version_decided
from shidai.benefits.models import Claim, Decision
from shidai.benefits.views.showing import name_staff
from shidai.benefits.wording import say_amount, say_fact
from shidai.packs.schema.scheme import Condition, Scheme, SchemeVersion
from shidai.registry.citypack import city_pack
from shidai.registry.wording import say_date
from shidai.rules import RuleSet, columns_for, compile_version
from shidai.rules.columns import Columns
from shidai.rules.halfknown import OF_BIRTH, fact_of_bound
from shidai.rules.periods import facts_of_day
from shidai.words import Text

MET = {
    True: (Text(zh="符合", en="met"), "good", "check"),
    False: (Text(zh="不符合", en="not met"), "wrong", "x"),
    None: (Text(zh="不详", en="unknown"), "late", "alert-triangle"),
}
YEARS_AHEAD, MONTHS_AHEAD = 60, 48  # how far ahead a day is looked for on which a condition will be met
FEBRUARY, LEAP_DAY = 2, 29


def show_decision(decision: Decision, scheme: Scheme) -> dict[str, Any]:
    """A decision, stored or only made for the page, with every condition."""
    version = version_decided(decision)
    columns = columns_for(scheme.subject, city_pack().attested.values())
    rules = compile_version(version, columns)
    outcomes = [_outcome(one, version, rules, columns, decision) for one in decision.outcomes]
    return {
        "eligible": decision.eligible,
        "amount": say_amount(version.amount, decision.fen),
        "granted": version.amount.granted,
        "on": decision.on,
        "by": name_staff(decision.by),
        "outcomes": sorted(outcomes, key=lambda one: bool(one["met"])),  # what isn't met comes first
        "open": sum(not one["met"] for one in outcomes),
        "version": version,
        "source": source_of(version.source),
        "pack": f"{decision.pack} {decision.pack_version}",
    }


def source_of(id_: str) -> dict[str, Any]:
    """A source in words: its title, number, address if it has one."""
    source = city_pack().sources.get(id_)
    if source is None:
        return {"title": Text(zh=id_, en=id_), "reference": "", "url": ""}
    return {"title": source.title.text, "reference": source.reference or "", "url": source.url or ""}


def _outcome(
    told: Mapping[str, Any], version: SchemeVersion, rules: RuleSet, columns: Columns, decision: Decision
) -> dict[str, Any]:
    condition = next(one for one in version.condition if one.id == told["id"])
    words, style, icon = MET[told["met"]]
    facts = [
        {"title": columns[name].title if name in columns else name, "value": say_fact(columns.get(name), name, value)}
        for name, value in told["facts"].items()
        if not _is_archive(name)
    ]
    return {
        "id": condition.id,
        "title": condition.title,
        "met": told["met"],
        "words": words,
        "style": style,
        "icon": icon,
        "facts": facts,
        "clause": condition.clause,
        "source": source_of(condition.source or version.source),
        "change": None if told["met"] else _say_change(condition, told, rules, columns, decision),
    }


def _is_archive(name: str) -> bool:
    """Facts of old files are neither asked for nor shown."""
    fact = city_pack().attested.get(name)
    return fact is not None and fact.archive


def _say_change(
    condition: Condition, told: Mapping[str, Any], rules: RuleSet, columns: Columns, decision: Decision
) -> Text:
    unknown = [name for name, value in told["facts"].items() if value is None and name in columns]
    if told["met"] is None and unknown:
        names = [columns[name].title for name in unknown]
        missing = Text(zh="、".join(name.zh for name in names), en=", ".join(name.en for name in names))
        if any(columns[name].attested for name in unknown):
            return Text(zh="凭证明登记“{facts}”后再判定。", en="Enter the paper about '{facts}'.").filled(facts=missing)
        return Text(zh="档案中没有{facts}，补登后再判定。", en="The record doesn't say: {facts}. Add it.").filled(
            facts=missing
        )
    if decision.facts.get("alive") is False:
        return Text(zh="死亡登记有误的，请先更正档案。", en="If the death was recorded wrongly, correct the record.")
    day = first_day_met(condition.id, rules, decision)
    if day is not None:
        return Text(zh="到{day}就符合。", en="Met from {day} on.").filled(day=say_date(day))
    return Text(
        zh="档案有误可先更正；事实变化后可再申请。",
        en="If the record is wrong, correct it; when the facts change, apply again.",
    )


def first_day_met(condition: str, rules: RuleSet, decision: Decision) -> date | None:
    """The first later day on which growing older alone meets a condition; None when it never will."""
    known = {name: _restored(value) for name, value in decision.facts.items()}
    birth = known.pop("birth_date", None)
    if not isinstance(birth, date) or not {"age", "months_old"} & decision.facts.keys():
        return None
    for day in _days_ahead(birth, decision.on):
        still = {name: value for name, value in known.items() if fact_of_bound(name) not in OF_BIRTH}
        told = rules.for_person(facts_of_day({**still, "birth_date": birth}, day))
        if any(one.condition.id == condition and one.met for one in told.outcomes):
            return day
    return None


def _restored(value: Any) -> Any:
    """A stored fact: a text that is a day becomes one."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _days_ahead(birth: date, on: date) -> Iterable[date]:
    """The days on which an age or a number of months changes: birthdays and firsts of months, in order."""
    days = {_birthday(birth, on.year + ahead) for ahead in range(YEARS_AHEAD)}
    first = on.replace(day=1)
    for _ in range(MONTHS_AHEAD):
        first = (first + timedelta(days=32)).replace(day=1)
        days.add(first)
    return sorted(day for day in days if day > on)


def _birthday(birth: date, year: int) -> date:
    leap = (birth.month, birth.day) == (FEBRUARY, LEAP_DAY)
    return date(year, 3, 1) if leap and not isleap(year) else birth.replace(year=year)


def facts_to_attest(claim: Claim, version: SchemeVersion, scheme: Scheme) -> list[dict[str, Any]]:
    """The facts that a version reads and only a paper can show; those of old files aren't asked."""
    columns = columns_for(scheme.subject, city_pack().attested.values())
    rules = compile_version(version, columns)
    return [
        {"id": name, "title": columns[name].title, "url": f"/benefits/claims/{claim.uuid}/facts/{name}/"}
        for name in rules.columns
        if columns[name].attested and not _is_archive(name)
    ]
