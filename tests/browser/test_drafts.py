"""What was typed survives a lost network, in a real browser: the page stays, or the draft comes back into it."""

from __future__ import annotations

import pytest

from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]


def type_in(page, site) -> None:
    page.goto(f"{site}/outreach/plan/")
    page.select_option("#id_topic", "reproductive-health-talk")
    page.fill("#id_day", "2006-12-19")
    page.fill("#id_trainer", "陈老师")
    page.fill("#id_place", "村委会")
    page.check("[name=audience] >> nth=1")


def typed(page) -> tuple[str, ...]:
    kept = tuple(page.input_value(f"#id_{name}") for name in ("topic", "day", "trainer", "place"))
    return (*kept, str(page.is_checked("[name=audience] >> nth=1")))


DRAFTS = "Object.keys(sessionStorage).filter((key) => key.startsWith('shidai-draft')).length"
WRITTEN = ("reproductive-health-talk", "2006-12-19", "陈老师", "村委会", "True")


@pytest.mark.parametrize(("language", "said"), [("zh", "没有网络，这次未能保存"), ("en", "There is no network")])
def test_without_a_network_the_page_stays_and_says_so(open_as, site, language: str, said: str) -> None:
    page = open_as("lan", size="phone", language=language)
    type_in(page, site)
    page.context.set_offline(True)
    page.click(".submit button")
    assert said in page.inner_text("form.sheetform")
    assert page.url.endswith("/outreach/plan/")
    assert typed(page) == WRITTEN
    page.context.set_offline(False)
    page.wait_for_selector("[data-told=no-network]", state="detached")
    page.fill("#id_starts", "1400")
    page.fill("#id_ends", "1500")
    page.click(".submit button")
    page.wait_for_url("**/outreach/sessions/**")


def test_what_never_reached_the_server_comes_back_and_what_did_does_not(open_as, site) -> None:
    page = open_as("lan", size="phone")
    type_in(page, site)
    stood = page.input_value("[name=id]")
    page.route("**/outreach/plan/", lambda asked: asked.abort() if asked.request.method == "POST" else asked.fallback())
    with page.expect_event("requestfailed"):
        page.click(".submit button")
    page.unroute("**/outreach/plan/")
    page.goto(f"{site}/outreach/plan/")
    assert typed(page) == WRITTEN
    assert "请核对后再保存" in page.inner_text("form.sheetform")
    assert page.input_value("[name=id]") == stood, "sent twice is recorded once"
    page.fill("#id_starts", "1600")
    page.fill("#id_ends", "1700")
    page.click(".submit button")
    page.wait_for_url("**/outreach/sessions/**")
    page.goto(f"{site}/outreach/plan/")
    assert page.input_value("#id_trainer") == ""
    assert "请核对后再保存" not in page.inner_text("form.sheetform")


def test_a_page_that_says_not_done_keeps_the_draft_and_leads_back_to_it(open_as, site) -> None:
    page = open_as("lan")
    type_in(page, site)
    page.evaluate("document.querySelector('form.sheetform [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.click(".submit button")
    page.wait_for_selector("[data-undone]")
    page.click("[data-undone] .btn-primary")
    page.wait_for_selector("form.sheetform")
    assert typed(page) == WRITTEN


def test_who_signs_out_leaves_no_draft(open_as, site) -> None:
    page = open_as("lan")
    type_in(page, site)
    assert page.evaluate(DRAFTS) == 1
    page.click("summary[aria-label='我的']")
    page.click("form[action='/logout/'] button")
    page.wait_for_url("**/login/**")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_who_signs_in_after_somebody_else_finds_nothing_of_hers(open_as, site) -> None:
    page = open_as("lan", size="phone")
    type_in(page, site)
    assert page.evaluate(DRAFTS) == 1
    page.context.clear_cookies()  # her session ended; she didn't sign out
    page.goto(f"{site}/login/")
    page.click("form:has(input[name=demo][value=xu]) button")
    page.wait_for_url(f"{site}/")
    assert page.evaluate(DRAFTS) == 0


def test_her_own_draft_survives_the_end_of_her_session(open_as, site) -> None:
    page = open_as("lan", size="phone")
    type_in(page, site)
    page.context.clear_cookies()
    page.goto(f"{site}/login/")
    page.click("form:has(input[name=demo][value=lan]) button")
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/outreach/plan/")
    assert typed(page) == WRITTEN
