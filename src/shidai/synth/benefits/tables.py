"""The plan as record tables: what was attested, the claims and their payments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.packs import Pack
from shidai.synth.benefits.attested import HOUSEHOLD, PERSON, VILLAGE
from shidai.synth.benefits.claims import FORMS, OUTCOMES, PAYMENT_OUTCOMES, Claims
from shidai.synth.benefits.plan import Plan
from shidai.synth.city import City
from shidai.synth.columns import area_words, days_column, pseudonyms, words_column
from shidai.synth.register_tables import (
    CLAIM,
    HOME,
    PAYMENT,
    PAYMENT_LINE,
    attested_table,
    by_county,
    last_areas,
)
from shidai.synth.register_tables import PERSON as A_PERSON

Rows = npt.NDArray[np.int64]


def benefit_parts(city: City, pack: Pack, plan: Plan) -> Iterator[tuple[str, str, pa.Table]]:
    """Every partition of attested, entitlement and payment: table, county, rows."""
    for county, rows in by_county(city, _places(city, plan)):
        yield "attested", county, attested_table(city, pack, rows, plan.attested)
    claims = plan.claims
    for county, rows in by_county(city, claims.table["area"]):
        yield "entitlement", county, _entitlements(city, claims, rows)
    lines = _lines(claims)
    for county, rows in by_county(city, claims.table["area"][claims.payments["claim"][lines[0]]]):
        yield "payment", county, _payments(city, claims, rows, lines[0][rows], lines[1][rows])


def _places(city: City, plan: Plan) -> npt.NDArray[np.int16]:
    """The village of each attested fact's subject."""
    kind, who = plan.attested["kind"], plan.attested["who"]
    place = np.full(len(who), -1, np.int16)
    for one, areas in ((PERSON, last_areas(city)), (HOUSEHOLD, city.tables["homes"]["area"])):
        place[kind == one] = areas[who[kind == one]]
    place[kind == VILLAGE] = who[kind == VILLAGE]
    return place


def _subject(city: City, claims: Claims, rows: Rows) -> dict[str, pa.Array]:
    kind, who = claims.table["kind"][rows], claims.table["who"][rows]
    return {
        "person_id": pseudonyms(np.where(kind == PERSON, who, -1), A_PERSON),
        "area": words_column(claims.table["area"][rows], area_words(city.places)),
    }


def _schemes(claims: Claims, rows: Rows) -> tuple[pa.Array, pa.Array]:
    at = claims.table["scheme"][rows]
    names = [[one[part] for one in claims.versions] for part in (0, 1)]
    return words_column(at, names[0]), words_column(at, names[1])


def _homes(claims: Claims, rows: Rows) -> pa.Array:
    return pseudonyms(np.where(claims.table["kind"][rows] == HOUSEHOLD, claims.table["who"][rows], -1), HOME)


def _entitlements(city: City, claims: Claims, rows: Rows) -> pa.Table:
    table = claims.table
    earned = np.bincount(claims.periods["claim"], claims.periods["fen"], minlength=len(claims)).astype(np.int64)
    scheme, version = _schemes(claims, rows)
    return pa.table(
        {
            "record_id": pseudonyms(rows, CLAIM),
            **_subject(city, claims, rows),
            "day": days_column(table["applied"][rows]),
            "household_id": _homes(claims, rows),
            "kind": scheme,
            "version": version,
            "outcome": words_column(table["outcome"][rows], OUTCOMES),
            "start_date": days_column(table["in_force"][rows], open_end=True),
            "end_date": days_column(table["ended"][rows], open_end=True),
            "fen": pa.array(earned[rows]),
        }
    )


def _lines(claims: Claims) -> tuple[Rows, Rows]:
    """Pairs of a payment and a period that it pays, by their rows."""
    periods, payments = claims.periods, claims.payments
    order = np.lexsort((periods["day"], periods["claim"]))
    key = periods["claim"][order] * 2**32 + (periods["day"][order].astype(np.int64) + 2**31)
    claim = payments["claim"] * 2**32
    begin = np.searchsorted(key, claim + (payments["first"].astype(np.int64) + 2**31), side="left")
    end = np.searchsorted(key, claim + (payments["last"].astype(np.int64) + 2**31), side="right")
    counts = end - begin
    payment = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(payment)) - np.repeat(np.cumsum(counts) - counts, counts)
    return payment, order[begin[payment] + within]


def _payments(city: City, claims: Claims, rows: Rows, payment: Rows, period: Rows) -> pa.Table:
    payments, claim = claims.payments, claims.payments["claim"][payment]
    grants = np.array([kind == "grant" for _, _, kind in claims.versions])
    in_kind = claims.table["form"][claim] == FORMS.index("goods")
    form = np.select([in_kind, grants[claims.table["scheme"][claim]]], [1, 2], 0)
    return pa.table(
        {
            "record_id": pseudonyms(rows, PAYMENT_LINE),
            **_subject(city, claims, claim),
            "day": days_column(payments["day"][payment]),
            "household_id": _homes(claims, claim),
            "payment_id": pseudonyms(payment, PAYMENT),
            "entitlement_id": pseudonyms(claim, CLAIM),
            "kind": _schemes(claims, claim)[0],
            "form": words_column(form, ("money", "goods", "grant")),
            "outcome": words_column(payments["outcome"][payment], PAYMENT_OUTCOMES),
            "answered_on": days_column(payments["answered"][payment], open_end=True),
            "period": days_column(claims.periods["day"][period]),
            "fen": pa.array(claims.periods["fen"][period]),
        }
    )
