"""Bad input of a nurse's day: a clear message at its field, nothing kept, nothing typed is lost.

Each case saves what the answered page itself holds, with only the fault mended: whatever a page lost would be missed.
"""

from __future__ import annotations

import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.core.ids import new_id
from shidai.packs.load import folder_of
from shidai.programmes import actions
from shidai.programmes.models import Visit
from shidai.registry import actions as registry
from shidai.registry.dates import parse_date
from shidai.registry.models import Person
from shidai.supply import actions as supply
from shidai.supply.models import StockEntry
from tests.factories import FARAWAY, OPERATOR, TOWNSHIP, Cast, make_person
from tests.spec.programmes.conftest import JUNE, SCREENING, agree
from tests.spec.programmes.test_pages import form_of, sign_in, typed

TYPED = {"haemoglobin": "119", "fasting_glucose": "5.1", "hbsag": "negative", "plans": "later", "folic_acid": "1"}
STATION, CONDOM = "S-DONG", "male-condom"


class Fields(HTMLParser):
    """What a browser would send of a page's forms: hidden and text fields, what is ticked, chosen and written."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        name, value = about.get("name") or "", about.get("value") or ""
        if tag == "input" and name and (about.get("type") not in ("radio", "checkbox") or "checked" in about):
            self.sent[name] = value
        elif tag in ("select", "textarea"):
            self.open = name
            self.sent.setdefault(name, "")
        elif tag == "option" and "selected" in about and self.open:
            self.sent[self.open] = value

    def handle_data(self, data: str) -> None:
        if self.open and data.strip() and self.lasttag == "textarea":
            self.sent[self.open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""


def refused(answer: object, said: str, field: str = "") -> dict[str, str]:
    """What the answered page would send again, after it said what is wrong, and at its field."""
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in page
    assert not field or f'id="id_{field}_error"' in page
    return Fields(page).sent


def fill(client: Client, bride: Person) -> dict[str, object]:
    return typed(client, form_of(bride), **TYPED)


def still_there(sent: dict[str, str], *but: str) -> None:
    assert {name: sent.get(f"v_{name}") for name in TYPED if name not in but} == {
        name: value for name, value in TYPED.items() if name not in but
    }


@pytest.mark.parametrize(
    ("wrong", "said", "mended"),
    [
        ({"v_haemoglobin": "900"}, "应在20到250g/L之间", {"v_haemoglobin": "119"}),
        ({"v_fasting_glucose": "5.123"}, "最多1位小数", {"v_fasting_glucose": "5.1"}),
        ({"v_haemoglobin": "abc"}, "", {"v_haemoglobin": "119"}),
        ({"day": "2999-01-01"}, "还没有到", {"day": "2006-06-01"}),
        ({"day": "2006-02-30"}, "", {"day": "2006-06-01"}),
    ],
    ids=["out of range", "too many decimals", "no number", "a day to come", "no day"],
)
def test_a_value_that_cannot_be(
    cast: Cast, bride: Person, wrong: dict[str, str], said: str, mended: dict[str, str]
) -> None:
    agree(cast, bride)
    client = sign_in("xu")
    (name,) = wrong
    sent = refused(client.post(form_of(bride), fill(client, bride) | wrong), said, name)
    assert sent[name] == wrong[name], "what was typed wrongly stays too, to be seen"
    still_there(sent, name.removeprefix("v_"))
    assert not Visit.objects.exists()
    assert client.post(form_of(bride), sent | mended).status_code == 302
    assert Visit.objects.get().values["haemoglobin"] == 119


def test_consent_that_was_taken_back_while_the_page_was_open(cast: Cast, bride: Person) -> None:
    agree(cast, bride)
    client = sign_in("xu")
    page = fill(client, bride)
    actions.set_consent(by=cast.lan, person=bride.uuid, programme=SCREENING, given=False, day=JUNE)
    sent = refused(client.post(form_of(bride), page), "还没有本人同意", "agreed")
    still_there(sent)
    assert not Visit.objects.filter(outcome="advised").exists()
    assert client.post(form_of(bride), sent | {"agreed": "on"}).status_code == 302
    assert Visit.objects.get(outcome="advised").values["plans"] == "later"


def test_a_form_that_changed_while_the_page_was_open(
    cast: Cast, bride: Person, tmp_path: Path, settings: LazySettings
) -> None:
    """The pack asks for less now: what was typed comes back on the new form, and is saved from there."""
    agree(cast, bride)
    client = sign_in("xu")
    page = fill(client, bride)
    folder = tmp_path / "pack"
    shutil.copytree(folder_of("wuxi-2006"), folder)
    file = folder / "programmes" / "prepregnancy-screening.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("usual_to = 180", "usual_to = 175"), encoding="utf-8")
    settings.PACK = str(folder)
    sent = refused(client.post(form_of(bride), page), "表单已更新")
    still_there(sent)
    assert not Visit.objects.exists()
    assert client.post(form_of(bride), sent).status_code == 302
    assert Visit.objects.get().values["plans"] == "later"


@pytest.fixture
def shelf(cast: Cast) -> None:
    supply.open_site(
        by=OPERATOR, code=STATION, area=TOWNSHIP, kind="station", name_zh="站", name_en="Station",
        opened_on=date(2005, 1, 1),
    )  # fmt: skip
    line = supply.Received(CONDOM, "A1", date(2008, 1, 1), 100)
    supply.receive(by=OPERATOR, site=STATION, lines=[line], day=date(2006, 1, 1))


def test_the_card_of_somebody_else(cast: Cast, bride: Person, shelf: None) -> None:
    """The nurse comes from a woman's page and reads another one's card: it is told there, nothing is handed out."""
    hers, other = (supply.issue_card(by=OPERATOR, person=one.uuid, day=JUNE) for one in (bride, make_person("欧阳")))
    client, part = sign_in("xu"), f"/services/people/{bride.uuid}/"
    point = f"/supply/sites/{STATION}/hand-out/?for={bride.uuid}"
    assert point in client.get(part).content.decode()
    page = Fields(client.get(point).content.decode()).sent | {"commodity": CONDOM, "quantity": "20"}
    told = refused(client.post(point, page | {"who": other.number}), "不是这位居民的", "who")
    assert told["quantity"] == "20"
    assert told["who"] == other.number
    assert not StockEntry.objects.filter(deed="handout").exists()
    for number in (hers.number, ""):  # her own card, or none: her page is open
        again = told | {"who": number, "id": Fields(client.get(point).content.decode()).sent["id"]}
        made = client.post(point, again | {"commodity": CONDOM})
        assert (made.status_code, made["Location"]) == (302, f"/people/{bride.uuid}/")
    given = StockEntry.objects.filter(deed="handout").order_by("pk")
    assert [(one.person, one.card) for one in given] == [(bride, hers), (bride, None)]


def test_a_page_that_isnt_the_nurses_to_open_dispenses_to_nobody(cast: Cast, shelf: None) -> None:
    client, far = sign_in("xu"), make_person("远方人", area=FARAWAY)
    for what in ("no-uuid", far.uuid):
        assert client.get(f"/supply/sites/{STATION}/hand-out/?for={what}").status_code == 404
    sent = {"commodity": CONDOM, "quantity": "20", "id": str(new_id())}
    for who in (card_of(far), "123456789012"):  # neither her own card nor a wrong one opens it
        assert client.post(f"/supply/sites/{STATION}/hand-out/?for={far.uuid}", sent | {"who": who}).status_code == 404
    assert not StockEntry.objects.filter(deed="handout").exists()


def test_nothing_is_handed_out_to_somebody_who_died(cast: Cast, bride: Person, shelf: None) -> None:
    client, door = sign_in("xu"), f"/supply/sites/{STATION}/hand-out/?for={bride.uuid}"
    sent = Fields(client.get(door).content.decode()).sent | {"commodity": CONDOM, "quantity": "20"}
    registry.record_death(by=OPERATOR, person=bride.uuid, death=parse_date("2006-06-01"))
    assert "hand-out/?for=" not in client.get(f"/services/people/{bride.uuid}/").content.decode()
    assert client.post(door, sent).status_code == 404
    assert not StockEntry.objects.filter(deed="handout").exists()


def test_a_lot_that_has_expired(cast: Cast, shelf: None) -> None:
    """Neither taken in nor handed out, whatever the shelf holds; what was typed stays."""
    client, door = sign_in("xu"), f"/supply/sites/{STATION}/receive/"
    goods = {"commodity": CONDOM, "lot": "B7", "expires_on": "2006-05-31", "quantity": "300", "day": "2006-06-01"}
    page = Fields(client.get(door).content.decode()).sent | goods
    sent = refused(client.post(door, page), "过期", "expires_on")
    assert {name: sent[name] for name in goods} == goods
    assert client.post(door, sent | {"expires_on": "2008-05-31"}).status_code == 302
    line = supply.Received("oral-pill", "OLD", date(2006, 6, 30), 50)
    supply.receive(by=OPERATOR, site=STATION, lines=[line], day=date(2006, 2, 1))
    point = f"/supply/sites/{STATION}/hand-out/"
    given = Fields(client.get(point).content.decode()).sent | {"commodity": "oral-pill", "quantity": "1"}
    told = refused(client.post(point, given | {"who": card_of(make_person("欧阳"))}), "过期", "quantity")
    assert told["quantity"] == "1"
    assert not StockEntry.objects.filter(deed="handout").exists()


def card_of(person: Person) -> str:
    return supply.issue_card(by=OPERATOR, person=person.uuid, day=JUNE).number
