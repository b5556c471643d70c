"""A couple's step for the partner: offered on her page, kept on his record, hers to see only if he agrees."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from shidai.core.access import NoAccess
from shidai.indicators.coverage import cover
from shidai.indicators.records import Records
from shidai.packs import load_pack
from shidai.programmes import actions
from shidai.programmes.couples import Partner, asked_again, partner_of
from shidai.programmes.duelists import renew_all
from shidai.programmes.extract import contribute
from shidai.programmes.models import KeptDue, Visit
from shidai.programmes.offered import find_step
from shidai.programmes.queries import find_offer, offers_to
from shidai.registry import actions as registry
from shidai.registry.extract import extract_records
from shidai.registry.models import Person
from shidai.words import ShidaiError
from tests.factories import CITY, FARAWAY, NANQIAO, OPERATOR, Cast, day, make_couple, make_person
from tests.spec.programmes.test_pages import form_of, read, sign_in, typed

CHECKUP = "prepregnancy-checkup"
DAY, LATER = date(2025, 6, 1), date(2025, 6, 20)
HERS = {
    "order": 1, "discharge": "usual", "haemoglobin": 128, "urine": "usual", "rhd": "positive", "hbsag": "negative",
    "syphilis": "negative",
}  # fmt: skip
HIS = {"hbsag": "positive", "syphilis": "negative"}


@pytest.fixture(autouse=True)
def law_in_force(pack: None, settings: LazySettings) -> None:
    settings.PACK, settings.DEMONSTRATION = "china-2025", False


@pytest.fixture
def couple(cast: Cast) -> tuple[Person, Person]:
    """A couple of Nanqiao of whom she was examined."""
    wife, husband = make_couple(married="2025-5-1")
    examine(cast, wife)
    return wife, husband


def examine(cast: Cast, wife: Person, on: date = DAY, **values: object) -> Visit:
    actions.set_consent(by=cast.lan, person=wife.uuid, programme=CHECKUP, given=True, day=on)
    return actions.record_visit(
        by=cast.xu, person=wife.uuid, programme=CHECKUP, step="examination", values=HERS | values, day=on
    )


def examine_him(cast: Cast, husband: Person, on: date = LATER, shared: bool = False) -> Visit:
    actions.set_consent(by=cast.xu, person=husband.uuid, programme=CHECKUP, given=True, day=on)
    return actions.record_visit(
        by=cast.xu, person=husband.uuid, programme=CHECKUP, step="partner", values=HIS, day=on, shared=shared
    )


def steps_due(cast: Cast, person: Person, on: date = LATER) -> list[str]:
    found = find_offer(cast.xu, person.uuid, CHECKUP, on)
    assert found is not None
    return [one.step for one in found[1].due]


def test_her_page_offers_his_step_and_leads_to_his_own_record(cast: Cast, couple: tuple[Person, Person]) -> None:
    wife, husband = couple
    assert "partner" in steps_due(cast, wife)
    assert form_of(wife, "partner", CHECKUP) in read("xu", f"/services/people/{wife.uuid}/")
    page = read("xu", form_of(wife, "partner", CHECKUP))
    assert "王强" in page
    assert form_of(husband, "partner", CHECKUP) in page
    assert "v_hbsag" not in page, "nothing of him is typed on her page"


def test_his_result_is_kept_on_his_record_with_his_own_consent(cast: Cast, couple: tuple[Person, Person]) -> None:
    wife, husband = couple
    with pytest.raises(ShidaiError, match="agreed"):
        actions.record_visit(by=cast.xu, person=husband.uuid, programme=CHECKUP, step="partner", values=HIS, day=LATER)
    visit = examine_him(cast, husband)
    hers = Visit.objects.get(step="examination")
    assert (visit.person, visit.outcome, visit.course) == (husband, "referred", hers.course)
    mark = Visit.objects.get(person=wife, step="partner")
    assert (mark.outcome, mark.values) == ("attended", {})
    assert "partner" not in steps_due(cast, wife)


def test_hers_shows_nothing_of_it_until_he_agrees_and_no_longer_when_he_takes_it_back(
    cast: Cast, couple: tuple[Person, Person]
) -> None:
    wife, husband = couple
    examine_him(cast, husband)
    page = read("xu", f"/services/people/{wife.uuid}/")
    assert "对方已参加，结果在其本人档案" in page
    assert "需转诊" not in page
    assert "需转诊" in read("xu", f"/services/people/{husband.uuid}/")


def test_with_his_consent_it_is_seen_on_hers_and_taking_it_back_hides_it(
    cast: Cast, couple: tuple[Person, Person]
) -> None:
    wife, husband = couple
    examine_him(cast, husband, shared=True)
    assert "同意告知：需转诊" in read("xu", f"/services/people/{wife.uuid}/")
    actions.set_consent(by=cast.xu, person=husband.uuid, programme=CHECKUP, given=False, day=LATER)
    assert "需转诊" not in read("xu", f"/services/people/{wife.uuid}/")


def test_without_a_partner_on_the_register_the_step_says_so_and_is_noted_as_not_attended(cast: Cast) -> None:
    wife = make_person("李梅", 2, "1999-5-1")
    examine(cast, wife)
    client, address = sign_in("xu"), form_of(wife, "partner", CHECKUP)
    assert "登记册里没有她的配偶" in client.get(address).content.decode()
    saved = client.post(address, typed(client, address) | {"day": "2025-06-20"}, follow=True).content.decode()
    assert "对方未参加" in saved
    assert Visit.objects.get(step="partner").outcome == "not_attended"
    assert "partner" not in steps_due(cast, wife)


def test_who_comes_after_all_is_recorded_and_the_mark_is_replaced(cast: Cast, couple: tuple[Person, Person]) -> None:
    wife, husband = couple
    absent = actions.record_absence(by=cast.xu, person=wife.uuid, programme=CHECKUP, step="partner", day=LATER)
    assert (
        actions.record_absence(
            by=cast.xu, person=wife.uuid, programme=CHECKUP, step="partner", day=LATER, id=absent.uuid
        )
        == absent
    )
    examine_him(cast, husband)
    mark = Visit.objects.get(person=wife, step="partner", replaced_by=None)
    assert (mark.outcome, mark.replaces) == ("attended", absent)


def test_his_step_is_once_for_each_of_her_examinations(cast: Cast, couple: tuple[Person, Person]) -> None:
    wife, husband = couple
    examine_him(cast, husband)
    with pytest.raises(ShidaiError, match="already"):
        examine_him(cast, husband, on=date(2025, 7, 1))
    examine(cast, wife, date(2025, 9, 1), order=2)
    second = examine_him(cast, husband, on=date(2025, 9, 2))
    assert second.course == Visit.objects.get(step="examination", day=date(2025, 9, 1)).course


def test_the_free_check_of_the_same_order_once_more_is_asked_about_and_refused_to_nobody(
    cast: Cast, couple: tuple[Person, Person]
) -> None:
    wife, _ = couple
    found = find_offer(cast.xu, wife.uuid, CHECKUP, LATER)
    assert found is not None
    step = find_step(found[1].version, "examination")
    (doubt,) = asked_again(found[1], step, {"order": 1})
    assert "2025-06-01" in doubt.what.en
    assert asked_again(found[1], step, {"order": 2}) == []
    assert examine(cast, wife, LATER).outcome == "normal"
    client, address = sign_in("xu"), form_of(wife, "examination", CHECKUP)
    asked = typed(client, address, order="1")
    part = client.post(address, asked | {"day": "2025-06-25"}, headers={"HX-Request": "true"})
    assert "每孩次一次" in part.content.decode()


def test_a_step_belongs_to_its_half(cast: Cast, couple: tuple[Person, Person]) -> None:
    wife, husband = couple
    with pytest.raises(ShidaiError, match="other half"):
        actions.record_visit(by=cast.xu, person=wife.uuid, programme=CHECKUP, step="partner", values=HIS, day=LATER)
    actions.set_consent(by=cast.xu, person=husband.uuid, programme=CHECKUP, given=True, day=LATER)
    with pytest.raises(ShidaiError, match="other half"):
        actions.record_visit(
            by=cast.xu, person=husband.uuid, programme=CHECKUP, step="examination", values=HERS, day=LATER
        )
    assert sign_in("xu").get(form_of(husband, "examination", CHECKUP)).status_code == 404


def test_nothing_tells_of_her_on_his_page_or_due_list(cast: Cast, couple: tuple[Person, Person]) -> None:
    _, husband = couple
    told = offers_to(cast.xu, husband.uuid, LATER)
    assert told is not None
    (his,) = [one for one in told.offers if one.programme.id == CHECKUP]
    assert (his.due, his.lines, his.invited) == ((), (), False)
    assert "孕前" not in read("xu", f"/services/people/{husband.uuid}/")


def test_a_partner_whose_record_is_elsewhere_is_neither_named_nor_opened(cast: Cast) -> None:
    wife, husband = make_person("李红", 2, "1999-5-1"), make_person("远方人", 1, "1998-3-2", FARAWAY)
    registry.start_union(by=OPERATOR, wife=wife.uuid, husband=husband.uuid, day=day("2025-5-1"))
    examine(cast, wife)
    assert partner_of(cast.xu, wife.pk, LATER) == Partner(known=True)
    page = read("xu", form_of(wife, "partner", CHECKUP))
    assert "远方人" not in page
    assert "不在您的服务范围内" in page
    assert sign_in("xu").get(form_of(husband, "partner", CHECKUP)).status_code == 404


def test_village_workers_record_neither_and_a_stranger_has_no_waiting_course(cast: Cast) -> None:
    wife, husband = make_couple(area=NANQIAO, married="2025-5-1")
    with pytest.raises(NoAccess):
        actions.record_absence(by=cast.lan, person=wife.uuid, programme=CHECKUP, step="partner", day=LATER)
    with pytest.raises(ShidaiError, match="no spouse whose course waits"):
        examine_him(cast, husband)


def test_the_record_tables_count_his_visit_once_and_the_night_agrees_with_the_day(
    cast: Cast, couple: tuple[Person, Person], tmp_path: Path
) -> None:
    wife, husband = couple
    pack = load_pack("china-2025")
    pack = pack.model_copy(update={"header": pack.header.model_copy(update={"city": CITY})})

    def night() -> tuple[set[str], set[str], int]:
        extract_records(tmp_path, by=OPERATOR, pack=pack, cutoff=LATER, everything=True, more=(contribute,))
        with Records.open(tmp_path) as records:
            renew_all(records, pack, LATER, by=OPERATOR)
            (row,) = cover(records, pack, CHECKUP, DAY, LATER, length=4).to_pylist()
        due = {who: {one.step for one in KeptDue.objects.filter(programme=CHECKUP, person=who)} for who in couple}
        return due[wife], due[husband], row["visits"]

    assert night() == ({"partner"}, set(), 1)
    examine_him(cast, husband)
    assert night() == (set(), set(), 2)
