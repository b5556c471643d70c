"""Supply in a real browser: pages that everybody can use, and a hand-out by keyboard alone."""

from __future__ import annotations

import base64
import re

import pytest

from tests.browser.looking import look_at
from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]


def find_station(page, site: str) -> str:
    """The address of the nurse's station."""
    page.goto(f"{site}/supply/")
    return site + page.locator("table.rows a[href*='/supply/sites/Z']").first.get_attribute("href")


def find_piece(page, station: str) -> str:
    """The address of a station's first piece of equipment."""
    page.goto(station)
    return page.locator("table.rows a[href*='/services/equipment/']").first.get_attribute("href")


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_pages_of_supply_are_accessible_and_fit(open_as, site, size: str, language: str, theme: str) -> None:
    page = open_as("xu", size=size, language=language, theme=theme)
    station = find_station(page, site)
    page.goto(station)
    lot = page.locator("a[href*='/supply/lots/']").first.get_attribute("href")
    own = [
        station + part
        for part in ("", "hand-out/", "receive/", "surplus/", "send/", "count/", "loss/", "write-off/", "ask/")
    ]
    code = re.search(r"/sites/(\w+)/", station)[1]
    others = [
        "/supply/",
        "/supply/plan/",
        "/supply/requisitions/",
        lot,
        f"/services/sites/{code}/",
        f"/services/sites/{code}/clinic/",
        *(f"/services/sites/{code}/capacity/{part}" for part in ("", "rooms/", "equipment/")),
        "/services/equipment/?every=1",
        find_piece(page, f"{site}/services/sites/{code}/capacity/"),
    ]
    look_at(page, (*own, *(site + one for one in others)))


FILMED = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const card = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const film = document.createElement('canvas');
  [film.width, film.height] = [640, 480];
  setInterval(() => {
    const brush = film.getContext('2d');
    brush.fillStyle = '#777';
    brush.fillRect(0, 0, film.width, film.height);
    brush.drawImage(card, (film.width - card.width) / 2, (film.height - card.height) / 2);
  }, 50);
  navigator.mediaDevices.getUserMedia = async () => film.captureStream();
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_as_it_is_printed_is_read_by_the_camera(open_as, site, theme: str) -> None:
    """Issued, photographed whole, held before the dispensing point's camera."""
    page = open_as("xu", theme=theme)
    page.goto(f"{site}/people/")
    person = page.locator("main table a[href^='/people/0']").first.get_attribute("href")
    page.goto(f"{site}/supply{person}card/")
    page.click("form.sheetform button.btn-primary")
    number = page.inner_text(".servicecard .number").replace(" ", "")
    picture = base64.b64encode(page.locator(".servicecard").screenshot()).decode()
    page.goto(find_station(page, site) + "hand-out/")
    page.evaluate(FILMED, picture)
    page.click("[data-scan-script]")
    page.wait_for_selector(f".notice[role=status] >> text={number[-4:]}")


def test_something_is_handed_out_without_a_mouse(open_as, site) -> None:
    """Read the card field, leave it empty, choose, type how many, Enter."""
    page = open_as("xu", size="phone")
    page.goto(find_station(page, site) + "hand-out/")
    assert page.evaluate("document.activeElement.id") == "id_who", "the scanner types into the card's field at once"
    page.locator("[name=commodity]").first.focus()
    page.keyboard.press("Space")
    page.locator("#id_quantity").focus()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.success, .notice[role=status]")
    assert "已发放" in page.inner_text("main")
