"""Programmes in a real browser: the nurse's way from the due list to a saved visit, by keyboard and without a mouse."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]


def open_first_due(page, site: str) -> None:
    """The form of the first step that is due in the first village of the township which has one."""
    page.goto(f"{site}/services/")
    villages = [one.get_attribute("href") for one in page.locator(".plainlist a").all()]
    for address in villages:
        page.goto(site + address)
        steps = page.locator("table.rows a[href*='/rti-control/check/']")
        if steps.count():
            steps.first.focus()
            page.keyboard.press("Enter")
            page.wait_for_selector("form.sheetform")
            return
    pytest.fail("nobody is due in the nurse's township")


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_pages_of_programmes_are_accessible_and_fit(open_as, site, size: str, language: str, theme: str) -> None:
    page = open_as("xu", size=size, language=language, theme=theme)
    open_first_due(page, site)
    form = page.url
    person = form.split("/services/people/")[1].split("/")[0]
    found = []
    for address in (form, f"{site}/services/", f"{site}/services/people/{person}/rti-control/answer/never/"):
        assert page.goto(address).status == 200
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} is wider than the screen")
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        violations = Axe().run(page, options=rules).response["violations"]
        found += [f"{address} {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in violations]
    assert not found, "\n".join(found)


def test_a_nurse_records_a_visit_without_a_mouse(open_as, site) -> None:
    page = open_as("xu", size="phone")
    open_first_due(page, site)
    assert not page.locator("[name=v_treatment]").count()
    page.locator("[name=v_microscopy][value=candida]").focus()
    page.keyboard.press("Space")
    page.wait_for_selector("[name=v_treatment]")  # asked for only now, and what it comes to is said at once
    assert "待复查" in page.inner_text("#fields [role=status]")
    assert page.locator("[name=v_microscopy][value=candida]").is_checked()
    page.locator("[name=v_treatment]").fill("克霉唑")
    page.locator("[name=agreed]").focus()
    page.keyboard.press("Space")
    page.locator("form.sheetform button.btn-primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/people/**")
    assert "已治疗，待复查" in page.inner_text("[role=status]")
    page.wait_for_selector("#services ol.line")
