"""Two records of one person are merged: everything follows, nobody is counted twice, and it can be undone exactly."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from shidai.benefits.models import Claim
from shidai.core import actions as core_actions
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.core.models import AuditEntry
from shidai.packs import load_pack
from shidai.registry import actions, places, queries
from shidai.registry.extract import extract_records
from shidai.registry.merging import plan_merge, remains
from shidai.registry.models import (
    Birth,
    ContraceptiveUse,
    Death,
    DuplicatePair,
    DuplicateRun,
    Household,
    Merge,
    MergedReference,
    Parentage,
    Person,
    Source,
    SourceRow,
    Spell,
    Union,
)
from shidai.registry.references import find_references
from shidai.words import ShidaiError
from tests.factories import (
    BEIQIAO,
    CITY,
    FARAWAY,
    NANQIAO,
    OPERATOR,
    day,
    make_couple,
    make_person,
    make_staff,
)

PACK = load_pack("wuxi-2006")
VILLAGES = [area.code for area in PACK.areas_at("village")]
HOME = VILLAGES[0]
AWAY = next(code for code in VILLAGES if code[:6] != HOME[:6])
pytestmark = pytest.mark.usefixtures("city")
WHY = "同一身份证，两地重复登记"
NOT_KEPT_EQUAL = {
    "Merge",
    "MergedReference",
    "DuplicatePair",
    "DuplicateRun",
    "AuditEntry",
    "AuditHead",
    "CountyChange",
}


def merge(keep: Person, gone: Person, by=OPERATOR, **more) -> Merge:
    return actions.merge_people(by=by, keep=keep.uuid, gone=gone.uuid, reason=WHY, **more)


def undo(done: Merge, by=OPERATOR) -> Merge:
    return actions.unmerge_people(by=by, merge=done.uuid, reason="核对有误")


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but of the log, of merges and of the marks for the next extract."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model.__name__ not in NOT_KEPT_EQUAL
    }


def what_is_wrong(refused: pytest.ExceptionInfo[ShidaiError]) -> str:
    return " ".join(problem.what.en for problem in refused.value.problems)


def make_twice_recorded(home: str = NANQIAO, away: str = FARAWAY) -> tuple[Person, Person]:
    """A mother who moved to another county and was entered there anew, with all that can hang on a person."""
    keep, husband = make_couple(home)
    gone = make_person("李虹", 2, "1970-5-1", area=away, since="1993-2-1")
    other_husband = make_person("王强", 1, "1968-3-2", area=away)
    grandmother = make_person("赵兰", 2, "1948-1-1", area=away)
    Parentage.objects.create(child=gone, mother=grandmother)
    Parentage.objects.create(child=keep, father=make_person("李大山", 1, "1945-1-1", area=home))
    Union.objects.create(wife=gone, husband=husband, start_date=date(1995, 1, 1), start_precision="day")
    for parent, name, born in ((keep, "王大", "1996-5-5"), (gone, "王二", "1999-6-6")):
        father = {"father": husband.uuid} if parent == keep else {"father": other_husband.uuid}
        actions.record_birth(by=OPERATOR, mother=parent.uuid, birth=day(born), sex=1, name=name, **father)
    Birth.objects.create(child=gone)
    Birth.objects.create(child=keep)
    ContraceptiveUse.objects.create(person=keep, method="iud", start_date=date(1997, 1, 1))
    ContraceptiveUse.objects.create(person=gone, method="iud", start_date=date(2000, 1, 1))
    ContraceptiveUse.objects.create(person=gone, method="condom", start_date=date(1996, 1, 1))
    home = Household.objects.create(area=away, head=gone)
    Spell.objects.filter(person=gone, kind="living").update(household=home)
    SourceRow.objects.create(
        source=Source.objects.create(name="派出所"), kind="person", key="P7", record_id=gone.pk, fingerprint=1,
        run_id=1, line=2,
    )  # fmt: skip
    Claim.objects.create(scheme="x", version="1", person=gone, area=away, state="in_force", by="lan")
    places.settle(list(Person.objects.values_list("pk", flat=True)))  # as every action leaves it
    for person in (keep, gone):
        person.refresh_from_db()
    return keep, gone


class TestFollowing:
    def test_children_household_and_source_keys_follow(self):
        keep, gone = make_twice_recorded()
        merge(keep, gone)
        assert set(Parentage.objects.filter(mother=keep).values_list("child__name", flat=True)) == {"王大", "王二"}
        assert Household.objects.get(area=FARAWAY).head == keep
        assert SourceRow.objects.get(key="P7").record_id == keep.pk
        gone.refresh_from_db()
        assert gone.merged_into == keep
        assert queries.survivors([gone.pk, keep.pk]) == {gone.pk: keep.pk}

    def test_every_column_that_refers_to_a_person_is_known(self):
        """A new room's reference follows without anybody thinking of it here."""
        found = {(one.model._meta.label, one.column) for one in find_references()}
        assert {
            ("registry.Spell", "person_id"), ("registry.Union", "wife_id"), ("registry.Parentage", "child_id"),
            ("registry.Person", "merged_into_id"), ("benefits.Claim", "person_id"), ("registry.SourceRow", "record_id"),
        } <= found  # fmt: skip

    def test_a_name_and_a_number_stay_with_their_record(self):
        keep = make_person("李红", resident_number="990206197005010022")
        gone = make_person("李虹", area=FARAWAY, resident_number="990206197005010049", former_name="李小红")
        merge(keep, gone)
        assert gone.identifiers.count() == 1
        assert gone.other_names.get().name == "李小红"
        assert keep.identifiers.count() == 1

    def test_a_claim_stays_with_its_record(self, monkeypatch):
        monkeypatch.setattr(Claim, "stays_when_merged", True, raising=False)
        keep, gone = make_twice_recorded()
        plan = plan_merge(keep, gone)
        assert plan.count_staying()["benefits.Claim"] == 1
        merge(keep, gone)
        assert Claim.objects.get().person == gone

    def test_a_claim_under_a_scheme_that_the_kept_record_claims_too_stays_in_any_case(self):
        keep, gone = make_twice_recorded()
        Claim.objects.create(scheme="x", version="1", person=keep, area=NANQIAO, state="in_force", by="lan")
        merge(keep, gone)
        assert Claim.objects.filter(person=gone).count() == 1

    def test_a_record_merged_before_follows_to_the_one_that_stands(self):
        first, second, third = make_person(), make_person(area=BEIQIAO), make_person(area=FARAWAY)
        merge(second, first)
        merge(third, second)
        assert queries.survivors([first.pk, second.pk]) == {first.pk: third.pk, second.pk: third.pk}


class TestNothingIsTwice:
    def test_residence_that_both_have_is_closed_as_a_correction(self):
        keep = make_person(area=NANQIAO, since="2003-4-1")
        gone = make_person(area=FARAWAY, since="1990-1-1")
        merge(keep, gone)
        living = list(Spell.objects.filter(person=keep, kind="living").order_by("start_date"))
        assert [(one.area, one.start_date, one.end_date) for one in living] == [
            (FARAWAY, date(1990, 1, 1), date(2003, 4, 1)),
            (NANQIAO, date(2003, 4, 1), None),
        ]
        assert living[0].end_reason == "correction"
        assert Spell.objects.filter(person=gone).count() == 0

    def test_residence_that_the_kept_record_covers_stays_behind_with_no_day(self):
        keep = make_person(area=NANQIAO)
        gone = make_person(area=FARAWAY, since="1990-1-1")
        merge(keep, gone)
        assert set(Spell.objects.filter(person=gone).values_list("start_date", "end_date")) == {
            (date(1990, 1, 1), date(1990, 1, 1))
        }
        assert Spell.objects.filter(person=keep).count() == 2

    @pytest.mark.parametrize(("own", "others", "left"), [
        ((1, None), [(3, None)], (1, 3)),
        ((1, None), [(2, 5)], (5, None)),
        ((1, 9), [(2, 5)], (1, 2)),
        ((3, 6), [(1, 4), (4, None)], None),
        ((1, 4), [(4, None)], (1, 4)),
        ((5, None), [(1, 5)], (5, None)),
    ])  # fmt: skip
    def test_what_is_left_of_a_time(self, own, others, left):
        def as_time(pair):
            return (date(2000, 1, pair[0]), date(2000, 1, pair[1]) if pair[1] else None) if pair else None

        assert remains(as_time(own), [as_time(each) for each in others]) == as_time(left)

    def test_a_marriage_that_both_have_is_one(self):
        keep, gone = make_twice_recorded()
        husband = Union.objects.get(wife=keep).husband
        merge(keep, gone)
        assert Union.objects.filter(husband=husband).count() == 1
        assert Union.objects.get(wife=gone).husband is None

    def test_a_death_follows_and_ends_what_was_open(self):
        keep, gone = make_person(area=NANQIAO), make_person(area=FARAWAY, since="1990-1-1")
        actions.record_death(by=OPERATOR, person=gone.uuid, death=day("2005-3-1"))
        merge(keep, gone)
        assert Death.objects.get().person == keep
        assert set(Spell.objects.filter(person=keep).values_list("end_date", "end_reason")) == {
            (date(2005, 3, 1), "death")
        }

    def test_parents_and_a_birth_that_both_have_count_once(self):
        keep, gone = make_twice_recorded()
        merge(keep, gone)
        family = Parentage.objects.get(child=keep)
        assert (family.mother.name, family.father.name) == ("赵兰", "李大山")
        stayed = Parentage.objects.get(child=gone)
        assert (stayed.mother, stayed.father) == (None, None)
        assert Birth.objects.filter(child=gone).exists()


class TestUndone:
    def test_every_row_is_as_it_was(self):
        keep, gone = make_twice_recorded()
        actions.record_death(by=OPERATOR, person=gone.uuid, death=day("2005-3-1"))
        before = everything()
        done = merge(keep, gone)
        assert everything() != before
        undo(done)
        assert everything() == before

    @pytest.mark.parametrize("way", ["keep the first", "keep the second"])
    def test_either_way_round(self, way):
        pair = make_twice_recorded()
        keep, gone = pair if way == "keep the first" else reversed(pair)
        before = everything()
        undo(merge(keep, gone))
        assert everything() == before

    def test_one_inside_another_is_undone_in_order(self):
        first, second, third = make_person(), make_person(area=BEIQIAO, since="1980-1-1"), make_person(area=FARAWAY)
        before = everything()
        inner = merge(second, first)
        outer = merge(third, second)
        with pytest.raises(ShidaiError) as refused:
            undo(inner)
        assert "merged into another one since" in what_is_wrong(refused)
        undo(outer)
        undo(inner)
        assert everything() == before

    def test_what_was_recorded_since_stays_where_it_was_recorded(self):
        keep, gone = make_twice_recorded()
        done = merge(keep, gone)
        actions.record_birth(by=OPERATOR, mother=keep.uuid, birth=day("2004-6-6"), sex=1, name="王三")
        undo(done)
        assert set(Parentage.objects.filter(mother=keep).values_list("child__name", flat=True)) == {"王大", "王三"}
        assert Parentage.objects.get(mother=gone).child.name == "王二"

    def test_a_row_that_was_removed_since_is_named(self):
        keep, gone = make_twice_recorded()
        done = merge(keep, gone)
        ContraceptiveUse.objects.filter(method="condom").delete()
        kept = everything()
        with pytest.raises(ShidaiError) as refused:
            undo(done)
        assert "uses of contraception" in what_is_wrong(refused)
        assert everything() == kept

    def test_a_death_recorded_since_must_go_first(self):
        keep, gone = make_twice_recorded()
        done = merge(keep, gone)
        actions.record_death(by=OPERATOR, person=keep.uuid, death=day("2006-1-1"))
        with pytest.raises(ShidaiError) as refused:
            undo(done)
        assert "death was recorded since" in what_is_wrong(refused)

    def test_twice_is_once(self):
        keep, gone = make_twice_recorded()
        done = merge(keep, gone)
        undo(done)
        entries = AuditEntry.objects.filter(deed="person.unmerge").count()
        undo(done)
        assert AuditEntry.objects.filter(deed="person.unmerge").count() == entries == 2

    def test_and_merged_again(self):
        keep, gone = make_twice_recorded()
        undo(merge(keep, gone))
        merge(gone, keep)
        keep.refresh_from_db()
        assert keep.merged_into == gone

    @pytest.mark.parametrize("deed", ["update", "delete"])
    def test_the_notes_of_a_merge_are_never_rewritten(self, deed):
        merge(*make_twice_recorded())
        notes = MergedReference.objects.all()
        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            notes.update(row="1") if deed == "update" else notes.delete()


class TestCounted:
    """The record tables count a person, her births and her death once, whichever way she was entered twice."""

    @pytest.fixture
    def rows(self, db, tmp_path):
        core_actions.load_areas(PACK, by=OPERATOR)

        def extract() -> dict[str, int]:
            cutoff = date(2006, 12, 31)
            return extract_records(tmp_path / "records", by=OPERATOR, pack=PACK, cutoff=cutoff, everything=True).rows

        return extract

    def test_nobody_and_nothing_counts_twice(self, rows):
        keep, gone = make_twice_recorded(HOME, AWAY)
        for person in (keep, gone):
            actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-3-1"))
        before = rows()
        done = merge(keep, gone)
        after = rows()
        lost = {table: before[table] - after[table] for table in before if before[table] != after[table]}
        assert lost == {"person": 1, "birth": 1, "death": 1, "union_": 1, "contraception": 1, "residence": 2}
        undo(done)
        assert rows() == before

    def test_on_any_day_a_person_lives_in_one_place(self, rows, tmp_path):
        keep, gone = make_person(area=HOME, since="2003-4-1"), make_person(area=AWAY, since="1990-1-1")
        merge(keep, gone)
        rows()
        stays = duckdb.sql(f"FROM '{tmp_path}/records/residence/**/*.parquet' SELECT * WHERE kind = 'living'").arrow()
        told = {(one["area"], one["start_date"], one["end_date"]) for one in stays.read_all().to_pylist()}
        assert told == {(AWAY, date(1990, 1, 1), date(2003, 4, 1)), (HOME, date(2003, 4, 1), None)}


class TestRefused:
    def test_husband_and_wife(self):
        wife, husband = make_couple()
        with pytest.raises(ShidaiError) as refused:
            merge(wife, husband)
        assert "two people" in what_is_wrong(refused)

    def test_mother_and_child(self):
        mother = make_person()
        birth = actions.record_birth(by=OPERATOR, mother=mother.uuid, birth=day("1996-5-5"), sex=2, name="王小花")
        with pytest.raises(ShidaiError) as refused:
            merge(mother, birth.child)
        assert "two people" in what_is_wrong(refused)

    def test_one_with_itself(self):
        person = make_person()
        with pytest.raises(ShidaiError) as refused:
            merge(person, person)
        assert "one and the same" in what_is_wrong(refused)

    def test_a_record_that_was_merged_already(self):
        keep, gone, third = make_person(), make_person(area=BEIQIAO), make_person(area=FARAWAY)
        merge(keep, gone)
        with pytest.raises(ShidaiError) as refused:
            merge(third, gone)
        assert "merged into another already" in what_is_wrong(refused)

    def test_whoever_may_judge_in_one_of_the_areas_only(self, cast):
        keep, gone = make_person(area=NANQIAO), make_person(area=FARAWAY)
        for member in (cast.gu, cast.ma, cast.lan, cast.he, cast.qian):
            with pytest.raises(NoAccess):
                merge(keep, gone, by=member)
        done = merge(keep, gone, by=make_staff("sun", "city_registrar", CITY))
        for member in (cast.gu, cast.ma, cast.lan, cast.he, cast.qian):
            with pytest.raises(NoAccess):
                undo(done, by=member)

    def test_the_township_merges_inside_itself(self, cast):
        keep, gone = make_person(area=NANQIAO), make_person(area=BEIQIAO)
        undo(merge(keep, gone, by=cast.zhou), by=cast.zhou)

    def test_nothing_more_is_recorded_of_a_merged_record(self):
        keep, gone = make_twice_recorded()
        merge(keep, gone)
        with pytest.raises(ShidaiError) as refused:
            actions.record_death(by=OPERATOR, person=gone.uuid, death=day("2006-1-1"))
        assert "merged into another" in what_is_wrong(refused)


class TestSeen:
    def test_it_is_off_the_lists_and_the_search(self, cast):
        keep, gone = make_person("李红", area=NANQIAO), make_person("李虹", area=BEIQIAO, since="1990-1-1")
        merge(keep, gone)
        assert [one.person for one in queries.find_people(cast.gu, "李")] == [keep]
        for who in ("living", "registered", "left", "dead"):
            assert gone not in queries.list_people(cast.gu, area="329901101", who=who)
        assert queries.get_person(OPERATOR, gone.uuid) is None

    def test_its_number_and_phone_find_the_one_that_was_kept_and_say_so(self, cast):
        keep = make_person("李红", area=NANQIAO)
        gone = make_person("李虹", area=BEIQIAO, resident_number="990206197005010049", phone="15400001111")
        merge(keep, gone)
        for typed in ("990206197005010049", "15400001111"):
            found = queries.find_people(cast.gu, typed)
            assert [one.person for one in found] == [keep]
            assert "merged into this one" in found[0].why.en

    def test_both_records_tell_of_it_in_the_log(self):
        keep, gone = make_person(), make_person(area=BEIQIAO)
        merge(keep, gone)
        entries = AuditEntry.objects.filter(deed="person.merge")
        assert {entry.subject for entry in entries} == {f"person:{keep.uuid}", f"person:{gone.uuid}"}
        assert not any("王小明" in entry.detail for entry in entries)

    def test_two_clicks_merge_once(self):
        keep, gone = make_person(), make_person(area=BEIQIAO)
        sent = new_id()
        assert merge(keep, gone, id=sent) == merge(keep, gone, id=sent)
        assert Merge.objects.count() == 1

    def test_the_pair_in_the_queue_is_answered(self):
        keep, gone = make_person(), make_person(area=BEIQIAO)
        run = DuplicateRun.objects.create(
            by="x", people=2, model="han", settings={}, least=0.1, pairs=1, expected_missed=0, expected_false=0
        )
        pair = DuplicatePair.objects.create(
            one=keep, other=gone, run=run, probability=0.9, evidence=[], records_mark=1
        )  # fmt: skip
        done = merge(keep, gone)
        pair.refresh_from_db()
        assert (pair.state, pair.judged_by) == ("same", "operator")
        undo(done)
        pair.refresh_from_db()
        assert (pair.state, pair.judged_by) == ("open", "")
