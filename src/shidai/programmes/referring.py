"""The write of referrals: to where a visit's result sends somebody. The same id again does nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.core.refusing import refuse_future, refuse_other
from shidai.core.written import once
from shidai.programmes.models import Referral, Visit
from shidai.programmes.referrals import Called, may_refer, places_for
from shidai.programmes.wording import ONE_PLACE
from shidai.supply.queries import find_open_site
from shidai.words import Problem, ShidaiError, Text


@once
def refer(
    *, by: Scope, visit: UUID, origin: str, site: str = "", outside: str = "", day: date | None = None,
    reason: str = "", recorded_at: datetime | None = None, id: UUID | None = None,
) -> Referral:  # fmt: skip
    """To where somebody is sent: a site by its code, or the name of a place outside the city; from which site.

    A second one replaces the first and says why. Raises ShidaiError for a visit that calls for no referral or was
    answered, a day before it or to come, a site that is closed or sees nobody, one's own, and the same place again.
    """
    on = day or timezone.localdate()
    refuse_future(on)
    found = Visit.objects.select_for_update(of=("self",)).select_related("person").filter(uuid=visit).first()
    if found is None:
        raise _not_called_for()
    require(by, "service.record", found.area)
    told = (_mark(found), origin, site, outside.strip(), on, reason.strip())
    if (known := _known(id, told)) is not None:
        return known
    called = may_refer(found)
    if called is None:
        raise _not_called_for()
    if on < found.day:
        raise _refused("day", Text(zh=f"{on}早于就诊日期{found.day}。", en=f"{on} is before the visit on {found.day}."),
                       Text(zh="请核对日期。", en="Check the day."))  # fmt: skip
    source = _find_origin(by, origin, on)
    target = _find_target(called, source.code, site, outside.strip(), on)
    old = _last(found)
    if old is not None:
        _refuse_same(old, target, outside.strip(), reason)
    made = Referral.objects.create(
        uuid=id or new_id(), by=by.username, visit=old.visit if old is not None else found, origin=source,
        site=target, outside="" if target is not None else outside.strip(), day=on, replaces=old,
        reason=reason.strip() if old is not None else "", recorded_at=recorded_at or timezone.now(),
    )  # fmt: skip
    audit.record(
        by, "service.refer", f"person:{found.person.uuid}", area=found.area, programme=found.programme,
    )  # fmt: skip
    return made


def _known(id: UUID | None, told: tuple[object, ...]) -> Referral | None:
    """What was written under this id already. Raises ShidaiError when it says something else."""
    known = Referral.objects.select_related("origin", "site", "visit").filter(uuid=id).first() if id else None
    if known is not None:
        code = known.site.code if known.site is not None else ""
        refuse_other((_mark(known.visit), known.origin.code, code, known.outside, known.day) == told[:-1])
        refuse_other(known.reason in ("", told[-1]))
    return known


def _mark(visit: Visit) -> tuple[object, ...]:
    """What a visit and its corrections share."""
    return visit.course, visit.step, visit.day


def _last(visit: Visit) -> Referral | None:
    """The referral of a visit, or of what it corrected, that nothing has replaced."""
    of = Referral.objects.filter(visit__course=visit.course, visit__step=visit.step, visit__day=visit.day)
    return of.filter(replaced_by=None).order_by("-pk").first()


def _find_origin(by: Scope, code: str, on: date) -> Any:
    try:
        source = find_open_site(code, on)
    except ShidaiError as error:
        raise ShidaiError([Problem("origin", one.what, one.mend) for one in error.problems]) from error
    require(by, "service.record", source.area)
    return source


def _find_target(called: Called, origin: str, site: str, outside: str, on: date) -> Any:
    """The site, or None for a place outside the city."""
    if bool(site) == bool(outside):
        raise _refused(
            "outside",
            ONE_PLACE,
            Text(zh="请写名称，或把它删去。", en="Write the name, or remove it."),
        )  # fmt: skip
    if outside:
        return None
    target = find_open_site(site, on)
    if target.code == origin:
        raise _refused(
            "site", Text(zh="这就是转出的站点。", en="That is the site that refers."),
            Text(zh="请另选站点；在本站复查不用转诊。", en="Choose another one; what is done here needs no referral."),
        )  # fmt: skip
    if target.code not in {one.code for one in places_for(called, on)}:
        raise _refused(
            "site", Text(zh="这个站点不接诊这类转诊。", en="Nobody is referred to this site for that."),
            Text(zh="请从列出的站点中选择。", en="Choose one of the sites that are listed."),
        )  # fmt: skip
    return target


def _refuse_same(old: Referral, target: Any, outside: str, reason: str) -> None:
    if (old.site_id, old.outside) == (target.pk if target is not None else None, outside):
        raise _refused(
            "site", Text(zh="已经转到那里。", en="That is where the referral leads already."),
            Text(zh="要改转别处，请另选；不改就返回。", en="Choose another place, or go back."),
        )  # fmt: skip
    if not reason.strip():
        raise _refused(
            "reason", Text(zh="请写明改转的理由。", en="Give the reason of the change."),
            Text(zh="原来的转诊仍会保留。", en="The referral before stays on file."),
        )  # fmt: skip


def _not_called_for() -> ShidaiError:
    return _refused(
        "visit",
        Text(zh="这次就诊现在不需要转诊：结果没有要求，或已有答复、已更正、本人不再参加。",
             en="This visit calls for no referral now: its result asks for none, or it was answered or corrected, or "
                "nobody should ask any more."),
        Text(zh="请打开本人档案核对。", en="Open the person's record and check."),
    )  # fmt: skip


def _refused(where: str, what: Text, mend: Text) -> ShidaiError:
    return ShidaiError(Problem(where, what, mend))
