"""Births and moves entered by mistake are taken back: the log keeps them, and nothing that rests on them is lost."""

import json
from datetime import date

import pytest

from shidai.core import audit
from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.core.queries import change_counts
from shidai.registry import actions
from shidai.registry.models import Birth, Parentage, Person, Spell
from shidai.words import ShidaiError
from tests.factories import BEIQIAO, COUNTY, FARAWAY, NANQIAO, OPERATOR, OTHER_COUNTY, day, make_couple, make_person

pytestmark = pytest.mark.usefixtures("city")
WHY = "重复登记"


def make_child(born="1996-5-5", **more):
    wife, husband = make_couple()
    birth = actions.record_birth(
        by=OPERATOR, mother=wife.uuid, father=husband.uuid, birth=day(born), sex=2, name="王小花", **more
    )
    return birth.child, wife


def move(person, kind="living", to=BEIQIAO, on="2004-7-1", **more):
    return actions.register_move(by=OPERATOR, person=person.uuid, kind=kind, day=day(on), to=to, **more)


def withdraw_birth(child, by=OPERATOR):
    return actions.withdraw_birth(by=by, child=child.uuid, why=WHY)


def what_is_wrong(refused):
    return " ".join(problem.what.en for problem in refused.value.problems)


class TestBirth:
    def test_the_child_leaves_the_register_and_the_log_keeps_what_was_recorded(self, cast):
        child, mother = make_child()
        assert withdraw_birth(child, cast.lan) == mother
        assert not Person.objects.filter(uuid=child.uuid).exists()
        assert (Birth.objects.count(), Parentage.objects.count()) == (0, 0)
        entry = AuditEntry.objects.get(deed="birth.withdraw", subject=f"person:{child.uuid}")
        detail = json.loads(entry.detail)
        assert detail["why"] == WHY
        assert (detail["before"]["born"], detail["before"]["mother"]) == ("1996-05-05", str(mother.uuid))
        assert audit.verify().sound

    def test_the_mothers_page_tells_of_it_too_and_no_name_is_in_the_log(self):
        child, mother = make_child()
        withdraw_birth(child)
        entries = AuditEntry.objects.filter(deed="birth.withdraw")
        assert {entry.subject for entry in entries} == {f"person:{child.uuid}", f"person:{mother.uuid}"}
        assert not any("王小花" in entry.detail for entry in entries)

    def test_then_it_can_be_recorded_of_the_right_mother(self):
        child, _ = make_child()
        withdraw_birth(child)
        right = make_person("赵兰")
        again = actions.record_birth(by=OPERATOR, mother=right.uuid, birth=day("1996-5-5"), sex=2, name="王小花")
        assert (again.child.parentage.mother, again.birth_order) == (right, 1)

    def test_the_county_is_extracted_anew(self):
        child, _ = make_child()
        before = change_counts()[COUNTY][0]
        withdraw_birth(child)
        assert change_counts()[COUNTY][0] > before

    @pytest.mark.parametrize(
        ("later", "told"),
        [
            (lambda child: move(child), "a move"),
            (lambda child: actions.record_death(by=OPERATOR, person=child.uuid, death=day("1999-1-1")), "a death"),
            (
                lambda child: actions.start_union(
                    by=OPERATOR, wife=child.uuid, husband=make_person("张三", 1).uuid, day=day("2005-1-1")
                ),
                "a marriage",
            ),
            (
                lambda child: actions.record_birth(by=OPERATOR, mother=child.uuid, birth=day("2006-6-6"), sex=1),
                "a child",
            ),
        ],
        ids=["move", "death", "marriage", "child"],
    )
    def test_a_child_with_other_records_stays(self, later, told):
        child, _ = make_child(born="1980-5-5")
        later(child)
        with pytest.raises(ShidaiError) as refused:
            withdraw_birth(child)
        assert told in what_is_wrong(refused)
        assert Person.objects.filter(uuid=child.uuid).exists()

    def test_all_that_stands_in_the_way_is_said_at_once(self):
        child, _ = make_child()
        move(child)
        actions.record_death(by=OPERATOR, person=child.uuid, death=day("2005-1-1"))
        with pytest.raises(ShidaiError) as refused:
            withdraw_birth(child)
        assert len(refused.value.problems) == 2

    def test_an_infants_birth_goes_after_her_death_was_withdrawn(self):
        child, _ = make_child()
        actions.record_death(by=OPERATOR, person=child.uuid, death=day("1996-5-6"))
        actions.withdraw_death(by=OPERATOR, person=child.uuid, why=WHY)
        withdraw_birth(child)
        assert Birth.objects.count() == 0

    def test_who_came_onto_the_register_otherwise_has_no_birth_to_withdraw(self):
        with pytest.raises(ShidaiError, match="No birth"):
            withdraw_birth(make_person())

    def test_only_by_those_who_serve_the_child(self, cast):
        child, _ = make_child()
        for stranger in (cast.ma, cast.he, cast.admin, cast.qian):
            with pytest.raises(NoAccess):
                withdraw_birth(child, stranger)
        assert Birth.objects.count() == 1


def withdraw_move(spell, by=OPERATOR):
    return actions.withdraw_move(by=by, spell=spell.uuid, why=WHY)


def withdraw_departure(spell, by=OPERATOR):
    return actions.withdraw_departure(by=by, spell=spell.uuid, why=WHY)


class TestMove:
    def test_the_spell_goes_and_the_one_before_holds_again(self, cast):
        person = make_person()
        spell = move(person)
        withdraw_move(spell, cast.zhou)
        person.refresh_from_db()
        assert person.living_area == NANQIAO
        (living,) = person.spells.filter(kind="living")
        assert (living.area, living.end_date, living.end_reason, living.version) == (NANQIAO, None, "", 3)
        detail = json.loads(AuditEntry.objects.get(deed="move.withdraw").detail)
        assert (detail["before"]["area"], detail["reopened"]["area"], detail["why"]) == (BEIQIAO, NANQIAO, WHY)

    def test_both_counties_are_extracted_anew(self):
        person = make_person()
        spell = move(person, to=FARAWAY)
        before = change_counts()
        withdraw_move(spell)
        after = change_counts()
        assert all(after[county][0] > before[county][0] for county in (COUNTY, OTHER_COUNTY))

    def test_one_kind_of_residence_leaves_the_other_alone(self):
        person = make_person()
        move(person, "registered")
        withdraw_move(move(person, "living"))
        person.refresh_from_db()
        assert (person.registered_area, person.living_area) == (BEIQIAO, NANQIAO)

    def test_a_return_is_withdrawn_and_the_departure_before_it_stays(self):
        person = make_person()
        move(person, to="", on="2001-1-1")
        withdraw_move(move(person, to=NANQIAO, on="2004-7-1", reason="return"))
        assert person.spells.get(kind="living").end_date == date(2001, 1, 1)

    def test_an_earlier_move_waits_for_the_later_one(self):
        person = make_person()
        first = move(person, on="2001-1-1")
        second = move(person, to=NANQIAO, on="2004-7-1")
        with pytest.raises(ShidaiError, match="came after"):
            withdraw_move(first)
        withdraw_move(second)
        first.refresh_from_db()
        assert first.end_date is None
        withdraw_move(first)
        assert person.spells.filter(end_date=None, area=NANQIAO).count() == 2

    def test_not_when_the_person_died_since(self):
        person = make_person()
        spell = move(person)
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-1-1"))
        with pytest.raises(ShidaiError, match="came after"):
            withdraw_move(spell)

    def test_not_when_a_child_was_born_into_it(self):
        wife, _ = make_couple()
        spell = move(wife, on="2001-1-1")
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("2002-2-2"), sex=1)
        with pytest.raises(ShidaiError, match="child born since"):
            withdraw_move(spell)

    def test_residence_since_birth_or_registration_is_no_move(self):
        child, mother = make_child()
        for person in (child, mother):
            with pytest.raises(ShidaiError, match="didn't begin with a move"):
                withdraw_move(person.spells.get(kind="living"))

    def test_nobody_is_left_without_any_residence(self):
        person = make_person()
        person.spells.filter(kind="registered").delete()
        person.spells.update(start_reason="work")
        with pytest.raises(ShidaiError, match="only residence"):
            withdraw_move(person.spells.get())

    def test_only_by_those_who_serve_the_person(self, cast):
        spell = move(make_person())
        for stranger in (cast.ma, cast.he, cast.admin, cast.qian):
            with pytest.raises(NoAccess):
                withdraw_move(spell, stranger)
        assert Spell.objects.filter(pk=spell.pk).exists()


class TestDeparture:
    def test_the_residence_holds_again_and_twice_is_once(self, cast):
        person = make_person()
        move(person, to="")
        left = person.spells.get(kind="living")
        for _ in range(2):
            withdraw_departure(left, cast.lan)
        left.refresh_from_db()
        assert (left.end_date, left.end_precision, left.end_reason) == (None, "none", "")
        assert AuditEntry.objects.filter(deed="move.withdraw").count() == 1

    def test_a_move_within_the_city_is_withdrawn_at_its_new_place(self):
        person = make_person()
        move(person)
        with pytest.raises(ShidaiError, match="later spell"):
            withdraw_departure(person.spells.get(kind="living", area=NANQIAO))

    def test_not_of_the_dead(self):
        person = make_person()
        move(person, to="")
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-1-1"))
        for spell in person.spells.all():
            with pytest.raises(ShidaiError, match="death is recorded"):
                withdraw_departure(spell)

    def test_only_by_those_who_serve_the_person(self, cast):
        person = make_person()
        move(person, to="")
        for stranger in (cast.ma, cast.he):
            with pytest.raises(NoAccess):
                withdraw_departure(person.spells.get(kind="living"), stranger)
