"""What a city hands out: contraceptives and other commodities, how much a person may have, and how they are kept."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong

Gtin = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]


class Allowance(PackModel):
    """At most `units` within any `months` months."""

    units: int = Field(gt=0)
    months: int = Field(gt=0)


class Storage(PackModel):
    """Degrees Celsius between which it must be kept."""

    least: float
    most: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.most <= self.least:
            raise wrong(zh="most 应高于 least。", en="'most' must be above 'least'.")
        return self


class Reorder(PackModel):
    """When a site asks for more: below `least_months` of stock, up to `most_months`; it comes after `lead_months`."""

    lead_months: float = Field(gt=0)
    least_months: float = Field(gt=0)
    most_months: float = Field(gt=0)
    look_back_months: int = Field(gt=0, description="consumption of so many months tells what is used in one")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.lead_months <= self.least_months < self.most_months:
            raise wrong(
                zh="应有 lead_months ≤ least_months < most_months。",
                en="It must be lead_months ≤ least_months < most_months.",
                mend_zh="否则新货到达之前就会断货。",
                mend_en="Otherwise a site runs out before its goods arrive.",
            )
        return self


class Price(PackModel):
    """Of one unit, in fen; a source of the kind `own` marks it as the authors' assumption."""

    fen: int = Field(ge=0)
    source: Id


class CommodityCase(PackModel):
    """Somebody who has had `taken` units within the months of the allowance asks for `asked`."""

    taken: int = Field(default=0, ge=0)
    asked: int = Field(gt=0)
    allowed: bool
    couple_years: float | None = Field(default=None, description="what `asked` units come to; two decimals")


class Commodity(Cited):
    """A commodity. `method`: the contraceptive method that it serves; units are pieces, cycles, doses, sets."""

    id: Id
    title: Words
    unit: Words
    note: Words | None = None
    method: str | None = Field(default=None, description="id of a method in methods.toml")
    units_per_couple_year: float | None = Field(
        default=None, gt=0, description="units that protect a couple for a year"
    )
    pack_size: int = Field(ge=1, description="units in the smallest pack that a supplier sends")
    gtin: tuple[Gtin, ...] = Field(default=(), description="GS1 numbers under which it is sold")
    price: Price
    storage: Storage | None = None
    by_nurse: bool = Field(default=False, description="put in or given by a nurse: never from a machine")
    anonymous: bool = Field(default=False, description="may be handed out without asking who takes it")
    anonymous_most: int | None = Field(default=None, gt=0, description="units at one time without a name")
    allowance: Allowance | None = None
    reorder: Reorder
    expiring_days: int = Field(gt=0, description="a lot that expires within so many days is told")
    odd_level: float = Field(gt=0, lt=0.5, description="a month's use is odd below this chance of coming about")
    case: tuple[CommodityCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.anonymous != (self.anonymous_most is not None):
            raise wrong(
                zh=f"{self.id}：anonymous 与 anonymous_most 应同时写或同时不写。",
                en=f"{self.id}: anonymous and anonymous_most stand together or not at all.",
            )
        if self.by_nurse and self.anonymous:
            raise wrong(zh=f"{self.id}：由护士给的不能匿名。", en=f"{self.id}: what a nurse gives is never anonymous.")
        for gtin in self.gtin:
            if not check_digit_fits(gtin):
                raise wrong(
                    zh=f"{self.id}：GTIN {gtin} 的校验位不对。",
                    en=f"{self.id}: the check digit of GTIN {gtin} is wrong.",
                    mend_zh="请照包装上的条码重新抄写。",
                    mend_en="Copy it from the pack's bar code again.",
                )
        return self

    def left_of(self, taken: int) -> int | None:
        """Units that somebody may still have who had `taken` of them within the allowance's months; None: no limit."""
        return max(0, self.allowance.units - taken) if self.allowance is not None else None

    def allows(self, taken: int, asked: int) -> bool:
        left = self.left_of(taken)
        return left is None or asked <= left

    def couple_years(self, units: float) -> float:
        """Couple-years of protection that so many units come to; 0 for what protects nobody."""
        return units / self.units_per_couple_year if self.units_per_couple_year else 0.0


def check_digit_fits(digits: str) -> bool:
    """GS1's check digit: weights 3 and 1 from the right, the sum a multiple of 10 (GS1 General Specifications, 7.9)."""
    weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0
