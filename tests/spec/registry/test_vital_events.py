"""Every vital event keeps the register consistent, and impossible ones are refused."""

from datetime import date

import pytest

from shidai.core import audit
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.linkage.residentnumber import check_character
from shidai.registry import actions
from shidai.registry.importing import Order, import_files
from shidai.registry.models import Birth, Identifier, Person, Spell
from shidai.words import ShidaiError
from tests.factories import BEIQIAO, FARAWAY, NANQIAO, OPERATOR, day, make_couple, make_person
from tests.spec.packs.packfolder import PACK, write_pack

NUMBER = "99999919700501122" + check_character("99999919700501122")
pytestmark = pytest.mark.usefixtures("city")


class TestRegistering:
    def test_a_person_gets_a_reading_and_residence(self):
        person = make_person("曾小红")
        assert (person.pinyin, person.initials) == ("zengxiaohong", "zxh")
        assert (person.registered_area, person.living_area) == (NANQIAO, NANQIAO)
        assert person.spells.count() == 2

    def test_the_number_is_sealed_and_gives_the_date_of_birth(self, cast):
        identity = actions.Identity(name="李红", sex=2, resident_number=NUMBER)
        person = actions.register_person(by=cast.lan, identity=identity, area=NANQIAO)
        assert person.birth_date == date(1970, 5, 1)
        assert NUMBER.encode() not in bytes(Identifier.objects.get(person=person).number)

    def test_all_that_is_wrong_is_said_at_once(self):
        identity = actions.Identity(name="李红", sex=1, birth=day("1971-1-1"), resident_number=NUMBER)
        with pytest.raises(ShidaiError) as refused:
            actions.register_person(by=OPERATOR, identity=identity, area=NANQIAO)
        assert [problem.where for problem in refused.value.problems] == ["birth", "sex"]

    def test_a_number_that_somebody_has_is_refused(self):
        make_person("李红", resident_number=NUMBER)
        with pytest.raises(ShidaiError, match="another person"):
            make_person("李虹", resident_number=NUMBER)

    def test_the_same_id_registers_once(self):
        id = new_id()
        for _ in range(2):
            actions.register_person(by=OPERATOR, identity=actions.Identity("李红", 2), area=NANQIAO, id=id)
        assert Person.objects.count() == 1

    def test_only_those_who_serve_the_village_may(self, cast):
        identity = actions.Identity("李红", 2)
        assert actions.register_person(by=cast.lan, identity=identity, area=NANQIAO).pk
        for stranger in (cast.ma, cast.qian, cast.he, cast.admin):
            with pytest.raises(NoAccess):
                actions.register_person(by=stranger, identity=identity, area=NANQIAO)

    def test_a_township_is_no_place_to_live(self):
        with pytest.raises(ShidaiError, match="no village"):
            make_person(area=NANQIAO[:9])


class TestBirth:
    def test_a_birth_makes_a_person_with_parents_residence_and_an_audit_entry(self, cast):
        wife, husband = make_couple()
        birth = actions.record_birth(
            by=cast.lan, mother=wife.uuid, father=husband.uuid, birth=day("1996-5-5"), sex=2, name="王小花"
        )

        child = birth.child
        assert (child.parentage.mother, child.parentage.father) == (wife, husband)
        assert {(s.kind, s.area, s.start_reason) for s in child.spells.all()} == {
            ("registered", NANQIAO, "birth"), ("living", NANQIAO, "birth"),
        }  # fmt: skip
        assert birth.registered_area == NANQIAO
        assert AuditEntry.objects.filter(deed="birth.record", actor="lan").count() == 1
        assert audit.verify().sound

    def test_the_same_id_is_recorded_once(self):
        wife, _ = make_couple()
        id = new_id()
        for _ in range(2):
            actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2, id=id)
        assert Birth.objects.count() == 1

    def test_the_other_twin_in_the_form_of_the_first_is_refused_not_lost(self):
        wife, _ = make_couple()
        facts = {"by": OPERATOR, "mother": wife.uuid, "birth": day("1996-5-5"), "plurality": 2, "id": new_id()}
        actions.record_birth(sex=1, name="王大宝", **facts)
        with pytest.raises(ShidaiError, match="open a new form"):
            actions.record_birth(sex=2, name="王二宝", **facts)

    def test_two_births_two_months_apart_are_refused_and_nothing_is_left_behind(self):
        wife, _ = make_couple()
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2)
        people = Person.objects.count()
        with pytest.raises(ShidaiError, match="90 days"):
            actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-7-5"), sex=1)
        assert Person.objects.count() == people

    def test_twins_are_two_births(self):
        wife, _ = make_couple()
        for sex in (1, 2):
            actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=sex, plurality=2)
        assert Birth.objects.count() == 2

    def test_a_mother_of_nine_is_refused(self):
        girl = make_person(born="1990-1-1")
        with pytest.raises(ShidaiError, match="younger than 10"):
            actions.record_birth(by=OPERATOR, mother=girl.uuid, birth=day("1999-12-1"), sex=1)


class TestLimitsOfThePack:
    def test_another_citys_pack_has_other_limits_on_every_way_in(self, tmp_path, settings):
        settings.PACK = write_pack(tmp_path, pack_toml=PACK.replace("value = 10, note", "value = 15, note"))
        girl = make_person(born="1990-1-1")
        with pytest.raises(ShidaiError, match="younger than 15"):
            actions.record_birth(by=OPERATOR, mother=girl.uuid, birth=day("2004-12-1"), sex=1)
        file = tmp_path / "person.csv"
        file.write_text(
            "key,name,sex,birth_date,mother_key\nm,李红,女,1990-1-1,\nc,李新,男,2004-12-1,m\n", encoding="utf-8"
        )
        (outcome,) = import_files([("person", file)], Order("office", OPERATOR)).outcomes
        assert "younger than 15" in outcome.rejects[0].what.en


class TestDeath:
    def test_a_death_ends_spells_and_union_and_widows_the_other(self):
        wife, husband = make_couple()
        actions.record_death(by=OPERATOR, person=husband.uuid, death=day("2005-3-1"), cause="i21")

        assert set(husband.spells.values_list("end_date", "end_reason")) == {(date(2005, 3, 1), "death")}
        union = wife.unions_as_wife.get()
        assert (union.end_date, union.end_reason) == (date(2005, 3, 1), "widowed")
        assert (husband.death.registered_area, husband.death.cause) == (NANQIAO, "I21")

    def test_it_is_recorded_once(self):
        person = make_person()
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-3-1"))
        with pytest.raises(ShidaiError, match="already recorded"):
            actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-3-2"))

    def test_nobody_dies_before_bearing_a_child(self):
        wife, _ = make_couple()
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2)
        with pytest.raises(ShidaiError, match="1996-05-05"):
            actions.record_death(by=OPERATOR, person=wife.uuid, death=day("1996-5-4"))


class TestMove:
    def test_a_move_within_the_city_ends_one_spell_and_starts_the_next(self, cast):
        person = make_person()
        actions.register_move(
            by=cast.zhou, person=person.uuid, kind="living", day=day("2004-7-1"), to=BEIQIAO, reason="work"
        )

        person.refresh_from_db()
        assert (person.registered_area, person.living_area) == (NANQIAO, BEIQIAO)
        ended = Spell.objects.get(person=person, kind="living", area=NANQIAO)
        assert (ended.end_date, ended.end_reason) == (date(2004, 7, 1), "work")

    def test_who_moves_away_leaves_no_open_spell_and_stays_findable_where_she_was(self):
        person = make_person()
        assert actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2004-7-1")) is None
        person.refresh_from_db()
        assert not person.spells.filter(kind="living", end_date=None).exists()
        assert person.living_area == NANQIAO

    def test_a_move_before_the_present_spell_began_is_refused(self):
        person = make_person(since="2003-1-1")
        with pytest.raises(ShidaiError, match="before the present spell"):
            actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2002-7-1"), to=BEIQIAO)

    def test_an_id_that_stands_for_another_event_is_refused(self):
        person, other, id = make_person(), make_person("赵军", 1, "1969-1-1"), new_id()
        facts = {"by": OPERATOR, "kind": "living", "day": day("2004-7-1"), "id": id}
        for _ in range(2):
            assert actions.register_move(person=person.uuid, to=BEIQIAO, **facts).area == BEIQIAO
        for change in ({"person": other.uuid, "to": BEIQIAO}, {"person": person.uuid, "to": FARAWAY}):
            with pytest.raises(ShidaiError, match="sent before"):
                actions.register_move(**facts, **change)

    def test_a_move_to_where_one_lives_is_refused(self):
        person = make_person()
        with pytest.raises(ShidaiError, match="there already"):
            actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2004-7-1"), to=NANQIAO)

    @pytest.mark.parametrize("to", ["", BEIQIAO])
    def test_nobody_has_moved_on_a_day_to_come(self, to):
        person = make_person()
        with pytest.raises(ShidaiError, match="future"):
            actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2999-7-1"), to=to)

    def test_the_dead_do_not_move(self):
        person = make_person()
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2003-3-1"))
        with pytest.raises(ShidaiError, match="after the person's death"):
            actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2004-7-1"), to=BEIQIAO)

    def test_one_may_fetch_a_person_into_the_own_village_but_not_send_strangers_about(self, cast):
        far = make_person(area=FARAWAY)
        with pytest.raises(NoAccess):
            actions.register_move(by=cast.zhou, person=far.uuid, kind="living", day=day("2004-7-1"))
        assert actions.register_move(by=cast.zhou, person=far.uuid, kind="living", day=day("2004-7-1"), to=BEIQIAO)


class TestUnion:
    def test_nobody_marries_twice_at_a_time(self):
        wife, _ = make_couple()
        other = make_person("赵军", 1, "1969-1-1")
        with pytest.raises(ShidaiError, match="overlaps"):
            actions.start_union(by=OPERATOR, wife=wife.uuid, husband=other.uuid, day=day("2000-1-1"))

    def test_after_a_divorce_she_may(self):
        wife, _ = make_couple()
        actions.end_union(by=OPERATOR, union=wife.unions_as_wife.get().uuid, day=day("1999-1-1"))
        other = make_person("赵军", 1, "1969-1-1")
        assert actions.start_union(by=OPERATOR, wife=wife.uuid, husband=other.uuid, day=day("2000-1-1")).pk

    def test_nobody_marries_herself(self):
        wife = make_person()
        with pytest.raises(ShidaiError, match="same person"):
            actions.start_union(by=OPERATOR, wife=wife.uuid, husband=wife.uuid, day=day("2000-1-1"))

    def test_an_ended_marriage_is_not_ended_again_inside_the_next_one(self):
        wife, _ = make_couple()
        first = wife.unions_as_wife.get()
        actions.end_union(by=OPERATOR, union=first.uuid, day=day("1999-1-1"))
        other = make_person("赵军", 1, "1969-1-1")
        actions.start_union(by=OPERATOR, wife=wife.uuid, husband=other.uuid, day=day("2000-1-1"))
        with pytest.raises(ShidaiError, match="overlaps"):
            actions.end_union(by=OPERATOR, union=first.uuid, day=day("2001-1-1"))
        assert actions.end_union(by=OPERATOR, union=first.uuid, day=day("1999-6-1")).end_date == date(1999, 6, 1)

    def test_it_does_not_end_before_it_started(self):
        wife, _ = make_couple()
        with pytest.raises(ShidaiError, match="before it starts"):
            actions.end_union(by=OPERATOR, union=wife.unions_as_wife.get().uuid, day=day("1990-1-1"))


class TestCorrecting:
    def test_a_date_of_birth_is_corrected_with_its_former_value_in_the_log(self, cast):
        person = make_person(born="1970-5-1", since="1990-1-1")
        corrected = actions.correct_birth_date(by=cast.lan, person=person.uuid, birth=day("1971"))
        assert (corrected.birth_date, corrected.birth_precision, corrected.version) == (date(1971, 7, 1), "year", 2)
        assert "1970-05-01" in AuditEntry.objects.get(deed="person.birth_date").detail

    def test_not_after_what_she_did_and_not_against_her_children(self):
        wife, _ = make_couple()
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2)
        for wrong in ("1996-1-1", "1990-1-1"):
            with pytest.raises(ShidaiError):
                actions.correct_birth_date(by=OPERATOR, person=wife.uuid, birth=day(wrong))

    def test_residence_since_birth_begins_on_the_new_day(self):
        wife, _ = make_couple()
        child = actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2).child
        actions.register_move(by=OPERATOR, person=child.uuid, kind="living", day=day("1998-1-1"), to=BEIQIAO)
        for born in ("1996-8-5", "1996-2-5"):
            actions.correct_birth_date(by=OPERATOR, person=child.uuid, birth=day(born))
            starts = child.spells.filter(start_reason="birth").values_list("start_date", flat=True)
            assert set(starts) == {day(born).day}
        with pytest.raises(ShidaiError, match="1998-01-01"):
            actions.correct_birth_date(by=OPERATOR, person=child.uuid, birth=day("1998-1-2"))

    def test_not_too_near_to_a_sibling(self):
        wife, _ = make_couple()
        actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2)
        child = actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1998-5-5"), sex=2).child
        with pytest.raises(ShidaiError, match="90 days"):
            actions.correct_birth_date(by=OPERATOR, person=child.uuid, birth=day("1996-6-5"))


class TestWhatCanBeStated:
    def test_nobody_comes_here_before_birth(self):
        with pytest.raises(ShidaiError) as refused:
            make_person(born="1990-1-1", since="1985-1-1")
        assert [problem.where for problem in refused.value.problems] == ["since"]

    def test_who_only_lives_here_states_where_she_is_registered(self):
        identity = actions.Identity("李红", 2)
        with pytest.raises(ShidaiError) as refused:
            actions.register_person(by=OPERATOR, identity=identity, area=NANQIAO, kinds=("living",))
        assert [problem.where for problem in refused.value.problems] == ["registered_area"]
        made = actions.register_person(
            by=OPERATOR, identity=identity, area=NANQIAO, kinds=("living",), registered_area="341200"
        )
        assert made.registered_area == "341200"

    def test_a_phone_looks_like_one(self):
        with pytest.raises(ShidaiError, match="phone number"):
            make_person(phone="call my son")
        assert make_person(phone="+86 510-8270 1234").pk


class TestOrderOfBirth:
    def test_it_follows_the_recorded_births_up_to_that_day(self):
        wife, _ = make_couple()
        stated = actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=2, birth_order=2)
        later = actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("2000-5-5"), sex=2)
        assert (stated.birth_order, later.birth_order) == (2, 3)

    def test_twins_follow_each_other(self):
        wife, _ = make_couple()
        orders = [
            actions.record_birth(by=OPERATOR, mother=wife.uuid, birth=day("1996-5-5"), sex=sex, plurality=2).birth_order
            for sex in (1, 2)
        ]
        assert orders == [1, 2]


class TestWithdrawingADeath:
    def test_what_it_ended_holds_again_and_the_log_keeps_it(self, cast):
        wife, husband = make_couple()
        actions.record_death(by=cast.lan, person=husband.uuid, death=day("2005-3-1"))
        for _ in range(2):
            who = actions.withdraw_death(by=cast.lan, person=husband.uuid, why="登记错人")
        assert not hasattr(who, "death")
        assert who.spells.filter(end_date=None).count() == 2
        assert wife.unions_as_wife.get().end_date is None
        entry = AuditEntry.objects.get(deed="death.withdraw")
        assert "2005-03-01" in entry.detail
        assert "登记错人" in entry.detail

    def test_what_had_ended_before_stays_ended(self):
        person = make_person()
        actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2004-7-1"))
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-3-1"))
        actions.withdraw_death(by=OPERATOR, person=person.uuid, why="登记错人")
        assert list(person.spells.filter(end_date=None).values_list("kind", flat=True)) == ["registered"]

    def test_not_when_the_widow_has_married_since(self):
        wife, husband = make_couple()
        actions.record_death(by=OPERATOR, person=husband.uuid, death=day("2005-3-1"))
        other = make_person("赵军", 1, "1969-1-1")
        actions.start_union(by=OPERATOR, wife=wife.uuid, husband=other.uuid, day=day("2006-1-1"))
        with pytest.raises(ShidaiError, match="married again"):
            actions.withdraw_death(by=OPERATOR, person=husband.uuid, why="登记错人")

    def test_only_by_those_who_serve_the_person(self, cast):
        person = make_person()
        actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-3-1"))
        for stranger in (cast.ma, cast.he):
            with pytest.raises(NoAccess):
                actions.withdraw_death(by=stranger, person=person.uuid, why="登记错人")
