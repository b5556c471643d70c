"""The four proofs as four sentences with numbers that open, from the record tables alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from shidai.benefits.actions.proving import start_proofs
from shidai.benefits.queries import doubt_among_payees
from shidai.benefits.queries.proving import ProofRun, last_proofs, last_run
from shidai.benefits.views.showing import HOME, HOME_OF, address, name_staff
from shidai.benefits.wording import say_doubt, say_money
from shidai.core import queries as core
from shidai.core.access import require
from shidai.core.language import say
from shidai.core.records import published_manifest
from shidai.core.request import StaffRequest, page_link
from shidai.indicators.proved import REASONS, CountyProof, Finding, Proofs
from shidai.registry import queries as registry
from shidai.registry.citypack import city_pack
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.words import Text, in_yuan

PAGE = 50
KINDS = {
    "error": Text(zh="不错：不符合或金额不对的发放", en="No error: payments that don't fit"),
    "duplicate": Text(zh="不重：同一期领了两次", en="No duplicate: paid twice for one period"),
    "omission": Text(zh="不漏：符合条件但没有享受", en="No omission: entitled and not on the roster"),
}
OUTSIDE = Text(zh="（不在您的权限内）", en="(outside your access)")


def proofs(request: StaffRequest) -> HttpResponse:
    """No error, no duplicate, no omission, and everything closes: for the area and the year in view.

    Proving is a job: the page shows what the last one found, and how far one is that runs.
    """
    area, year = request.place.area.code, request.place.year
    require(request.scope, "record.read", area)
    if request.method == "POST":
        start_proofs(by=request.scope, year=year, area=area)
        return HttpResponseRedirect(address(request, "/benefits/proofs/"))
    run = last_run(request.scope, year=year, area=area)
    if "progress" in request.GET:  # asked for every few seconds while it runs
        answer = render(request, "benefits/proofs_run.html", _told(request, run))
        if run is None or run.finished:
            answer["HX-Refresh"] = "true"
        return answer
    kept, published = last_proofs(request.scope, year=year, area=area), published_manifest()
    shown: dict[str, Any] = {
        "year": year, "back": address(request, "/benefits/"), "again": address(request, "/benefits/proofs/"),
        **_told(request, run), "kept": kept, "published": published,
        "renewed": kept is not None and published is not None and published.id != kept.made.manifest,
    }  # fmt: skip
    return render(request, "benefits/proofs.html", shown | (_shown(request, kept.made) if kept else {}))


def _told(request: StaffRequest, run: ProofRun | None) -> dict[str, Any]:
    """How far a run is, and where to ask again."""
    asked = address(request, "/benefits/proofs/", progress=1)
    by = name_staff(run.started_by) if run is not None else ""
    return {"run": run, "by": by, "running": run is not None and not run.finished, "progress": asked}


def _shown(request: StaffRequest, made: Proofs) -> dict[str, Any]:
    """What the proofs state, and the list that is opened."""
    kind = request.GET.get("list", "")
    shown = {
        "made": made, "sentences": _sentences(request, made), "rows": [_row(one) for one in made.rows],
        "kind": KINDS.get(kind),
    }  # fmt: skip
    return shown | (_findings(request, [one for one in made.findings if one.proof == kind]) if kind in KINDS else {})


def _sentences(request: StaffRequest, made: Proofs) -> list[dict[str, Any]]:
    """The four proofs, each with whether it holds, and the list that its number opens."""
    rows = made.rows
    payees, paid = sum(one.payees for one in rows), say_money(sum(one.paid for one in rows))
    errors, twice = sum(one.errors for one in rows), sum(one.duplicates for one in rows)
    entitled, overlooked = sum(one.entitled for one in rows), sum(one.overlooked for one in rows)
    candidates = sum(one.reasons == ("candidate",) for one in made.findings)  # an office grants it: no right of theirs
    unpaid = sum(one.unpaid for one in rows)
    waiting = sum(one.proof == "omission" for one in made.findings) - overlooked - candidates - unpaid
    doubtful = doubt_among_payees(request.scope, request.place.year)
    broken = sum(not one.closing.closes for one in rows)
    told = (
        ("error", not errors, Text(zh="不错", en="No error"), _say(
            errors, Text(zh="全年{payees}户（人）领取{paid}，逐期按今天的档案重算，全部符合。",
                         en="{payees} payees got {paid}; made anew period by period, everything fits."),
            Text(zh="全年{payees}户（人）领取{paid}，其中{n}户（人）有不符。",
                 en="{payees} payees got {paid}; of {n} something doesn't fit."),
        ).filled(payees=f"{payees:,}", paid=paid, n=errors), errors),
        ("duplicate", not twice and not doubtful.pairs, Text(zh="不重", en="No duplicate"), _both(_say(
            twice, Text(zh="没有人为同一期领取两次。", en="Nobody is paid twice for one period."),
            Text(zh="{n}处同一期领取两次。", en="{n} are paid twice for one period."),
        ).filled(n=twice), say_doubt(doubtful)), twice),
        ("omission", not overlooked and not unpaid, Text(zh="不漏", en="No omission"),
         _say_omissions(entitled, overlooked, waiting, unpaid), overlooked + waiting + unpaid),
        ("", not broken, Text(zh="收支相符", en="Everything closes"), _say(
            broken, Text(zh="台账与按规定应发的一致；编批、到账、退回和在途，分毫不差。",
                         en="The ledgers say what the rules give; batched, paid, returned and in flight agree to the "
                         "fen."),
            Text(zh="{n}处对不上，见下表。", en="{n} places don't agree; see below."),
        ).filled(n=broken), 0),
    )  # fmt: skip
    return [
        {
            "good": good, "title": title, "words": words,
            "url": address(request, "/benefits/proofs/", list=kind) if kind and count else "",
        }
        for kind, good, title, words, count in told
    ]  # fmt: skip


def _say_omissions(entitled: int, overlooked: int, waiting: int, unpaid: int) -> Text:
    """Who has not applied, who waits for a known reason, and whose claim is in force and lacks money."""
    applied = _say(
        overlooked, Text(
            zh="年末符合条件的{entitled}户（人）都已申请；未享受或退回的{waiting}件，原因已知。",
            en="All {entitled} entitled at the year's end have applied; {waiting} aren't paid, and why is known.",
        ),
        Text(zh="年末符合条件的{entitled}户（人）中，{n}户（人）无人申请。",
             en="Of {entitled} entitled at the year's end, {n} have not applied."),
    ).filled(entitled=f"{entitled:,}", n=overlooked, waiting=waiting)  # fmt: skip
    if not unpaid:
        return applied
    return _both(applied, Text(
        zh="享受中的有{n}件，发放日已过而未发足。",
        en="Of the claims in force, {n} lack money that a day of payment should have covered.",
    ).filled(n=unpaid))  # fmt: skip


def _both(first: Text, second: Text) -> Text:
    return Text(zh=first.zh + second.zh, en=f"{first.en} {second.en}")


def _say(bad: int, good_words: Text, bad_words: Text) -> Text:
    return bad_words if bad else good_words


def _row(row: CountyProof) -> dict[str, Any]:
    one = row.closing
    return {
        "county": _name(row.county),
        "scheme": city_pack().schemes[row.scheme].title,
        "people": (one.claims, one.in_force, one.over, one.pending),
        "money": [in_yuan(fen) for fen in (one.earned, one.by_rules, one.batched, one.paid, one.returned, one.in_flight,
                                           one.given_back, one.unpaid, one.overpaid)],
        "closes": one.closes,
    }  # fmt: skip


def _name(code: str) -> str:
    found = core.names([code]).get(code)
    return say(found.text) if found else code or "–"


def _findings(request: StaffRequest, found: Sequence[Finding]) -> dict[str, Any]:
    """One page of what a proof found, with names for those who may know them."""
    pressing = sorted(found, key=lambda one: one.reasons == ("candidate",))  # what an office may grant stands last
    page = Paginator(pressing, PAGE).get_page(request.GET.get("page"))
    schemes = city_pack().schemes
    area = request.place.area.code
    marks = {kind: [int(one.subject) for one in page.object_list if schemes[one.scheme].subject == kind]
             for kind in ("person", "household")}  # fmt: skip
    people = registry.people_behind(request.scope, marks["person"], area=area, period=str(request.place.year))
    homes = registry.households_behind(request.scope, marks["household"], area=area)
    villages = name_places(one.subject for one in page.object_list if schemes[one.scheme].subject == "village")
    return {
        "findings": [_finding(one, _whose(one, people, homes, villages)) for one in page.object_list],
        "total": page.paginator.count,
        "newer": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "older": page_link(request, page.next_page_number()) if page.has_next() else "",
    }


def _whose(one: Finding, people: dict[int, Any], homes: dict[int, Any], villages: dict[str, str]) -> dict[str, str]:
    """The name and page of whom a finding is about, where the reader may know them."""
    kind = city_pack().schemes[one.scheme].subject
    if kind == "village":
        return {"name": villages.get(one.subject, "–"), "url": ""}
    if kind == "household":
        home = homes.get(int(one.subject))
        named = HOME_OF.filled(name=home.head.name) if home else HOME
        return {"name": say(named), "url": f"/households/{home.uuid}/" if home else ""}
    who = people.get(int(one.subject))
    return {"name": who.name if who else say(OUTSIDE), "url": f"/people/{who.uuid}/" if who else ""}


def _finding(one: Finding, whose: dict[str, str]) -> dict[str, Any]:
    scheme = city_pack().schemes[one.scheme]
    return whose | {
        "scheme": scheme.title,
        "county": _name(one.county),
        "period": say_date(one.period),
        "fen": in_yuan(one.fen),
        "should": in_yuan(one.should),
        "reasons": [_reason(each, one) for each in one.reasons],
    }


def _reason(reason: str, found: Finding) -> Text:
    """A reason in words: a condition's title (with '?' where it is unknown), where a claim stands, another scheme."""
    schemes = city_pack().schemes
    version = schemes[found.scheme].version_on(found.period)
    name = reason.removesuffix("?")
    titles = {one.id: one.title.text for one in version.condition} if version else {}
    if name in titles:
        missed = titles[name]
        unmet = Text(zh=f"不符合“{missed.zh}”", en=f"not met: {missed.en}")
        return Text(zh=f"{missed.zh}（不详）", en=f"{missed.en} (unknown)") if reason.endswith("?") else unmet
    known = REASONS.get(name)
    if known is None:
        known = schemes[name].title.text if name in schemes else Text(zh=name, en=name)
    return known
