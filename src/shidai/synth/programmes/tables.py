"""The plan as record tables: visits and answers to an offer, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from shidai.packs import Pack
from shidai.synth.city import City
from shidai.synth.columns import area_words, days_column, pseudonyms, words_column
from shidai.synth.programmes.answers import Numbers
from shidai.synth.programmes.visits import Visits
from shidai.synth.register_tables import ANSWER, COURSE, PERSON, VISIT, by_county


def visit_parts(city: City, pack: Pack, visits: Visits) -> Iterator[tuple[str, str, pa.Table]]:
    """Every partition of service and observation: table, county, rows."""
    seen = _observations(visits)
    place = np.full(len(visits.table["who"]) + 1, -1, np.int64)
    for county, rows in by_county(city, visits.table["area"]):
        yield "service", county, _services(city, pack, visits, rows)
        place[:] = -1
        place[rows] = rows
        inside = np.flatnonzero(place[seen["visit"].to_numpy()] >= 0)
        if len(inside):
            yield "observation", county, _observed(city, pack, visits, seen, inside)


def _plain(city: City, pack: Pack, visits: Visits, rows: Numbers) -> dict[str, pa.Array]:
    table, demonstration = visits.table, pack.demonstration
    ids = [one.programme for one in demonstration.programme] if demonstration is not None else []
    steps = [pack.programmes[id_].version_on(pack.last_day) for id_ in ids]
    names = [step.id for version in steps if version is not None for step in version.step]
    before = np.cumsum([0, *(len(version.step) for version in steps if version is not None)])
    return {
        "person_id": pseudonyms(table["who"][rows], PERSON),
        "area": words_column(table["area"][rows], area_words(city.places)),
        "day": days_column(table["day"][rows]),
        "kind": words_column(table["programme"][rows], ids),
        "step": words_column(before[table["programme"][rows]] + table["step"][rows], names),
    }


def _services(city: City, pack: Pack, visits: Visits, rows: Numbers) -> pa.Table:
    table = visits.table
    return pa.table(
        {
            "record_id": pseudonyms(rows, VISIT),
            **_plain(city, pack, visits, rows),
            "course_id": pseudonyms(table["course"][rows], COURSE),
            "outcome": words_column(table["outcome"][rows], visits.outcomes),
            "until": days_column(table["until"][rows], open_end=True),
            "site": pa.nulls(len(rows), pa.string()),
        }
    )


def _observations(visits: Visits) -> pa.Table:
    """visit (its row), field, number, text."""
    parts = []
    for part in visits.parts:
        if part.answers is None:
            continue
        own, told = part.answers.observations(part.step)
        names, numbers, texts = zip(*told, strict=True) if told else ((), (), ())
        parts.append(
            pa.table(
                {
                    "visit": pa.array(part.rows[own]),
                    "field": pa.array(names, pa.string()),
                    "number": pa.array(numbers, pa.int64()),
                    "text": pa.array(texts, pa.string()),
                }
            )
        )
    empty = {"visit": pa.int64(), "field": pa.string(), "number": pa.int64(), "text": pa.string()}
    return pa.concat_tables([pa.schema(list(empty.items())).empty_table(), *parts])


def _observed(city: City, pack: Pack, visits: Visits, seen: pa.Table, rows: Numbers) -> pa.Table:
    told = seen.take(pa.array(rows))
    visit = told["visit"].to_numpy()
    return pa.table(
        {
            "record_id": pseudonyms(rows, ANSWER),
            **_plain(city, pack, visits, visit),
            "service_id": pseudonyms(visit, VISIT),
            "field": told["field"],
            "number": told["number"],
            "text": told["text"],
        }
    )
