"""The area tree as positions in one sorted list, with sums up the tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.words import ShidaiError, problem

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Area:
    """One unit of the tree, over all its periods of validity."""

    code: str
    parent: str | None
    level: str
    name_zh: str
    name_en: str
    urban: bool
    position: int
    start: date
    end: date | None

    def valid_in(self, first: date, last: date) -> bool:
        """Whether it was valid on some day from `first` up to, not including, `last`."""
        return self.start < last and (self.end is None or self.end > first)


@dataclass(frozen=True)
class AreaTree:
    """All areas in the order of their codes. A code is a path, so a parent stands before its children."""

    areas: tuple[Area, ...]

    @classmethod
    def read(cls, table: pa.Table) -> AreaTree:
        """From the record table `area`; a code with several periods of validity becomes one area."""
        rows = sorted(table.to_pylist(), key=lambda row: (row["code"], row["start_date"]))
        latest = {row["code"]: row for row in rows}
        first = {row["code"]: row["start_date"] for row in reversed(rows)}
        if not latest:
            raise ShidaiError(
                problem(
                    "area",
                    zh="记录表里没有任何地区。",
                    en="The record tables hold no areas.",
                    mend_zh="请重新运行 shidai extract --all。",
                    mend_en="Run 'shidai extract --all' again.",
                )
            )
        return cls(
            tuple(
                Area(
                    code=code, parent=row["parent"], level=row["level"], name_zh=row["name_zh"],
                    name_en=row["name_en"], urban=row["urban"], position=row["position"],
                    start=first[code], end=row["end_date"],
                )
                for code, row in latest.items()
            )
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.areas)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(area.code for area in self.areas)

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Position of each code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def parent_of(self) -> Positions:
        """Position of each area's parent; -1 for a root."""
        return np.array([self.place_of.get(area.parent or "", -1) for area in self.areas], dtype=np.int64)

    @cached_property
    def families(self) -> tuple[tuple[int, Positions], ...]:
        """Every area that has children with the positions of its children."""
        parents = [int(parent) for parent in np.unique(self.parent_of) if parent >= 0]
        return tuple((parent, np.flatnonzero(self.parent_of == parent)) for parent in parents)

    def roll_up(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Add every area's values to those of the areas above it, in place; axis 0 is the place."""
        for parent, children in reversed(self.families):  # in the order of codes, so the lowest come first here
            values[parent] += values[children].sum(0)
        return values

    @cached_property
    def _lines_of_descent(self) -> Positions:
        """(levels, areas): each area's ancestors from the root down to itself, -1 below it."""
        depth = np.zeros(len(self), dtype=np.int64)
        for place, parent in enumerate(self.parent_of):
            depth[place] = depth[parent] + 1 if parent >= 0 else 0
        descent = np.full((int(depth.max()) + 1, len(self)), -1, dtype=np.int64)
        for place, parent in enumerate(self.parent_of):
            if parent >= 0:
                descent[:, place] = descent[:, parent]
            descent[depth[place], place] = place
        return descent

    def common_areas(self, one: Positions, other: Positions) -> Positions:
        """Position of the lowest area that holds both, pair by pair; -1 where none does."""
        shared = np.full(one.shape, -1, dtype=np.int64)
        for level in self._lines_of_descent:
            same = (level[one] == level[other]) & (level[one] >= 0)
            shared[same] = level[one][same]
        return shared

    def above(self, level: str) -> AreaTree:
        """The tree cut off below a level."""
        kept: dict[str, Area] = {}
        for area in self.areas:  # in the order of codes, so that a parent comes before its children
            parent = kept.get(area.parent or "")
            if parent is None and area.parent is not None:
                continue
            if parent is None or parent.level != level:
                kept[area.code] = area
        return AreaTree(tuple(kept.values()))

    def places_of(self, codes: tuple[str, ...]) -> Positions:
        """Position of the lowest area of this tree that holds each code; -1 where none does."""
        found = np.full(len(codes), -1, dtype=np.int64)
        for index, code in enumerate(codes):
            while code and code not in self.place_of:
                code = code[:-1]
            found[index] = self.place_of.get(code, -1)
        return found

    def at(self, code: str) -> int:
        """Position of a code. Raises ShidaiError for a code that the tree doesn't know."""
        if code not in self.place_of:
            near = [known for known in self.codes if known.startswith(code[:4])][:5]
            raise ShidaiError(
                problem(
                    "--area",
                    zh=f"没有代码为 {code} 的地区。",
                    en=f"There is no area with the code {code}.",
                    mend_zh=f"例如：{'、'.join(near or self.codes[:5])}。",
                    mend_en=f"For example: {', '.join(near or self.codes[:5])}.",
                )
            )
        return self.place_of[code]
