"""What a station works through: criteria, the evidence asked for, and what passes.

A checklist is about a station's rooms, staff and manners. It never scores anybody's pregnancies or births.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong

ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Value = bool | float | str
SiteKind = Literal["store", "station", "room", "machine"]


class ChecklistItem(PackModel):
    """One criterion. A yes/no is met by 'yes', a number from `at_least` on, a text by being there."""

    id: ItemId
    title: Words
    kind: Literal["yes_no", "number", "text"]
    unit: Words | None = None
    at_least: float | None = Field(default=None, description="of a number: met from here on; none: any number")
    needed: bool = Field(default=True, description="must be answered before the checklist is submitted")
    must: bool = Field(default=False, description="nothing passes without it")
    evidence: Words | None = Field(default=None, description="what is to be shown for it: a note, a paper or a file")
    own: bool = Field(default=False, description="no source states it: the pack's own")
    note: Words | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind != "number" and (self.at_least is not None or self.unit is not None):
            raise wrong(
                zh=f"{self.id}：只有数字才有 at_least 和 unit。",
                en=f"{self.id}: only a number has at_least and a unit.",
            )
        return self

    @property
    def mark(self) -> str:
        """Changes when the item does, so that an answer is known to be to these very words."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def is_met_by(self, value: Value | None) -> bool:
        if value is None or value == "":
            return False
        if self.kind == "yes_no":
            return value is True
        if self.kind == "number":
            return self.at_least is None or float(value) >= self.at_least
        return True


class Judgement(PackModel):
    """What the answers come to."""

    met: tuple[str, ...]
    open: tuple[str, ...]  # needed and not answered
    failed: tuple[str, ...]  # without which nothing passes, and not met
    passes: bool


class ChecklistCase(PackModel):
    """Answers and whether they pass."""

    note: str = Field(min_length=1)
    answers: dict[str, bool | float | str]
    passes: bool


class Checklist(Cited):
    """A checklist that sites of some kinds work through as pilots."""

    id: Id
    title: Words
    sites: tuple[SiteKind, ...] = Field(min_length=1, description="kinds of site that may be enrolled")
    note: Words | None = None
    least_met: int = Field(gt=0, description="so many items must be met, those that must be among them")
    item: tuple[ChecklistItem, ...] = Field(min_length=1)
    case: tuple[ChecklistCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [one.id for one in self.item]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise wrong(
                zh=f"条目 {'、'.join(twice)} 写了两次。", en=f"Items stand twice: {', '.join(twice)}.",
                mend_zh="请改 id。", mend_en="Change the id.",
            )  # fmt: skip
        if self.least_met > len(ids):
            raise wrong(
                zh=f"least_met {self.least_met} 多于条目数 {len(ids)}。",
                en=f"least_met {self.least_met} is more than the {len(ids)} items.",
            )
        for case in self.case:
            unknown = sorted(set(case.answers) - set(ids))
            if unknown:
                raise wrong(
                    zh=f"示例回答了没有的条目：{'、'.join(unknown)}。",
                    en=f"A case answers what no item asks: {', '.join(unknown)}.",
                )
        return self

    def item_named(self, id: str) -> ChecklistItem | None:
        return next((one for one in self.item if one.id == id), None)

    def judge(self, answers: Mapping[str, Value]) -> Judgement:
        """What these answers, by item, come to."""
        met = tuple(one.id for one in self.item if one.is_met_by(answers.get(one.id)))
        unanswered = tuple(one.id for one in self.item if one.needed and answers.get(one.id) in (None, ""))
        failed = tuple(one.id for one in self.item if one.must and one.id not in met)
        passes = not unanswered and not failed and len(met) >= self.least_met
        return Judgement(met=met, open=unanswered, failed=failed, passes=passes)
