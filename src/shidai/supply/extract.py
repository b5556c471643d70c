"""What supply contributes to the record tables: hand-outs, movements and sites, without names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.db.models.functions import Coalesce

from shidai.core.access import within
from shidai.core.tree import OUTSIDE
from shidai.indicators.records import RecordWriter
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.registry.following import Following
from shidai.registry.roomrows import AT_ONCE, Row, write_rows
from shidai.supply.ledger import PEOPLE
from shidai.supply.models import Movement, Site, StockEntry

MOVEMENTS = {"record_id": "movement", "person_id": "person"}
SITES = {"record_id": "site"}
"""Of which kind the pseudonym of a column is."""
_TAKER = Coalesce("entry__person__merged_into", "entry__person")  # under the record that was kept


def contribute(writer: RecordWriter, partition: str, following: Following) -> dict[str, int]:
    """Write a county's hand-outs, movements and sites up to the cut-off. Rows by table."""
    areas = _Areas(following)
    return {
        "dispensing": write_rows(writer, "dispensing", partition, _handouts(partition, following, areas), MOVEMENTS),
        "stock": write_rows(writer, "stock", partition, _movements(partition, following, areas), MOVEMENTS),
        "site": write_rows(writer, "site", partition, _sites(partition, following, areas), SITES),
    }


class _Areas(dict[str, str]):
    """The area of today for that of a site."""

    def __init__(self, following: Following) -> None:
        self.following = following

    def __missing__(self, area: str) -> str:
        self[area] = self.following.heirs.holder(area, self.following.cutoff) or area
        return self[area]


def _here(partition: str, following: Following, field: str) -> Q:
    """The sites of a county; what belongs to the city as a whole is with the outside."""
    if partition == OUTSIDE:
        return ~within((following.city,), field) | Q(**{field: following.city})
    return within(following.sources(partition), field)


def _is_of(area: str, partition: str) -> bool:
    return partition == OUTSIDE or area.startswith(partition)


def _handouts(partition: str, following: Following, areas: _Areas) -> Iterator[Row]:
    rows = (
        Movement.objects.filter(_here(partition, following, "entry__site__area"), entry__day__lte=following.cutoff)
        .filter(entry__deed=StockEntry.Deed.HANDOUT, entry__reversal=None, target=PEOPLE)
        .order_by("pk")
        .values_list("pk", _TAKER, "entry__site__area", "entry__site__code", "entry__day", "entry__channel",
                     "lot__commodity", "quantity")
    )  # fmt: skip
    commodities = _Commodities()
    for pk, person, area, site, day, channel, commodity, quantity in rows.iterator(chunk_size=AT_ONCE):
        chosen = commodities.on(commodity, day)
        if _is_of(areas[area], partition):
            yield {
                "record_id": pk, "person_id": person, "area": areas[area],
                "day": day, "kind": commodity, "quantity": quantity, "method": chosen.method if chosen else None,
                "couple_years": chosen.couple_years(quantity) if chosen else 0.0, "site": site, "channel": channel,
            }  # fmt: skip


class _Commodities:
    """The pack's commodities as they were on a day; None for one that the pack no longer has."""

    def __init__(self) -> None:
        self.versions: dict[str, list[Commodity]] = {}
        for one in city_pack().all_commodities:
            self.versions.setdefault(one.id, []).append(one)

    def on(self, commodity: str, day: date) -> Commodity | None:
        return next((one for one in self.versions.get(commodity, ()) if one.in_force(day)), None)


def _movements(partition: str, following: Following, areas: _Areas) -> Iterator[Row]:
    rows = (
        Movement.objects.filter(_here(partition, following, "entry__site__area"), entry__day__lte=following.cutoff)
        .order_by("pk")
        .values_list("pk", "entry__site__area", "entry__day", "entry__deed", "lot__commodity", "lot__number",
                     "lot__expires_on", "quantity", "source", "target")
    )  # fmt: skip
    for pk, area, day, deed, commodity, lot, expires_on, quantity, source, target in rows.iterator(chunk_size=AT_ONCE):
        if _is_of(areas[area], partition):
            yield {
                "record_id": pk, "person_id": None, "area": areas[area], "day": day, "kind": commodity,
                "quantity": quantity, "deed": deed, "source": source, "target": target, "lot": lot,
                "expires_on": expires_on,
            }  # fmt: skip


def _sites(partition: str, following: Following, areas: _Areas) -> Iterator[Row]:
    found = Site.objects.filter(_here(partition, following, "area"), opened_on__lte=following.cutoff).order_by("pk")
    for one in found:
        if _is_of(areas[one.area], partition):
            yield {
                "record_id": one.pk, "code": one.code, "area": areas[one.area], "kind": one.kind,
                "start_date": one.opened_on, "end_date": one.closed_on,
            }  # fmt: skip
