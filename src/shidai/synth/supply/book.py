"""The stock book of the year: what has to be received and sent so that everybody finds what she takes.

Backwards from the hand-outs: a station gets each month what will be taken and a little more, its county's store each
quarter what its stations will get, the city's store what the counties will get. Lots are a quarter's receipt; what
expires first goes out first at every site, so that the book keeps the ledger's own rules.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.commodity import Commodity
from shidai.packs.schema.demonstration import SupplyShares
from shidai.synth.city import City
from shidai.synth.days import day_number, new_year
from shidai.synth.register_tables import last_day
from shidai.synth.supply.handouts import STREAM, HandOuts, draw_hand_outs
from shidai.synth.supply.sites import PlannedSite, plan_sites, site_of_villages

BROKEN, MISSING = "破损", "盘点短少"
_DAYS_UNDER_WAY = 2
_SPARE = 0.05  # of what a store hands on: stays with it


@dataclass(slots=True)
class Book:
    """Movements, row by row: lists of the same length. entry: number of the act; lot: place in `lots`.

    other: place of the site that a transfer goes to; person: who took it; arrives: number of the transfer; −1: none.
    """

    sites: list[PlannedSite]
    lots: list[tuple[str, str, int]] = field(default_factory=list)  # commodity, number, day of expiry
    entry: list[int] = field(default_factory=list)
    deed: list[str] = field(default_factory=list)
    site: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    lot: list[int] = field(default_factory=list)
    quantity: list[int] = field(default_factory=list)
    arrives: list[int] = field(default_factory=list)
    acts: int = 0

    def write(
        self, deed: str, site: int, day: int, moved: list[tuple[int, int]], *, other: int = -1, person: int = -1,
        arrives: int = -1,
    ) -> int:  # fmt: skip
        """Add an act with the lots and quantities that it moves; returns its number."""
        for lot, quantity in moved:
            self.entry.append(self.acts)
            self.deed.append(deed)
            self.site.append(site)
            self.other.append(other)
            self.day.append(day)
            self.person.append(person)
            self.lot.append(lot)
            self.quantity.append(quantity)
            self.arrives.append(arrives)
        self.acts += 1
        return self.acts - 1


Shelf = deque[list[int]]  # [lot, quantity], first expired first


def book_of_year(city: City, pack: Pack) -> Book | None:
    """The same city and pack give the same book. None where the demonstration names no supply."""
    shares = pack.demonstration.supply if pack.demonstration is not None else None
    if shares is None:
        return None
    sites = plan_sites(city, pack, shares)
    book = Book(sites)
    where = site_of_villages(city, sites)
    rng = np.random.default_rng([city.seed, STREAM, 200])
    for one in draw_hand_outs(city, pack, shares):
        _Year(book, one, where, shares, last_day(city).year, rng).play()
    return book


class _Year:
    """One commodity's year at all sites."""

    def __init__(
        self, book: Book, handed: HandOuts, where: np.ndarray, shares: SupplyShares, year: int, rng: np.random.Generator
    ) -> None:
        self.book, self.shares, self.rng = book, shares, rng
        self.commodity: Commodity = handed.commodity
        self.year = year
        self.starts = [day_number(date(year, month, 1)) for month in range(1, 13)] + [new_year(year + 1)]
        self.taken = self._by_site(handed, where)
        self.shelves: defaultdict[int, Shelf] = defaultdict(deque)

    def _by_site(self, handed: HandOuts, where: np.ndarray) -> dict[int, list[tuple[int, int, int]]]:
        """Day, person and units of what is taken at each site; before a room opens, people go to its station."""
        taken: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        columns = (where[handed.village].tolist(), handed.day.tolist(), handed.person.tolist(), handed.units.tolist())
        for site, day, person, units in zip(*columns, strict=True):
            one = self.book.sites[site]
            at = one.supplier if one.kind == "room" and day < one.opened + _DAYS_UNDER_WAY + 1 else site
            taken[at].append((day, person, units))
        return {site: sorted(rows) for site, rows in sorted(taken.items())}

    def play(self) -> None:
        """Month by month: receipts and transfers first, then what is taken."""
        plans = {site: list(self._monthly(site)) for site in self.taken}
        for month in range(12):
            if month % 3 == 0:
                self._supply_stores(plans, month)
            for site, plan in plans.items():
                if plan[month][1]:
                    self._send(self._county_store(site), site, plan[month][0], plan[month][1])
            for site in plans:
                self._hand_out(site, month)
        self._close(plans)

    def _monthly(self, site: int) -> Iterator[tuple[int, int]]:
        """Day and units of what a site gets each month: what will be taken, with something ahead, in whole packs."""
        left = 0
        needs = [0] * 12
        for day, _, units in self.taken[site]:
            needs[self._month(day)] += units
        opened = self.book.sites[site].opened
        for month, need in enumerate(needs):
            wanted = need * (1 + self.shares.ahead) - left
            packs = max(0, math.ceil(wanted / self.commodity.pack_size))
            left += packs * self.commodity.pack_size - need
            yield max(self.starts[month] - _DAYS_UNDER_WAY - 1, opened), packs * self.commodity.pack_size

    def _month(self, day: int) -> int:
        return next(month for month in range(12) if day < self.starts[month + 1])

    def _county_store(self, site: int) -> int:
        """The store that sends to a station or a room."""
        above = self.book.sites[site].supplier
        return self.book.sites[above].supplier if self.book.sites[site].kind == "room" else above

    def _supply_stores(self, plans: dict[int, list[tuple[int, int]]], month: int) -> None:
        """A quarter's receipt by the city's store, and what it sends to the counties' stores."""
        wanted: defaultdict[int, int] = defaultdict(int)
        for site, plan in plans.items():
            wanted[self._county_store(site)] += sum(units for _, units in plan[month : month + 3])
        spare = {
            store: math.ceil(units * _SPARE / self.commodity.pack_size) * self.commodity.pack_size
            for store, units in wanted.items()
        }
        total = sum(wanted.values()) + sum(spare.values())
        if not total:
            return
        day = self.starts[month] - 20
        lot = len(self.book.lots)
        number = f"{self.commodity.id[:3].upper()}{self.year % 100:02}Q{month // 3 + 1}"
        self.book.lots.append((self.commodity.id, number, day + round(self.shares.shelf_years * 365.25)))
        kept = math.ceil(total * _SPARE / self.commodity.pack_size) * self.commodity.pack_size
        self.book.write("receipt", 0, day, [(lot, total + kept)])
        self.shelves[0].append([lot, total + kept])
        for store in sorted(wanted):
            self._send(0, store, day + 3, wanted[store] + spare[store])

    def _send(self, source: int, target: int, day: int, units: int, *, arrive: bool = True) -> None:
        moved = self._take(source, units)
        sent = self.book.write("transfer", source, day, moved, other=target)
        if arrive:
            self.book.write("arrival", target, day + _DAYS_UNDER_WAY, moved, arrives=sent)
            self.shelves[target].extend([lot, quantity] for lot, quantity in moved)

    def _take(self, site: int, units: int) -> list[tuple[int, int]]:
        """Units from a shelf, first expired first out."""
        shelf, moved = self.shelves[site], []
        while units:
            lot, quantity = shelf[0]
            taken = min(units, quantity)
            moved.append((lot, taken))
            units -= taken
            if taken == quantity:
                shelf.popleft()
            else:
                shelf[0][1] -= taken
        return moved

    def _hand_out(self, site: int, month: int) -> None:
        for day, person, units in self.taken[site]:
            if self.starts[month] <= day < self.starts[month + 1]:
                self.book.write("handout", site, day, self._take(site, units), person=person)

    def _close(self, plans: dict[int, list[tuple[int, int]]]) -> None:
        """The year's last day, after what is handed out on it: something broke, a count finds a unit missing, goods for
        January are under way."""
        last = self.starts[12] - 1
        for site, plan in plans.items():
            left = sum(quantity for _, quantity in self.shelves[site])
            broken = min(left, round(self.shares.lost * sum(units for _, units in plan)))
            if broken:
                self.book.write("loss", site, last, self._take(site, broken))
            if left - broken > 0 and self.rng.random() < self.shares.counted_wrong:
                self.book.write("count", site, last, [(lot, -units) for lot, units in self._take(site, 1)])
            store = self._county_store(site)
            pack = self.commodity.pack_size
            if sum(quantity for _, quantity in self.shelves[store]) >= pack and self.rng.random() < 0.5:
                self._send(store, site, last, pack, arrive=False)
