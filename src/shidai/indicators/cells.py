"""Cells: one measure narrowed to a sex, a birth order and a range of ages, for all areas and periods at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from shidai.indicators.benefits import OUTCOMES
from shidai.indicators.cubes import Cube, Cubes
from shidai.indicators.periods import Period, places_of_periods
from shidai.indicators.persontime import OLDEST, UNKNOWN_AGE
from shidai.packs.schema.indicator import (
    FOLLOWED,
    IN_GROUPS,
    OF_METHOD,
    OUTREACH,
    PILOTS,
    PROGRAMMES,
    WITH_KIND,
    Indicator,
    Term,
)

ORDERS = (1, 2, 3, 4, 5, 9)
"""Birth orders; 5 is fifth and over, 9 unknown."""
SEX_CODES = (1, 2, 9)
FIVES = tuple(range(0, OLDEST + 1, 5))

STOCKS = {
    "population": "population", "mean_population": "population", "migrants": "migrants",
    "women_in_union": "women_in_union", "users_any": "users_any", "users_modern": "users_modern",
}  # fmt: skip
TIMES = {
    "person_years": "population", "union_years": "women_in_union", "user_years_any": "users_any",
    "user_years_modern": "users_modern",
}  # fmt: skip
MOVES = ("moves_in", "moves_out")
AMOUNTS = {
    "benefit_paid": "benefit_recipients", "handouts": "takers", "units_dispensed": "takers", "couple_years": "takers",
}  # fmt: skip
"""Sums of fen, hand-outs, units or years, each with the count that it is as telling as: of those who got them."""
BENEFITS = ("benefit_recipients", "benefit_paid", "benefit_claims")
FLOWS = (
    "births", "deaths", *MOVES, *AMOUNTS, "benefit_claims", "programme_visits", *sorted(FOLLOWED), *sorted(IN_GROUPS),
    *sorted(OF_METHOD), *sorted(OUTREACH),
)  # fmt: skip
SPANNING = ("benefit_recipients", "programme_offered", "programme_reached", "takers", "sites", *sorted(PILOTS))
"""What counts subjects once in each period, so that months don't sum to the year."""
PUBLIC = ("sites", "activities", "programme_sessions", *sorted(PILOTS))
"""What says nothing of persons: never hidden."""


@dataclass(frozen=True, slots=True)
class Category:
    """One class of a breakdown and its text, 'sex=2;age5=20'; the total is Category()."""

    text: str = ""
    sex: int | None = None
    order: int | None = None
    first: int | None = None
    last: int | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure narrowed; `first` and `last` are age classes, both included; all None is everybody."""

    measure: str
    residence: str
    sex: int | None = None
    order: int | None = None
    first: int | None = None
    last: int | None = None
    scheme: str | None = None
    outcome: str | None = None
    programme: str | None = None
    step: str | None = None
    result: tuple[str, ...] = ()
    kind: str | None = None

    @property
    def family(self) -> tuple[str, str]:
        """What cells must share to be sums of each other: name and residence, or scheme, programme, kind."""
        if self.measure in BENEFITS:
            return self.measure, self.scheme or ""
        if self.measure in PROGRAMMES:
            return self.measure, self.programme or ""
        if self.measure in WITH_KIND:
            return self.measure, self.kind or ""
        return STOCKS.get(self.measure, self.measure), self.residence

    @property
    def is_spanning(self) -> bool:
        """Whether the cell counts subjects once in each period, so that months don't sum to the year."""
        return self.measure in SPANNING

    @property
    def is_flow(self) -> bool:
        """Whether the cells of the months sum to that of the year: events and person-time."""
        return self.measure in FLOWS or self.measure in TIMES


def narrow(term: Term, category: Category) -> Cell:
    """The cell of a term in a class. A class of something that the measure doesn't have leaves the term whole."""
    if term.measure in BENEFITS:
        outcome = term.outcome or (category.outcome if term.measure == "benefit_claims" else None)
        return Cell(term.measure, "registered", scheme=term.scheme, outcome=outcome)
    if term.measure in PROGRAMMES:
        return Cell(term.measure, "living", programme=term.programme, step=term.step, result=term.result)
    if term.measure in WITH_KIND:
        return Cell(term.measure, "living", kind=term.kind)
    first, last = term.age_from, term.age_to
    if first is not None or last is not None:
        first, last = first or 0, OLDEST if last is None else last
    residence = "living" if term.measure == "migrants" else term.residence
    cell = Cell(term.measure, residence, term.sex, term.order, first, last)
    if term.measure == "households":
        return cell
    if category.sex is not None and term.sex is None:
        cell = replace(cell, sex=category.sex)
    if category.order is not None and term.measure == "births":
        cell = replace(cell, order=category.order)
    if category.first is not None and not term.measure.startswith("moves"):
        cell = replace(cell, first=category.first, last=category.last)
    return cell


def categories(indicator: Indicator) -> tuple[Category, ...]:
    """The total and every class of the indicator's breakdowns, in the order of results."""
    found = [Category()]
    for breakdown in indicator.breakdown:
        classes = [Category()]
        for name in breakdown.split(";"):
            classes = [_joined(one, other) for one in classes for other in _classes(name, indicator.numerator[0])]
        found += classes
    return tuple(found)


def _classes(name: str, term: Term) -> list[Category]:
    if name == "sex":
        return [Category(f"sex={sex}", sex=sex) for sex in SEX_CODES]
    if name == "order":
        return [Category(f"order={order}", order=order) for order in ORDERS]
    if name == "outcome":
        return [Category(f"outcome={outcome}", outcome=outcome) for outcome in OUTCOMES]
    low, high = term.age_from or 0, OLDEST if term.age_to is None else term.age_to
    width = 5 if name == "age5" else 1
    ages = [
        Category(f"{name}={age}", first=age, last=OLDEST if age >= OLDEST else age + width - 1)
        for age in range(0, OLDEST + 1, width)
        if low <= age and min(age + width - 1, OLDEST) <= high
    ]
    everybody = term.age_from is None and term.age_to is None
    return ages + ([Category(f"{name}=unknown", first=UNKNOWN_AGE, last=UNKNOWN_AGE)] if everybody else [])


def _joined(one: Category, other: Category) -> Category:
    return Category(
        text=";".join(text for text in (one.text, other.text) if text),
        sex=one.sex if other.sex is None else other.sex,
        order=one.order if other.order is None else other.order,
        first=one.first if other.first is None else other.first,
        last=one.last if other.last is None else other.last,
        outcome=other.outcome or one.outcome,
    )


class Gatherer:
    """Reads cells from cubes for all areas and given periods, each as (areas, periods)."""

    def __init__(self, cubes: Cubes, periods: Sequence[Period]) -> None:
        self.cubes = cubes
        self.periods = tuple(periods)

    def read(self, cell: Cell) -> Cube:
        """The cell's count at the end of each period (stocks), in it (flows), or its years (person-time)."""
        if cell.is_spanning:
            places = places_of_periods(self.cubes.year)
            return self._chosen(self._spanning(cell))[:, [places[p.name] for p in self.periods]]
        if cell.measure in TIMES:
            months = self._narrowed(self.cubes.time(TIMES[cell.measure], cell.residence), cell)
            return self.cubes.clock.years(self._summed(months), self.cubes.year)
        if cell.measure in FLOWS:
            return self._summed(self._flow(cell))
        edges = self.edges(cell)
        ends = edges[:, [p.last for p in self.periods]]
        if cell.measure != "mean_population":
            return ends
        return np.asarray((edges[:, [p.first for p in self.periods]] + ends) / 2 * self.shares(), dtype=np.float64)

    def edges(self, cell: Cell) -> Cube:
        """The stock that a cell counts, or lives in, at the year's 13 month edges: (areas, 13)."""
        if cell.measure == "households":
            return self._chosen(self.cubes.households(cell.residence))
        base = TIMES.get(cell.measure) or STOCKS[cell.measure]
        return self._narrowed(self.cubes.stock(base, cell.residence), cell)

    def shares(self) -> npt.NDArray[np.float64]:
        """The part of the year that each period is."""
        lengths = np.diff(self.cubes.clock.month_edges(self.cubes.year))
        return np.array([lengths[p.first : p.last].sum() / lengths.sum() for p in self.periods])

    def _chosen(self, cube: Cube) -> Cube:
        """Those of the areas that are read; areas are the last axis but one."""
        return cube

    def _spanning(self, cell: Cell) -> Cube:
        if cell.measure == "benefit_recipients":
            return self.cubes.recipients(cell.scheme or "")
        if cell.measure == "takers":
            return self.cubes.takers(cell.kind)
        if cell.measure == "sites":
            return self.cubes.sites(cell.kind or "")
        if cell.measure in PILOTS:
            return self.cubes.pilots(cell.measure, cell.kind or "")
        offered, reached = self.cubes.covered(cell.programme or "")
        return offered if cell.measure == "programme_offered" else reached

    def _flow(self, cell: Cell) -> Cube:
        if cell.measure == "programme_visits":
            return self._chosen(self.cubes.visits(cell.programme or "", cell.step, cell.result))
        if cell.measure in FOLLOWED:
            return self._chosen(self.cubes.followed(cell.measure, cell.programme or "", cell.step or ""))
        if cell.measure in IN_GROUPS:
            return self._chosen(self.cubes.sessions(cell.measure, cell.programme or "", cell.step))
        if cell.measure in OUTREACH:
            return self._chosen(self.cubes.activities(cell.measure, cell.kind or ""))
        if cell.measure in WITH_KIND:
            return self._chosen(self.cubes.supplied(cell.measure, cell.kind))
        if cell.measure == "benefit_paid":
            return self._chosen(self.cubes.paid(cell.scheme or ""))
        if cell.measure == "benefit_claims":
            by_outcome = self.cubes.claims(cell.scheme or "")
            some = slice(None) if cell.outcome is None else [OUTCOMES.index(cell.outcome)]
            return np.asarray(self._chosen(by_outcome[some]).sum(0, dtype=np.float64))
        if cell.measure == "births":
            by_age, by_order = self.cubes.births(cell.residence)
            if cell.order is None:
                return self._narrowed(by_age, cell)
            return self._of_sex(by_order[:, ORDERS.index(cell.order)], cell)
        if cell.measure == "deaths":
            return self._narrowed(self.cubes.deaths(cell.residence), cell)
        moved = self.cubes.moves(cell.residence)[0 if cell.measure == "moves_in" else 1]
        return self._of_sex(moved, cell)

    def _of_sex(self, cube: Cube, cell: Cell) -> Cube:
        """(sex, areas, months) to (areas, months)."""
        return np.asarray(self._chosen(cube[_sexes(cell)]).sum(0, dtype=np.float64))

    def _narrowed(self, cube: Cube, cell: Cell) -> Cube:
        """(sex, age, areas, months) to (areas, months)."""
        ages = slice(None) if cell.first is None else slice(cell.first, (cell.last or 0) + 1)
        return np.asarray(self._chosen(cube[_sexes(cell), ages]).sum((0, 1), dtype=np.float64))

    def _summed(self, months: Cube) -> Cube:
        inside = np.array([[p.first <= month < p.last for p in self.periods] for month in range(12)], dtype=np.float64)
        return np.asarray(months @ inside)


class Excerpt(Gatherer):
    """Reads cells for some areas only, and remembers what it has read."""

    def __init__(self, cubes: Cubes, areas: npt.NDArray[np.int64], periods: Sequence[Period]) -> None:
        """`areas`: positions in the tree."""
        super().__init__(cubes, periods)
        self._areas = areas
        self._read: dict[Cell, Cube] = {}

    def read(self, cell: Cell) -> Cube:
        if cell not in self._read:
            self._read[cell] = super().read(cell)
        return self._read[cell]

    def _chosen(self, cube: Cube) -> Cube:
        return cube[..., self._areas, :]


def _sexes(cell: Cell) -> slice:
    if cell.sex is None:
        return slice(None)
    place = SEX_CODES.index(cell.sex)
    return slice(place, place + 1)
