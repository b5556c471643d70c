"""A version of a scheme and the numbers of its rules as people name them: 'rules from 2004', 'a month: 60.00 yuan'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from shidai.packs.schema.scheme import Parameter, Scheme, SchemeVersion
from shidai.words import Text, in_yuan

PARAMETER_UNITS = {
    "years": Text(zh="", en="years"),  # of an age 岁, of a length 年: the title tells which
    "months": Text(zh="个月", en="months"),
    "days": Text(zh="天", en="days"),
    "persons": Text(zh="人", en="persons"),
    "grade": Text(zh="级", en="grade"),
}


def say_version(scheme: Scheme, version: SchemeVersion) -> Text:
    """'rules from 1 Jan 2004', 'draft 2': a version's name is for those who write packs."""
    if version.status != "draft":
        day = version.effective_from
        return Text(zh=f"{day.year}年{day.month}月{day.day}日起的规定", en=f"rules from {day.day} {day:%b %Y}")
    drafts = [one.id for one in scheme.version if one.status == "draft"]
    number = f"{drafts.index(version.id) + 1}" if len(drafts) > 1 else ""
    return Text(zh=f"草案{number}", en=f"draft {number}".strip())


def say_value(parameter: Parameter, value: int | date) -> Text:
    """'60.00 yuan', '58 years', '2006-01-01'."""
    if parameter.unit == "fen" and isinstance(value, int):
        return Text(zh=f"{in_yuan(value)}元", en=f"{in_yuan(value)} yuan")
    unit = PARAMETER_UNITS.get(parameter.unit, Text(zh="", en=""))
    return Text(zh=f"{value}{unit.zh}", en=f"{value} {unit.en}".strip())


def say_choice(scheme: Scheme, version: str | None, values: Mapping[str, int | date]) -> Text:
    """A scheme with the version and the numbers that were chosen: 'Assistance (a month: 60.00 yuan)'."""
    title = scheme.title.text
    told = [say_version(scheme, one) for one in scheme.version if one.id == version]
    told += [_say_change(scheme, version, name, value) for name, value in values.items()]
    if not told:
        return title
    return Text(zh=f"{title.zh}（{_join(told, 'zh')}）", en=f"{title.en} ({_join(told, 'en')})")


def _say_change(scheme: Scheme, version: str | None, name: str, value: int | date) -> Text:
    own = [one for one in scheme.version if version in (None, one.id)]
    found = [one for each in reversed(own) for one in each.parameter if one.id == name]
    if not found:
        return Text(zh=f"{name}：{value}", en=f"{name}: {value}")
    title, said = found[0].title.text, say_value(found[0], value)
    return Text(zh=f"{title.zh}：{said.zh}", en=f"{title.en}: {said.en}")


def _join(texts: Iterable[Text], language: str) -> str:
    return "；".join(one.zh for one in texts) if language == "zh" else "; ".join(one.en for one in texts)
