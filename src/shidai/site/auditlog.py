"""The audit log as sentences: names instead of user names, what was done in words, areas by their full names.

What an entry's facts add is looked up for a page of entries at once: accounts, areas, and which of the persons the
reader may open. A person outside the reader's access stays 'a person'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from shidai.benefits.wording import BUTTON, say_money
from shidai.core import queries
from shidai.core.access import Scope, role_title
from shidai.core.deeds import words_of
from shidai.core.language import say
from shidai.core.roles import ROLES
from shidai.programmes.wording import PIECE_STATES, WEEKDAYS
from shidai.registry import queries as registry
from shidai.registry.importing import FILE_KINDS
from shidai.registry.wording import RESIDENCE, UNION_END, WHO, say_date
from shidai.site.auditpack import PACK_WORDS, name_kind, name_of_pack
from shidai.site.figures import current_pack
from shidai.site.place import name_period
from shidai.words import Text

OPERATOR = Text(zh="服务器命令行", en="Server's command line")
NO_ACCOUNT = Text(zh="没有此账号：“{name}”", en="no such account: '{name}'")
OUTSIDE = Text(zh="本市以外（{code}）", en="outside the city ({code})")
SIDES = {"numerator": Text(zh="分子", en="numerator"), "denominator": Text(zh="分母", en="denominator")}
_LARGE = 10_000  # years are smaller
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FREE_TEXT = {"why", "reason"}  # may name people: for those only who may read records or review the emergency


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as an auditor reads it. `person` is '' unless the reader may open that record."""

    seq: int
    at: datetime  # in the site's time zone
    username: str
    who: str
    role: str
    deed: str
    what: str
    more: str
    person: str
    area: str
    place: str
    count: int | None
    hash: str

    @property
    def link(self) -> str:
        return self.hash[:10]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about everything that a page of entries names."""

    scope: Scope
    staff: dict[str, Any]
    accounts: dict[str, Any]
    places: dict[str, str]
    readable: set[UUID]


def read_lines(scope: Scope, entries: Sequence[Any]) -> list[Line]:
    """Entries of the log in words, in the reader's language."""
    known = _Known(
        scope=scope,
        staff=queries.staff_known(scope, {entry.actor for entry in entries}),
        accounts=queries.staff_with_ids(scope, _ids(entries, "staff")),
        places=name_fully(entry.area for entry in entries),
        readable=registry.readable(scope, _ids(entries, "person")),
    )
    return [_line(entry, known) for entry in entries]


def _ids(entries: Iterable[Any], kind: str) -> set[UUID]:
    found = (entry.subject.partition(":") for entry in entries)
    return {id for name, _, text in found if name == kind and (id := _uuid(text)) is not None}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def name_fully(codes: Iterable[str]) -> dict[str, str]:
    """Areas by code with all that lies above them, except the city."""
    wanted = {code for code in codes if code}
    known = queries.full_names(wanted)
    named = {code: " ".join(say(area.text) for area in path) for code, path in known.items()}
    return {code: named.get(code) or say(OUTSIDE.filled(code=code)) for code in wanted}


def _line(entry: Any, known: _Known) -> Line:
    at = timezone.localtime(datetime.fromisoformat(entry.at))
    detail = json.loads(entry.detail)
    words = words_of(entry.deed)
    who, role = _who(entry.actor, at.date(), known)
    person = _ids([entry], "person") & known.readable
    return Line(
        seq=entry.seq,
        at=at,
        username=entry.actor,
        who=who,
        role=role,
        deed=entry.deed,
        what=say(words.done),
        more=_more(entry, detail, words.more, known),
        person=str(person.pop()) if person else "",
        area=entry.area,
        place=known.places.get(entry.area, ""),
        count=_count(detail),
        hash=entry.hash,
    )


def _who(username: str, day: date, known: _Known) -> tuple[str, str]:
    """Name and roles of that day; the command line and names that nobody has are said so."""
    member = known.staff.get(username)
    if member is not None:
        held = {p.role for p in member.postings.all() if p.start_date <= day and (not p.end_date or day < p.end_date)}
        return str(member), "、".join(say(role_title(role)) for role in sorted(held))
    if username == queries.operator().username:
        return say(OPERATOR), ""
    return say(NO_ACCOUNT.filled(name=username)), ""


def _count(detail: dict[str, Any]) -> int | None:
    """How many records: listed, found, exported, imported, published or loaded."""
    if "count" in detail:
        return int(detail["count"])
    if isinstance(detail.get("rows"), dict):
        return sum(int(rows) for rows in detail["rows"].values())
    return int(detail["new"]) + int(detail["changed"]) if {"new", "changed"} <= detail.keys() else None


def _more(entry: Any, detail: dict[str, Any], words: Text | None, known: _Known) -> str:
    """The sentence's second half; '' when a fact that it rests on is missing or not for the reader."""
    facts = {name: value for name, value in _facts(entry, detail, known).items() if value not in ("", None)}
    if words is None:
        return ""
    try:
        return say(words.filled(**facts))
    except KeyError:
        return str(facts.get("object", ""))


def _facts(entry: Any, detail: dict[str, Any], known: _Known) -> dict[str, Any]:
    """The entry's details in words, and what it was about."""
    free = known.scope.allows("record.read") or entry.deed.startswith("emergency.")
    facts = {name: _plain(value) for name, value in detail.items() if free or name not in FREE_TEXT}
    for name, read in _READ.items():
        if name in detail:
            facts[name] = read(str(detail[name]), facts.get(name, ""))
    return facts | {"object": _object(entry.subject, known)}


def _of_pack(name: str, id: str, _: Any) -> Text:
    return name_of_pack(name, id)


_READ: dict[str, Callable[[str, Any], Any]] = {
    **{name: partial(_of_pack, name) for name in PACK_WORDS},
    "fen": lambda fen, _: say_money(int(fen)),
    "side": SIDES.get,
    "reason": UNION_END.get,  # of a union; an emergency's reason is its own words
    "role": lambda role, _: role_title(role) if role in ROLES else role,
    "kind": lambda kind, _: FILE_KINDS[kind].title if kind in FILE_KINDS else RESIDENCE.get(kind) or name_kind(kind),
    "state": lambda state, _: PIECE_STATES.get(state, state),
    "act": lambda act, told: next((words for known, words in BUTTON.items() if known == act), told),
    "weekday": lambda day, told: WEEKDAYS.get(int(day), told),
    "period": lambda period, _: name_period(period),
}


def _plain(value: Any) -> Any:
    """A detail as it is read: days in words, large numbers in thousands, lists joined."""
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if isinstance(value, int) and value >= _LARGE:
        return f"{value:,}"
    return say_date(date.fromisoformat(value)) if isinstance(value, str) and _DAY.fullmatch(value) else value


def _object(subject: str, known: _Known) -> Any:
    """What the deed was about, if it isn't a person: a list, an indicator, an account."""
    kind, _, id = subject.partition(":")
    if kind == "list":
        return WHO.get(id, "")
    if kind == "indicator":
        one = current_pack().indicators.get(id)
        return one.title.text if one else id
    if kind == "scheme":
        return name_of_pack(kind, id)
    if kind == "lot":
        commodity, _, number = id.partition("/")
        return f"{say(name_of_pack('commodity', commodity))} {number}"
    if kind == "staff":
        member = known.accounts.get(id)
        return f"{member} ({member.username})" if member else ""
    return ""
