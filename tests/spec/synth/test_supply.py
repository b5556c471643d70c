"""The year's work with commodities: shares make the hand-outs, the stock book follows, and the ledger's rules hold."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from shidai.indicators.records import Records
from shidai.indicators.results import compute
from shidai.packs import Pack
from shidai.packs.schema.demonstration import HandOutShares
from shidai.rules.periods import months_later
from shidai.synth.contraception import method_names
from shidai.synth.days import NEVER, date_of, day_number, new_year
from shidai.synth.record_tables import write_records
from shidai.synth.supply.book import Book, book_of_year
from shidai.synth.supply.equipment import NEW_REPORTS, PlannedPiece, equipment_of_sites
from shidai.synth.supply.handouts import HandOuts, draw_hand_outs
from tests.spec.synth.cities import parameters, small_city, wuxi


@lru_cache(maxsize=1)
def book() -> Book:
    made = book_of_year(small_city(), wuxi())
    assert made is not None
    return made


@lru_cache(maxsize=1)
def handed_out() -> tuple[HandOuts, ...]:
    shares = parameters().supply
    assert shares is not None
    return tuple(draw_hand_outs(small_city(), wuxi(), shares))


def with_shares(commodity: str, **values: object) -> Pack:
    """The pack with some shares of one commodity's demonstration changed."""
    supply = parameters().supply
    assert supply is not None

    def changed(one: HandOutShares) -> HandOutShares:
        return one.model_copy(update=values) if one.commodity == commodity else one

    now = supply.model_copy(update={"hand_out": tuple(changed(one) for one in supply.hand_out)})
    fields = {name: getattr(wuxi(), name) for name in type(wuxi()).model_fields}
    return Pack.model_construct(**{**fields, "demonstration": parameters().model_copy(update={"supply": now})})


def figures(folder: Path, pack: Pack, *indicators: str) -> dict[str, float]:
    write_records(small_city(), pack, folder)
    with Records.open(folder) as opened:
        rows = compute(opened, pack, year=2006, area=pack.city, indicators=indicators, protect=False, breakdown="")
    return {row["indicator"]: row["value"] for row in rows.to_pylist()}


def test_the_book_never_falls_below_nought_and_what_expires_first_goes_first() -> None:
    """Day by day and act by act, as the ledger would have it."""
    made = book()
    shelves: defaultdict[tuple[int, int], int] = defaultdict(int)
    order = sorted(range(len(made.entry)), key=lambda at: (made.day[at], made.deed[at] != "receipt", made.entry[at]))
    for at in order:
        key, quantity = (made.site[at], made.lot[at]), made.quantity[at]
        if made.deed[at] in ("receipt", "arrival"):
            shelves[key] += quantity
            continue
        shelves[key] -= abs(quantity)
        assert shelves[key] >= 0
        commodity, _, expires = made.lots[made.lot[at]]
        assert made.day[at] <= expires
        older = [
            lot for (site, lot), left in shelves.items()
            if site == made.site[at] and left > 0 and made.lots[lot][0] == commodity and made.lots[lot][2] < expires
        ]  # fmt: skip
        assert not older


def test_nobody_takes_more_than_the_pack_allows() -> None:
    for one in handed_out():
        allowance = one.commodity.allowance
        assert allowance is not None
        days = np.datetime64("1970-01-01") + one.day
        for person in np.unique(one.person[one.person >= 0]):
            own = one.person == person
            for day in days[own]:
                since = np.datetime64(months_later(day.item(), -allowance.months))
                assert one.units[own][(days[own] > since) & (days[own] <= day)].sum() <= allowance.units


def test_who_takes_something_uses_its_method_on_the_day() -> None:
    used = small_city().tables["contraception"]
    for one in handed_out():
        for person, day in zip(one.person[::7], one.day[::7], strict=True):
            if person >= 0:
                own = used["person"] == person
                assert np.any((used["start"][own] <= day + 1) & (used["end"][own] > day - 1))


def test_hand_outs_lie_in_the_year_and_on_no_sunday() -> None:
    some = [one for one in handed_out() if len(one.day)]
    assert len(some) >= 3
    for one in some:
        assert one.day.min() >= new_year(2006)
        assert one.day.max() < new_year(2007)
        assert not np.any((one.day + 3) % 7 == 6)


def test_the_same_city_gives_the_same_book() -> None:
    again = book_of_year(small_city(), wuxi())
    assert again is not None
    assert (again.quantity, again.person, again.day) == (book().quantity, book().person, book().day)


def test_figures_are_counts_of_the_rows_and_follow_the_packs_shares(tmp_path: Path) -> None:
    """Twice as many come for condoms: twice the condoms are handed out, within what chance does."""
    names = ("condoms_handed_out", "couple_years_of_protection", "migrant_service_rooms", "iud_acceptors")
    now = figures(tmp_path / "now", with_shares("male-condom", public=0.4), *names)
    twice = figures(tmp_path / "twice", with_shares("male-condom", public=0.8), *names)
    assert twice["condoms_handed_out"] / now["condoms_handed_out"] == pytest.approx(2, rel=0.12)
    assert twice["iud_acceptors"] == now["iud_acceptors"]
    assert now["migrant_service_rooms"] == sum(one.kind == "room" for one in book().sites) == 1


def test_twice_the_rooms_a_migrant_are_twice_the_service_rooms(tmp_path: Path) -> None:
    told = {}
    for times in (1, 2):
        supply = parameters().supply
        assert supply is not None
        now = supply.model_copy(update={"rooms_per_migrant": 0.002 * times})
        fields = {name: getattr(wuxi(), name) for name in type(wuxi()).model_fields}
        pack = Pack.model_construct(**{**fields, "demonstration": parameters().model_copy(update={"supply": now})})
        told[times] = figures(tmp_path / str(times), pack, "migrant_service_rooms")["migrant_service_rooms"]
    assert told[1] > 5
    assert told[2] == pytest.approx(2 * told[1], abs=1)


def test_acceptors_are_those_who_began_the_method_in_the_year(tmp_path: Path) -> None:
    used = small_city().tables["contraception"]
    iud = method_names(parameters().contraception).index("iud")
    begun = (used["method"] == iud) & (used["start"] >= new_year(2006)) & (used["start"] < NEVER) & (used["area"] >= 0)
    assert figures(tmp_path, wuxi(), "iud_acceptors")["iud_acceptors"] == begun.sum()


@lru_cache(maxsize=1)
def pieces() -> tuple[PlannedPiece, ...]:
    return tuple(equipment_of_sites(small_city(), wuxi(), book().sites))


def test_the_same_city_has_the_same_equipment() -> None:
    assert tuple(equipment_of_sites(small_city(), wuxi(), book().sites)) == pieces()
    numbers = [(one.site, one.number) for one in pieces()]
    assert len(set(numbers)) == len(numbers)


def test_equipment_stands_in_stations_as_often_as_the_shares_say() -> None:
    stations = {one.code for one in book().sites if one.kind == "station"}
    assert {one.site for one in pieces()} <= stations
    for shares in parameters().equipment:
        own = [one for one in pieces() if one.kind == shares.kind]
        having = len({one.site for one in own}) / len(stations)
        spread = 4 * (shares.share * (1 - shares.share) / len(stations)) ** 0.5  # four standard errors
        assert abs(having - shares.share) <= spread
        least, most = shares.pieces
        assert all(least <= sum(one.site == site for one in own) <= most for site in {one.site for one in own})


def test_a_check_is_overdue_for_the_share_that_is_late_and_nobody_else() -> None:
    last = wuxi().last_day
    for shares in parameters().equipment:
        kind = wuxi().equipment[shares.kind]
        checked = [one for one in pieces() if one.kind == shares.kind and one.checked >= 0]
        if kind.check_months is None:
            assert checked == []
            continue
        late = sum(kind.is_overdue(date_of(one.checked), last) for one in checked) / len(checked)
        assert abs(late - shares.late) <= 4 * (shares.late * (1 - shares.late) / len(checked)) ** 0.5
        assert all(one.since < one.checked <= day_number(last) for one in checked)


def test_what_is_out_of_order_was_reported_lately() -> None:
    broken = [one for one in pieces() if one.broken >= 0]
    last = day_number(wuxi().last_day)
    assert broken
    assert all(last - NEW_REPORTS < one.broken <= last for one in broken)
