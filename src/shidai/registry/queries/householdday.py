"""The facts of households on a day, straight from the register: the columns of `shidai.indicators.facts` for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from shidai.registry.models import Spell
from shidai.rules.periods import completed_years

CHILD_UNDER, ELDER_FROM = 18, 60  # completed years: as the columns' names in `shidai.rules.columns` say


class Homes:
    """Who lived in some households: read once, told for any day."""

    def __init__(self, household_ids: Collection[int]) -> None:
        self._spells: list[Spell] = []
        if household_ids:
            mine = Spell.objects.filter(kind=Spell.Kind.LIVING, household_id__in=household_ids)
            self._spells = list(mine.select_related("person"))

    def on(self, day: date) -> dict[int, dict[str, Any]]:
        """By row number, the facts of households in which somebody lives on the day."""
        members: defaultdict[int, dict[int, Spell]] = defaultdict(dict)
        for spell in self._spells:
            if spell.start_date <= day and (spell.end_date is None or spell.end_date > day):
                assert spell.household_id is not None
                members[spell.household_id][spell.person_id] = spell
        return {home: _facts(list(spells.values()), day) for home, spells in members.items()}


def _facts(spells: list[Spell], on: date) -> dict[str, Any]:
    births = (spell.person.birth_date for spell in spells)
    ages = [completed_years(birth, on) for birth in births if birth is not None]
    return {
        "area": max(spell.area for spell in spells),
        "members": len(spells),
        "members_under_18": sum(age < CHILD_UNDER for age in ages),
        "members_60_or_older": sum(age >= ELDER_FROM for age in ages),
    }
