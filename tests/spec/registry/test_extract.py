"""The record tables: what the register publishes, without names, by county, only what changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shidai.core import actions as core_actions
from shidai.core.access import NoAccess
from shidai.indicators.manifest import Manifest
from shidai.packs import load_pack
from shidai.registry import actions, queries
from shidai.registry.extract import extract_records
from shidai.registry.models import ContraceptiveUse, Person
from tests.factories import OPERATOR, day, make_couple, make_person

CUTOFF = date(2006, 12, 31)
PACK = load_pack("wuxi-2006")
VILLAGES = [area.code for area in PACK.areas_at("village")]
HOME = VILLAGES[0]
COUNTY = HOME[:6]
OTHER_COUNTY = next(
    code for code in (village[:6] for village in VILLAGES) if code != COUNTY and code not in PACK.migrant.one_place
)
AWAY = next(code for code in VILLAGES if code.startswith(OTHER_COUNTY))


@pytest.fixture(autouse=True)
def _tree(db):
    core_actions.load_areas(PACK, by=OPERATOR)


@pytest.fixture
def records(tmp_path) -> Path:
    return tmp_path / "records"


def extract(records: Path, **more):
    return extract_records(records, by=OPERATOR, pack=PACK, cutoff=CUTOFF, **more)


def rows(records: Path, table: str) -> list[dict]:
    manifest = Manifest.read(records)
    parts = manifest.tables.get(table, {})
    return [row for part in parts.values() for row in pq.read_table(records / table / part.file).to_pylist()]


def files(records: Path) -> dict[tuple[str, str], str]:
    tables = Manifest.read(records).tables
    return {(table, name): part.file for table, parts in tables.items() for name, part in parts.items()}


class TestRows:
    def test_a_family_with_a_birth_and_a_death(self, records):
        wife, husband = make_couple(HOME)
        actions.record_birth(
            by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("1996-5"), sex=2, birth_order=1
        )
        actions.record_death(by=OPERATOR, person=husband.uuid, death=day("2005-3-1"), cause="I21")
        ContraceptiveUse.objects.create(person=wife, method="iud", start_date=date(1997, 1, 1), registered_area=HOME)
        extract(records)

        birth = rows(records, "birth")[0]
        assert (birth["birth_date"], birth["birth_precision"], birth["birth_order"]) == (date(1996, 5, 15), "month", 1)
        assert (birth["registered_area"], birth["mother_birth_date"]) == (HOME, date(1970, 5, 1))
        assert rows(records, "death")[0]["registered_area"] == HOME
        assert rows(records, "union_")[0]["end_reason"] == "widowed"
        assert rows(records, "contraception")[0]["modern"] is True
        assert len(rows(records, "person")) == 3
        assert len(rows(records, "residence")) == 6
        assert {row["death_date"] for row in rows(records, "person")} == {None, date(2005, 3, 1)}

    def test_parents_are_the_same_pseudonyms_everywhere(self, records):
        wife, husband = make_couple(HOME)
        actions.record_birth(by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("1996-5-1"), sex=2)
        extract(records)
        birth, union = rows(records, "birth")[0], rows(records, "union_")[0]
        child = next(row for row in rows(records, "person") if row["mother_id"])
        assert (child["mother_id"], child["father_id"]) == (union["wife_id"], union["husband_id"])
        assert (birth["mother_id"], birth["person_id"]) == (child["mother_id"], child["person_id"])

    def test_no_name_number_or_row_number_is_in_the_files(self, records):
        person = make_person("独孤求败", area=HOME, phone="13812345678")
        extract(records)
        content = b"".join(path.read_bytes() for path in records.rglob("*.parquet"))
        assert "独孤求败".encode() not in content
        assert b"13812345678" not in content
        assert rows(records, "person")[0]["person_id"] != person.pk

    def test_what_happened_after_the_cut_off_is_not_there_and_ends_are_open(self, records):
        wife, husband = make_couple(HOME)
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("2007-1-1"), sex=2)
        actions.record_death(by=OPERATOR, person=husband.uuid, death=day("2007-2-1"))
        extract(records)
        assert rows(records, "birth") == rows(records, "death") == []
        assert {row["end_date"] for row in rows(records, "residence")} == {None}
        assert rows(records, "union_")[0]["end_reason"] is None


class TestMigrants:
    def living(self, records, moved, to=AWAY):
        person = make_person(area=HOME)
        actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day(moved), to=to, reason="work")
        extract(records)
        return next(row for row in rows(records, "residence") if row["kind"] == "living" and row["end_date"] is None)

    def test_who_lives_in_another_county_long_enough_is_a_migrant(self, records):
        row = self.living(records, "2005-6-1")
        assert (row["migrant"], row["registered_area"]) == (True, HOME)

    def test_who_came_just_now_is_not_yet(self, records):
        assert self.living(records, "2006-12-30")["migrant"] is False

    def test_within_the_districts_that_are_one_place_nobody_is(self, records):
        assert COUNTY in PACK.migrant.one_place
        to = next(c for c in VILLAGES if c[:6] in PACK.migrant.one_place and c[:6] != COUNTY)
        assert self.living(records, "2005-6-1", to)["migrant"] is False

    def test_who_is_registered_outside_the_city_is_one_and_lies_in_the_county_of_living(self, records):
        identity = actions.Identity("外来", 1, day("1980-1-1"))
        actions.register_person(
            by=OPERATOR,
            identity=identity,
            area=HOME,
            kinds=("living",),
            since=day("2005-1-1"),
            registered_area="341225",
        )
        extract(records)
        row = rows(records, "residence")[0]
        assert (row["migrant"], row["registered_area"]) == (True, "341225")
        assert ("person", COUNTY) in files(records)


class TestIncremental:
    def test_nothing_changed_nothing_written(self, records):
        make_person(area=HOME)
        extract(records)
        before = Manifest.read(records)
        assert extract(records).partitions == ()
        assert Manifest.read(records) == before

    def test_only_the_county_that_changed_is_written_anew(self, records):
        make_person(area=HOME)
        make_person(area=AWAY)
        extract(records)
        before = files(records)
        make_person("新人", area=HOME)
        done = extract(records)
        after = files(records)
        assert COUNTY in done.partitions
        assert OTHER_COUNTY not in done.partitions
        changed = {key for key in after if after[key] != before.get(key)}
        assert changed == {("person", COUNTY), ("residence", COUNTY)}

    def test_a_move_between_counties_changes_both(self, records):
        person = make_person(area=HOME)
        extract(records)
        actions.register_move(by=OPERATOR, person=person.uuid, kind="registered", day=day("2005-6-1"), to=AWAY)
        assert {COUNTY, OTHER_COUNTY} <= set(extract(records).partitions)
        assert ("person", COUNTY) not in files(records)
        assert ("person", OTHER_COUNTY) in files(records)

    def test_a_corrected_birth_date_reaches_every_table(self, records):
        wife, _ = make_couple(HOME)
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-1"), sex=2)
        extract(records)
        actions.correct_birth_date(by=OPERATOR, person=wife.uuid, birth=day("1969-5-1"))
        extract(records)
        assert rows(records, "birth")[0]["mother_birth_date"] == date(1969, 5, 1)
        assert date(1969, 5, 1) in {row["birth_date"] for row in rows(records, "residence")}

    def test_all_of_it_on_request_and_for_another_cut_off(self, records):
        make_person(area=HOME)
        extract(records)
        assert len(extract(records, everything=True).partitions) == 10
        earlier = extract_records(records, by=OPERATOR, pack=PACK, cutoff=date(2005, 12, 31))
        assert len(earlier.partitions) == 10

    def test_incremental_and_full_give_the_same_content(self, records, tmp_path):
        wife, husband = make_couple(HOME)
        extract(records)
        actions.record_birth(by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("1996-5-1"), sex=2)
        actions.register_move(by=OPERATOR, person=wife.uuid, kind="living", day=day("2005-6-1"), to=AWAY)
        extract(records)
        extract(tmp_path / "full", everything=True)
        assert Manifest.read(records).id == Manifest.read(tmp_path / "full").id


class TestBack:
    def test_pseudonyms_lead_back_for_those_with_access_only(self, records, cast):
        here, there = make_person("近人", area=HOME), make_person("远人", area=AWAY)
        extract(records)
        marks = [row["person_id"] for row in rows(records, "person")]
        assert set(queries.people_behind(OPERATOR, marks).values()) == {here, there}
        from tests.factories import make_staff

        officer = make_staff("local", "county_officer", COUNTY)
        assert list(queries.people_behind(officer, marks).values()) == [here]
        assert Person.objects.count() == 2

    def test_analysts_get_no_names(self, records, cast):
        make_person(area=HOME)
        extract(records)
        with pytest.raises(NoAccess):
            queries.people_behind(cast.qian, [row["person_id"] for row in rows(records, "person")])


def test_only_those_who_may_export_extract(records, cast):
    with pytest.raises(NoAccess):
        extract_records(records, by=cast.qian, pack=PACK, cutoff=CUTOFF)
