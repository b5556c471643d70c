"""The page of the four proofs: a job makes them, the last ones stand there for whoever may read the area's records."""

from __future__ import annotations

import re
import threading
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.benefits.actions.proving import start_proofs
from shidai.benefits.queries.proving import last_proofs, last_run
from shidai.benefits.views.proofs import _reason, _whose
from shidai.core import queries, worker
from shidai.core.access import NoAccess, Scope
from shidai.core.pseudonyms import pseudonyms
from shidai.indicators.proved import Finding
from shidai.registry import queries as registry
from shidai.registry.models import Household
from tests.factories import CITY, COUNTY, NANQIAO, Cast, make_person
from tests.spec.benefits.test_claims import answer, carry_through, make_elder, pay
from tests.spec.benefits.test_proofs import confirm, publish

pytestmark = pytest.mark.usefixtures("payer")
PAGE = f"/benefits/proofs/?area={COUNTY}&period=2006"


@pytest.fixture
def published(settings: LazySettings, tmp_path: Path, cast: Cast, other_officer: Scope) -> Path:
    """A county whose one elder was paid for the year, in record tables."""
    settings.DATA = tmp_path
    carry_through(cast, make_elder())
    answer(cast, pay(cast, other_officer))
    publish(tmp_path / "records")
    return tmp_path


def sign_in(member: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(queries.staff_named(member))
    return client


def read(member: str, address: str = PAGE, language: str = "zh") -> str:
    page = sign_in(member, language).get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def work() -> None:
    worker.work(threading.Event(), once=True, interval=0)


def test_the_year_is_proved_by_a_job_and_what_it_found_stays_on_the_page(published: Path) -> None:
    assert "还没有核对过" in read("gu")
    assert sign_in("gu").post(PAGE).status_code == 302
    assert "等待核对" in read("gu")
    assert "等待核对" in read("he")  # who asked for it doesn't matter
    work()
    page = read("he")
    assert "全年1户（人）领取600.00元，逐期按今天的档案重算，全部符合。" in page
    assert "按截至2007年6月30日的记录表核对" in page
    assert "再核对一次" in page
    assert "The ledgers say what the rules give" in read("gu", language="en")


def test_while_it_runs_the_page_asks_how_far_it_is_and_loads_anew_at_the_end(published: Path) -> None:
    client = sign_in("gu")
    client.post(PAGE)
    assert 'hx-trigger="every 3s"' in client.get(PAGE).content.decode()
    asked = client.get(f"{PAGE}&progress=1")
    assert "HX-Refresh" not in asked
    work()
    assert client.get(f"{PAGE}&progress=1")["HX-Refresh"] == "true"
    assert 'hx-trigger="every 3s"' not in client.get(PAGE).content.decode()


def test_asked_for_twice_it_runs_once(published: Path, cast: Cast) -> None:
    first = start_proofs(by=cast.gu, year=2006, area=COUNTY)
    assert start_proofs(by=cast.he, year=2006, area=COUNTY) == first
    work()
    assert start_proofs(by=cast.he, year=2006, area=COUNTY) != first


def test_proofs_are_for_those_who_may_read_the_areas_records(published: Path, cast: Cast) -> None:
    start_proofs(by=cast.gu, year=2006, area=COUNTY)
    work()
    for by, area in ((cast.qian, COUNTY), (cast.ma, COUNTY), (cast.lan, COUNTY), (cast.gu, CITY)):
        for ask in (start_proofs, last_proofs, last_run):
            with pytest.raises(NoAccess):
                ask(**({"by": by} if ask is start_proofs else {"scope": by}), year=2006, area=area)
    assert sign_in("qian").post(PAGE).status_code == 403
    assert last_proofs(cast.lan, year=2006, area=NANQIAO) is None
    assert last_proofs(cast.he, year=2006, area=COUNTY) is not None


def test_records_that_were_published_since_call_for_new_proofs(published: Path) -> None:
    sign_in("gu").post(PAGE)
    work()
    assert "记录表已更新" not in read("gu")
    publish(published / "records", date(2007, 7, 31))
    assert "记录表已更新" in read("gu")


def test_a_run_without_record_tables_says_what_to_do(settings: LazySettings, tmp_path: Path, cast: Cast) -> None:
    settings.DATA = tmp_path
    start_proofs(by=cast.gu, year=2006, area=COUNTY)
    work()
    page = read("gu")
    assert "上次核对没有完成" in page
    assert "shidai extract" in page


def test_who_was_not_paid_is_told_and_opens(published: Path, cast: Cast) -> None:
    confirm(cast, make_elder("1941-1-1"))
    publish(published / "records", date(2007, 7, 31))
    sign_in("gu").post(PAGE)
    work()
    assert "享受中的有1件，发放日已过而未发足。" in read("gu")
    assert "享受中，发放日已过而未发" in read("gu", f"{PAGE}&list=omission")


def test_a_household_is_named_by_its_head_to_those_who_may_read_it(cast: Cast) -> None:
    home = Household.objects.create(area=NANQIAO, head=make_person("王家主"))
    (mark,) = pseudonyms([home.pk], "analysis", "household").tolist()
    found = registry.households_behind(cast.gu, [mark], area=COUNTY)
    assert found[mark].head.name == "王家主"
    assert registry.households_behind(cast.ma, [mark]) == {}
    finding = Finding("omission", COUNTY, "public-welfare-fund", str(mark), date(2006, 12, 31), 0, 0, ("candidate",))
    assert _whose(finding, {}, found, {}) == {"name": "王家主户", "url": f"/households/{home.uuid}/"}
    assert _whose(finding, {}, {}, {}) == {"name": "家庭户", "url": ""}


def test_a_condition_that_is_not_met_is_said_to_be_so(cast: Cast) -> None:
    finding = Finding("error", COUNTY, "rural-reward", "1", date(2006, 12, 31), 5000, 0, ("alive", "aged?"))
    told = [_reason(one, finding).zh for one in finding.reasons]
    assert told == ["不符合“健在”", "年满60周岁（不详）"]
