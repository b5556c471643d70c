"""Letters to print: that a benefit has stopped or was refused, and that something is to be given back.

To the person they say everything plainly. The copy that hangs in public has the name masked and neither the reason nor
any fact: these may tell of an illness or a death.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Claim, Decision, LedgerEntry
from shidai.benefits.queries import instalments_of, version_of
from shidai.benefits.queries.lists import claim_page
from shidai.benefits.queries.pages import Period, given_back, periods_of, recoveries_of
from shidai.benefits.views.conditions import show_decision, source_of
from shidai.benefits.views.showing import claim_url, masked_subject, subject_of
from shidai.benefits.wording import say_money
from shidai.core import queries as core
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.scheme import Level
from shidai.registry.recordsday import records_day
from shidai.registry.wording import say_date
from shidai.words import Text

ENDS = ("stop", "refuse")
TITLES = {
    "stop": Text(zh="停止享受告知书", en="Notice that a benefit has stopped"),
    "refuse": Text(zh="不予确认告知书", en="Notice that a claim is refused"),
    "recovery": Text(zh="多发待遇退回告知书", en="Notice of what was paid too much"),
}
YOU = Text(zh="您", en="you")
LETTERS = ("end", "recovery")


def letter(request: StaffRequest, uuid: UUID, letter: str) -> HttpResponse:
    """`end`: that it stopped or was refused (`?public=1`: the copy to hang up); `recovery`: what is to come back."""
    found = claim_page(request.scope, uuid)
    if found is None:
        raise Http404
    shown = _ended(found, "public" in request.GET) if letter == "end" else _owed(found) if letter in LETTERS else None
    if shown is None:
        raise Http404
    version = version_of(found)
    told = {
        "claim": found,
        "scheme": scheme_of(found),
        "version": version,
        "source": source_of(version.source),
        "village": _place(found, "village"),
        "office": _place(found, version.step[-1].level),
        "day": records_day(),
        "back": claim_url(found),
        "letter_url": f"{claim_url(found)}letters/{letter}/",
    }
    return render(request, f"benefits/letter_{letter}.html", told | shown)


def ended_by(claim: Claim) -> LedgerEntry | None:
    """The act that ended a claim, if nothing came after it that takes it back."""
    last = claim.entries.order_by("number").last()
    return last if last is not None and last.act in ENDS else None


def _ended(claim: Claim, public: bool) -> dict[str, Any] | None:
    entry = ended_by(claim)
    if entry is None:
        return None
    applied = claim.entries.filter(act="apply").order_by("number").last()
    shown = {
        "title": TITLES[entry.act],
        "stopped": entry.act == "stop",
        "since": say_date(entry.day),
        "applied": say_date(applied.day) if applied is not None else "",
        "public": public,
        "name": masked_subject(claim) if public else _addressee(claim),
    }
    if public:
        return shown
    owed = sum(-one.open for one in periods_of(claim) if one.open < 0)
    return shown | {
        "who": Text(zh=claim.person.name, en=claim.person.name) if _has_died(claim) and claim.person else YOU,
        "reason": entry.reason,
        "failed": _failed([entry.decision]) if entry.decision is not None else [],
        "owed": say_money(owed) if owed else None,
    }


def _owed(claim: Claim) -> dict[str, Any] | None:
    periods = [one for one in periods_of(claim) if one.open < 0]
    if not periods:
        return None
    return {
        "title": TITLES["recovery"],
        "name": _addressee(claim),
        "rows": [{"day": say_date(one.day), "money": say_money(-one.open)} for one in reversed(periods)],
        "owed": say_money(sum(-one.open for one in periods)),
        "given_back": say_money(given) if (given := given_back(claim)) else None,
        "failed": _failed(filter(None, map(_ground, periods))),
        "instalments": [
            {"day": say_date(day), "money": say_money(fen)}
            for one in recoveries_of(claim)
            for day, fen in instalments_of(one)
        ],
    }


def _ground(period: Period) -> Decision | None:
    """The decision by which a period gives less than was paid: that of its last line that isn't a repayment."""
    return next((due.decision for due in reversed(period.lines) if due.decision is not None), None)


def _failed(decisions: Iterable[Decision]) -> list[Mapping[str, Any]]:
    """The conditions that decisions found not to be met, each once, with the fact used, the clause and its source."""
    found: dict[str, Mapping[str, Any]] = {}
    for decision in decisions:
        for one in show_decision(decision, scheme_of(decision.claim))["outcomes"]:
            if not one["met"]:
                found.setdefault(one["id"], one)
    return list(found.values())


def _addressee(claim: Claim) -> str:
    """Whom a letter is for; of somebody who has died, the family."""
    name = subject_of(claim)["name"]
    if _has_died(claim):
        return say(Text(zh="{name}的家属", en="the family of {name}").filled(name=name))
    return name


def _has_died(claim: Claim) -> bool:
    return claim.person is not None and hasattr(claim.person, "death")


def _place(claim: Claim, level: Level) -> str:
    """The area of an office that the claim goes through, in full from the city down."""
    path = core.full_names([claim.area]).get(claim.area, ())
    names = [say(one.text) for one in path]
    end = next((at for at, one in enumerate(path) if one.level == level), len(path) - 1)
    return " ".join(names[: end + 1]) or claim.area
