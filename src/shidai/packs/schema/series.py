"""Published series: figures that someone else has stated. They are stored and shown, never computed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong

Period = str


class SeriesPoint(PackModel):
    period: Period = Field(pattern=r"^\d{4}(-(Q[1-4]|\d{2}))?$", description="2006, 2006-Q3 or 2006-07")
    value: float


class Series(Cited):
    """A figure as published.

    `archive`: of a policy that the law has since abolished, so that no function makes new ones;
    `published`: what a report or office stated, kept beside our own computation and never passed off as it.
    """

    id: Id
    title: Words
    unit: Words
    kind: Literal["archive", "published"]
    area: str = Field(description="code of the area the figure is about")
    section: str | None = Field(default=None, description="part of the report that states it, e.g. 2.4")
    decimals: int = Field(default=0, ge=0, le=6)
    note: Words | None = None
    abolished_by: str | None = Field(default=None, description="source that ended the policy (archive only)")
    point: tuple[SeriesPoint, ...] = Field(min_length=1)
    case: tuple[SeriesPoint, ...] = Field(min_length=1, description="values that reading the series must give")

    @model_validator(mode="after")
    def _periods_once(self) -> Self:
        periods = [point.period for point in self.point]
        twice = sorted({period for period in periods if periods.count(period) > 1})
        if twice:
            raise wrong(
                zh=f"序列 {self.id} 的时期重复：{'、'.join(twice)}。",
                en=f"Series {self.id} has a period twice: {', '.join(twice)}.",
                mend_zh="每个时期只保留一个值。",
                mend_en="Keep one value for each period.",
            )
        return self

    @model_validator(mode="after")
    def _archive_says_why(self) -> Self:
        if self.kind == "archive" and (self.note is None or self.abolished_by is None):
            raise wrong(
                zh=f"历史序列 {self.id} 缺少说明（note）或废止依据（abolished_by）。",
                en=f"Archive series {self.id} needs a note and abolished_by.",
                mend_zh="请说明它为何只读，并写出废止该政策的法律来源。",
                mend_en="Say why it is read-only and name the source that ended the policy.",
            )
        return self

    def value(self, period: Period) -> float | None:
        """The published value of a period; None when nothing was published."""
        return next((point.value for point in self.point if point.period == period), None)
