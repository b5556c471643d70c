"""What is recorded at a site by who keeps its stock: goods that come, go, arrive, are counted, lost, written off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.core.access import require
from shidai.core.request import StaffRequest
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.supply import actions
from shidai.supply.actions.moving import book_mark
from shidai.supply.forms import (
    ArrivalForm,
    CountForm,
    LossForm,
    ReasonForm,
    ReceiptForm,
    SendForm,
    SurplusForm,
    WriteOffForm,
)
from shidai.supply.ledger import shelf_of, usable_at
from shidai.supply.models import Balance, Site
from shidai.supply.queries import lots_at, sites_of
from shidai.supply.queries.waiting import find_entry_in, find_transfer
from shidai.supply.standing import OnShelf
from shidai.supply.views.scanning import with_camera
from shidai.supply.views.showing import commodities, done, find_or_404, in_force, site_url, title_of, today
from shidai.supply.wording import DEEDS, SURPLUS, TASKS, say_units
from shidai.words import Text

_PackForm = TypeVar("_PackForm", ReceiptForm, SurplusForm)


_EMPTY = Text(
    zh="货架上还没有东西。实物有而账上没有的，请登记盘盈；新到的请登记入库。",
    en="The book has nothing on this shelf. Record what you find there as a surplus, what is delivered as received.",
)
_NOTHING_USABLE = Text(
    zh="货架上没有可以调拨的药具：过期、召回的不能调拨，请报废。",
    en="Nothing on the shelf can be sent: expired and recalled lots are written off instead.",
)
_NOTHING_TO_WRITE_OFF = Text(
    zh="这里没有过期或召回的批号。破损、丢失请登记损耗。",
    en="Nothing here has expired or was recalled. Record what broke or is missing as a loss.",
)


def _show_nothing(request: StaffRequest, site: Site, title: Text, why: Text) -> HttpResponse:
    """The page of a form that has nothing to work on."""
    return render(
        request, "supply/nothing.html", {"title": title, "site": site.text, "back": site_url(site), "why": why}
    )


def _name_lots(lots: Sequence[OnShelf]) -> dict[Any, Text]:
    """What a list calls each lot: commodity, number and how much the book has."""
    return {
        f"{one.lot.commodity}/{one.lot.number}": Text(zh="{what} {lot}（{units}）", en="{what} {lot} ({units})").filled(
            what=title_of(one.lot.commodity), lot=one.lot.number,
            units=say_units(commodities().get(one.lot.commodity), one.quantity),
        )
        for one in lots
    }  # fmt: skip


def _of_pack(request: StaffRequest, kind: type[_PackForm]) -> _PackForm:
    """The form of a pack's units; after a scan alone it asks for what the code doesn't say."""
    about: dict[str, Any] = {"commodities": list(in_force().values()), "today": records_day()}
    form = kind(request.POST or None, **about, initial=today())
    if not form.only_scanned:
        return form
    asked = kind(None, **about, initial=form.filled())
    asked.fields["code"].widget.attrs.pop("autofocus")
    asked.fields["quantity"].widget.attrs["autofocus"] = True
    return asked


@with_camera
def receive(request: StaffRequest, code: str) -> HttpResponse:
    """Goods come in."""
    found = find_or_404(request, code, "supply.keep")
    form = _of_pack(request, ReceiptForm)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        line = actions.Received(given["commodity"], given["lot"], given["expires_on"], given["quantity"], given["gtin"])
        made = form.record(
            actions.receive, by=request.scope, site=code, lines=[line], day=given["day"], reference=given["reference"],
            id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(line.commodity, line.quantity), site_url(found))
    return show_form(request, form, TASKS["receive"], site_url(found), lead=found.text)


def _told(commodity: str, units: int) -> Text:
    return Text(zh="{what}{units}", en="{what}, {units}").filled(
        what=title_of(commodity), units=say_units(commodities().get(commodity), units)
    )


def send(request: StaffRequest, code: str) -> HttpResponse:
    """Goods go to another site."""
    found = find_or_404(request, code, "supply.keep")
    above = found.supplier  # to whom goods go back, in the writer's areas or not
    near = [one for one in sites_of(request.scope, "", records_day()) if one not in (found, above)]
    usable = usable_at(found, records_day())
    others = near if above is None else [above, *near]
    chosen = [one for one in in_force().values() if usable.get(one.id)]
    if not chosen and request.method == "GET":
        return _show_nothing(request, found, TASKS["send"], _NOTHING_USABLE)
    form = SendForm(request.POST or None, sites=others, commodities=chosen, initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.send, by=request.scope, site=code, to=given["to"],
            quantities={given["commodity"]: given["quantity"]}, day=given["day"], reference=given["reference"],
            id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(given["commodity"], given["quantity"]), site_url(found))
    return show_form(request, form, TASKS["send"], site_url(found), lead=found.text)


def arrival(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What was sent has come."""
    require(request.scope, "supply.keep")
    sent = find_transfer(request.scope, uuid)
    if sent is None or sent.other is None:
        raise Http404
    lots = {
        one.lot_id: (
            Text(zh="{t}（{n}，发出{u}）", en="{t} ({n}; {u} sent)").filled(
                t=title_of(one.lot.commodity),
                n=one.lot.number,
                u=say_units(commodities().get(one.lot.commodity), one.quantity),
            ),
            one.quantity,
        )
        for one in sent.movements.select_related("lot")
    }
    form = ArrivalForm(request.POST or None, lots=lots, initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.record_arrival, by=request.scope, transfer=uuid, received=form.counted, reason=given["reason"],
            day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, DEEDS["arrival"], site_url(sent.other))
    return show_form(request, form, TASKS["arrival"], site_url(sent.other), lead=sent.other.text)


def count(request: StaffRequest, code: str) -> HttpResponse:
    """A stock-take: the page shows the lots, not what the book has of them."""
    found = find_or_404(request, code, "supply.keep")
    held = lots_at(request.scope, found, records_day())
    lots = {
        one.lot.pk: Text(zh="{t}（{n}，有效期至 {e}）", en="{t} ({n}, expires {e})").filled(
            t=title_of(one.lot.commodity), n=one.lot.number, e=say_date(one.lot.expires_on)
        )
        for one in held
    }
    if not lots and request.method == "GET":
        return _show_nothing(request, found, TASKS["count"], _EMPTY)
    mark = book_mark(list(Balance.objects.filter(account=shelf_of(found))))
    form = CountForm(request.POST or None, lots=lots, initial={"mark": mark, **today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.count_stock, by=request.scope, site=code, counted=form.counted, mark=given["mark"],
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, DEEDS["count"], site_url(found))
        form.data = {**request.POST.dict(), "mark": mark}  # what was typed is checked against the new book
    will = Text(
        zh="请数货架上的实物；账面数量有意不显示。货架上有、这里没有列出的批号，请先登记盘盈。",
        en="Count what is on the shelf; what the book has isn't shown, on purpose. Record a lot that isn't listed here "
        "as a surplus first.",
    )
    return show_form(request, form, TASKS["count"], site_url(found), lead=found.text, will=will)


@with_camera
def surplus(request: StaffRequest, code: str) -> HttpResponse:
    """Units on the shelf of which the book has none."""
    found = find_or_404(request, code, "supply.keep")
    form = _of_pack(request, SurplusForm)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        line = actions.Received(given["commodity"], given["lot"], given["expires_on"], given["quantity"], given["gtin"])
        made = form.record(
            actions.record_surplus, by=request.scope, site=code, line=line, reason=given["reason"], day=given["day"],
            id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(line.commodity, line.quantity), site_url(found))
    will = Text(
        zh="货架上有、账面没有的批号在这里登记；账面已有的批号请盘点。过期或召回的也可登记，然后报废。",
        en="For a lot that is on the shelf and not on the book; a lot on the book is counted. An expired or recalled "
        "one is entered too, and then written off.",
    )
    return show_form(request, form, SURPLUS, site_url(found), lead=found.text, will=will)


def loss(request: StaffRequest, code: str) -> HttpResponse:
    """Something broke or is missing."""
    found = find_or_404(request, code, "supply.keep")
    lots = lots_at(request.scope, found, records_day())
    if not lots and request.method == "GET":
        return _show_nothing(request, found, TASKS["loss"], _EMPTY)
    form = LossForm(request.POST or None, lots=_name_lots(lots), initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        commodity, _, lot = given["lot"].partition("/")
        made = form.record(
            actions.record_loss, by=request.scope, site=code, commodity=commodity, lot=lot, quantity=given["quantity"],
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, _told(commodity, given["quantity"]), site_url(found))
    return show_form(request, form, TASKS["loss"], site_url(found), lead=found.text)


def write_off(request: StaffRequest, code: str) -> HttpResponse:
    """Expired and recalled lots leave the shelf."""
    found = find_or_404(request, code, "supply.keep")
    lots = [one for one in lots_at(request.scope, found, records_day()) if one.expired or one.recalled]
    if not lots and request.method == "GET":
        return _show_nothing(request, found, TASKS["write-off"], _NOTHING_TO_WRITE_OFF)
    form = WriteOffForm(request.POST or None, lots=_name_lots(lots), initial=today())
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        commodity, _, lot = given["lot"].partition("/")
        made = form.record(
            actions.write_off, by=request.scope, site=code, commodity=commodity, lot=lot, day=given["day"],
            reason=given["reason"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, title_of(commodity), site_url(found))
    return show_form(request, form, TASKS["write-off"], site_url(found), lead=found.text)


def reverse(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """An entry that was typed wrongly is taken back, with its reason."""
    entry = find_entry_in(request.scope, uuid)
    if entry is None:
        raise Http404
    form = ReasonForm(request.POST or None, initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.reverse_entry,
            by=request.scope,
            entry=uuid,
            reason=given["reason"],
            day=given["day"],
            id=given["id"],
        )
        if made is not None:
            return done(request, DEEDS["reversal"], site_url(entry.site))
    moved = [_told(one.lot.commodity, one.quantity) for one in entry.movements.select_related("lot")]
    what, told = "、".join(one.zh for one in moved), "; ".join(one.en for one in moved)
    will = Text(
        zh=f"将冲销这笔“{DEEDS[entry.deed].zh}”：{what}。原记录仍在账上。",
        en=f"This takes back the {DEEDS[entry.deed].en} of {told}. The entry stays in the book.",
    )
    return show_form(
        request, form, TASKS["reverse"], site_url(entry.site), lead=entry.site.text, will=will,
        submit=TASKS["reverse"],
    )  # fmt: skip
