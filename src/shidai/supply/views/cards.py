"""A person's cards and what she was handed out; issuing, printing and ending a card."""

from __future__ import annotations

from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from shidai.core.access import require
from shidai.core.request import StaffRequest
from shidai.registry.formpage import show_form
from shidai.registry.recordparts import record_part
from shidai.registry.wording import say_date
from shidai.supply import actions
from shidai.supply.finding import card_token
from shidai.supply.forms import DatedForm
from shidai.supply.queries import PersonSupply, person_supply
from shidai.supply.views.showing import commodities, done, title_of, today
from shidai.supply.wording import ENDED, say_units
from shidai.words import Text

_ISSUED = Text(zh="新卡已发，请打印", en="a new card: print it now")


@record_part
def person(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A part of a person's page: her card, and for who may see results what she was handed out."""
    told = _find(request, uuid)
    return render(request, "supply/person.html", {
        "cards": [
            {"number": _spaced(one.number), "since": say_date(one.since), "ended": ENDED.get(one.ended),
             "print": f"/supply/people/{uuid}/card/{one.uuid}/", "end": f"/supply/people/{uuid}/card/{one.uuid}/end/"}
            for one in told.cards
        ],
        "handouts": [
            {"day": say_date(entry.day), "title": title_of(commodity), "site": entry.site.text,
             "units": say_units(commodities().get(commodity), units)}
            for entry, commodity, units in told.handouts
        ],
        "issue": f"/supply/people/{uuid}/card/", "has_one": any(not one.ended for one in told.cards),
    })  # fmt: skip


def _find(request: StaffRequest, uuid: UUID) -> PersonSupply:
    found = person_supply(request.scope, uuid)
    if found is None:
        raise Http404
    return found


def _spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def issue(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A new card; the former one ends."""
    told = _find(request, uuid)
    has_one = any(not one.ended for one in told.cards)
    form = DatedForm(request.POST or None, initial=today())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(actions.issue_card, by=request.scope, person=uuid, day=given["day"], id=given["id"])
        if made is not None:
            return done(request, _ISSUED, f"/supply/people/{uuid}/card/{made.uuid}/")
    will = Text(
        zh="发一张新卡。" + ("原来的卡随即停用。" if has_one else "") + "卡上只有号码和二维码，没有姓名。",
        en="Issues a new card. " + ("The former one ends at once. " if has_one else "")
        + "It bears a number and a code, and no name.",
    )  # fmt: skip
    return show_form(
        request, form, Text(zh="发放服务卡", en="Issue a service card"), f"/people/{uuid}/", will=will,
        lead=Text(zh=told.name, en=told.name), submit=Text(zh="发卡", en="Issue the card"),
    )  # fmt: skip


def card(request: StaffRequest, uuid: UUID, card: UUID) -> HttpResponse:
    """The card as it is printed."""
    told = _find(request, uuid)
    found = next((one for one in told.cards if one.uuid == card and not one.ended), None)
    if found is None:
        raise Http404
    drawn = segno.make(card_token(found.number), error="m")
    code = drawn.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)  # as large as the card's style says
    return render(request, "supply/card.html", {
        "number": _spaced(found.number), "since": say_date(found.since), "back": f"/people/{uuid}/",
        "code": mark_safe(code),  # noqa: S308  made by us from digits
    })  # fmt: skip


def end(request: StaffRequest, uuid: UUID, card: UUID) -> HttpResponse:
    """A card was lost."""
    require(request.scope, "supply.dispense")
    told = _find(request, uuid)
    lost = next((one for one in told.cards if one.uuid == card and not one.ended), None)
    if lost is None:
        raise Http404
    form = DatedForm(request.POST or None, initial=today())
    del form.fields["day"]
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.end_card, by=request.scope, card=card, reason="lost")
        if made is not None:
            return done(request, ENDED["lost"], f"/people/{uuid}/")
    will = Text(
        zh="挂失后，这张卡立即停用，不能恢复；可另发新卡。",
        en="The card opens nothing from now on, for good; a new one can be issued.",
    )
    lead = Text(zh=f"{told.name} · {_spaced(lost.number)}", en=f"{told.name} · {_spaced(lost.number)}")
    return show_form(
        request, form, Text(zh="挂失服务卡", en="Report the card lost"), f"/people/{uuid}/", will=will, lead=lead,
        submit=Text(zh="挂失", en="Report it lost"),
    )  # fmt: skip
