"""Han names to pinyin, with the readings that surnames have (曾 zēng, 单 shàn, 仇 qiú)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Reading(NamedTuple):
    """How a name is read: syllables joined ('wangxiaoming') and their first letters ('wxm')."""

    pinyin: str
    initials: str


# Readings of characters as surnames where they differ from the common one.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "盖": "ge", "区": "ou", "繁": "po",
    "任": "ren", "华": "hua", "宁": "ning", "覃": "qin", "缪": "miao", "谌": "chen", "尉": "wei", "逄": "pang",
    "万俟": "moqi", "尉迟": "yuchi", "澹台": "tantai", "长孙": "zhangsun", "单于": "chanyu", "宿": "su", "翟": "zhai",
    "乐": "yue", "员": "yun", "种": "chong", "秘": "bi", "冼": "xian", "尹": "yin", "葛": "ge", "折": "she",
    "召": "shao",
}  # fmt: skip
_COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "夏侯",
        "端木",
        "轩辕",
        "百里",
        "万俟",
        "澹台",
        "单于",
        "南宫",
        "西门",
    ]
)
_TWO_SYLLABLES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "澹台": ("tan", "tai"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
}


@lru_cache(maxsize=50_000)
def _syllable(sign: str) -> str:
    from pypinyin import lazy_pinyin  # loads dictionaries: only for Han names
    from pypinyin.contrib.tone_convert import to_normal

    return to_normal(str(lazy_pinyin(sign)[0])).replace("ü", "v").lower()


@lru_cache(maxsize=100_000)
def read_name(name: str) -> Reading:
    """The reading of a full name; Latin names are lower-cased, spaces and points go."""
    plain = "".join(sign for sign in name if sign.isalnum())
    if plain.isascii():
        words = name.replace("·", " ").lower().split()
        return Reading("".join(words), "".join(word[0] for word in words))
    syllables = _surname(plain) + [_syllable(sign) for sign in plain[2 if plain[:2] in _COMPOUND else 1 :]]
    return Reading("".join(syllables), "".join(syllable[:1] for syllable in syllables))


def _surname(plain: str) -> list[str]:
    if plain[:2] in _COMPOUND:
        return list(_TWO_SYLLABLES.get(plain[:2], (_syllable(plain[0]), _syllable(plain[1]))))
    return [_SURNAMES.get(plain[0]) or _syllable(plain[0])]


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a Han name."""
    length = 2 if name[:2] in _COMPOUND and len(name) > 2 else 1
    return name[:length], name[length:]
