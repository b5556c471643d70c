"""Access = area prefix × role × purpose. A `Scope` is what one person may do where; every write and read takes one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from shidai.core.roles import ROLES, Capability
from shidai.words import Exit, ShidaiError, Text, problem


class NoAccess(ShidaiError):  # noqa: N818  reads as what it is
    """The person may not do this here. The site answers 403."""

    exit_code = Exit.NO_ACCESS


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in the areas whose code begins with `prefix`; an empty prefix is everywhere."""

    prefix: str
    role: str
    areas: tuple[str, ...] = ()  # former areas, and offspring of a move, whose records belong to the prefix now

    @property
    def prefixes(self) -> tuple[str, ...]:
        return (self.prefix, *self.areas)


EMERGENCY_ROLE = "emergency"
_EMERGENCY: frozenset[Capability] = frozenset({"record.read"})


def _capabilities(role: str) -> frozenset[Capability]:
    return _EMERGENCY if role == EMERGENCY_ROLE else ROLES[role].capabilities


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts, where and as what. Made by `core.queries.scope_of`."""

    staff_id: UUID | None
    username: str
    name: str
    grants: tuple[Grant, ...] = ()
    purpose: str = ""

    def prefixes(self, capability: Capability) -> tuple[str, ...]:
        """The area prefixes in which the person has this capability; ('',) is everywhere, () nowhere."""
        found = {p for grant in self.grants if capability in _capabilities(grant.role) for p in grant.prefixes}
        if "" in found:
            return ("",)
        return tuple(sorted(p for p in found if not any(p != q and p.startswith(q) for q in found)))

    def allows(self, capability: Capability, area: str = "") -> bool:
        """Whether the person may do this in the area; without an area: whether anywhere at all."""
        prefixes = self.prefixes(capability)
        return bool(prefixes) if not area else any(area.startswith(prefix) for prefix in prefixes)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(sorted({grant.role for grant in self.grants}))


def require(by: Scope, capability: Capability, *areas: str) -> None:
    """Refuse unless `by` may do this in one of the areas (a person may live in one and be registered in another)."""
    if any(by.allows(capability, area) for area in areas) if areas else by.allows(capability):
        return
    shown = "、".join(area for area in areas if area)
    raise NoAccess(
        problem(
            shown,
            zh="您的岗位无权进行这一操作。",
            en="Your posting doesn't allow this.",
            mend_zh="如需办理，请联系上级或系统管理员。",
            mend_en="Ask your superior or the administrator if you need it.",
        )
    )


def within(prefixes: tuple[str, ...], *fields: str) -> Q:
    """A filter: one of the area fields lies in one of the prefixes. Ranges, so that an index serves them."""
    if "" in prefixes:
        return Q()
    wanted = Q(pk__in=[])
    for field in fields:
        for prefix in prefixes:
            wanted |= Q(**{f"{field}__gte": prefix, f"{field}__lt": after(prefix)})
    return wanted


def after(prefix: str) -> str:
    """The first string that sorts after all strings beginning with the prefix (digits only)."""
    return prefix + ":"  # ':' follows '9'


def role_title(role: str) -> Text:
    return Text(zh="应急查阅", en="Emergency access") if role == EMERGENCY_ROLE else ROLES[role].title
