"""Units of a pack's fields as people read them; packs write them by UCUM."""

from __future__ import annotations

from shidai.words import Text

_HAN = "\u2e80"  # where the signs of Chinese begin
UNITS = {
    "a": Text(zh="年", en="years"), "wk": Text(zh="周", en="weeks"), "d": Text(zh="天", en="days"),
    "h": Text(zh="小时", en="hours"), "/min": Text(zh="次/分", en="a minute"), "mm[Hg]": Text(zh="mmHg", en="mmHg"),
    "umol/L": Text(zh="μmol/L", en="μmol/L"), "ug": Text(zh="微克", en="μg"), "m[IU]/L": Text(zh="mIU/L", en="mIU/L"),
    "min": Text(zh="分钟", en="minutes"),
    "Cel": Text(zh="℃", en="°C"),
}  # fmt: skip
"""Units by UCUM as people read them; the others are read as they are written."""


def say_unit(unit: str) -> Text:
    """A unit of UCUM as people read it."""
    return UNITS.get(unit, Text(zh=unit, en=unit))


def say_amount(number: str, unit: str) -> Text:
    """'152 mmHg', '10周': in Chinese a space stands before Latin and Greek letters only."""
    said = say_unit(unit)
    first = said.zh[:1]
    gap = " " if first.isalpha() and first < _HAN else ""
    return Text(zh=f"{number}{gap}{said.zh}", en=f"{number}{'' if unit in ('', '%') else ' '}{said.en}")
