"""Pages of programmes: the due list, the form that follows the answers, what is noted and what is refused."""

from __future__ import annotations

import re
from datetime import date

from django.test import Client

from shidai.core import queries
from shidai.core.ids import new_id
from shidai.programmes import actions
from shidai.programmes.duelists import renew_village
from shidai.programmes.models import Visit
from shidai.registry.models import Person
from shidai.registry.recordsday import records_day
from shidai.supply import actions as supply
from tests.factories import NANQIAO, OPERATOR, TOWNSHIP, Cast
from tests.spec.programmes.conftest import HIGH, JUNE, RTI, SCREENING, agree, examine


def sign_in(member: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(queries.staff_named(member))
    return client


def read(member: str, address: str) -> str:
    answered = sign_in(member).get(address)
    assert answered.status_code == 200, address
    return answered.content.decode()


def form_of(person: Person, step: str = "examination", programme: str = SCREENING) -> str:
    return f"/services/people/{person.uuid}/{programme}/{step}/"


def typed(client: Client, address: str, **values: object) -> dict[str, object]:
    """What the page sends: its hidden fields, the day, and what was typed."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(id|mark)" value="([^"]+)"', page))
    return {**hidden, "day": "2006-06-01", **{f"v_{name}": value for name, value in values.items()}}


def test_the_list_of_a_village_names_who_is_due_and_a_township_offers_its_villages(cast: Cast, bride: Person) -> None:
    page = read("lan", f"/services/?area={NANQIAO}")
    assert page.count("李红") == 2
    assert "生殖道感染综合防治" in page
    assert page.count("李红") > read("lan", f"/services/?area={NANQIAO}&programme={RTI}").count("李红") == 1
    assert f"area={NANQIAO}" in read("xu", f"/services/?area={TOWNSHIP}")


def test_a_list_narrows_to_what_is_due_there_and_leads_the_nurse_back_to_her_villages(bride: Person) -> None:
    for kept in (False, True):
        if kept:
            renew_village(NANQIAO, records_day())
        page = read("lan", f"/services/?area={NANQIAO}")
        assert f"programme={RTI}" in page
        assert "programme=downs-screening" not in page  # runs elsewhere, and nobody is due
        assert "所有村（社区）" not in page
        assert "所有村（社区）" in read("xu", f"/services/?area={NANQIAO}")


def test_a_persons_page_tells_what_is_due_and_only_the_nurse_may_record_it(bride: Person) -> None:
    part = f"/services/people/{bride.uuid}/"
    assert form_of(bride) in read("xu", part)
    seen = read("lan", part)
    assert "孕前检查" in seen
    assert f'{form_of(bride)}"' not in seen
    assert part in read("lan", f"/people/{bride.uuid}/")
    assert part not in read("zhou", f"/people/{bride.uuid}/")


def test_whoever_comes_and_asks_is_served_though_nothing_is_due(bride: Person) -> None:
    part, door = f"/services/people/{bride.uuid}/", form_of(bride, "checkup", "migrant-checkup")
    assert door in read("xu", part)
    assert door not in read("lan", part)
    client = sign_in("xu")
    made = client.post(door, {**typed(client, door, microscopy="clear"), "agreed": "on"})
    assert made.status_code == 302
    assert Visit.objects.get(programme="migrant-checkup").outcome == "clear"


def test_what_was_declined_has_no_door(bride: Person) -> None:
    part, door = f"/services/people/{bride.uuid}/", form_of(bride, "checkup", "migrant-checkup")
    client, answer = sign_in("lan"), f"/services/people/{bride.uuid}/migrant-checkup/answer/never/"
    client.post(answer, {"id": new_id(), "day": "2006-06-01"})
    assert Visit.objects.get(programme="migrant-checkup").outcome == "never"
    assert door not in read("xu", part)


def test_a_visit_is_saved_with_consent_and_says_what_it_came_to(bride: Person) -> None:
    client, address = sign_in("xu"), form_of(bride)
    values = typed(client, address, haemoglobin="119", hbsag="negative", fasting_glucose="5.1")
    refused = client.post(address, values)
    assert refused.status_code == 422
    assert "还没有本人同意" in refused.content.decode()
    assert 'value="119"' in refused.content.decode()
    saved = client.post(address, values | {"agreed": "on"}, follow=True).content.decode()
    assert "孕前检查，有需要注意的情况" in saved
    assert Visit.objects.get().values == {
        "haemoglobin": 119, "fasting_glucose": 51, "hbsag": "negative", "anaemia": True
    }  # fmt: skip
    client.post(address, values)
    assert Visit.objects.count() == 1


def test_every_fault_stands_at_its_field_and_what_was_typed_stays(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    client, address = sign_in("xu"), form_of(bride)
    page = client.post(address, typed(client, address, haemoglobin="900", fasting_glucose="5.123")).content.decode()
    assert 'id="id_v_haemoglobin_error"' in page
    assert 'id="id_v_fasting_glucose_error"' in page
    assert 'value="900"' in page
    assert not Visit.objects.exists()


def test_all_faults_are_told_at_once_and_each_leads_to_its_field(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    client, address = sign_in("xu"), form_of(bride)
    given = typed(client, address, haemoglobin="abc", fasting_glucose="99") | {"day": "2100-01-01"}
    page = client.post(address, given).content.decode()
    links = dict(re.findall(r'<li><a href="#([a-z_]+)">([^<]+)</a>', page))
    assert set(links) == {"id_day", "id_v_haemoglobin", "id_v_fasting_glucose", "id_v_hbsag"}
    assert links["id_v_hbsag"].count("乙肝表面抗原") == 1  # not "乙肝表面抗原：乙肝表面抗原没有填写"
    assert 'id="id_v_hbsag"' in page  # what the link of a choice leads to
    assert 'id="_error"' not in page
    assert "还没有到" in links["id_day"]


def test_letters_name_no_hours_that_are_not_known(cast: Cast, bride: Person) -> None:
    about = {"by": OPERATOR, "area": TOWNSHIP, "kind": "station", "opened_on": date(2005, 1, 1)}
    supply.open_site(code="S1", name_zh="东山站", name_en="Station", **about)  # type: ignore[arg-type]
    page = read("lan", f"/services/remind/letters/?area={NANQIAO}")
    assert "东山站" in page
    assert "开放时间" not in page
    assert "打印1封" in page


def test_what_a_posting_does_not_cover_says_so_without_a_code(cast: Cast) -> None:
    answered = sign_in("lan").get("/services/groups/")
    main = answered.content.decode().split("<main")[-1]
    assert answered.status_code == 403
    assert "不在您的岗位范围内" in main
    assert f"{NANQIAO}：" not in main


def test_fields_appear_as_the_answers_ask_for_them_and_advice_is_told_at_once(cast: Cast, bride: Person) -> None:
    agree(cast, bride, RTI)
    client, address = sign_in("xu"), form_of(bride, "check", RTI)
    assert "v_treatment" not in client.get(address).content.decode()
    asked = typed(client, address, microscopy="candida")
    part = client.post(address, asked, headers={"HX-Request": "true"}).content.decode()
    assert "v_treatment" in part
    assert "已治疗，待复查" in part
    assert "<form" not in part
    assert not Visit.objects.exists()


def test_a_form_that_has_changed_keeps_what_was_typed(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    client, address = sign_in("xu"), form_of(bride)
    old = typed(client, address, haemoglobin="128", hbsag="negative") | {"mark": "0123456789abcdef"}
    page = client.post(address, old).content.decode()
    assert "表单已更新" in page
    assert "就诊日期：" not in page  # it is about the form, not about the day
    assert 'value="128"' in page


def test_an_answer_is_final_and_the_page_says_what_it_means(bride: Person) -> None:
    client, address = sign_in("lan"), f"/services/people/{bride.uuid}/{SCREENING}/answer/not_now/"
    assert "12个月内不再询问" in client.get(address).content.decode()
    client.post(address, {"id": new_id(), "day": "2006-06-01"})
    assert (Visit.objects.get().outcome, Visit.objects.get().until) == ("not_now", date(2007, 6, 1))
    assert "暂不参加" in read("lan", f"/services/people/{bride.uuid}/")


def test_a_visit_opens_and_is_corrected_with_a_reason(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    visit = examine(cast, bride, JUNE, **HIGH)
    page = read("xu", f"/services/visits/{visit.uuid}/")
    assert "7.2 mmol/L" in page
    client, address = sign_in("xu"), f"/services/visits/{visit.uuid}/correct/"
    form = client.get(address).content.decode()
    assert 'value="7.2"' in form
    values = typed(client, address, haemoglobin="128", hbsag="negative", fasting_glucose="5.2")
    assert client.post(address, values).status_code == 422
    page = client.post(address, values | {"reason": "看错一行"}, follow=True).content.decode()
    assert "看错一行" in page
    assert "未见异常" in page


def test_letters_and_messages_tell_nobody_what_of(cast: Cast, bride: Person) -> None:
    letters = read("lan", f"/services/remind/letters/?area={NANQIAO}")
    assert letters.count('class="card sheet-a4 letter"') == 1, "one letter, though two steps are due"
    assert "李红" in letters
    messages = read("lan", f"/services/remind/messages/?area={NANQIAO}")
    for told in (letters.split("<article")[1].split("</article>")[0], messages):
        assert not any(word in told for word in ("孕", "感染", "检查", "避孕"))
    assert sign_in("gu").get(f"/services/remind/letters/?area={NANQIAO}").status_code == 403


def test_who_declined_gets_no_letter(cast: Cast, bride: Person) -> None:
    for programme in (SCREENING, RTI):
        actions.record_answer(by=cast.lan, person=bride.uuid, programme=programme, answer="never", day=JUNE)
    assert "李红" not in read("lan", f"/services/remind/letters/?area={NANQIAO}").split("<main")[1]
