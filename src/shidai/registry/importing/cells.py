"""How one cell is read, Chinese forms and ids alike; every reader takes the stripped text of a cell not empty."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from shidai.registry.dates import UNKNOWN, HalfDate, parse_date
from shidai.registry.mistyped import Mistyped
from shidai.registry.residentnumber import ResidentNumber, parse_resident_number
from shidai.words import Text

Reader = Callable[[str], Any]


class NumberCell(str):
    """The text of a spreadsheet's cell that holds a number: what was typed into it may be lost."""

    __slots__ = ()


_AS_TEXT = Text(
    zh="请把这一列的单元格格式设为“文本”，再重新填写。",
    en="Format the column as text and fill it in again.",
)
_CUT = re.compile(r"\d(\.\d+)?[eE]\+\d+")  # 3.20201E+17: how spreadsheets show long numbers
_EXACT = 15  # digits that a number in a spreadsheet keeps


def read_date(text: str) -> HalfDate | None:
    """A date in any form; the usual one of ten characters without a detour."""
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return HalfDate(date.fromisoformat(text))
        except ValueError:
            pass  # parse_date says what is wrong
    if isinstance(text, NumberCell) and not text.isdigit():
        what = Text(
            zh=f"单元格中是数字 {text}，看不出原来填的是 {text} 还是 {text}0。",
            en=f"The cell holds the number {text}: it can't be told from {text}0.",
        )
        raise Mistyped(what, _AS_TEXT)
    return parse_date(text)


def read_number(text: str) -> ResidentNumber | None:
    if _CUT.fullmatch(text) or (isinstance(text, NumberCell) and len(text) > _EXACT):
        what = Text(
            zh=f"表格软件把这个号码当成了数字，第 {_EXACT} 位以后已丢失。",
            en=f"The spreadsheet took the number for a quantity: what follows its {_EXACT}th digit is lost.",
        )
        raise Mistyped(what, _AS_TEXT)
    return None if text.casefold() in UNKNOWN else parse_resident_number(text)


def read_text(longest: int) -> Reader:
    """Any text up to so many characters."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise Mistyped(
                Text(zh=f"内容超过 {longest} 个字符。", en=f"More than {longest} characters."),
                Text(zh="请缩短，或检查是否错列。", en="Shorten it, or check whether the columns have slipped."),
            )
        return text

    return read


@lru_cache(maxsize=200_000)
def read_name(text: str) -> str:
    """A name in one spelling: composed characters, no spaces between Han characters."""
    plain = unicodedata.normalize("NFC", text)
    if not plain.isascii():
        plain = "".join(plain.split()).replace("•", "·").replace("．", "·")
    return str(read_text(60)(plain))


def read_choice(words: Mapping[str, Any], zh: str, en: str) -> Reader:
    """One of the known words, whatever its case and width."""

    @lru_cache(maxsize=1000)
    def read(text: str) -> Any:
        plain = unicodedata.normalize("NFKC", text).strip().casefold()
        if plain in words:
            return words[plain]
        raise Mistyped(
            Text(zh=f"“{text}”不在可填的词语之中。", en=f"'{text}' is not one of the known words."),
            Text(zh=f"可填：{zh}。", en=f"Write one of: {en}."),
        )

    return read


def read_count(lowest: int, highest: int) -> Reader:
    @lru_cache(maxsize=1000)
    def read(text: str) -> int:
        plain = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
        if plain.isascii() and plain.isdigit() and lowest <= int(plain) <= highest:
            return int(plain)
        raise Mistyped(
            Text(
                zh=f"“{text}”不是 {lowest} 到 {highest} 的整数。",
                en=f"'{text}' is not a whole number from {lowest} to {highest}.",
            ),
            Text(zh="请填阿拉伯数字。", en="Write digits."),
        )

    return read


@lru_cache(maxsize=50_000)
def read_code(text: str) -> str:
    """An area code of 2 to 12 digits."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(".0")
    if plain.isascii() and plain.isdigit() and 2 <= len(plain) <= 12:
        return plain
    raise Mistyped(
        Text(zh=f"“{text}”不是区划代码。", en=f"'{text}' is not an area code."),
        Text(zh="请填 12 位村（社区）代码，只含数字。", en="Write the village's 12 digits."),
    )


_quoted = json.JSONEncoder(ensure_ascii=False).encode  # one encoder for all: making one takes longer than its work


def sealed_contact(phone: str | None, address: str | None) -> str:
    """What is sealed of a person's contact; '' if there is none."""
    if not phone and not address:
        return ""
    return f"[{_quoted(phone or '')}, {_quoted(address or '')}]"


SEX = read_choice(
    {"男": 1, "男性": 1, "1": 1, "m": 1, "male": 1, "女": 2, "女性": 2, "2": 2, "f": 2, "female": 2,
     "未说明": 9, "未说明的性别": 9, "未知": 9, "不详": 9, "9": 9, "0": 9},
    "男、女、未说明", "男 (1), 女 (2), 未说明 (9)",
)  # fmt: skip
REGISTRATION = read_choice(
    {"农业": "rural", "农业户口": "rural", "rural": "rural", "非农业": "urban", "非农": "urban", "非农业户口": "urban",
     "urban": "urban", "居民户口": "", "不详": ""},
    "农业、非农业", "农业 (rural), 非农业 (urban)",
)  # fmt: skip
RESIDENCE = read_choice(
    {"户籍": "registered", "户籍地": "registered", "registered": "registered", "现居住": "living", "现居住地": "living",
     "居住": "living", "living": "living"},
    "户籍、现居住", "户籍 (registered), 现居住 (living)",
)  # fmt: skip
_REASONS = {
    "出生": "birth", "死亡": "death", "迁移": "move", "迁入": "move", "迁出": "move", "搬迁": "move",
    "婚姻": "marriage", "婚嫁": "marriage", "结婚": "marriage", "务工": "work", "务工经商": "work", "工作": "work",
    "学习": "study", "求学": "study",
    "返回": "return", "返乡": "return", "更正": "correction", "登记": "correction", "其他": "other",
}  # fmt: skip
REASON = read_choice(
    _REASONS | {word: word for word in _REASONS.values()},
    "出生、死亡、迁移、婚姻、务工、学习、返回、更正、其他",
    "birth, death, move, marriage, work, study, return, correction, other",
)
_UNION_ENDS = {"离婚": "divorce", "丧偶": "widowed", "其他": "other"}
UNION_END = read_choice(
    _UNION_ENDS | {word: word for word in _UNION_ENDS.values()}, "离婚、丧偶、其他", "divorce, widowed, other"
)
_USE_ENDS = {
    "计划怀孕": "wish for a child", "副作用": "side effects", "更换方法": "method change", "绝经": "menopause",
    "死亡": "death", "其他": "other",
}  # fmt: skip
USE_END = read_choice(
    _USE_ENDS | {word: word for word in _USE_ENDS.values()},
    "、".join(_USE_ENDS),
    ", ".join(_USE_ENDS.values()),
)
