"""Supply in a real browser: pages that everybody can use, and a hand-out by keyboard alone."""

from __future__ import annotations

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
