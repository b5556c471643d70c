"""The same pack, number of residents and seed give the same city, to the byte."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from shidai.indicators.records import verify_records
from shidai.synth.city import City
from shidai.synth.grow import grow_city
from shidai.synth.import_files import FILES, write_import_files
from shidai.synth.record_tables import write_records
from shidai.words import ShidaiError
from tests.spec.synth.cities import two_counties

FEW = 1_500


def tables_equal(one: City, other: City) -> bool:
    return all(
        np.array_equal(one.tables[table][name], other.tables[table][name])
        for table in one.tables
        for name in one.tables[table]
    )


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    hashes = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        write_import_files(grow_city(two_counties(), FEW, 5), two_counties(), folder)
        hashes.append([hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest() for name in FILES])
    assert hashes[0] == hashes[1]


def test_the_same_seed_gives_the_same_record_tables(tmp_path: Path) -> None:
    made = [
        write_records(grow_city(two_counties(), FEW, 5), two_counties(), tmp_path / name) for name in ("one", "two")
    ]
    assert made[0].id == made[1].id
    assert made[0].tables == made[1].tables
    assert verify_records(tmp_path / "one").source == "synth"


def test_another_seed_gives_another_city() -> None:
    assert not tables_equal(grow_city(two_counties(), FEW, 5), grow_city(two_counties(), FEW, 6))


def test_two_processes_give_the_same_city_as_one() -> None:
    assert tables_equal(grow_city(two_counties(), FEW, 5, processes=1), grow_city(two_counties(), FEW, 5, processes=2))


def test_progress_ends_at_the_whole() -> None:
    seen: list[tuple[int, int]] = []
    grow_city(two_counties(), FEW, 5, lambda done, total: seen.append((done, total)))
    assert len(seen) == 2
    assert seen[-1][0] == pytest.approx(FEW, rel=0.1)


def test_all_that_is_wrong_in_the_parameters_is_said_at_once() -> None:
    now = two_counties().demonstration
    assert now is not None
    wrong = now.model_copy(
        update={
            "rates": now.rates.model_copy(update={"annual": "rates/nowhere.csv"}),
            "contraception": (now.contraception[0].model_copy(update={"mix": {"amulet": 1.0}}),),
            "size": now.size.model_copy(update={"rural": {"999999": 0.5}}),
            "first_year": 2000,
        }
    )
    with pytest.raises(ShidaiError) as raised:
        grow_city(two_counties(), FEW, 5, demonstration=wrong)
    said = raised.value.said("en")
    for sign in ("nowhere.csv", "amulet", "999999", "first_year"):
        assert sign in said


def test_too_few_residents_are_refused() -> None:
    with pytest.raises(ShidaiError, match="500 at least"):
        grow_city(two_counties(), 3, 5)
