"""A visit from the offer to its result: consent first, values checked, what follows is due, nothing rewritten."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from shidai.core.access import NoAccess
from shidai.indicators.coverage import cover
from shidai.indicators.records import Records
from shidai.programmes import actions
from shidai.programmes.extract import contribute
from shidai.programmes.models import Consent, Visit
from shidai.programmes.offered import Offer, find_programme, offers
from shidai.programmes.queries import due_list, offers_to, visit_page
from shidai.registry import actions as registry
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from shidai.registry.models import Person
from shidai.rules.formschema import form_mark
from shidai.words import ShidaiError
from tests.factories import CITY, NANQIAO, OPERATOR, Cast, day, make_person
from tests.spec.programmes.conftest import HIGH, JUNE, NORMAL, RTI, SCREENING, agree, examine


def offer_of(person: Person, on: date = JUNE, programme: str = SCREENING) -> Offer:
    ((_, offer),) = offers([person.pk], on, [find_programme(programme)])
    return offer


def steps_due(person: Person, on: date = JUNE) -> list[str]:
    return [one.step for one in offer_of(person, on).due]


# Who is offered what


def test_a_bride_is_due_for_a_year_and_nobody_else_is(bride: Person) -> None:
    assert steps_due(bride) == ["examination"]
    assert steps_due(bride, date(2007, 5, 1)) == ["examination"]
    assert steps_due(bride, date(2007, 5, 2)) == []
    assert steps_due(make_person("单身", 2, "1980-1-1")) == []
    assert list(offers([make_person("男", 1, "1980-1-1").pk], JUNE, [find_programme(SCREENING)])) == []


def test_the_dead_are_offered_nothing(bride: Person) -> None:
    registry.record_death(by=OPERATOR, person=bride.uuid, death=day("2006-5-20"))
    assert list(offers([bride.pk], JUNE)) == []


def test_a_due_list_names_who_is_due_in_the_village_the_latest_day_first(cast: Cast, bride: Person) -> None:
    lines = due_list(cast.lan, area=NANQIAO, on=JUNE)
    assert {(line.name, line.programme.id) for line in lines} == {("李红", SCREENING), ("李红", RTI)}
    assert [line.due.due.by for line in lines] == sorted(line.due.due.by for line in lines)
    for outsider in (cast.ma, cast.qian, cast.gu):
        with pytest.raises(NoAccess):
            due_list(outsider, area=NANQIAO, on=JUNE)


# Visits


def test_a_visit_is_recorded_with_its_result_and_ends_what_was_due(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    visit = examine(cast, bride)
    assert (visit.outcome, visit.values["fasting_glucose"], visit.values["anaemia"]) == ("normal", 51, False)
    assert steps_due(bride) == []


def test_nothing_is_recorded_without_consent(cast: Cast, bride: Person) -> None:
    with pytest.raises(ShidaiError, match="She hasn't agreed to it"):
        examine(cast, bride)
    agree(cast, bride)
    actions.set_consent(by=cast.xu, person=bride.uuid, programme=SCREENING, given=False, day=JUNE)
    with pytest.raises(ShidaiError, match="She hasn't agreed to it"):
        examine(cast, bride)
    assert steps_due(bride) == []


def test_a_result_that_calls_for_it_makes_the_next_step_due_in_the_same_course(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    first = examine(cast, bride, **HIGH)
    assert steps_due(bride, JUNE + timedelta(days=13)) == []
    assert steps_due(bride, JUNE + timedelta(days=14)) == ["recheck"]
    answer = actions.record_visit(
        by=cast.xu, person=bride.uuid, programme=SCREENING, step="recheck", values={"answer": "cleared"},
        day=JUNE + timedelta(days=20),
    )  # fmt: skip
    assert answer.course == first.course
    assert steps_due(bride, JUNE + timedelta(days=60)) == []


def test_a_step_that_nothing_leads_to_is_refused(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    with pytest.raises(ShidaiError, match="follows a step that hasn't been done"):
        actions.record_visit(
            by=cast.xu, person=bride.uuid, programme=SCREENING, step="recheck", values={"answer": "cleared"}, day=JUNE
        )


def test_every_fault_of_the_values_is_told_at_its_field_and_nothing_is_kept(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    with pytest.raises(ShidaiError) as refused:
        examine(cast, bride, haemoglobin=900)
    assert {fault.where for fault in refused.value.problems} == {"haemoglobin", "hbsag"}
    assert not Visit.objects.exists()


@pytest.mark.parametrize("on", [timezone.localdate() + timedelta(days=1), date(2005, 6, 1)])
def test_a_day_to_come_or_before_the_programme_is_refused(cast: Cast, bride: Person, on: date) -> None:
    agree(cast, bride)
    with pytest.raises(ShidaiError, match=r"lies in the future|wasn't running"):
        examine(cast, bride, on=on)


def test_a_form_that_has_changed_since_is_refused(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    version = find_programme(SCREENING).version[0]
    mark = form_mark(version, version.step[0])
    about = {"by": cast.xu, "person": bride.uuid, "programme": SCREENING, "step": "examination", "day": JUNE}
    with pytest.raises(ShidaiError, match="has changed since this page was opened"):
        actions.record_visit(**about, values=NORMAL, form="of yesterday")
    assert actions.record_visit(**about, values=NORMAL, form=mark).form == mark


def test_two_clicks_record_once_and_two_nurses_not_twice(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    click = uuid4()
    about = {"by": cast.xu, "person": bride.uuid, "programme": SCREENING, "step": "examination", "day": JUNE}
    for _ in range(2):
        actions.record_visit(**about, values=NORMAL, id=click)
    with pytest.raises(ShidaiError, match="was recorded on 2006-06-01 already"):
        actions.record_visit(**about, values=NORMAL)
    assert Visit.objects.count() == 1


def test_a_page_saved_once_and_sent_again_with_other_answers_is_not_told_as_saved(cast: Cast, bride: Person) -> None:
    """Back, another value, save: the first answers stand, and she is told where to correct them."""
    agree(cast, bride)
    click = uuid4()
    about = {"by": cast.xu, "person": bride.uuid, "programme": SCREENING, "step": "examination", "id": click}
    first = actions.record_visit(**about, values=NORMAL, day=JUNE)
    for changed in ({"values": HIGH, "day": JUNE}, {"values": NORMAL, "day": JUNE - timedelta(days=1)}):
        with pytest.raises(ShidaiError, match="saved before"):
            actions.record_visit(**about, **changed)
    mended = uuid4()
    correct = {"by": cast.xu, "visit": first.uuid, "reason": "看错一行", "id": mended}
    assert actions.correct_visit(**correct, values=HIGH) == actions.correct_visit(**correct, values=HIGH)
    with pytest.raises(ShidaiError, match="saved before"):
        actions.correct_visit(**correct, values=NORMAL)
    assert actions.record_visit(**about, values=NORMAL, day=JUNE) == first  # a late retry after the correction
    assert Visit.objects.count() == 2


def test_every_write_is_done_once_by_its_id_and_keeps_when_it_was_typed(cast: Cast, bride: Person) -> None:
    typed_at = timezone.now() - timedelta(days=3)
    about = {"by": cast.xu, "person": bride.uuid, "programme": SCREENING, "day": JUNE, "recorded_at": typed_at}
    ids = [uuid4() for _ in range(5)]

    def write() -> None:
        actions.set_consent(**about, given=True, id=ids[0])
        visit = actions.record_visit(**about, step="examination", values=NORMAL, id=ids[1])
        actions.correct_visit(
            by=cast.xu, visit=visit.uuid, values=HIGH, reason="看错一行", recorded_at=typed_at, id=ids[2]
        )
        actions.record_answer(**about, answer="not_now", id=ids[3])
        actions.set_consent(**about, given=False, id=ids[4])

    write()
    before = (Consent.objects.count(), Visit.objects.count())
    write()
    assert (Consent.objects.count(), Visit.objects.count()) == before == (2, 4)
    for kept in (*Consent.objects.all(), *Visit.objects.all()):
        assert (kept.recorded_at, bool(kept.version), kept.at > typed_at) == (typed_at, True, True)
    with pytest.raises(ShidaiError, match="used for something else"):
        actions.set_consent(**about | {"day": JUNE - timedelta(days=1)}, given=True, id=ids[0])


def test_only_who_serves_there_records_and_sees_results(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    for other in (cast.lan, cast.zhou, cast.gu, cast.he):
        with pytest.raises(NoAccess):
            actions.record_visit(
                by=other, person=bride.uuid, programme=SCREENING, step="examination", values=NORMAL, day=JUNE
            )
    visit = examine(cast, bride)
    assert visit_page(cast.xu, visit.uuid) == visit
    for other in (cast.lan, cast.zhou, cast.gu, cast.he, cast.qian, cast.ma):
        assert visit_page(other, visit.uuid) is None
    seen = offers_to(cast.lan, bride.uuid, JUNE)
    assert seen is not None
    assert (seen.visits, seen.may_record) == ((), False)
    assert offers_to(cast.xu, bride.uuid, JUNE).visits == (visit,)  # type: ignore[union-attr]


# Answers


def test_not_now_is_an_answer_for_a_time_and_never_for_good(cast: Cast, bride: Person) -> None:
    actions.record_answer(by=cast.lan, person=bride.uuid, programme=SCREENING, answer="not_now", day=JUNE)
    assert steps_due(bride) == []
    assert offer_of(bride, date(2007, 5, 1)).declined
    assert not offer_of(bride, date(2007, 6, 1)).declined
    actions.record_answer(by=cast.lan, person=bride.uuid, programme=SCREENING, answer="never", day=JUNE)
    assert offer_of(bride, date(2007, 6, 1)).declined


@pytest.mark.parametrize("refusal", ["withdrawn", "never", "not_now"])
def test_who_agrees_after_all_is_offered_it_again_from_that_day_on(cast: Cast, bride: Person, refusal: str) -> None:
    """On her page, on the lists and in the figures; what was counted of the days before stays."""
    refused, july = date(2006, 6, 10), date(2006, 7, 1)
    if refusal == "withdrawn":
        agree(cast, bride)
        actions.set_consent(by=cast.lan, person=bride.uuid, programme=SCREENING, given=False, day=refused)
    else:
        actions.record_answer(by=cast.lan, person=bride.uuid, programme=SCREENING, answer=refusal, day=refused)  # type: ignore[arg-type]
    assert counted(date(2006, 6, 30)) == counted(date(2006, 7, 31)) == (0, 1)
    agree(cast, bride, on=july)
    assert steps_due(bride, date(2006, 6, 30)) == []
    assert steps_due(bride, july) == ["examination"]
    assert counted(date(2006, 6, 30)) == (0, 1)
    assert counted(date(2006, 7, 31)) == (1, 0)


def test_a_yes_that_was_taken_back_the_same_day_is_a_no(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    actions.set_consent(by=cast.lan, person=bride.uuid, programme=SCREENING, given=False, day=JUNE)
    assert offer_of(bride).declined
    agree(cast, bride)
    assert not offer_of(bride).declined


def counted(until: date) -> tuple[int, int]:
    """How many were offered the screening by a day of 2006, and how many had declined, by the record tables."""
    pack = city_pack().model_copy(update={"header": city_pack().header.model_copy(update={"city": CITY})})
    with TemporaryDirectory() as folder:
        extract_records(Path(folder), by=OPERATOR, pack=pack, cutoff=date(2006, 12, 31), more=(contribute,))
        with Records.open(folder) as records:
            told = cover(records, pack, SCREENING, date(2006, 1, 1), until)
    return sum(told["offered"].to_pylist()), sum(told["declined"].to_pylist())


# Corrections


def test_a_correction_needs_a_reason_and_leaves_the_former_values_on_file(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    visit = examine(cast, bride, **HIGH)
    with pytest.raises(ShidaiError, match="Give the reason"):
        actions.correct_visit(by=cast.xu, visit=visit.uuid, values=NORMAL, reason=" ")
    mended = actions.correct_visit(by=cast.xu, visit=visit.uuid, values=NORMAL, reason="看错一行")
    assert (mended.outcome, mended.course, mended.replaces) == ("normal", visit.course, visit)
    assert [one.uuid for one in offer_of(bride).lines] == [mended.uuid]
    assert Visit.objects.get(uuid=visit.uuid).values["fasting_glucose"] == 72
    with pytest.raises(ShidaiError, match="corrected already"):
        actions.correct_visit(by=cast.xu, visit=visit.uuid, values=HIGH, reason="又看错")


def test_the_database_itself_refuses_to_rewrite(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    visit = examine(cast, bride)
    for rewrite in (
        lambda: Visit.objects.filter(pk=visit.pk).update(outcome="referred"),
        lambda: Consent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rewrite()


def test_visits_follow_a_record_that_was_merged_into_another_one(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    visit = examine(cast, bride)
    double = make_person("李红", 2, "1970-5-1")
    registry.merge_people(by=OPERATOR, keep=double.uuid, gone=bride.uuid, reason="同一人")
    ((_, offer),) = offers([double.pk], JUNE, [find_programme(SCREENING)])
    assert offer.lines == (visit,)
    assert offer.due == ()
