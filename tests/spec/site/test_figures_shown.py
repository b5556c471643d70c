"""Figures on pages: a value, or in plain words why there is none. Nobody reads a bare dash where records exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from shidai.core import queries
from shidai.core.actions import load_areas
from shidai.indicators.store import Result
from shidai.packs import load_pack
from shidai.reports.results import ensure_results
from shidai.site import figures
from shidai.site.views.today import indicator_of
from tests.factories import OPERATOR, make_staff
from tests.spec.reports.smallcity import VILLAGE, write_records

PACK = load_pack("wuxi-2006")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records and results of sixty adults of one age and their twelve births; no death is written down."""
    data = tmp_path_factory.mktemp("published")
    write_records(data)
    ensure_results(data, PACK, 2006)
    return data


@pytest.fixture
def small_city(published: Path, db: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Client:
    """The site of that city, seen by the worker of the village."""
    settings.DATA = published
    monkeypatch.setattr(figures, "RESULTS", published / "results")
    for kept in (figures._store, figures._read, figures._read_series, figures._read_pyramid):
        kept.cache_clear()
    load_areas(PACK, by=OPERATOR)
    make_staff("lan", "village_worker", VILLAGE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(queries.staff_named("lan"))
    yield client
    figures._store.cache_clear()


def test_an_indicator_says_that_there_are_too_few_people(small_city: Client) -> None:
    page = small_city.get("/numbers/total_fertility_rate/").content.decode()
    assert "can&#x27;t be computed" in page
    assert "Too few people: some age group has nobody in it" in page


def test_an_indicator_without_records_says_so_and_gives_no_zero(small_city: Client) -> None:
    page = small_city.get("/numbers/deaths/").content.decode()
    assert "not yet recorded" in page
    assert '<span class="value">0' not in page


def test_the_list_of_numbers_tells_them_apart(small_city: Client) -> None:
    page = small_city.get("/numbers/").content.decode()
    for words in ("too few people", "not yet recorded", "no records yet"):
        assert words in page


def test_the_page_of_an_area_says_why_under_the_figure(small_city: Client) -> None:
    page = small_city.get("/areas/").content.decode()
    assert "Too few people: some age group has nobody in it" in page
    assert "The records that it counts aren&#x27;t kept yet." in page


def test_areas_of_which_none_has_a_figure_are_told_in_words_not_drawn_as_an_empty_axis(small_city: Client) -> None:
    make_staff("dai", "city_officer", "3202")
    small_city.force_login(queries.staff_named("dai"))
    empty = small_city.get("/numbers/total_fertility_rate/").content.decode()
    assert "none is shown by itself, so there is no chart" in empty
    assert "Areas compared" not in empty
    drawn = small_city.get("/numbers/population_registered/").content.decode()
    assert "none is shown by itself" not in drawn
    assert "Areas compared" in drawn


def test_a_figure_that_was_not_computed_for_a_period_is_a_dash(small_city: Client) -> None:
    assert figures.show(None, PACK.indicators["births"]).value == figures.NOTHING


def test_a_count_of_nobody_is_a_number(small_city: Client) -> None:
    none = Result("births", "1", VILLAGE, "2006", "", 0.0, None, 0.0, None, None, 0.0, False, "")
    assert figures.show(none, PACK.indicators["births"]).value == "0"


def test_a_target_that_names_a_published_series_finds_the_indicator_that_computes_it() -> None:
    found = {id_: indicator_of(target, PACK) for id_, target in PACK.targets.items()}
    told = {id_: one.id for id_, one in found.items() if one is not None}
    assert told
    named = {id_: PACK.targets[id_].figure.removeprefix("published.") for id_ in told}
    assert told == named
