"""Targets of a year: what the services aim at. A target is never about a person's pregnancy or births."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shidai.packs.schema.base import Cited, Id, PackModel, Words


class TargetCase(PackModel):
    value: float
    met: bool


class Target(Cited):
    """An aim for one figure in one year and area; `assumed` when no source states the value."""

    id: Id
    title: Words
    figure: str = Field(description="id of an indicator, or of a published series")
    area: str
    year: int = Field(ge=1900, le=2200)
    comparison: Literal[">=", "<="]
    value: float
    unit: Words
    decimals: int = Field(default=2, ge=0, le=6)
    assumed: bool = Field(default=False, description="no source states the value: the pack assumes it and says so")
    note: Words | None = None
    case: tuple[TargetCase, ...] = Field(min_length=1)

    def met_by(self, value: float) -> bool:
        return value >= self.value if self.comparison == ">=" else value <= self.value
