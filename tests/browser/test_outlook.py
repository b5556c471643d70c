"""The outlook in a real browser: an analyst starts a run with the keyboard, watches it, and plays the pyramid."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import run_shidai
from tests.browser.test_paths import open_as

pytestmark = pytest.mark.browser
__all__ = ["open_as"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
SHORT = ("--trajectories", "60", "--until", "2020")


@pytest.fixture(scope="module")
def runs(city) -> list[str]:
    """Two runs of the city, made by the server's command line."""
    for scenario in ("medium", "high"):
        run_shidai("project", "--data", str(city), "--scenario", scenario, *SHORT, data=city)
    return sorted(path.name for path in (city / "outlook").iterdir() if (path / "run.json").exists())


@pytest.mark.parametrize(("size", "language", "theme"), [("phone", "zh", "light"), ("desk", "en", "dark")])
def test_pages_of_the_outlook_are_accessible_and_fit(open_as, site, runs, size: str, language: str, theme: str) -> None:
    page = open_as("qian", size=size, language=language, theme=theme)
    beside = "&".join(f"run={one}" for one in runs)
    found = []
    for address in ("/outlook/", f"/outlook/{runs[0]}/", f"/outlook/compare/?{beside}"):
        assert page.goto(site + address).status == 200
        page.wait_for_load_state("networkidle")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} is wider than the screen")
        violations = Axe().run(page, options=RULES).response["violations"]
        found += [f"{address} {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in violations]
    assert not found, "\n".join(found)


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


def test_an_analyst_starts_a_run_with_the_keyboard_and_cancels_another(open_as, site, runs) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/outlook/")
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
    page.wait_for_selector("#outlook-jobs:not(:has(.jobline))", state="attached", timeout=60_000)
    assert page.locator("li.run").count() == len(runs) + 1
