"""Which emergency contraception is possible so many hours after intercourse.

Sources: MSD Manual, professional edition (methods, doses, 120 hours); a table of effects by body mass index; FSRH on
enzyme-inducing medicine; CDC on starting hormones after ulipristal. How each was checked stands in `sources.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shidai.advice.tables import Tip, limit, refuse_outside, tell

Method = Literal["cu_iud", "ec_upa", "ec_lng"]


@dataclass(frozen=True, slots=True)
class Option:
    """A method that is possible, with what to know of it; ids as in `methods.csv`, the most effective first."""

    method: Method
    tips: tuple[Tip, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """What is possible, and what holds of all of it."""

    options: tuple[Option, ...]
    tips: tuple[Tip, ...]


def emergency_options(hours: float, *, bmi: float | None = None, enzyme_inducer: bool = False) -> Emergency:
    """What is possible now.

    hours: since the intercourse; bmi: kg/m², unknown keeps nobody from anything; enzyme_inducer: taken now or in the
    last 28 days. Medical eligibility is another question (`shidai mec`). Raises ShidaiError.
    """
    refuse_outside("hours", hours, 0, 10_000)
    refuse_outside("bmi", bmi, 10, 100)
    if hours > limit("ec_latest"):
        return Emergency((), tell("emergency.late"))
    less = ["emergency.weight"] if bmi is not None and bmi >= limit("ec_bmi") else []
    less += ["emergency.inducer"] if enzyme_inducer else []
    lng = ["emergency.lng_less"] if hours > limit("lng_best") else []
    options = (
        Option("cu_iud", tell("emergency.iud")),
        Option("ec_upa", tell("emergency.upa", "emergency.upa_wait", *less)),
        Option("ec_lng", tell("emergency.lng", *lng, *less)),
    )
    asked = ["emergency.ask_weight"] if bmi is None else []
    return Emergency(options, tell("emergency.soon", "emergency.test", *asked))


def body_mass_index(kilograms: float | None, centimetres: float | None) -> float | None:
    """kg/m²; None where either is unknown. Raises ShidaiError for what can't be."""
    refuse_outside("kilograms", kilograms, 20, 400)
    refuse_outside("centimetres", centimetres, 90, 250)
    if kilograms is None or centimetres is None:
        return None
    return kilograms / (centimetres / 100) ** 2
