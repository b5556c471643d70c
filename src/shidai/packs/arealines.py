"""The area tree as a whole: one root, parents that exist, codes and positions once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from shidai.packs.parts import Part, Parts
from shidai.packs.schema.area import PackArea
from shidai.packs.unknown import unknown
from shidai.words import Problem, problem


def check_areas(parts: Parts) -> Iterator[Problem]:
    if not parts.areas or "area" in parts.unread:
        return
    by_code: dict[str, list[Part[PackArea]]] = {}
    for part in parts.areas:
        by_code.setdefault(part.thing.code, []).append(part)
    yield from _check_root(parts)
    yield from _check_codes_once(by_code)
    yield from _check_positions_once(parts.areas)
    for part in parts.areas:
        yield from _check_relatives(part, by_code, parts.unread)
    yield from _check_one_place(parts, by_code)
    yield from _check_map(parts)


def _check_root(parts: Parts) -> Iterator[Problem]:
    if parts.header is None:
        return
    city = parts.header.thing.city
    roots = [part for part in parts.areas if part.thing.level == "city"]
    if city not in {part.thing.code for part in roots}:
        yield problem(
            parts.header.where("city"),
            zh=f"areas.csv 中没有城市 {city}。",
            en=f"areas.csv has no city {city}.",
            mend_zh="请补上这一行，或改正 city。",
            mend_en="Add its row, or correct city.",
        )
    for part in roots:
        if part.thing.code != city:
            yield problem(
                part.where(),
                zh=f"{part.thing.code} 是第二个城市；本政策包的城市是 {city}。",
                en=f"{part.thing.code} is a second city; this pack's city is {city}.",
                mend_zh="一个政策包只有一个城市：请改级别或删去。",
                mend_en="A pack has one city: change the level or remove the row.",
            )


def _check_codes_once(by_code: dict[str, list[Part[PackArea]]]) -> Iterator[Problem]:
    for code, same in by_code.items():
        in_order = sorted(same, key=lambda part: part.thing.start_date)
        for earlier, later in pairwise(in_order):
            end = earlier.thing.end_date
            if end is None or end > later.thing.start_date:
                yield problem(
                    later.where(),
                    zh=f"代码 {code} 已在 {earlier.where()} 使用，有效期重叠。",
                    en=f"Code {code} stands at {earlier.where()} already, valid on the same days.",
                    mend_zh="请改代码，或给较早的一行写 end_date。",
                    mend_en="Change the code, or give the earlier row an end_date.",
                )


def _check_positions_once(areas: list[Part[PackArea]]) -> Iterator[Problem]:
    seen: dict[int, Part[PackArea]] = {}
    for part in areas:
        first = seen.setdefault(part.thing.position, part)
        if first is not part and first.thing.code != part.thing.code:
            yield problem(
                part.where(),
                zh=f"顺序号 {part.thing.position} 已在 {first.where()} 用过。",
                en=f"Position {part.thing.position} stands at {first.where()} already.",
                mend_zh="请换一个顺序号。",
                mend_en="Give another position.",
            )


def _check_relatives(
    part: Part[PackArea], by_code: dict[str, list[Part[PackArea]]], unread: frozenset[str]
) -> Iterator[Problem]:
    area = part.thing
    if area.parent is not None and area.parent not in unread and not _covered(area, by_code.get(area.parent, [])):
        yield problem(
            part.where(),
            zh=f"{area.code} {area.name_zh} 的上级 {area.parent} 不存在，或当时无效。",
            en=f"{area.code} {area.name_en} names the parent {area.parent}: unknown, or not valid then.",
            mend_zh="请补上上级的一行，或改正 parent 与日期。",
            mend_en="Add the parent's row, or correct parent and dates.",
        )
    if area.successor is not None and area.successor not in by_code and area.successor not in unread:
        yield problem(
            part.where(),
            zh=f"{area.code} 的后继 {area.successor} 不存在。",
            en=f"{area.code} names the successor {area.successor}, which does not exist.",
            mend_zh="请补上后继的一行，或改正 successor。",
            mend_en="Add the successor's row, or correct successor.",
        )


def _covered(area: PackArea, above: list[Part[PackArea]]) -> bool:
    """Whether the units above are valid on the area's first day and, together, to its last."""
    return any(part.thing.valid_on(area.start_date) for part in above)


def _check_one_place(parts: Parts, by_code: dict[str, list[Part[PackArea]]]) -> Iterator[Problem]:
    if parts.header is None:
        return
    for at, code in enumerate(parts.header.thing.migrant.one_place):
        if not any(part.thing.level == "county" for part in by_code.get(code, [])):
            yield problem(
                parts.header.where("migrant", "one_place", at),
                zh=f"one_place 中的 {code} 不是本政策包的县区。",
                en=f"{code} in one_place is not a county of this pack.",
                mend_zh="请改正代码，或在 areas.csv 补上这个县区。",
                mend_en="Correct the code, or add the county to areas.csv.",
            )


def _check_map(parts: Parts) -> Iterator[Problem]:
    """Every county of the pack's time has a square, and every square is a county's."""
    if parts.header is None or parts.header.thing.map is None:
        return
    header = parts.header.thing
    counties = {part.thing.code: part.thing for part in parts.areas if part.thing.level == "county"}
    placed = [tile.area for tile in parts.header.thing.map.tile]
    for at, code in enumerate(placed):
        if code not in counties and code not in parts.unread:
            yield unknown(parts.header.where("map", "tile", at, "area"), "县（市、区）", "county", code, counties)
    for code, area in counties.items():
        if code not in placed and area.valid_on(header.last_day):
            yield problem(
                parts.header.where("map", "tile"),
                zh=f"{code} {area.name_zh} 在地图上没有格子。",
                en=f"{code} {area.name_en} has no square on the map.",
                mend_zh="请为它写一个 tile，或删去 [map]。",
                mend_en="Give it a tile, or leave [map] out.",
            )
