"""Equipment of the synthetic city's stations on its last day: what is where, when it was checked, what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.demonstration import EquipmentShares
from shidai.packs.schema.equipment import EquipmentKind
from shidai.synth.city import City
from shidai.synth.days import date_of, day_number
from shidai.synth.register_tables import last_day
from shidai.synth.supply.handouts import STREAM
from shidai.synth.supply.sites import PlannedSite

NEW_REPORTS = 60  # days before the last one, in which what is out of order then was reported
MOST_LATE = 90  # days for which a check that is overdue is so
_LEAST_DAYS, _MOST_DAYS = 28, 31  # of a month
WAITING = "等待维修"


@dataclass(frozen=True, slots=True)
class PlannedPiece:
    """A piece of a site. since, checked, broken: days as numbers, −1 for none."""

    site: str
    number: str
    kind: str
    since: int
    checked: int
    broken: int


def equipment_of_sites(city: City, pack: Pack, sites: list[PlannedSite]) -> Iterator[PlannedPiece]:
    """The same city and pack give the same pieces. Kinds draw apart, so that one more changes no other."""
    demonstration, stations = pack.demonstration, [one for one in sites if one.kind == "station"]
    for at, shares in enumerate(demonstration.equipment if demonstration is not None else ()):
        kind, rng = pack.equipment[shares.kind], np.random.default_rng([city.seed, STREAM, 300 + at])
        for site in stations:
            if rng.random() < shares.share:
                for piece in range(int(rng.integers(shares.pieces[0], shares.pieces[1] + 1))):
                    number = f"{shares.mark}{piece + 1:02}"
                    yield _piece(city, site, number, kind, shares, rng)


def _piece(
    city: City, site: PlannedSite, number: str, kind: EquipmentKind, shares: EquipmentShares, rng: np.random.Generator
) -> PlannedPiece:
    """One piece: every one draws the same number of times, whatever comes of it."""
    first, last = (day_number(one) for one in shares.since)
    since, end = int(rng.integers(first, last + 1)), day_number(last_day(city))
    part, late, broken, ago = rng.random(4)
    checked = -1
    if kind.check_months is not None:
        in_time, overdue = (int(kind.check_months * days) for days in (_LEAST_DAYS, _MOST_DAYS))
        checked = end - (overdue + 1 + int(part * MOST_LATE) if late < shares.late else int(part * in_time))
    reported = end - int(ago * NEW_REPORTS) if broken < shares.broken else -1
    return PlannedPiece(site.code, number, kind.id, since, checked if checked > since else -1, reported)


def piece_columns(pieces: list[PlannedPiece]) -> dict[str, list[str]]:
    """Columns of a file that `shidai.programmes.equipmentroster` takes."""
    return {
        "site": [one.site for one in pieces], "number": [one.number for one in pieces],
        "kind": [one.kind for one in pieces], "since": [_told(one.since) for one in pieces],
        "checked": [_told(one.checked) for one in pieces], "broken": [_told(one.broken) for one in pieces],
        "reason": [WAITING if one.broken >= 0 else "" for one in pieces],
    }  # fmt: skip


def _told(day: int) -> str:
    return str(date_of(day)) if day >= 0 else ""
