"""What is wrong in the files of a stock book that is to be taken over: each line with its place and remedy."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from shidai.core.queries import area as find_area
from shidai.registry.citypack import city_pack
from shidai.supply.hours import read_hours
from shidai.supply.models import Lot, Site, StockEntry
from shidai.words import Problem, ShidaiError, Text

Row = dict[str, str]
Placed = tuple[str, Row]
MOST = 20
MOST_UNITS = 2_000_000_000  # what a column of the database holds
Deed = StockEntry.Deed
_DEEDS = frozenset({*Deed.values} - {Deed.REVERSAL})
_CHANNELS = frozenset({"", "desk", "machine", "visit"})


def find_faults(
    listed: Sequence[Placed], rows: Sequence[Placed], people: dict[str, int], known_sites: Collection[str]
) -> list[Problem]:
    """The first faults of both files; none when the book may be taken."""
    codes = set(known_sites)
    faults: list[Problem] = []
    seen: set[str] = set()
    for place, row in listed:
        faults += _of_site(place, row, codes, seen)
        codes.add(row["code"])
        seen.add(row["code"])
    transfers = {row["key"] for _, row in rows if row["deed"] == Deed.TRANSFER}
    expiries = {(one.commodity, one.number): one.expires_on.isoformat() for one in Lot.objects.all()}
    for place, row in rows:
        faults += _of_row(place, row, codes, people, transfers, expiries)
        if len(faults) >= MOST:
            break
    faults = faults or [*_of_entries(rows), *_of_arrivals(rows)]
    return (faults or list(_below_nought(rows)))[:MOST]


_MEND = Text(zh="请改正。", en="Correct it.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_site(place: str, row: Row, codes: set[str], listed: Collection[str]) -> Iterator[Problem]:
    day = row["opened_on"]
    if row["code"] in listed or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", row["code"]):
        yield Problem(
            f"{place} / code",
            Text(
                zh=f"代码“{row['code']}”重复，或不是1至20个字母、数字、-、_。",
                en=f"The code '{row['code']}' stands twice, or isn't 1 to 20 letters, digits, - or _.",
            ),
            _MEND,
        )
    if find_area(row["area"], _day(day)) is None:
        yield Problem(
            f"{place} / area",
            Text(zh=f"没有代码为 {row['area']} 的地区。", en=f"There is no area {row['area']}."),
            _MEND,
        )
    if row["kind"] not in Site.Kind.values:
        kinds = ", ".join(Site.Kind.values)
        yield Problem(
            f"{place} / kind", Text(zh=f"没有站点类型 {row['kind']}。", en=f"There is no kind of site {row['kind']}."),
            Text(zh=f"可写：{kinds}。", en=f"There are: {kinds}."),
        )  # fmt: skip
    if row["supplier"] and row["supplier"] not in codes:
        yield Problem(
            f"{place} / supplier",
            Text(
                zh=f"供货点 {row['supplier']} 不在前面。", en=f"The supplier {row['supplier']} doesn't stand before it."
            ),
            Text(zh="请先列供货点。", en="List suppliers first."),
        )
    for name in ("opened_on", "closed_on"):
        if (row[name] or name == "opened_on") and _day(row[name]) is None:
            yield _no_day(place, name, row[name])
    yield from _of_pairs(place, row)
    try:
        read_hours(row["hours"])
        for name in ("latitude", "longitude"):
            Decimal(row[name] or "0")
    except ShidaiError as error:
        yield from (Problem(f"{place} / hours", one.what, one.mend) for one in error.problems)
    except InvalidOperation:
        yield Problem(f"{place} / latitude", Text(zh="经纬度不是数。", en="The place isn't a number."), _MEND)


def _of_pairs(place: str, row: Row) -> Iterator[Problem]:
    """Days and degrees of a site that don't fit each other."""
    opened, closed = _day(row["opened_on"]), _day(row["closed_on"])
    if opened and closed and closed <= opened:
        yield Problem(
            f"{place} / closed_on", Text(zh="停用日期须晚于开设日期。", en="It closes after it opens."), _MEND
        )
    if bool(row["latitude"]) != bool(row["longitude"]):
        yield Problem(
            f"{place} / longitude",
            Text(zh="经度和纬度要一起填写。", en="Latitude and longitude stand together."),
            _MEND,
        )


def _no_day(place: str, name: str, text: str) -> Problem:
    return Problem(
        f"{place} / {name}", Text(zh=f"“{text}”不是日期。", en=f"'{text}' is no day."),
        Text(zh="请写成 2006-03-01。", en="Write it like 2006-03-01."),
    )  # fmt: skip


def _of_row(
    place: str, row: Row, codes: set[str], people: dict[str, int], transfers: set[str],
    expiries: dict[tuple[str, str], str],
) -> Iterator[Problem]:  # fmt: skip
    if row["deed"] not in _DEEDS:
        named = ", ".join(sorted(_DEEDS))
        yield Problem(
            f"{place} / deed", Text(zh=f"没有事项 {row['deed']}。", en=f"There is no deed {row['deed']}."),
            Text(zh=f"可写：{named}。", en=f"There are: {named}."),
        )  # fmt: skip
    for name in ("day", "expires_on"):
        if _day(row[name]) is None:
            yield _no_day(place, name, row[name])
    if (on := _day(row["day"])) is not None and on > timezone.localdate():
        yield Problem(f"{place} / day", Text(zh=f"{on} 还没有到。", en=f"{on} lies in the future."), _MEND)
    for name in ("site", "other"):
        needed = name == "site" or row["deed"] == Deed.TRANSFER
        if (needed or row[name]) and row[name] not in codes:
            yield Problem(
                f"{place} / {name}", Text(zh=f"没有站点 {row[name]}。", en=f"There is no site {row[name]}."), _MEND
            )
    yield from _of_goods(place, row, expiries)
    if row["person_key"] and (row["person_key"] not in people or row["deed"] != Deed.HANDOUT):
        yield Problem(
            f"{place} / person_key",
            Text(zh=f"登记库里没有来自同一来源的 {row['person_key']}，或这不是发放。",
                 en=f"The register has nobody of this source with the key {row['person_key']}, or it is no hand-out."),
            Text(zh="请先导入人员。", en="Import the people first."),
        )  # fmt: skip
    if row["deed"] == Deed.ARRIVAL and row["arrives"] not in transfers:
        yield Problem(
            f"{place} / arrives",
            Text(zh=f"没有调拨 {row['arrives']}。", en=f"There is no transfer {row['arrives']}."),
            _MEND,
        )
    if row["channel"] not in _CHANNELS:
        yield Problem(
            f"{place} / channel",
            Text(zh="渠道应为 desk、machine 或 visit。", en="A channel is desk, machine or visit."),
            _MEND,
        )


def _of_goods(place: str, row: Row, expiries: dict[tuple[str, str], str]) -> Iterator[Problem]:
    on = _day(row["day"])
    if on is not None and row["commodity"] not in city_pack().in_force(on).commodities:
        yield Problem(
            f"{place} / commodity",
            Text(
                zh=f"政策包当日没有药具 {row['commodity']}。",
                en=f"The pack has no commodity {row['commodity']} on the day.",
            ),
            Text(zh="请核对政策包。", en="Check the pack."),
        )
    digits = row["quantity"].removeprefix("-" if row["deed"] == Deed.COUNT else "")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) <= MOST_UNITS):
        yield Problem(
            f"{place} / quantity",
            Text(zh=f"数量“{row['quantity']}”不对。", en=f"'{row['quantity']}' is no quantity."),
            _MEND,
        )
    if not 0 < len(row["lot"]) <= 20:
        yield Problem(
            f"{place} / lot", Text(zh="批号须有1至20个字。", en="A lot number has 1 to 20 characters."), _MEND
        )
    known = expiries.setdefault((row["commodity"], row["lot"]), row["expires_on"])
    if known != row["expires_on"]:
        yield Problem(
            f"{place} / expires_on",
            Text(zh=f"批号 {row['lot']} 前面写作 {known}。", en=f"The lot {row['lot']} stands before with {known}."),
            Text(zh="同一批号只有一个有效期。", en="A lot has one day of expiry."),
        )
    if row["deed"] == Deed.HANDOUT and row["expires_on"] < row["day"]:
        yield Problem(f"{place} / lot", Text(zh="发放了过期的批号。", en="An expired lot was handed out."), _MEND)
    if row["deed"] == Deed.LOSS and not row["reason"].strip():
        yield Problem(f"{place} / reason", Text(zh="损耗没有写明原因。", en="A loss without its reason."), _MEND)


_OF_ENTRY = ("deed", "site", "other", "day", "person_key", "channel", "reason", "arrives")


def _of_entries(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Rows of one key that differ in what an entry has once: only their lots and quantities may."""
    first: dict[str, Row] = {}
    for place, row in rows:
        known = first.setdefault(row["key"], row)
        wrong = [name for name in _OF_ENTRY if known[name] != row[name]]
        if wrong or not row["key"]:
            yield Problem(
                f"{place} / {wrong[0] if wrong else 'key'}",
                Text(
                    zh=f"记录“{row['key']}”的各行只能批号和数量不同。",
                    en=f"The rows of the entry '{row['key']}' differ in more than lot and quantity.",
                ),
                Text(zh="另一笔记录请用另一个 key。", en="Another entry has another key."),
            )


def _of_arrivals(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Arrivals that aren't the whole of their transfer, at the site that it went to, once."""
    lots: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for _, row in rows:
        lots[row["key"]][row["commodity"], row["lot"]] += int(row["quantity"])
    sent = {row["key"]: row for _, row in rows if row["deed"] == Deed.TRANSFER}
    came: dict[str, str] = {}
    for place, row in rows:
        if row["deed"] != Deed.ARRIVAL:
            continue
        of = sent[row["arrives"]]
        twice = came.setdefault(row["arrives"], row["key"]) != row["key"]
        if twice or of["other"] != row["site"] or row["day"] < of["day"] or lots[row["key"]] != lots[of["key"]]:
            yield Problem(
                f"{place} / arrives",
                Text(
                    zh=f"与调拨 {row['arrives']} 的去向、日期或数量不符，或已到货。",
                    en=f"It isn't where, when or what the transfer {row['arrives']} sent, or that has come already.",
                ),
                Text(
                    zh="先按发出数到货，短缺的另写一笔损耗。",
                    en="What was sent arrives whole; what was missing is a loss of its own.",
                ),
            )


_IN = frozenset[str]({Deed.RECEIPT, Deed.COUNT, Deed.ARRIVAL})
_ORDER: dict[str, int] = {Deed.RECEIPT: 0, Deed.TRANSFER: 1, Deed.ARRIVAL: 2}


def _below_nought(rows: Sequence[Placed]) -> Iterator[Problem]:
    """Rows by which a shelf, or what is under way, falls below nought; of one day, what comes stands first."""
    levels: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for place, row in sorted(rows, key=lambda one: (one[1]["day"], _ORDER.get(one[1]["deed"], 3))):
        quantity, site = int(row["quantity"]), row["site"]
        moves = [(f"site:{site}", quantity if row["deed"] in _IN else -quantity)]
        if row["deed"] == Deed.TRANSFER:
            moves.append((f"transit:{row['other']}", quantity))
        if row["deed"] == Deed.ARRIVAL:
            moves.append((f"transit:{site}", -quantity))
        for account, units in moves:
            key = (account, row["commodity"], row["lot"])
            levels[key] += units
            if levels[key] < 0:
                yield Problem(
                    place,
                    Text(zh=f"到这一行，{account} 的批号 {row['lot']} 成了 {levels[key]}。",
                         en=f"By this row the lot {row['lot']} in {account} comes to {levels[key]}."),
                    Text(zh="请核对先后和数量：没有的东西发不出去。", en="Check order and quantities."),
                )  # fmt: skip
                levels[key] = 0
