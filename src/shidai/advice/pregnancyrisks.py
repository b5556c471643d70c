"""Hints in pregnancy: aspirin against pre-eclampsia, glucose, RhD.

Sources: NICE NG133 (pre-eclampsia: one high factor or more than one moderate one); WHO 2013 with the thresholds of
IADPSG (glucose after 75 g); guidelines on anti-D. They are hints to those who care for her, for her to decide on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from shidai.advice.tables import Tip, limit, read_rows, refuse_outside, refuse_unknown, tell
from shidai.words import Text

MEASURED = {"age": "aspirin_age", "bmi": "aspirin_bmi", "interval": "aspirin_interval"}


@dataclass(frozen=True, slots=True)
class Factor:
    """What raises the risk of pre-eclampsia; `weight`: high or moderate."""

    id: str
    weight: str
    title: Text


@dataclass(frozen=True, slots=True)
class Preeclampsia:
    """The factors that hold, and what they call for."""

    factors: tuple[Factor, ...]
    tips: tuple[Tip, ...]


@lru_cache(maxsize=1)
def factors() -> dict[str, Factor]:
    """All factors by id."""
    rows = read_rows("preeclampsia.csv")
    return {row["id"]: Factor(row["id"], row["weight"], Text(zh=row["zh"], en=row["en"])) for row in rows}


def preeclampsia(
    named: Collection[str], *, age: int | None = None, bmi: float | None = None, interval: float | None = None
) -> Preeclampsia:
    """Whether aspirin can be offered.

    named: ids of `factors()` that hold; age in completed years, bmi in kg/m² at the first visit, interval in years
    since the last pregnancy (None: unknown; not asked of a first one). Raises ShidaiError for an unknown factor.
    """
    for name in named:
        refuse_unknown("factor", name, tuple(factors()))
    refuse_outside("age", age, 8, 70)
    refuse_outside("bmi", bmi, 10, 100)
    refuse_outside("interval", interval, 0, 40)
    held = set(named) | _measured(age, bmi, interval)
    found = tuple(one for one in factors().values() if one.id in held)
    high = any(one.weight == "high" for one in found)
    moderate = sum(one.weight == "moderate" for one in found)
    if high or moderate >= limit("aspirin_moderate"):
        return Preeclampsia(found, tell("aspirin.offer"))
    unknown = age is None or bmi is None or (interval is None and not held & {"first_pregnancy", "interval"})
    return Preeclampsia(found, tell("aspirin.no", *(["aspirin.ask"] if unknown else [])))


def _measured(age: int | None, bmi: float | None, interval: float | None) -> set[str]:
    """The factors that follow from numbers; the interval counts only above its limit."""
    held = {"age"} if age is not None and age >= limit(MEASURED["age"]) else set()
    held |= {"bmi"} if bmi is not None and bmi >= limit(MEASURED["bmi"]) else set()
    return held | ({"interval"} if interval is not None and interval > limit(MEASURED["interval"]) else set())


def glucose(
    fasting: float | None = None, one_hour: float | None = None, two_hours: float | None = None
) -> tuple[Tip, ...]:
    """Plasma glucose in pregnancy, mmol/L, fasting and after 75 g; None: not measured. One value is enough.

    Raises ShidaiError for what can't be.
    """
    values = {"fasting": fasting, "one_hour": one_hour, "two_hours": two_hours}
    for name, value in values.items():
        refuse_outside(name, value, 1, 60)
    if _reaches(fasting, "diabetes_fasting") or _reaches(two_hours, "diabetes_two_hours"):
        return tell("glucose.diabetes")
    if any(_reaches(value, f"gdm_{name}") for name, value in values.items()):
        return tell("glucose.gestational")
    measured = [value for value in values.values() if value is not None]
    told = ["glucose.below"] if measured else []
    return tell(*told, *(["glucose.ask"] if len(measured) < len(values) else []))


def rhd(negative: bool | None) -> tuple[Tip, ...]:
    """What RhD-negative blood calls for; nothing where it is positive or unknown."""
    return tell("rhd.negative") if negative else ()


def _reaches(value: float | None, threshold: str) -> bool:
    return value is not None and value >= limit(threshold)
