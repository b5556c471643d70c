"""What-ifs: what a change is assumed to do to births and to the methods in use, lived through by single people.

A what-if says what would follow from an assumption that its authors state. It is no aim; nothing in it is asked of
anybody, and nobody is counted for or against having children.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong
from shidai.packs.schema.demonstration import Share, Timeline, value_in

LAST_ORDER = 3
"""Births of this order and all later ones are counted together."""
NO_METHOD = "none"


class OrderEffect(PackModel):
    """What is assumed of the births of one order; both linear between the years given, and as the last year after."""

    order: int = Field(ge=1, le=LAST_ORDER, description="1, 2, or 3 for the third and later ones")
    quantum: Timeline = Field(default={0: 1.0}, description="multiple of the chance to have it; 1: as before")
    earlier: Timeline = Field(default={0: 0.0}, description="years of age by which it comes earlier; negative: later")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if min(self.quantum.values()) < 0 or max(abs(one) for one in self.earlier.values()) > 10:
            raise wrong(
                zh="quantum 不能为负，earlier 在 -10 到 10 年之间。",
                en="quantum isn't negative, and earlier lies between -10 and 10 years.",
                mend_zh="1 表示不变，1.05 表示多百分之五。",
                mend_en="1 is as before, 1.05 five per cent more.",
            )
        return self


class MethodEffect(PackModel):
    """A method that some choose instead of others, by themselves and as long as they like."""

    method: Id
    instead_of: tuple[str, ...] = Field(min_length=1, description="ids of methods; 'none' for those who use none")
    share: dict[int, Share] = Field(min_length=1, description="of those who used them, by year, linear between")


class Payment(PackModel):
    """What is paid for each child, so that the cost can be told."""

    fen_per_month: int = Field(gt=0)
    months: int = Field(ge=1, le=240, description="for so many months from birth on")
    born_from: int = Field(ge=1900, le=2200, description="for children born in this year or later")


class Failures(PackModel):
    """Unplanned pregnancies in 100 women who use a method for a year, as it is usually used; by method."""

    source: str
    by: dict[str, Annotated[float, Field(ge=0, le=100)]]


class WhatIfCase(PackModel):
    """What the what-if says of a year: a multiple, years of age, or a share."""

    of: Literal["quantum", "earlier", "share"]
    which: str | int = Field(description="the order of birth, or the method")
    year: int
    value: float


class WhatIf(Cited):
    """One assumption about people's choices, on top of a scenario."""

    id: Id
    title: Words
    definition: Words
    scenario: Id = Field(description="the scenario whose rates hold otherwise")
    birth: tuple[OrderEffect, ...] = ()
    method: tuple[MethodEffect, ...] = ()
    payment: Payment | None = None
    failures: Failures | None = None
    note: Annotated[Words | None, Field(description="limits of the assumption")] = None
    case: tuple[WhatIfCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.birth and not self.method:
            raise wrong(
                zh="既没有 birth 也没有 method：什么都没有改变。",
                en="There is neither a birth nor a method: nothing changes.",
                mend_zh="请写出假设改变什么。",
                mend_en="Write what is assumed to change.",
            )
        return self

    @model_validator(mode="after")
    def _says_each_once(self) -> Self:
        for told, noun in (
            ([str(one.order) for one in self.birth], "order"),
            ([one.method for one in self.method], "method"),
        ):
            if twice := sorted({one for one in told if told.count(one) > 1}):
                raise wrong(
                    zh=f"{noun} {twice[0]} 写了两次，只有第一次会算。",
                    en=f"The {noun} {twice[0]} stands twice, and only the first would count.",
                    mend_zh="请合并成一个。",
                    mend_en="Make one of them.",
                )
        return self

    @model_validator(mode="after")
    def _knows_how_often_each_fails(self) -> Self:
        """Else a change of method would seem to bring, or to spare, pregnancies that are merely unknown."""
        named = {name for one in self.method for name in (one.method, *one.instead_of)}
        if self.failures is not None and (unknown := sorted(named - set(self.failures.by))):
            raise wrong(
                zh=f"failures 没有写 {unknown[0]} 的失败率，意外怀孕的增减就无从得知。",
                en=f"failures says nothing of {unknown[0]}, so the change in unplanned pregnancies isn't known.",
                mend_zh="请写出每种被替换和替换方法的失败率；不用方法的（none）没有失败率，请删去 failures。",
                mend_en="Give each method that is chosen or replaced; 'none' has no failures: leave them out then.",
            )
        return self

    def quantum(self, order: int, year: int) -> float:
        """Multiple of the chance to have a birth of an order in a year."""
        return next((value_in(one.quantum, year) for one in self.birth if one.order == order), 1.0)

    def earlier(self, order: int, year: int) -> float:
        """Years of age by which births of an order come earlier in a year."""
        return next((value_in(one.earlier, year) for one in self.birth if one.order == order), 0.0)

    def share(self, method: str, year: int) -> float:
        """Of those who used what it may replace, the share that uses the method in a year."""
        return next((value_in(one.share, year) for one in self.method if one.method == method), 0.0)

    def value(self, case: WhatIfCase) -> float:
        """What it says of a case."""
        if case.of == "share":
            return self.share(str(case.which), case.year)
        return (self.quantum if case.of == "quantum" else self.earlier)(int(case.which), case.year)
