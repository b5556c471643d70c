"""What can't be in any life, however a record came about: ages, intervals and how far back a register reaches."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, PackModel, Words, wrong


class Limit(PackModel):
    """One number with its reason, and its own source where that isn't the section's."""

    value: int = Field(ge=0)
    source: str | None = Field(default=None, description="id of a source in sources.toml; absent: the section's")
    note: Words = Field(description="why this number")


class LimitsCase(PackModel):
    """One fact of a life, and whether there can be such a life. Years are completed years."""

    mother_age: int | None = Field(default=None, description="years of the mother at a birth")
    father_age: int | None = Field(default=None, description="years of the father at a birth")
    birth_interval: int | None = Field(default=None, description="days between two deliveries of one mother")
    delivery_days: int | None = Field(default=None, description="days between two births of one delivery")
    after_fathers_death: int | None = Field(default=None, description="days from a father's death to a birth")
    age: int | None = Field(default=None, description="years of anybody")
    born_years_ago: int | None = Field(default=None, description="calendar years since a birth on the register")
    possible: bool

    @property
    def fact(self) -> tuple[str, int]:
        """The one fact that is stated."""
        return self._facts()[0]

    def _facts(self) -> list[tuple[str, int]]:
        stated = ((name, getattr(self, name)) for name in type(self).model_fields if name != "possible")
        return [(name, value) for name, value in stated if value is not None]

    @model_validator(mode="after")
    def _one_fact(self) -> Self:
        if len(self._facts()) != 1:
            names = [name for name in type(self).model_fields if name != "possible"]
            raise wrong(
                zh="每个案例只写一个事实。",
                en="A case states one fact.",
                mend_zh=f"请写其中之一：{'、'.join(names)}。",
                mend_en=f"Write one of: {', '.join(names)}.",
            )
        return self


class Limits(Cited):
    """The limits of a life. A record beyond them is refused, so they are generous."""

    youngest_mother: Limit = Field(description="years at a birth")
    oldest_mother: Limit = Field(description="years at a birth")
    youngest_father: Limit = Field(description="years at a birth")
    birth_interval_days: Limit = Field(description="between two deliveries of one mother, at least")
    twin_days: Limit = Field(description="between two births of one delivery, at most")
    father_alive_days: Limit = Field(description="from a father's death to a birth, at most")
    oldest_person: Limit = Field(description="years of anybody, at most")
    register_reach: Limit = Field(description="calendar years since a birth on the register, at most")
    note: Words | None = None
    case: tuple[LimitsCase, ...] = Field(min_length=1)

    def allows(self, fact: str, value: int) -> bool:
        """Whether one fact of a `LimitsCase` can be."""
        lowest = {
            "mother_age": self.youngest_mother,
            "father_age": self.youngest_father,
            "birth_interval": self.birth_interval_days,
        }
        highest = {
            "mother_age": self.oldest_mother,
            "delivery_days": self.twin_days,
            "after_fathers_death": self.father_alive_days,
            "age": self.oldest_person,
            "born_years_ago": self.register_reach,
        }
        long_enough = fact not in lowest or value >= lowest[fact].value
        return long_enough and (fact not in highest or value <= highest[fact].value)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.oldest_mother.value <= self.youngest_mother.value:
            raise wrong(
                zh="oldest_mother 不大于 youngest_mother。",
                en="oldest_mother is not above youngest_mother.",
                mend_zh="请核对两个年龄。",
                mend_en="Check the two ages.",
            )
        if self.register_reach.value < self.oldest_person.value:
            raise wrong(
                zh="register_reach 小于 oldest_person。",
                en="register_reach is below oldest_person.",
                mend_zh="登记册至少要能容纳最年长的在世者。",
                mend_en="The register has room at least for the oldest who live.",
            )
        return self
