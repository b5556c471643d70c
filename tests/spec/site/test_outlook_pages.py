"""The outlook's pages: the analyst starts a run as a job; who reads figures reads what comes of it."""

from __future__ import annotations

import io
import os
import re
import threading
from html import unescape
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.conf import LazySettings
from django.test import Client
from openpyxl import load_workbook

from shidai.core import queries, worker
from shidai.core.access import NoAccess
from shidai.indicators.outlook.stored import kept_runs
from shidai.packs import load_pack
from shidai.reports import jobs, outlooks
from shidai.reports.actions import start_outlook
from shidai.words import ShidaiError
from tests.factories import CITY, COUNTY, NANQIAO, OPERATOR, OTHER_COUNTY, Cast
from tests.spec.indicators.outlookcity import write_city

PAGE = f"/outlook/?area={CITY}&period=2006"
WISH = {"scenario": "medium", "until": "2012", "trajectories": "40", "seed": "5"}


@pytest.fixture
def published(settings: LazySettings, tmp_path: Path, cast: Cast) -> Path:
    settings.DATA = tmp_path
    write_city(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _pack_without_schemes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up city has no claims: what follows for schemes and programmes is tested where there are."""
    pack = load_pack("wuxi-2006")
    kept = {id_: one for id_, one in pack.consequences.items() if one.of in ("births", "people", "method")}
    monkeypatch.setitem(pack.__dict__, "consequences", kept)


def sign_in(member: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(queries.staff_named(member))
    return client


def read(member: str, address: str, language: str = "zh") -> str:
    page = sign_in(member, language).get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def work() -> None:
    worker.work(threading.Event(), once=True, interval=0)


def run_once(published: Path) -> str:
    assert sign_in("qian").post(PAGE, WISH).status_code == 302
    work()
    (head,) = kept_runs(published / "outlook")
    return head.id


def test_a_run_is_a_job_and_what_comes_of_it_is_kept(published: Path) -> None:
    assert "还没有推算" in read("qian", PAGE)
    assert sign_in("qian").post(PAGE, WISH).status_code == 302
    assert "正在推算" in read("qian", PAGE)
    assert "正在推算" in read("he", PAGE)  # who asked for it doesn't matter
    work()
    (head,) = kept_runs(published / "outlook")
    assert (head.until, head.trajectories, head.seed) == (2012, 40, 5)
    page = read("gu", f"/outlook/{head.id}/?area={COUNTY}&period=2006")
    assert "中方案 2007–2012" in page
    assert "小学学龄儿童" in page
    english = read("he", f"/outlook/{head.id}/?area={CITY}", "en")
    assert "What follows for services and purses" in english
    assert "Needs by area" in english


def test_a_cancelled_run_is_none(published: Path) -> None:
    client = sign_in("qian")
    client.post(PAGE, WISH)
    (job,) = outlooks.open_outlook_jobs(queries.scope_of(queries.staff_named("qian")))
    assert sign_in("gu").post(f"/jobs/{job.id}/cancel/").status_code == 404
    assert client.post(f"/jobs/{job.id}/cancel/", {"next": "//elsewhere.example/"})["Location"] == "/jobs/"
    work()
    assert kept_runs(published / "outlook") == ()
    assert "还没有推算" in read("qian", PAGE)


@pytest.mark.parametrize("spoil", ["run.json", "report.en.html"])
def test_a_run_that_was_left_half_written_is_made_again_with_the_same_seed(spoil: str, published: Path) -> None:
    made = published / "outlook" / run_once(published)
    (made / spoil).write_text("{") if spoil == "run.json" else (made / spoil).unlink()
    assert sign_in("qian").post(PAGE, WISH).status_code == 302
    work()
    assert [one.id for one in kept_runs(published / "outlook")] == [made.name]
    assert (made / spoil).stat().st_size > 100
    assert sign_in("qian").post(PAGE, WISH).status_code == 400, "now it is there"


@pytest.mark.parametrize("member", ["gu", "he", "admin", "lan", "ma"])
def test_only_the_citys_analyst_starts_a_run(member: str, published: Path, cast: Cast) -> None:
    assert "新的推算" not in read(member, "/outlook/")
    assert sign_in(member).post("/outlook/", WISH).status_code == 403
    with pytest.raises(NoAccess):
        start_outlook(by=getattr(cast, member), scenario="medium", until=2012, trajectories=4, seed=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": "1999"}, "推算到的年份不在范围内"),
        ({"until": "soon"}, "推算到的年份不在范围内"),
        ({"trajectories": "0"}, "轨迹数须在1与"),
        ({"trajectories": "9999999"}, "轨迹数须在1与"),
        ({"scenario": "medum"}, "是不是想写 medium"),
    ],
)
def test_what_cannot_be_run_is_said_and_nothing_typed_is_lost(wrong: dict, said: str, published: Path) -> None:
    answer = sign_in("qian").post(PAGE, WISH | wrong)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert 'value="5"' in answer.content.decode()  # the seed


def test_a_share_link_finds_the_run_or_fills_in_the_form(published: Path) -> None:
    link = f"/outlook/?area={CITY}&period=2006&scenario=medium&until=2012&trajectories=40&seed=5"
    before = sign_in("qian").get(link).content.decode()
    assert "链接中的推算还没有做" in before
    assert 'value="40"' in before
    id_ = run_once(published)
    page = sign_in("qian").get(f"/outlook/{id_}/?area={CITY}&period=2006").content.decode()
    shared = re.search(r'href="http://testserver(/outlook/\?[^"]+scenario=medium[^"]+)"', page)
    assert shared is not None
    assert f"/outlook/{id_}/" in sign_in("he").get(shared[1].replace("&amp;", "&")).content.decode()
    other = sign_in("he").get(link + "&manifest=0000").content.decode()
    assert "结果会与链接中的不同" in other


def test_a_seed_used_again_is_refused_and_the_run_is_where_it_was(published: Path) -> None:
    """The same figures once more would look as if another draw agreed with the first."""
    id_ = run_once(published)
    answer = sign_in("qian").post(PAGE, WISH)
    assert answer.status_code == 400
    assert "种子5已用过" in answer.content.decode()
    assert f"/outlook/{id_}/" in answer.content.decode()
    assert sign_in("qian").post(PAGE, WISH | {"seed": "6"}).status_code == 302


def test_a_run_asked_for_twice_before_it_is_made_is_one_run(published: Path, cast: Cast) -> None:
    asked = {"scenario": "medium", "until": 2012, "trajectories": 4, "seed": 9}
    first = start_outlook(by=cast.qian, **asked)
    assert start_outlook(by=cast.qian, **asked) == first
    work()
    assert start_outlook(by=cast.qian, **asked, id=UUID(first)) == first, "a second click after it was made"
    with pytest.raises(ShidaiError, match=r"Seed 9 was used already|种子9已用过"):
        start_outlook(by=cast.qian, **asked)
    assert len(kept_runs(published / "outlook")) == 1


def test_scenarios_stand_side_by_side(published: Path) -> None:
    first = run_once(published)
    sign_in("qian").post(PAGE, WISH | {"scenario": "high"})
    work()
    second = next(head.id for head in kept_runs(published / "outlook") if head.id != first)
    page = read("qian", f"/outlook/compare/?area={CITY}&run={first}&run={second}", "en")
    assert "Medium" in page
    assert "High" in page
    assert "Nothing to compare" in read("qian", f"/outlook/compare/?area={CITY}", "en")


def test_figures_are_exported_and_the_log_says_so(published: Path, cast: Cast) -> None:
    id_ = run_once(published)
    client = sign_in("gu")
    lines = client.get(f"/outlook/{id_}/csv/?area={COUNTY}&measure=births").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "area,year,measure,lo95,lo80,median,hi80,hi95"
    assert len(lines) == 1 + 5 + 6  # five observed years, six ahead
    assert all(line.startswith(f"{COUNTY},") for line in lines[1:])
    assert client.get(f"/outlook/{id_}/files/figures.xlsx?area={COUNTY}").status_code == 200
    assert client.get(f"/outlook/{id_}/files/run.json?area={COUNTY}").status_code in (400, 404)
    compared = client.get(f"/outlook/compare/csv/?area={COUNTY}&measure=births&run={id_}").content.decode("utf-8-sig")
    assert len(compared.splitlines()) == 1 + 5 + 6
    deeds = [entry.deed for entry in queries.entries(cast.he) if entry.actor == "gu"]
    assert deeds.count("outlook.export") == 3


def test_a_measure_that_there_is_not_has_no_file(published: Path) -> None:
    id_, client = run_once(published), sign_in("gu")
    for address in (f"{id_}/csv/?", f"{id_}/xlsx/?", f"compare/csv/?run={id_}&", f"compare/xlsx/?run={id_}&"):
        for measure in ("a%0d%0aX-Y:1", "a%22b", "[a:b]"):
            asked = f"/outlook/{address}area={COUNTY}&measure={measure}"
            assert client.get(asked).status_code == 404, asked


def test_what_stands_on_a_page_can_be_had_as_a_sheet(published: Path) -> None:
    """Of the areas below, and of several runs at once, as CSV and as a workbook."""
    id_ = run_once(published)
    client = sign_in("qian")
    below = client.get(f"/outlook/{id_}/csv/?area={CITY}&measure=share_65&below=1").content.decode("utf-8-sig")
    assert {line.split(",")[0] for line in below.splitlines()[1:]} == {COUNTY, OTHER_COUNTY}
    sheet = load_workbook(io.BytesIO(client.get(f"/outlook/{id_}/xlsx/?area={CITY}&measure=tfr").content)).active
    heads, *rows = sheet.iter_rows(values_only=True)
    assert heads == ("area", "year", "measure", "lo95", "lo80", "median", "hi80", "hi95")
    assert len(rows) == 5 + 6  # five years on record, six ahead
    ages = client.get(f"/outlook/{id_}/csv/?area={CITY}&measure=ages").content.decode("utf-8-sig").splitlines()
    assert (ages[0], len(ages)) == ("area,year,sex,age,lo95,lo80,median,hi80,hi95", 1 + 6 * 2 * 101)
    compared = client.get(f"/outlook/compare/csv/?area={CITY}&measure=births&run={id_}").content.decode("utf-8-sig")
    assert compared.splitlines()[1].startswith(f"{id_},medium,5,{CITY},2002,births,")
    file = published / "outlook" / id_ / "figures.parquet"  # as an earlier version would have written it
    table = pq.read_table(file)
    pq.write_table(table.filter(pc.invert(pc.is_in(table["measure"], pa.array(["tfr", "e0_m", "e0_f"])))), file)
    os.utime(file.parent, (0, 0))  # what was kept in memory was of another time
    page = unescape(read("qian", f"/outlook/{id_}/?area={CITY}&period=2006", "en"))
    assert "doesn't hold yet: Total fertility rate, Life expectancy, women, Life expectancy, men" in page
    assert "Births (people)" in page


def test_the_first_run_of_an_installation_writes_the_summary_that_quotes_it(published: Path, monkeypatch) -> None:
    written = []
    monkeypatch.setattr(jobs, "write_summary", lambda data, pack, year, language: written.append((year, language)))
    for _ in range(2):  # asked for again, it is one job
        start_outlook(
            by=OPERATOR, scenario="medium", until=2008, trajectories=10, seed=1, summary=2006, id=UUID(int=7)
        )  # fmt: skip
    work()
    assert written == [(2006, "zh"), (2006, "en")]
    assert len(kept_runs(published / "outlook")) == 1


def test_a_village_is_told_where_the_outlook_is(published: Path) -> None:
    id_ = run_once(published)
    assert "展望按市和县" in read("lan", f"/outlook/{id_}/?area={NANQIAO}")


def test_a_run_that_is_not_there_is_said(published: Path) -> None:
    answer = sign_in("qian").get(f"/outlook/0123456789abcdef/?area={CITY}")
    assert answer.status_code in (400, 404)
    assert "没有这次推算" in answer.content.decode()


def test_without_record_tables_nothing_can_be_started(settings: LazySettings, tmp_path: Path, cast: Cast) -> None:
    settings.DATA = tmp_path
    with pytest.raises(ShidaiError, match="No record tables"):
        start_outlook(by=cast.qian, scenario="medium", until=2012, trajectories=4, seed=1)
    assert "新的推算" not in read("qian", PAGE)
