"""Takes over the sites and the stock book of another system, from two files: all lines or none, each only once.

sites.csv: code, area, kind, name_zh, name_en, supplier, hours, opened_on, closed_on, latitude, longitude.
stock.csv, one row a lot of an entry: key (of the entry), deed, site, other (where a transfer goes), day, person_key
(of a hand-out with a name), channel, commodity, lot, expires_on, quantity (of a count: the difference, below nought for
what is missing), reason, arrives (the key of the transfer that came). Persons are those of the same source's import.
The book is checked day by day before it is taken: no account may fall below nought at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.db.models import F

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.actions import mark_changed
from shidai.registry.queries import records_of
from shidai.registry.rosterrows import read_rows
from shidai.supply import refusals
from shidai.supply.finding import lot_number
from shidai.supply.hours import read_hours
from shidai.supply.ledger import COUNTED, EXPIRED, LOST, OUTSIDE, PEOPLE, SUPPLIER, partition_of, shelf_of, transit_to
from shidai.supply.models import Balance, Lot, Movement, Site, StockEntry
from shidai.supply.rosterfaults import find_faults
from shidai.words import ShidaiError, problem

SITES = ("code", "area", "kind", "name_zh", "name_en", "supplier", "hours", "opened_on", "closed_on", "latitude",
         "longitude")  # fmt: skip
STOCK = ("key", "deed", "site", "other", "day", "person_key", "channel", "commodity", "lot", "expires_on", "quantity",
         "reason", "arrives")  # fmt: skip
_AT_ONCE = 2000
Deed = StockEntry.Deed
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many sites and entries were new, and how many entries were known."""

    sites: int
    new: int
    known: int


@transaction.atomic
def take_book(*, by: Scope, source: str, folder: Path) -> Taken:
    """Take both files over. Raises ShidaiError with the lines at fault (the first twenty); then nothing is taken."""
    require(by, "supply.approve")
    listed = list(_read(folder / "sites.csv", SITES))
    rows = [(place, row | {"lot": lot_number(row["lot"] or "")}) for place, row in _read(folder / "stock.csv", STOCK)]
    people = records_of(by, source, "person", {row["person_key"] for _, row in rows if row["person_key"]})
    known_sites = set(Site.objects.values_list("code", flat=True))
    faults = find_faults(listed, rows, people, known_sites)
    if faults:
        raise ShidaiError(faults)
    opened = _open_sites(row for _, row in listed if row["code"] not in known_sites)
    sites = {one.code: one for one in Site.objects.all()}
    keys = list(dict.fromkeys(row["key"] for _, row in rows))
    ids = {key: entry_id(source, key) for key in keys}
    known = set(StockEntry.objects.values_list("uuid", flat=True)) if StockEntry.objects.exists() else set()
    fresh = [row for _, row in rows if ids[row["key"]] not in known]
    entries = _write_entries(by, fresh, ids, sites, people)
    _write_movements(fresh, entries, sites)
    mark_changed({partition_of(sites[row["site"]].area) for row in fresh})
    audit.record(by, "supply.take", f"source:{source}", sites=opened, entries=len(entries))
    return Taken(opened, len(entries), len(keys) - len(entries))


def entry_id(source: str, key: str) -> UUID:
    """The id of an entry of a source: the same file taken twice is taken once."""
    return uuid5(NAMESPACE_URL, f"stock:{source}:{key}")


def _read(file: Path, columns: Sequence[str]) -> Iterator[tuple[str, Row]]:
    if not file.exists():
        raise ShidaiError(
            problem(
                file.name, zh="没有这个文件。", en="There is no such file.",
                mend_zh="目录里要有 sites.csv 和 stock.csv。", mend_en="The folder holds sites.csv and stock.csv.",
            )
        )  # fmt: skip
    for place, row in read_rows(file, columns):
        yield place, {name: (row[name] or "").strip() for name in columns}


def _open_sites(rows: Iterator[Row]) -> int:
    """Sites in the order of the file, in which a supplier stands before whom it supplies."""
    count = 0
    for row in rows:
        supplier = Site.objects.get(code=row["supplier"]) if row["supplier"] else None
        Site.objects.create(
            code=row["code"], area=row["area"], kind=row["kind"], name_zh=row["name_zh"], name_en=row["name_en"],
            supplier=supplier, opens=read_hours(row["hours"]), opened_on=date.fromisoformat(row["opened_on"]),
            closed_on=date.fromisoformat(row["closed_on"]) if row["closed_on"] else None,
            latitude=row["latitude"] or None, longitude=row["longitude"] or None,
        )  # fmt: skip
        count += 1
    return count


def _write_entries(
    by: Scope, rows: list[Row], ids: dict[str, UUID], sites: dict[str, Site], people: dict[str, int]
) -> dict[str, StockEntry]:
    """The entries by key; arrivals after what they are of."""
    made: dict[str, StockEntry] = {}
    for arrivals in (False, True):
        batch: dict[str, StockEntry] = {}
        for row in rows:
            if (row["deed"] == Deed.ARRIVAL) != arrivals or row["key"] in batch:
                continue
            more: dict[str, Any] = {}
            if arrivals:
                sent = made.get(row["arrives"])
                more["arrives"] = sent or StockEntry.objects.get(uuid=ids[row["arrives"]])
            batch[row["key"]] = StockEntry(
                uuid=ids[row["key"]], by=by.username, deed=row["deed"], site=sites[row["site"]],
                other=sites[row["other"]] if row["other"] else None, day=date.fromisoformat(row["day"]),
                person_id=people[row["person_key"]] if row["person_key"] else None, channel=row["channel"],
                reason=row["reason"], **more,
            )  # fmt: skip
        StockEntry.objects.bulk_create(batch.values(), batch_size=_AT_ONCE)
        made |= batch
    return made


def _write_movements(rows: list[Row], entries: dict[str, StockEntry], sites: dict[str, Site]) -> None:
    lots = {(one.commodity, one.number): one for one in Lot.objects.all()}
    movements, changes = [], defaultdict[tuple[str, str, int], int](int)
    for row in rows:
        key = (row["commodity"], row["lot"])
        if key not in lots:
            expires_on = date.fromisoformat(row["expires_on"])
            lots[key] = Lot.objects.create(commodity=key[0], number=key[1], expires_on=expires_on)
        source, target = accounts_of(row, sites)
        quantity = abs(int(row["quantity"]))
        movements.append(
            Movement(entry=entries[row["key"]], lot=lots[key], source=source, target=target, quantity=quantity)
        )
        for account, sign in ((source, -1), (target, 1)):
            if account not in OUTSIDE:
                changes[account, account.partition(":")[2], lots[key].pk] += sign * quantity
    Movement.objects.bulk_create(movements, batch_size=_AT_ONCE)
    _carry(changes, sites)


def _carry(changes: dict[tuple[str, str, int], int], sites: dict[str, Site]) -> None:
    known = {
        (account, lot): held for account, lot, held in Balance.objects.values_list("account", "lot_id", "quantity")
    }
    for (account, _, lot), change in sorted(changes.items()):
        if known.get((account, lot), 0) + change < 0:
            raise refusals.too_little_of(Lot.objects.get(pk=lot), known.get((account, lot), 0))
    fresh = [
        Balance(account=account, site=sites[code], lot_id=lot, quantity=change)
        for (account, code, lot), change in sorted(changes.items()) if (account, lot) not in known
    ]  # fmt: skip
    Balance.objects.bulk_create(fresh, batch_size=_AT_ONCE)
    for (account, _, lot), change in sorted(changes.items()):
        if (account, lot) in known and change:
            Balance.objects.filter(account=account, lot=lot).update(quantity=F("quantity") + change)


def accounts_of(row: Row, sites: dict[str, Site]) -> tuple[str, str]:
    """From which account to which a row's units go."""
    shelf = shelf_of(sites[row["site"]])
    match row["deed"]:
        case Deed.RECEIPT:
            return SUPPLIER, shelf
        case Deed.TRANSFER:
            return shelf, transit_to(sites[row["other"]])
        case Deed.ARRIVAL:
            return transit_to(sites[row["site"]]), shelf
        case Deed.HANDOUT:
            return shelf, PEOPLE
        case Deed.COUNT:
            return (COUNTED, shelf) if int(row["quantity"]) > 0 else (shelf, COUNTED)
        case other:
            return shelf, LOST if other == Deed.LOSS else EXPIRED
