"""Training and pilots in a real browser: pages that everybody can use, and a morning noted on a phone."""

from __future__ import annotations

import pytest

from tests.browser.looking import faults_of
from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_pages_of_both_rooms_are_accessible_and_fit(open_as, site, size: str, language: str, theme: str) -> None:
    zhou = open_as("zhou", size=size, language=language, theme=theme)
    zhou.goto(f"{site}/outreach/")
    session = zhou.locator("table.rows a[href*='/outreach/sessions/']").last.get_attribute("href")
    found = [fault for one in ("", "plan/", "trained/") for fault in faults_of(zhou, f"{site}/outreach/{one}")]
    found += faults_of(zhou, site + session)
    dai = open_as("dai", size=size, language=language, theme=theme)
    dai.goto(f"{site}/assessment/")
    pilot = dai.locator("a[href*='/assessment/pilots/']").first.get_attribute("href")
    for address in ("/assessment/", "/assessment/enrol/", pilot, f"{pilot}return/", f"{pilot}sign/"):
        found += faults_of(dai, site + address)
    assert not found, "\n".join(found)


def test_a_talk_is_planned_and_held_on_a_phone_without_a_mouse(open_as, site) -> None:
    page = open_as("lan", size="phone")
    page.goto(f"{site}/outreach/plan/")
    page.select_option("#id_topic", "reproductive-health-talk")
    for field, typed in (
        ("day", "2006-12-20"),
        ("starts", "1400"),
        ("ends", "1500"),
        ("place", "村委会"),
        ("trainer", "陈老师"),
    ):
        page.locator(f"#id_{field}").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/outreach/sessions/**")
    session = page.url
    page.goto(f"{session}heads/")
    page.locator("#id_residents").focus()
    page.keyboard.type("32")
    page.keyboard.press("Enter")
    page.wait_for_url(session)
    page.goto(f"{session}held/")
    page.locator(".submit button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(session)
    assert "已举办" in page.inner_text("main")
    assert "32" in page.inner_text("main")
