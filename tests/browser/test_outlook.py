"""The outlook in a real browser: an analyst starts a run with the keyboard, watches it, and plays the pyramid."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from tests.browser.conftest import run_shidai
from tests.browser.looking import look_at
from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]
NOTHING_RUNS = "#outlook-jobs:not(:has(.jobline))"
SHORT = ("--trajectories", "60", "--until", "2020")


@pytest.fixture(scope="module")
def runs(city) -> list[str]:
    """Two runs of the city, made by the server's command line."""
    for scenario in ("medium", "high"):
        run_shidai("project", "--data", str(city), "--scenario", scenario, *SHORT, data=city)
    heads = (json.loads(path.read_text()) for path in (city / "outlook").glob("*/run.json"))
    return sorted(head["id"] for head in heads if head["trajectories"] == 60)  # the demonstration's own has more


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_pages_of_the_outlook_are_accessible_and_fit(open_as, site, runs, size: str, language: str, theme: str) -> None:
    page = open_as("qian", size=size, language=language, theme=theme)
    beside = "&".join(f"run={one}" for one in runs)
    look_at(page, (f"{site}/outlook/{one}" for one in ("", f"{runs[0]}/", f"compare/?{beside}")))


def test_the_pyramid_plays_and_stops_at_the_last_year(open_as, site, runs) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/{runs[0]}/")
    page.wait_for_selector(".controls output:has-text('2007')")
    page.focus(".controls input")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".controls output").startswith("2009")
    page.focus("[data-play]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".controls output:has-text('2020')")
    page.wait_for_selector("[data-play][aria-pressed=false]")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_every_chart_can_be_taken_along(open_as, site, runs, kind: str) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/{runs[0]}/")
    page.wait_for_selector("figure[data-chart] svg")
    with page.expect_download() as taken:
        page.locator(f"[data-chart-{kind}]").first.click()
    content = taken.value.path().read_bytes()
    if kind == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert ElementTree.fromstring(content).tag.endswith("svg")  # well-formed: other programs open it
    assert len(content) > 5000


def test_figures_of_every_chart_come_as_files_and_the_map_as_a_picture(open_as, site, runs) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/{runs[0]}/")
    page.wait_for_selector("figure[data-chart] svg")
    figures = page.locator("figure.card").count()
    for kind, begins in (("CSV", b"\xef\xbb\xbfarea,year"), ("XLSX", b"PK")):
        links = page.locator("figure .tools a", has_text=kind).all()
        assert len(links) == figures
        for one in links:
            answer = page.request.get(site + one.get_attribute("href"))
            assert answer.body().startswith(begins)
    for kind in ("svg", "png"):
        with page.expect_download() as taken:
            page.click(f"[data-map-{kind}]")
        content = taken.value.path().read_bytes()
        if kind == "svg":
            drawing = ElementTree.fromstring(content)
            fills = {one.get("fill") for one in drawing.iter("{http://www.w3.org/2000/svg}rect")}
            assert len(fills) > 1  # with its colours, wherever it is opened
            assert None not in fills
        else:
            assert content.startswith(b"\x89PNG")


def test_the_share_link_leads_another_reader_to_the_same_run(open_as, site, runs) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/{runs[0]}/")
    shared = page.get_attribute("dd a[href*='seed=']", "href")
    assert set(parse_qs(urlsplit(shared).query)) >= {"scenario", "until", "trajectories", "seed", "manifest", "version"}
    reader = open_as("he", language="en")
    reader.goto(shared)
    reader.click("[role=status] a")
    assert reader.url.split("?")[0].endswith(f"/outlook/{runs[0]}/")


def go_to(page, selector: str) -> None:
    """Press Tab until the element is in focus, as somebody without a mouse does."""
    for _ in range(150):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard doesn't reach {selector}")


def test_the_outlook_is_read_with_the_keyboard_alone(open_as, site, runs) -> None:
    """From the list into a run, through the years of the map, into a table, to a county, and back beside another."""
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/")
    go_to(page, f"li.run h2 a[href*='{runs[0]}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ageing svg")
    go_to(page, "details.menu.right summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("details.menu.right[open]")
    go_to(page, "#ageing .controls input[type=range]")
    page.keyboard.press("Home")
    assert page.inner_text("#ageing output") == "2006 (on record)"
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#ageing output") == "2007"
    told = page.get_attribute("#ageing [data-square] >> nth=0", "aria-label")
    page.keyboard.press("End")
    assert page.inner_text("#ageing output") == "2020"
    assert page.get_attribute("#ageing [data-square] >> nth=0", "aria-label") != told
    go_to(page, "#ageing details summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ageing details[open] table")
    page.goto(f"{site}/outlook/{runs[0]}/")
    go_to(page, "#ageing a[data-square]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"area=3202\d\d"))
    page.goto(f"{site}/outlook/")
    for one in runs:
        go_to(page, f"input[name=run][value='{one}']")
        page.keyboard.press("Space")
    go_to(page, "form[action*=compare] button.btn-quiet")
    page.keyboard.press("Enter")
    page.wait_for_selector("figure[data-chart] svg")
    assert "/outlook/compare/" in page.url


def test_an_analyst_starts_a_run_with_the_keyboard_and_cancels_another(open_as, site, runs) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/")
    page.wait_for_selector(NOTHING_RUNS, state="attached", timeout=120_000)  # the demonstration's own run comes first
    there = page.locator("li.run").count()
    page.focus("#until")
    page.keyboard.press("Control+A")
    page.keyboard.type("2015")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Under way")
    page.wait_for_selector("li.run:has-text('2007–2015')", timeout=120_000)
    page.fill("#trajectories", "90000")
    page.click("text=Start")
    page.click("text=Cancel", timeout=30_000)
    page.wait_for_selector(NOTHING_RUNS, state="attached", timeout=60_000)
    assert page.locator("li.run").count() == there + 1
