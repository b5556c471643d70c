"""Who meets a scheme's conditions on each of many days, by the scheme's own rules.

The rules read record tables. Of a large city only the part is written that a scheme can concern: those whom their own
birth, sex and kind of registration let in on the first or the last day, their children and their spouses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.indicators.entitled import determine, find_scheme, find_version, rules_of
from shidai.indicators.everybody import Everybody
from shidai.indicators.factarrays import facts_in_arrays
from shidai.indicators.records import Records
from shidai.packs import Pack
from shidai.rules import columns_for
from shidai.synth.benefits.attested import HOUSEHOLD, Numbers
from shidai.synth.city import City, Columns
from shidai.synth.columns import pseudonyms
from shidai.synth.days import day_number
from shidai.synth.letin import let_in
from shidai.synth.register_tables import HOME, PERSON, write_excerpt


@dataclass(frozen=True, slots=True)
class Entitled:
    """Persons who are entitled on some of the days. `fen`: (days, persons), what a period is worth; 0: not entitled."""

    days: npt.NDArray[np.int32]
    who: Numbers
    fen: npt.NDArray[np.int64]
    others: Numbers  # who were looked at and meet the conditions on no day


def entitled_persons(city: City, pack: Pack, attested: Columns, scheme: str, days: Sequence[date]) -> Entitled:
    """Everybody who meets the conditions of a scheme on one of the days at least."""
    may = np.zeros(len(city.people["birth"]), np.bool_)
    columns = columns_for("person", pack.attested.values())
    for day in (days[0], days[-1]):
        may |= let_in(city, find_version(find_scheme(pack, scheme), day), columns, day)
    numbers = np.flatnonzero(may)
    keys = np.asarray(pseudonyms(numbers, PERSON))
    order = np.argsort(keys)
    fen = np.zeros((len(days), len(numbers)), np.int64)
    with TemporaryDirectory(prefix="shidai-year-") as folder:
        write_excerpt(city, pack, Path(folder), attested, persons=may)
        with Records.open(Path(folder)) as records:
            for at, (ids, due) in enumerate(_month_by_month(records, pack, scheme, days)):
                fen[at, order[np.searchsorted(keys[order], ids)]] = due
    ever = fen.any(0)
    return Entitled(np.array([day_number(day) for day in days], np.int32), numbers[ever], fen[:, ever], numbers[~ever])


def _month_by_month(
    records: Records, pack: Pack, scheme: str, days: Sequence[date]
) -> Iterator[tuple[Numbers, Numbers]]:
    everybody = Everybody(records, days[0], days[-1])
    for day in days:
        rules = rules_of(pack, find_scheme(pack, scheme), day)
        told = facts_in_arrays(records, "person", day, rules.columns, pack.attested.values(), everybody)
        done = rules.on_arrays(told.facts)
        yield told.keys[done.eligible], done.fen[done.eligible]


def entitled_on(city: City, pack: Pack, attested: Columns, scheme: str, days: Sequence[date]) -> Numbers:
    """Households (or places of villages) that meet the conditions of a scheme on each of the days."""
    found = find_scheme(pack, scheme)
    homes = np.zeros(len(city.tables["homes"]["area"]), np.bool_)
    homes[attested["who"][attested["kind"] == HOUSEHOLD]] = True
    kept: list[set[Any]] = []
    with TemporaryDirectory(prefix="shidai-year-") as folder:
        write_excerpt(city, pack, Path(folder), attested, homes=homes)
        with Records.open(Path(folder)) as records:
            for day in days:
                rows = determine(records, pack, scheme, day)
                kept.append(set(rows[found.subject].filter(rows["eligible"]).to_pylist()))
    every = list(set.intersection(*kept))
    if found.subject == "village":
        return np.flatnonzero(np.isin(city.places.village_code, every)).astype(np.int64)
    numbers = np.flatnonzero(homes)
    return numbers[np.isin(np.asarray(pseudonyms(numbers, HOME)), every)]
