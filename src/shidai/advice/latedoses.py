"""What to do after missed pills or a late injection.

Sources: WHO, Selected practice recommendations, update of 2004 (combined pills); CDC, U.S. Selected practice
recommendations 2024, and FSRH (progestogen-only pills); WHO and others, Family planning: a global handbook, 'Managing
late injections'. How each was checked stands in `sources.csv`.
"""

from __future__ import annotations

from datetime import date, timedelta

from shidai.advice.tables import Tip, limit, refuse_outside, refuse_unknown, tell

PROGESTOGEN_PILLS = ("traditional", "desogestrel")
INJECTIONS = ("dmpa", "net_en")


def missed_combined_pills(
    missed: int, *, micrograms: float | None = None, week: int | None = None, unprotected: bool | None = None
) -> tuple[Tip, ...]:
    """After combined pills were missed, or a pack was started so many days late.

    missed: active pills (1 to 28); micrograms: of ethinylestradiol a pill, unknown counts as a low dose; week: of the
    pack in which they were missed, 4: inactive pills; unprotected: sex without protection since. Raises ShidaiError.
    """
    refuse_outside("missed", missed, 1, 28)
    refuse_outside("micrograms", micrograms, 5, 60)
    refuse_outside("week", week, 1, 4)
    if week == 4:
        return tell("pill.inactive")
    low_dose = micrograms is None or micrograms <= limit("low_dose_most")
    serious = limit("missed_serious_low_dose" if low_dose else "missed_serious")
    asked = ["ask.dose"] if micrograms is None else []
    if missed < serious:
        return tell("pill.take_now", "pill.covered", *asked)
    told = ["pill.take_now", "pill.condoms_7"]
    told += {3: ["pill.skip_break"], None: ["ask.week"]}.get(week, [])
    if week in (1, None):
        told += {True: ["pill.emergency"], None: ["ask.unprotected"]}.get(unprotected, [])
    return tell(*told, *asked)


def late_progestogen_pill(kind: str, hours_late: float, *, unprotected: bool | None = None) -> tuple[Tip, ...]:
    """After a progestogen-only pill was taken late.

    kind: one of PROGESTOGEN_PILLS; hours_late: after the usual time; unprotected: sex without protection since.
    Raises ShidaiError.
    """
    refuse_unknown("kind", kind, PROGESTOGEN_PILLS)
    refuse_outside("hours_late", hours_late, 0, 10_000)
    if hours_late <= limit("pop_late" if kind == "traditional" else "pop_desogestrel_late"):
        return tell("pop.take_now", "pop.on_time")
    more = {True: ["pop.emergency"], None: ["ask.unprotected"]}.get(unprotected, [])
    return tell("pop.take_now", "pop.condoms_2", *more)


def injection_window(kind: str, last: date) -> tuple[date, date, date]:
    """The first day on which the next injection may be given, the day it is due, and the last day without more ado."""
    refuse_unknown("kind", kind, INJECTIONS)
    due = last + timedelta(days=int(limit(f"{kind}_interval")))
    early, grace = (timedelta(days=int(limit(name))) for name in ("injection_early", f"{kind}_grace"))
    return due - early, due, due + grace


def next_injection(
    kind: str, last: date, on: date, *, protected: bool | None = None, breastfeeding_fully: bool = False
) -> tuple[Tip, ...]:
    """Whether the next injection can be given on a day.

    kind: one of INJECTIONS; protected: since it was two weeks overdue no sex, or only with another method or emergency
    pills after it; breastfeeding_fully: fully or nearly so, and the birth less than six months ago. Raises ShidaiError.
    """
    first, _, latest = injection_window(kind, last)
    if on < first:
        return tell("injection.early")
    if on <= latest:
        return tell("injection.give")
    if protected or breastfeeding_fully:
        return tell("injection.give_condoms", "injection.welcome")
    asked = ["injection.ask_protected"] if protected is None else []
    return tell("injection.rule_out", *asked, "injection.welcome")
