"""A new programme is one TOML file: it is offered, entered, extracted, counted and shown with no line of code."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.indicators.store import ResultStore
from shidai.packs import check_pack, load_pack
from shidai.packs.load import folder_of
from shidai.programmes.extract import contribute
from shidai.programmes.queries import due_list
from shidai.registry.extract import extract_records
from shidai.registry.models import Person
from tests.factories import NANQIAO, OPERATOR, Cast
from tests.spec.programmes.conftest import JUNE
from tests.spec.programmes.newprogramme import PROGRAMME
from tests.spec.programmes.test_pages import form_of, sign_in, typed


@pytest.fixture
def city_with_it(tmp_path: Path, settings: LazySettings, cast: Cast) -> Path:
    """The city's pack with one file more."""
    folder = tmp_path / "pack"
    shutil.copytree(folder_of("wuxi-2006"), folder)
    (folder / "programmes" / "eye-check.toml").write_text(PROGRAMME, encoding="utf-8")
    settings.PACK = str(folder)
    return folder


def test_one_file_makes_a_programme_from_the_offer_to_the_figure(
    city_with_it: Path, tmp_path: Path, cast: Cast, bride: Person
) -> None:
    assert check_pack(city_with_it) == []
    pack = load_pack(city_with_it)
    # offered
    due = [line for line in due_list(cast.lan, area=NANQIAO, on=JUNE) if line.programme.id == "eye-check"]
    assert bride.uuid in {line.person for line in due}
    # entered, in the form that the file makes
    client, address = sign_in("xu"), form_of(bride, "look", "eye-check")
    saved = client.post(address, typed(client, address, left="0.4") | {"agreed": "on"}, follow=True)
    assert "检查，转诊" in saved.content.decode()
    # extracted
    records = tmp_path / "records"
    extract_records(records, by=OPERATOR, pack=pack, cutoff=date(2006, 12, 31), more=(contribute,))
    with Records.open(records) as opened:
        told = opened.fetch(opened.table("observation").filter(opened.table("observation").kind == "eye-check"))
        assert {(row["field"], row["number"]) for row in told.to_pylist()} == {("left", 4), ("poor", 1)}
        # counted
        (row,) = compute(
            opened, pack, year=2006, area=NANQIAO, indicators=["eye_check_coverage"], breakdown="", protect=False
        ).to_pylist()
        assert row["numerator"] == 1
        assert row["value"] == pytest.approx(100 / row["denominator"])
        # stored with all other figures, where pages and reports read them
        store = ResultStore(tmp_path / "results")
        store.compute_year(opened, pack, 2006)
    assert "eye_check_coverage" in pack.indicators


def test_an_indicator_of_another_programme_or_with_a_known_id_is_refused(city_with_it: Path) -> None:
    file = city_with_it / "programmes" / "eye-check.toml"
    file.write_text(PROGRAMME.replace('id = "eye_check_coverage"', 'id = "rti_round_coverage"'), encoding="utf-8")
    assert any("stands elsewhere" in one.what.en for one in check_pack(city_with_it))
    other = PROGRAMME.replace(
        '"programme_reached", programme = "eye-check"', '"programme_reached", programme = "rti-control"'
    )
    file.write_text(other, encoding="utf-8")
    assert any("rti-control" in one.what.en for one in check_pack(city_with_it))
