"""Kinds of equipment of a station: what steps need to be done with, and how often a piece is to be checked."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from shidai.packs.schema.base import Cited, Id, PackModel, Words


class EquipmentCase(PackModel):
    """A piece that was last checked on a day, as of another day."""

    checked: date
    on: date
    overdue: bool


class EquipmentKind(Cited):
    """A kind of equipment. A check that is overdue is shown and stops nothing: only what doesn't work can't be used."""

    id: Id
    title: Words
    check_months: int | None = Field(
        default=None, ge=1, le=240, description="a piece is checked every so many months; absent: no rule says so"
    )
    note: Words | None = None
    case: tuple[EquipmentCase, ...] = Field(min_length=1)

    def is_overdue(self, checked: date, on: date) -> bool:
        """Whether the check that follows one is late on a day: the day of the month counts, not so many days."""
        if self.check_months is None:
            return False
        months = (on.year - checked.year) * 12 + on.month - checked.month
        return months > self.check_months or (months == self.check_months and on.day > checked.day)
