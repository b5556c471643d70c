"""Letters about a stop, a refusal and what is to be given back: everything to the person, a masked name in public."""

from __future__ import annotations

from datetime import date

import pytest

from shidai.benefits import actions
from shidai.benefits.models import Claim
from shidai.core.access import Scope
from shidai.registry import actions as registry
from tests.factories import COUNTY, OPERATOR, Cast, day
from tests.spec.benefits.conftest import YEAR
from tests.spec.benefits.test_claims import SCHEME, answer, carry_through, make_elder, pay
from tests.spec.benefits.test_money_back import overpaid_claim
from tests.spec.benefits.test_pages import apply, page_of, read, sign_in, visible

__all__ = ["read"]
pytestmark = pytest.mark.usefixtures("payer")


def sheet(page: str) -> str:
    """What stands on the paper."""
    return visible(page[page.index("<article") : page.index("</article>")])


def moved_and_stopped(cast: Cast) -> Claim:
    elder = make_elder()
    claim = carry_through(cast, elder)
    registry.register_move(by=OPERATOR, person=elder.uuid, kind="registered", day=day("2006-10-5"))
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 11, 1), reason="户籍已于10月迁往外市")
    return claim


def test_a_stop_is_told_with_reason_fact_clause_source_and_appeal(cast: Cast, read) -> None:
    claim = moved_and_stopped(cast)
    assert "打印告知书" in read("gu", page_of(claim))
    paper = sheet(read("gu", page_of(claim, "letters", "end")))
    for told in (
        "陈秀英 ：",
        "自2006年11月1日起停止享受",
        "户籍已于10月迁往外市",
        "不符合",
        "国办发〔2004〕21号",
        "2004年1月1日起施行",
        "当面或书面申诉",
        "行政复议",
        "签收人",
    ):
        assert told in paper, told
    english = sheet(read("gu", page_of(claim, "letters", "end"), "en"))
    assert "has stopped from 1 Nov 2006 on" in english
    assert "You may appeal to" in english


def test_the_copy_that_hangs_in_public_has_a_masked_name_and_neither_reason_nor_fact(cast: Cast, read) -> None:
    claim = moved_and_stopped(cast)
    paper = sheet(read("gu", f"{page_of(claim, 'letters', 'end')}?public=1"))
    assert "陈*英" in paper
    assert "停止享受公示" in paper
    for private in ("陈秀英", "迁往外市", "1940", "6228", "不符合", "签收人"):
        assert private not in paper, private


def test_a_refusal_is_told_too(cast: Cast, read) -> None:
    claim = apply(cast, make_elder(children=3))
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="refuse", day=date(2006, 1, 11), reason="三个子女")
    paper = sheet(read("lan", page_of(claim, "letters", "end")))
    assert "不予确认告知书" in paper
    assert "三个子女" in paper
    assert "2006年1月11日决定不予确认" in paper


def test_of_somebody_who_has_died_the_family_is_written_to(cast: Cast, read) -> None:
    elder = make_elder()
    claim = carry_through(cast, elder)
    registry.record_death(by=OPERATOR, person=elder.uuid, death=day("2006-9-15"))
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 10, 1), reason="本人已去世")
    paper = sheet(read("gu", page_of(claim, "letters", "end")))
    assert "陈秀英的家属" in paper
    assert "陈秀英于2006年1月10日申请的" in paper


def test_what_was_paid_too_much_is_told_period_by_period_with_its_ground(
    cast: Cast, other_officer: Scope, read
) -> None:
    claim = overpaid_claim(cast, other_officer)
    paper = sheet(read("gu", page_of(claim, "letters", "recovery")))
    assert "共200.00元" in paper
    assert paper.count("50.00元") == 4
    assert "不从以后的发放中扣除" in paper
    assert "约定一次或分期退回" in paper
    assert "不符合" in paper
    actions.agree_recovery(
        by=cast.gu, claim=claim.uuid, fen=20_000, instalments=2, first_day=date(2007, 2, 28), paper="协议 1 号"
    )
    agreed = sheet(read("gu", page_of(claim, "letters", "recovery")))
    assert "2007年2月28日前100.00元" in agreed
    assert "2007年3月28日前100.00元" in agreed


def test_the_letter_about_a_stop_says_what_was_paid_too_much(cast: Cast, other_officer: Scope, read) -> None:
    claim = carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    actions.act_on_claim(by=cast.gu, claim=claim.uuid, act="stop", day=date(2006, 11, 1), reason="核实不符")
    actions.accrue(by=cast.gu, scheme=SCHEME, area=COUNTY, until=YEAR)
    assert "多发100.00元" in sheet(read("gu", page_of(claim, "letters", "end")))


@pytest.mark.parametrize("letter", ["end", "recovery", "other"])
def test_where_there_is_nothing_to_tell_there_is_no_letter(cast: Cast, letter: str) -> None:
    claim = carry_through(cast, make_elder())
    assert sign_in("gu").get(page_of(claim, "letters", letter)).status_code == 404


def test_once_appealed_against_a_stop_has_no_letter_any_more(cast: Cast) -> None:
    claim = moved_and_stopped(cast)
    actions.act_on_claim(by=cast.lan, claim=claim.uuid, act="appeal", day=date(2006, 11, 5), reason="未迁出")
    assert sign_in("gu").get(page_of(claim, "letters", "end")).status_code == 404


def test_a_letter_is_for_those_who_read_the_claim(cast: Cast) -> None:
    claim = moved_and_stopped(cast)
    for member in ("ma", "qian"):
        assert sign_in(member).get(page_of(claim, "letters", "end")).status_code == 404
