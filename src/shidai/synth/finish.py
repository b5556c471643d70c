"""From a county's simulation to what its register holds: who is on it, renumbered, with all open spells."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.synth.city import Columns, CountyPart
from shidai.synth.contraception import draw_contraception
from shidai.synth.county import LIVING, REASON, REGISTERED, County
from shidai.synth.days import NEVER
from shidai.synth.people import Ids
from shidai.synth.places import NOWHERE

_KEPT = ("birth", "sex", "mother", "father", "order", "origin", "rural")


def finish_county(county: County) -> CountyPart:
    """Everybody with a registered or living spell on or after the register's first day."""
    _open_spells(county)
    spells = county.spells.columns()
    known = np.zeros(county.people.count, np.bool_)
    known[spells["person"]] = True
    births, deaths, unions = county.births.columns(), county.deaths.columns(), _unions(county, known)
    known[births["child"]] = True
    _know_children_who_left(county, known)
    number = np.where(known, np.cumsum(known) - 1, -1).astype(np.int32)
    contraception = draw_contraception(county, known)
    p, ids = county.people, np.flatnonzero(known)
    people: Columns = {name: getattr(p, name)[ids].copy() for name in _KEPT}
    people["death"] = _recorded_deaths(county)[ids]
    doubles = county.doubles.columns()
    people["county"] = np.full(len(ids), county.plan.county, np.int8)
    twice = number[doubles["double"]]
    people["county"][twice] = county.places.county_of[p.registered[doubles["double"]]]
    residents = int(county.present(county.living_ids).sum())
    tables = {
        "people": people, "spells": spells, "births": births, "deaths": deaths, "unions": unions,
        "contraception": contraception, "doubles": doubles,
    }  # fmt: skip
    for table, names in (
        ("people", ("mother", "father")), ("spells", ("person",)), ("births", ("child", "mother", "father")),
        ("deaths", ("person",)), ("unions", ("wife", "husband")), ("contraception", ("person",)),
        ("doubles", ("original", "double")),
    ):  # fmt: skip
        for name in names:
            tables[table][name] = _renumber(tables[table][name], number)
    homes, spells["home"] = _homes(county, people, spells)
    tables["homes"] = homes
    return CountyPart(county.plan.county, residents, county.person_years, len(homes["area"]), tables)


def _know_children_who_left(county: County, known: npt.NDArray[np.bool_]) -> None:
    """Who moved away before the register's first day stays on it as the child of those who are on it.

    Without them a mother of three who left would seem to have none. Children who died before that day are not on it.
    """
    p = county.people
    left = np.flatnonzero(p.gone[: p.count] & ~known)
    mother, father = p.mother[left], p.father[left]
    known[left[((mother >= 0) & known[mother]) | ((father >= 0) & known[father])]] = True


def _open_spells(county: County) -> None:
    """Spells that are still open on the last day."""
    for kind in (REGISTERED, LIVING):
        area = county.track(kind)[0]
        who = county.living_ids[area[county.living_ids] != NOWHERE]
        county.keep_spells(who, kind, NEVER, REASON[""])


def _recorded_deaths(county: County) -> npt.NDArray[np.int32]:
    """Only deaths that this register saw: not those drawn ahead for infants, nor of people who had left."""
    deaths = county.deaths.columns()
    recorded = np.full(county.people.count, NEVER, np.int32)
    recorded[deaths["person"]] = deaths["day"]
    return recorded


def _unions(county: County, known: npt.NDArray[np.bool_]) -> Columns:
    columns = county.unions.columns()
    columns["end"] = county.union_end[: county.unions.count].copy()
    columns["why"] = county.union_why[: county.unions.count].copy()
    kept = known[columns["wife"]] & known[columns["husband"]] & (columns["end"] >= county.keep_from)
    return {name: column[kept] for name, column in columns.items()}


def _renumber(ids: Ids, number: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return np.where(ids >= 0, number[ids], -1).astype(np.int32)


def _homes(county: County, people: Columns, spells: Columns) -> tuple[Columns, npt.NDArray[Any]]:
    """The households that spells name, renumbered; the head is the oldest adult who is in it at the end."""
    used = np.zeros(county.homes, np.bool_)
    used[spells["home"]] = True
    number = np.where(used, np.cumsum(used) - 1, -1).astype(np.int32)
    home = number[spells["home"]]
    area = np.full(int(used.sum()), NOWHERE, np.int16)
    area[home] = spells["area"]
    head = np.full(len(area), -1, np.int32)
    now = np.flatnonzero(spells["end"] == NEVER)
    oldest_last = now[np.argsort(-people["birth"][spells["person"][now]], kind="stable")]
    head[home[oldest_last]] = spells["person"][oldest_last]
    return {"area": area, "head": head}, home
