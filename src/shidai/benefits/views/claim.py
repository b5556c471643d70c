"""The page of a claim: where it stands, every condition with its fact and clause, what may be done, what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.benefits.bank import reason_in_words
from shidai.benefits.deciding import judge, same_result, scheme_of
from shidai.benefits.models import Claim, Decision
from shidai.benefits.queries import Told, batch_state, decisions_of, instalments_of, version_of
from shidai.benefits.queries.lists import OFFICE, Seen, claim_page, look
from shidai.benefits.queries.pages import (
    Period,
    account_of,
    attestations_of,
    given_back,
    payments_of,
    periods_of,
    recoveries_of,
)
from shidai.benefits.views.conditions import facts_to_attest, show_decision
from shidai.benefits.views.letters import ended_by
from shidai.benefits.views.showing import STYLE, address, name_staff, say_problem, say_standing, subject_of
from shidai.benefits.wording import BUTTON, DID, ICON, say_fact, say_late, say_money, say_step
from shidai.benefits.workflow import ACTS, STATES, Act, Entry, Standing, follow
from shidai.core.access import Scope
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.registry.citypack import city_pack
from shidai.registry.recordsday import records_day
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.rules import columns_for
from shidai.words import ShidaiError, Text

ANYBODY: tuple[Act, ...] = ("apply", "decline", "object", "appeal")  # told at the counter of any level
MOST_RUN_AGAIN = 120
OUTCOME = {
    "paid": (Text(zh="已到账", en="paid"), "good"),
    "returned": (Text(zh="已退回", en="returned"), "wrong"),
    "in_flight": (Text(zh="在途", en="in flight"), "plain"),
}
HELD = {
    "built": (Text(zh="尚未放行", en="not released yet"), "plain"),
    "refused": (Text(zh="批次不予放行", en="batch refused"), "plain"),
}
KIND = {"card": Text(zh="银行卡", en="bank card"), "other": Text(zh="其他账户", en="other account")}


def claim(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The decision page of one claim."""
    found = claim_page(request.scope, uuid)
    if found is None:
        raise Http404
    day, scheme = records_day(), scheme_of(found)
    seen = look(found, day)
    decisions = decisions_of(found)
    shown_decision, note = _decision_now(found, seen, day, request.scope, decisions)
    version = version_of(found)
    may_write = request.scope.allows("benefit.apply", found.area)
    payments, periods = payments_of(found), periods_of(found)
    columns = columns_for(scheme.subject, city_pack().attested.values())
    shown = {
        "claim": found,
        "subject": subject_of(found),
        "scheme": scheme,
        "version": version,
        "village": name_places([found.area]).get(found.area, found.area),
        "state": STATES[seen.standing.state],
        "style": STYLE[seen.standing.state],
        "standing": say_standing(seen),
        "late": say_late(seen.late) if seen.late else None,
        "decision": show_decision(shown_decision, scheme) if shown_decision else None,
        "note": note,
        "why": _why(found, seen),
        "returned": _returned(payments, periods),
        "back": _list_url(request, seen),
        "day": day,
        "doors": doors_of(request.scope, seen, day, met=shown_decision is None or shown_decision.eligible),
        "timeline": _timeline(found, seen),
        "decisions": [_line_of(one) for one in reversed(decisions)],
        "periods": _periods(periods),
        "payments": [_payment(one) for one in payments],
        "account": account_of(found),
        "kinds": KIND,
        "may_write": may_write,
        "facts": facts_to_attest(found, version, scheme) if may_write else [],
        "attested": [_attested(one, columns) for one in attestations_of(found)],
        "objection": version.objection,
        "stops": version.stop,
        "recoveries": [_recovery(one) for one in recoveries_of(found)],
        "given_back": say_money(given) if (given := given_back(found)) else None,
        "may_recover": request.scope.allows("benefit.county", found.area),
        "letter": ended_by(found) is not None,
        "overpaid": sum(-one.open for one in periods if one.open < 0),
    }
    return render(request, "benefits/claim.html", shown)


def _decision_now(
    claim: Claim, seen: Seen, day: date, scope: Scope, decisions: Sequence[Decision]
) -> tuple[Decision | None, Text | None]:
    """While a claim is open or in force the judgement by today's register, else the last one that was made."""
    last = decisions[-1] if decisions else None
    if seen.standing.state not in ("waiting", "notice", "objected", "in_force"):
        return last, None
    try:
        return judge(claim, day, scope), None
    except ShidaiError as error:
        return last, say_problem(error)


def _list_url(request: StaffRequest, seen: Seen) -> str:
    """The list that leads to a claim: of its scheme, what waits for the reader while something is to be done."""
    show = "mine" if seen.standing.state in ("waiting", "objected") else "all"
    return address(request, "/benefits/claims/", scheme=seen.claim.scheme, show=show)


def _why(claim: Claim, seen: Seen) -> str:
    """The reason of the act that holds a claim up or ended it."""
    if seen.standing.state not in ("objected", "refused", "declined", "stopped"):
        return ""
    last = claim.entries.order_by("number").last()
    return last.reason if last is not None else ""


def _returned(payments: Sequence[Told], periods: Sequence[Period]) -> Text | None:
    """Why the bank returned the last payment, while its money is still to be paid; None otherwise."""
    sent = [one for one in payments if batch_state(one.payment.batch) != "refused"]
    if not sent or sent[0].state != "returned" or all(one.open <= 0 for one in periods):
        return None
    return reason_in_words(sent[0].reason) if sent[0].reason else Text(zh="没有说明原因", en="no reason given")


def doors_of(scope: Scope, seen: Seen, day: date, *, met: bool) -> list[dict[str, Any]]:
    """What this person may do with the claim now: the acts that would be accepted. met: whether every condition is."""
    fitting = [act for act in ACTS if may_do(scope, seen, act, day)]
    acts = [act for act in fitting if met or act not in ("pass", "reverify")]
    wanted: tuple[Act, ...] = ("pass", "settle", "reverify") if met else ("settle", "refuse", "stop")
    urgent = seen.standing.state != "in_force" or not met or seen.late > 0
    first = next((act for act in wanted if act in acts), None) if urgent else None
    ordered = sorted(acts, key=lambda act: act != first)
    return [
        {
            "url": f"/benefits/claims/{seen.claim.uuid}/act/{act}/",
            "title": BUTTON[act],
            "icon": ICON[act],
            "primary": act == first,
        }
        for act in ordered
    ]


def may_do(scope: Scope, seen: Seen, act: Act, day: date) -> bool:
    """Whether the act fits where the claim stands and belongs to this person's office."""
    version, area = version_of(seen.claim), seen.claim.area
    if act == "reverify" and version.reverify_months is None:
        return False
    if act in ANYBODY:
        allowed = scope.allows("benefit.apply", area)
    else:
        step = seen.step if act in ("pass", "refuse", "settle") else None
        allowed = scope.allows(OFFICE[(step or version.step[-1]).level], area)
    return allowed and _fits(seen.standing, Entry(act, day, scope.username), version.step)


def _fits(standing: Standing, entry: Entry, steps: Any) -> bool:
    try:
        follow(standing, entry, steps)
    except ShidaiError:
        return False
    return True


def _timeline(claim: Claim, seen: Seen) -> list[dict[str, Any]]:
    """The claim's acts, the latest first."""
    steps = version_of(claim).step
    lines: list[dict[str, Any]] = []
    standing = Standing()
    for entry in sorted(claim.entries.select_related("decision"), key=lambda one: one.number):
        plain = Entry(entry.act, entry.day, entry.by, entry.told_on)  # type: ignore[arg-type]
        before = standing.on(entry.day, steps)
        title = DID.get(entry.act)
        if title is None:
            title = Text(zh="{step}通过", en="{step} passed").filled(step=say_step(steps[before.step]))
        standing = follow(standing, plain, steps)
        lines.append(
            {
                "title": title,
                "when": say_date(entry.day),
                "by": name_staff(entry.by),
                "reason": entry.reason,
                "fen": say_money(entry.fen) if entry.fen is not None else None,
                "url": _decision_url(claim, entry.decision) if entry.decision is not None else "",
            }
        )
    if lines:
        lines[-1]["now"] = True
    return lines[::-1]


def _decision_url(claim: Claim, decision: Decision) -> str:
    return f"/benefits/claims/{claim.uuid}/decisions/{decision.uuid}/"


def _line_of(decision: Decision) -> dict[str, Any]:
    return {
        "url": _decision_url(decision.claim, decision),
        "on": say_date(decision.on),
        "by": name_staff(decision.by),
        "eligible": decision.eligible,
        "money": say_money(decision.fen),
        "open": sum(not one["met"] for one in decision.outcomes),
    }


def _periods(periods: list[Period]) -> list[dict[str, Any]]:
    """Neighbouring periods that went the same way are one line."""
    return [_period_line(list(group)) for _, group in groupby(periods, key=_history)]


def _history(period: Period) -> list[tuple[Any, ...]]:
    """What each line of a period is, and the batch that it was paid in."""
    return [
        (due.fen, due.decision is None, [one.payment.batch.pk for one in due.live])  # type: ignore[attr-defined]
        for due in period.lines
    ]


def _period_line(group: list[Period]) -> dict[str, Any]:
    shown = _period(group[0])
    if len(group) == 1:
        return shown
    span = f"{say_date(group[-1].day)} – {say_date(group[0].day)}"
    earned, open_ = sum(one.earned for one in group), sum(one.open for one in group)
    return shown | {
        "day": span, "earned": say_money(earned), "many": len(group), "each": say_money(group[0].earned),
        "open": open_, "open_money": say_money(abs(open_)),
    }  # fmt: skip


def _period(period: Period) -> dict[str, Any]:
    """One period as a line: what was earned, its corrections, whether it is paid."""
    paid = [one.payment.batch for due in period.lines for one in due.live]  # type: ignore[attr-defined]
    return {
        "day": say_date(period.day),
        "earned": say_money(period.earned),
        "lines": [_due(due) for due in period.lines] if len(period.lines) > 1 else [],
        "open": period.open,
        "open_money": say_money(abs(period.open)),
        "batch": f"/benefits/batches/{paid[-1].uuid}/" if paid else "",
        "pay_day": say_date(paid[-1].pay_day) if paid else "",
    }


def _due(due: Any) -> dict[str, Any]:
    """One line of a period with its ground."""
    if due.repayment is not None:
        waived = due.repayment.waived
        ground = Text(zh="不予追回", en="not asked back") if waived else Text(zh="已退回", en="given back")
    elif due.number == 0:
        ground = Text(zh="本期", en="the period's own")
    else:
        ground = Text(zh="更正", en="correction")
    return {"ground": ground, "money": say_money(due.fen), "at": say_date(due.at.date())}


def _payment(told: Told) -> dict[str, Any]:
    words, style = HELD.get(batch_state(told.payment.batch), OUTCOME[told.state])
    return {
        "url": f"/benefits/batches/{told.payment.batch.uuid}/",
        "pay_day": say_date(told.payment.batch.pay_day),
        "money": say_money(told.payment.fen),
        "state": words,
        "style": style,
        "reason": reason_in_words(told.reason) if told.reason else None,
        "day": say_date(told.day) if told.day else "",
    }


def _attested(one: Any, columns: Any) -> dict[str, Any]:
    column = columns.get(one.fact)
    value: Any = one.text if one.number is None else one.number
    if column is not None and column.type == "bool":
        value = bool(value)
    elif column is not None and column.type == "day":
        value = date.fromordinal(date(1970, 1, 1).toordinal() + one.number)
    return {
        "title": column.title if column is not None else one.fact,
        "value": say_fact(column, one.fact, value),
        "paper": one.paper,
        "since": say_date(one.start_date),
        "until": say_date(one.end_date) if one.end_date else "",
        "by": name_staff(one.by),
    }


def _recovery(one: Any) -> dict[str, Any]:
    return {
        "money": say_money(one.fen),
        "paper": one.paper,
        "instalments": [{"day": say_date(day), "money": say_money(fen)} for day, fen in instalments_of(one)],
    }


def decision(request: StaffRequest, uuid: UUID, decision: UUID) -> HttpResponse:
    """One decision as it was made, and whether it comes out the same today."""
    found = claim_page(request.scope, uuid)
    stored = next((one for one in decisions_of(found) if one.uuid == decision), None) if found else None
    if found is None or stored is None:
        raise Http404
    shown = {
        "claim": found,
        "subject": subject_of(found),
        "scheme": scheme_of(found),
        "decision": show_decision(stored, scheme_of(found)),
        "same": same_result(stored),
        "back": f"/benefits/claims/{found.uuid}/",
    }
    return render(request, "benefits/decision.html", shown)


def run_again(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """All decisions of a claim made anew from the facts that they kept: a line for the page."""
    found = claim_page(request.scope, uuid)
    if found is None:
        raise Http404
    decisions = decisions_of(found)[-MOST_RUN_AGAIN:]
    same = sum(same_result(one) for one in decisions)
    words = (
        Text(zh="{n} 次决定重新计算，结果全部相同。", en="{n} decisions made anew: the same result each.")
        if same == len(decisions)
        else Text(zh="{n} 次决定中有 {bad} 次结果不同！", en="Of {n} decisions {bad} come out differently!")
    )
    said = say(words.filled(n=len(decisions), bad=len(decisions) - same))
    return render(request, "benefits/again.html", {"said": said, "good": same == len(decisions)})
