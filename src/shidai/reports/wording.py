"""Numbers and changes in words, as an office writes them: Chinese with 万 and full-width marks, English with commas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shidai.indicators.standing import SAYINGS, Standing
from shidai.words import Language, Text

NOT_RECORDED = SAYINGS[Standing.NOT_RECORDED].cell
WAN = 10_000
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
PREFIXED_UNITS = ("%", "‰")


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is written: its unit and its decimals. Rates carry their sign; counts a counted noun."""

    unit: Text
    decimals: int

    @property
    def is_rate(self) -> bool:
        return self.unit.zh in PREFIXED_UNITS


def plain_number(value: float, decimals: int) -> str:
    """'12,702', '1.21', '−0.35' (with a true minus sign)."""
    shown = f"{value:,.{decimals}f}"
    if float(shown.replace(",", "")) == 0:
        shown = f"{0:.{decimals}f}"
    return shown.replace("-", "−")


def in_sentence(value: float, measure: Measure, language: Language) -> str:
    """A value with its unit: '61.99万人次', '1.21‰', '12,702 persons', '1.21 per 1,000'."""
    if language == "en":
        joint, number = "" if measure.unit.en == "%" else " ", plain_number(value, measure.decimals)
        unit = measure.unit.en.removesuffix("s") if number == "1" else measure.unit.en
        return f"{number}{joint}{unit}".rstrip()
    if not measure.is_rate and measure.decimals == 0 and abs(value) >= 10 * WAN:
        return f"{plain_number(value / WAN, 2)}万{measure.unit.zh}"
    return f"{plain_number(value, measure.decimals)}{measure.unit.zh}"


def in_table(value: float | None, measure: Measure) -> str:
    """A value without its unit, for a column; a dash when there is none."""
    return "—" if value is None else plain_number(value, measure.decimals)


def interval(low: float | None, high: float | None, measure: Measure, language: Language) -> str:
    """'95%区间1.05‰～1.37‰', '95% interval 1.05 to 1.37'; empty without an interval."""
    if low is None or high is None:
        return ""
    first, last = plain_number(low, measure.decimals), plain_number(high, measure.decimals)
    if language == "en":
        return f"95% interval {first} to {last}"
    sign = measure.unit.zh if measure.is_rate else ""
    return f"95%区间{first}{sign}～{last}{sign}"


def between(low: float | None, high: float | None, measure: Measure, language: Language) -> str:
    """'1.05～1.37', '1.05 to 1.37'; empty without an interval."""
    if low is None or high is None:
        return ""
    joint = " to " if language == "en" else "～"
    return f"{plain_number(low, measure.decimals)}{joint}{plain_number(high, measure.decimals)}"


def change(
    value: float | None, before: float | None, measure: Measure, language: Language, *, noise: bool | None
) -> str:
    """The difference from the year before; with `noise` True it adds that chance alone may explain it."""
    if value is None or before is None:
        return ""
    difference = round(value, measure.decimals) - round(before, measure.decimals)
    size = plain_number(abs(difference), measure.decimals)
    if float(size.replace(",", "")) == 0:
        return "与上年持平" if language != "en" else "the same as the year before"
    said = _english_change(difference, size, measure) if language == "en" else _chinese_change(difference, measure)
    if noise:
        tail = "，在随机波动范围内" if language != "en" else ", within chance variation"
        return said + tail
    return said


def range_words(low: float, high: float, language: Language) -> str:
    """'102～107', '102 to 107'."""
    first, last = (f"{end:g}" for end in (low, high))
    return f"{first} to {last}" if language == "en" else f"{first}～{last}"


def beside_range(side: int, low: float, high: float, language: Language, *, noise: bool) -> str:
    """Where a figure lies beside its usual range: -1 below, 0 within, 1 above; `noise`: chance may explain it."""
    span = range_words(low, high, language)
    if side == 0:
        return f"it lies within the usual range of {span}" if language == "en" else f"在{span}的通常范围之内"
    if language == "en":
        tail = ", which chance may explain" if noise else ", by more than chance explains"
        return f"it lies {'above' if side > 0 else 'below'} the usual range of {span}{tail}"
    tail = "，但在随机波动范围内" if noise else "，且超出随机波动"
    return f"{'高于' if side > 0 else '低于'}{span}的通常范围{tail}"


def _chinese_change(difference: float, measure: Measure) -> str:
    if measure.is_rate:
        verb = "上升" if difference > 0 else "下降"
        points = "百分点" if measure.unit.zh == "%" else "千分点"
        return f"比上年{verb}{plain_number(abs(difference), measure.decimals)}个{points}"
    if measure.decimals > 0:  # a ratio or an average goes up; a number of people grows
        verb = "上升" if difference > 0 else "下降"
    else:
        verb = "增加" if difference > 0 else "减少"
    return f"比上年{verb}{in_sentence(abs(difference), measure, 'zh')}"


def _english_change(difference: float, size: str, measure: Measure) -> str:
    way = "more" if difference > 0 else "fewer"
    if measure.unit.en == "%":
        return f"{size} percentage points {'up' if difference > 0 else 'down'} on the year before"
    if measure.decimals > 0:
        return f"{'up' if difference > 0 else 'down'} by {size} on the year before"
    return f"{size} {way} than the year before"


def day_words(day: str, language: Language) -> str:
    """An ISO date as a document writes it: '2006年12月31日', '31 December 2006'; what is none stays as it is."""
    try:
        read = date.fromisoformat(day)
    except ValueError:
        return day
    if language == "en":
        return f"{read.day} {MONTHS[read.month - 1]} {read.year}"
    return f"{read.year}年{read.month}月{read.day}日"


def sentence_case(words: str) -> str:
    """The words as the beginning of a line: only the first letter changes."""
    return words[:1].upper() + words[1:]


def listed(items: list[str], language: Language) -> str:
    """'甲、乙和丙'; 'a, b and c'."""
    if len(items) < 2:
        return "".join(items)
    comma, joint = (", ", " and ") if language == "en" else ("、", "和")
    return comma.join(items[:-1]) + joint + items[-1]
