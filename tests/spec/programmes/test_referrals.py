"""Referrals: to which site a result sends her, who waits there, her answer, and that nothing else of her is seen."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from shidai.core.access import NoAccess, Scope
from shidai.core.models import AuditEntry
from shidai.programmes import actions
from shidai.programmes.models import Referral, Visit
from shidai.programmes.referrals import referral_page, waiting_at
from shidai.programmes.referring import refer
from shidai.registry import actions as registry
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.models import Site
from shidai.words import ShidaiError
from tests.factories import (
    OPERATOR,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    Cast,
    day,
    make_couple,
    make_person,
    make_staff,
)
from tests.spec.programmes.conftest import HIGH, JUNE, NORMAL, RTI, SCREENING, agree, examine
from tests.spec.programmes.test_pages import form_of, read, sign_in, typed

OPENED, CLEARED = date(2005, 1, 1), {"answer": "cleared"}


@pytest.fixture(autouse=True)
def sites(cast: Cast) -> None:
    for code, area, kind in (
        ("S1", TOWNSHIP, "station"), ("S2", OTHER_TOWNSHIP, "station"), ("S3", TOWNSHIP, "room"),
        ("ST", OTHER_TOWNSHIP, "store"), ("SC", OTHER_TOWNSHIP, "station"),
    ):  # fmt: skip
        supply.open_site(
            by=OPERATOR, code=code, area=area, kind=kind, name_zh=f"{code}站", name_en=f"Site {code}", opened_on=OPENED
        )
    Site.objects.filter(code="SC").update(closed_on=date(2006, 1, 1))


@pytest.fixture
def yang(sites: None) -> Scope:
    """The nurse of the other township, where S2 stands."""
    return make_staff("yang", "station_nurse", OTHER_TOWNSHIP)


@pytest.fixture
def found(cast: Cast, bride: Person) -> Visit:
    """A visit of the bride whose result calls for a referral within 14 days."""
    agree(cast, bride)
    return examine(cast, bride, **HIGH)


def send(cast: Cast, visit: Visit, site: str = "S2", **more: object) -> Referral:
    about = {"origin": "S1", "site": site, "day": JUNE} | more
    return refer(by=cast.xu, visit=visit.uuid, **about)  # type: ignore[arg-type]


def answer(by: Scope, person: Person, on: date = JUNE, **more: object) -> Visit:
    about = {"programme": SCREENING, "step": "recheck", "values": CLEARED, "day": on} | more
    return actions.record_visit(by=by, person=person.uuid, **about)  # type: ignore[arg-type]


def names(by: Scope, code: str, end: str) -> list[tuple[str, bool]]:
    """Who is on a site's list, and whether she waits."""
    page = referral_page(by, code)
    assert page is not None
    return [(one.referred.person.name, one.referred.waits) for one in getattr(page, end)]


# The lists


def test_who_is_referred_waits_at_the_site_until_her_answer_comes_and_both_sites_see_it(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    assert (names(yang, "S2", "here"), names(cast.xu, "S1", "sent")) == ([("李红", True)], [("李红", True)])
    assert waiting_at(Site.objects.get(code="S2").pk) == 1
    made = answer(yang, bride, date(2006, 6, 20))
    assert (made.site, made.course, made.by) == ("S2", found.course, "yang")
    assert (names(yang, "S2", "here"), names(cast.xu, "S1", "sent")) == ([("李红", False)], [("李红", False)])
    assert waiting_at(Site.objects.get(code="S2").pk) == 0
    page = referral_page(cast.xu, "S1")
    assert page is not None
    assert page.sent[0].told
    assert page.sent[0].referred.answer == made


def test_what_is_overdue_stands_first_by_the_results_days(cast: Cast, yang: Scope) -> None:
    for name, on in (("后来", date(2006, 12, 30)), ("先来", JUNE)):
        wife = make_person(name, 2, "1975-1-1")
        husband = make_person("丈夫", 1, "1974-1-1")
        registry.start_union(by=OPERATOR, wife=wife.uuid, husband=husband.uuid, day=day("2006-5-1"))
        agree(cast, wife)
        send(cast, examine(cast, wife, on, **HIGH), day=on)
    page = referral_page(yang, "S2")
    assert page is not None
    assert [(one.referred.person.name, one.referred.late) for one in page.here] == [("先来", True), ("后来", False)]
    assert page.here[0].referred.called.until == JUNE + timedelta(days=14)


def test_another_place_replaces_the_first_with_a_reason_and_leaves_its_list(
    cast: Cast, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    with pytest.raises(ShidaiError, match="Give the reason of the change"):
        send(cast, found, "S3")
    with pytest.raises(ShidaiError, match="leads already"):
        send(cast, found, "S2", reason="再来一次")
    second = send(cast, found, "", outside="上海的医院", reason="她选了别处")
    assert (second.replaces.site.code, second.outside, second.site) == ("S2", "上海的医院", None)
    assert names(yang, "S2", "here") == []
    assert names(cast.xu, "S1", "sent") == [("李红", True)]


@pytest.mark.parametrize("end", ["withdrawn", "never", "not_now", "died", "corrected"])
def test_who_declines_or_dies_or_whose_result_was_wrong_leaves_both_lists(
    cast: Cast, bride: Person, found: Visit, yang: Scope, end: str
) -> None:
    send(cast, found)
    later = date(2006, 12, 1)
    if end == "withdrawn":
        actions.set_consent(by=cast.xu, person=bride.uuid, programme=SCREENING, given=False, day=later)
    elif end == "died":
        registry.record_death(by=OPERATOR, person=bride.uuid, death=day("2006-12-1"))
    elif end == "corrected":
        actions.correct_visit(by=cast.xu, visit=found.uuid, values=NORMAL, reason="看错了")
    else:
        actions.record_answer(by=cast.lan, person=bride.uuid, programme=SCREENING, answer=end, day=later)  # type: ignore[arg-type]
    assert names(yang, "S2", "here") == names(cast.xu, "S1", "sent") == []
    with pytest.raises(ShidaiError):
        answer(yang, bride, date(2006, 12, 2))


def test_a_yes_after_a_refusal_brings_the_referral_back(cast: Cast, bride: Person, found: Visit, yang: Scope) -> None:
    send(cast, found)
    actions.record_answer(by=cast.lan, person=bride.uuid, programme=SCREENING, answer="never", day=date(2006, 6, 5))
    assert names(yang, "S2", "here") == []
    agree(cast, bride, on=date(2006, 6, 8))
    assert names(yang, "S2", "here") == [("李红", True)]


def test_a_correction_that_still_calls_for_it_keeps_the_referral(cast: Cast, found: Visit, yang: Scope) -> None:
    send(cast, found)
    mended = actions.correct_visit(by=cast.xu, visit=found.uuid, values=HIGH | {"haemoglobin": 130}, reason="补录")
    assert names(yang, "S2", "here") == [("李红", True)]
    with pytest.raises(ShidaiError, match="Give the reason"):
        send(cast, mended, "S3")
    send(cast, mended, "S3", reason="她选了别处")
    assert names(yang, "S2", "here") == []


def test_a_merged_record_is_listed_and_answered_under_the_one_that_was_kept(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    kept = make_person("李红", 2, "1970-5-1")
    registry.merge_people(by=OPERATOR, keep=kept.uuid, gone=bride.uuid, reason="同一个人")
    page = referral_page(yang, "S2")
    assert page is not None
    assert [one.referred.person.uuid for one in page.here] == [kept.uuid]
    assert answer(yang, kept, date(2006, 6, 20)).course == found.course
    assert names(yang, "S2", "here") == [("李红", False)]


def test_a_result_without_a_step_for_the_answer_leaves_the_list_of_who_waits_when_its_time_is_over(
    cast: Cast, bride: Person, yang: Scope
) -> None:
    agree(cast, bride, RTI)
    about = {"by": cast.xu, "person": bride.uuid, "programme": RTI}
    actions.record_visit(
        **about, step="check", day=JUNE, values={"microscopy": "candida", "complaints": (), "treatment": "克霉唑"}
    )
    again = actions.record_visit(**about, step="recheck", day=date(2006, 7, 5), values={"cured": False})
    assert again.outcome == "further"
    send(cast, again, day=date(2006, 7, 5))
    assert names(yang, "S2", "here") == [("李红", False)]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_each_referral_is_on_one_list_here_and_its_own_list_there(
    cast: Cast, yang: Scope, seed: int
) -> None:
    """Property: who waits at the sites together are those referred inside the city, unanswered and not declined."""
    luck, expected = random.Random(seed), {"S2": set(), "S3": set()}
    for number in range(6):
        wife, husband = make_person(f"女{number}", 2, "1975-1-1"), make_person(f"男{number}", 1, "1974-1-1")
        registry.start_union(by=OPERATOR, wife=wife.uuid, husband=husband.uuid, day=day("2006-5-1"))
        agree(cast, wife)
        visit, at = examine(cast, wife, **HIGH), ""
        for turn in range(luck.randrange(3)):
            at = luck.choice([one for one in ("S2", "S3", "") if one != at or (not one and not turn)])
            send(cast, visit, at, outside="" if at else "外地", reason="改")
        if luck.random() < 0.3:
            answer(cast.xu, wife, date(2006, 6, 20))
        elif luck.random() < 0.3:
            actions.record_answer(
                by=cast.lan, person=wife.uuid, programme=SCREENING, answer="never", day=date(2006, 7, 1)
            )
        elif at:
            expected[at].add(wife.name)
    assert {name for name, waits in names(yang, "S2", "here") if waits} == expected["S2"]
    assert {name for name, waits in names(cast.xu, "S3", "here") if waits} == expected["S3"]
    assert [waiting_at(Site.objects.get(code=code).pk) for code in expected] == [
        len(each) for each in expected.values()
    ]


# What is refused


def test_a_visit_without_a_referral_result_refers_nobody(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    with pytest.raises(ShidaiError, match="calls for no referral"):
        send(cast, examine(cast, bride))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"site": "SC"}, "site"), ({"site": "NONE"}, "site"), ({"site": "ST"}, "site"), ({"site": "S1"}, "site"),
        ({"site": ""}, "outside"), ({"outside": "两处"}, "outside"), ({"origin": "SC"}, "origin"),
        ({"day": date(2006, 5, 31)}, "day"), ({"day": timezone.localdate() + timedelta(days=1)}, "day"),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_nothing_is_kept(
    cast: Cast, found: Visit, wrong: dict[str, object], where: str
) -> None:
    with pytest.raises(ShidaiError) as refused:
        send(cast, found, **wrong)  # type: ignore[arg-type]
    assert [one.where for one in refused.value.problems] == [where]
    assert not Referral.objects.exists()


def test_two_clicks_refer_once_and_the_same_id_with_something_else_is_refused(cast: Cast, found: Visit) -> None:
    click = uuid4()
    assert send(cast, found, id=click) == send(cast, found, id=click)
    assert Referral.objects.count() == AuditEntry.objects.filter(deed="service.refer").count() == 1
    with pytest.raises(ShidaiError, match="used for something else"):
        send(cast, found, "S3", id=click)


def test_after_the_answer_nobody_is_referred_for_it(cast: Cast, bride: Person, found: Visit) -> None:
    answer(cast.xu, bride, date(2006, 6, 20))
    with pytest.raises(ShidaiError, match="calls for no referral"):
        send(cast, found)


def test_a_referral_is_never_changed(cast: Cast, found: Visit) -> None:
    made = send(cast, found)
    for change in (lambda: Referral.objects.update(outside="x"), made.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# Least access


def test_a_nurse_elsewhere_serves_her_by_the_referral_alone_once_and_for_that_step(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    with pytest.raises(ShidaiError):
        answer(yang, bride, date(2006, 6, 20))
    send(cast, found)
    with pytest.raises(ShidaiError):
        answer(yang, bride, date(2006, 6, 20), step="examination", values=NORMAL)
    with pytest.raises(ShidaiError):
        actions.set_consent(by=yang, person=bride.uuid, programme=SCREENING, given=False, day=JUNE)
    click = uuid4()
    made = answer(yang, bride, date(2006, 6, 20), id=click)
    assert answer(yang, bride, date(2006, 6, 20), id=click) == made
    with pytest.raises(ShidaiError):
        answer(yang, bride, date(2006, 6, 21))
    with pytest.raises(NoAccess):
        actions.correct_visit(by=yang, visit=made.uuid, values={"answer": "treated"}, reason="改")
    assert AuditEntry.objects.filter(deed="service.visit", actor="yang").count() == 1


def test_after_another_place_was_chosen_the_first_site_serves_her_no_more(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    send(cast, found, "S3", reason="她选了别处")
    with pytest.raises(ShidaiError):
        answer(yang, bride, date(2006, 6, 20))


def test_only_who_serves_at_the_site_sees_its_list_and_the_look_is_logged(
    cast: Cast, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    assert [referral_page(by, "S2") for by in (cast.xu, cast.lan, cast.gu, cast.he, cast.admin)] == [None] * 5
    assert referral_page(yang, "S2") is not None
    (entry,) = AuditEntry.objects.filter(deed="service.referrals")
    assert (entry.actor, entry.subject) == ("yang", "site:S2")


def test_an_answer_that_another_site_recorded_tells_the_receiving_one_no_result(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    send(cast, found)
    answer(cast.xu, bride, date(2006, 6, 20))
    page = referral_page(yang, "S2")
    assert page is not None
    assert [(one.mine, one.told) for one in page.here] == [(False, False)]
    assert "已结案" not in read("yang", "/services/sites/S2/referrals/")


# Pages


def test_the_nurse_refers_from_the_visits_page_and_sees_the_answer_there(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    client, page = sign_in("xu"), f"/services/visits/{found.uuid}/"
    assert f"{page}refer/" in read("xu", page)
    assert f"{page}refer/" in read("xu", f"/services/people/{bride.uuid}/")
    form = client.get(f"{page}refer/").content.decode()
    (made,) = re.findall(r'name="id" value="([^"]+)"', form)
    assert [code for code in ("S1", "S2", "S3", "SC", "ST") if f'<option value="{code}"' in form] == ["S1", "S2", "S3"]
    sent = {"id": made, "site": "S2", "outside": "", "origin": "S1", "day": "2006-06-02"}
    wrong = client.post(f"{page}refer/", sent | {"site": "S1"})
    assert (wrong.status_code, "这就是转出的站点" in wrong.content.decode()) == (422, True)
    nowhere = client.post(f"{page}refer/", sent | {"site": "outside", "day": "2006-06"}).content.decode()
    assert nowhere.count("转到市外须写机构的名称") == 2  # at the top and at its field, beside the day that isn't known
    assert 'href="#id_day"' in nowhere
    assert client.post(f"{page}refer/", sent).status_code == 302
    assert "转到S2站" in read("xu", page)
    assert "李红" in read("xu", "/services/sites/S1/referrals/")
    answer(yang, bride, date(2006, 6, 20))
    for address in (page, f"/services/people/{bride.uuid}/", "/services/sites/S1/referrals/"):
        assert "已结案" in read("xu", address)
    assert client.get(f"{page}refer/").status_code == 404


def test_the_receiving_nurse_goes_from_her_list_to_the_form_and_back_and_sees_nothing_else(
    cast: Cast, bride: Person, found: Visit, yang: Scope
) -> None:
    agree(cast, bride, RTI)
    actions.record_visit(
        by=cast.xu, person=bride.uuid, programme=RTI, step="check", day=JUNE,
        values={"microscopy": "candida", "complaints": (), "treatment": "克霉唑"},
    )  # fmt: skip
    examine(cast, bride, date(2006, 5, 20), **NORMAL | {"haemoglobin": 100})
    form = form_of(bride, "recheck")
    assert "有需要注意的情况" in read("xu", form)
    client = sign_in("yang")
    assert client.get(form).status_code == 404
    send(cast, found)
    for station in ("/services/sites/S2/capacity/", "/services/sites/S2/"):
        assert re.search(r'/services/sites/S2/referrals/".*?<span class="tag late">1</span>', read("yang", station))
    listed = read("yang", "/services/sites/S2/referrals/")
    assert form in listed
    assert "需转诊" in listed
    assert f"/people/{bride.uuid}/" not in listed.replace(form, "")
    shown = read("yang", form)
    assert "需转诊" in shown
    assert "克霉唑" not in shown
    assert "有需要注意的情况" not in shown  # of the same programme, before
    assert "/methods/" not in shown
    assert f'href="/people/{bride.uuid}/"' not in shown
    typed_in = typed(client, form, answer="cleared") | {"day": "2006-06-20"}
    for _ in range(2):  # two clicks
        saved = client.post(form, typed_in)
        assert (saved.status_code, saved["Location"]) == (302, "/services/sites/S2/referrals/")
    assert Visit.objects.filter(step="recheck").count() == 1
    assert client.get(form).status_code == 404
    assert "已结案" in read("yang", "/services/sites/S2/referrals/")
    others = [f"/people/{bride.uuid}/", f"/services/people/{bride.uuid}/", f"/services/visits/{found.uuid}/",
              form_of(bride), form_of(bride, "check", RTI), f"/services/people/{bride.uuid}/methods/"]  # fmt: skip
    assert [client.get(one).status_code for one in others] == [404] * len(others)


def test_the_nurse_of_her_own_area_refers_only_whom_she_may_read(cast: Cast, yang: Scope) -> None:
    wife, _ = make_couple(married="2006-5-1")
    agree(cast, wife)
    visit = examine(cast, wife, **HIGH)
    with pytest.raises(NoAccess):
        refer(by=yang, visit=visit.uuid, origin="S2", site="S1", day=JUNE)
    with pytest.raises(NoAccess):
        refer(by=cast.xu, visit=visit.uuid, origin="S2", site="S3", day=JUNE)
