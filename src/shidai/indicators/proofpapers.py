"""What the proofs look at: a scheme's claims and payments as the record tables tell them, and what the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shidai.indicators.engines import Records
from shidai.indicators.entitled import determine
from shidai.indicators.everybody import Everybody
from shidai.indicators.facts import KEYS
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme

LIVE = ("paid", "in_flight")  # money that is with the payee or on its way
Row = Mapping[str, Any]
Ruling = tuple[int, tuple[str, ...]]
"""What the rules give a subject on a day in fen, and the conditions that fail: with any of these nothing is due."""


@dataclass(frozen=True)
class Papers:
    """One scheme's claims and payments up to the cut-off; every row has its `county`.

    `claims`, `payments`: those of the area that is looked at; `everywhere`: all claims.
    """

    scheme: Scheme
    year: int
    cutoff: date
    claims: dict[int, Row]
    everywhere: tuple[Row, ...]
    payments: tuple[Row, ...]

    @property
    def key(self) -> str:
        """The column that names a subject."""
        return KEYS[self.scheme.subject]

    @property
    def until(self) -> date:
        """The last day of the year that the records reach."""
        return min(date(self.year, 12, 31), self.cutoff)

    def of_year(self, payment: Row) -> bool:
        """Whether a payment is of the year and didn't come back."""
        return payment["outcome"] in LIVE and payment["day"].year == self.year

    @cached_property
    def kept(self) -> dict[int, dict[date, int]]:
        """By claim and period what was paid or is on its way, less what was given back, in fen."""
        return _by_period(one for one in self.payments if one["outcome"] in (*LIVE, "repaid"))

    @cached_property
    def came_back(self) -> dict[int, dict[date, int]]:
        """By claim and period what was sent and came back, in fen."""
        return _by_period(one for one in self.payments if one["outcome"] == "returned")

    @cached_property
    def batched(self) -> dict[int, date]:
        """By claim the last period that was in a batch, whatever became of it."""
        last: dict[int, date] = {}
        for one in self.payments:
            if one["outcome"] in (*LIVE, "returned"):
                last[one["entitlement_id"]] = max(one["period"], last.get(one["entitlement_id"], one["period"]))
        return last


def _by_period(payments: Iterable[Row]) -> dict[int, dict[date, int]]:
    summed: dict[int, dict[date, int]] = {}
    for one in payments:
        periods = summed.setdefault(one["entitlement_id"], {})
        periods[one["period"]] = periods.get(one["period"], 0) + one["fen"]
    return summed


def read_papers(records: Records, scheme: Scheme, year: int, area: str, counties: Iterable[str]) -> Papers:
    """A scheme's claims and payments. `counties`: the codes, in the pack's order."""
    everywhere = tuple(_read(records, "entitlement", scheme.id, "", counties))
    here = {one["record_id"]: one for one in everywhere if (one["area"] or "").startswith(area)}
    payments = tuple(_read(records, "payment", scheme.id, area, counties))
    return Papers(scheme, year, records.manifest.cutoff, here, everywhere, payments)


def _read(records: Records, name: str, scheme: str, area: str, counties: Iterable[str]) -> Iterator[Row]:
    table = records.table(name)
    table = table.filter(table.kind == scheme)
    if area:
        table = table.filter(table.area.startswith(area))
    for one in records.fetch(table).to_pylist():
        yield one | {"county": county_of(one["area"], counties)}


def county_of(area: str | None, counties: Iterable[str]) -> str:
    """The county in which an area lies; '' where it lies in none."""
    return next((code for code in counties if area and area.startswith(code)), "")


class Rulings:
    """What the rules give the subjects of a scheme's claims by the register as it is now; each day is judged once."""

    def __init__(self, records: Records, pack: Pack, papers: Papers, everybody: Everybody) -> None:
        self._records, self._pack, self._everybody = records, pack, everybody
        self._scheme = papers.scheme
        self._subjects = {one[papers.key] for one in papers.claims.values()} - {None}
        self._judged: dict[date, dict[Any, Ruling]] = {}

    def on(self, day: date) -> dict[Any, Ruling]:
        """By subject; nothing on a day without rules in force. A subject that isn't there isn't on the register."""
        if day not in self._judged:
            self._judged[day] = dict(self._judge(day)) if self._scheme.version_on(day) is not None else {}
        return self._judged[day]

    def _judge(self, day: date) -> Iterator[tuple[Any, Ruling]]:
        table, subject = self._determine(day), self._scheme.subject
        asked = pa.array(sorted(self._subjects), table.schema.field(0).type)
        for one in table.filter(pc.is_in(table[subject], asked)).to_pylist():
            yield one[subject], (one["amount_fen"], tuple(filter(None, (one["failed"] or "").split(";"))))

    def entitled(self, day: date) -> dict[Any, int]:
        """Everybody who meets every condition on a day, with a claim or without one, and what is due to each in fen."""
        table = self._determine(day)
        table = table.filter(table["eligible"])
        return dict(zip(table[self._scheme.subject].to_pylist(), table["amount_fen"].to_pylist(), strict=True))

    def _determine(self, day: date) -> pa.Table:
        return determine(self._records, self._pack, self._scheme.id, day, everybody=self._everybody)
