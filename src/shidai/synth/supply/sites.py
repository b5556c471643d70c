"""Where commodities are kept and handed out: a store of the city and of each county, a station a township, rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.demonstration import SupplyShares
from shidai.synth.city import City
from shidai.synth.county import LIVING
from shidai.synth.days import NEVER, day_number
from shidai.synth.register_tables import is_migrant
from shidai.synth.supply.handouts import STREAM, Numbers


@dataclass(frozen=True, slots=True)
class PlannedSite:
    """A site. supplier: place of its supplier in the list, −1 for none. opened: day number."""

    code: str
    area: str
    kind: str
    name_zh: str
    name_en: str
    supplier: int
    opened: int


def plan_sites(city: City, pack: Pack, shares: SupplyShares) -> list[PlannedSite]:
    """Suppliers stand before whom they supply."""
    day = pack.last_day
    start = day_number(date(day.year - 1, 1, 1))
    root = pack.area(pack.city, day)
    assert root is not None
    sites = [
        PlannedSite(f"W{root.code}", root.code, "store", f"{root.name_zh}药具库", f"{root.name_en} store", -1, start)
    ]
    place = {root.code: 0}
    for level, letter, kind, zh, en in (
        ("county", "K", "store", "药具库", "store"), ("township", "Z", "station", "服务站", "station"),
    ):  # fmt: skip
        for one in pack.areas_at(level, day):  # type: ignore[arg-type]
            place[one.code] = len(sites)
            above = place[one.parent or root.code]
            sites.append(
                PlannedSite(
                    f"{letter}{one.code}", one.code, kind, f"{one.name_zh}{zh}", f"{one.name_en} {en}", above, start
                )
            )
    length = CODE_LENGTH["township"]
    first, last = (day_number(one) for one in shares.rooms_open)
    rng = np.random.default_rng([city.seed, STREAM, 100])
    for village in villages_with_rooms(city, pack, shares):
        code = str(city.places.village_code[village])
        name = str(city.places.village_name[village])
        opened = int(rng.integers(first, last + 1))
        sites.append(
            PlannedSite(
                f"F{code}",
                code,
                "room",
                f"{name}流动人口服务室",
                f"Room for migrants {code}",
                place[code[:length]],
                opened,
            )
        )
    guidance = [one for one in pack.areas_at("county", day) if one.code in shares.county_stations]
    sites += [
        PlannedSite(
            f"Z{one.code}", one.code, "station", f"{one.name_zh}指导站", f"{one.name_en} guidance station",
            place[one.code], start,
        )
        for one in guidance
    ]  # fmt: skip
    return sites


def villages_with_rooms(city: City, pack: Pack, shares: SupplyShares) -> list[int]:
    """The villages where most migrants live: as many as the share of migrants says, one at least if any."""
    spells = city.spells
    rows = np.flatnonzero((spells["kind"] == LIVING) & (spells["end"] == NEVER) & (spells["area"] >= 0))
    rows = rows[is_migrant(city, pack, rows)]
    living = np.bincount(spells["area"][rows], minlength=len(city.places.weight))
    wanted = max(round(shares.rooms_per_migrant * len(rows)), min(1, len(rows)))
    busiest = np.argsort(-living, kind="stable")[:wanted]
    return sorted(int(one) for one in busiest if living[one])


def site_of_villages(city: City, sites: list[PlannedSite]) -> Numbers:
    """For each village the place of the site where its people go: the room, if it has one, else the station."""
    by_area = {one.area: at for at, one in enumerate(sites) if one.kind in ("station", "room")}
    length = CODE_LENGTH["township"]
    codes = [str(code) for code in city.places.village_code]
    return np.array([by_area.get(code, by_area[code[:length]]) for code in codes], np.int64)
