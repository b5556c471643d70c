"""Hand-outs, units and couple-years are withheld by how many people they reached, not by how many times."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import load_pack
from tests.oracle import cities

YEAR = 2005
HERE = cities.VILLAGES[0]
TOLD = ("handouts", "condoms_handed_out", "couple_years_of_protection")


def shown(folder: Path, takers: list[int | None]) -> dict[str, Any]:
    """What is published of a village in a year with one hand-out to each of these; None: without a name."""
    records = cities.random_city(3, YEAR, 20) | {"attested": [], "site": []}
    records["dispensing"] = [
        {
            "record_id": at + 1, "person_id": taker, "area": HERE, "day": date(YEAR, 1 + at % 12, 15),
            "kind": "male-condom", "quantity": 30, "method": "condom", "couple_years": 0.25, "site": "S1",
            "channel": "desk",
        }
        for at, taker in enumerate(takers)
    ]  # fmt: skip
    for one in records["contraception"]:
        one["area"] = None
    cities.write_city(folder, records, YEAR)
    with Records.open(folder, "duckdb") as found:
        rows = compute(found, load_pack("wuxi-2006"), year=YEAR, period=None, protect=True).to_pylist()
    return {
        row["indicator"]: row["value"]
        for row in rows
        if row["indicator"] in TOLD and (row["area"], row["period"], row["breakdown"]) == (HERE, str(YEAR), "")
    }


@pytest.mark.parametrize(
    ("takers", "value"), [([7] * 60, None), (list(range(1, 61)), 60), ([None] * 60, 60)],
    ids=["one person five times a month", "sixty people", "sixty times without a name"],
)  # fmt: skip
def test_sixty_handouts_to_one_person_are_one_person(
    tmp_path: Path, takers: list[int | None], value: int | None
) -> None:
    told = shown(tmp_path, takers)
    assert told["handouts"] == value
    assert (told["condoms_handed_out"] is None) == (told["couple_years_of_protection"] is None) == (value is None)
