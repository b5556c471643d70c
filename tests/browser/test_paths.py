"""The common paths in a real browser: sign in, find, record, open a figure; keyboard, phone, both languages."""

from __future__ import annotations

import pytest

from tests.browser.looking import look_at

pytestmark = pytest.mark.browser
SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1440, "height": 900}}
PAGES = (
    "/",
    "/people/",
    "/people/new/",
    "/work/",
    "/numbers/",
    "/numbers/natural_growth_rate/",
    "/areas/",
    "/summary/2006/",
    "/jobs/",
    "/more/",
    "/packs/",
)


@pytest.fixture
def open_as(chromium, site):
    """A signed-in page of a member of the cast; asks for nothing outside the site and raises on script errors."""
    contexts = []

    def open_page(member: str, *, size: str = "desk", language: str = "zh", theme: str = "light"):
        context = chromium.new_context(viewport=SIZES[size], color_scheme=theme)
        contexts.append(context)
        context.add_cookies([{"name": "shidai_language", "value": language, "url": site}])
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                outside.append(request.url) if not request.url.startswith((site, "data:", "blob:")) else None
            ),
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{site}/login/")
        page.click(f"form:has(input[name=demo][value={member}]) button")
        page.wait_for_url(f"{site}/")
        return page

    outside: list[str] = []
    errors: list[str] = []
    yield open_page
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [
        ("phone", "zh", "light"),
        ("desk", "en", "dark"),
        pytest.param("phone", "zh", "dark", marks=pytest.mark.full),
        pytest.param("desk", "en", "light", marks=pytest.mark.full),
    ],
)
def test_every_page_is_accessible_and_fits_the_screen(open_as, site, size: str, language: str, theme: str) -> None:
    page = open_as("zhou", size=size, language=language, theme=theme)
    look_at(page, (site + one for one in PAGES))


def test_a_worker_registers_a_birth_with_the_keyboard_alone(open_as, site) -> None:
    page = open_as("gu", language="en")
    mother = find_woman(page, site)
    page.goto(f"{site}/people/birth/?mother={mother}")
    page.focus("[name=name]")
    page.keyboard.type("王小雨")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("2007.3.5")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved")
    assert "王小雨" in page.inner_text("h1")


def find_woman(page, site: str) -> str:
    """The id of a woman of the county born in one of the years of possible mothers."""
    for year in range(1965, 1986):
        page.goto(f"{site}/people/?q={year}")
        for row in page.locator("table.rows tbody tr").all():
            if {"female", "女"} & set(row.inner_text().split()):
                return row.locator("a").first.get_attribute("href").strip("/").split("/")[-1]
    raise AssertionError("the small city has no such woman in this county")


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(open_as, site) -> None:
    page = open_as("gu", size="phone")
    mother = find_woman(page, site)
    page.goto(f"{site}/people/birth/?mother={mother}")
    page.fill("[name=name]", "李安")
    page.fill("[name=birth]", "2007年13月")
    page.click("form.sheetform button.btn-primary")
    page.wait_for_selector("[role=alert]")
    assert "2007年13月" in page.inner_text("[role=alert]")
    assert page.input_value("[name=name]") == "李安"


def test_a_figure_opens_to_its_definition_and_its_records(open_as, site) -> None:
    page = open_as("he", language="en")
    page.goto(f"{site}/summary/2006/")
    page.locator("main a[href*='/numbers/births']").first.click()
    page.wait_for_selector("text=Definition")
    page.click("text=Open the records")
    page.wait_for_selector("table.rows tbody tr")
    page.locator("table.rows tbody a").first.click()
    page.wait_for_selector("text=Who looked at this record")


def test_the_area_chooser_finds_by_pinyin(open_as, site) -> None:
    page = open_as("qian", language="en")
    page.goto(f"{site}/areas/")
    page.click("header details.menu >> nth=0")
    page.keyboard.press("Tab")
    page.fill("header input[name=q]", "jiangyin")
    page.wait_for_selector("#area-found a:has-text('Jiangyin')")
    page.click("#area-found a:has-text('Jiangyin') >> nth=0")
    page.wait_for_load_state()
    assert "Jiangyin" in page.inner_text("h1")


def test_the_language_changes_with_one_choice_and_stays(open_as, site) -> None:
    page = open_as("qian")
    page.goto(f"{site}/numbers/")
    page.click("header details.menu.right >> nth=0")
    page.click("button[value=en]")
    page.wait_for_selector("h1:has-text('Numbers')")
    page.goto(f"{site}/areas/")
    assert page.get_attribute("html", "lang") == "en"


def test_a_worker_page_loads_little_script(open_as, site) -> None:
    page = open_as("lan", size="phone")
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.url.endswith(".js") else None)
    page.goto(f"{site}/people/")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) < 200_000
