"""A roster's files are checked first and taken over at a word; between the two they lie sealed on disk."""

from __future__ import annotations

import json
import os
import time
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.db import transaction

from shidai.benefits.actions.roster import Taken, take_roster
from shidai.benefits.queries.rosters import (
    DONE,
    FIELD,
    TAKING,
    CheckedRoster,
    RosterFile,
    checked_roster,
    open_checked,
    rosters_folder,
    sealed_path,
)
from shidai.core import sealing
from shidai.core.access import Scope, require
from shidai.core.ids import new_id
from shidai.words import ShidaiError, problem

KEPT_SECONDS = 24 * 3600


def check_roster(*, by: Scope, source: str, claims: RosterFile, attested: RosterFile | None = None) -> CheckedRoster:
    """Check a roster's files whole and keep them for a day, until `take_checked`. Nothing is taken over yet.

    It is taken over and undone again, so what is told is what will happen. Raises ShidaiError with every row that
    can't be taken.
    """
    require(by, "benefit.import")
    files = [claims, *([attested] if attested is not None else [])]
    _refuse_one_name(files)
    with transaction.atomic():
        told = _take(by, source, files)
        transaction.set_rollback(True)
    _drop_old()
    id = new_id()
    _keep(id, by, source, files, told)
    made = checked_roster(by, id)
    assert made is not None
    return made


def take_checked(*, by: Scope, id: UUID) -> Taken:
    """Take over what was checked; two clicks do it once, and it is checked again on the way.

    Raises ShidaiError when it isn't there any more, or when its rows can't be taken any more.
    """
    require(by, "benefit.import")
    path = sealed_path(id)
    taking = path.with_suffix(TAKING)
    if checked_roster(by, id) is None:
        raise _gone()
    try:
        path.replace(taking)  # whoever moves it takes it over
    except FileNotFoundError:
        raise _gone() from None
    try:
        made = open_checked(id, taking.read_bytes(), by)
        assert made is not None
        told = _take(by, made.source, [made.claims, *([made.attested] if made.attested is not None else [])])
    except BaseException:
        taking.replace(path)
        raise
    path.with_suffix(DONE).touch(mode=0o600)
    taking.unlink()
    return told


def _take(by: Scope, source: str, files: Sequence[RosterFile]) -> Taken:
    with TemporaryDirectory(dir=_folder()) as folder:
        paths = []
        for file in files:
            path = Path(folder) / Path(file.name).name
            path.write_bytes(file.data)
            paths.append(path)
        return take_roster(by=by, source=source, claims=paths[0], attested=paths[1] if len(paths) > 1 else None)


def _folder() -> Path:
    folder = rosters_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep(id: UUID, by: Scope, source: str, files: Sequence[RosterFile], told: Taken) -> None:
    stated = {
        "by": by.username, "source": source,
        "files": [(file.name, b64encode(file.data).decode()) for file in files],
        "begun": told.claims, "acts": told.acts, "papers": told.attested, "accounts": told.accounts,
        "standing": [(scheme, state, count) for (scheme, state), count in sorted(told.standing.items())],
    }  # fmt: skip
    with os.fdopen(os.open(sealed_path(id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(sealing.seal(json.dumps(stated, ensure_ascii=False), FIELD))


def _drop_old() -> None:
    """Files that nobody took over within a day (they hold account numbers), and the marks of those taken over."""
    for path in rosters_folder().glob("*.*"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _refuse_one_name(files: Sequence[RosterFile]) -> None:
    if len({file.name for file in files}) < len(files):
        raise ShidaiError(
            problem(
                files[-1].name,
                zh="两个文件同名，无法说清是哪个文件的哪一行。",
                en="Both files have one name: it couldn't be told in which of them a row is.",
                mend_zh="请给其中一个改名。",
                mend_en="Rename one of them.",
            )
        )


def _gone() -> ShidaiError:
    return ShidaiError(
        problem(
            "",
            zh="这份名册已经接收，或检查后超过一天未确认。",
            en="This roster was taken over already, or wasn't confirmed within a day of its check.",
            mend_zh="请在申请清单中查看；没有接收的，请重新检查文件。",
            mend_en="Look into the list of claims; if it isn't there, check the files again.",
        )
    )
