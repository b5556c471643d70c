"""Missed pills and late injections: worked cases, each with where it is from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shidai.advice.latedoses import (
    injection_window,
    late_progestogen_pill,
    missed_combined_pills,
    next_injection,
)
from shidai.advice.tables import Tip
from shidai.words import ShidaiError


def ids(told: tuple[Tip, ...]) -> list[str]:
    return [one.id for one in told]


COMBINED: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    # WHO, selected practice recommendations, update of 2004
    ("30 µg, two missed: still protected", {"missed": 2, "micrograms": 30}, ["pill.take_now", "pill.covered"]),
    (
        "35 µg, three missed in the second week: condoms for seven days",
        {"missed": 3, "micrograms": 35, "week": 2},
        ["pill.take_now", "pill.condoms_7"],
    ),
    (
        "30 µg, three missed in the third week: no break",
        {"missed": 3, "micrograms": 30, "week": 3, "unprotected": True},
        ["pill.take_now", "pill.condoms_7", "pill.skip_break"],
    ),
    (
        "30 µg, three missed in the first week, sex without protection",
        {"missed": 3, "micrograms": 30, "week": 1, "unprotected": True},
        ["pill.take_now", "pill.condoms_7", "pill.emergency"],
    ),
    ("20 µg, one missed: still protected", {"missed": 1, "micrograms": 20}, ["pill.take_now", "pill.covered"]),
    (
        "20 µg, two missed in the first week, no sex",
        {"missed": 2, "micrograms": 20, "week": 1, "unprotected": False},
        ["pill.take_now", "pill.condoms_7"],
    ),
    ("five inactive pills missed", {"missed": 5, "week": 4}, ["pill.inactive"]),
)


@pytest.mark.parametrize(("case", "facts", "expected"), COMBINED, ids=[one[0] for one in COMBINED])
def test_missed_combined_pills(case: str, facts: dict[str, Any], expected: list[str]) -> None:
    assert ids(missed_combined_pills(**facts)) == expected


def test_an_unknown_dose_counts_as_low_and_what_is_unknown_is_asked() -> None:
    told = ids(missed_combined_pills(2))
    assert told == ["pill.take_now", "pill.condoms_7", "ask.week", "ask.unprotected", "ask.dose"]


PROGESTOGEN = (
    # CDC, U.S. selected practice recommendations 2024: more than three hours late
    ("traditional, 3 hours late: in time", "traditional", 3, False, ["pop.take_now", "pop.on_time"]),
    ("traditional, 4 hours late", "traditional", 4, False, ["pop.take_now", "pop.condoms_2"]),
    (
        "traditional, 5 hours late, sex without protection",
        "traditional",
        5,
        True,
        ["pop.take_now", "pop.condoms_2", "pop.emergency"],
    ),
    # FSRH: desogestrel has twelve hours
    ("desogestrel, 12 hours late: in time", "desogestrel", 12, True, ["pop.take_now", "pop.on_time"]),
    ("desogestrel, 13 hours late", "desogestrel", 13, None, ["pop.take_now", "pop.condoms_2", "ask.unprotected"]),
)


@pytest.mark.parametrize(("case", "kind", "hours", "unprotected", "expected"), PROGESTOGEN)
def test_late_progestogen_only_pills(
    case: str, kind: str, hours: float, unprotected: bool | None, expected: list[str]
) -> None:
    assert ids(late_progestogen_pill(kind, hours, unprotected=unprotected)) == expected


# Family planning: a global handbook, 'Managing late injections': DMPA 13 weeks and up to 4 late, NET-EN 8 and up to 2


def test_the_window_of_an_injection() -> None:
    assert injection_window("dmpa", date(2025, 1, 1)) == (date(2025, 3, 19), date(2025, 4, 2), date(2025, 4, 30))
    assert injection_window("net_en", date(2025, 1, 1)) == (date(2025, 2, 12), date(2025, 2, 26), date(2025, 3, 12))


INJECTION: tuple[tuple[str, str, date, dict[str, Any], list[str]], ...] = (
    ("DMPA after two months: early", "dmpa", date(2025, 3, 1), {}, ["injection.early"]),
    ("DMPA four weeks late: as ever", "dmpa", date(2025, 4, 30), {}, ["injection.give"]),
    (
        "DMPA four weeks and a day late, used condoms",
        "dmpa",
        date(2025, 5, 1),
        {"protected": True},
        ["injection.give_condoms", "injection.welcome"],
    ),
    (
        "DMPA five weeks late, fully breastfeeding a child of four months",
        "dmpa",
        date(2025, 5, 7),
        {"breastfeeding_fully": True},
        ["injection.give_condoms", "injection.welcome"],
    ),
    (
        "NET-EN fifteen days late, sex without protection",
        "net_en",
        date(2025, 3, 13),
        {"protected": False},
        ["injection.rule_out", "injection.welcome"],
    ),
    (
        "NET-EN three weeks late, nobody asked yet",
        "net_en",
        date(2025, 3, 19),
        {},
        ["injection.rule_out", "injection.ask_protected", "injection.welcome"],
    ),
)


@pytest.mark.parametrize(("case", "kind", "on", "more", "expected"), INJECTION, ids=[one[0] for one in INJECTION])
def test_the_next_injection(case: str, kind: str, on: date, more: dict[str, Any], expected: list[str]) -> None:
    assert ids(next_injection(kind, date(2025, 1, 1), on, **more)) == expected


def test_what_cannot_be_is_refused_with_what_can() -> None:
    with pytest.raises(ShidaiError, match="0"):
        missed_combined_pills(0)
    with pytest.raises(ShidaiError, match="desogestrel"):
        late_progestogen_pill("combined", 3)
