"""The supply plan: what is used, what is there before it expires, what to buy in whole packs, and what it costs."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from shidai.core.access import NoAccess
from shidai.core.models import AuditEntry
from shidai.packs import load_pack
from shidai.supply import actions
from shidai.supply.planning import plan_months
from shidai.supply.queries import supply_plan
from shidai.supply.queries.plans import shown_users
from shidai.words import ShidaiError
from tests.factories import CITY, COUNTY, OPERATOR, Cast
from tests.spec.supply.conftest import CONDOM, JUNE, STATION, STORE, fill
from tests.spec.supply.test_pages import sign_in

WUXI = load_pack("wuxi-2006")
PIECE = WUXI.in_force(JUNE).commodities[CONDOM]
FIRST, LAST = date(2007, 1, 1), date(2007, 12, 31)
DECEMBER = date(2006, 12, 31)
SMALLEST = next(count for count in range(1, 100) if WUXI.disclosure.shows(count))


def test_what_is_there_is_used_first_and_the_rest_is_bought_in_packs() -> None:
    """300 a month; 900 are there for long: bought from the month on whose end would hold less than two months."""
    months = plan_months(PIECE, 300.0, [(900, date(2009, 1, 1))], DECEMBER, LAST)
    assert [one.to_buy for one in months[:4]] == [0, 300, 300, 300]
    assert [one.from_stock for one in months[:4]] == pytest.approx([300, 300, 300, 0])
    assert sum(one.to_buy for one in months) == 300 * 12 - 900 + 600
    assert months[-1].at_end == pytest.approx(600)
    assert sum(one.fen for one in months) == 3300 * 25
    assert all(one.packs * PIECE.pack_size == one.to_buy for one in months)


def test_what_would_expire_unused_is_no_stock_and_is_told() -> None:
    """Of 900 that expire on 15 January, half a month's use is used; the rest puts off no purchase."""
    january = plan_months(PIECE, 310.0, [(900, date(2007, 1, 15))], DECEMBER, LAST)[0]
    assert january.from_stock == pytest.approx(150)
    assert january.expires == pytest.approx(750)
    assert january.to_buy == 800, "160 of January and two months' stock, in packs of 100"


def test_a_plan_begins_with_what_will_be_left_when_its_first_month_begins() -> None:
    """On 11 December two thirds of the month's use are still to come, and what expires meanwhile is gone."""
    lots = [(100, date(2006, 12, 21)), (900, date(2009, 1, 1))]
    january = plan_months(PIECE, 310.0, lots, date(2006, 12, 11), LAST)[0]
    assert january.first == FIRST
    left = 900 - (200 - 100)
    assert january.to_buy == 200, "310 of January and two months' stock need 930"
    assert january.at_end == pytest.approx(left - 310 + 200)


def test_where_nothing_is_used_nothing_is_bought() -> None:
    assert {one.to_buy for one in plan_months(PIECE, 0.0, [(10, LAST)], DECEMBER, LAST)} == {0}


LOTS = st.lists(st.tuples(st.integers(1, 5000), st.integers(-40, 900)), max_size=6)


@given(LOTS, st.floats(0, 5000))
def test_nobody_waits_and_no_unit_is_used_twice(lots: list[tuple[int, int]], monthly: float) -> None:
    dated = [(units, FIRST + timedelta(days=days)) for units, days in lots]
    months = plan_months(PIECE, monthly, dated, DECEMBER, LAST)
    bought, used = 0.0, 0.0
    for one in months:
        bought, used = bought + one.to_buy, used + one.forecast - one.from_stock
        assert bought >= used - 1e-6, "what stock doesn't meet was bought in time"
        assert one.to_buy % PIECE.pack_size == 0
        assert one.to_buy == 0 or one.at_end <= bought + sum(units for units, _ in lots)
    gone = sum(one.from_stock + one.expires for one in months)
    assert gone <= sum(units for units, _ in lots) + 1e-6


@pytest.fixture
def used(cast: Cast) -> None:
    """A station that handed out 14 condoms a week for half a year, and a store whose sending is no use."""
    fill(site=STORE, quantity=2000, day=date(2006, 6, 1))
    actions.send(by=OPERATOR, site=STORE, to=STATION, quantities={CONDOM: 1000}, day=date(2006, 6, 20))
    fill(quantity=1000, day=date(2006, 6, 30))
    for week in range(26):
        day = date(2006, 7, 1) + timedelta(weeks=week)
        actions.hand_out(by=OPERATOR, site=STATION, commodity=CONDOM, quantity=14, day=day)


@pytest.mark.django_db
def test_a_plan_counts_what_went_to_people_and_what_lies_anywhere(used: None) -> None:
    made = supply_plan(OPERATOR, COUNTY, DECEMBER, 2007, "consumption")
    line = next(one for one in made.lines if one.commodity.id == CONDOM)
    assert line.monthly["consumption"] == pytest.approx(2 * 365.25 / 12, rel=0.02)
    assert line.usable == 3000 - 26 * 14, "shelves and what is under way"
    assert line.assumed, "the shipped prices are the authors' own"
    assert len(line.months) == 12
    assert [one.months for one in made.lines if one.commodity.id == "oral-pill"] == [()], "unknown isn't nought"
    fill(commodity="oral-pill", day=date(2006, 12, 20))
    later = supply_plan(OPERATOR, COUNTY, DECEMBER, 2007, "consumption")
    assert [one.months for one in later.lines if one.commodity.id == "oral-pill"] == [()], "nor are its first days"
    assert made.fen == sum(one.fen for one in made.lines)


@pytest.mark.django_db
def test_a_plan_in_the_middle_of_a_year_is_of_its_rest_or_of_the_next(used: None) -> None:
    rest = supply_plan(OPERATOR, COUNTY, date(2006, 10, 15), 2006, "consumption")
    assert [one.first.month for one in rest.lines[0].months] == [11, 12]
    later = supply_plan(OPERATOR, COUNTY, date(2006, 10, 15), 2007, "consumption")
    assert [one.first.month for one in later.lines[0].months] == list(range(1, 13))
    with pytest.raises(ShidaiError, match="2006 or 2007"):
        supply_plan(OPERATOR, COUNTY, date(2006, 10, 15), 2009, "consumption")


@pytest.mark.django_db
def test_by_users_only_what_enough_women_use_is_told(
    used: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    settings.DATA = tmp_path
    assert not supply_plan(OPERATOR, CITY, DECEMBER, 2007, "users").lines[0].months, "no records: said, not guessed"
    from shidai.supply.queries import plans

    counted = {COUNTY: {"male_condom": 60, "pill": 1, "iud": 90}}
    monkeypatch.setattr(plans, "_count_users", lambda *_: (counted, DECEMBER))
    made = {one.commodity.id: one for one in supply_plan(OPERATOR, COUNTY, DECEMBER, 2007, "users").lines}
    assert "users" not in made["oral-pill"].monthly, "one woman's method isn't told"
    assert "users" not in made[CONDOM].monthly, "nor the next, which would tell it from the number of all users"
    assert made["copper-iud"].monthly["users"] > 0
    assert made["female-condom"].monthly["users"] == 0, "nobody's method is known to be nobody's"
    station = supply_plan(OPERATOR, f"{COUNTY}101", DECEMBER, 2007, "users")
    assert station.users_on is None, "counties and the city alone"


EAST, WEST, SOUTH = (f"{CITY}{number}" for number in ("01", "02", "03"))


@pytest.mark.django_db
def test_no_countys_users_are_had_by_subtraction_from_the_citys() -> None:
    """4 women of one county alone were too few: the city's 94 less the others' 60 and 30 told them."""
    rest = {"male_condom": 500, "iud": 400}
    counted = {
        EAST: rest | {"pill": 60, "implant": 41}, WEST: rest | {"pill": 30, "implant": 22},
        SOUTH: rest | {"pill": 4, "implant": 33},
    }  # fmt: skip
    told = {area: shown_users(counted, area) for area in (CITY, EAST, WEST, SOUTH)}
    assert told[CITY]["pill"] == 94
    assert "pill" not in told[SOUTH]
    assert "pill" not in told[WEST], "the next smallest is hidden with it"
    assert told[EAST]["pill"] == 60
    assert "implant" not in told[SOUTH], "nor from all users of the county, who are published"
    assert "implant" not in told[WEST]
    assert all({"male_condom", "iud"} <= {*by} for by in told.values()), "what gives nothing away is told"
    assert shown_users(counted, f"{CITY}99") == {}


@pytest.mark.django_db
@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=2, max_size=5))
def test_all_plans_together_leave_every_small_number_of_users_open(rows: list[list[int]]) -> None:
    """A reader of all plans of one day solves every sum that she can form: no number of users is fixed by them."""
    counties = [f"{CITY}{at:02}" for at in range(1, len(rows) + 1)]
    methods = ("pill", "iud", "implant", "male_condom")
    counted = {county: dict(zip(methods, row, strict=True)) for county, row in zip(counties, rows, strict=True)}
    told = {area: shown_users(counted, area) for area in (CITY, *counties)}
    for method in methods:
        sizes = [counted[county][method] for county in counties]
        open_ = [size for county, size in zip(counties, sizes, strict=True) if method not in told[county]]
        assert all(size not in range(1, SMALLEST) or method not in told[area]
                   for area, size in zip((CITY, *counties), (sum(sizes), *sizes), strict=True))  # fmt: skip
        if method in told[CITY]:
            assert len(open_) != 1
            assert not open_ or sum(open_) > len(open_), "nor by each being one at least"


@pytest.mark.django_db
def test_the_plan_is_a_page_and_a_file(used: None, cast: Cast) -> None:
    gu = sign_in("gu")
    page = gu.get(f"/supply/plan/?area={COUNTY}").content.decode()
    assert "2007年1月" in page
    assert "2007年药具计划" in page
    assert "假设" in page
    answer = gu.get(f"/supply/plan/csv/?area={COUNTY}&basis=consumption")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["month"] for row in rows if row["commodity"] == CONDOM] == [
        f"2007-{month:02d}" for month in range(1, 13)
    ]
    assert all(int(row["fen"]) == int(row["to_buy"]) * int(row["price_fen"]) for row in rows)
    assert AuditEntry.objects.filter(deed="supply.export").exists()
    with pytest.raises(NoAccess):
        supply_plan(cast.ma, COUNTY, DECEMBER, 2007, "consumption")
