"""What can't be true of a life. Pure functions over plain values, used by the actions and by the importer alike.

Every rule refuses only what is impossible for each possible day of a half-known date.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shidai.packs.schema.limits import Limits
from shidai.registry.dates import HalfDate
from shidai.words import Text

MALE, FEMALE = 1, 2


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that is broken: at which field, what is wrong, how to mend it."""

    field: str
    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Life:
    """What the rules need to know of a person."""

    birth: HalfDate | None = None
    death: HalfDate | None = None
    sex: int = 9


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval from its first day up to, not including, its end; None: unknown start, or still open."""

    start: HalfDate | None
    end: HalfDate | None = None


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _check(zh: str, en: str) -> tuple[Text, Text]:
    return Text(zh=zh, en=en), Text(zh="请核对这两个日期。", en="Check the two dates.")


def not_future(field: str, day: HalfDate | None, today: date) -> list[Fault]:
    if day is None or day.earliest <= today:
        return []
    return [
        Fault(
            field,
            Text(zh=f"日期 {day.text} 在今天之后。", en=f"The date {day.text} lies in the future."),
            Text(zh="请更正年份。", en="Correct the year."),
        )
    ]


def not_too_old(field: str, birth: HalfDate | None, today: date, limits: Limits) -> list[Fault]:
    if birth is None or birth.latest.year + limits.register_reach.value >= today.year:
        return []
    zh, en = f"出生日期 {birth.text} 早于登记册所及的年代。", f"No register reaches back to a birth on {birth.text}."
    return [Fault(field, *_check(zh, en))]


def in_order(field: str, stretch: Stretch) -> list[Fault]:
    """An interval ends on or after the day it starts."""
    start, end = stretch.start, stretch.end
    if start is None or end is None or end.latest >= start.earliest:
        return []
    return [
        Fault(
            field,
            *_check(
                f"结束日期 {end.text} 早于开始日期 {start.text}。",
                f"It ends ({end.text}) before it starts ({start.text}).",
            ),
        )
    ]


def within_life(field: str, day: HalfDate | None, life: Life) -> list[Fault]:
    """An event lies between birth and death, both days included."""
    if day is None:
        return []
    if life.birth is not None and day.latest < life.birth.earliest:
        return [
            Fault(
                field,
                *_check(
                    f"日期 {day.text} 早于本人出生 {life.birth.text}。",
                    f"{day.text} is before the person's birth ({life.birth.text}).",
                ),
            )
        ]
    if life.death is not None and day.earliest > life.death.latest:
        return [
            Fault(
                field,
                *_check(
                    f"日期 {day.text} 晚于本人死亡 {life.death.text}。",
                    f"{day.text} is after the person's death ({life.death.text}).",
                ),
            )
        ]
    return []


def death_fits(field: str, death: HalfDate | None, life: Life, events: Iterable[HalfDate], today: date) -> list[Fault]:
    """A death is no earlier than the birth and than anything the person did later."""
    faults = not_future(field, death, today) + within_life(field, death, Life(life.birth))
    if death is None or faults:
        return faults
    late = max((event for event in events if event.earliest > death.latest), default=None)
    if late is None:
        return []
    return [
        Fault(
            field,
            *_check(
                f"死亡日期 {death.text} 之后仍有 {late.text} 的记录。",
                f"The person has a record of {late.text}, after the death on {death.text}.",
            ),
        )
    ]


def mother_fits(field: str, birth: HalfDate | None, mother: Life, limits: Limits) -> list[Fault]:
    """The mother is a woman, alive, and of an age at which births happen."""
    faults = []
    if mother.sex == MALE:
        faults.append(
            Fault(
                field,
                Text(zh="登记为母亲的人性别是男。", en="The person given as mother is a man."),
                Text(zh="请核对母亲是谁，或更正其性别。", en="Check who the mother is, or correct the sex."),
            )
        )
    if birth is None:
        return faults
    if mother.birth is not None:
        youngest, oldest = limits.youngest_mother.value, limits.oldest_mother.value
        if birth.latest < years_after(mother.birth.earliest, youngest):
            faults.append(_mother_age(field, birth, mother.birth, f"不满 {youngest} 岁", f"younger than {youngest}"))
        elif birth.earliest >= years_after(mother.birth.latest, oldest + 1):
            faults.append(_mother_age(field, birth, mother.birth, f"超过 {oldest} 岁", f"older than {oldest}"))
    if mother.death is not None and birth.earliest > mother.death.latest:
        faults.append(
            Fault(
                field,
                *_check(
                    f"出生 {birth.text} 时母亲已于 {mother.death.text} 死亡。",
                    f"The mother died on {mother.death.text}, before the birth on {birth.text}.",
                ),
            )
        )
    return faults


def _mother_age(field: str, birth: HalfDate, mother: HalfDate, zh: str, en: str) -> Fault:
    return Fault(
        field,
        Text(
            zh=f"孩子 {birth.text} 出生时，母亲（{mother.text} 出生）{zh}。",
            en=f"The mother (born {mother.text}) was {en} when the child was born on {birth.text}.",
        ),
        Text(zh="请核对母亲是谁，以及两人的出生日期。", en="Check who the mother is, and both dates of birth."),
    )


def father_fits(field: str, birth: HalfDate | None, father: Life, limits: Limits) -> list[Fault]:
    """The father is a man, of an age at which men are fathers, and was alive some months before the birth."""
    faults = []
    if father.sex == FEMALE:
        faults.append(
            Fault(
                field,
                Text(zh="登记为父亲的人性别是女。", en="The person given as father is a woman."),
                Text(zh="请核对父亲是谁，或更正其性别。", en="Check who the father is, or correct the sex."),
            )
        )
    if birth is None:
        return faults
    youngest, days = limits.youngest_father.value, limits.father_alive_days.value
    if father.birth is not None and birth.latest < years_after(father.birth.earliest, youngest):
        faults.append(
            Fault(
                field,
                *_check(
                    f"孩子 {birth.text} 出生时父亲（{father.birth.text} 出生）不满 {youngest} 岁。",
                    f"The father (born {father.birth.text}) was younger than {youngest} on {birth.text}.",
                ),
            )
        )
    if father.death is not None and birth.earliest > father.death.latest + timedelta(days=days):
        faults.append(
            Fault(
                field,
                *_check(
                    f"父亲 {father.death.text} 死亡 {days} 天后不可能再有孩子于 {birth.text} 出生。",
                    f"The father died on {father.death.text}, more than {days} days before {birth.text}.",
                ),
            )
        )
    return faults


def sibling_fits(
    field: str,
    birth: HalfDate | None,
    plurality: int | None,
    siblings: Iterable[tuple[HalfDate, int]],
    limits: Limits,
) -> list[Fault]:
    """Births of one mother are one delivery (twins) or lie far apart. `siblings`: the others' date and plurality.

    Without a `plurality` (a list of people doesn't state it) children of one delivery are taken for twins.
    """
    if birth is None:
        return []
    apart, together = limits.birth_interval_days.value, limits.twin_days.value
    for other, others_plurality in siblings:
        nearest, farthest = _gap(birth, other)
        if farthest >= apart or (nearest <= together and max(plurality or 2, others_plurality) > 1):
            continue
        mend = Text(
            zh="如是双胞胎或多胞胎，请填写多胞数；否则请核对日期和母亲。",
            en="If they are twins, give the plurality; otherwise check the dates and the mother.",
        )
        what = Text(
            zh=f"同一母亲另有一次 {other.text} 的生育，相隔不到 {apart} 天。",
            en=f"The same mother gave birth on {other.text}, less than {apart} days apart.",
        )
        return [Fault(field, what, mend)]
    return []


def _gap(one: HalfDate, other: HalfDate) -> tuple[int, int]:
    """The least and the greatest number of days that may lie between two half-known dates."""
    first, second = (one, other) if one.day <= other.day else (other, one)
    farthest = max((second.latest - first.earliest).days, (first.latest - second.earliest).days)
    return max(0, (second.earliest - first.latest).days), farthest


def overlap(one: Stretch, other: Stretch) -> bool:
    """Whether two intervals overlap for certain."""
    if one.start is None or other.start is None or _empty(one) or _empty(other):
        return False
    starts_in_time = other.end is None or one.start.latest < other.end.earliest
    ends_late = one.end is None or other.start.latest < one.end.earliest
    return starts_in_time and ends_late


def _empty(stretch: Stretch) -> bool:
    return stretch.start is not None and stretch.end is not None and stretch.end.latest <= stretch.start.earliest


def spell_fits(field: str, spell: Stretch, life: Life, others: Sequence[Stretch], today: date) -> list[Fault]:
    """A spell lies within the life, starts and ends by today, and overlaps no other of its kind."""
    faults = not_future(field, spell.start, today) + within_life(field, spell.start, life)
    if spell.end is not None:
        faults += not_future("end_date", spell.end, today) + in_order("end_date", spell)
        faults += within_life("end_date", spell.end, life)
    if faults:
        return faults
    clash = next((other for other in others if overlap(spell, other)), None)
    return [] if clash is None else [_clash(field, clash)]


def _clash(field: str, other: Stretch) -> Fault:
    start = other.start.text if other.start else "?"
    end_zh, end_en = (other.end.text, other.end.text) if other.end else ("至今", "today")
    return Fault(
        field,
        Text(
            zh=f"与同一人 {start} 到 {end_zh} 的同类记录重叠。",
            en=f"It overlaps the same person's record from {start} to {end_en}.",
        ),
        Text(zh="请先结束前一条，或更正日期。", en="End the earlier one first, or correct the dates."),
    )


def union_fits(
    field: str, union: Stretch, wife: Life, husband: Life, others: Sequence[Stretch], today: date
) -> list[Fault]:
    """A union lies within both lives and overlaps no other union of either."""
    faults = in_order("end_date", union) + not_future(field, union.start, today)
    faults += not_future("end_date", union.end, today)
    for life in (wife, husband):
        faults += within_life(field, union.start, life) + within_life("end_date", union.end, life)
    faults += partners_fit(wife, husband)
    clash = next((other for other in others if overlap(union, other)), None)
    return faults if faults or clash is None else [_clash(field, clash)]


def partners_fit(wife: Life, husband: Life) -> list[Fault]:
    """The wife isn't a man, the husband no woman."""
    faults = [_sex("wife_key", "妻子", "男", "wife", "man")] if wife.sex == MALE else []
    return faults + ([_sex("husband_key", "丈夫", "女", "husband", "woman")] if husband.sex == FEMALE else [])


def _sex(field: str, role_zh: str, sex_zh: str, role_en: str, sex_en: str) -> Fault:
    return Fault(
        field,
        Text(zh=f"登记为{role_zh}的人性别是{sex_zh}。", en=f"The person given as {role_en} is a {sex_en}."),
        Text(zh="请核对是谁，或更正性别。", en="Check who it is, or correct the sex."),
    )


def birth_date_fits(
    field: str, birth: HalfDate | None, events: Iterable[HalfDate], today: date, limits: Limits
) -> list[Fault]:
    """A corrected date of birth isn't later than anything the person did."""
    faults = not_future(field, birth, today) + not_too_old(field, birth, today, limits)
    early = min((event for event in events if birth is not None and event.latest < birth.earliest), default=None)
    if early is None or birth is None:
        return faults
    return [
        *faults,
        Fault(
            field,
            *_check(
                f"出生日期 {birth.text} 晚于已有的 {early.text} 的记录。",
                f"The person has a record of {early.text}, before the birth on {birth.text}.",
            ),
        ),
    ]


PHONE = r"\+?\d[\d\- ]{4,18}\d"  # 0510-8270 1234, 138 0000 0000, +86 510 82701234


def phone_fits(field: str, phone: str) -> list[Fault]:
    """A phone number has digits, with spaces or hyphens between them, and may begin with a plus sign."""
    if not phone or re.fullmatch(PHONE, phone):
        return []
    what = Text(zh=f"“{phone}”不像电话号码。", en=f"'{phone}' doesn't look like a phone number.")
    mend = Text(
        zh="只写数字、空格、连字符，开头可有加号，如 0510-82701234。",
        en="Use digits, spaces and hyphens, with a plus sign in front if need be, such as 0510-82701234.",
    )
    return [Fault(field, what, mend)]


def outside_fits(field: str, kinds: Collection[str], registered_area: str) -> list[Fault]:
    """Who only lives here is registered elsewhere: where, is stated."""
    if tuple(kinds) != ("living",) or re.fullmatch(r"\d{6,12}", registered_area):
        return []
    what = Text(zh="只居住不落户的，要填外地户籍地代码。", en="Somebody who only lives here is registered elsewhere.")
    mend = Text(
        zh="请填写户籍地的行政区划代码（6至12位）。", en="Give the code of the place of registration (6 to 12 digits)."
    )
    return [Fault(field, what, mend)]
