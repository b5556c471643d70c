"""Records that may be one person's, for those who may judge: both sides, or the own side and a masked other one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shidai.core import audit, sealing
from shidai.core.access import Scope, require, within
from shidai.core.audit import Deed
from shidai.registry.contradictions import contradictions
from shidai.registry.dates import parse_date
from shidai.registry.merging import Plan, plan_merge, relatives
from shidai.registry.mistyped import Mistyped
from shidai.registry.models import Death, DuplicatePair, DuplicateRun, Person, Spell
from shidai.registry.models.duplicates import OUTSIDE
from shidai.registry.queries.person import NUMBER_SHOWN, Relative, family_of
from shidai.words import Text

Show = Literal["open", "split", "unsure", "decided"]
SHOWN: tuple[Show, ...] = ("open", "split", "unsure", "decided")
_STATES: dict[Show, tuple[str, ...]] = {
    "open": ("open",), "split": ("open",), "unsure": ("unsure",), "decided": ("same", "different"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair. Of one outside the reader's areas only the masked name and the area are there."""

    person: Person | None  # None: a row of another list, or masked
    name: str
    sex: int
    birth: tuple[object, str]  # date and precision; of another list's row the text as it stands there
    number: str
    phone: str
    address: str
    areas: tuple[str, str]  # registered, living
    relatives: tuple[Relative, ...]
    death: Death | None
    masked: bool
    child: str = ""  # of another list's row: the eldest child as it stands there


@dataclass(frozen=True, slots=True)
class PairPage:
    """A pair with both sides as the reader may see them; `may_judge`: both are hers to judge."""

    pair: DuplicatePair
    sides: tuple[Side, Side]
    may_judge: bool
    unlike: frozenset[str]  # 'number', 'phone': what differs, though the signs shown may be the same


@dataclass(frozen=True, slots=True)
class Queue:
    """How many pairs there are by list, and the latest search of the register itself."""

    counts: dict[Show, int]
    run: DuplicateRun | None


def queue(scope: Scope, *, area: str) -> Queue:
    """The lists of an area. Raises NoAccess for those who may not judge there."""
    require(scope, "duplicate.judge", area)
    counts: dict[Show, int] = {show: pairs(scope, area=area, show=show).count() for show in SHOWN}
    return Queue(counts, DuplicateRun.objects.filter(against="").first())


def pairs(scope: Scope, *, area: str, show: Show = "open") -> QuerySet[DuplicatePair]:
    """Pairs of an area that the caller may judge ('split': whose other record lies elsewhere), what the city was asked
    about first, then the most probable."""
    require(scope, "duplicate.judge", area)
    own = scope.prefixes("duplicate.judge")
    one, other = _lies("one", own), _lies("other", own) | Q(other=None)
    here = _lies("one", (area,)) | _lies("other", (area,))
    whose = (one | _lies("other", own)) & ~(one & other) if show == "split" else one & other
    alive = Q(one__merged_into=None, other__merged_into=None) if show != "decided" else Q()
    found = DuplicatePair.objects.filter(here, whose, alive, state__in=_STATES[show]).select_related("one", "other")
    if show == "decided":
        return found.order_by("-judged_at")
    return found.order_by(F("passed_at").asc(nulls_last=True), "-probability", "id")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first pairs that wait to be judged, and how many there are in all."""

    pairs: tuple[DuplicatePair, ...]
    total: int


def list_waiting(scope: Scope, *, most: int) -> Waiting:
    """Pairs that wait anywhere, for those who may judge everywhere; the list is logged."""
    require(scope, "duplicate.judge", "-")
    found = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN, one__merged_into=None, other__merged_into=None)
    listed = tuple(found.select_related("one", "other", "run")[:most])
    audit.record(scope, "duplicate.list", "duplicates", count=len(listed))
    return Waiting(listed, found.count())


def _lies(side: str, prefixes: tuple[str, ...]) -> Q:
    if "" in prefixes:
        return Q(**{f"{side}__isnull": False})
    return within(prefixes, f"{side}__registered_area", f"{side}__living_area")


def pair_page(scope: Scope, uuid: UUID, *, numbers: bool = False) -> PairPage | None:
    """One pair, with full numbers if asked for; None when neither record lies in the caller's areas. Logged."""
    require(scope, "duplicate.judge")
    pair = DuplicatePair.objects.select_related("one", "other", "run").filter(uuid=uuid).first()
    if pair is None:
        return None
    people = [one for one in (pair.one, pair.other) if one is not None]
    seen = [one for one in people if _is_mine(scope, one)]
    if not seen:
        return None
    first = _side(scope, pair.one) if pair.one in seen else _masked(pair.one)
    if pair.other is None:
        second = _outside(pair)
    else:
        second = _side(scope, pair.other) if pair.other in seen else _masked(pair.other)
    audit.record_all(
        scope,
        [
            Deed("duplicate.read", f"person:{one.uuid}", one.living_area or one.registered_area,
                 {"pair": pair.uuid, "numbers": numbers})
            for one in seen
        ],
    )  # fmt: skip
    unlike = frozenset(
        name for name in _NUMBERS if len(both := {getattr(first, name), getattr(second, name)}) == 2 and "" not in both
    )
    sides = (first, second) if numbers else (_hidden(first, second), _hidden(second, first))
    return PairPage(pair, sides, len(seen) == len(people), unlike)


_NUMBERS = ("number", "phone")


def _hidden(side: Side, other: Side) -> Side:
    """The side with its numbers hidden."""
    return replace(side, number=_hide(side.number, other.number), phone=_hide(side.phone, other.phone))


def _is_mine(scope: Scope, person: Person) -> bool:
    return any(scope.allows("duplicate.judge", area or "-") for area in (person.registered_area, person.living_area))


def _side(scope: Scope, person: Person) -> Side:
    told = sealing.open_sealed(bytes(person.contact), "person.contact")
    phone, address = json.loads(told) if told else ("", "")
    cards = [sealing.open_sealed(bytes(one.number), "identifier.number")
             for one in person.identifiers.filter(kind="resident")]  # fmt: skip
    number = cards[0] if cards else ""
    areas, death = (person.registered_area, person.living_area), Death.objects.filter(person=person).first()
    born = (person.birth_date, person.birth_precision)
    family = family_of(scope, person)
    return Side(person, person.name, person.sex, born, number, phone, address, areas, family, death, masked=False)


def _outside(pair: DuplicatePair) -> Side:
    """The row of another list, as it was sent."""
    row = json.loads(sealing.open_sealed(bytes(pair.outside), OUTSIDE))
    told = {role: row.get(role) or "" for role in ("identifier", "phone", "address", "birth_date", "sex")}
    name = row.get("name") or f"{row.get('family_name') or ''}{row.get('given_name') or ''}"
    sex = {"男": 1, "女": 2, "1": 1, "2": 2}.get(told["sex"], 9)
    areas = (row.get("region") or "", row.get("locality") or "")
    born = _born(told["birth_date"])
    return Side(
        None, name, sex, born, told["identifier"], told["phone"], told["address"], areas, (), None, masked=False,
        child=row.get("child") or "",
    )  # fmt: skip


def _born(text: str) -> tuple[object, str]:
    """A date as another list writes it, or the text where it is none."""
    try:
        read = parse_date(text)
    except Mistyped:
        return text, ""
    return read or (text, "")


def _masked(person: Person) -> Side:
    """What somebody may know of a record in another area: that it is there, and in which county."""
    county = (person.living_area or person.registered_area)[:6]
    name = person.name[:1] + "*" * max(len(person.name) - 1, 1)
    return Side(None, name, 9, (None, "none"), "", "", "", ("", county), (), None, masked=True)


def _hide(number: str, other: str = "") -> str:
    """As much of a number as serves to compare it: both ends, and the few signs in which it differs from the other."""
    first, last = NUMBER_SHOWN if len(number) > sum(NUMBER_SHOWN) + 4 else (len(number) // 4, len(number) // 4)
    middle = range(first, len(number) - last)
    slips = {at for at in middle if number[at] != other[at]} if len(number) == len(other) else set()
    shown = slips if len(slips) <= _SLIPS else set()
    return "".join("•" if at in middle and at not in shown else sign for at, sign in enumerate(number))


_SLIPS = 2  # so many signs apart two numbers may be one mistyped; more of them are told by no more than that


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do, and where the two records contradict each other."""

    plan: Plan
    told: tuple[Text, ...]
    are_relatives: bool


def preview_merge(scope: Scope, *, keep: UUID, gone: UUID) -> MergePreview | None:
    """The merge of two records in numbers, before anything is done; None unless both are the caller's to judge."""
    found = {one.uuid: one for one in Person.objects.filter(uuid__in=(keep, gone), merged_into=None)}
    if len(found) < 2 or not all(_is_mine(scope, one) for one in found.values()):
        return None
    plan = plan_merge(found[keep], found[gone])
    return MergePreview(plan, tuple(contradictions(plan)), relatives(found[keep], found[gone]))


def propose_kept(one: Person, other: Person) -> Person:
    """The record to keep: where the person came last to live, for that is where she is found; else the older one."""
    latest = Spell.objects.filter(person__in=(one, other), kind=Spell.Kind.LIVING, end_date=None)
    newest = latest.order_by("-start_date", "person_id").values_list("person_id", flat=True).first()
    return other if newest == other.pk else one


@dataclass(frozen=True, slots=True)
class Doubt:
    """Pairs among some people that may be one person and aren't settled, and the last search that looked for them."""

    pairs: int
    run: DuplicateRun | None  # none: nobody has looked yet


def doubt_among(scope: Scope, person_ids: Collection[int]) -> Doubt:
    """Unsettled pairs of whom both are among these row numbers: open, unsure, or the same but not merged yet."""
    require(scope, "record.read")
    wanted = set(person_ids)
    unsettled = DuplicatePair.objects.exclude(state=DuplicatePair.State.DIFFERENT).filter(
        other__isnull=False, one__merged_into=None, other__merged_into=None
    )
    found = sum(one in wanted and other in wanted for one, other in unsettled.values_list("one_id", "other_id"))
    return Doubt(found, DuplicateRun.objects.filter(against="").first())
