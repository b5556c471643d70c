"""Dates as offices type them, half-known ones too.

A half-known date is stored at the middle of what is known (month: the 15th; year: 1 July) with its precision; rules use
its earliest and latest possible day, so that nobody is refused for what is merely unknown.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from shidai.registry.mistyped import Mistyped
from shidai.words import Text

Precision = Literal["day", "month", "year"]
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119: five digits that can't be a year and month
UNKNOWN = frozenset({"", "不详", "未知", "不明", "无", "-", "--", "—", "/", "unknown", "none", "n/a"})


class HalfDate(NamedTuple):
    """A day with the precision to which it is known."""

    day: date
    precision: Precision = "day"

    @property
    def earliest(self) -> date:
        if self.precision == "day":
            return self.day
        return self.day.replace(day=1) if self.precision == "month" else date(self.day.year, 1, 1)

    @property
    def latest(self) -> date:
        if self.precision == "day":
            return self.day
        if self.precision == "month":
            return self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        return date(self.day.year, 12, 31)

    @property
    def text(self) -> str:
        """ISO 8601 with as much as is known: 1987-03-05, 1987-03, 1987."""
        return self.day.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


_MEND = Text(
    zh="请写成 1987-03-05；只知道月或年时写 1987-03 或 1987。",
    en="Write 1987-03-05; if only the month or year is known, 1987-03 or 1987.",
)


def half_date(day: date | None, precision: str = "day") -> HalfDate | None:
    """From the two columns in which a half-known date is stored."""
    return None if day is None or precision == "none" else HalfDate(day, precision)  # type: ignore[arg-type]


@lru_cache(maxsize=200_000)
def parse_date(text: str) -> HalfDate | None:
    """Read a date in any form that offices type; None for an empty or '不详' cell. Raises Mistyped."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.casefold() in UNKNOWN:
        return None
    plain = _without_clock(_western_digits(plain))
    return _from_digits(plain, text) if plain.isdigit() else _from_parts(plain, text)


def _without_clock(text: str) -> str:
    """'1987-03-05 00:00:00' is how spreadsheets print a date."""
    return re.sub(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", "", text).strip()


def _from_digits(digits: str, text: str) -> HalfDate:
    if len(digits) == 8:
        return _made(digits[:4], digits[4:6], digits[6:], text)
    if len(digits) == 6:
        return _made(digits[:4], digits[4:], "", text)
    if len(digits) == 4:
        return _made(digits, "", "", text)
    if len(digits) == 5 and int(digits) in _EXCEL_DAYS:
        return HalfDate(_EXCEL_EPOCH + timedelta(days=int(digits)))
    raise _unreadable(text)


_PARTS = re.compile(
    r"(?P<y>\d{4})\s*[年\-./,、]\s*(?:(?P<m>\d{1,2})\s*(?:月份?|[\-./,、]|$)\s*(?:(?P<d>\d{1,2})\s*[日号]?)?)?"
)


def _from_parts(plain: str, text: str) -> HalfDate:
    found = _PARTS.fullmatch(plain)
    if found is None:
        if re.fullmatch(r"\d{1,2}\s*[\-./]\s*\d{1,2}\s*[\-./]\s*\d{4}", plain):
            raise Mistyped(
                Text(zh=f"“{text}”看不出哪个是月、哪个是日。", en=f"'{text}' doesn't say which is the month."),
                Text(zh="请把年写在前面，例如 1987-03-05。", en="Write the year first, for example 1987-03-05."),
            )
        raise _unreadable(text)
    return _made(found["y"], found["m"] or "", found["d"] or "", text)


def _made(year: str, month: str, day: str, text: str) -> HalfDate:
    try:
        if not int(month or 0):
            return HalfDate(date(int(year), 7, 1), "year")
        if not int(day or 0):
            return HalfDate(date(int(year), int(month), 15), "month")
        return HalfDate(date(int(year), int(month), int(day)))
    except ValueError:
        raise Mistyped(Text(zh=f"“{text}”不是存在的日期。", en=f"'{text}' is not a day that exists."), _MEND) from None


def _unreadable(text: str) -> Mistyped:
    return Mistyped(Text(zh=f"“{text}”不能识别为日期。", en=f"'{text}' can't be read as a date."), _MEND)


_HAN_DIGITS = {han: str(number % 10) for number, han in enumerate("〇一二三四五六七八九零")} | {"○": "0", "两": "2"}
_HAN_NUMBER = re.compile(r"[〇零○一二三四五六七八九十廿卅两]+")


def _western_digits(text: str) -> str:
    """一九八七年三月二十五日 → 1987年3月25日."""
    return _HAN_NUMBER.sub(lambda found: _number(found[0]), text)


def _number(han: str) -> str:
    """Digit by digit (一九八七), or with tens (十, 十二, 二十五, 廿五, 三十一)."""
    han = han.replace("廿", "二十").replace("卅", "三十")
    if "十" not in han:
        return "".join(_HAN_DIGITS[sign] for sign in han)
    tens, _, ones = han.partition("十")
    return (_HAN_DIGITS.get(tens, "1") if tens else "1") + (_HAN_DIGITS.get(ones, "0") if ones else "0")
