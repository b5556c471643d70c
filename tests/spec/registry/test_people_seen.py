"""Who sees what of people: lists by open residence, relatives elsewhere, and what every look leaves in the log."""

import json

import pytest

from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.core.pseudonyms import pseudonyms
from shidai.registry import actions, queries
from shidai.registry.queries.behind import PURPOSE
from shidai.words import ShidaiError
from tests.factories import (
    BEIQIAO,
    FARAWAY,
    NANQIAO,
    OPERATOR,
    TOWNSHIP,
    day,
    make_couple,
    make_person,
)

pytestmark = pytest.mark.usefixtures("city")


def names(scope, area=NANQIAO, who="living"):
    return [person.name for person in queries.list_people(scope, area=area, who=who)]


def move(person, kind="living", to="", on="2004-7-1"):
    actions.register_move(by=OPERATOR, person=person.uuid, kind=kind, day=day(on), to=to)


class TestTheIdOfARecordElsewhere:
    """A form's hidden id belongs to the browser: it must not open a foreign record."""

    def deeds(self, far, union):
        identity = actions.Identity("新人", 2)
        mother = make_person("本村人")
        husband = make_person("本村男", 1)
        death = actions.record_death(by=OPERATOR, person=far.uuid, death=day("2006-1-1"))
        birth = actions.record_birth(by=OPERATOR, mother=union.wife.uuid, birth=day("1996-5-5"), sex=2, name="远方孩子")
        spell = far.spells.filter(kind="living").first()
        return {
            "person": lambda by: actions.register_person(by=by, identity=identity, area=NANQIAO, id=far.uuid),
            "birth": lambda by: actions.record_birth(
                by=by, mother=mother.uuid, birth=day("2000-1-1"), sex=2, id=birth.uuid
            ),
            "death": lambda by: actions.record_death(by=by, person=mother.uuid, death=day("2000-1-1"), id=death.uuid),
            "move": lambda by: actions.register_move(
                by=by, person=mother.uuid, kind="living", day=day("2000-1-1"), to=BEIQIAO, id=spell.uuid
            ),
            "union": lambda by: actions.start_union(
                by=by, wife=mother.uuid, husband=husband.uuid, day=day("2000-1-1"), id=union.uuid
            ),
        }

    @pytest.mark.parametrize("deed", ["person", "birth", "death", "move", "union"])
    def test_is_refused_without_a_name(self, cast, deed):
        far = make_person("远方人", area=FARAWAY)
        wife, _ = make_couple(area=FARAWAY)
        act = self.deeds(far, wife.unions_as_wife.get())[deed]
        with pytest.raises(ShidaiError) as refused:
            act(cast.lan)
        assert [problem.where for problem in refused.value.problems] == ["id"]
        assert "远方" not in str(refused.value.problems)


class TestLists:
    def test_who_moved_away_is_listed_as_gone_and_not_as_living_here(self, cast):
        make_person("安留")
        gone = make_person("白走")
        move(gone)
        move(gone, "registered")
        assert names(cast.lan) == ["安留"]
        assert names(cast.lan, who="registered") == ["安留"]
        assert names(cast.lan, who="left") == ["白走"]

    def test_who_lives_elsewhere_but_is_registered_here_is_listed_as_registered(self, cast):
        person = make_person("安留")
        move(person, to=BEIQIAO)
        assert (names(cast.lan), names(cast.lan, who="registered")) == ([], ["安留"])
        assert names(cast.xu, area=BEIQIAO) == ["安留"]

    def test_the_dead_have_a_list_of_their_own(self, cast):
        person = make_person("安留")
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-1-1"))
        assert [names(cast.lan, who=who) for who in ("living", "registered", "left", "dead")] == [[], [], [], ["安留"]]

    def test_a_move_within_the_township_leaves_nobody_out(self, cast):
        move(make_person("安留"), to=BEIQIAO)
        assert names(cast.xu, area=TOWNSHIP) == ["安留"]
        assert names(cast.xu, area=TOWNSHIP, who="left") == []

    def test_a_list_of_another_area_is_refused(self, cast):
        for who in ("living", "registered", "dead"):
            with pytest.raises(NoAccess):
                names(cast.lan, area=FARAWAY, who=who)
        far = make_person("远走", area=FARAWAY)
        move(far)
        assert names(cast.lan, area=FARAWAY, who="left") == []

    def test_the_page_counts_who_it_lists(self, cast):
        for name in ("甲一", "乙二", "丙三"):
            make_person(name)
        page = queries.list_page(cast.lan, area=NANQIAO, who="living")
        assert (page.total, len(page.people), page.first, page.last, page.older) == (3, 3, 1, 3, None)


class TestRelativesElsewhere:
    def test_only_the_relation_is_passed_on(self, cast):
        wife, husband = make_couple(area=FARAWAY)
        child = actions.record_birth(
            by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day("1996-5-5"), sex=2, name="王小花"
        ).child
        move(child, to=NANQIAO)
        move(child, "registered", to=NANQIAO)
        page = queries.person_page(cast.lan, child.uuid)
        assert [(one.relation, one.person) for one in page.family] == [("mother", None), ("father", None)]

    def test_nor_do_the_events_name_them(self, cast):
        wife, husband = make_couple()
        move(husband, to=FARAWAY)
        move(husband, "registered", to=FARAWAY)
        page = queries.person_page(cast.lan, wife.uuid)
        assert (len(page.unions), page.spouses) == (1, {})
        assert queries.person_page(cast.gu, wife.uuid).spouses == {}
        assert list(queries.person_page(cast.he, wife.uuid).spouses.values()) == [husband]


class TestLooks:
    def test_a_search_leaves_a_keyed_hash_and_no_name(self, cast):
        make_person("曾小红")
        queries.find_people(cast.lan, "曾小红")
        queries.find_people(cast.lan, "曾小红")
        entries = AuditEntry.objects.filter(deed="person.search", actor="lan")
        assert len({entry.subject for entry in entries}) == 1
        assert json.loads(entries[0].detail) == {"count": 1}
        assert "曾" not in entries[0].subject + entries[0].detail

    def test_a_list_leaves_one_entry_with_its_area(self, cast):
        make_person()
        queries.list_page(cast.lan, area=NANQIAO, who="living")
        entry = AuditEntry.objects.get(deed="person.list")
        assert (entry.area, entry.subject, json.loads(entry.detail)) == (
            NANQIAO,
            "list:living",
            {"count": 1, "page": 1},
        )

    def test_the_records_behind_a_figure_leave_its_place_and_the_people_listed(self, cast):
        person = make_person()
        marks = [int(mark) for mark in pseudonyms([person.pk], PURPOSE, "person")]
        queries.people_behind(cast.lan, marks, area=NANQIAO, indicator="birth_rate", period="2006", side="numerator")
        entry = AuditEntry.objects.get(deed="records.list")
        assert (entry.area, entry.subject) == (NANQIAO, "indicator:birth_rate")
        assert json.loads(entry.detail) == {
            "count": 1, "people": [str(person.uuid)], "period": "2006", "side": "numerator",
        }  # fmt: skip


def test_a_new_id_still_records_once(cast):
    id = new_id()
    one, two = (
        actions.register_person(by=cast.lan, identity=actions.Identity("李红", 2), area=NANQIAO, id=id)
        for _ in range(2)
    )
    assert one == two
