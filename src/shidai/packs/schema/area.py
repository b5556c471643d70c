"""The area tree of a pack: one row of areas.csv is one unit in one period of validity."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, PackModel, Sentence, Words, wrong

Level = Literal["city", "county", "township", "village"]
LEVELS: tuple[Level, ...] = get_args(Level)
CODE_LENGTH: dict[Level, int] = {"city": 4, "county": 6, "township": 9, "village": 12}


class PackArea(PackModel):
    """A unit of the tree. Its code is its path: a child's code begins with its parent's."""

    code: str = Field(pattern=r"^[0-9]+$", description="4, 6, 9 or 12 digits for city, county, township, village")
    parent: str | None = Field(description="code of the area above; empty for the city")
    level: Level
    name_zh: Sentence
    name_en: Sentence
    urban: bool = Field(description="urban by the pack's classification")
    position: int = Field(ge=0, description="fixed order in every table and chart")
    start_date: date
    end_date: date | None = Field(default=None, description="first day on which it is no longer valid")
    successor: str | None = Field(default=None, description="code of the area that took its place")
    population: int | None = Field(
        default=None,
        ge=0,
        description="approximate registered population, for the shares of the synthetic city",
    )

    @model_validator(mode="after")
    def _code_fits_level(self) -> Self:
        digits, needed = len(self.code), CODE_LENGTH[self.level]
        if digits != needed:
            raise wrong(
                zh=f"代码 {self.code} 有 {digits} 位，{self.level} 级应为 {needed} 位。",
                en=f"Code {self.code} has {digits} digits; level {self.level} needs {needed}.",
                mend_zh="请改正代码或级别（城市 4 位、县区 6 位、镇街 9 位、村居 12 位）。",
                mend_en="Correct the code or the level (city 4, county 6, township 9, village 12 digits).",
            )
        return self

    @model_validator(mode="after")
    def _code_is_a_path(self) -> Self:
        if self.level == "city":
            if self.parent is not None:
                raise wrong(
                    zh=f"城市 {self.code} 不应有上级。",
                    en=f"The city {self.code} must not have a parent.",
                    mend_zh="请清空 parent。",
                    mend_en="Leave parent empty.",
                )
            return self
        above = LEVELS[LEVELS.index(self.level) - 1]
        path = self.code[: CODE_LENGTH[above]]
        if self.parent != path:
            raise wrong(
                zh=f"代码 {self.code} 的上级写成 {self.parent or '空'}，按代码路径应为 {path}。",
                en=f"Code {self.code} names the parent {self.parent or '(none)'}; its path says {path}.",
                mend_zh="下级代码以上级代码开头：请改正 parent 或 code。",
                mend_en="A child's code begins with its parent's: correct parent or code.",
            )
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.end_date is not None and self.end_date <= self.start_date:
            raise wrong(
                zh=f"撤销日期 {self.end_date} 不晚于设立日期 {self.start_date}。",
                en=f"end_date {self.end_date} is not later than start_date {self.start_date}.",
                mend_zh="end_date 是不再有效的第一天，请改为较晚的日期，或留空。",
                mend_en="end_date is the first day out of validity: give a later date or leave it empty.",
            )
        return self

    def valid_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)


class AreaCase(PackModel):
    """What the tree must answer: an area's name on a day (absent: no valid area), or how many a level has."""

    on: date
    code: str | None = None
    name_zh: str | None = None
    level: Level | None = None
    count: int | None = Field(default=None, ge=0, description="areas at `level` (with `code`: below it)")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if self.count is None and self.code is None:
            raise wrong(
                zh="案例没有提问。",
                en="The case asks nothing.",
                mend_zh="请写 code 与 name_zh，或写 level 与 count。",
                mend_en="Give code and name_zh, or level and count.",
            )
        return self


class AreaTree(Cited):
    """What areas.csv is taken from. The section `[areas]` of pack.toml."""

    note: Words | None = None
    case: tuple[AreaCase, ...] = Field(min_length=1)
