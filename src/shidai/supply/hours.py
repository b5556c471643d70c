"""Opening hours as people write them: '1-5 08:30-11:30 13:30-17:00; 6 09:00-12:00'. Monday is 1."""

from __future__ import annotations

import re
from datetime import datetime

from shidai.supply import refusals
from shidai.words import Text

Hours = dict[str, list[list[str]]]
_PART = re.compile(r"([1-7])(?:-([1-7]))?((?:\s+\d{1,2}:\d{2}-\d{1,2}:\d{2})+)")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_hours(text: str) -> Hours:
    """By weekday, the spans in which it is open. Raises ShidaiError; nothing is no hours."""
    hours: Hours = {}
    for part in re.split(r"[;；\n]", text.replace("：", ":").replace("–", "-").replace("—", "-")):
        if not part.strip():
            continue
        found = _PART.fullmatch(part.strip())
        spans = [] if found is None else [_span(one) for one in found[3].split()]
        if found is None or any(not start or start >= end for start, end in spans):
            raise refusals.refuse(
                "hours",
                Text(zh=f"开放时间“{part.strip()}”无法识别。", en=f"The opening hours '{part.strip()}' can't be read."),
                Text(
                    zh="请写成：1-5 08:30-11:30 13:30-17:00；6 09:00-12:00",
                    en="Write: 1-5 08:30-11:30 13:30-17:00; 6 09:00-12:00",
                ),
            )
        for day in range(int(found[1]), int(found[2] or found[1]) + 1):
            hours.setdefault(str(day), []).extend([start, end] for start, end in sorted(spans))
    return hours


def _span(text: str) -> tuple[str, str]:
    start, _, end = text.partition("-")
    return _clock(start), _clock(end)


def _clock(text: str) -> str:
    """'08:30' from '8:30'; '' for what is no time of day, which comes before everything."""
    hour, _, minute = text.partition(":")
    return f"{int(hour):02}:{minute}" if int(hour) * 60 + int(minute) <= 24 * 60 and int(minute) < 60 else ""


def is_open_at(hours: Hours, moment: datetime) -> bool:
    """Whether it is open at a moment of local time."""
    clock = moment.strftime("%H:%M")
    return any(start <= clock < end for start, end in hours.get(str(moment.isoweekday()), ()))


def say_hours(hours: Hours) -> Text:
    """'周一至周五 08:30–11:30、13:30–17:00；周六 09:00–12:00'."""
    runs: list[tuple[int, int, list[list[str]]]] = []
    for day in range(1, 8):
        spans = hours.get(str(day), [])
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], day, spans)
        elif spans:
            runs.append((day, day, spans))
    zh = "；".join(f"{_days_zh(a, b)} {'、'.join(f'{s}–{e}' for s, e in spans)}" for a, b, spans in runs)
    en = "; ".join(f"{_days_en(a, b)} {', '.join(f'{s}–{e}' for s, e in spans)}" for a, b, spans in runs)
    return Text(zh=zh or "开放时间未填写", en=en or "opening hours not stated")


def _days_zh(first: int, last: int) -> str:
    return f"周{_WEEKDAYS_ZH[first - 1]}" + (f"至周{_WEEKDAYS_ZH[last - 1]}" if last > first else "")


def _days_en(first: int, last: int) -> str:
    return _WEEKDAYS_EN[first - 1] + (f"–{_WEEKDAYS_EN[last - 1]}" if last > first else "")
