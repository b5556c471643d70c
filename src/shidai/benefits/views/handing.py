"""Batches that are handed over: the sheet on which payees sign, and who has signed."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits import actions
from shidai.benefits.deciding import scheme_of
from shidai.benefits.forms import HandedForm
from shidai.benefits.queries import batch_state
from shidai.benefits.queries import pages as reads
from shidai.benefits.views.acting import show_form
from shidai.benefits.views.batches import PAGE, find_batch_seen, name_area
from shidai.benefits.views.showing import say_done, subject_of
from shidai.benefits.wording import say_money
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.recordsday import records_day
from shidai.words import Text


def handed(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Of a batch that is handed over: who has signed for it. The next ones are listed once these are entered."""
    found = find_batch_seen(request.scope, uuid)
    require(request.scope, "payment.build", found.area)
    if found.form != "hand":
        raise Http404
    waiting = {one.reference: one for one in reads.payments_in(request.scope, found, "in_flight")[:PAGE]}
    payees = {one.reference: f"{subject_of(one.claim)['name']} {say(say_money(one.fen))}" for one in waiting.values()}
    form = HandedForm(request.POST or None, payees=payees, initial={"day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        lines = [
            actions.BankLine(each, waiting[each].fen, True, form.cleaned_data["day"])
            for each in form.cleaned_data["signed"]
        ]
        told = form.record(actions.record_answer, by=request.scope, batch=found.uuid, lines=lines)
        if told is not None:
            say_done(request, Text(zh="登记签收{n}笔", en="{n} signatures entered").filled(n=told))
            return HttpResponseRedirect(f"/benefits/batches/{found.uuid}/")
    title = Text(zh="登记签收", en="Enter the signatures")
    return show_form(request, form, title, f"/benefits/batches/{found.uuid}/")


def sheet(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The sheet to print on which each payee signs for what is handed over."""
    found = find_batch_seen(request.scope, uuid)
    require(request.scope, "payment.build", found.area)
    if found.form != "hand" or batch_state(found) not in ("released", "answered"):
        raise Http404
    payments = list(reads.payments_in(request.scope, found, ""))
    reads.log_payments(request.scope, found, payments)
    scheme = scheme_of(found.scheme)
    shown = {
        "batch": found,
        "number": f"{found.area}-{found.pay_day}-{str(found.uuid)[-6:]}",  # as the bank's files are named
        "title": scheme.title,
        "goods": scheme.kind == "goods",
        "area_name": name_area(found.area),
        "rows": [
            {"name": subject_of(one.claim)["name"], "village": name_area(one.claim.area), "money": say_money(one.fen)}
            for one in payments
        ],
        "total": say_money(sum(one.fen for one in payments)),
        "back": f"/benefits/batches/{found.uuid}/",
    }  # fmt: skip
    return render(request, "benefits/sheet.html", shown)
