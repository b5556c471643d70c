"""The dispensing point: a card or number is read, what may be had is shown, no name; then it is handed out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.recordsday import age_told, records_day
from shidai.registry.wording import SEX
from shidai.supply import actions
from shidai.supply.forms import HandOutForm
from shidai.supply.queries import Serving, serving
from shidai.supply.refusals import TooMany
from shidai.supply.views.showing import name_of, site_url, title_of
from shidai.supply.wording import HANDED_OUT, say_units
from shidai.words import ShidaiError, Text

_HEAD = Text(zh="发放药具", en="Hand out")


def hand_out(request: StaffRequest, code: str) -> HttpResponse:
    """Reading a card is a POST, so that no number stands in an address or a log."""
    day = records_day()
    who = request.POST.get("who", "").strip()
    shown: dict[str, Any] = {"title": _HEAD}
    try:
        told = serving(request.scope, code, who, day)
    except ShidaiError as error:
        if type(error) not in (ShidaiError, TooMany):
            raise
        if error.problems[0].where == "site":
            raise Http404 from error
        told = serving(request.scope, code, "", day)
        shown["fault"] = error.problems[0]
        status = 429 if isinstance(error, TooMany) else 422
        return render(request, "supply/hand_out.html", shown | _shown(told, None, ""), status=status)
    offered = {
        one.commodity.id: _say_offer(one.commodity.title.text, one.commodity.unit.text, one.most)
        for one in told.offered
        if one.most
    }
    sent = request.method == "POST" and "commodity" in request.POST
    form = HandOutForm(request.POST if sent else None, offered=offered, initial={"who": who})
    if sent and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.hand_out, by=request.scope, site=code, commodity=given["commodity"], quantity=given["quantity"],
            day=day, who=given["who"], id=given["id"],
        )  # fmt: skip
        if made is not None:
            chosen = next(one.commodity for one in told.offered if one.commodity.id == given["commodity"])
            what = HANDED_OUT.filled(what=title_of(chosen.id), units=say_units(chosen, given["quantity"]))
            messages.success(request, say(what))
            return HttpResponseRedirect(request.path)
    return render(request, "supply/hand_out.html", shown | _shown(told, form, who), status=422 if form.errors else 200)


def _say_offer(title: Text, unit: Text, most: int) -> Text:
    return Text(zh=f"{title.zh}（最多 {most:,} {unit.zh}）", en=f"{title.en} (at most {most:,})")


def _shown(told: Serving, form: HandOutForm | None, who: str) -> dict[str, Any]:
    age = age_told(told.birth, records_day()) if told.birth else None
    return {
        "form": form, "site": name_of(told.site), "back": site_url(told.site), "known": told.known, "who": who,
        "card": told.card[-4:], "sex": SEX.get(told.sex or 9, SEX[9]), "age": age,
    }  # fmt: skip
