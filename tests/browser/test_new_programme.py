"""A programme that a city adds as one TOML file: entered on a desktop and on a phone, and counted the next morning."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from shidai.packs.load import folder_of
from tests.browser.conftest import run_shidai, serving
from tests.browser.looking import look_at
from tests.browser.test_paths import open_as
from tests.browser.test_programmes import enter, reach
from tests.spec.programmes.newprogramme import PROGRAMME

pytestmark = pytest.mark.browser
__all__ = ["open_as"]


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The city's pack with one file more."""
    folder = tmp_path / "pack"
    shutil.copytree(folder_of("wuxi-2006"), folder)
    (folder / "programmes" / "eye-check.toml").write_text(PROGRAMME, encoding="utf-8")
    return str(folder)


@pytest.fixture
def own_city(city: Path, tmp_path: Path, pack: str) -> Path:
    """The demonstration city after a night with the new file."""
    data = tmp_path / "city"
    shutil.copytree(city, data)
    run_shidai("extract", "--data", str(data), data=data, SHIDAI_PACK=pack)
    return data


@pytest.fixture
def site(own_city: Path, pack: str):
    with serving(own_city, SHIDAI_PACK=pack) as address:
        yield address


def open_next_due(page, site: str) -> None:
    """By keyboard, from the list of the first village in which somebody is due for it."""
    page.goto(f"{site}/services/?programme=eye-check")
    for address in [one.get_attribute("href") for one in page.locator(".plainlist a").all()]:
        page.goto(site + address)
        if page.locator("table.rows a[href*='/eye-check/look/']").count():
            enter(page, "table.rows a[href*='/eye-check/look/']")
            page.wait_for_selector("form.sheetform")
            return
    pytest.fail("nobody is due for it in the nurse's township")


def record(page, site: str, left: str, said: str) -> str:
    """A value that can't be, told at its field and still there; then the right one. The person's id."""
    open_next_due(page, site)
    person = page.url.split("/services/people/")[1].split("/")[0]
    look_at(page, (page.url,))
    reach(page, "[name=agreed]")
    page.keyboard.press("Space")
    reach(page, "[name=v_left]")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-describedby*=id_v_left_error]")
    assert page.input_value("[name=v_left]") == "3"
    page.fill("[name=v_left]", left)
    page.locator("[name=v_left]").press("Enter")
    page.wait_for_selector("[aria-describedby*=id_v_left_error]", state="detached")
    assert said in page.inner_text("[role=status]")
    return person


def test_a_new_programme_is_entered_on_desktop_and_phone_and_counted_the_next_morning(
    open_as, site, own_city: Path, pack: str, tmp_path: Path
) -> None:
    desk, phone = open_as("xu"), open_as("xu", size="phone", language="en")
    seen = [record(desk, site, "0.4", "转诊"), record(phone, site, "0.8", "fine")]
    assert len(set(seen)) == 2, "who was looked at isn't on the list any more"
    # the next morning: counted, due for nothing more, and the figure is on its page
    about = {"data": own_city, "SHIDAI_PACK": pack}
    run_shidai("extract", "--data", str(own_city), **about)
    told, due = tmp_path / "coverage.csv", tmp_path / "due.csv"
    span = ("--from", "2006-01-01", "--until", "2006-12-31", "--level", "city")
    run_shidai("programme", "coverage", "--programme", "eye-check", *span, "--out", str(told), **about)
    run_shidai("programme", "due", "--programme", "eye-check", "--on", "2006-12-31", "--out", str(due), **about)
    (row,) = [one for one in csv.DictReader(told.open(encoding="utf-8")) if one["area"] == "3202"]
    assert (row["reached"], row["visits"]) == ("2", "2")
    steps = [one["step"] for one in csv.DictReader(due.open(encoding="utf-8"))]
    assert steps.count("look") + 2 >= int(row["offered"]) > 1000
    assert desk.goto(f"{site}/numbers/eye_check_coverage/").status == 200
    assert "视力检查率" in desk.inner_text("h1")
    phone.goto(f"{site}/people/{seen[1]}/")
    phone.wait_for_selector("#services ol.line")
    assert "Fine" in phone.inner_text("#services")
