"""The summary on the site: for whoever may read figures; its files, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from shidai.core.access import Grant, NoAccess, Scope
from shidai.packs import load_pack
from shidai.reports import queries
from shidai.words import ShidaiError

ANALYST = Scope(None, "qian", "Qian", (Grant("3202", "city_analyst"),))
WORKER = Scope(None, "lan", "Lan", (Grant("320205101203", "village_worker"),))
NOBODY = Scope(None, "nobody", "Nobody", ())


@pytest.mark.parametrize(("reader", "opens"), [(ANALYST, True), (WORKER, False)], ids=["analyst", "village worker"])
def test_whoever_may_read_figures_may_read_the_summary(data: Path, reader: Scope, opens: bool) -> None:
    """Its figures open on the site for those who may open the city's pages."""
    page = queries.summary_page(by=reader, data=data, pack=load_pack("wuxi-2006"), year=2006, language="zh")
    assert page.title == "无锡市2006年人口与家庭服务工作总结"
    assert ('href="/numbers/population_registered/?area=3202&amp;period=2006"' in page.body) == opens
    assert "/records/" not in page.body
    assert [(file.name, file.kind) for file in page.files] == [("summary.pdf", "PDF")]


def test_nobody_else(data: Path) -> None:
    with pytest.raises(NoAccess):
        queries.summary_page(by=NOBODY, data=data, pack=load_pack("wuxi-2006"), year=2006, language="zh")
    with pytest.raises(NoAccess):
        queries.summary_file(by=NOBODY, data=data, year=2006, name="summary.pdf")


@pytest.mark.parametrize("name", ["summary.html", "../../records/manifest.json", "summary.en.exe", ""])
def test_only_files_of_the_summary_that_exist(data: Path, name: str) -> None:
    with pytest.raises(ShidaiError):
        queries.summary_file(by=ANALYST, data=data, year=2006, name=name)


def test_a_file_that_exists(data: Path) -> None:
    assert queries.summary_file(by=ANALYST, data=data, year=2006, name="summary.pdf").read_bytes() == b"%PDF"
