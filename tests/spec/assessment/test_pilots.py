"""A station works through a checklist; somebody else of the level above signs off, or returns it with reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from shidai.assessment import actions, files
from shidai.assessment.extract import contribute
from shidai.assessment.models import Answer, Evidence, Pilot
from shidai.core.access import NoAccess
from shidai.core.ids import new_id
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.registry.citypack import city_pack
from shidai.registry.extract import extract_records
from shidai.words import ShidaiError
from tests.factories import CITY, OPERATOR, TOWNSHIP, Cast, make_staff
from tests.spec.assessment.conftest import (
    BRAND,
    HEADQUARTERS,
    JUNE,
    MARCH,
    PNG,
    STATION,
    answer,
    answer_all,
    brand,
    submitted,
)

pytestmark = pytest.mark.django_db


class TestEnrolling:
    def test_the_level_above_enrols(self, cast: Cast) -> None:
        for other in (cast.xu, cast.zhou, cast.ma, cast.qian):
            with pytest.raises(NoAccess):
                actions.enrol_station(by=other, site=STATION, checklist=BRAND, day=MARCH)
        with pytest.raises(NoAccess):  # the county's own station is the city's to enrol
            actions.enrol_station(by=cast.gu, site=HEADQUARTERS, checklist=BRAND, day=MARCH)
        officer = make_staff("dai", "city_officer", CITY)
        assert actions.enrol_station(by=officer, site=HEADQUARTERS, checklist=BRAND, day=MARCH).state == "working"

    def test_a_station_is_a_pilot_once_at_a_time_and_two_clicks_are_one(self, cast: Cast) -> None:
        id = new_id()
        for _ in range(2):
            actions.enrol_station(by=cast.gu, site=STATION, checklist=BRAND, day=MARCH, id=id)
        with pytest.raises(ShidaiError, match="already"):
            actions.enrol_station(by=cast.gu, site=STATION, checklist=BRAND, day=MARCH)
        with pytest.raises(ShidaiError, match="no checklist"):
            actions.enrol_station(by=cast.gu, site=STATION, checklist="none", day=MARCH)


class TestAnswering:
    def test_the_latest_answer_stands_and_those_before_are_kept(self, cast: Cast, pilot: Pilot) -> None:
        for value in (70, 85):
            answer(cast.xu, pilot, "staff-trained", value)
        assert list(pilot.answers.order_by("pk").values_list("value", flat=True)) == [70, 85]
        with pytest.raises(DatabaseError), transaction.atomic():
            Answer.objects.filter(item="staff-trained").delete()

    @pytest.mark.parametrize(
        ("item", "value"), [("hours-kept", None), ("hours-kept", "yes"), ("staff-trained", True), ("visitors-say", " ")]
    )
    def test_an_answer_is_of_the_items_kind(self, cast: Cast, pilot: Pilot, item: str, value: object) -> None:
        with pytest.raises(ShidaiError) as refused:
            answer(cast.xu, pilot, item, value)
        assert refused.value.problems[0].where == "value"

    def test_words_that_changed_since_the_page_was_opened_are_told(self, cast: Cast, pilot: Pilot) -> None:
        with pytest.raises(ShidaiError, match="words of this item changed"):
            answer(cast.xu, pilot, "hours-kept", True, mark="0" * 16)
        assert not pilot.answers.exists()

    def test_an_answer_to_other_words_doesnt_count(self, cast: Cast, pilot: Pilot) -> None:
        answer_all(cast.xu, pilot)
        Answer.objects.create(by="xu", pilot=pilot, item="hours-kept", mark="0" * 16, value=True)
        with pytest.raises(ShidaiError, match="Not answered yet"):
            actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE)

    def test_the_station_answers_and_nobody_from_elsewhere(self, cast: Cast, pilot: Pilot) -> None:
        for other in (cast.lan, cast.gu, cast.ma):
            with pytest.raises(NoAccess):
                answer(other, pilot, "hours-kept", True)


class TestEvidence:
    def test_a_file_is_kept_sealed_and_read_back(self, cast: Cast, pilot: Pilot, settings) -> None:
        id = new_id()
        for _ in range(2):
            answer(cast.xu, pilot, "hours-kept", True, file=actions.Attached("门口/../牌.png", PNG), id=id)
        kept = Evidence.objects.get()
        assert (kept.kind, kept.size, kept.name) == ("png", len(PNG), "门口..牌.png")
        assert files.read_file(kept.uuid) == PNG
        stored = (Path(settings.DATA) / "evidence" / kept.uuid.hex).read_bytes()
        assert PNG not in stored
        assert b"PNG" not in stored

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "empty"),
            (b"<html><script>alert(1)</script>", "no PNG"),
            (PNG[:40], "not the whole"),
            (b"%PDF-1.4 /OpenAction /JavaScript (x) %%EOF", "scripts"),
            (b"\xff\xd8\xff" + bytes(files.MOST_BYTES), "too large"),
        ],
    )
    def test_what_is_no_picture_or_paper_is_refused_by_its_content(
        self, cast: Cast, pilot: Pilot, content: bytes, why: str
    ) -> None:
        with pytest.raises(ShidaiError, match=why):
            answer(cast.xu, pilot, "hours-kept", True, file=actions.Attached("x.png", content))
        assert not Evidence.objects.exists()
        assert not Answer.objects.exists()

    def test_a_file_that_was_altered_on_the_disk_isnt_shown(self, cast: Cast, pilot: Pilot, settings) -> None:
        answer(cast.xu, pilot, "hours-kept", True, file=actions.Attached("x.png", PNG))
        place = Path(settings.DATA) / "evidence" / Evidence.objects.get().uuid.hex
        place.write_bytes(place.read_bytes()[:-1] + b"!")
        with pytest.raises(ShidaiError, match="altered"):
            files.read_file(Evidence.objects.get().uuid)

    def test_a_file_is_taken_back_with_a_reason_and_its_content_goes(
        self, cast: Cast, pilot: Pilot, django_capture_on_commit_callbacks
    ) -> None:
        answer(cast.xu, pilot, "hours-kept", True, note="", file=actions.Attached("x.png", PNG))
        kept = Evidence.objects.get()
        with pytest.raises(ShidaiError, match="reason"):
            actions.drop_evidence(by=cast.xu, evidence=kept.uuid, reason=" ")
        with django_capture_on_commit_callbacks(execute=True):
            actions.drop_evidence(by=cast.xu, evidence=kept.uuid, reason="拍到了来访的人")
        with pytest.raises(ShidaiError, match="isn't in the data directory"):
            files.read_file(kept.uuid)

    def test_what_is_asked_for_is_shown_before_the_checklist_is_submitted(self, cast: Cast, pilot: Pilot) -> None:
        answer_all(cast.xu, pilot)
        answer(cast.xu, pilot, "private-room", True, note="")
        with pytest.raises(ShidaiError, match="Evidence is missing"):
            actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE)
        answer(cast.xu, pilot, "private-room", True, note="", paper="2006-17")
        assert actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE).state == "submitted"


class TestDeciding:
    def test_the_level_above_signs_off(self, cast: Cast, pilot: Pilot) -> None:
        seen = submitted(cast.xu, pilot).number
        for other in (cast.xu, cast.zhou, cast.ma, cast.he):
            with pytest.raises(NoAccess):
                actions.sign_pilot(by=other, pilot=pilot.uuid, seen=seen, day=JUNE)
        id = new_id()
        for _ in range(2):
            signed = actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE, id=id)
        assert (signed.state, signed.signed_on) == ("signed", JUNE)
        assert signed.steps.get(deed="submitted").answers["hours-kept"]["value"] is True

    def test_nobody_signs_what_she_answered_herself(self, cast: Cast, pilot: Pilot) -> None:
        """The operator of the server may do both, and still not both on one pilot."""
        answer_all(cast.xu, pilot)
        answer(OPERATOR, pilot, "step-free", False)
        seen = actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE).number
        with pytest.raises(ShidaiError, match="Somebody else"):
            actions.sign_pilot(by=OPERATOR, pilot=pilot.uuid, seen=seen, day=JUNE)

    def test_what_doesnt_pass_isnt_signed_but_returned(self, cast: Cast, pilot: Pilot) -> None:
        seen = submitted(cast.xu, pilot, **{"own-choice": False}).number
        with pytest.raises(ShidaiError, match="own choice"):
            actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE)
        with pytest.raises(ShidaiError, match="reason"):
            actions.return_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, reason="", day=JUNE)
        back = actions.return_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, reason="请补上自愿说明", day=JUNE)
        assert back.state == "working"
        answer(cast.xu, pilot, "own-choice", True)
        seen = actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE).number
        assert actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE).state == "signed"

    def test_too_few_items_dont_pass(self, cast: Cast, pilot: Pilot) -> None:
        few = {"card-read": False, "nothing-expired": False, "waiting-time": 10, "step-free": False}
        seen = submitted(cast.xu, pilot, **few).number
        with pytest.raises(ShidaiError, match="Only 7 items are met, and 8 must be"):
            actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE)

    def test_who_decides_on_an_older_page_is_told(self, cast: Cast, pilot: Pilot) -> None:
        seen = submitted(cast.xu, pilot).number
        actions.return_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, reason="?", day=JUNE)
        actions.submit_pilot(by=cast.xu, pilot=pilot.uuid, day=JUNE)
        with pytest.raises(ShidaiError, match="changed after you opened"):
            actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE)

    def test_answers_rest_once_they_are_submitted(self, cast: Cast, pilot: Pilot) -> None:
        submitted(cast.xu, pilot)
        with pytest.raises(ShidaiError, match="to be signed off"):
            answer(cast.xu, pilot, "hours-kept", False)

    def test_a_pilot_ends_and_the_station_may_be_enrolled_anew(self, cast: Cast, pilot: Pilot) -> None:
        with pytest.raises(ShidaiError, match="after the day"):
            actions.end_pilot(by=cast.gu, pilot=pilot.uuid, reason="装修", day=MARCH)
        actions.end_pilot(by=cast.gu, pilot=pilot.uuid, reason="装修", day=JUNE)
        assert actions.enrol_station(by=cast.gu, site=STATION, checklist=BRAND, day=JUNE).pk != pilot.pk


def test_pilots_are_published_with_the_day_of_their_sign_off(cast: Cast, pilot: Pilot, tmp_path: Path) -> None:
    def extract() -> list[tuple[object, ...]]:
        here = city_pack()
        pack = here.model_copy(update={"header": here.header.model_copy(update={"city": CITY})})
        extract_records(tmp_path, by=OPERATOR, pack=pack, cutoff=date(2006, 12, 31), more=(contribute,))
        with Records.open(tmp_path) as records:
            rows = records.fetch(records.table("pilot")).to_pylist()
        return [(row["site"], row["area"], row["start_date"], row["signed_on"], row["end_date"]) for row in rows]

    assert extract() == [(STATION, TOWNSHIP, MARCH, None, None)]
    seen = submitted(cast.xu, pilot).number
    signed = actions.sign_pilot(by=cast.gu, pilot=pilot.uuid, seen=seen, day=JUNE)
    assert extract() == [(STATION, TOWNSHIP, MARCH, JUNE, None)]
    actions.return_pilot(by=cast.gu, pilot=pilot.uuid, seen=signed.number, reason="查实不符", day=JUNE)
    assert extract() == [(STATION, TOWNSHIP, MARCH, None, None)]


def test_no_shipped_checklist_scores_anybodys_pregnancies_or_births() -> None:
    lists = [one for pack in ("wuxi-2006", "china-2025") for one in load_pack(pack).all_checklists]
    assert brand().id in {one.id for one in lists}
    for checklist in lists:
        for item in checklist.item:
            words = " ".join((item.id, item.title.zh, item.title.en)).lower()
            banned = (
                "pregnan",
                "birth",
                "abortion",
                "fertil",
                "怀孕",
                "妊娠",
                "出生",
                "生育率",
                "流产",
                "节育率",
                "避孕率",
            )
            assert not any(word in words for word in banned), item.id


def test_every_item_of_the_brand_says_that_it_is_the_packs_own() -> None:
    assert all(item.own for item in brand().item)
    assert brand().source == "own"
