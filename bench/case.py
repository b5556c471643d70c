"""A benchmark case and what it measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """Ours beside a limit or a peer measured in the same run (or a published figure, and then `peer` says so).

    `good` says whether the goal is met; None where there is only a comparison and no goal.
    """

    case: str
    ours: float
    against: float
    unit: str
    peer: str
    good: bool | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.against if self.against else float("nan")

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio}


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure: `run` gives one or more rows."""

    name: str
    run: Callable[[], Iterable[Measured]]
