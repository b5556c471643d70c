"""To whom a programme is offered in the city's last year, by the programme's own rules on the people's facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from shidai.indicators.coverage import cover_persons
from shidai.indicators.everybody import Everybody
from shidai.indicators.programmes import Persons, rules_of, version_on
from shidai.indicators.records import Records
from shidai.packs import Pack
from shidai.packs.schema.programme import Programme
from shidai.rules import columns_for
from shidai.synth.city import City
from shidai.synth.columns import area_words, pseudonyms
from shidai.synth.days import NEVER
from shidai.synth.letin import let_in
from shidai.synth.register_tables import PERSON, last_day, write_excerpt


@dataclass(frozen=True, slots=True)
class Offered:
    """Persons who are offered the first step by the year's last day.

    who: numbers of people. area: places in `area_words` (the village lived in, else of registration). since: the day
    from which a visit counts.
    """

    who: npt.NDArray[np.int64]
    area: npt.NDArray[np.int16]
    since: npt.NDArray[np.int64]


def offered_in_year(city: City, pack: Pack, programme: Programme) -> Offered:
    """Everybody to whom it is offered. Raises ShidaiError when it isn't in force on the last day."""
    last = last_day(city)
    version, first = version_on(programme, last), date(last.year, 1, 1)
    may = let_in(city, version, columns_for("person"), last)
    here = np.zeros(len(may), np.bool_)
    here[city.spells["person"][city.spells["end"] == NEVER]] = True
    may &= here
    if programme.sex is not None:
        may &= city.people["sex"] == programme.sex
    numbers = np.flatnonzero(may)
    keys = np.asarray(pseudonyms(numbers, PERSON))
    order = np.argsort(keys)
    with TemporaryDirectory(prefix="shidai-year-") as folder:
        write_excerpt(city, pack, Path(folder), None, persons=may)
        with Records.open(Path(folder)) as records:
            persons = Persons.on(records, last, rules_of(version).columns, Everybody(records, last))
            told = cover_persons(persons, programme, version, first, last)
    chosen = told.offered & (persons.areas.places >= 0) & np.isin(persons.keys, keys)
    place_of = {code: place for place, code in enumerate(area_words(city.places))}
    places = np.array([*(place_of.get(code, -1) for code in persons.areas.words), -1], np.int16)
    return Offered(
        numbers[order[np.searchsorted(keys[order], persons.keys[chosen])]],
        places[persons.areas.places[chosen]],
        told.opened[chosen],
    )
