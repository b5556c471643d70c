"""Records follow the area tree: a village that ended passes its residents and its events on to its successor.

The city: three people in each of two villages that become one new village on 1 July 2006; the neighbour stays.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from shidai.core import actions as areas
from shidai.core import queries as core
from shidai.core.access import NoAccess
from shidai.core.actions import NewArea
from shidai.indicators.manifest import Manifest
from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import load_pack
from shidai.registry import actions, queries
from shidai.registry.extract import extract_records
from shidai.registry.models import Household
from shidai.words import ShidaiError
from tests.factories import OPERATOR, day, make_couple, make_person, make_staff

CUTOFF, MERGED = date(2006, 12, 31), date(2006, 7, 1)
PACK = load_pack("wuxi-2006")
VILLAGES = [area.code for area in PACK.areas_at("village")]
TOWNSHIP = VILLAGES[0][:9]
EAST, WEST, NEIGHBOUR = [code for code in VILLAGES if code.startswith(TOWNSHIP)][:3]
UNITED = f"{TOWNSHIP}903"
OTHER_COUNTY = next(code[:6] for code in VILLAGES if code[:6] not in PACK.migrant.one_place)
HALF_YEARS = (181 / 365, 184 / 365)  # before and from 1 July


SMALL_CITY = PACK.model_copy(
    update={
        "areas": tuple(
            area
            for area in PACK.areas
            if area.level in ("city", "county") or area.code in (TOWNSHIP, EAST, WEST, NEIGHBOUR)
        )
    }
)


@pytest.fixture(autouse=True)
def _tree(db):
    areas.load_areas(SMALL_CITY, by=OPERATOR)


@pytest.fixture
def records(tmp_path) -> Path:
    return tmp_path / "records"


def settle_people() -> None:
    for village, count in ((EAST, 3), (WEST, 3), (NEIGHBOUR, 2)):
        for _ in range(count):
            make_person(area=village)


def unite(*codes: str, into: str = UNITED, on: date = MERGED) -> None:
    areas.merge_areas(by=OPERATOR, codes=codes or (EAST, WEST), into=NewArea(into, "联合村", "United"), day=on)


def extract(records: Path, cutoff: date = CUTOFF):
    return extract_records(records, by=OPERATOR, pack=PACK, cutoff=cutoff)


def rows(records: Path, table: str) -> list[dict]:
    parts = Manifest.read(records).tables.get(table, {})
    return [row for part in parts.values() for row in pq.read_table(records / table / part.file).to_pylist()]


def living(records: Path) -> list[tuple]:
    """Living residence as (area, start, end, start reason, end reason), in the order of time."""
    found = [row for row in rows(records, "residence") if row["kind"] == "living"]
    names = ("area", "start_date", "end_date", "start_reason", "end_reason")
    return sorted((tuple(row[name] for name in names) for row in found), key=lambda row: row[1])


def figures(records: Path, indicator: str, side: str = "numerator", level: str | None = "village") -> dict:
    with Records.open(records) as opened:
        found = compute(
            opened, PACK, year=2006, area=TOWNSHIP, level=level, indicators=[indicator], breakdown="", protect=False
        )
    return {row["area"]: row[side] for row in found.to_pylist()}


class TestFiguresOfAMergerInMidYear:
    @pytest.fixture(autouse=True)
    def _people(self):
        settle_people()

    def test_at_the_years_end_everybody_is_in_the_new_village(self, records):
        unite()
        extract(records)
        for residence in ("registered", "living"):
            found = figures(records, f"population_{residence}")
            assert [found[code] for code in (UNITED, EAST, WEST, NEIGHBOUR)] == [6, 0, 0, 2]

    def test_person_years_are_divided_at_the_day(self, records):
        unite()
        extract(records)
        found = figures(records, "natural_growth_rate_exact", "denominator")
        assert found[EAST] == pytest.approx(3 * HALF_YEARS[0])
        assert found[UNITED] == pytest.approx(6 * HALF_YEARS[1])

    def test_nobody_has_moved(self, records):
        unite()
        extract(records)
        for indicator in ("moves_in", "moves_out", "moves_in_living", "moves_out_living"):
            assert set(figures(records, indicator).values()) == {0.0}

    @pytest.mark.parametrize(
        ("indicator", "side"),
        [
            ("population_registered", "numerator"),
            ("population_living", "numerator"),
            ("households_living", "numerator"),
            ("natural_growth_rate_exact", "denominator"),
            ("crude_birth_rate", "denominator"),
            ("moves_in", "numerator"),
        ],
    )
    def test_the_township_is_what_it_was(self, records, tmp_path, indicator, side):
        actions.register_move(
            by=OPERATOR, person=make_person(area=EAST).uuid, kind="living", day=day("2006-8-1"), to=NEIGHBOUR
        )
        extract(records)
        unite()
        extract(tmp_path / "after")
        before, after = (figures(folder, indicator, side, level=None) for folder in (records, tmp_path / "after"))
        assert after == pytest.approx(before)

    def test_births_lie_where_the_village_belonged_on_their_day(self, records):
        (wife, husband), (other, _) = make_couple(EAST), make_couple(WEST)
        unite()
        actions.record_birth(by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("2006-3-9"), sex=1)
        actions.record_birth(by=OPERATOR, mother=other.uuid, birth=day("2006-9-9"), sex=2)
        extract(records)
        found = figures(records, "births")
        assert [found[code] for code in (EAST, WEST, UNITED)] == [1, 0, 1]

    def test_deaths_too(self, records):
        early, late = make_person(area=EAST), make_person(area=EAST)
        unite()
        actions.record_death(by=OPERATOR, person=early.uuid, death=day("2006-6-30"))
        actions.record_death(by=OPERATOR, person=late.uuid, death=day("2006-7-1"))
        extract(records)
        found = figures(records, "deaths_living")
        assert [found[code] for code in (EAST, UNITED)] == [1, 1]


class TestSpells:
    def test_a_spell_that_goes_on_is_two_rows(self, records):
        make_person(area=EAST, since="2001-1-1")
        unite()
        extract(records)
        before, after = living(records)
        assert before == (EAST, date(2001, 1, 1), MERGED, "correction", "boundary")
        assert after == (UNITED, MERGED, None, "boundary", None)

    def test_one_that_ended_before_stays_whole(self, records):
        person = make_person(area=EAST, since="2001-1-1")
        actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2006-7-1"), to=NEIGHBOUR)
        unite()
        extract(records)
        assert [row[0] for row in living(records)] == [EAST, NEIGHBOUR]

    def test_one_that_began_later_under_the_old_code_lies_in_the_new_village(self, records):
        make_person(area=EAST, since="2006-9-1")
        unite()
        extract(records)
        assert [row[:3] for row in living(records)] == [(UNITED, date(2006, 9, 1), None)]

    def test_a_later_change_has_not_happened_by_the_cut_off(self, records):
        make_person(area=EAST)
        unite(on=date(2007, 1, 1))
        extract(records)
        assert [row[0] for row in living(records)] == [EAST]

    def test_changes_follow_one_another(self, records):
        make_person(area=EAST, since="2001-1-1")
        unite(on=date(2005, 1, 1))
        areas.merge_areas(by=OPERATOR, codes=[UNITED], into=NEIGHBOUR, day=MERGED)
        extract(records)
        assert [(row[0], row[1]) for row in living(records)] == [
            (EAST, date(2001, 1, 1)), (UNITED, date(2005, 1, 1)), (NEIGHBOUR, MERGED),
        ]  # fmt: skip

    def test_a_split_village_stays_together_in_the_part_named_first(self, records):
        make_person(area=EAST, since="2001-1-1")
        parts = [NewArea(f"{TOWNSHIP}{n}", f"分{n}村", f"Fen {n}") for n in (905, 904)]
        areas.split_area(by=OPERATOR, code=EAST, into=parts, day=MERGED)
        extract(records)
        assert living(records)[-1][0] == f"{TOWNSHIP}905"
        area = next(row for row in rows(records, "area") if row["code"] == EAST)
        assert area["successor"] == f"{TOWNSHIP}905"

    def test_a_change_of_areas_makes_no_migrant_of_who_stays_nor_a_newcomer_of_a_migrant(self, records):
        identity = actions.Identity("外来", 1, day("1980-1-1"))
        actions.register_person(
            by=OPERATOR, identity=identity, area=EAST, kinds=("living",), since=day("2005-1-1"),
            registered_area="341225",
        )  # fmt: skip
        make_person(area=EAST)
        unite(on=date(2006, 12, 30))
        extract(records)
        found = Counter((row["area"], row["migrant"]) for row in rows(records, "residence") if row["kind"] == "living")
        assert found == {(EAST, True): 1, (UNITED, True): 1, (EAST, False): 1, (UNITED, False): 1}


class TestATownshipThatGoesToAnotherCounty:
    NEW_TOWNSHIP = f"{OTHER_COUNTY}198"

    def move(self):
        areas.move_area(by=OPERATOR, code=TOWNSHIP, to=self.NEW_TOWNSHIP, day=MERGED)

    def test_the_records_lie_in_the_partition_of_their_day(self, records):
        make_person(area=EAST, since="2001-1-1")
        self.move()
        extract(records)
        parts = Manifest.read(records).tables
        assert set(parts["residence"]) == {EAST[:6], OTHER_COUNTY}
        assert set(parts["person"]) == {OTHER_COUNTY}
        assert [row[0] for row in living(records)] == [EAST, self.NEW_TOWNSHIP + EAST[9:]]

    def test_a_new_event_rewrites_both_counties(self, records, tmp_path):
        wife, _ = make_couple(EAST)
        self.move()
        extract(records)
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("2006-9-9"), sex=2)
        assert {EAST[:6], OTHER_COUNTY} <= set(extract(records).partitions)
        extract(tmp_path / "anew")
        assert Manifest.read(records).id == Manifest.read(tmp_path / "anew").id
        assert {row["registered_area"] for row in rows(records, "birth")} == {self.NEW_TOWNSHIP + EAST[9:]}

    def test_the_change_itself_rewrites_both_counties(self, records, tmp_path):
        make_couple(EAST)
        extract(records)
        self.move()
        extract(records)
        extract(tmp_path / "anew")
        assert Manifest.read(records).id == Manifest.read(tmp_path / "anew").id


class TestPeopleAreFoundUnderTheNewCode:
    @pytest.fixture
    def worker(self):
        person = make_person(area=EAST)
        unite()
        return make_staff("lan", "village_worker", UNITED), person

    def test_in_the_lists_of_the_new_village(self, worker):
        scope, person = worker
        assert list(queries.list_people(scope, area=UNITED)) == [person]
        assert list(queries.list_people(scope, area=UNITED, who="registered")) == [person]

    def test_among_its_dead(self, worker):
        scope, person = worker
        actions.record_death(by=scope, person=person.uuid, death=day("2006-9-1"))
        assert list(queries.list_people(scope, area=UNITED, who="dead")) == [person]

    def test_a_move_within_what_is_one_village_now_is_no_leaving(self, worker):
        scope, person = worker
        actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2006-9-1"), to=UNITED)
        assert list(queries.list_people(scope, area=UNITED, who="left")) == []

    def test_in_a_search(self, worker):
        scope, person = worker
        assert [found.person for found in queries.find_people(scope, person.name)] == [person]

    def test_by_the_records_behind_a_figure(self, worker, records):
        scope, person = worker
        extract(records)
        marks = [row["person_id"] for row in rows(records, "person")]
        assert list(queries.people_behind(scope, marks, area=UNITED).values()) == [person]

    def test_the_old_county_lists_nobody_of_a_township_that_left(self):
        make_person(area=EAST)
        areas.move_area(by=OPERATOR, code=TOWNSHIP, to=f"{OTHER_COUNTY}198", day=MERGED)
        assert list(queries.list_people(OPERATOR, area=EAST[:6])) == []
        assert queries.list_people(OPERATOR, area=OTHER_COUNTY).count() == 1
        assert core.resolve(EAST).code == f"{OTHER_COUNTY}198{EAST[9:]}"


class TestHouseholdsOfASplitVillage:
    """A village of two households is split; the second household lies in the second part."""

    FIRST, SECOND = f"{TOWNSHIP}905", f"{TOWNSHIP}904"

    @pytest.fixture
    def people(self):
        people = [make_person(area=EAST, since="2001-1-1") for _ in range(2)]
        parts = [NewArea(self.FIRST, "前村", "Qian"), NewArea(self.SECOND, "后村", "Hou")]
        areas.split_area(by=OPERATOR, code=EAST, into=parts, day=MERGED)
        return people

    def home(self, person):
        """The household of which a person is a member."""
        home = Household.objects.create(area=EAST, head=person)
        person.spells.update(household=home)
        return home.uuid

    def assign(self, people, **more):
        homes = [self.home(person) for person in people]
        return actions.assign_households(
            **{"by": OPERATOR, "area": EAST, "to": self.SECOND, "households": homes} | more
        )

    def test_an_assigned_household_is_counted_in_its_part(self, people, records):
        assert self.assign(people[1:]) == 2
        extract(records)
        found = figures(records, "population_living")
        assert [found[code] for code in (EAST, self.FIRST, self.SECOND)] == [0, 1, 1]
        for indicator in ("moves_in_living", "moves_out_living"):
            assert set(figures(records, indicator).values()) == {0.0}

    def test_its_events_since_then_go_along(self, people, records):
        before = actions.record_birth(by=OPERATOR, mother=people[1].uuid, birth=day("2004-3-9"), sex=1)
        after = actions.record_birth(by=OPERATOR, mother=people[1].uuid, birth=day("2006-9-9"), sex=1)
        self.assign(people[1:])
        extract(records)
        assert {row["birth_date"]: row["living_area"] for row in rows(records, "birth")} == {
            before.child.birth_date: EAST, after.child.birth_date: self.SECOND,
        }  # fmt: skip

    def test_lists_tell_the_parts_apart(self, people):
        self.assign(people[1:])
        for code, person in ((self.FIRST, people[0]), (self.SECOND, people[1])):
            assert list(queries.list_people(OPERATOR, area=code)) == [person]
            assert list(queries.list_people(OPERATOR, area=code, who="left")) == []

    def test_assigned_again_nothing_changes(self, people):
        home = self.home(people[1])
        asked = {"by": OPERATOR, "area": EAST, "to": self.SECOND, "households": [home]}
        assert [actions.assign_households(**asked) for _ in range(2)] == [2, 0]
        assert people[1].spells.count() == 4

    def test_only_a_part_of_the_village_may_take_it(self, people):
        with pytest.raises(ShidaiError, match="isn't a part"):
            self.assign(people[1:], to=WEST)

    def test_a_household_of_elsewhere_is_refused(self, people):
        stranger = make_person(area=WEST)
        with pytest.raises(ShidaiError, match="never lived"):
            self.assign([stranger])

    def test_only_those_who_may_change_areas_assign(self, people):
        officer = make_staff("zhou", "township_officer", TOWNSHIP)
        with pytest.raises(NoAccess):
            self.assign(people[1:], by=officer)
