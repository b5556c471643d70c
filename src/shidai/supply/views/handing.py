"""The dispensing point: a card or number is read, what may be had is shown, no name; then it is handed out."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.commodity import Commodity
from shidai.registry.recordsday import age_told, records_day
from shidai.registry.wording import SEX
from shidai.supply import actions
from shidai.supply.forms import CardForm, HandOutForm
from shidai.supply.queries import Serving, serving
from shidai.supply.refusals import TooMany
from shidai.supply.views.scanning import with_camera
from shidai.supply.views.showing import in_force, site_url, title_of
from shidai.supply.wording import HANDED_OUT, say_units
from shidai.words import ShidaiError, Text

_HEAD = Text(zh="发放药具", en="Hand out")


@with_camera
def hand_out(request: StaffRequest, code: str) -> HttpResponse:
    """Reading a card is a POST, so that no number stands in an address or a log.

    What is refused stands at its field; what was typed stays, also while another card is read.
    """
    day, sent = records_day(), request.method == "POST" and "quantity" in request.POST
    card = CardForm(request.POST or None)
    who, person = request.POST.get("who", "").strip(), _person(request)
    told, status = _read(request, code, card, who, day, person)
    typed = {
        name: value for name in ("commodity", "quantity")
        if (value := request.POST.get(name) or request.POST.get(f"typed_{name}", ""))
    }  # fmt: skip
    offered = _offer(told, typed.get("commodity", ""))
    if card.errors:  # the same again says the same: nothing is handed out to nobody instead
        form = HandOutForm(None, offered=offered, initial=typed) if typed else None
        return _show(request, told, card, form, typed, status=status)
    form = HandOutForm(request.POST if sent else None, offered=offered, initial=typed)
    if sent and form.is_valid():
        given = form.cleaned_data
        made = _record(form, card, by=request.scope, site=code, day=day, who=who, person=person, id=given["id"],
                       commodity=given["commodity"], quantity=given["quantity"])  # fmt: skip
        if made is not None:
            chosen = in_force()[given["commodity"]]
            what = HANDED_OUT.filled(what=title_of(chosen.id), units=say_units(chosen, given["quantity"]))
            messages.success(request, say(what))
            return HttpResponseRedirect(f"/people/{person}/" if person is not None else request.path)
    return _show(request, told, card, form, typed, status=422 if form.errors or card.errors else 200)


def _person(request: StaffRequest) -> UUID | None:
    """From whose page the nurse came; None: whoever stands at the counter."""
    text = request.GET.get("for", "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _read(
    request: StaffRequest, code: str, card: CardForm, who: str, day: date, person: UUID | None
) -> tuple[Serving, int]:
    """Whom the card or number leads to; what is wrong of it stands at its field, and nobody is served by name."""
    try:
        return serving(request.scope, code, who, day, person), 200
    except ShidaiError as error:
        if type(error) not in (ShidaiError, TooMany):
            raise
        if error.problems[0].where in ("site", "person"):
            raise Http404 from error
        card.tell(error)
        return serving(request.scope, code, "", day, person), 429 if isinstance(error, TooMany) else 422


def _offer(told: Serving, chosen: str) -> dict[Any, Text]:
    """What may be had, and what was chosen: when that may no longer be had, the act says why."""
    offered = {one.commodity.id: _say_offer(one.commodity, one.most) for one in told.offered if one.most}
    if chosen in in_force() and chosen not in offered:
        offered[chosen] = in_force()[chosen].title.text
    return offered


def _say_offer(one: Commodity, most: int) -> Text:
    return Text(zh="{what}（最多{units}）", en="{what} (at most {units})").filled(
        what=one.title.text, units=say_units(one, most)
    )


def _record(form: HandOutForm, card: CardForm, **facts: Any) -> Any:
    """As `RecordForm.record`; what is wrong of the card stands at the card."""
    try:
        return actions.hand_out(**facts)
    except ShidaiError as error:
        (card if error.problems[0].where == "who" else form).tell(error)
        return None


def _show(
    request: StaffRequest, told: Serving, card: CardForm, form: HandOutForm | None, typed: dict[str, str], *,
    status: int,
) -> HttpResponse:  # fmt: skip
    age = age_told(told.birth, records_day()) if told.birth else None
    if not told.known:
        card.fields["who"].widget.attrs["autofocus"] = True  # the scanner types into it at once
    return render(request, "supply/hand_out.html", {
        "title": _HEAD, "form": form, "card": card, "faulty": [one for one in (card, form) if one and one.errors],
        "typed": typed, "site": told.site.text, "back": site_url(told.site), "known": told.known,
        "who": card["who"].value() or "", "number": told.card[-4:], "opened": bool(request.GET.get("for")),
        "sex": SEX.get(told.sex or 9, SEX[9]), "age": age,
    }, status=status)  # fmt: skip
