"""Villages by what people type: a code, a name with or without its township, or pinyin."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from shidai.core import queries as core
from shidai.core.language import say
from shidai.registry.mistyped import Mistyped
from shidai.words import Text

OFFERED = 400  # villages that a form lists for choosing; a larger scope is searched by what is typed
SHOWN = 6
_CHOOSE = Text(zh="请写村名、拼音或12位代码。", en="Write its name, pinyin or code of 12 digits.")


def name_places(codes: Iterable[str]) -> dict[str, str]:
    """Villages with their township, by code; codes outside the tree stand for themselves."""
    wanted = list(dict.fromkeys(code for code in codes if code))  # in the order given
    found = core.names(wanted)
    above = core.names(area.parent for area in found.values())
    named = {code: _full(above[area.parent].text, area.text) for code, area in found.items() if area.parent in above}
    return {code: named.get(code, code) for code in wanted}


def _full(above: Text, own: Text) -> str:
    """A village with its township, unless its own name begins with it: '东亭街道 春雷村', but '东亭街道第1社区'."""
    first = {"zh": above.zh, "en": above.en.rsplit(" ", 1)[0]}
    told = Text(
        zh=own.zh if own.zh.startswith(first["zh"]) else f"{above.zh} {own.zh}",
        en=own.en if own.en.startswith(f"{first['en']} ") else f"{above.en} {own.en}",
    )
    return say(told)


def offer_villages(prefixes: Collection[str]) -> list[tuple[str, str]]:
    """The villages of a small scope as full name and how else each may be typed; none for a large one."""
    if not prefixes or "" in prefixes:
        return []
    villages = [area for prefix in prefixes for area in core.areas_at("village", prefix)]
    if len(villages) > OFFERED:
        return []
    names = name_places(area.code for area in villages)
    return [(names[area.code], f"{area.pinyin} {area.code}") for area in villages]


def find_village(text: str, prefixes: Collection[str] = ("",)) -> str:
    """The code of the one village that the text means, inside the prefixes. Raises Mistyped."""
    found = _matches(text, prefixes)
    if len(found) == 1:
        return str(found[0].code)
    if not found:
        raise Mistyped(Text(zh=f"没有找到村（社区）“{text}”。", en=f"There is no village '{text}' here."), _CHOOSE)
    names = list(name_places(area.code for area in found[:SHOWN]).values())
    what = Text(zh=f"“{text}”可能是：{'、'.join(names)}。", en=f"'{text}' may be {', '.join(names)}.")
    raise Mistyped(what, Text(zh="请写出乡镇和村名。", en="Write the township and the village."))


def _matches(text: str, prefixes: Collection[str]) -> list[Any]:
    """The villages that the longest readable end of the text names, whose areas above the rest names."""
    words = text.split()
    for first in range(len(words)):
        found = _villages(" ".join(words[first:]), prefixes)
        if found:
            return [area for area in found if all(_lies_in(area, word) for word in words[:first])]
    return []


def _villages(text: str, prefixes: Collection[str]) -> list[Any]:
    found = [area for area in core.find_areas(text, prefixes, limit=200) if area.level == "village"]
    plain = text.lower()
    exact = [area for area in found if plain in (area.name_zh, area.name_en.lower(), area.pinyin, area.code)]
    return exact or found


def _lies_in(area: Any, word: str) -> bool:
    plain = word.lower()
    above = core.breadcrumb(area.parent)
    return any(plain in one.name_zh or plain in one.name_en.lower() or plain == one.pinyin for one in above)
