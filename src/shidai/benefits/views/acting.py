"""Pages on which something is done with a claim: an act, a fact with its paper, an account, money given back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect

from shidai.benefits import actions
from shidai.benefits.deciding import grant_limits, scheme_of
from shidai.benefits.forms import AccountForm, ActForm, FactForm, RecoveryForm, RepaymentForm
from shidai.benefits.models import Claim
from shidai.benefits.queries import claims_in, overpaid_of, version_of
from shidai.benefits.queries.lists import Seen, look, waiting_for
from shidai.benefits.views.claim import may_do
from shidai.benefits.views.showing import SAVED, claim_url, say_done, subject_of
from shidai.benefits.wording import BUTTON, LEVEL, STEP, WILL, say_money, say_step
from shidai.benefits.workflow import ACTS, Act
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry import formpage
from shidai.registry.citypack import city_pack
from shidai.registry.forms import RecordForm
from shidai.registry.recordsday import records_day
from shidai.words import ShidaiError, Text, in_yuan

UNFIT = Text(
    zh="现在不能这样办理：申请的状态已变，或不归您办理。",
    en="This can't be done now: it stands elsewhere, or isn't yours.",
)
NEXT = Text(zh="还有 {n} 件等您办理。", en="{n} more wait for you.")


def show_form(request: StaffRequest, form: RecordForm, title: Text, back: str, **more: Any) -> HttpResponse:
    """The page of a form, as `formpage.show_form`; the browser keeps its draft, but no file and no number."""
    secret = form.is_multipart() or "number" in form.fields
    return formpage.show_form(request, form, title, back, draft="" if secret else type(form).__name__, **more)


def find_seen(scope: Scope, uuid: UUID) -> Seen:
    """A claim of the reader's areas and where it stands; elsewhere it isn't said whether there is one."""
    require(scope, "record.read")
    found = claims_in(scope).filter(uuid=uuid).select_related("person", "household__head").first()
    if found is None:
        raise Http404
    return look(found, records_day())


def name_of(claim: Claim) -> Text:
    """'陈秀英 · 农村奖励扶助'."""
    name, title = subject_of(claim)["name"], scheme_of(claim).title.text
    return Text(zh=f"{name} · {title.zh}", en=f"{name} · {title.en}")


def done(request: StaffRequest, claim: Claim, what: Text) -> HttpResponse:
    """Back to the claim, which says what was done and what waits next."""
    say_done(request, what)
    return HttpResponseRedirect(claim_url(claim))


def act(request: StaffRequest, uuid: UUID, act: str) -> HttpResponse:
    """One act on a claim: what will happen is said first, two clicks do it once."""
    seen = find_seen(request.scope, uuid)
    chosen = next((one for one in ACTS if one == act), None)
    if chosen is None:
        raise Http404
    found, day = seen.claim, records_day()
    require_acting(request.scope, seen, chosen)
    form = ActForm(
        request.POST or None, act=chosen, granted=_asks_amount(seen, chosen), initial={"day": day.isoformat()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if chosen == "apply":
            made = form.record(
                actions.apply_for, by=request.scope, scheme=found.scheme, subject=subject_again(found),
                day=given["day"], id=given["id"],
            )  # fmt: skip
        else:
            made = form.record(
                actions.act_on_claim, by=request.scope, claim=found.uuid, act=chosen, day=given["day"],
                reason=given.get("reason", ""), fen=given.get("fen"), id=given["id"],
            )  # fmt: skip
        if made is not None:
            return _next(request, found, BUTTON[chosen])
    fits = None if form.errors or may_do(request.scope, seen, chosen, day) else UNFIT  # a fault says more
    return show_form(request, form, BUTTON[chosen], claim_url(found), lead=name_of(found),
                     will=_say_will(seen, chosen), submit=BUTTON[chosen], unfit=fits)  # fmt: skip


def require_acting(scope: Scope, seen: Seen, act: Act) -> None:
    """Who may do nothing at all with claims of this area gets no form."""
    area = seen.claim.area
    offices = ("benefit.apply", "benefit.village", "benefit.township", "benefit.county")
    if not any(scope.allows(one, area) for one in offices):  # type: ignore[arg-type]
        require(scope, "benefit.apply", area)


def subject_again(claim: Claim) -> actions.Subject:
    """Whose claim it is, as an application names it."""
    return actions.Subject(
        person=claim.person.uuid if claim.person is not None else None,
        household=claim.household.uuid if claim.household is not None else None,
        village=claim.village,
    )


def _asks_amount(seen: Seen, act: Act) -> bool:
    """Whether a sum is to be given with the act: the last step sets it, each time anew, where the rules give limits."""
    if act != "pass" or seen.standing.step != len(version_of(seen.claim).step) - 1:
        return False
    try:
        return grant_limits(seen.claim, records_day()) is not None
    except ShidaiError:
        return False


def _say_will(seen: Seen, act: Act) -> Text:
    """What the act will do, in words, before it is done."""
    if act != "pass" or seen.step is None:
        return WILL.get(act, BUTTON[act])
    steps, at = version_of(seen.claim).step, seen.standing.step
    days = seen.step.notice_days
    shown = Text(zh="，并公示{days}天", en=", and is shown in public for {days} days") if days else Text(zh="", en="")
    after = (
        Text(zh="然后由{level}{act}", en="then comes the {act} by the {level}").filled(
            level=LEVEL[steps[at + 1].level], act=STEP[steps[at + 1].act]
        )
        if at + 1 < len(steps)
        else Text(zh="然后开始享受", en="then it is in force")
    )
    said = Text(
        zh="系统先按当日档案核对全部条件，都符合才通过；{step}完成{shown}，{after}。",
        en="Every condition is checked by that day's records first; all met, the {step} is done{shown}; {after}.",
    )
    return said.filled(step=say_step(seen.step), shown=shown.filled(days=days), after=after)


def _next(request: StaffRequest, claim: Claim, what: Text) -> HttpResponse:
    """Back to the claim; beside what was done stands how many more wait."""
    waiting, _ = waiting_for(request.scope, area=request.place.area.code, on=records_day(), limit=0)
    said = say(SAVED.filled(what=what))
    messages.success(request, f"{said} {say(NEXT.filled(n=waiting))}" if waiting else said)
    return HttpResponseRedirect(claim_url(claim))


def fact(request: StaffRequest, uuid: UUID, fact: str) -> HttpResponse:
    """A fact that only a paper shows; facts of old files are asked of nobody."""
    found = find_seen(request.scope, uuid).claim
    require(request.scope, "benefit.apply", found.area)
    known = city_pack().attested.get(fact)
    if known is None or known.archive:
        raise Http404
    form = FactForm(request.POST or None, fact=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = form.record(
            actions.attest, by=request.scope, claim=found.uuid, fact=fact, value=form.value, paper=given["paper"],
            since=given["since"], until=given["until"],
        )  # fmt: skip
        if made is not None:
            return done(request, found, known.title.text)
    return show_form(request, form, known.title.text, claim_url(found), lead=name_of(found))


def account(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Where the money goes; an earlier account stays on file."""
    found = find_seen(request.scope, uuid).claim
    require(request.scope, "benefit.apply", found.area)
    own = found.person.name if found.person is not None else ""
    form = AccountForm(request.POST or None, initial={"holder": own, "kind": "card"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("holder", "number", "bank_code", "kind", "id")}
        if form.record(actions.set_account, by=request.scope, claim=found.uuid, **facts) is not None:
            return done(request, found, Text(zh="登记账号", en="the account"))
    title = Text(zh="收款账号", en="Account to be paid into")
    return show_form(request, form, title, claim_url(found), lead=name_of(found))


def recover(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """An agreement to give back what was paid too much."""
    found = find_seen(request.scope, uuid).claim
    require(request.scope, "benefit.county", found.area)
    owed = sum(overpaid_of(found).values())
    form = RecoveryForm(request.POST or None, initial={"fen": in_yuan(owed)})
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.agree_recovery, by=request.scope, claim=found.uuid, **form.cleaned_data)
        if made is not None:
            return done(request, found, Text(zh="约定退回", en="the agreement"))
    return show_form(request, form, Text(zh="约定退回", en="Agree on giving back"), claim_url(found),
                     lead=name_of(found), will=_say_owed(owed))  # fmt: skip


def repay(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Money that came back, or that isn't asked back, with the reason."""
    found = find_seen(request.scope, uuid).claim
    require(request.scope, "benefit.county", found.area)
    owed = sum(overpaid_of(found).values())
    form = RepaymentForm(request.POST or None, initial={"fen": in_yuan(owed), "day": records_day().isoformat()})
    if request.method == "POST" and form.is_valid():
        made = form.record(actions.record_repayment, by=request.scope, claim=found.uuid, **form.cleaned_data)
        if made is not None:
            return done(request, found, Text(zh="登记退款", en="the repayment"))
    return show_form(request, form, Text(zh="登记退款", en="Enter a repayment"), claim_url(found),
                     lead=name_of(found), will=_say_owed(owed))  # fmt: skip


def _say_owed(owed: int) -> Text:
    said = Text(
        zh="现在多发{fen}。不会从以后的发放中扣除。",
        en="{fen} was paid too much. It is never taken from later payments.",
    )
    return said.filled(fen=say_money(owed))
