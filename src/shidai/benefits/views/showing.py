"""How claims are shown on every page: whose they are, where they stand, what comes next, by whom and by when."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages

from shidai.benefits.deciding import scheme_of
from shidai.benefits.models import Claim
from shidai.benefits.notices import mask_name
from shidai.benefits.queries import version_of
from shidai.benefits.queries.lists import Seen
from shidai.benefits.wording import LEVEL, STEP, say_late, say_step
from shidai.benefits.workflow import STATES
from shidai.core import queries as core
from shidai.core.language import say
from shidai.core.request import StaffRequest
from shidai.packs.schema.scheme import Step
from shidai.registry.villages import name_places
from shidai.registry.wording import say_date
from shidai.words import ShidaiError, Text

STYLE = {
    "waiting": "", "notice": "", "objected": "late", "in_force": "good", "refused": "plain", "declined": "plain",
    "stopped": "plain", "new": "plain",
}  # fmt: skip
HOME_OF = Text(zh="{name}户", en="Household of {name}")
SAVED = Text(zh="已办理：{what}。", en="Done: {what}.")
HOME = Text(zh="家庭户", en="Household")


def address(request: StaffRequest, path: str, **more: Any) -> str:
    """A page's address with the area and period in view."""
    given = {name: value for name, value in more.items() if value not in ("", None)}
    return f"{path}?{urlencode({'area': request.place.area.code, 'period': request.place.period, **given})}"


def say_done(request: StaffRequest, what: Text) -> None:
    """The next page says what was done."""
    messages.success(request, say(SAVED.filled(what=what)))


def name_staff(username: str) -> str:
    """The name of who did something; an account that is gone keeps its user name."""
    return core.staff_names([username])[username]


def say_problem(error: ShidaiError) -> Text:
    """What is wrong and what to do, as one text for a page that goes on without it."""
    first = error.problems[0]
    return Text(zh=first.what.zh + first.mend.zh, en=f"{first.what.en} {first.mend.en}".strip())


def claim_url(claim: Claim) -> str:
    return f"/benefits/claims/{claim.uuid}/"


def subject_of(claim: Claim) -> dict[str, str]:
    """Whose claim it is: a name, and the page of the record."""
    if claim.person is not None:
        return {"name": claim.person.name, "url": f"/people/{claim.person.uuid}/"}
    if claim.household is not None:
        head = claim.household.head
        name = HOME_OF.filled(name=head.name) if head else HOME
        return {"name": say(name), "url": f"/households/{claim.household.uuid}/"}
    return {"name": name_places([claim.village])[claim.village], "url": ""}


def masked_subject(claim: Claim) -> str:
    """Whose claim it is as a paper that hangs in public says it."""
    if claim.person is not None:
        return mask_name(claim.person.name)
    if claim.household is not None and claim.household.head is not None:
        return say(HOME_OF.filled(name=mask_name(claim.household.head.name)))
    return name_places([claim.village]).get(claim.village, "–") if claim.village else "–"


def say_standing(seen: Seen) -> Text:
    """Where a claim stands, what comes next, by whom and by when, as one sentence."""
    now, step = seen.standing, seen.step
    if now.state == "waiting" and step is not None:
        by = Text(zh="，应在{day}前办理", en=", to be done by {day}").filled(day=say_date(seen.deadline))
        said = Text(zh="等待{step}", en="Waits for the {step}").filled(step=say_step(step))
        return _joined(_joined(said, by if seen.deadline else Text(zh="", en="")), _say_unannounced(seen))
    if now.state == "notice" and step is not None:
        return _say_notice(seen, step)
    if now.state == "objected" and step is not None:
        said = Text(zh="公示中有异议，等待{level}处理", en="Objected to in the notice; the {level} has to settle it")
        return said.filled(level=LEVEL[step.level])
    if now.state == "in_force":
        said = Text(zh="自{day}起享受", en="In force since {day}").filled(day=say_date(now.since))
        again = Text(zh="，{day}前须复核", en="; to be confirmed again by {day}").filled(day=say_date(seen.deadline))
        return _joined(said, again if seen.deadline else Text(zh="", en=""))
    over = {
        "refused": Text(zh="{day}不予确认，可以申诉", en="Refused on {day}; an appeal is open"),
        "declined": Text(zh="{day}自愿放弃，可以再申请", en="Declined on {day}; an application stays open"),
        "stopped": Text(zh="{day}起停止，可以申诉", en="Stopped on {day}; an appeal is open"),
    }
    return over.get(now.state, STATES[now.state]).filled(day=say_date(now.since))


def _say_unannounced(seen: Seen) -> Text:
    """That the deadline is by weekends alone, where the pack doesn't know a year's holidays."""
    if not seen.unannounced:
        return Text(zh="", en="")
    years = Text(zh="、".join(map(str, seen.unannounced)), en=", ".join(map(str, seen.unannounced)))
    said = Text(
        zh="（政策包没有{years}年的放假安排，只按周末计算）",
        en=" (the holidays of {years} aren't in the pack: weekends only)",
    )
    return said.filled(years=years)


def _say_notice(seen: Seen, step: Step) -> Text:
    steps = version_of(seen.claim).step
    later = seen.standing.step + 1
    after = (
        Text(zh="期满后由{level}{act}", en="then the {act} by the {level}").filled(
            level=LEVEL[steps[later].level], act=STEP[steps[later].act]
        )
        if later < len(steps)
        else Text(zh="期满后享受", en="then it is in force")
    )
    said = Text(zh="{level}公示到{day}，{after}", en="In the {level}'s public notice to {day}, {after}")
    return said.filled(level=LEVEL[step.level], day=say_date(seen.standing.until), after=after)


def _joined(first: Text, second: Text) -> Text:
    return Text(zh=first.zh + second.zh, en=first.en + second.en)


def row_of(seen: Seen, places: dict[str, str]) -> dict[str, Any]:
    """A claim as a line of a list."""
    claim = seen.claim
    return {
        "url": claim_url(claim),
        "name": subject_of(claim)["name"],
        "scheme": scheme_of(claim).title,
        "village": places.get(claim.area, claim.area),
        "state": STATES[seen.standing.state],
        "style": STYLE[seen.standing.state],
        "standing": say_standing(seen),
        "deadline": say_date(seen.deadline) if seen.deadline else "",
        "late": say_late(seen.late) if seen.late else None,
    }
