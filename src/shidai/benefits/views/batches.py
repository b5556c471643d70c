"""Payment batches: what one would hold, what it holds, who signed, the bank's file and its answer."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits import actions
from shidai.benefits.actions.paying import payable_by_hand, petty_cash, signatures_needed
from shidai.benefits.bank import reason_in_words
from shidai.benefits.deciding import scheme_of
from shidai.benefits.forms import AnswerForm, BatchForm, PayerForm, RefuseForm, SignForm
from shidai.benefits.models import Batch, Payment
from shidai.benefits.queries import Told, batch_state, shared_accounts, tell, unpaid_and_overpaid
from shidai.benefits.queries import pages as reads
from shidai.benefits.queries.pages import PAYMENT_STATES
from shidai.benefits.views.acting import show_form
from shidai.benefits.views.claim import OUTCOME
from shidai.benefits.views.showing import address, claim_url, name_staff, say_done, subject_of
from shidai.benefits.wording import joined, say_money
from shidai.core import queries as core
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.request import StaffRequest, page_link
from shidai.packs.schema.scheme import Scheme
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.words import Text, in_yuan

PAGE = 50
STATE = {
    "built": (Text(zh="待放行", en="to be released"), "late"),
    "refused": (Text(zh="不予放行", en="refused"), "plain"),
    "released": (Text(zh="已放行，等待银行", en="released, at the bank"), ""),
    "answered": (Text(zh="银行已全部答复", en="answered in full"), "good"),
}
FORM = {"bank": Text(zh="银行发放", en="through the bank"), "hand": Text(zh="当面发放", en="handed over")}
FORMAT = {"csv": "CSV", "xml": "XML"}  # as a page writes the end of a file's name
FILES: dict[str, actions.BankForm] = {"xml": "pain.001", "csv": "csv"}


def listed(request: StaffRequest) -> HttpResponse:
    """The batches of the area in view, the latest first, and which schemes have something to pay."""
    area = request.place.area
    page = Paginator(reads.batches_in(request.scope, area.code), PAGE).get_page(request.GET.get("page"))
    open_ = reads.unanswered(page.object_list)
    may_build = area.level == "county" and request.scope.allows("payment.build", area.code)
    payer = reads.payer_of(request.scope, area.code) if may_build else None
    shown = {
        "rows": [_row(one, open_) for one in page.object_list],
        "schemes": [
            {"title": one.title, "url": address(request, f"/benefits/batches/new/{one.id}/")}
            for one in city_pack().schemes.values()
            if any(version.status == "in_force" for version in one.version)
        ] if may_build else [],
        "payer": payer,
        "payer_number": payer.masked_number() if payer else "",
        "may_build": may_build,
        "may_release": request.scope.allows("payment.release", area.code),
        "payer_url": address(request, "/benefits/payer/"),
        "back": address(request, "/benefits/"),
        "newer": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "older": page_link(request, page.next_page_number()) if page.has_next() else "",
    }  # fmt: skip
    return render(request, "benefits/batches.html", shown)


def _row(batch: Any, open_: set[int]) -> dict[str, Any]:
    signed = len(batch.signatures.all())
    state = "built" if signed < batch.signatures_needed else "released" if batch.pk in open_ else "answered"
    state = "refused" if hasattr(batch, "refusal") else state
    words, style = STATE[state]
    return {
        "url": f"/benefits/batches/{batch.uuid}/",
        "title": scheme_of(batch.scheme).title,
        "pay_day": say_date(batch.pay_day),
        "area": name_area(batch.area),
        "count": batch.count,
        "money": in_yuan(batch.fen or 0),
        "state": words,
        "style": style,
        "signed": f"{signed}/{batch.signatures_needed}",
        "by": name_staff(batch.by),
    }


def name_area(code: str) -> str:
    found = core.names([code]).get(code)
    return say(found.text) if found else code


def build(request: StaffRequest, scheme: str) -> HttpResponse:
    """What a batch would hold, in numbers; then it is built. The dues are brought up to the day first, if asked."""
    area, chosen = request.place.area, city_pack().schemes.get(scheme)
    require(request.scope, "payment.build", area.code)
    if chosen is None or area.level != "county":
        raise Http404
    form = BatchForm(request.POST or None, initial={"pay_day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["pay_day"]
        facts = {"by": request.scope, "scheme": scheme, "area": area.code}
        if "accrue" in request.POST:
            lines = form.record(actions.accrue, until=until, **facts)
            if lines is not None:
                said = Text(zh="计算到期金额，新增{n}笔", en="dues brought up to date, {n} new lines").filled(n=lines)
                say_done(request, said)
                return HttpResponseRedirect(address(request, request.path, until=until, form=_form_asked(request)))
        else:
            made = form.record(
                actions.build_batch, pay_day=until, form=_form_asked(request), id=form.cleaned_data["id"], **facts
            )
            if made is not None:
                say_done(request, Text(zh="编制批次", en="the batch is built"))
                return HttpResponseRedirect(f"/benefits/batches/{made.uuid}/")
    return _show_build(request, form, chosen)


def _form_asked(request: StaffRequest) -> actions.Form:
    return "hand" if request.GET.get("form") == "hand" else "bank"


def _show_build(request: StaffRequest, form: BatchForm, scheme: Scheme) -> HttpResponse:
    area = request.place.area
    asked = request.GET.get("until", "")
    until = form.read_day(asked) or records_day()
    if asked and not form.is_bound:
        form.initial["pay_day"] = until.isoformat()
    unpaid, overpaid = unpaid_and_overpaid(scheme.id, area.code, until)
    by_hand = scheme.kind == "goods" or _form_asked(request) == "hand"
    if by_hand:
        payable = payable_by_hand(scheme, until, unpaid)
    else:
        ready = reads.with_account(one.claim.pk for one in unpaid)
        payable = [one for one in unpaid if one.claim.pk in ready]
    most = petty_cash(scheme, until) if scheme.kind != "goods" else None
    fen = sum(one.fen for one in payable)
    shown = {
        "form": form,
        "scheme": scheme,
        "until": until,
        "count": len(payable),
        "money": say_money(fen),
        "by_hand": by_hand,
        "ways": _ways(request, until, most) if most is not None else [],
        "petty": say_money(most) if most is not None else None,
        "lacking": len(unpaid) - len(payable),
        "lacking_url": address(request, "/benefits/claims/", scheme=scheme.id, show="account"),
        "overpaid": len({one.claim.pk for one in overpaid}),
        "overpaid_url": address(request, "/benefits/claims/", scheme=scheme.id, show="overpaid"),
        "signatures": signatures_needed(scheme, until, fen),
        "payer": reads.payer_of(request.scope, area.code),
        "payer_url": address(request, "/benefits/payer/"),
        "may_accrue": request.scope.allows("benefit.county", area.code),
        "back": address(request, "/benefits/batches/"),
    }
    return render(request, "benefits/build.html", shown, status=422 if form.errors else 200)


def _ways(request: StaffRequest, until: date, most: int) -> list[dict[str, Any]]:
    """The two ways in which money may reach people, as links; the one in view is marked."""
    ways: dict[actions.Form, Text] = {
        "bank": FORM["bank"],
        "hand": Text(zh="零星现金（每份每年不超过{most}）", en="petty cash (at most {most} a claim and year)").filled(
            most=say_money(most)
        ),
    }
    return [
        {"title": title, "here": way == _form_asked(request),
         "url": address(request, request.path, until=until, form=way)} for way, title in ways.items()
    ]  # fmt: skip


def find_batch_seen(scope: Scope, uuid: UUID) -> Batch:
    found = reads.batch_page(scope, uuid)
    if found is None:
        raise Http404
    return found


def batch(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A batch: its sums, its payments, who built and who signed, what the bank said."""
    found = find_batch_seen(request.scope, uuid)
    state, sums = batch_state(found), reads.sums_of(request.scope, found)
    only = request.GET.get("state", "")
    page = Paginator(reads.payments_in(request.scope, found, only), PAGE).get_page(request.GET.get("page"))
    reads.log_payments(request.scope, found, page.object_list)
    scope, signatures = request.scope, list(found.signatures.order_by("pk"))
    words, style = STATE[state]
    shown = {
        "batch": found,
        "title": scheme_of(found.scheme).title,
        "area_name": name_area(found.area),
        "state": words,
        "style": style,
        "answered": state == "answered",
        "form_words": FORM[found.form],
        "sums": [
            {"title": OUTCOME[one][0], "count": sums.counts[one], "money": say_money(sums.fens[one]),
             "url": f"?state={one}", "here": one == only}
            for one in PAYMENT_STATES
        ],
        "total": sums.count,
        "money": say_money(sums.fen),
        "built_by": name_staff(found.by),
        "signatures": [{"by": name_staff(one.by), "at": one.at} for one in signatures],
        "missing": max(0, found.signatures_needed - len(signatures)),
        "may_sign": state == "built" and scope.allows("payment.release", found.area),
        "built_by_me": found.by == scope.username,
        "signed_by_me": any(one.by == scope.username for one in signatures),
        "may_refuse": state == "built" and _may_refuse(scope, found),
        "refusal": getattr(found, "refusal", None),
        "back_again": reads.count_unpaid_again(found) if sums.counts["returned"] else 0,
        "shared": [_shared(one) for one in shared_accounts(found).values()] if state == "built" else [],
        "may_file": _may_file(scope, found, state),
        "may_hand": state == "released" and found.form == "hand" and scope.allows("payment.build", found.area),
        "files": [
            {"by": name_staff(one.by), "file": one, "form": FORMAT.get(one.form, one.form)}
            for one in found.files.order_by("-pk")
        ],
        "rows": [_payment(one) for one in map(tell, page.object_list)],
        "only": only,
        "first": page.start_index(),
        "last": page.end_index(),
        "newer": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "older": page_link(request, page.next_page_number()) if page.has_next() else "",
        "back": address(request, "/benefits/batches/"),
    }  # fmt: skip
    return render(request, "benefits/batch.html", shown)


def _may_file(scope: Scope, batch: Batch, state: str) -> bool:
    released = state not in ("built", "refused")
    return released and batch.form == "bank" and scope.allows("payment.build", batch.area)


def _shared(payments: list[Payment]) -> dict[str, Any]:
    """An account into which several are paid: whose."""
    names = [subject_of(one.claim)["name"] for one in payments]
    return {"account": _mask(payments[0]), "names": joined([Text(zh=name, en=name) for name in names])}


def _mask(payment: Payment) -> str:
    """The end of the number to which a payment goes; '' for what is handed over."""
    return payment.account.masked_number() if payment.account is not None else ""


def _payment(told: Told) -> dict[str, Any]:
    words, style = OUTCOME[told.state]
    return {
        "url": claim_url(told.payment.claim),
        "name": subject_of(told.payment.claim)["name"],
        "account": _mask(told.payment),
        "money": in_yuan(told.payment.fen),
        "state": words,
        "style": style,
        "reason": reason_in_words(told.reason) if told.reason else None,
        "day": say_date(told.day) if told.day else "",
        "reference": told.payment.reference,
    }


def sign(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Release a batch, or give the first of two signatures: what will happen is said in numbers, and asked once."""
    found = find_batch_seen(request.scope, uuid)
    require(request.scope, "payment.release", found.area)
    sums = reads.sums_of(request.scope, found)
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.sign_batch, by=request.scope, batch=found.uuid)
        if made is not None:
            say_done(request, Text(zh="签名", en="signed"))
            return HttpResponseRedirect(f"/benefits/batches/{found.uuid}/")
    will = Text(
        zh="放行后可以取出银行文件：{count}笔，共{money}。放行不能撤回；付错的由银行退回或另行约定退回。",
        en="Once released, the bank's file can be taken: {count} payments, {money} in all. A release can't be taken "
        "back; what was paid wrongly comes back from the bank or by agreement.",
    ).filled(count=sums.count, money=say_money(sums.fen))
    lead = Text(zh="{scheme}，{day}", en="{scheme}, {day}").filled(
        scheme=scheme_of(found.scheme).title.text, day=say_date(found.pay_day)
    )
    title = Text(zh="放行发放批次", en="Release the batch")
    return show_form(request, form, title, f"/benefits/batches/{found.uuid}/", lead=lead, will=will)


def _may_refuse(scope: Scope, batch: Batch) -> bool:
    """Who may release it, and who built it."""
    mine = batch.by == scope.username
    return scope.allows("payment.build" if mine else "payment.release", batch.area)


def refuse(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Don't release a batch: what it would have paid is unpaid again."""
    found = find_batch_seen(request.scope, uuid)
    require(request.scope, "payment.build" if found.by == request.scope.username else "payment.release", found.area)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if form.record(actions.refuse_batch, by=request.scope, batch=found.uuid, reason=reason) is not None:
            say_done(request, Text(zh="不予放行", en="the batch is refused"))
            return HttpResponseRedirect(f"/benefits/batches/{found.uuid}/")
    will = Text(
        zh="批次作废，其中的金额重新列为待发，可另编批次发放。",
        en="A refused batch is void; what it would have paid is unpaid again, and goes into another one.",
    )
    title = Text(zh="不予放行", en="Refuse the batch")
    return show_form(request, form, title, f"/benefits/batches/{found.uuid}/", will=will)


def bank_file(request: StaffRequest, uuid: UUID, form: str) -> FileResponse:
    """The order to pay, as the bank reads it. Who took it is kept."""
    found = find_batch_seen(request.scope, uuid)
    if form not in FILES:
        raise Http404
    out = io.BytesIO()
    actions.write_bank_file(by=request.scope, batch=found.uuid, form=FILES[form], out=out)
    out.seek(0)
    name = f"batch-{found.area}-{found.pay_day}-{str(found.uuid)[-6:]}.{form}"
    return FileResponse(out, as_attachment=True, filename=name)


def answer(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The bank's answer, all of it or nothing: what is wrong stands line by line."""
    found = find_batch_seen(request.scope, uuid)
    require(request.scope, "payment.build", found.area)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        told = form.record(
            actions.take_bank_answer, by=request.scope, batch=found.uuid, data=file.read(), file=file.name,
            confirmed=form.cleaned_data["confirmed"],
        )  # fmt: skip
        if told is not None:
            said = Text(zh="读入回盘，{n}笔有新结果", en="answer read, {n} payments have news").filled(n=told)
            say_done(request, said)
            return HttpResponseRedirect(f"/benefits/batches/{found.uuid}/")
    will = Text(
        zh="先逐行核对批次、账号、金额和合计；有一处不符就整份退回，什么都不改。",
        en="Batch, accounts, amounts and sums are checked line by line; one fault refuses the whole file, changing "
        "nothing.",
    )
    title = Text(zh="银行回盘", en="The bank's answer")
    return show_form(request, form, title, f"/benefits/batches/{found.uuid}/", will=will)


def payer(request: StaffRequest) -> HttpResponse:
    """The account from which the county pays."""
    area = request.place.area
    require(request.scope, "payment.release", area.code)
    if area.level != "county":
        raise Http404
    form = PayerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("name", "number", "bank_code")}
        if form.record(actions.set_payer, by=request.scope, area=area.code, **facts) is not None:
            say_done(request, Text(zh="登记付款账户", en="the paying account"))
            return HttpResponseRedirect(address(request, "/benefits/batches/"))
    title = Text(zh="付款账户", en="The account that pays")
    lead = Text(zh=area.name, en=area.name)
    return show_form(request, form, title, address(request, "/benefits/batches/"), lead=lead)
