"""Advice beside the visit's form: what the pack's step feeds is said as it is typed, and kept as it was shown."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction

from shidai.advice.topics import version_of
from shidai.programmes import actions
from shidai.programmes.counsel import shown_at
from shidai.programmes.models import Visit, VisitAdvice
from shidai.registry.models import Person
from tests.factories import Cast
from tests.spec.programmes.conftest import agree
from tests.spec.programmes.test_pages import form_of, read, sign_in, typed

ANTENATAL, COUNSELLING = "antenatal-visits", "contraceptive-counselling"
DAY = date(2025, 6, 1)
WELL = {"weeks": 13, "systolic": 118, "diastolic": 72}


@pytest.fixture(autouse=True)
def law_in_force(pack: None, settings: LazySettings) -> None:
    settings.PACK, settings.DEMONSTRATION = "china-2025", False


def register(cast: Cast, woman: Person, **values: object) -> Visit:
    agree(cast, woman, ANTENATAL, on=DAY)
    return actions.record_visit(
        by=cast.xu, person=woman.uuid, programme=ANTENATAL, step="registration", values=WELL | values, day=DAY
    )


def test_advice_is_said_as_it_is_typed_and_nothing_is_saved_by_it(cast: Cast, bride: Person) -> None:
    client, address = sign_in("xu"), form_of(bride, "registration", ANTENATAL)
    page = client.get(address).content.decode()
    assert "请问末次月经的第一天" in page, "what to ask that is unknown"
    assert "还不知道：" in page
    asked = typed(client, address, weeks="13", last_period="2025-03-01", cycle="28", rhd="negative")
    part = client.post(f"{address}?part=advice", asked | {"day": "2025-06-01"}, headers={"HX-Request": "true"})
    said = part.content.decode()
    assert "预产期 2025-12-06" in said
    assert "按末次月经第一天推算" in said
    assert "RhD阴性" in said
    assert "美国妇产科医师学会" in said or "第700号意见" in said
    assert "<input" not in said, "what is being typed isn't touched"
    assert not VisitAdvice.objects.exists()


def test_half_typed_values_are_unknown_and_refuse_nothing(bride: Person) -> None:
    client, address = sign_in("xu"), form_of(bride, "registration", ANTENATAL)
    asked = typed(client, address, weeks="1x", last_period="2025-0")
    part = client.post(f"{address}?part=advice", asked, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "请问末次月经的第一天" in part.content.decode()


def test_what_was_shown_is_kept_with_its_version_facts_visit_who_and_when(cast: Cast, bride: Person) -> None:
    visit = register(cast, bride, last_period=date(2025, 3, 1), history=("first_pregnancy", "family"))
    kept = {one.topic: one for one in VisitAdvice.objects.all()}
    assert set(kept) == {"due-date", "pre-eclampsia"}
    due = kept["due-date"]
    assert (due.visit, due.person, due.by, due.day, due.area) == (visit, bride, "xu", DAY, visit.area)
    assert due.version == version_of("due-date")
    assert due.facts == {"last_period": "2025-03-01"}
    assert "2025-12-06" in due.said[0]["zh"]
    assert due.said[0]["source"]["en"].startswith("ACOG")
    assert "周期" in due.asks[0]["zh"]
    assert kept["pre-eclampsia"].facts["age"] == 55, "the register answers her age"
    assert [one["id"] for one in kept["pre-eclampsia"].said] == ["aspirin.offer"]


def test_the_visit_shows_what_was_shown_then_though_the_tables_change(cast: Cast, bride: Person) -> None:
    visit = register(cast, bride, rhd="negative")
    line = VisitAdvice.objects.get(visit=visit, topic="rhd")
    assert line.said[0]["zh"] in read("xu", f"/services/visits/{visit.uuid}/")
    VisitAdvice(
        by="xu", person=bride, visit=visit, day=DAY, area=visit.area, topic="retired", version="older", facts={},
        said=[line.said[0] | {"zh": "当时的说法。"}], asks=[],
    ).save()  # fmt: skip
    page = read("xu", f"/services/visits/{visit.uuid}/")
    assert "当时的说法。" in page
    assert "older" in page
    assert len(shown_at(visit)) == 4


def test_advice_that_was_shown_cannot_be_changed_or_taken_away(cast: Cast, bride: Person) -> None:
    register(cast, bride)
    with pytest.raises(DatabaseError), transaction.atomic():
        VisitAdvice.objects.update(version="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        VisitAdvice.objects.all().delete()


def test_the_same_visit_twice_keeps_its_advice_once_and_a_correction_has_its_own(cast: Cast, bride: Person) -> None:
    visit = register(cast, bride)
    told = {"by": cast.xu, "person": bride.uuid, "programme": ANTENATAL, "step": "registration", "values": WELL}
    actions.record_visit(**told, day=DAY, id=visit.uuid)  # type: ignore[arg-type]
    before = VisitAdvice.objects.count()
    corrected = actions.correct_visit(
        by=cast.xu, visit=visit.uuid, values=WELL | {"last_period": date(2025, 3, 1)}, reason="补记"
    )
    assert VisitAdvice.objects.filter(visit=visit).count() == before
    assert "2025-12-06" in VisitAdvice.objects.get(visit=corrected, topic="due-date").said[0]["zh"]


def test_without_script_it_comes_after_saving(cast: Cast, bride: Person) -> None:
    client, address = sign_in("xu"), form_of(bride, "counselling", COUNSELLING)
    values = typed(client, address, all_methods="1", choice="pill", conditions="migraine_aura", medicines="卡马西平")
    saved = client.post(address, values | {"agreed": "on", "day": "2025-06-01"}, follow=True).content.decode()
    assert "当时显示的建议" in saved
    assert "复方口服避孕药：4类" in saved
    assert "卡马西平" in saved


def test_advice_never_blocks_whatever_it_says(cast: Cast, bride: Person) -> None:
    agree(cast, bride, COUNSELLING, on=DAY)
    values = {"all_methods": True, "choice": "pill", "conditions": ("migraine_aura", "thrombosis")}
    visit = actions.record_visit(
        by=cast.xu, person=bride.uuid, programme=COUNSELLING, step="counselling", values=values, day=DAY
    )
    assert visit.outcome == "chosen"
    assert "4类" in VisitAdvice.objects.get(visit=visit, topic="eligibility").said[0]["zh"]
