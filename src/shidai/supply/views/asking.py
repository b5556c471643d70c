"""Requisitions, and recalls of a lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core import queries as core
from shidai.core.access import NoAccess, require
from shidai.core.request import StaffRequest
from shidai.packs.schema.commodity import Commodity
from shidai.registry.citypack import city_pack
from shidai.registry.formpage import show_form
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.supply import actions
from shidai.supply.forms import ApproveForm, DatedForm, LiftForm, ReasonForm, RecallForm, RequestForm, SharesForm
from shidai.supply.queries import Asked, RecallPage, Share, SitePage, recall_page, requisitions, shortages, site_page
from shidai.supply.queries.waiting import find_requisition, is_own_step
from shidai.supply.views.showing import (
    commodities,
    done,
    find_or_404,
    in_force,
    lift_url,
    lot_url,
    site_line,
    site_url,
    title_of,
    today,
)
from shidai.supply.wording import LIFTED, RECALLED, STEPS, WAITING, say_units
from shidai.words import ShidaiError, Text

_TITLE = Text(zh="请领", en="Requisition")
ACTS = {
    "approve": Text(zh="批准请领", en="Approve the requisition"),
    "refuse": Text(zh="不批准", en="Refuse it"),
    "withdraw": Text(zh="撤回请领", en="Withdraw it"),
    "send": Text(zh="按批准数发货", en="Send what was approved"),
}


_SUBMITS = {
    "refuse": Text(zh="不批准", en="Refuse"),
    "withdraw": Text(zh="撤回", en="Withdraw"),
    "send": Text(zh="发货", en="Send"),
}
_TOO_LITTLE = Text(
    zh="供货点的库存不够发出批准的数量。请先入库，或请审批人减少批准数。",
    en="The supplier hasn't enough for what was approved. Receive goods first, or have less approved.",
)


def asked(request: StaffRequest) -> HttpResponse:
    """The requisitions of the area: those that wait, oldest first, and those that ended."""
    area = request.place.area
    require(request.scope, "supply.read", area.code)
    waiting = requisitions(request.scope, area.code)
    suppliers = {one.requisition.supplier_id: one.requisition.supplier for one in waiting if one.may_decide}
    short = shortages(request.scope, list(suppliers.values()), records_day())
    return render(request, "supply/requisitions.html", {
        "waiting": _rows(waiting), "short": [
            {"site": one.site.text, "title": one.commodity.title, "has": say_units(one.commodity, one.available),
             "asked": say_units(one.commodity, one.asked),
             "url": f"{site_url(one.site)}allot/{one.commodity.id}/" if one.available else ""} for one in short
        ],
        "ended": _rows(requisitions(request.scope, area.code, ended=True)),
    })  # fmt: skip


def _rows(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    names = core.staff_names(one.requisition.by for one in asked)
    return [_row(one, names[one.requisition.by]) for one in asked]


def _row(one: Asked, by: str) -> dict[str, Any]:
    asked, commodity = one.requisition, commodities().get(one.requisition.commodity)
    step = one.ended or one.approved
    return {
        "day": say_date(asked.day),
        "site": site_line(asked.site),
        "supplier": asked.supplier.text,
        "title": title_of(asked.commodity),
        "quantity": say_units(commodity, asked.quantity),
        "proposed": say_units(commodity, asked.proposed),
        "approved": say_units(commodity, one.approved.quantity) if one.approved is not None else None,
        "at_supplier": say_units(commodity, one.at_supplier),
        "reason": asked.reason,
        "note": step.reason if step is not None else "",
        "state": STEPS[step.deed] if step is not None else WAITING,
        "by": by,
        "acts": [
            {"title": ACTS[act], "url": f"/supply/requisitions/{asked.uuid}/{act}/"}
            for act, may in (
                ("approve", one.may_approve), ("refuse", one.may_approve), ("send", one.may_send),
                ("withdraw", one.may_withdraw),
            ) if may
        ],
    }  # fmt: skip


def ask(request: StaffRequest, code: str) -> HttpResponse:
    """A site asks its supplier; what the records propose stands there already."""
    day = records_day()
    page = site_page(request.scope, code, day)
    if page is None:
        raise Http404
    require(request.scope, "supply.keep", page.site.area)
    proposed = {one.commodity.id: one.to_ask for one in page.standings}
    wanted = request.GET.get("commodity", "")
    initial = {"day": day.isoformat(), "commodity": wanted, "quantity": proposed.get(wanted) or None}
    form = RequestForm(request.POST or None, commodities=list(in_force().values()), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.request_stock, by=request.scope, site=code, commodity=given["commodity"],
            quantity=given["quantity"], reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, Text(zh="请领", en="the requisition"), "/supply/requisitions/")
    return show_form(request, form, _TITLE, site_url(page.site), lead=page.site.text, will=_say_proposed(page))


def _say_proposed(page: SitePage) -> Text:
    """Whom a site asks, and for what by its records."""
    needed = [(one.commodity.title, say_units(one.commodity, one.to_ask)) for one in page.standings if one.to_ask]
    zh = "、".join(f"{title.zh}{units.zh}" for title, units in needed)
    en = "; ".join(f"{title.en}, {units.en}" for title, units in needed)
    above = page.site.supplier
    return Text(zh="向{site}请领。按用量建议：{zh}。", en="{site} is asked. Proposed by what is used: {en}.").filled(
        site=above.text if above is not None else "", zh=zh or "暂不需要", en=en or "nothing for now"
    )


def allot(request: StaffRequest, code: str, commodity: str) -> HttpResponse:
    """Shares of what a supplier has, approved at once; whoever asked for one of them leaves it to somebody else."""
    site, day = find_or_404(request, code, "supply.approve"), records_day()
    found = next((one for one in shortages(request.scope, [site], day) if one.commodity.id == commodity), None)
    back = "/supply/requisitions/"
    if found is None:  # a second click, or a colleague was faster
        return HttpResponseRedirect(back)
    form = SharesForm(request.POST or None, initial=today(), shares={
        one.requisition.uuid.hex: (_say_share(one, found.commodity), one.requisition.quantity, one.units)
        for one in found.shares if not one.own
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.approve_shares, by=request.scope, supplier=code, commodity=commodity, shares=form.shares,
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, ACTS["approve"], back)
    own = sum(one.units for one in found.shares if one.own)
    will = Text(
        zh="{what}可分配{has}，各站点共请领{asked}。已按“各站点可用月数相等”填好每份，整包分配；填0的留待下次。",
        en="{what}: {has} can be shared, {asked} are asked for. Each share is filled in so that all sites last "
        "equally long, in whole packs; 0 lets one wait.",
    ).filled(
        what=found.commodity.title.text, has=say_units(found.commodity, found.available),
        asked=say_units(found.commodity, found.asked),
    )  # fmt: skip
    if own:
        will = Text(
            zh=f"{will.zh}您自己请领的一份（{own:,}）须由他人审批。",
            en=f"{will.en} The share of what you asked for yourself ({own:,}) is left to a colleague.",
        )
    return show_form(
        request, form, Text(zh="库存不足时的分配", en="Share what there is"), back, lead=site.text, will=will
    )


def _say_share(one: Share, commodity: Commodity) -> Text:
    lasts = Text(zh="用量不详", en="use unknown") if one.months is None else Text(
        zh=f"现有可用{one.months:.1f}个月", en=f"stock for {one.months:.1f} months"
    )  # fmt: skip
    return Text(zh="{site}（请领{units}，{lasts}）", en="{site} (asks for {units}; {lasts})").filled(
        site=one.requisition.site.text, units=say_units(commodity, one.requisition.quantity), lasts=lasts
    )


def act(request: StaffRequest, uuid: UUID, act: str) -> HttpResponse:
    """One act on a requisition."""
    require(request.scope, "supply.read")
    found = find_requisition(request.scope, uuid)
    allowed = found is not None and {
        "approve": found.may_approve, "refuse": found.may_approve, "send": found.may_send,
        "withdraw": found.may_withdraw,
    }.get(act, False)  # fmt: skip
    if found is None or act not in ACTS:
        raise Http404
    one, day = found.requisition, today()
    form: DatedForm
    if act == "approve":
        form = ApproveForm(request.POST or None, initial=day | {"quantity": one.quantity})
    else:
        form = (ReasonForm if act == "refuse" else DatedForm)(request.POST or None, initial=day)
    sent = request.method == "POST" and form.is_valid()
    if not allowed and not (
        sent and form.cleaned_data["id"] and is_own_step(request.scope, uuid, form.cleaned_data["id"])
    ):
        raise Http404
    if sent and _do(form, request, uuid, act):
        return done(request, ACTS[act], "/supply/requisitions/")
    row = _rows([found])[0]
    short = act == "send" and found.approved is not None and found.at_supplier < found.approved.quantity
    return show_form(
        request, form, ACTS[act], "/supply/requisitions/", lead=row["supplier"], will=_say_asked(row),
        unfit=_TOO_LITTLE if short else None, submit=None if act == "approve" else _SUBMITS[act],
    )  # fmt: skip


def _say_asked(row: dict[str, Any]) -> Text:
    """A requisition in a sentence, as far as it has come."""
    asked = Text(
        zh="{site}请领{title}{quantity}（建议{proposed}）；供货点现有{has}。",
        en="{site} asks for {title}: {quantity} (proposed: {proposed}); its supplier has {has}.",
    ).filled(
        site=row["site"]["name"], title=row["title"], quantity=row["quantity"], proposed=row["proposed"],
        has=row["at_supplier"],
    )  # fmt: skip
    if row["approved"] is None:
        return asked
    return Text(zh="{asked}已批准{units}。", en="{asked} Approved: {units}.").filled(asked=asked, units=row["approved"])


def _do(form: DatedForm, request: StaffRequest, uuid: UUID, act: str) -> bool:
    given = form.cleaned_data
    about: dict[str, Any] = {"by": request.scope, "requisition": uuid, "day": given["day"], "id": given["id"]}
    match act:
        case "approve":
            made = form.record(actions.approve_requisition, **about, quantity=given["quantity"], reason=given["reason"])
        case "refuse":
            made = form.record(actions.refuse_requisition, **about, reason=given["reason"])
        case "withdraw":
            made = form.record(actions.withdraw_requisition, **about)
        case _:
            made = form.record(actions.send_requisition, **about)
    return made is not None


def recall(request: StaffRequest) -> HttpResponse:
    """A lot is recalled everywhere."""
    require(request.scope, "supply.approve")
    day = records_day()
    found = list(city_pack().in_force(day).commodities.values())
    form = RecallForm(request.POST or None, commodities=found, initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.recall_lot, by=request.scope, commodity=given["commodity"], lot=given["lot"],
            reason=given["reason"], day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, RECALLED, lot_url(given["commodity"], given["lot"]))
    will = Text(
        zh="召回后，这一批号在全市任何站点都不能再发放；每个站点会看到它待报废。",
        en="From then on the lot is handed out nowhere in the city; every site sees it as to be written off.",
    )
    return show_form(request, form, Text(zh="召回批号", en="Recall a lot"), "/supply/", will=will)


def lift(request: StaffRequest, commodity: str, number: str) -> HttpResponse:
    """A recall is lifted: the lot may be handed out again."""
    require(request.scope, "supply.approve")
    page = _recall_page(request, commodity, number)
    if not page.may_lift:
        raise Http404
    form = LiftForm(request.POST or None, initial=today())
    back = lot_url(commodity, page.lot.number)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.lift_recall, by=request.scope, commodity=commodity, lot=number, reason=given["reason"],
            day=given["day"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            return done(request, LIFTED, back)
    will = Text(
        zh="解除后，这一批号未过期的可以重新发放；已报废的不会回到货架。召回和解除都留在记录中。",
        en="From then on what hasn't expired of the lot may be handed out again; what was written off doesn't come "
        "back. The recall stays on record, and its lifting too.",
    )
    lead = Text(zh="{title} {n}", en="{title} {n}").filled(title=title_of(commodity), n=page.lot.number)
    return show_form(request, form, Text(zh="解除召回", en="Lift the recall"), back, lead=lead, will=will)


def _recall_page(request: StaffRequest, commodity: str, number: str) -> RecallPage:
    try:
        return recall_page(request.scope, commodity, number)
    except NoAccess:
        raise
    except ShidaiError as error:
        raise Http404 from error


def _say_recalls(page: RecallPage) -> list[dict[str, Any]]:
    """Each with the day, reason and name of who recalled and, where it was, of who lifted it."""
    ends: list[Any] = [getattr(one, "end", None) for one in page.recalls]
    names = core.staff_names(deed.by for deed in (*page.recalls, *ends) if deed is not None)

    def say_deed(deed: Any) -> dict[str, str]:
        return {"day": say_date(deed.day), "reason": deed.reason, "by": names[deed.by]}

    return [
        say_deed(one) | {"end": say_deed(end) if end else None} for one, end in zip(page.recalls, ends, strict=True)
    ]


def lot(request: StaffRequest, commodity: str, number: str) -> HttpResponse:
    """Where a lot is, and whom it reached, for who may see that."""
    require(request.scope, "supply.read")
    page = _recall_page(request, commodity, number)
    names = name_places(one.area for one in page.takers)
    chosen = commodities().get(commodity)
    return render(request, "supply/lot.html", {
        "lot": page.lot, "title": title_of(commodity), "unit": chosen.unit.text if chosen else None,
        "expires": say_date(page.lot.expires_on),
        "recalls": _say_recalls(page), "hidden": page.hidden,
        "lift": lift_url(page.lot) if page.may_lift else "",
        "where": [
            site_line(one.site) | {
                "on_shelf": one.on_shelf, "coming": one.coming, "handed_out": one.handed_out, "people": one.people,
                "without_name": one.without_name,
            } for one in page.places
        ],
        "takers": [
            {"name": one.name, "url": f"/people/{one.person}/", "place": names[one.area], "last": say_date(one.last),
             "units": say_units(chosen, one.units)} for one in page.takers
        ],
    })  # fmt: skip
