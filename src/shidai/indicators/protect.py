"""Statistical disclosure control: small counts are hidden, and enough others that none can be had by subtraction.

Counts that can be sums of each other form one block: all areas x all periods x all published cells of a measure. Its
lines are the sums that a reader can form: an area and its children; a year and its quarters, a quarter and its months;
a total and its classes. Primary suppression hides the small counts. Secondary suppression goes over all lines until
none has exactly one hidden count, nor several whose known sum leaves them no room (five that come to five are one
each): it hides the smallest other count of such a line, a class rather than the total. Then no chain of subtractions
can begin, because each needs a line with one unknown. Where a share is shown, those outside the part are a count as
well: a part that leaves few others is hidden like a small one.

Blocks are not alone: a stock's growth is births - deaths + moves (see `balance`), and person-time tells how many were
there to live it, so it is hidden with its stock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

import numpy as np

from shidai.indicators.balance import close_moves
from shidai.indicators.benefits import OUTCOMES
from shidai.indicators.cells import (
    AMOUNTS,
    MOVES,
    ORDERS,
    PUBLIC,
    SEX_CODES,
    STOCKS,
    TIMES,
    Cell,
    Gatherer,
    categories,
    narrow,
)
from shidai.indicators.lines import Counts, Doubt, Hidden, Line, period_lines, suppress_secondary
from shidai.indicators.persontime import OLDEST, UNKNOWN_AGE
from shidai.packs.schema.indicator import Indicator

Family = tuple[str, str]


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
        self._published: dict[Family, dict[Cell, None]] = defaultdict(dict)
        self._wholes: dict[Cell, set[Cell]] = defaultdict(set)
        for indicator in indicators:
            for category in categories(indicator):
                parts, wholes = (
                    [_counted(narrow(term, category)) for term in terms]
                    for terms in (indicator.numerator, indicator.denominator)
                )
                for cell in (*parts, *wholes):
                    self._published[_family(cell)][cell] = None
                if indicator.interval == "binomial":  # a share: its parts lie inside its whole
                    for part in parts:
                        self._wholes[part].update({*wholes} - {part})
        self._hidden: dict[Family, dict[Cell, Hidden]] = {}

    def hides(self, cell: Cell) -> Hidden:
        """(areas, periods): hidden or not. A mean is hidden when the stock at either end is."""
        found = self._judged(_family(cell))[_counted(cell)]
        if cell.is_flow or cell.is_spanning:
            return found
        return self._at_both_ends(found) if cell.measure == "mean_population" else found[:, self._edges("last")]

    def _judged(self, family: Family) -> dict[Cell, Hidden]:
        """(areas, periods) of flows and of recipients, (areas, 13 month edges) of stocks, for every published cell."""
        if family not in self._hidden:
            cells = tuple(self._published[family])
            self._hidden[family] = self._judge(cells) if cells else {}
        return self._hidden[family]

    def _judge(self, family: tuple[Cell, ...]) -> dict[Cell, Hidden]:
        flow = family[0].is_flow
        by_period = flow or family[0].is_spanning
        counts = np.stack(
            [self._gatherer.read(cell) if by_period else self._gatherer.edges(cell) for cell in family], axis=-1
        ).astype(np.float64)
        hidden = np.stack([self._small(cell, counts[..., place]) for place, cell in enumerate(family)], axis=-1)
        time = period_lines(self._gatherer.periods) if flow else []
        if self._secondary:
            tree, classes = self._gatherer.cubes.tree, class_lines(family)
            if family[0].measure in MOVES:
                closed = [self._unbalanced(cell) for cell in family]
                room = smallest_shown(self._shows)
                close_moves(counts, hidden, family, closed, tree, time, classes, room=room, doubt=self._doubt(0))
            else:
                least = 1 if self._shows(0) else 0
                suppress_secondary(counts, hidden, tree, time, classes, self._doubt(least))
        return {cell: hidden[..., place] for place, cell in enumerate(family)}

    def _doubt(self, least: int) -> Doubt:
        """No hidden count may be known exactly: another value must be possible. The pack asks for no more."""
        return Doubt(least, 1)

    def _small(self, cell: Cell, counts: Counts) -> Hidden:
        """Primary suppression: a small count, and a part that leaves few others of a whole that is shown with it."""
        hidden = self._few(cell, counts)
        for whole in self._wholes[cell]:
            by_period = cell.is_flow or cell.is_spanning
            others = (self._gatherer.read(whole) if by_period else self._gatherer.edges(whole)) - counts
            hidden = hidden | self._few(cell, np.maximum(others, 0.0))
        return hidden

    def _few(self, cell: Cell, counts: Counts) -> Hidden:
        """Small counts; person-time is small by those who were there: on average, and at either end.

        Money, hand-outs and units are small by those who got them, and tell how many they are where each gets the
        same. Whoever got some here and the last elsewhere is counted there: an amount by nobody is small too.
        """
        if cell.measure in PUBLIC:
            return np.zeros(counts.shape, np.bool_)
        if cell.measure in AMOUNTS:
            people = replace(cell, measure=AMOUNTS[cell.measure])
            published = self._judged(_family(people)).get(people)
            persons = self._gatherer.read(people)
            small: Hidden = small_counts(persons, self._shows) | np.logical_and(persons == 0, counts > 0)
            return small if published is None else small | published
        if cell.measure not in TIMES:
            return small_counts(counts, self._shows)
        present = small_counts(counts / self._gatherer.shares(), self._shows)
        stock = replace(cell, measure=STOCKS[TIMES[cell.measure]])
        hidden = small_counts(self._gatherer.edges(stock), self._shows)
        published = self._judged(_family(stock)).get(stock)
        return present | self._at_both_ends(hidden if published is None else hidden | published)

    def _unbalanced(self, moves: Cell) -> Hidden | None:
        """Where a part of the balance besides moves is hidden; None when a reader can't draw it up for this sex."""
        stock, births, deaths = (replace(moves, measure=name) for name in ("population", "births", "deaths"))
        parts = [self._judged(_family(part)).get(part) for part in (stock, births, deaths)]
        if parts[0] is None or parts[1] is None or parts[2] is None:
            return None
        return self._at_both_ends(parts[0]) | parts[1] | parts[2]

    def _at_both_ends(self, edges: Hidden) -> Hidden:
        return edges[:, self._edges("first")] | edges[:, self._edges("last")]

    def _edges(self, end: str) -> list[int]:
        return [getattr(period, end) for period in self._gatherer.periods]


def _family(cell: Cell) -> Family:
    """Moves in and out are judged together: each gives the other away where the rest of the balance is known."""
    return ("moves", cell.residence) if cell.measure in MOVES else cell.family


def _counted(cell: Cell) -> Cell:
    """A mean population stands for the population that it is the mean of."""
    return replace(cell, measure="population") if cell.measure == "mean_population" else cell


def smallest_shown(shows: Callable[[int], bool]) -> int:
    """The first count from 1 on that may be shown."""
    count = 1
    while count < 10_000 and not shows(count):
        count += 1
    return count


def small_counts(counts: Counts, shows: Callable[[int], bool]) -> Hidden:
    """Primary suppression."""
    hidden = (counts > 0) & (counts < smallest_shown(shows))
    return np.asarray(hidden if shows(0) else hidden | (counts == 0), dtype=np.bool_)


@cache  # the cells of a family are the same in every year
def class_lines(family: tuple[Cell, ...]) -> list[Line]:
    """Every total of the family with the classes that make it up, by sex, by order and by age.

    A class of unknowns that isn't published is taken to be empty, as an attacker would take it.
    """
    place = {cell: position for position, cell in enumerate(family)}
    lines: list[Line] = []
    for total, position in place.items():
        by_sex = [replace(total, sex=code) for code in SEX_CODES] if total.sex is None else []
        by_order = [replace(total, order=code) for code in ORDERS] if total.order is None else []
        by_outcome = [replace(total, outcome=one) for one in OUTCOMES] if total.outcome is None else []
        for classes in (by_sex, by_order, by_outcome):
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
