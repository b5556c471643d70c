"""Pages of benefits: what an officer sees of a claim, what she may do, and what leaves the office."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shidai.benefits import actions
from shidai.benefits.models import Batch, Claim, LedgerEntry
from shidai.benefits.notices import mask_name
from shidai.benefits.queries import batch_state, standing_of, unpaid_and_overpaid
from shidai.benefits.queries.lists import claim_ids, counts
from shidai.core import queries
from shidai.core.access import Scope
from shidai.core.ids import new_id
from shidai.registry import actions as registry
from shidai.registry.models import Person
from tests.factories import COUNTY, NANQIAO, OPERATOR, Cast, day, make_person
from tests.spec.benefits.conftest import BANK, CARD, YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay
from tests.spec.benefits.test_money_back import list_answer

JANUARY = date(2006, 1, 10)
pytestmark = pytest.mark.usefixtures("payer")  # a demonstration's last day is the pages' today


@pytest.fixture
def read(cast: Cast):
    """A page's text as a member of the cast reads it, in Chinese unless another language is named."""

    def read_page(member: str, address: str, language: str = "zh") -> str:
        answered = sign_in(member, language).get(address)
        assert answered.status_code == 200, address
        return answered.content.decode()

    return read_page


def sign_in(member: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(queries.staff_named(member))
    return client


def apply(cast: Cast, elder: Person, on: date = JANUARY) -> Claim:
    return actions.apply_for(by=cast.lan, scheme=SCHEME, subject=actions.Subject(elder.uuid), day=on)


def page_of(claim: Claim, *more: str) -> str:
    return "/".join(["/benefits/claims", str(claim.uuid), *more, ""])


def visible(page: str) -> str:
    """What stands on a page, without its tags, spaces made one."""
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.S))


# ——— lists ———


def test_every_number_of_the_overview_opens_a_list_of_as_many(cast: Cast, read) -> None:
    apply(cast, make_elder())
    carry_through(cast, make_elder("1941-3-5"))
    page = read("gu", "/benefits/")
    links = re.findall(r'href="(/benefits/claims/\?[^"]*show=(\w+))">(\d+)</a>', page)
    assert {(show, number) for _, show, number in links} == {("waiting", "1"), ("in_force", "1")}
    for address, _, number in links:
        assert f"{number} 件" in visible(read("gu", address.replace("&amp;", "&")))


def test_a_late_claim_says_by_how_many_days(cast: Cast, read) -> None:
    """The village has 15 days from the application on 10 January: until the 25th."""
    apply(cast, make_elder())
    told = visible(read("lan", "/benefits/claims/?show=mine"))
    assert "等待村（社区）评议，应在2006年1月25日前办理" in told
    assert "逾期340天" in told
    assert "Late by 340 days".lower() in visible(read("lan", "/benefits/claims/?show=mine", "en")).lower()


def test_a_claim_waits_for_the_office_of_its_step_only(cast: Cast) -> None:
    claim = apply(cast, make_elder())

    def waits_for(who: Scope, area: str = NANQIAO, on: date = YEAR) -> bool:
        return claim.pk in claim_ids(who, area=area, show="mine", on=on)

    assert (waits_for(cast.lan), waits_for(cast.zhou), waits_for(cast.gu)) == (True, False, False)
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="pass", day=date(2006, 1, 11))
    assert not waits_for(cast.zhou, on=date(2006, 1, 21))  # the village's notice runs to the 21st
    assert waits_for(cast.zhou, on=date(2006, 1, 22))


def test_what_is_unpaid_on_the_overview_is_what_a_batch_would_pay(cast: Cast, other_officer: Scope) -> None:
    carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer, date(2006, 6, 30)), paid=False)
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    unpaid, _ = unpaid_and_overpaid(SCHEME, COUNTY, YEAR)
    told = counts(cast.gu, area=COUNTY, on=YEAR)[SCHEME]
    assert told.unpaid == sum(one.fen for one in unpaid) == 60_000
    assert claim_ids(cast.gu, area=COUNTY, show="unpaid", on=YEAR) == [unpaid[0].claim.pk]


def test_an_export_is_logged_and_marked_and_runs_no_formula(cast: Cast) -> None:
    elder = make_elder()
    Person.objects.filter(pk=elder.pk).update(name="=1+1")
    apply(cast, elder)
    answered = sign_in("gu").get("/benefits/claims/csv/?show=all")
    text = b"".join(answered.streaming_content).decode()
    assert "'=1+1" in text
    assert re.search(r",gu \d{4}-\d\d-\d\d", text)
    entry = queries.entries(cast.he, deeds=("claim.export",)).first()
    assert (entry.actor, entry.area) == ("gu", COUNTY)
    assert sign_in("lan").get("/benefits/claims/csv/?show=all").status_code == 403


# ——— one claim ———


def test_a_claim_shows_each_condition_with_its_fact_and_its_source(cast: Cast, read) -> None:
    page = visible(read("lan", page_of(apply(cast, make_elder()))))
    assert "符合全部条件" in page
    assert "每月50.00元" in page
    assert "周岁 66周岁" in page
    assert "国办发〔2004〕21号" in page
    assert "registration" not in page  # columns are named in words


def test_what_is_not_met_says_what_would_change_it(cast: Cast, read) -> None:
    page = visible(read("lan", page_of(apply(cast, make_elder("1947-3-5")))))
    assert "年满60周岁 不符合" in page
    assert "到2007年3月5日就符合" in page


def test_born_on_29_february_is_met_on_1_march(cast: Cast, read) -> None:
    page = visible(read("lan", page_of(apply(cast, make_elder("1948-2-29")))))
    assert "到2008年2月29日就符合" in page
    other = make_elder("1947-2-28")
    assert "到2007年2月28日就符合" in visible(read("lan", page_of(apply(cast, other))))


def test_a_page_offers_only_what_this_person_may_do_now(cast: Cast, read) -> None:
    claim = apply(cast, make_elder())
    assert f"{page_of(claim)}act/pass/" in read("lan", page_of(claim))
    assert f"{page_of(claim)}act/pass/" not in read("zhou", page_of(claim))
    assert f"{page_of(claim)}act/" not in read("he", page_of(claim))
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="pass", day=date(2006, 12, 30))
    page = read("lan", page_of(claim))
    assert f"{page_of(claim)}act/object/" in page
    assert f"{page_of(claim)}act/pass/" not in page


def test_who_does_not_meet_the_conditions_is_not_offered_a_pass(cast: Cast, read) -> None:
    claim = apply(cast, make_elder(children=3))
    page = read("lan", page_of(claim))
    assert f"{page_of(claim)}act/pass/" not in page
    assert f"{page_of(claim)}act/refuse/" in page


def test_a_step_says_what_will_happen_and_two_clicks_do_it_once(cast: Cast) -> None:
    claim, client = apply(cast, make_elder()), sign_in("lan")
    asked = visible(client.get(page_of(claim, "act", "pass")).content.decode())
    assert "公示10天" in asked
    assert "然后由镇（街道）审核" in asked
    form = {"id": str(uuid4()), "day": "2006.12.30"}
    for _ in range(2):
        assert client.post(page_of(claim, "act", "pass"), form).status_code == 302
    assert list(LedgerEntry.objects.values_list("act", "day")) == [("apply", JANUARY), ("pass", date(2006, 12, 30))]


def test_a_fault_stands_at_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    claim = apply(cast, make_elder(children=3))
    form = {"id": str(uuid4()), "day": "2006年13月", "reason": "三个子女"}
    answered = sign_in("lan").post(page_of(claim, "act", "refuse"), form)
    page = answered.content.decode()
    assert answered.status_code == 422
    assert 'value="2006年13月"' in page
    assert "三个子女" in page
    assert claim.entries.count() == 1


def test_a_condition_that_fails_at_the_step_is_told_with_its_mend(cast: Cast) -> None:
    claim = apply(cast, make_elder(children=3))
    answered = sign_in("lan").post(page_of(claim, "act", "pass"), {"id": str(uuid4()), "day": "2006-12-30"})
    assert answered.status_code == 422
    assert "不符合。请更正档案、补充证明，或不予确认并说明理由。" in visible(answered.content.decode())


def test_a_decision_runs_again_to_the_same_result(cast: Cast, read) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-5-5"))
    assert "4 次决定重新计算，结果全部相同" in read("gu", page_of(claim, "again"))
    first = claim.decisions.order_by("pk").first()
    assert first is not None
    page = visible(read("gu", page_of(claim, "decisions", str(first.uuid))))
    assert "结果相同" in page
    assert "符合全部条件" in page


def test_who_died_while_in_force_is_shown_to_be_stopped(cast: Cast, read) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-5-5"))
    page = read("gu", page_of(claim))
    assert "健在 不符合" in visible(page)
    assert re.search(rf'btn-primary" href="{page_of(claim)}act/stop/"', page)


def test_looking_at_a_claim_is_in_the_persons_log(cast: Cast, read) -> None:
    elder = make_elder()
    read("zhou", page_of(apply(cast, elder)))
    entry = queries.entries(cast.he, subject=f"person:{elder.uuid}", deeds=("person.read",)).first()
    assert entry.actor == "zhou"


def test_an_account_is_masked_everywhere(cast: Cast, other_officer: Scope, read) -> None:
    claim = carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    plain = CARD.replace(" ", "")
    for address in (page_of(claim), f"/benefits/batches/{batch.uuid}/"):
        page = read("gu", address)
        assert f"****{plain[-4:]}" in page
        assert plain not in page.replace(" ", "")


def test_an_account_with_a_wrong_check_digit_is_refused_at_its_field(cast: Cast) -> None:
    claim = apply(cast, make_elder())
    form = {"id": str(uuid4()), "holder": "陈秀英", "kind": "card", "number": CARD[:-1] + "1", "bank_code": BANK}
    answered = sign_in("lan").post(page_of(claim, "account"), form)
    assert answered.status_code == 422
    assert "校验位不符" in answered.content.decode()
    assert not claim.accounts.exists()


# ——— applying ———


def test_a_persons_page_tells_what_she_may_apply_for_and_why_not(cast: Cast, read) -> None:
    one, three = make_elder(), make_elder("1941-3-5", children=3)
    good = read("lan", f"/benefits/people/{one.uuid}/")
    assert "符合条件" in visible(good)
    assert f"/benefits/people/{one.uuid}/apply/{SCHEME}/" in good
    assert "现有子女数 3" in visible(read("lan", f"/benefits/people/{three.uuid}/"))
    assert "hx-get" in read("lan", f"/people/{one.uuid}/")


def test_an_application_wants_its_papers_and_asks_no_archive_fact(cast: Cast) -> None:
    elder, client = make_elder(), sign_in("lan")
    address = f"/benefits/people/{elder.uuid}/apply/{SCHEME}/"
    asked = client.get(address).content.decode()
    assert "archive_birth_policy_file" not in asked
    form = {"id": str(uuid4()), "day": "2006-12-31", "paper_application": "on"}
    lacking = client.post(address, form)
    assert lacking.status_code == 422
    assert "请先看过这份材料" in lacking.content.decode()
    for _ in range(2):
        assert client.post(address, form | {"paper_bank_account": "on"}).status_code == 302
    entry = LedgerEntry.objects.get()
    assert entry.reason == "已看材料：申请表（本人签名或按印）、本人银行账户"


def test_an_archive_fact_has_no_page(cast: Cast) -> None:
    claim = apply(cast, make_elder())
    assert sign_in("lan").get(page_of(claim, "facts", "archive_birth_policy_file")).status_code == 404


# ——— the public notice ———


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈秀英", "陈*英"),
        ("陈英", "陈*"),
        ("欧阳锋", "欧阳*"),
        ("欧阳娜娜", "欧阳*娜"),
        ("上官", "上*"),
        ("买买提·艾力", "买**·艾*"),
        ("阿卜杜拉•尼亚孜", "阿***·尼**"),
        ("Anna Maria Smith", "A*** M*** S***"),
        ("Li", "L***"),
        ("王", "*"),
        ("𠮷野家", "𠮷*家"),
    ],
)
def test_a_name_on_a_notice_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_notice_holds_nothing_but_a_masked_name_and_the_amount(cast: Cast, read) -> None:
    elder = make_elder()
    actions.act_on_claim(by=cast.lan, claim=apply(cast, elder).uuid, act="pass", day=date(2006, 12, 28))
    listed = read("zhou", "/benefits/notices/")
    address = re.search(r'href="(/benefits/notices/[^"?]+)"', listed)
    assert address is not None
    sheet = read("zhou", address[1])
    sheet = visible(sheet[sheet.index("<article") : sheet.index("</article>")])
    assert "陈*英" in sheet
    assert "每月50.00元" in sheet
    assert "2006年12月29日 – 2007年1月7日" in sheet
    assert "南桥村" in sheet
    for private in ("陈秀英", "1940", "6228"):
        assert private not in sheet
    assert "Public notice" in read("zhou", address[1], "en")


def test_a_notice_is_gone_after_its_last_day(cast: Cast, read) -> None:
    actions.act_on_claim(by=cast.lan, claim=apply(cast, make_elder()).uuid, act="pass", day=date(2006, 1, 11))
    assert "现在没有公示" in read("lan", "/benefits/notices/")
    assert sign_in("lan").get(f"/benefits/notices/{SCHEME}/{NANQIAO}/2006-01-21/").status_code == 404


def test_a_refused_claim_says_why_at_once_and_leads_back_to_its_list(cast: Cast, read) -> None:
    claim = apply(cast, make_elder())
    assert f"scheme={SCHEME}&amp;show=mine" in read("lan", page_of(claim))
    refuse = {"id": str(uuid4()), "day": "2006-12-20", "reason": "本人不愿继续申请"}
    assert sign_in("lan").post(page_of(claim, "act/refuse"), refuse).status_code == 302
    page = visible(read("lan", page_of(claim)))
    assert page.index("理由：本人不愿继续申请") < page.index("符合全部条件")


def test_an_objection_is_entered_without_who_made_it(cast: Cast, read) -> None:
    claim = apply(cast, make_elder())
    assert "不写是谁提出的" in read("lan", page_of(claim, "act/object"))
    late = {"id": str(uuid4()), "day": "2006-12-20", "reason": "有人反映"}
    refused = sign_in("lan").post(page_of(claim, "act/object"), late)
    assert refused.status_code == 422
    said = visible(refused.content.decode())
    assert "到2006年12月20日公示期已过" in said
    assert "申请的状态已变" not in said, "the fault says more"


# ——— batches ———


def test_building_says_first_what_the_batch_would_hold(cast: Cast, read) -> None:
    carry_through(cast, make_elder())
    lacking = apply(cast, make_elder("1941-3-5"))
    for by, on in ((cast.lan, date(2006, 1, 11)), (cast.zhou, date(2006, 2, 1)), (cast.gu, date(2006, 3, 1))):
        actions.act_on_claim(by=by, claim=lacking.uuid, act="pass", day=on)
    client, address = sign_in("gu"), f"/benefits/batches/new/{SCHEME}/"
    form = {"id": str(uuid4()), "pay_day": "2006-12-31"}
    assert client.post(address, form | {"accrue": "1"}).status_code == 302
    page = visible(client.get(address).content.decode())
    assert "将发放 1 笔" in page
    assert "600.00元" in page
    assert "没有账号，暂不发放 1" in page
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    assert Batch.objects.get().payments.get().fen == 60_000


def test_the_builder_is_told_that_another_one_releases(cast: Cast, other_officer: Scope, read) -> None:
    carry_through(cast, make_elder())
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    address = f"/benefits/batches/{batch.uuid}/"
    own = read("gu", address)
    assert "须由另一位有权的人员放行" in own
    assert f"{address}sign/" not in own
    assert "尚未放行" in own
    assert "在途" not in visible(own), "nothing is on its way before it is released"
    refused = sign_in("gu").post(f"{address}sign/", {"id": str(new_id())})
    assert refused.status_code == 422
    assert "编制批次的人不能放行它" in refused.content.decode()
    assert "1笔，共600.00元" in visible(read("feng", f"{address}sign/"))
    assert sign_in("feng").post(f"{address}sign/", {"id": str(new_id())}).status_code == 302
    assert batch_state(batch) == "released"
    assert "在途" in visible(read("gu", address))


def test_the_banks_file_is_taken_and_its_answer_is_taken_whole_or_not_at_all(
    cast: Cast, other_officer: Scope, read
) -> None:
    carry_through(cast, make_elder())
    batch = pay(cast, other_officer)
    client, address = sign_in("gu"), f"/benefits/batches/{batch.uuid}/"
    order = client.get(f"{address}file/xml/")
    assert b"pain.001" in b"".join(order.streaming_content)
    good = list_answer(batch, ["退回"])

    def send(data: bytes, **more: str) -> object:
        file = SimpleUploadedFile("results.csv", data)
        return client.post(f"{address}answer/", {"id": str(new_id()), "file": file, **more})

    wrong = send(good.replace(b"600.00", b"599.00"), confirmed="on")
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "results.csv:2" in wrong.content.decode()  # type: ignore[attr-defined]
    unsaid = send(good)
    assert "没有写明批次号" in unsaid.content.decode()  # type: ignore[attr-defined]
    assert batch_state(batch) == "released"
    assert send(good, confirmed="on").status_code == 302  # type: ignore[attr-defined]
    page = visible(read("gu", address))
    assert "已退回 300.00元" in page or "已退回 600.00元" in page
    assert "银行退回1笔，重新列为待发" in page
    told = visible(read("gu", page_of(batch.payments.get().claim)))
    assert "银行退回了上次付款" in told
    again = pay(cast, other_officer)
    assert "银行退回1笔" not in visible(read("gu", address)), "its money is on its way again"
    actions.take_bank_answer(
        by=cast.gu, batch=again.uuid, data=list_answer(again, ["成功"]), file="results.csv", confirmed=True
    )
    assert "银行退回了上次付款" not in visible(read("gu", page_of(batch.payments.get().claim)))
    assert "银行已全部答复" in page


def test_the_county_enters_the_account_that_it_pays_from(cast: Cast, read) -> None:
    form = {"id": str(uuid4()), "name": "东县人口计生委", "number": "1103020000999", "bank_code": BANK}
    assert sign_in("gu").post("/benefits/payer/", form).status_code == 302
    page = read("gu", "/benefits/batches/")
    assert "东县人口计生委 ****0999" in page


def test_money_paid_too_much_is_agreed_on_from_the_claims_page(cast: Cast, other_officer: Scope, read) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    answer(cast, pay(cast, other_officer))
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-9-15"))
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert "多发200.00元" in visible(read("gu", page_of(claim)))
    form = {"id": str(uuid4()), "fen": "200", "instalments": "2", "first_day": "2007-1-31", "paper": "退款协议1号"}
    assert sign_in("gu").post(page_of(claim, "recover"), form).status_code == 302
    assert "2007年1月31日 100.00元；2007年2月28日 100.00元" in visible(read("gu", page_of(claim)))
    back = {"id": str(uuid4()), "fen": "200.00", "waived": "0", "day": "2007-1-31", "paper": "收据1号"}
    assert sign_in("gu").post(page_of(claim, "repay"), back).status_code == 302
    assert "多发" not in visible(read("gu", page_of(claim)))


def test_proofs_without_record_tables_say_how_to_publish_them(
    cast: Cast, read, settings: LazySettings, tmp_path
) -> None:
    settings.DATA = tmp_path
    assert "shidai extract" in read("he", "/benefits/proofs/")
    assert sign_in("qian").get("/benefits/proofs/").status_code == 403


def test_today_begins_with_what_waits_for_the_officer(cast: Cast, read) -> None:
    elder = make_elder()
    apply(cast, elder)
    page = visible(read("lan", "/"))
    assert "等您办理的待遇申请 1" in page
    assert "陈秀英" in page
    assert "等您办理" not in read("qian", "/")


def test_a_household_and_a_village_apply_from_their_own_pages(cast: Cast, read) -> None:
    from shidai.registry.models import Household

    home = Household.objects.create(area=NANQIAO, head=make_person("王家主"))
    page = visible(read("lan", f"/benefits/households/{home.uuid}/"))
    assert "计划生育公益金扶助" in page
    assert "示范村服务室补助" in visible(read("zhou", f"/benefits/villages/{NANQIAO}/"))


def test_who_releases_sees_one_account_of_two_people_and_may_refuse(cast: Cast, other_officer: Scope, read) -> None:
    for born in ("1940-3-5", "1941-3-5"):
        carry_through(cast, make_elder(born))
    batch = actions.build_batch(by=cast.gu, scheme=SCHEME, area=COUNTY, pay_day=YEAR)
    address = f"/benefits/batches/{batch.uuid}/"
    assert "收多人的款：陈秀英、陈秀英" in visible(read("feng", address))
    client = sign_in("feng")
    assert client.post(f"{address}refuse/", {"id": str(uuid4()), "reason": ""}).status_code == 422
    assert client.post(f"{address}refuse/", {"id": str(uuid4()), "reason": "账号有误"}).status_code == 302
    page = visible(read("feng", address))
    assert "不予放行，理由：账号有误" in page
    assert batch_state(batch) == "refused"
    assert "不予放行" in visible(read("gu", "/benefits/batches/"))
    assert "批次不予放行" in visible(read("gu", page_of(batch.payments.first().claim)))


def test_what_waits_is_passed_at_once_each_by_its_own_conditions(cast: Cast) -> None:
    right, lacking = apply(cast, make_elder()), apply(cast, make_elder("1941-3-5", children=3))
    client = sign_in("lan")
    address = f"/benefits/claims/pass/{SCHEME}/"
    offered, doubtful = client.get(address).content.decode().split("<h2>")
    assert str(right.uuid) in offered
    assert str(lacking.uuid) in doubtful
    assert str(lacking.uuid) not in offered
    asked = {"id": str(uuid4()), "day": "2006-12-30", "claim": [str(right.uuid), str(lacking.uuid)]}
    refused = client.post(address, asked)
    assert refused.status_code == 422
    assert [standing_of(one, YEAR).state for one in (right, lacking)] == ["notice", "waiting"]
    client.post(address, asked)  # a second click
    assert right.entries.count() == 2


def test_claims_whose_amount_an_officer_sets_are_not_passed_at_once(read) -> None:
    assert "没有可一并通过的申请" in read("lan", "/benefits/claims/pass/holiday-relief/")
