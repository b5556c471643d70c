"""Statistical disclosure control: small counts are hidden, and enough others that none can be had by subtraction.

Counts that can be sums of each other form one block: all areas x all periods x all published cells of a measure. Its
lines are the sums that a reader can form: an area and its children; a year and its quarters, a quarter and its months;
a total and its classes. Primary suppression hides the small counts. Secondary suppression goes over all lines until
none has exactly one hidden count: it hides the smallest other count of such a line, a class rather than the total. Then
no chain of subtractions can begin, because each needs a line with one unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from shidai.indicators.cells import ORDERS, SEX_CODES, Cell, Gatherer, categories, narrow
from shidai.indicators.periods import Period
from shidai.indicators.persontime import OLDEST, UNKNOWN_AGE
from shidai.indicators.tree import AreaTree
from shidai.packs.schema.indicator import Indicator

Hidden = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.float64]
Line = tuple[int, tuple[int, ...]]
"""Position of the total and of its parts."""


class Protection:
    """Which cells are hidden, for all areas and periods of the gatherer; a family of cells is judged as a whole."""

    def __init__(
        self,
        indicators: Iterable[Indicator],
        cells: Gatherer,
        shows: Callable[[int], bool],
        *,
        secondary: bool = True,
    ) -> None:
        """`shows` says whether a count may be shown; `indicators` are all that are published."""
        self._gatherer = cells
        self._shows = shows
        self._secondary = secondary
        self._published: dict[tuple[str, str], dict[Cell, None]] = defaultdict(dict)
        for indicator in indicators:
            for category in categories(indicator):
                for term in (*indicator.numerator, *indicator.denominator):
                    cell = narrow(term, category)
                    if cell.family is not None:
                        self._published[cell.family][_counted(cell)] = None
        self._hidden: dict[tuple[str, str], dict[Cell, Hidden]] = {}

    def hides(self, cell: Cell) -> Hidden | None:
        """(areas, periods): hidden or not; None for what counts nobody."""
        if cell.family is None:
            return None
        if cell.family not in self._hidden:
            self._hidden[cell.family] = self._judge(tuple(self._published[cell.family]))
        return self._hidden[cell.family][_counted(cell)]

    def _judge(self, family: tuple[Cell, ...]) -> dict[Cell, Hidden]:
        counts = np.stack([self._gatherer.read(cell) for cell in family], axis=-1)
        hidden = small_counts(counts, self._shows)
        if self._secondary:
            time = period_lines(self._gatherer.periods) if family[0].is_flow else []
            suppress_secondary(counts, hidden, self._gatherer.cubes.tree, time, class_lines(family))
        return {cell: hidden[..., place] for place, cell in enumerate(family)}


def _counted(cell: Cell) -> Cell:
    """A mean population stands for the population that it is the mean of."""
    return replace(cell, measure="population") if cell.measure == "mean_population" else cell


def small_counts(counts: Counts, shows: Callable[[int], bool]) -> Hidden:
    """Primary suppression."""
    ceiling = 0
    while ceiling < 10_000 and not shows(ceiling + 1):
        ceiling += 1
    hidden = (counts > 0) & (counts <= ceiling)
    return np.asarray(hidden if shows(0) else hidden | (counts == 0), dtype=np.bool_)


def suppress_secondary(
    counts: Counts, hidden: Hidden, tree: AreaTree, time: Iterable[Line], classes: Iterable[Line]
) -> None:
    """Hide more cells, in place, until no line has exactly one hidden. counts, hidden: (areas, periods, cells)."""
    areas = [(parent, tuple(int(child) for child in children)) for parent, children in tree.families]
    axes = ((0, areas), (1, list(time)), (2, list(classes)))
    changed = True
    while changed:
        changed = False
        for axis, lines in axes:
            for total, parts in lines:
                changed |= _mend_line(np.moveaxis(counts, axis, 0), np.moveaxis(hidden, axis, 0), total, parts)


def _mend_line(counts: Counts, hidden: Hidden, total: int, parts: tuple[int, ...]) -> bool:
    """Where exactly one cell of the line is hidden, hide the smallest other one that is not zero."""
    line = [*parts, total]
    lonely = hidden[line].sum(0) == 1
    if not lonely.any():
        return False
    where = np.nonzero(lonely)
    values, known = counts[line][:, lonely], hidden[line][:, lonely]
    cost = np.where(known | (values == 0), np.inf, values)
    cost[-1] = np.where(np.isfinite(cost[-1]), 1e15 + cost[-1], np.inf)  # the total only when no class is left
    nothing = ~np.isfinite(cost).any(0)
    chosen = np.array(line)[cost.argmin(0)]
    hidden[(chosen[~nothing], *(index[~nothing] for index in where))] = True
    return bool((~nothing).any())


def period_lines(periods: tuple[Period, ...]) -> list[Line]:
    """The year and its quarters, each quarter and its months, as far as they are there."""
    lines = []
    for total, whole in enumerate(periods):
        for kind in ("quarter", "month"):
            parts = tuple(
                place
                for place, part in enumerate(periods)
                if part.kind == kind and part != whole and whole.first <= part.first and part.last <= whole.last
            )
            covered = sum(periods[place].last - periods[place].first for place in parts)
            if parts and covered == whole.last - whole.first:
                lines.append((total, parts))
    return lines


def class_lines(family: tuple[Cell, ...]) -> list[Line]:
    """Every total of the family with the classes that make it up, by sex, by order and by age.

    A class of unknowns that isn't published is taken to be empty, as an attacker would take it.
    """
    place = {cell: position for position, cell in enumerate(family)}
    lines: list[Line] = []
    for total, position in place.items():
        by_sex = [replace(total, sex=code) for code in SEX_CODES] if total.sex is None else []
        by_order = [replace(total, order=code) for code in ORDERS] if total.order is None else []
        for classes in (by_sex, by_order):
            found = tuple(place[one] for one in classes if one in place)
            if classes and len(found) >= len(classes) - 1:
                lines.append((position, found))
        lines += [(position, tuple(place[one] for one in parts)) for parts in _age_parts(total, family)]
    return lines


def _age_parts(total: Cell, family: tuple[Cell, ...]) -> list[list[Cell]]:
    """The finest and the coarsest way to make up the total's ages from other published ranges of ages."""
    low, high = (0, OLDEST) if total.first is None else (total.first, total.last or 0)
    inside = [
        cell
        for cell in family
        if cell != total
        and cell.first is not None
        and replace(cell, first=total.first, last=total.last) == total
        and (low <= cell.first and (cell.last or 0) <= high)
    ]
    unknown = [
        cell
        for cell in family
        if cell.first == UNKNOWN_AGE and total.first is None and replace(cell, first=None, last=None) == total
    ]
    found: list[list[Cell]] = []
    for pick in (min, max):
        parts: list[Cell] = []
        age = low
        while age <= high:
            starting = [cell for cell in inside if cell.first == age]
            if not starting:
                break
            parts.append(pick(starting, key=lambda cell: cell.last or 0))
            age = (parts[-1].last or 0) + 1
        if age > high and parts and [*parts, *unknown] not in found:
            found.append([*parts, *unknown])
    return found
