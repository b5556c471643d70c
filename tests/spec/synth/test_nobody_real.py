"""Names, numbers and addresses look right and cannot be anybody's."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.compute as pc
import pytest
from pyarrow import csv

from shidai.synth.identity import home_addresses, phone_numbers, resident_numbers
from shidai.synth.import_files import FILES, write_import_files
from shidai.synth.names import draw_names
from tests.spec.synth.cities import parameters, small_city, wuxi

# GB/T 2260: first two digits of all province-level units, and 83 of the residence permits for Taiwan's residents.
PROVINCES = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
}


def check_character(first: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, first, strict=True)) % 11]


def test_the_check_character_is_that_of_the_standard() -> None:
    """The standard's own example number."""
    assert check_character("11010519491231002") == "X"


def test_resident_numbers_are_valid_unique_and_of_no_province() -> None:
    city = small_city()
    numbers = resident_numbers(city, parameters()).to_pylist()
    assert len(set(numbers)) == len(numbers)
    births = city.people["birth"].astype("datetime64[D]").astype(str)
    for number, birth, sex in zip(numbers[:2000], births, city.people["sex"], strict=False):
        assert int(number[:2]) not in PROVINCES
        assert number[6:14] == birth.replace("-", "")
        assert int(number[16]) % 2 == sex % 2
        assert check_character(number[:17]) == number[17]


def test_phone_numbers_lie_in_a_range_without_operator() -> None:
    phones = [p for p in phone_numbers(small_city(), parameters()).to_pylist() if p]
    assert len(phones) == len(set(phones)) > 5000
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones)


def test_children_bear_their_fathers_surname() -> None:
    city = small_city()
    names, father = draw_names(city).to_pylist(), city.people["father"]
    compared = 0
    for child, dad in enumerate(father):
        if dad >= 0:
            compared += 1
            assert names[child][0] == names[dad][0]
    assert compared > 3000


def test_some_names_have_characters_outside_the_common_sets() -> None:
    names = "".join(draw_names(small_city()).to_pylist())
    assert any(sign in names for sign in "䶮㛃𠮷")


def test_addresses_name_the_household_s_village() -> None:
    city = small_city()
    homes, addresses = city.tables["homes"], home_addresses(city).to_pylist()
    villages = city.places.village_name
    assert all(text.startswith(str(villages[area])) for text, area in zip(addresses, homes["area"], strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("import")
    write_import_files(small_city(), wuxi(), made)
    return made


def test_every_key_is_unique_in_its_file_and_every_reference_resolves(folder: Path) -> None:
    tables = {name: csv.read_csv(folder / f"{name}.csv") for name in FILES}
    keys = {name: set(table["key"].to_pylist()) for name, table in tables.items()}
    for name, table in tables.items():
        assert len(keys[name]) == table.num_rows
    people = keys["person"]
    for name, column in (
        ("person", "mother_key"), ("person", "father_key"), ("spell", "person_key"), ("union", "wife_key"),
        ("union", "husband_key"), ("birth", "child_key"), ("birth", "mother_key"), ("birth", "father_key"),
        ("death", "person_key"), ("contraception", "person_key"), ("household", "head_key"),
    ):  # fmt: skip
        assert set(pc.drop_null(tables[name][column]).to_pylist()) - {""} <= people, (name, column)
    assert set(tables["spell"]["household_key"].to_pylist()) <= keys["household"]


def test_parents_stand_before_their_children_in_the_file(folder: Path) -> None:
    people = csv.read_csv(folder / "person.csv")
    place = {key: row for row, key in enumerate(people["key"].to_pylist())}
    for row, mother in enumerate(people["mother_key"].to_pylist()):
        assert not mother or place[mother] < row
