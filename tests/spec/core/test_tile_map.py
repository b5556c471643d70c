"""The map of squares: every county at its place, figure and interval in words, one scale for all years."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from pydantic import ValidationError

from shidai.core.tilemap import County, Scale, Seen, Step, draw_map
from shidai.packs import load_pack
from shidai.packs.schema.map import AreaMap

PACK = load_pack("wuxi-2006")
COUNTIES = [County(one.code, one.name_zh, f"/there/{one.code}/") for one in PACK.areas_at("county")]


def year(number: int, add: float = 0) -> Step:
    seen = {
        one.code: Seen(at + add, f"{at + add:.1f}", f"{at + add - 1:.1f} – {at + add + 1:.1f}")
        for at, one in enumerate(COUNTIES)
    }
    return Step(f"{number}", seen, number)


def show(value: float) -> str:
    return f"{value:.0f}"


def drawn(**more):
    made = draw_map("m", "老龄化", PACK.map, COUNTIES, more.pop("steps", [year(2010)]), show=show, **more)
    assert made is not None
    return made


def test_every_county_of_a_pack_has_a_square_of_its_own() -> None:
    for name in ("wuxi-2006", "china-2025"):
        pack = load_pack(name)
        assert pack.map is not None
        assert {tile.area for tile in pack.map.tile} == {one.code for one in pack.areas_at("county")}
        assert len({(tile.row, tile.column) for tile in pack.map.tile}) == len(pack.map.tile)


def test_two_counties_on_one_square_are_refused() -> None:
    assert PACK.map is not None
    told = PACK.map.model_dump(mode="json")
    told["tile"][1] |= {"row": told["tile"][0]["row"], "column": told["tile"][0]["column"]}
    with pytest.raises(ValidationError, match="share the square"):
        AreaMap.model_validate(told)


def test_a_square_says_its_county_figure_and_interval_and_leads_there() -> None:
    (jiangyin,) = (one for one in drawn().squares if one.code == "320281")
    assert (jiangyin.name, jiangyin.url) == ("江阴市", "/there/320281/")
    assert jiangyin.told == f"江阴市：{jiangyin.shown}（{jiangyin.interval}）"
    page = render_to_string("core/tilemap.html", {"map": drawn(), "request": RequestFactory().get("/")})
    assert f'aria-label="{jiangyin.told}"' in page
    assert page.count("<a href=") == len(COUNTIES)


def test_one_scale_serves_all_years() -> None:
    made = drawn(steps=[year(2010), year(2020, add=8)], at=2020, step_name="map")
    first, last = made.steps
    assert (first[0], last[0], made.at) == ("2010", "2020", 2020)
    assert min(cell[0] for cell in first[1]) == 1
    assert max(cell[0] for cell in last[1]) == 5
    assert made.legend[0][1] == "0 – 3"
    assert made.table[0] == ("", "2010", "2020")


def test_what_is_hidden_has_a_square_without_colour_and_the_legend_says_so() -> None:
    step = Step("2010", {one.code: Seen(2, "2") for one in COUNTIES[1:]} | {COUNTIES[0].code: Seen(None, "*")})
    made = drawn(steps=[step])
    assert [one.shade for one in made.squares if one.code == COUNTIES[0].code] == [0]
    assert made.hidden


@pytest.mark.parametrize(
    ("values", "legend"),
    [
        ([0, 1], ["0", "1"]),
        ([0, 2, 4], ["0", "1", "2", "3", "4"]),
        ([0, 11], ["0 – 2", "3 – 5", "6 – 8", "9 – 11"]),
        ([3, 3], ["3"]),
    ],
)
def test_classes_of_counts_hold_whole_numbers(values: list[float], legend: list[str]) -> None:
    scale = Scale.of(values, whole=True)
    assert [label for _, label in scale.legend(show)] == legend
    assert [scale.shade(value) for value in (min(values), max(values))] == [1, len(legend)]


def test_areas_without_squares_have_no_map() -> None:
    towns = [County("320281110", "镇")]
    assert draw_map("m", "", PACK.map, towns, [Step("", {"320281110": Seen(1, "1")})], show=show) is None
    assert draw_map("m", "", None, COUNTIES, [year(2010)], show=show) is None
