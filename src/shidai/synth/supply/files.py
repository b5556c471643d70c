"""The stock book and the equipment as files beside the import files.

They are taken over by `shidai.supply.roster` and `shidai.programmes.equipmentroster`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from shidai.packs import Pack
from shidai.synth.city import City
from shidai.synth.columns import days_column, plain_words
from shidai.synth.keys import keys
from shidai.synth.supply.book import BROKEN, MISSING, Book
from shidai.synth.supply.equipment import equipment_of_sites, piece_columns

FILES = ("sites", "stock", "equipment")
REASONS = {"loss": BROKEN, "count": MISSING}


def write_supply_files(city: City, pack: Pack, book: Book | None, folder: Path) -> dict[str, int]:
    """Write sites.csv, stock.csv and equipment.csv; returns their rows."""
    shares = pack.demonstration.supply if pack.demonstration is not None else None
    if book is None or shares is None:
        return {}
    codes = [one.code for one in book.sites]
    sites = pa.table(
        {
            "code": codes,
            "area": [one.area for one in book.sites],
            "kind": [one.kind for one in book.sites],
            "name_zh": [one.name_zh for one in book.sites],
            "name_en": [one.name_en for one in book.sites],
            "supplier": [codes[one.supplier] if one.supplier >= 0 else "" for one in book.sites],
            "hours": [shares.hours if one.kind != "store" else "" for one in book.sites],
            "opened_on": days_column(np.array([one.opened for one in book.sites], np.int32)),
            **{name: [""] * len(codes) for name in ("closed_on", "latitude", "longitude")},
        }
    )
    deeds = sorted(set(book.deed))
    lot, other = np.array(book.lot, np.int64), np.array(book.other, np.int64)
    deed = np.array([deeds.index(one) for one in book.deed], np.int64)
    stock = pa.table(
        {
            "key": keys("E", np.array(book.entry, np.int64)),
            "deed": plain_words(deed, deeds),
            "site": plain_words(np.array(book.site, np.int64), codes),
            "other": plain_words(other, codes),
            "day": days_column(np.array(book.day, np.int32)),
            "person_key": keys("P", np.array(book.person, np.int64)),
            "channel": plain_words(deed, ["desk" if one == "handout" else "" for one in deeds]),
            "commodity": plain_words(lot, [one[0] for one in book.lots]),
            "lot": plain_words(lot, [one[1] for one in book.lots]),
            "expires_on": days_column(np.array([one[2] for one in book.lots], np.int32)[lot]),
            "quantity": np.array(book.quantity, np.int64),
            "reason": plain_words(deed, [REASONS.get(one, "") for one in deeds]),
            "arrives": keys("E", np.array(book.arrives, np.int64)),
        }
    )
    options = csv.WriteOptions(quoting_style="needed")
    csv.write_csv(sites, folder / "sites.csv", write_options=options)
    csv.write_csv(stock, folder / "stock.csv", write_options=options)
    pieces = pa.table(piece_columns(list(equipment_of_sites(city, pack, book.sites))))
    csv.write_csv(pieces, folder / "equipment.csv", write_options=options)
    return {"sites": sites.num_rows, "stock": stock.num_rows, "equipment": pieces.num_rows}
