"""A visiting round: from door to door in a village, who is due there and with what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from shidai.core.access import Scope
from shidai.packs.schema.programme import Programme
from shidai.programmes.queries import DueLine, due_with_people
from shidai.registry.queries import contacts


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody to call on, and what is due, what ends first at the top."""

    person: UUID
    name: str
    phone: str
    lines: tuple[DueLine, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """One address and who is due there; '' for those who have none on record."""

    address: str
    callers: tuple[Caller, ...]


def walk_round(scope: Scope, *, area: str, on: date, programmes: Sequence[Programme] = ()) -> list[Door]:
    """The doors of a village in the order of their addresses, house 9 before house 10; without an address last.

    Telephones and addresses are opened for it, and the log says so.
    """
    page, known = due_with_people(scope, area, on, programmes, 0, None)
    mine: dict[UUID, list[DueLine]] = {}
    for line in page.lines:
        mine.setdefault(line.person, []).append(line)
    people = [known[uuid] for uuid in mine]
    opened = contacts(scope, people, "round")
    people.sort(key=lambda one: (_house(opened[one.pk][1]), one.pinyin, one.pk))
    return [
        Door(address, tuple(Caller(one.uuid, one.name, opened[one.pk][0], tuple(mine[one.uuid])) for one in here))
        for address, here in groupby(people, key=lambda one: opened[one.pk][1].strip())
    ]


def _house(address: str) -> tuple[bool, list[tuple[int, str]]]:
    """An address as it sorts: numbers by their size."""
    parts = re.findall(r"\d+|\D+", address.strip())
    return not parts, [(int(one), "") if one.isdigit() else (-1, one) for one in parts]
