"""A simulation as tables: cost by year and county, who gains and who loses, overlap; small cells hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from shidai.demography.intervals import weighted_poisson_interval
from shidai.indicators.lines import Doubt, suppress_secondary
from shidai.indicators.protect import small_counts
from shidai.indicators.reform import Dues, Simulation
from shidai.indicators.reformwords import EVERYBODY, HOUSEHOLDS, SEXES, age_group, notes_of
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.rule import DisclosureRule
from shidai.words import ShidaiError, Text, problem

SideName = Literal["a", "b", "difference"]
Change = Literal["gain", "lose", "same"]
CHANGES: tuple[Change, ...] = ("gain", "lose", "same")
Z95 = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
AGE_WIDTH, OLDEST = 5, 100
Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CostRow:
    """A year of a side in an area. `entitled`: subjects with something due (of the difference: whose sum changes);
    `fen`: if all of them take it up; `expected`, `low`, `high`: at the take-up assumed, in fen."""

    year: int
    side: SideName
    area: str
    entitled: int
    fen: int
    expected: int
    low: int
    high: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Of those entitled under A or B, how many of a group get more, less or the same over all years, and `fen` in all
    (B − A). `by`: all, year (within that year alone), age, sex, household or county."""

    by: str
    group: str
    title: Text
    change: Change
    subjects: int
    fen: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """On a side's last due day of a year: who also meets the conditions of another scheme of the pack."""

    year: int
    side: SideName
    scheme: str
    version: str
    incompatible: bool
    entitled: int
    both: int
    fen: int
    hidden: bool = False


@dataclass(frozen=True)
class Report:
    """What a simulation says, ready to be shown. Money is fen."""

    simulation: Simulation
    city: str
    take_up: float
    protected: bool
    costs: tuple[CostRow, ...]
    changes: tuple[ChangeRow, ...]
    overlaps: tuple[OverlapRow, ...]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the figures rest on."""
        return notes_of(self.simulation, self.take_up, self.protected)

    def cost(self, year: int, side: SideName, area: str | None = None) -> CostRow:
        """One cell; of the city unless an area is named."""
        area = self.city if area is None else area
        return next(row for row in self.costs if (row.year, row.side, row.area) == (year, side, area))


def report(simulation: Simulation, pack: Pack, *, take_up: float = 1.0, protect: bool = True) -> Report:
    """All tables of a simulation. `take_up`: the chance that one who is entitled applies, 0 to 1."""
    if not 0 < take_up <= 1:
        raise ShidaiError(
            problem(
                "--take-up",
                zh=f"申领率须大于 0、不超过 1，这里是 {take_up}。",
                en=f"The take-up lies above 0 and up to 1; here it is {take_up}.",
            )
        )
    costs = tuple(_costs(simulation, pack.city, take_up))
    changes = tuple(_changes(simulation))
    overlaps = tuple(_overlaps(simulation))
    if protect:
        rule = pack.disclosure
        costs = _protect_costs(simulation, costs, pack.city, rule)
        changes = _protect_changes(changes, costs, pack.city, rule)
        overlaps = tuple(replace(row, hidden=_gives_away(row, rule)) for row in overlaps)
    return Report(simulation, pack.city, take_up, protect, costs, changes, overlaps)


def interval(sums: npt.NDArray[Any], take_up: float, *, event: bool) -> tuple[int, int, int]:
    """Expected cost and 95 % limits in fen, of what is due to each subject (n,).

    Periods: everybody entitled takes it up with chance p, each for himself: mean p·Σc, variance p(1 − p)·Σc², normal,
    within 0 and Σc. Events: their number is chance as well, Poisson thinned by p: the gamma interval of Fay & Feuer
    (1997) for Σ amount × count.
    """
    total = int(sums.sum())
    mean = take_up * total
    if event:
        amounts, counts = np.unique(sums[sums > 0], return_counts=True)
        if not len(amounts):
            return 0, 0, 0
        low, high = weighted_poisson_interval(amounts.astype(np.float64), counts * take_up)
        return round(mean), round(float(low)), round(float(high))
    half = Z95 * float(np.sqrt(take_up * (1 - take_up) * np.square(sums.astype(np.float64)).sum()))
    return round(mean), max(round(mean - half), 0), min(round(mean + half), total)


def _difference_interval(change: npt.NDArray[Any], take_up: float, *, event: bool) -> tuple[int, int, int]:
    """B − A when the same people apply under both: variance p(1 − p)·Σ(b − a)², of events p·Σ(b − a)²."""
    mean = take_up * int(change.sum())
    spread = take_up if event else take_up * (1 - take_up)
    half = Z95 * float(np.sqrt(spread * np.square(change.astype(np.float64)).sum()))
    return round(mean), round(mean - half), round(mean + half)


def _costs(simulation: Simulation, city: str, take_up: float) -> Iterator[CostRow]:
    event = [any(one.version.amount.per == "event" for one in side.versions) for side in simulation.sides]
    for year in simulation.years:
        dues = simulation.dues.pick(simulation.dues.year == year)
        whole = dues.gathered("subject")
        yield from _cost_rows(year, city, whole, take_up, event)
        for place, code in enumerate(simulation.counties):
            here = dues.pick(dues.county == place)
            if code or len(here):
                yield from _cost_rows(year, code, here, take_up, event)


def _cost_rows(year: int, area: str, dues: Dues, take_up: float, event: Sequence[bool]) -> Iterator[CostRow]:
    for at, side in enumerate(("a", "b")):
        sums = dues.fen[at]
        entitled, total = int((dues.times[at] > 0).sum()), int(sums.sum())
        yield CostRow(year, side, area, entitled, total, *interval(sums, take_up, event=event[at]))  # type: ignore[arg-type]
    change = dues.fen[1] - dues.fen[0]
    limits = _difference_interval(change, take_up, event=any(event))
    yield CostRow(year, "difference", area, int((change != 0).sum()), int(change.sum()), *limits)


def _changes(simulation: Simulation) -> Iterator[ChangeRow]:
    people = simulation.dues.gathered("subject")
    yield from _change_rows("all", [("", EVERYBODY)], np.zeros(len(people), np.int64), people)
    of_years = simulation.dues.gathered("subject", "year")
    years = [(str(year), Text(zh=f"{year}年", en=str(year))) for year in simulation.years]
    yield from _change_rows("year", years, of_years.year - simulation.years[0], of_years)
    if simulation.subject == "person":
        groups = np.where(people.age < 0, -1, np.minimum(people.age, OLDEST) // AGE_WIDTH)
        seen = np.unique(groups)
        names = [age_group(int(one) * AGE_WIDTH, AGE_WIDTH, OLDEST) for one in seen]
        yield from _change_rows("age", names, np.searchsorted(seen, groups), people)
        sexes = np.where(people.sex == 1, 0, np.where(people.sex == 2, 1, 2))
        yield from _change_rows("sex", SEXES, sexes, people)
        yield from _change_rows("household", HOUSEHOLDS, _alone(simulation.households, people), people)
    counties = list(simulation.counties.items())
    yield from _change_rows("county", counties, people.county, people)


def _alone(households: Mapping[Any, int], people: Dues) -> npt.NDArray[np.int64]:
    """0: the only one of the household that is entitled under A or B; 1: one of several; 2: no household known."""
    homes = np.array([households.get(one, -1) for one in people.subject.tolist()], np.int64)
    _, places, counts = np.unique(homes, return_inverse=True, return_counts=True)
    return np.where(homes == -1, 2, np.minimum(counts[places] - 1, 1)).astype(np.int64)


def _change_rows(
    by: str, groups: Sequence[tuple[str, Text]], places: npt.NDArray[Any], dues: Dues
) -> Iterator[ChangeRow]:
    """The rows of one breakdown. places: (n,), the group of each subject."""
    fen = dues.fen[1] - dues.fen[0]
    for change, mask in zip(CHANGES, (fen > 0, fen < 0, fen == 0), strict=True):
        counts = np.bincount(places[mask], minlength=len(groups))
        for at, (group, title) in enumerate(groups):
            yield ChangeRow(by, group, title, change, int(counts[at]), int(fen[mask & (places == at)].sum()))


def _overlaps(simulation: Simulation) -> Iterator[OverlapRow]:
    for one in simulation.overlaps:
        side: SideName = "a" if one.side == 0 else "b"
        yield OverlapRow(one.day.year, side, one.scheme, one.version, one.incompatible, one.entitled, one.both, one.fen)


def _protect_costs(
    simulation: Simulation, rows: Sequence[CostRow], city: str, rule: DisclosureRule
) -> tuple[CostRow, ...]:
    """Small counts of entitled; B's, and the difference, where few gain or lose, since A and B would tell who."""
    hidden: dict[tuple[int, str, str], bool] = {}
    for year in simulation.years:
        of_year = [row for row in rows if row.year == year]
        areas = [city, *(row.area for row in of_year if row.side == "a" and row.area != city)]
        lines = [(0, tuple(range(1, len(areas))))]
        moved = _moved(simulation, year, areas, lines, rule)
        for side in ("a", "b"):
            count = [row.entitled for area in areas for row in of_year if (row.side, row.area) == (side, area)]
            small = moved.any(axis=0) if side == "b" else np.zeros(len(areas), np.bool_)
            for area, hides in zip(areas, _hidden(count, lines, rule, small), strict=True):
                hidden[year, side, area] = bool(hides)
        for area in areas:
            hidden[year, "difference", area] = hidden[year, "a", area] or hidden[year, "b", area]
    return tuple(replace(row, hidden=hidden[row.year, row.side, row.area]) for row in rows)


def _moved(simulation: Simulation, year: int, areas: Sequence[str], lines: Any, rule: DisclosureRule) -> Masks:
    """Where the number of those who gain, or lose, in one year can't be shown: (2, areas)."""
    dues = simulation.dues.pick(simulation.dues.year == year)
    change = dues.fen[1] - dues.fen[0]
    places = {code: at for at, code in enumerate(simulation.counties)}
    masks = []
    for mask in (change > 0, change < 0):
        count = np.bincount(dues.county[mask], minlength=len(places))
        masks.append(_hidden([int(mask.sum()), *(int(count[places[area]]) for area in areas[1:])], lines, rule))
    return np.stack(masks)


def _protect_changes(
    rows: Sequence[ChangeRow], costs: Sequence[CostRow], city: str, rule: DisclosureRule
) -> tuple[ChangeRow, ...]:
    """Small counts, and those of the counties and years whose costs are hidden."""
    withheld = {("county", row.area) for row in costs if row.hidden and row.area != city}
    withheld |= {("year", str(row.year)) for row in costs if row.hidden and row.area == city}
    hidden: dict[tuple[str, str, str], bool] = {}
    for change in CHANGES:
        own = [row for row in rows if row.change == change]
        total = next(at for at, row in enumerate(own) if row.by == "all")
        lines = [
            (total, tuple(at for at, row in enumerate(own) if row.by == by))
            for by in dict.fromkeys(row.by for row in own)
            if by not in ("all", "year")
        ]
        also = np.array([(row.by, row.group) in withheld and row.subjects > 0 for row in own])
        hides = _hidden([row.subjects for row in own], lines, rule, also)
        hidden |= {(row.by, row.group, change): bool(one) for row, one in zip(own, hides, strict=True)}
    return tuple(replace(row, hidden=hidden[row.by, row.group, row.change]) for row in rows)


def _hidden(
    count: Sequence[int], lines: Sequence[tuple[int, tuple[int, ...]]], rule: DisclosureRule, also: Any = False
) -> Masks:
    """Which counts are hidden: small ones, those of `also`, and enough others that no sum gives one away."""
    counts = np.array(count, np.float64).reshape(1, 1, -1)
    hidden = small_counts(counts, rule.shows) | also
    if rule.secondary:
        suppress_secondary(counts, hidden, AreaTree(()), (), lines, Doubt(1 if rule.zero_shown else 0, 1))
    return np.asarray(hidden[0, 0], np.bool_)


def _gives_away(row: OverlapRow, rule: DisclosureRule) -> bool:
    """A small part, and one that leaves few others."""
    return not all(rule.shows(count) for count in (row.entitled, row.both, row.entitled - row.both))
