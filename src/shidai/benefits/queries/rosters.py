"""A roster that was checked and waits for its officer's word: her files, sealed, and what taking them over would do."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shidai.benefits.workflow import State
from shidai.core import sealing
from shidai.core.access import Scope, require

FIELD = "roster.files"  # its name in the seal
TAKING, DONE = ".taking", ".done"  # the sealed file is moved to the first; of the second only the name is left


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CheckedRoster:
    """A roster without faults. The numbers are those of the check; `standing`: new claims by scheme and state."""

    id: UUID
    source: str
    claims: RosterFile
    attested: RosterFile | None
    begun: int
    acts: int
    papers: int
    accounts: int
    standing: tuple[tuple[str, State, int], ...]


def rosters_folder() -> Path:
    return Path(settings.DATA) / "rosters"


def sealed_path(id: UUID) -> Path:
    return rosters_folder() / f"{id}.sealed"


def checked_roster(scope: Scope, id: UUID) -> CheckedRoster | None:
    """What its officer has checked and not taken over yet; None of anybody else's. Raises NoAccess."""
    require(scope, "benefit.import")
    try:
        sealed = sealed_path(id).read_bytes()
    except FileNotFoundError:
        return None
    return open_checked(id, sealed, scope)


def is_taken(scope: Scope, id: UUID) -> bool:
    """Whether a roster was taken over within the last day, or is being taken over now. Raises NoAccess."""
    require(scope, "benefit.import")
    return any(sealed_path(id).with_suffix(suffix).exists() for suffix in (TAKING, DONE))


def open_checked(id: UUID, sealed: bytes, scope: Scope) -> CheckedRoster | None:
    """A sealed roster opened; None of anybody else's."""
    told = json.loads(sealing.open_sealed(sealed, FIELD))
    if told["by"] != scope.username:
        return None
    claims, *attested = (RosterFile(name, b64decode(data)) for name, data in told["files"])
    counts = {name: told[name] for name in ("begun", "acts", "papers", "accounts")}
    standing = tuple((scheme, state, count) for scheme, state, count in told["standing"])
    return CheckedRoster(id, told["source"], claims, attested[0] if attested else None, standing=standing, **counts)
