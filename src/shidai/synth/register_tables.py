"""What the register tells of the city, as record tables: the whole of it by county, or the part about some people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.records import Manifest, RecordWriter
from shidai.packs import Pack
from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.causes import recording_lag
from shidai.synth.city import City, Columns
from shidai.synth.columns import (
    Ints,
    area_places,
    area_words,
    days_column,
    pseudonyms,
    same_word,
    words_column,
)
from shidai.synth.contraception import WHYS, method_names
from shidai.synth.county import ENDS, LIVING, REASONS

(
    PERSON, HOME, UNION, EVENT, CLAIM, PAYMENT, PAYMENT_LINE, ATTESTED, VISIT, COURSE, ANSWER, MOVEMENT, SITE, SESSION,
    PILOT,
) = range(1, 16)  # fmt: skip
"""Purposes of pseudonyms."""
OTHER = "other"
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Build = Callable[[City, Pack, Rows], pa.Table]


def write_excerpt(
    city: City, pack: Pack, records_dir: Path, attested: Columns | None, *, persons: Flags | None = None,
    homes: Flags | None = None,
) -> Manifest:  # fmt: skip
    """The part of the record tables that tells of some persons, or of some households.

    Of persons: with their children and spouses, where they are registered and live, and when they died.
    """
    with RecordWriter(records_dir, cutoff=last_day(city), source="synth") as writer:
        writer.write("area", "all", area_table(pack))
        if attested is not None:
            rows = np.arange(len(attested["who"]))
            writer.write("attested", OTHER, attested_table(city, pack, rows, attested))
        for table, build, rows in _excerpt(city, persons, homes):
            writer.write(table, OTHER, build(city, pack, rows))
        return writer.commit()


def _excerpt(city: City, persons: Flags | None, homes: Flags | None) -> Iterator[tuple[str, Build, Rows]]:
    spells, people, unions = city.spells, city.people, city.tables["unions"]
    if homes is not None:
        yield "residence", _residence_table, np.flatnonzero(homes[spells["home"]] & (spells["home"] >= 0))
    if persons is None:
        return
    outside = np.append(persons, np.False_)  # the last cell answers for nobody
    related = persons | outside[people["mother"]] | outside[people["father"]]
    wed = persons[unions["wife"]] | persons[unions["husband"]]
    for side in ("wife", "husband"):
        related[unions[side][wed]] = True
    yield "person", _person_table, np.flatnonzero(related)
    yield "residence", _residence_table, np.flatnonzero(persons[spells["person"]])
    yield "union_", _union_table, np.flatnonzero(wed)
    yield "birth", _birth_table, np.flatnonzero(persons[city.tables["births"]["child"]])


def last_day(city: City) -> date:
    return date.fromordinal(city.cutoff + date(1970, 1, 1).toordinal())


def register_parts(city: City) -> Iterator[tuple[str, str, Build, Rows]]:
    """Every partition of every table with the rows that belong there, largest tables first."""
    tables = city.tables
    spells, births, deaths = tables["spells"], tables["births"], tables["deaths"]
    kinds: tuple[tuple[str, Build, Ints], ...] = (
        ("residence", _residence_table, spells["area"]),
        ("person", _person_table, last_areas(city)),
        ("contraception", _contraception_table, tables["contraception"]["area"]),
        ("union_", _union_table, tables["unions"]["area"]),
        ("birth", _birth_table, _own_area(births)),
        ("death", _death_table, _own_area(deaths)),
    )
    for table, build, area in kinds:
        county = np.append(city.places.county_of, -1)[area].astype(np.int16)
        order = np.argsort(county.astype(np.int32) * len(city.places.weight) + area, kind="stable")
        edges = np.searchsorted(county[order], np.arange(-1, len(city.places.county_code) + 1))
        for number in range(len(edges) - 1):
            rows = order[edges[number] : edges[number + 1]]
            if len(rows):
                name = city.places.county_code[number - 1] if number else OTHER
                yield table, name, build, rows


def last_areas(city: City) -> npt.NDArray[np.int16]:
    """Each person's last village of registration, else the last lived in; -1 for nobody's place."""
    spells = city.spells
    area = np.full(len(city.people["birth"]), -1, np.int16)
    for kind in (LIVING, 1 - LIVING):  # spells stand in the order of their ends, so that the last one wins
        rows = spells["kind"] == kind
        area[spells["person"][rows]] = spells["area"][rows]
    return area


def by_county(city: City, area: npt.NDArray[np.int16]) -> Iterator[tuple[str, Rows]]:
    """The rows of each county, by their villages; OTHER for those in none."""
    county = np.append(city.places.county_of, -1)[area]
    for number in np.unique(county):
        yield OTHER if number < 0 else city.places.county_code[number], np.flatnonzero(county == number)


def is_migrant(city: City, pack: Pack, rows: Rows) -> npt.NDArray[np.bool_]:
    """Living spells in another county than that of registration, by the pack's rule of days and places."""
    spells, places = city.spells, city.places
    area, registered = spells["area"][rows], spells["registered"][rows]
    here, home = places.county_of[area], np.append(places.county_of, -1)[registered]
    outsider = (registered < 0) & (city.people["origin"][spells["person"][rows]] >= 0)
    apart = (registered >= 0) & (here != home) & ~(places.one_place[here] & places.one_place[home])
    stayed = np.minimum(spells["end"][rows], city.cutoff + 1) - spells["start"][rows]
    return np.asarray((spells["kind"][rows] == LIVING) & (outsider | apart) & (stayed >= pack.migrant.min_days))


def _subject(people: Columns, who: Ints) -> dict[str, pa.Array]:
    return {
        "sex": pa.array(people["sex"][who]),
        "birth_date": days_column(people["birth"][who]),
        "birth_precision": same_word("day", len(who)),
    }


def _survey(rows: int) -> dict[str, pa.Array]:
    return {
        "cluster": pa.nulls(rows, pa.int32()),
        "stratum": pa.nulls(rows, pa.int32()),
        "weight": pa.array(np.ones(rows)),
    }


def _person_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    people = city.people
    return pa.table(
        {
            "person_id": pseudonyms(rows, PERSON),
            **_subject(people, rows),
            "death_date": days_column(people["death"][rows], open_end=True),
            "mother_id": pseudonyms(people["mother"][rows], PERSON),
            "father_id": pseudonyms(people["father"][rows], PERSON),
            "registration": words_column(people["rural"][rows].astype(np.int16), ["urban", "rural"]),
            **_survey(len(rows)),
        }
    )


def _residence_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    spells, people, words = city.spells, city.people, area_words(city.places)
    who, living = spells["person"][rows], spells["kind"][rows] == LIVING
    registered = area_places(city.places, spells["registered"][rows], people["origin"][who])
    return pa.table(
        {
            "person_id": pseudonyms(who, PERSON),
            "kind": words_column(spells["kind"][rows], ["registered", "living"]),
            "area": words_column(spells["area"][rows], words),
            "start_date": days_column(spells["start"][rows]),
            "end_date": days_column(spells["end"][rows], open_end=True),
            "start_reason": words_column(spells["start_why"][rows], REASONS),
            "end_reason": words_column(spells["end_why"][rows], REASONS),
            "household_id": pseudonyms(spells["home"][rows], HOME),
            "registered_area": words_column(np.where(living, registered, -1), words),
            "migrant": pa.array(is_migrant(city, pack, rows)),
            **_subject(people, who),
            **_survey(len(rows)),
        }
    )


def _event_places(city: City, events: Columns, origin: Ints, rows: Rows) -> dict[str, pa.Array]:
    words = area_words(city.places)
    registered = area_places(city.places, events["registered"][rows], origin)
    return {
        "registered_area": words_column(registered, words),
        "living_area": words_column(area_places(city.places, events["living"][rows]), words),
    }


def _birth_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    births, people = city.tables["births"], city.people
    child, mother = births["child"][rows], births["mother"][rows]
    return pa.table(
        {
            "birth_id": pseudonyms(child, EVENT),
            "person_id": pseudonyms(child, PERSON),
            "mother_id": pseudonyms(mother, PERSON),
            "father_id": pseudonyms(births["father"][rows], PERSON),
            **_subject(people, child),
            "birth_order": pa.array(births["order"][rows].astype(np.int16)),
            "plurality": pa.array(births["plurality"][rows]),
            **_event_places(city, births, births["origin"][rows], rows),
            "mother_birth_date": days_column(people["birth"][mother]),
            "mother_birth_precision": same_word("day", len(rows)),
            "recorded_on": days_column(births["day"][rows] + recording_lag(child)),
            **_survey(len(rows)),
        }
    )


def _death_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    deaths, people = city.tables["deaths"], city.people
    who = deaths["person"][rows]
    codes = [cause.code for cause in _demonstration(pack).cause]
    return pa.table(
        {
            "person_id": pseudonyms(who, PERSON),
            "death_date": days_column(deaths["day"][rows]),
            "death_precision": same_word("day", len(rows)),
            **_subject(people, who),
            **_event_places(city, deaths, people["origin"][who], rows),
            "cause": words_column(deaths["cause"][rows], codes),
            "recorded_on": days_column(deaths["day"][rows] + recording_lag(who)),
            **_survey(len(rows)),
        }
    )


def attested_table(city: City, pack: Pack, rows: Rows, attested: Columns) -> pa.Table:
    kind, who = attested["kind"][rows], attested["who"][rows]
    benefits = _demonstration(pack).benefits
    facts = [rule.fact for rule in benefits.attested] if benefits else []
    return pa.table(
        {
            "record_id": pseudonyms(rows, ATTESTED),
            "person_id": pseudonyms(np.where(kind == 0, who, -1), PERSON),
            "area": words_column(np.where(kind == 2, who, -1), area_words(city.places)),
            "day": days_column(attested["since"][rows]),
            "household_id": pseudonyms(np.where(kind == 1, who, -1), HOME),
            "fact": words_column(attested["fact"][rows], facts),
            "number": pa.array(attested["number"][rows]),
            "text": pa.nulls(len(rows), pa.string()),
            "start_date": days_column(attested["since"][rows]),
            "end_date": pa.nulls(len(rows), pa.date32()),
        }
    )


def _union_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    unions = city.tables["unions"]
    origin = city.people["origin"][unions["wife"][rows]]
    return pa.table(
        {
            "union_id": pseudonyms(rows, UNION),
            "wife_id": pseudonyms(unions["wife"][rows], PERSON),
            "husband_id": pseudonyms(unions["husband"][rows], PERSON),
            "start_date": days_column(unions["start"][rows]),
            "end_date": days_column(unions["end"][rows], open_end=True),
            "end_reason": words_column(unions["why"][rows], ENDS),
            "registered_area": words_column(
                area_places(city.places, unions["area"][rows], origin), area_words(city.places)
            ),
            "weight": pa.array(np.ones(len(rows))),
        }
    )


def _contraception_table(city: City, pack: Pack, rows: Rows) -> pa.Table:
    spells, names = city.tables["contraception"], method_names(_demonstration(pack).contraception)
    modern = {method.id: method.modern for method in pack.methods}
    return pa.table(
        {
            "person_id": pseudonyms(spells["person"][rows], PERSON),
            "method": words_column(spells["method"][rows], names),
            "modern": pa.array(np.array([modern[name] for name in names])[spells["method"][rows]]),
            "start_date": days_column(spells["start"][rows]),
            "end_date": days_column(spells["end"][rows], open_end=True),
            "end_reason": words_column(spells["why"][rows], WHYS),
            "area": words_column(area_places(city.places, spells["area"][rows]), area_words(city.places)),
        }
    )


def area_table(pack: Pack) -> pa.Table:
    areas = sorted(pack.areas, key=lambda area: area.position)
    names = (
        "code",
        "parent",
        "level",
        "name_zh",
        "name_en",
        "urban",
        "position",
        "start_date",
        "end_date",
        "successor",
    )
    return pa.table({name: pa.array([getattr(area, name) for area in areas], _AREA_TYPES.get(name)) for name in names})


_AREA_TYPES = {"parent": pa.string(), "successor": pa.string(), "end_date": pa.date32(), "position": pa.int32()}


def _own_area(events: Columns) -> npt.NDArray[np.int16]:
    return np.where(events["registered"] >= 0, events["registered"], events["living"]).astype(np.int16)


def _demonstration(pack: Pack) -> Demonstration:
    if pack.demonstration is None:
        raise ValueError("a city grows only from a pack with demonstration parameters")
    return pack.demonstration
