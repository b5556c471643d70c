"""Gestational age and due date: from the last period, or from the crown-rump length.

Due date: 280 days after the first day of the last period, plus what the cycle is longer than 28 days (Naegele's rule in
days). By ultrasound: days = 8.052 √(1.037 · crown-rump length in mm) + 23.73 (Loughna et al. 2009, the curve of
Robinson and Fleming 1975). Which of the two counts: ACOG, Committee Opinion 700. `thresholds.csv` holds the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Literal

from shidai.advice.tables import limit, refuse_outside
from shidai.words import ShidaiError, problem

LONGEST = 310  # days of gestation: beyond all but the rarest pregnancy, so a date is wrong


@dataclass(frozen=True, slots=True)
class Dated:
    """A pregnancy's dates. gestation: days on the day asked for; by: what they rest on; apart: days between the two."""

    due: date
    gestation: int
    by: Literal["period", "scan"]
    apart: int | None = None

    @property
    def weeks(self) -> tuple[int, int]:
        """Completed weeks and days beyond."""
        return divmod(self.gestation, 7)


@dataclass(frozen=True, slots=True)
class Scan:
    """A first scan: its day and the crown-rump length in mm."""

    on: date
    crown_rump: float


def gestation_by_scan(crown_rump: float) -> int:
    """Days of gestation from the crown-rump length in mm. Raises ShidaiError outside the range of the formula."""
    refuse_outside("crown_rump", crown_rump, limit("crl_least"), limit("crl_most"))
    return round(limit("crl_factor") * sqrt(limit("crl_scale") * crown_rump) + limit("crl_constant"))


def due_by_period(last_period: date, cycle: int | None = None) -> date:
    """The due date from the first day of the last period. cycle: usual length in days, 20 to 45; unknown: 28."""
    refuse_outside("cycle", cycle, 20, 45)
    longer = 0 if cycle is None else cycle - int(limit("usual_cycle"))
    return last_period + timedelta(days=int(limit("pregnancy_days")) + longer)


def due_by_scan(scan: Scan) -> date:
    """The due date from a first scan."""
    return scan.on + timedelta(days=int(limit("pregnancy_days")) - gestation_by_scan(scan.crown_rump))


def date_pregnancy(
    on: date, *, last_period: date | None = None, cycle: int | None = None, scan: Scan | None = None
) -> Dated:
    """The due date and the gestation on a day.

    Where both are known the period counts, unless the scan differs by more than 5 days (up to 8 weeks and 6 days by the
    period) or 7 days (up to 13 weeks and 6 days); after that it stays with the period and says how far they are apart.
    Raises ShidaiError where neither is known, or the day lies outside a pregnancy.
    """
    if last_period is None and scan is None:
        raise _no_date()
    if last_period is None:
        assert scan is not None
        return _dated(on, due_by_scan(scan), "scan", None)
    due = due_by_period(last_period, cycle)
    if scan is None:
        return _dated(on, due, "period", None)
    by_scan = due_by_scan(scan)
    apart = abs((by_scan - due).days)
    at_scan = _gestation(scan.on, due)
    early = at_scan <= limit("redate_early_until")
    tolerated = limit("redate_early") if early else limit("redate_late")
    redate = at_scan <= limit("redate_late_until") and apart > tolerated
    return _dated(on, by_scan if redate else due, "scan" if redate else "period", apart)


def _gestation(on: date, due: date) -> int:
    return int(limit("pregnancy_days")) - (due - on).days


def _dated(on: date, due: date, by: Literal["period", "scan"], apart: int | None) -> Dated:
    gestation = _gestation(on, due)
    if not 0 <= gestation <= LONGEST:
        raise ShidaiError(
            problem(
                "on",
                zh=f"{on} 不在这次妊娠之内（预产期 {due}）。",
                en=f"{on} isn't within this pregnancy (due {due}).",
                mend_zh="请核对日期。",
                mend_en="Check the dates.",
            )
        )
    return Dated(due, gestation, by, apart)


def _no_date() -> ShidaiError:
    return ShidaiError(
        problem(
            "last_period",
            zh="既没有末次月经日期，也没有超声结果。",
            en="Neither the last period nor a scan is known.",
            mend_zh="请填写其中一项。",
            mend_en="Give one of them.",
        )
    )
