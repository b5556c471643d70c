"""Advice on methods: what applies to her is asked, what the criteria say is shown with its reasons, and kept."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from shidai.advice.eligibility import VERSION
from shidai.advice.topics import version_of
from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.programmes.adviceviews import say_pair
from shidai.programmes.advising import find_advised, read_advice, show_advice
from shidai.programmes.models import ShownAdvice
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import Cast, make_person
from tests.spec.programmes.conftest import JUNE
from tests.spec.programmes.test_pages import sign_in


def show(cast: Cast, person: Person, *named: str, **more: object) -> ShownAdvice:
    return show_advice(by=cast.xu, person=person.uuid, conditions=named, age=36, on=JUNE, **more)  # type: ignore[arg-type]


def test_the_register_answers_age_and_children(cast: Cast, bride: Person) -> None:
    her = find_advised(cast.xu, bride.uuid, JUNE)
    assert her is not None
    assert her.age == 36
    assert her.known == ("parity.nulliparous",)


def test_what_was_shown_is_kept_with_its_version_and_the_look_is_logged(cast: Cast, bride: Person) -> None:
    made = show(cast, bride, "headache.migraine_aura")
    assert made.version == version_of("eligibility")
    assert made.version.startswith(f"{VERSION}."), "which criteria, and a mark of the lines of the table"
    assert made.conditions == ["parity.nulliparous", "headache.migraine_aura"]
    assert made.categories["coc"] == ["4", "4"]
    assert made.categories["pop"] == ["2", "3"]
    told = read_advice(cast.xu, made.uuid)
    assert told is not None
    assert told.told[0].gravest is not None
    assert {"service.advise", "service.read"} <= set(AuditEntry.objects.values_list("deed", flat=True))


def test_two_clicks_give_one_advice(cast: Cast, bride: Person) -> None:
    id_ = uuid4()
    assert show(cast, bride, "epilepsy", id=id_) == show(cast, bride, "epilepsy", id=id_)
    assert ShownAdvice.objects.count() == 1
    with pytest.raises(ShidaiError):
        show(cast, bride, "malaria", id=id_)


def test_what_was_shown_cannot_be_changed(cast: Cast, bride: Person) -> None:
    made = show(cast, bride)
    with pytest.raises(DatabaseError), transaction.atomic():
        ShownAdvice.objects.filter(pk=made.pk).update(age=20)


def test_after_new_criteria_the_old_categories_are_shown(cast: Cast, bride: Person) -> None:
    made = show(cast, bride)
    old = ShownAdvice.objects.create(
        by="x",
        person=bride,
        day=JUNE,
        area=made.area,
        version="older",
        age=36,
        conditions=[],
        categories={"coc": ["2", "2"]},
    )
    told = read_advice(cast.xu, old.uuid)
    assert told is not None
    assert told.told == ()


def test_only_nurses_of_her_area_advise_and_nobody_advises_a_man(cast: Cast, bride: Person) -> None:
    with pytest.raises(NoAccess):
        show_advice(by=cast.lan, person=bride.uuid, conditions=(), age=36, on=JUNE)
    man = make_person("男", 1, "1970-1-1")
    assert find_advised(cast.xu, man.uuid, JUNE) is None


def test_the_pages_go_from_ticks_to_advice(bride: Person) -> None:
    page = sign_in("xu").get(f"/services/people/{bride.uuid}/methods/")
    assert page.status_code == 200
    shown = page.content.decode()
    assert 'value="36"' in shown
    given = {"id": str(uuid4()), "age": "36", "c_smoking": "smoking", "c_epilepsy": "on"}
    done = sign_in("xu").post(f"/services/people/{bride.uuid}/methods/", given, follow=True)
    text = done.content.decode()
    assert "3–4" in text
    assert "还要问清" in text
    assert "吸烟" in text


def test_an_impossible_age_is_told_and_what_was_ticked_stays(bride: Person) -> None:
    given = {"id": str(uuid4()), "age": "3", "c_malaria": "on"}
    page = sign_in("xu").post(f"/services/people/{bride.uuid}/methods/", given)
    assert page.status_code == 422
    assert "checked" in page.content.decode()
    assert not ShownAdvice.objects.exists()


@pytest.mark.parametrize(
    ("start", "stay", "zh"),
    [("2", "2", "2类"), ("2", "3", "开始2类，继续3类"), ("1", "n", "开始1类，继续不适用"), ("n", "n", "不适用")],
)
def test_categories_that_were_kept_are_told_in_words(start: str, stay: str, zh: str) -> None:
    assert say_pair(start, stay).zh == zh
    assert not say_pair(start, stay).en.endswith(" n")
