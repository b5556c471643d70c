"""The audit page: an auditor reads who did what, when, where and to how many, and finds it again."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shidai.core import audit, queries
from shidai.core.deeds import DEEDS
from shidai.core.models import AuditEntry
from shidai.registry import queries as registry
from tests.factories import CITY, COUNTY, FARAWAY, NANQIAO, Cast, make_person, make_staff


def sign_in(member: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(queries.staff_named(member))
    return client


def read(client: Client, address: str = "/audit/", **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def exported(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/audit/csv/", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


class TestAnEntryIsASentence:
    def test_with_name_role_deed_and_the_full_name_of_the_area(self, cast: Cast) -> None:
        audit.record(cast.lan, "birth.record", "person:x", area=NANQIAO)
        page = read(sign_in("he"))
        for part in ("Lan", "Village worker", "entered a birth", "East County Dongshan Nanqiao"):
            assert part in page
        assert "birth.record</" not in page
        chinese = read(sign_in("he", "zh"))
        for part in ("村（社区）专干", "登记了出生", "东县 东山镇 南桥村"):
            assert part in chinese

    def test_with_how_many_were_listed(self, cast: Cast) -> None:
        for name in ("甲一", "乙二", "丙三"):
            make_person(name)
        registry.list_page(cast.lan, area=NANQIAO, who="living")
        (line,) = exported(sign_in("he"), deed="person.list")
        assert (line["what"], line["more"], line["count"]) == (
            "looked at a list of residents", "Living here, page 1", "3",
        )  # fmt: skip

    def test_with_the_title_of_the_indicator_and_the_side(self, cast: Cast) -> None:
        audit.record(cast.gu, "records.list", "indicator:natural_growth_rate", area=COUNTY, count=7, period="2006-Q3",
                     side="numerator", people=[])  # fmt: skip
        (line,) = exported(sign_in("he"), deed="records.list")
        assert line["more"] == "rate of natural increase, 2006 Q3, numerator"

    def test_with_the_packs_titles_days_in_words_and_money_in_yuan(self, cast: Cast) -> None:
        audit.record(cast.gu, "payment.build", "batch:x", area=COUNTY, scheme="rural-reward", count=3, fen=12_000_050)
        audit.record(cast.gu, "outreach.plan", "session:x", topic="service-standards", day="2006-11-20")
        audit.record(cast.gu, "supply.takers", "lot:male-condom/X1", people=[])
        audit.record(cast.gu, "service.piecenote", "site:x", kind="microscope", number="XW01", state="broken")
        told = {line["deed"]: line["more"] for line in exported(sign_in("he"))}
        assert told["payment.build"] == "Rural reward assistance: 120,000.50 yuan, payments: 3"
        assert told["outreach.plan"] == "Standards of pre-pregnancy screening and infection control, 20 Nov 2006"
        assert told["supply.takers"] == "Male condom X1"
        assert told["service.piecenote"] == "Microscope XW01: out of order"

    def test_an_id_that_the_pack_has_no_more_stands_for_itself(self, cast: Cast) -> None:
        audit.record(cast.gu, "outreach.held", "session:x", topic="gone-topic")
        (line,) = exported(sign_in("he"), deed="outreach.held")
        assert line["more"] == "gone-topic"

    def test_the_role_is_that_of_the_day(self, cast: Cast) -> None:
        audit.record(cast.lan, "person.search", "search:1")
        for posting in queries.postings_of(cast.lan.staff_id):
            posting.end_date = timezone.localdate() - timedelta(days=1)
            posting.save()
        (line,) = exported(sign_in("he"), deed="person.search")
        assert (line["name"], line["role"]) == ("Lan", "")

    def test_a_name_that_no_account_has_is_said_to_be_none(self, cast: Cast) -> None:
        Client().post("/login/", {"username": "=cmd", "password": "wrong"})
        (line,) = exported(sign_in("he"), deed="login.failed")
        assert line["user_name"] == "'=cmd"  # no spreadsheet may take it for a formula
        assert line["name"] == "no such account: '=cmd'"

    @pytest.mark.parametrize("deed", sorted(DEEDS))
    def test_even_when_its_facts_are_missing(self, deed: str, cast: Cast) -> None:
        audit.record(cast.lan, deed, "somewhere:else", area="340100")
        assert "outside the city (340100)" in read(sign_in("he"))


class TestAPersonOpens:
    def test_for_the_auditor_who_may_read_the_record(self, cast: Cast) -> None:
        person = make_person()
        registry.person_page(cast.lan, person.uuid)
        assert f'href="/people/{person.uuid}/"' in read(sign_in("he"))
        assert exported(sign_in("he"), deed="person.read")[0]["person"] == str(person.uuid)

    def test_but_not_for_the_administrator_who_may_not(self, cast: Cast) -> None:
        person = make_person()
        registry.person_page(cast.lan, person.uuid)
        page = read(sign_in("admin"))
        assert "looked at a person" in page
        assert str(person.uuid) not in page
        assert exported(sign_in("admin"), deed="person.read")[0]["person"] == ""

    def test_nor_does_she_read_the_reason_that_may_name_somebody(self, cast: Cast) -> None:
        audit.record(cast.gu, "death.withdraw", "person:x", area=COUNTY, why="张三还活着", before={})
        assert "张三还活着" in read(sign_in("he"))
        assert "张三还活着" not in read(sign_in("admin"))


class TestFilters:
    @pytest.fixture
    def log(self, cast: Cast) -> None:
        audit.record(cast.lan, "person.search", "search:1", area=NANQIAO)
        audit.record(cast.lan, "birth.record", "person:1", area=NANQIAO)
        audit.record(cast.ma, "person.search", "search:2", area=FARAWAY)

    def whos(self, **asked: str) -> list[tuple[str, str]]:
        return [(line["user_name"], line["deed"]) for line in exported(sign_in("he"), **asked)]

    def test_by_person_by_user_name_or_name(self, log: None) -> None:
        told = [("lan", "birth.record"), ("lan", "person.search")]
        assert self.whos(who="lan") == told
        assert self.whos(who="Lan") == told
        assert self.whos(who="nobody") == []

    def test_by_deed_or_kind_of_deed(self, log: None) -> None:
        assert self.whos(deed="birth.record") == [("lan", "birth.record")]
        assert self.whos(deed="kind:look") == [("ma", "person.search"), ("lan", "person.search")]

    def test_by_area(self, log: None) -> None:
        told = self.whos(area=COUNTY)
        assert told[:2] == [("lan", "birth.record"), ("lan", "person.search")]
        assert ("ma", "person.search") not in told
        everything = self.whos(area=CITY)
        assert ("operator", "staff.add") in everything  # without a place
        assert ("ma", "person.search") in everything

    def test_by_day(self, log: None) -> None:
        today = timezone.localdate()
        assert self.whos(deed="birth.record", **{"from": str(today), "to": str(today)})
        assert not self.whos(deed="birth.record", to=str(today - timedelta(days=1)))

    def test_a_day_begins_at_midnight_of_the_city(self, cast: Cast) -> None:
        late = "2006-12-31T17:30:00.000000+00:00"  # half past one on 1 January in Shanghai
        AuditEntry.objects.create(seq=10**6, at=late, actor="lan", deed="login", subject="", detail="{}")
        for day, found in ((date(2006, 12, 31), 0), (date(2007, 1, 1), 1)):
            assert queries.entries(cast.he, deed="login", first=day, last=day).count() == found

    def test_what_is_not_a_day_is_said(self, cast: Cast) -> None:
        answer = sign_in("he").get("/audit/", {"from": "gestern"})
        assert answer.status_code == 400
        assert f"Write it like {timezone.localdate()}" in answer.content.decode()


class TestTheLogOfACounty:
    def test_holds_its_own_areas_and_what_has_no_place(self, cast: Cast) -> None:
        make_staff("bei", "auditor", COUNTY)
        audit.record(cast.lan, "person.search", "search:1", area=NANQIAO)
        audit.record(cast.ma, "birth.record", "person:2", area=FARAWAY)
        deeds = {line["deed"] for line in exported(sign_in("bei"))}
        assert {"person.search", "staff.add"} <= deeds
        assert "birth.record" not in deeds


class TestPaging:
    def test_fifty_a_page_and_the_way_on(self, cast: Cast) -> None:
        audit.record_all(cast.lan, [audit.Deed("person.search", f"search:{n}", NANQIAO) for n in range(60)])
        first = read(sign_in("he"), deed="person.search")
        assert first.count("searched for residents</td>") == 50
        assert "page=2" in first
        assert read(sign_in("he"), deed="person.search", page="2").count("searched for residents</td>") == 10


class TestTheExport:
    def test_holds_everything_found_and_says_who_took_it(self, cast: Cast) -> None:
        audit.record_all(cast.lan, [audit.Deed("person.search", f"search:{n}", NANQIAO) for n in range(1_100)])
        lines = exported(sign_in("he"), deed="person.search")
        assert len(lines) == 1_100
        assert len({line["number"] for line in lines}) == 1_100
        assert all(line["exported"].startswith("he ") for line in lines)

    def test_is_itself_in_the_log(self, cast: Cast) -> None:
        exported(sign_in("he"), deed="login")
        entry = AuditEntry.objects.get(deed="audit.export")
        assert (entry.actor, entry.detail) == ("he", '{"count":0,"filters":{"deed":"login"}}')

    def test_is_refused_to_others(self, cast: Cast) -> None:
        assert sign_in("gu").get("/audit/csv/").status_code == 403


class TestTheProof:
    def test_says_how_many_entries_are_unbroken_since_when(self, cast: Cast) -> None:
        total = AuditEntry.objects.count()
        today = timezone.localdate()
        assert f"{total} entries, unbroken since {today.day} {today:%b} {today.year}" in read(sign_in("he"))

    def test_of_a_long_log_walks_the_latest_and_offers_the_rest(self, cast: Cast, monkeypatch) -> None:
        monkeypatch.setattr("shidai.site.views.auditing.PROVEN_AT_ONCE", 5)
        page = read(sign_in("he"))
        assert "the latest 5 were checked" in page
        assert "prove=all" in page
        assert "the latest" not in read(sign_in("he"), prove="all")
