"""Claims with their acts, the periods that they earn and the payments that pay them, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from shidai.packs import Pack
from shidai.packs.schema.scheme import SchemeVersion
from shidai.synth.benefits.steps import Way
from shidai.synth.city import City, Columns
from shidai.synth.days import NEVER

OUTCOMES = ("waiting", "notice", "in_force", "refused", "declined", "stopped")
WAITING, NOTICE, IN_FORCE, REFUSED, DECLINED, STOPPED = range(len(OUTCOMES))
FORMS = ("bank", "hand", "goods")
PAID, RETURNED, IN_FLIGHT = 0, 1, 2
PAYMENT_OUTCOMES = ("paid", "returned", "in_flight")
REASONS = ("", "不符合条件", "本人自愿放弃", "死亡", "户籍迁出或条件改变")  # of a claim's end
NOT_MET, OWN_WISH, DEATH, CHANGED = 1, 2, 3, 4
MOST_STEPS = 4

_CLAIM: dict[str, Any] = {
    "scheme": np.int8, "kind": np.int8, "who": np.int64, "area": np.int16, "applied": np.int32, "outcome": np.int8,
    "in_force": np.int32, "ended": np.int32, "reason": np.int8, "granted": np.int64, "form": np.int8,
}  # fmt: skip
_PERIOD: dict[str, Any] = {"claim": np.int64, "day": np.int32, "fen": np.int64}
_PAYMENT: dict[str, Any] = {
    "claim": np.int64, "day": np.int32, "outcome": np.int8, "answered": np.int32, "first": np.int32, "last": np.int32,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """Rows of claims, and of their periods and payments, which name a claim by its row.

    table: scheme (its place in `versions`: scheme, version, kind), kind and who (of `SUBJECTS`), area (village),
    applied, outcome, in_force and ended (days; NEVER: not), reason, granted (fen; 0: by the scheme's rule), form.
    passed: (claims, MOST_STEPS) days of the steps. confirmed: (claims, years) days of yearly confirmations.
    periods: claim, day of determination, fen.
    payments: claim, day, outcome, answered (NEVER: not yet); it pays the claim's periods from `first` to `last`.
    """

    versions: tuple[tuple[str, str, str], ...]
    table: Columns
    passed: npt.NDArray[np.int32]
    confirmed: npt.NDArray[np.int32]
    periods: Columns
    payments: Columns

    def __len__(self) -> int:
        return len(self.table["who"])


@dataclass(slots=True)
class Draft:
    """Claims of one scheme as they are drawn up."""

    pack: Pack
    version: SchemeVersion
    scheme: str
    parts: list[tuple[Columns, npt.NDArray[np.int32]]] = field(default_factory=list)
    confirmed: list[npt.NDArray[np.int32]] = field(default_factory=list)
    periods: list[Columns] = field(default_factory=list)
    payments: list[Columns] = field(default_factory=list)
    count: int = 0

    def add(
        self, way: Way, confirmed: npt.NDArray[np.int32] | None = None, **values: npt.ArrayLike
    ) -> npt.NDArray[np.int64]:
        """New claims; their rows come back."""
        number = len(way.passed)
        told = {"scheme": 0, "ended": NEVER, "reason": 0, "granted": 0, "form": 0, **values}
        columns = {name: np.broadcast_to(np.asarray(told[name], kind), number).copy() for name, kind in _CLAIM.items()}
        passed = np.full((number, MOST_STEPS), NEVER, np.int32)
        passed[:, : way.passed.shape[1]] = way.passed
        self.parts.append((columns, passed))
        self.confirmed.append(np.full((number, 0), NEVER, np.int32) if confirmed is None else confirmed)
        rows = np.arange(self.count, self.count + number, dtype=np.int64)
        self.count += number
        return rows

    def earn(self, claim: npt.ArrayLike, day: npt.ArrayLike, fen: npt.ArrayLike) -> None:
        self.periods.append(_columns(_PERIOD, {"claim": claim, "day": day, "fen": fen}))

    def pay(self, claim: npt.NDArray[np.int64], **values: npt.ArrayLike) -> None:
        self.payments.append(_columns(_PAYMENT, {"claim": claim, **values}))

    def done(self) -> Claims:
        width = max((one.shape[1] for one in self.confirmed), default=0)
        return Claims(
            ((self.scheme, self.version.id, self.pack.schemes[self.scheme].kind),),
            _stacked(_CLAIM, [part[0] for part in self.parts]),
            np.concatenate([np.empty((0, MOST_STEPS), np.int32), *(part[1] for part in self.parts)]),
            np.concatenate([np.empty((0, width), np.int32), *(_widened(one, width) for one in self.confirmed)]),
            _stacked(_PERIOD, self.periods),
            _stacked(_PAYMENT, self.payments),
        )


def join_claims(parts: Sequence[Claims]) -> Claims:
    """The claims of several schemes as one, in the order of their days of application."""
    before = np.cumsum([0, *(len(part) for part in parts)])
    width = max((part.confirmed.shape[1] for part in parts), default=0)
    tables, periods, payments = [], [], []
    for number, part in enumerate(parts):
        tables.append(part.table | {"scheme": part.table["scheme"] + np.int8(number)})
        periods.append(part.periods | {"claim": part.periods["claim"] + before[number]})
        payments.append(part.payments | {"claim": part.payments["claim"] + before[number]})
    table, period, payment = _stacked(_CLAIM, tables), _stacked(_PERIOD, periods), _stacked(_PAYMENT, payments)
    order = np.argsort(table["applied"], kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    for some in (period, payment):
        some["claim"] = place[some["claim"]]
    return Claims(
        tuple(version for part in parts for version in part.versions),
        {name: column[order] for name, column in table.items()},
        np.concatenate([np.empty((0, MOST_STEPS), np.int32), *(part.passed for part in parts)])[order],
        np.concatenate([np.empty((0, width), np.int32), *(_widened(part.confirmed, width) for part in parts)])[order],
        period,
        payment,
    )


def villages_on(
    city: City, kind: int, persons: npt.NDArray[np.int64], days: npt.NDArray[np.int32]
) -> npt.NDArray[np.int16]:
    """The village of each person's spell of a kind on a day of her own; the last one known where there is none."""
    spells = city.spells
    place = np.full(len(city.people["birth"]), -1, np.int32)
    order = np.argsort(persons, kind="stable")
    place[persons[order]] = order  # each person once
    found = np.full(len(persons), -1, np.int16)
    rows = np.flatnonzero((spells["kind"] == kind) & (place[spells["person"]] >= 0))
    rows = rows[np.argsort(spells["start"][rows], kind="stable")]
    at = place[spells["person"][rows]]
    before = spells["start"][rows] <= days[at]
    for some in (slice(None, None, -1), before):  # any at all; then the last that had begun by the day
        found[at[some]] = spells["area"][rows][some]
    return found


def _columns(kinds: dict[str, Any], values: dict[str, npt.ArrayLike]) -> Columns:
    count = len(np.atleast_1d(np.asarray(values["claim"])))
    return {name: np.broadcast_to(np.asarray(values[name], kind), count).copy() for name, kind in kinds.items()}


def _stacked(kinds: dict[str, Any], parts: Sequence[Columns]) -> Columns:
    return {name: np.concatenate([np.empty(0, kind), *(part[name] for part in parts)]) for name, kind in kinds.items()}


def _widened(days: npt.NDArray[np.int32], width: int) -> npt.NDArray[np.int32]:
    return np.pad(days, ((0, 0), (0, width - days.shape[1])), constant_values=NEVER)
