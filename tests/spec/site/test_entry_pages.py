"""Entry pages: what people type is read, what is impossible is refused at its field, two clicks are one."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shidai.core import queries
from shidai.core.ids import new_id
from shidai.registry import actions
from shidai.registry import queries as registry
from tests.factories import BEIQIAO, FARAWAY, NANQIAO, OPERATOR, Cast, day, make_couple, make_person


@pytest.fixture
def lan(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "zh"})
    client.force_login(queries.staff_named("lan"))
    return client


def page_id(client: Client, address: str) -> str:
    """The id that the form was made with."""
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_a_birth_is_recorded_in_one_step(lan: Client, cast: Cast) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": mother.uuid,
        "name": "王新",
        "sex": "2",
        "birth": "二〇〇六年三月五日",
        "plurality": "1",
    }
    answer = lan.post(address, form, follow=True)
    assert "王新" in answer.content.decode()
    child = registry.find_people(cast.lan, "王新")[0].person
    assert child.birth_date.isoformat() == "2006-03-05"
    assert child.living_area == child.registered_area == NANQIAO


def test_two_clicks_record_it_once(lan: Client, cast: Cast) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": mother.uuid,
        "name": "王新",
        "sex": "1",
        "birth": "2006-3-5",
        "plurality": "1",
    }
    lan.post(address, form)
    lan.post(address, form)
    assert len(registry.find_people(cast.lan, "王新")) == 1


def test_an_impossible_birth_is_refused_at_its_field_and_keeps_what_was_typed(lan: Client) -> None:
    girl = make_person("小红", born="2000-1-1")
    address = f"/people/birth/?mother={girl.uuid}"
    form = {
        "id": page_id(lan, address),
        "mother": girl.uuid,
        "name": "早",
        "sex": "1",
        "birth": "2006.1.1",
        "plurality": "1",
    }
    answer = lan.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "10" in page
    assert 'value="2006.1.1"' in page
    assert 'value="早"' in page


def test_a_date_that_does_not_exist_says_how_to_write_one(lan: Client) -> None:
    mother, _ = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    answer = lan.post(
        address,
        {"id": page_id(lan, address), "mother": mother.uuid, "sex": "1", "birth": "2006-2-30", "plurality": "1"},
    )
    assert "2006-2-30" in answer.content.decode()
    assert "1987-03-05" in answer.content.decode()


def test_a_death_ends_residence_and_widows(lan: Client) -> None:
    wife, husband = make_couple()
    address = f"/people/{husband.uuid}/death/"
    lan.post(address, {"id": page_id(lan, address), "death": "2006-5-1", "cause": ""})
    page = lan.get(f"/people/{husband.uuid}/").content.decode()
    assert "已故" in page
    assert "丧偶" in lan.get(f"/people/{wife.uuid}/").content.decode()


def test_somebody_new_is_entered_with_a_sealed_number(lan: Client, cast: Cast) -> None:
    form = {
        "id": page_id(lan, "/people/new/"),
        "name": "曾一",
        "sex": "1",
        "birth": "1987-3",
        "number": "",
        "area": NANQIAO,
        "residence": "both",
        "registered_area": "",
        "since": "",
        "registration": "rural",
        "phone": "13800000000",
    }
    lan.post("/people/new/", form)
    found = registry.find_people(cast.lan, "zengyi")
    assert [one.person.name for one in found] == ["曾一"]
    assert b"13800000000" not in bytes(found[0].person.contact)


def new_person_form(**changed: str) -> dict[str, str]:
    form = {"id": str(new_id()), "name": "曾一", "sex": "1", "birth": "1987-3", "area": NANQIAO, "residence": "both"}
    return {**form, **changed}


def test_the_hidden_id_of_somebody_elsewhere_opens_nothing(lan: Client) -> None:
    far = make_person("远方人", area=FARAWAY)
    answer = lan.post("/people/new/", new_person_form(id=str(far.uuid)), follow=True)
    assert answer.status_code == 422
    assert "远方人" not in answer.content.decode()


@pytest.mark.parametrize("typed", ["南桥村", "nanqiao", "Nanqiao", "东山镇 南桥村", "Dongshan Nanqiao", NANQIAO])
def test_a_village_is_named_as_people_name_it(lan: Client, cast: Cast, typed: str) -> None:
    lan.post("/people/new/", new_person_form(area=typed))
    assert [one.person.living_area for one in registry.find_people(cast.lan, "曾一")] == [NANQIAO]


def test_a_village_of_others_is_refused_at_its_field(lan: Client) -> None:
    answer = lan.post("/people/new/", new_person_form(area="远村"))
    assert answer.status_code == 422
    assert "没有找到村（社区）“远村”" in answer.content.decode()


def test_a_name_that_several_villages_begin_with_lists_them(cast: Cast) -> None:
    client = Client(headers={"accept-language": "zh"})
    client.force_login(queries.staff_named("xu"))
    page = client.post("/people/new/", new_person_form(area="桥村")).content.decode()
    assert "东山镇 南桥村、东山镇 北桥村" in page


def test_the_form_offers_the_villages_of_ones_own_areas(lan: Client) -> None:
    page = lan.get("/people/new/").content.decode()
    assert "东山镇 南桥村" in page
    assert "远村" not in page


def test_a_wrong_number_is_said_at_its_field(lan: Client) -> None:
    page = lan.post("/people/new/", new_person_form(number="123")).content.decode()
    assert 'id="id_number_error"' in page


def test_who_only_lives_here_is_asked_where_she_is_registered(lan: Client) -> None:
    page = lan.post("/people/new/", new_person_form(residence="living", phone="打给儿子")).content.decode()
    assert 'id="id_registered_area_error"' in page
    assert 'id="id_phone_error"' in page


def test_a_move_names_its_village_and_the_page_says_where_she_lives(lan: Client) -> None:
    person = make_person()
    address = f"/people/{person.uuid}/move/"
    form = {"id": page_id(lan, address), "kind": "living", "day": "2004-7-1", "to": "北桥村", "reason": "work"}
    lan.post(address, form)
    assert person.spells.get(kind="living", end_date=None).area == BEIQIAO


def test_who_left_the_city_is_shown_as_gone_with_day_and_place(lan: Client) -> None:
    person = make_person()
    address = f"/people/{person.uuid}/move/"
    form = {"id": page_id(lan, address), "kind": "living", "day": "2004-7-1", "to": "", "reason": "work"}
    page = lan.post(address, form, follow=True).content.decode()
    assert "已迁出：2004年7月1日离开东山镇 南桥村" in page
    assert person.name not in lan.get("/people/").content.decode()
    assert person.name in lan.get("/people/?who=registered").content.decode()


def test_the_husband_is_proposed_as_father_and_may_be_left_out(lan: Client, cast: Cast) -> None:
    mother, husband = make_couple()
    address = f"/people/birth/?mother={mother.uuid}"
    page = lan.get(address).content.decode()
    assert f'<option value="{husband.uuid}" selected>丈夫王强' in page
    form = {"mother": mother.uuid, "sex": "2", "plurality": "1", "birth_order": "2"}
    lan.post(address, form | {"id": new_id(), "name": "王大", "birth": "2002-3-5", "father": husband.uuid})
    lan.post(address, form | {"id": new_id(), "name": "王二", "birth": "2005-3-5", "father": "", "birth_order": ""})
    first, second = (registry.find_people(cast.lan, name)[0].person for name in ("王大", "王二"))
    assert (first.parentage.father, first.birth.birth_order) == (husband, 2)
    assert (second.parentage.father, second.birth.birth_order) == (None, 3)


def test_nobody_else_can_be_sent_as_the_father(lan: Client) -> None:
    mother, _ = make_couple()
    stranger = make_person("远方人", 1, area=FARAWAY)
    address = f"/people/birth/?mother={mother.uuid}"
    form = {"id": new_id(), "mother": mother.uuid, "sex": "2", "plurality": "1", "birth": "2002-3-5"}
    assert lan.post(address, form | {"father": stranger.uuid}).status_code == 422


def test_relatives_elsewhere_are_not_named(lan: Client) -> None:
    wife, husband = make_couple()
    for kind in ("living", "registered"):
        actions.register_move(by=OPERATOR, person=husband.uuid, kind=kind, day=day("2004-7-1"), to=FARAWAY)
    page = lan.get(f"/people/{wife.uuid}/").content.decode()
    assert "在其他地区" in page
    assert husband.name not in page
    assert "1968" not in page


def test_a_date_of_birth_is_corrected(lan: Client) -> None:
    person = make_person(since="1990-1-1")
    address = f"/people/{person.uuid}/birth-date/"
    page = lan.post(address, {"id": page_id(lan, address), "birth": "1971-6"}, follow=True).content.decode()
    assert "1971年6月" in page
    assert lan.post(address, {"id": new_id(), "birth": "1995-1-1"}).status_code == 422


def test_two_marry_and_part(lan: Client) -> None:
    wife, husband = make_person("李红"), make_person("王强", 1, "1968-3-2")
    assert "王强" in lan.get(f"/people/{wife.uuid}/marry/?q=王强").content.decode()
    address = f"/people/{wife.uuid}/marry/?spouse={husband.uuid}"
    lan.post(address, {"id": page_id(lan, address), "spouse": husband.uuid, "day": "1995-1-1"})
    union = wife.unions_as_wife.get()
    assert union.husband == husband
    address = f"/unions/{union.uuid}/end/"
    lan.post(address, {"id": page_id(lan, address), "day": "1999-1-1", "reason": "divorce"})
    assert "离婚" in lan.get(f"/people/{husband.uuid}/").content.decode()


def test_a_death_recorded_by_mistake_is_withdrawn(lan: Client) -> None:
    person = make_person()
    actions.record_death(by=OPERATOR, person=person.uuid, death=day("2005-1-1"))
    address = f"/people/{person.uuid}/death/withdraw/"
    assert lan.post(address, {"id": new_id(), "why": ""}).status_code == 422
    page = lan.post(address, {"id": new_id(), "why": "登记错人"}, follow=True).content.decode()
    assert "撤销死亡登记" in page
    assert person.spells.filter(end_date=None).count() == 2


def test_a_birth_recorded_by_mistake_is_withdrawn_and_the_mothers_page_says_so(lan: Client) -> None:
    mother, _ = make_couple()
    child = actions.record_birth(by=OPERATOR, mother=mother.uuid, birth=day("2004-7-1"), sex=2, name="王误").child
    assert f"/people/{child.uuid}/birth/withdraw/" in lan.get(f"/people/{child.uuid}/").content.decode()
    address = f"/people/{child.uuid}/birth/withdraw/"
    assert "2004年7月1日" in lan.get(address).content.decode()
    assert lan.post(address, {"id": new_id(), "why": ""}).status_code == 422
    answer = lan.post(address, {"id": new_id(), "why": "重复登记"}, follow=True)
    assert answer.redirect_chain == [(f"/people/{mother.uuid}/", 302)]
    assert "撤销出生登记" in answer.content.decode()
    assert lan.get(f"/people/{child.uuid}/").status_code == 404


def test_a_child_with_other_records_stays_and_the_form_says_why(lan: Client) -> None:
    mother, _ = make_couple()
    child = actions.record_birth(by=OPERATOR, mother=mother.uuid, birth=day("2004-7-1"), sex=2, name="王误").child
    actions.record_death(by=OPERATOR, person=child.uuid, death=day("2005-1-1"))
    answer = lan.post(f"/people/{child.uuid}/birth/withdraw/", {"id": new_id(), "why": "重复登记"})
    assert answer.status_code == 422
    assert "孩子另有死亡记录" in answer.content.decode()


@pytest.mark.parametrize(
    ("to", "deed", "lead"),
    [(BEIQIAO, "move", "2004年7月1日迁入东山镇 北桥村"), ("", "departure", "2004年7月1日离开东山镇 南桥村")],
    ids=["move", "departure"],
)
def test_a_move_recorded_by_mistake_is_withdrawn(lan: Client, to: str, deed: str, lead: str) -> None:
    person = make_person()
    spell = actions.register_move(by=OPERATOR, person=person.uuid, kind="living", day=day("2004-7-1"), to=to)
    address = f"/spells/{(spell or person.spells.get(kind='living')).uuid}/{deed}/withdraw/"
    page = lan.get(f"/people/{person.uuid}/").content.decode()
    assert page.count("/withdraw/") == 1
    assert address in page
    assert lead in lan.get(address).content.decode()
    page = lan.post(address, {"id": new_id(), "why": "登记错人"}, follow=True).content.decode()
    assert "撤销迁移" in page
    assert person.spells.get(kind="living").area == NANQIAO


def test_those_who_may_not_write_are_offered_no_correction(cast: Cast) -> None:
    mother, _ = make_couple()
    child = actions.record_birth(by=OPERATOR, mother=mother.uuid, birth=day("2004-7-1"), sex=2).child
    client = Client(headers={"accept-language": "en"})
    client.force_login(queries.staff_named("he"))
    page = client.get(f"/people/{child.uuid}/").content.decode()
    assert "/withdraw/" not in page
    assert "birth-date" not in page


def test_a_search_that_finds_too_many_says_so(lan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shidai.registry.views.listing.MOST_FOUND", 2)
    for name in ("赵一", "赵二", "赵三"):
        make_person(name)
    assert "2 以上，请缩小范围" in lan.get("/people/?q=赵").content.decode()


def test_ages_in_a_demonstration_are_those_of_its_last_day(lan: Client, settings) -> None:
    person = make_person(born="1970-5-1")
    settings.DEMONSTRATION = True
    assert "36岁" in lan.get(f"/people/{person.uuid}/").content.decode().replace(" ", "")
