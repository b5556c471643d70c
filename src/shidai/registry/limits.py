"""The biological limits behind the rules. A pack may state others in its `[limits]`; these have their sources here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What can't be, however a record came about.

    - youngest_mother 10 years: the lowest age at which vital statistics tabulate births (UN, Principles and
      Recommendations for a Vital Statistics System, rev. 3, 2014: age of mother 'under 15' with single years from 10).
    - oldest_mother 65 years: above every documented birth; typing errors of a generation are caught.
    - birth_interval_days 90: two deliveries of one mother lie at least three months apart; nearer dates are twins or a
      mistyped date. Conservative: no live birth follows within 22 weeks' gestation (WHO's lower limit of a birth).
    - twin_days 3: births of one delivery, over midnight included.
    - father_alive_days 310: a child may be born up to ten months after the father's death (Principles as above;
      longest recorded gestations).
    - oldest_person 125 years: above the oldest verified human age (122).
    - kept_years 75: so long ago may somebody on the register have died; a birth earlier than both together is mistyped.
    """

    youngest_mother: int = 10
    oldest_mother: int = 65
    birth_interval_days: int = 90
    twin_days: int = 3
    father_alive_days: int = 310
    oldest_person: int = 125
    kept_years: int = 75


LIMITS = Limits()
