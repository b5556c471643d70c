"""The stock book as record tables: hand-outs, movements, sites."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from shidai.packs import Pack
from shidai.packs.schema.area import CODE_LENGTH
from shidai.synth.city import City
from shidai.synth.columns import days_column, pseudonyms, same_word, words_column
from shidai.synth.register_tables import MOVEMENT, OTHER, PERSON, SITE, Rows
from shidai.synth.supply.book import Book


def supply_parts(city: City, pack: Pack, book: Book | None) -> Iterator[tuple[str, str, pa.Table]]:
    """Every partition of dispensing, stock and site: table, county, rows."""
    if book is None:
        return
    length = CODE_LENGTH["county"]
    counties = [one.area[:length] if len(one.area) >= length else OTHER for one in book.sites]
    site, deed = np.array(book.site, np.int64), np.array(book.deed)
    for county in sorted(set(counties)):
        inside = np.array([one == county for one in counties])
        own = np.flatnonzero(inside)
        yield "site", county, _sites(book, own)
        rows = np.flatnonzero(inside[site])
        yield "stock", county, _stock(book, rows)
        handed = rows[deed[rows] == "handout"]
        if len(handed):
            yield "dispensing", county, _dispensing(book, pack, handed)


def _sites(book: Book, rows: Rows) -> pa.Table:
    chosen = [book.sites[at] for at in rows]
    return pa.table(
        {
            "record_id": pseudonyms(rows, SITE),
            "code": [one.code for one in chosen],
            "area": [one.area for one in chosen],
            "kind": [one.kind for one in chosen],
            "start_date": days_column(np.array([one.opened for one in chosen], np.int32)),
            "end_date": pa.nulls(len(rows), pa.date32()),
        }
    )


def _plain(book: Book, rows: Rows) -> dict[str, pa.Array]:
    lot = np.array(book.lot, np.int64)[rows]
    return {
        "record_id": pseudonyms(rows, MOVEMENT),
        "person_id": pseudonyms(np.array(book.person, np.int64)[rows], PERSON),
        "area": words_column(np.array(book.site, np.int64)[rows], [one.area for one in book.sites]),
        "day": days_column(np.array(book.day, np.int32)[rows]),
        "kind": words_column(lot, [one[0] for one in book.lots]),
        "quantity": np.abs(np.array(book.quantity, np.int64)[rows]),
    }


def _dispensing(book: Book, pack: Pack, rows: Rows) -> pa.Table:
    lot = np.array(book.lot, np.int64)[rows]
    chosen = [pack.commodities[one[0]] for one in book.lots]
    each = np.array([one.couple_years(1) for one in chosen])
    return pa.table(
        {
            **_plain(book, rows),
            "method": words_column(lot, [one.method or "" for one in chosen]),
            "couple_years": each[lot] * np.array(book.quantity, np.int64)[rows],
            "site": words_column(np.array(book.site, np.int64)[rows], [one.code for one in book.sites]),
            "channel": same_word("desk", len(rows)),
        }
    )


def _stock(book: Book, rows: Rows) -> pa.Table:
    codes = [one.code for one in book.sites]
    site, other = np.array(book.site, np.int64)[rows], np.array(book.other, np.int64)[rows]
    deeds = [book.deed[at] for at in rows]
    sides = [
        _accounts(deed, codes[a], codes[b] if b >= 0 else "") for deed, a, b in zip(deeds, site, other, strict=True)
    ]
    lot = np.array(book.lot, np.int64)[rows]
    return pa.table(
        {
            **_plain(book, rows),
            "person_id": pa.nulls(len(rows), pa.int64()),
            "deed": deeds,
            "source": [one[0] for one in sides],
            "target": [one[1] for one in sides],
            "lot": words_column(lot, [one[1] for one in book.lots]),
            "expires_on": days_column(np.array([one[2] for one in book.lots], np.int32)[lot]),
        }
    )


def _accounts(deed: str, site: str, other: str) -> tuple[str, str]:
    shelf = f"site:{site}"
    return {
        "receipt": ("supplier", shelf), "transfer": (shelf, f"transit:{other}"), "arrival": (f"transit:{site}", shelf),
        "handout": (shelf, "people"), "loss": (shelf, "lost"), "count": (shelf, "counted"),
    }[deed]  # fmt: skip
