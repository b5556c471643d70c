"""The page that says whether the data are good enough: verdict, reason and method, small numbers only for who may."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from shidai.core import queries
from shidai.indicators.qualitystore import FILE, KeptArea, KeptFinding, KeptQuality
from shidai.packs.schema.base import Words
from tests.factories import CITY, COUNTY, NANQIAO, TOWNSHIP, Cast
from tests.spec.site.test_outlook_pages import read, sign_in

LATE = "births_in_time"


def area(code: str, parent: str | None, level: str, name: str, *, late: bool, hidden: bool = False) -> KeptArea:
    found = [
        KeptFinding(
            measure=measure, value=71.25, low=61.5, high=80.5, n=77,
            verdict="look" if measure == LATE and late else "good",
            reason=Words(zh=f"只有71.25%（{measure}）", en=f"only 71.25 % ({measure})"), hidden=hidden,
        )
        for measure in ("whipple", LATE)
    ]  # fmt: skip
    verdict = "look" if late else "good"
    return KeptArea(
        code=code, parent=parent, level=level, name=Words(zh=name, en=code), verdict=verdict, findings=tuple(found)
    )


@pytest.fixture
def judged(settings: LazySettings, tmp_path: Path, cast: Cast) -> Path:
    settings.DATA = tmp_path
    areas = (
        area(CITY, None, "city", "试验市", late=False), area(COUNTY, CITY, "county", "东县", late=True),
        area(TOWNSHIP, COUNTY, "township", "东镇", late=False, hidden=True),
    )  # fmt: skip
    kept = KeptQuality(
        manifest="0", pack="wuxi-2006", pack_version="1", year=2006, residence="registered",
        made_at=datetime.now(UTC), areas=areas,
    )  # fmt: skip
    (tmp_path / FILE).write_text(kept.model_dump_json(), encoding="utf-8")
    return tmp_path


def test_each_area_has_its_verdict_and_what_needs_a_look(judged: Path) -> None:
    page = read("qian", f"/quality/?area={CITY}")
    assert "东县 须核对 出生按时登记" in page
    english = read("qian", f"/quality/?area={COUNTY}", "en")
    assert "only 71.25 % (births_in_time)" in english
    assert "below 90: look" in english
    assert "Method: Births of the year" in english


def test_small_numbers_are_for_those_who_may_read_the_records(judged: Path) -> None:
    address = f"/quality/?area={TOWNSHIP}"
    assert "71.25" not in read("qian", address)
    assert "依据的数字过小" in read("qian", address)
    assert "71.25" in read("gu", address)


def test_it_goes_along_as_a_file_and_the_log_says_so(judged: Path, cast: Cast) -> None:
    lines = sign_in("qian").get(f"/quality/csv/?area={COUNTY}").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "area,name,measure,value,low,high,n,verdict,reason"
    assert lines[1].startswith(f"{COUNTY},东县,whipple,71.25,61.5,80.5,77,good")
    assert lines[3].startswith(f"{TOWNSHIP},东镇,whipple,*,,,*,good")
    assert sign_in("qian").get(f"/quality/xlsx/?area={COUNTY}").content.startswith(b"PK")
    assert [one.deed for one in queries.entries(cast.he) if one.actor == "qian"].count("quality.export") == 2


def test_a_village_is_told_where_it_is_judged(judged: Path) -> None:
    page = sign_in("lan").get(f"/quality/?area={NANQIAO}").content.decode()
    assert "评价到镇、街道为止" in page


def test_before_anything_was_judged_it_says_how_to_begin(settings: LazySettings, tmp_path: Path, cast: Cast) -> None:
    settings.DATA = tmp_path
    assert "还没有评价" in read("qian", f"/quality/?area={CITY}")
