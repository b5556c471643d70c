"""Benefits in a real browser: from a person's page to an application and its steps; every page fits the screen."""

from __future__ import annotations

import pytest

from tests.browser.looking import look_at
from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]
SCHEME = "rural-reward"
PAGES = (
    "/benefits/",
    "/benefits/claims/?show=all",
    "/benefits/notices/",
    "/benefits/batches/",
    f"/benefits/batches/new/{SCHEME}/",
    "/benefits/payer/",
    "/benefits/proofs/",
    "/benefits/roster/",
    "/reforms/",
    f"/reforms/new/?a={SCHEME}&b={SCHEME}&first=2006&last=2008",
)


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_every_page_of_benefits_is_accessible_and_fits(open_as, site, size: str, language: str, theme: str) -> None:
    page = open_as("gu", size=size, language=language, theme=theme)
    claim = apply_for_somebody(page, site)
    look_at(page, (site + one for one in (*PAGES, claim, f"{claim}account/", f"{claim}act/decline/")))


def apply_for_somebody(page, site: str) -> str:
    """The address of the claim of the first person found who has one or may be applied for."""
    for year in range(1938, 1947):
        page.goto(f"{site}/people/?q={year}")
        people = page.locator("table.rows tbody th a")
        if people.count():
            break
    page.goto(site + people.first.get_attribute("href"))
    page.wait_for_selector("#entitlements")
    claim = page.locator("#entitlements a[href^='/benefits/claims/']")
    if claim.count():
        return claim.first.get_attribute("href")
    if not page.locator(f"#entitlements a[href*='/apply/{SCHEME}/']").first.is_visible():
        page.click("#entitlements summary")
    page.click(f"#entitlements a[href*='/apply/{SCHEME}/']")
    for box in page.locator("fieldset.papers input").all():
        box.check()
    page.click("form.sheetform button.btn-primary")
    page.wait_for_url(f"{site}/benefits/claims/**")
    return page.url.removeprefix(site)


def test_a_claim_is_refused_with_a_reason_and_an_appeal_stays_open(open_as, site) -> None:
    page = open_as("gu")
    claim = apply_for_somebody(page, site)
    page.goto(site + claim)
    before = page.locator("ol.line li").count()
    page.click("a[href$='/act/decline/']")
    page.wait_for_selector(".will")
    page.click("form.sheetform button.btn-primary")
    page.wait_for_selector("[role=status]")
    assert page.locator("ol.line li").count() == before + 1
    page.click("a[href$='/act/apply/']")
    page.click("form.sheetform button.btn-primary")
    page.wait_for_selector("[role=status]")
    assert page.locator("ol.line li").count() == before + 2


def test_decisions_run_again_in_place(open_as, site) -> None:
    page = open_as("gu", size="phone")
    page.goto(site + apply_for_somebody(page, site))
    page.click("#again a")
    page.wait_for_selector("#again [role=status]")
    assert "全部相同" in page.inner_text("#again")


def test_a_notice_is_printed_without_the_frame(open_as, site) -> None:
    page = open_as("gu", size="desk")
    page.goto(f"{site}/benefits/notices/")
    page.emulate_media(media="print")
    assert not page.locator("nav.rail").is_visible()


def test_what_is_printed_from_a_dark_page_is_dark_on_white(open_as, site) -> None:
    page = open_as("gu", size="desk", theme="dark")
    page.goto(f"{site}/benefits/notices/")
    theme = "document.documentElement.dataset.bsTheme"
    assert page.evaluate(theme) == "dark"
    page.emulate_media(media="print")
    page.wait_for_function(f"() => {theme} === 'light'")
    page.emulate_media(media="screen")
    page.wait_for_function(f"() => {theme} === 'dark'")


def test_all_claims_are_ticked_and_unticked_at_once(open_as, site) -> None:
    page = open_as("gu", size="phone")
    page.goto(site + apply_for_somebody(page, site))
    page.evaluate(
        """() => document.body.insertAdjacentHTML("beforeend", `<form id="some"><input type="checkbox"
        data-tick-all="claim" checked><input type="checkbox" name="claim" checked></form>`)"""
    )
    tick = "() => document.querySelector('#some [data-tick-all]').click()"
    page.evaluate(tick)
    assert not page.is_checked("#some [name=claim]")
    page.evaluate(tick)
    assert page.is_checked("#some [name=claim]")
    one = "() => document.querySelector('#some [name=claim]').click()"
    page.evaluate(one)
    assert not page.is_checked("#some [data-tick-all]"), "not all are ticked any more"
    page.evaluate(one)
    assert page.is_checked("#some [data-tick-all]")
