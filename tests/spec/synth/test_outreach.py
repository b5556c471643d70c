"""The year's training sessions and pilots: shares of the pack make them, and the figures are counts of the rows."""

from __future__ import annotations

from pathlib import Path

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack
from shidai.synth.outreach.files import pilots_of_year
from shidai.synth.outreach.sessions import sessions_of_year
from shidai.synth.record_tables import write_records
from tests.spec.synth.cities import parameters, small_city, two_counties, wuxi

NAMES = ("training_sessions", "training_attendances", "brand_pilot_stations", "brand_pilots_signed_off")


def figures(folder: Path, pack: Pack) -> dict[str, float]:
    write_records(small_city(), pack, folder)
    with Records.open(folder) as opened:
        rows = compute(opened, pack, year=2006, area=pack.city, indicators=NAMES, protect=False, breakdown="")
    return {row["indicator"]: row["value"] for row in rows.to_pylist()}


def test_figures_are_counts_of_the_rows_and_follow_the_packs_parameters(tmp_path: Path) -> None:
    held = [one for one in sessions_of_year(small_city(), wuxi()) if not one.cancelled]
    now = figures(tmp_path / "now", wuxi())
    came = sum(one.staff + one.residents for one in held)
    assert [now[name] for name in NAMES] == [len(held), came, 4, 1]
    fewer = parameters().model_copy(update={"training": parameters().training[:1], "pilot": parameters().pilot[:2]})
    fields = {name: getattr(wuxi(), name) for name in type(wuxi()).model_fields}
    then = figures(tmp_path / "then", Pack.model_construct(**{**fields, "demonstration": fewer}))
    assert (then["training_sessions"], then["brand_pilot_stations"], then["brand_pilots_signed_off"]) == (18, 2, 0)
    (first,) = fewer.training
    often = fewer.model_copy(update={"training": (first.model_copy(update={"sessions": 2 * first.sessions}),)})
    twice = figures(tmp_path / "twice", Pack.model_construct(**{**fields, "demonstration": often}))
    assert twice["training_sessions"] == 2 * then["training_sessions"]


def test_sessions_are_the_same_again_and_on_working_days() -> None:
    found = sessions_of_year(small_city(), wuxi())
    assert found == sessions_of_year(small_city(), wuxi())
    assert all((one.day + 3) % 7 < 5 for one in found)
    trained = [one for one in found if one.shares.topic == "information-system"]
    assert len(trained) == 48  # the summary's pilots of the information system


def test_pilots_are_those_of_the_packs_areas() -> None:
    assert [one.area for one in pilots_of_year(wuxi())] == ["320282", "320281113", "320205101", "320206105"]
    assert {one.area for one in pilots_of_year(two_counties())} == {"320281113", "320205101"}
