"""What a projection gives, and the figures that are read from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shidai.demography.cells import Array


@dataclass(frozen=True, slots=True)
class Outcome:
    """A projection's populations and events. Sexes in the order male, female; the last age group is open.

    population: (years + 1, …, 2, ages) at the start of every year, and at the end of the last.
    births: (years, …, 2) by sex. births_by_age: (years, …, ages) by the mother's age.
    deaths: (years, …, 2, ages) by the age that was, or would have been, reached at the year's end.
    migration: (years, …, 2, ages) net, as used.
    """

    population: Array
    births: Array
    births_by_age: Array
    deaths: Array
    migration: Array

    @property
    def mid_year(self) -> Array:
        """Mean of the populations at a year's start and end, (years, …, 2, ages)."""
        return np.asarray((self.population[:-1] + self.population[1:]) / 2, dtype=np.float64)

    def total(self) -> Array:
        """Mid-year population, (years, …)."""
        return np.asarray(self.mid_year.sum((-2, -1)), dtype=np.float64)

    def share_from(self, age: int) -> Array:
        """Share of the mid-year population at this age or above, (years, …), as a fraction."""
        people = self.mid_year.sum(-2)
        return np.asarray(people[..., age:].sum(-1) / people.sum(-1), dtype=np.float64)
