"""Indicators: which measures make a figure, how they combine, by what it is broken down, and cases that prove it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, Id, PackModel, Words, wrong

Measure = Literal[
    "population", "mean_population", "person_years", "births", "deaths", "moves_in", "moves_out", "households",
    "migrants", "women_in_union", "users_any", "users_modern", "union_years", "user_years_any", "user_years_modern",
    "benefit_recipients", "benefit_paid", "benefit_claims", "programme_offered", "programme_reached",
    "programme_visits", "programme_ripe", "programme_in_time", "programme_lost", "handouts", "takers",
    "units_dispensed", "couple_years", "acceptors", "begun_a_year_ago", "continuers", "sites", "activities",
    "attendances", "pilots", "pilots_signed", "programme_sessions", "programme_attendances",
]  # fmt: skip
Residence = Literal["registered", "living"]
Formula = Literal[
    "count", "ratio", "total_fertility_rate", "gross_reproduction_rate", "net_reproduction_rate",
    "mean_age_at_childbearing", "life_expectancy",
]  # fmt: skip
Interval = Literal["none", "poisson", "difference", "binomial", "odds", "wilson_odds", "gamma", "delta"]
Breakdown = Literal["sex", "age", "age5", "order", "sex;age5", "sex;order", "outcome"]
BENEFITS: frozenset[str] = frozenset({"benefit_recipients", "benefit_paid", "benefit_claims"})
OF_METHOD: frozenset[str] = frozenset({"acceptors", "begun_a_year_ago", "continuers"})
"""Of women who use a method: who began it, whose beginning lies a year back, and who of these still uses it."""
SUPPLY: frozenset[str] = frozenset({"handouts", "takers", "couple_years", "units_dispensed", "sites"}) | OF_METHOD
OUTREACH: frozenset[str] = frozenset({"activities", "attendances"})
PILOTS: frozenset[str] = frozenset({"pilots", "pilots_signed"})
WITH_KIND: frozenset[str] = SUPPLY | OUTREACH | PILOTS
"""What is narrowed by a kind and by nothing else."""
OF_ONE_KIND: frozenset[str] = frozenset({"units_dispensed", "sites"}) | OF_METHOD | OUTREACH | PILOTS
"""What only adds up within one kind; hand-outs, takers and couple-years may be of one commodity or of all."""
FOLLOWED: frozenset[str] = frozenset({"programme_ripe", "programme_in_time", "programme_lost"})
"""Of one later step: visits that called for it and whose time ran out, those it was done in time for, and the rest."""
IN_GROUPS: frozenset[str] = frozenset({"programme_sessions", "programme_attendances"})
"""Of steps that are held for a group: the sessions, and how many came to them, by name or not."""
PROGRAMMES: frozenset[str] = (
    frozenset({"programme_offered", "programme_reached", "programme_visits"}) | FOLLOWED | IN_GROUPS
)
Outcome = Literal["waiting", "notice", "objected", "in_force", "refused", "declined", "stopped"]

OLDEST_AGE = 100
SUMMARIES: frozenset[str] = frozenset(
    {"total_fertility_rate", "gross_reproduction_rate", "net_reproduction_rate", "mean_age_at_childbearing",
     "life_expectancy"}
)  # fmt: skip
WITHOUT_ORDER: frozenset[str] = frozenset(
    {"population", "mean_population", "person_years", "deaths", "moves_in", "moves_out", "households", "migrants",
     "women_in_union", "users_any", "users_modern", "union_years", "user_years_any", "user_years_modern"}
)  # fmt: skip


class Term(PackModel):
    """One measure, narrowed. For births, sex and order are the child's and age is the mother's."""

    measure: Measure
    residence: Residence = "registered"
    sex: Literal[1, 2, 9] | None = None
    age_from: int | None = Field(default=None, ge=0, le=OLDEST_AGE, description="first completed age counted")
    age_to: int | None = Field(default=None, ge=0, le=OLDEST_AGE, description="last completed age; 100 is open")
    order: int | None = Field(default=None, ge=1, le=5, description="birth order; 5 is fifth and over")
    sign: Literal[1, -1] = 1
    scheme: str | None = Field(default=None, description="id of a scheme; for measures of benefits only, and always")
    programme: str | None = Field(default=None, description="id of a programme; for its measures only, and always")
    step: str | None = Field(default=None, description="id of a programme's step: of its visits, sessions or follow-up")
    result: tuple[str, ...] = Field(default=(), description="ids of the step's results; none: any")
    outcome: Outcome | None = Field(default=None, description="of claims: where they stood on the records' last day")
    kind: str | None = Field(
        default=None,
        description="id of a commodity, a method (acceptors, continuers) or a checklist, a kind of site, or training",
    )

    @model_validator(mode="after")
    def _of_one_scheme(self) -> Self:
        narrowed = any(one is not None for one in (self.sex, self.age_from, self.age_to, self.order))
        for name, given, own in (("scheme", self.scheme, BENEFITS), ("programme", self.programme, PROGRAMMES)):
            whole = self.measure in own
            if whole != (given is not None) or (whole and narrowed):
                raise wrong(
                    zh=f"量度 {self.measure} "
                    + (f"须写 {name}，且不分性别、年龄和孩次。" if whole else f"没有 {name}。"),
                    en=f"The measure {self.measure} "
                    + (f"takes a {name}, and no sex, age or birth order." if whole else f"has no {name}."),
                    mend_zh="请改正。",
                    mend_en="Correct it.",
                )
        if self.outcome is not None and self.measure != "benefit_claims":
            raise wrong(
                zh=f"量度 {self.measure} 没有 outcome。",
                en=f"The measure {self.measure} has no outcome.",
                mend_zh="只有 benefit_claims 才有。",
                mend_en="Only benefit_claims has one.",
            )
        return self

    @model_validator(mode="after")
    def _of_one_step(self) -> Self:
        stepped = self.measure == "programme_visits" or self.measure in FOLLOWED | IN_GROUPS
        missing = self.measure in FOLLOWED and self.step is None
        loose = bool(self.result) and (self.step is None or self.measure != "programme_visits")
        if missing or loose or (self.step is not None and not stepped):
            raise wrong(
                zh=f"量度 {self.measure} " + ("须写 step。" if missing else "不能这样限定。"),
                en=f"The measure {self.measure} " + ("takes a step." if missing else "isn't narrowed like this."),
                mend_zh="step 只用于就诊、集体活动和后续服务的量度，result 只用于某一步的 programme_visits。",
                mend_en="A step goes with visits, sessions and follow-up, results with the visits of a step.",
            )
        return self

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        narrowed = any(one is not None for one in (self.sex, self.age_from, self.age_to, self.order))
        without = self.kind is None and self.measure in OF_ONE_KIND
        takes = self.measure in WITH_KIND
        if without or (takes and narrowed) or (self.kind is not None and not takes):
            raise wrong(
                zh=f"量度 {self.measure} " + ("须写 kind。" if without else "不能这样限定。"),
                en=f"The measure {self.measure} " + ("takes a kind." if without else "isn't narrowed like this."),
                mend_zh="发放、避孕开始者、站点、培训和试点的量度用 kind，且不分性别、年龄和孩次；其他量度没有 kind。",
                mend_en="Hand-outs, acceptors, sites, training and pilots take a kind, nothing more; others take none.",
            )
        return self

    @model_validator(mode="after")
    def _fits_measure(self) -> Self:
        if self.order is not None and self.measure in WITHOUT_ORDER:
            raise wrong(
                zh=f"量度 {self.measure} 没有孩次。",
                en=f"The measure {self.measure} has no birth order.",
                mend_zh="请删去 order。",
                mend_en="Leave order out.",
            )
        if self.order is not None and (self.age_from is not None or self.age_to is not None):
            raise wrong(
                zh="孩次与年龄不能同时限定。",
                en="A birth order and an age range can't be asked for together.",
                mend_zh="请删去其中之一。",
                mend_en="Leave one of them out.",
            )
        if self.age_from is not None and self.age_to is not None and self.age_to < self.age_from:
            raise wrong(
                zh=f"age_to {self.age_to} 小于 age_from {self.age_from}。",
                en=f"age_to {self.age_to} is less than age_from {self.age_from}.",
                mend_zh="两端都包括在内；请改正。",
                mend_en="Both ends are included; correct one.",
            )
        return self


class CaseCell(PackModel):
    """How many of one measure a case has. `population` and its kin stand at the period's end unless `at` says start."""

    measure: Literal[
        "population", "person_years", "births", "deaths", "moves_in", "moves_out", "households", "migrants",
        "women_in_union", "users_any", "users_modern", "union_years", "user_years_any", "user_years_modern",
        "benefit_recipients", "benefit_paid", "benefit_claims", "programme_offered", "programme_reached",
        "programme_visits", "programme_ripe", "programme_in_time", "programme_lost", "handouts", "takers",
        "units_dispensed", "couple_years", "acceptors", "begun_a_year_ago", "continuers", "sites", "activities",
        "attendances", "pilots", "pilots_signed", "programme_sessions", "programme_attendances",
    ]  # fmt: skip
    n: float = Field(ge=0)
    residence: Residence = "registered"
    sex: Literal[1, 2, 9] = 9
    age: int | None = Field(default=None, ge=0, le=OLDEST_AGE, description="absent: unknown")
    age_to: int | None = Field(default=None, ge=0, le=OLDEST_AGE, description="n at every age from `age` to this one")
    order: int | None = Field(default=None, ge=1, le=5)
    at: Literal["start", "end"] = "end"
    scheme: str | None = None
    programme: str | None = None
    step: str | None = None
    result: str | None = None
    kind: str | None = None
    outcome: Outcome = "in_force"


class Expected(PackModel):
    """What must come out for the whole year, to the indicator's decimals (bounds too, when they are given)."""

    value: float | None = Field(default=None, description="absent: no value can be given")
    low: float | None = None
    high: float | None = None
    breakdown: str = ""


class IndicatorCase(PackModel):
    note: str = Field(min_length=1, description="what the case shows")
    cell: tuple[CaseCell, ...]
    expected: Expected


class Indicator(Cited):
    """A figure: numerator / denominator x per, or one of the summaries of age-specific rates.

    Rates are a year: for a month or a quarter, person-years and mean populations count that part of the year, so that
    figures of all periods compare.
    """

    id: Id
    title: Words
    definition: Words
    unit: Words
    version: str = "1"
    formula: Formula
    numerator: tuple[Term, ...] = Field(min_length=1)
    denominator: tuple[Term, ...] = ()
    per: float = Field(default=1, gt=0)
    age_width: Literal[1, 5] = Field(default=1, description="width of the age groups of a summary, in years")
    breakdown: tuple[Breakdown, ...] = ()
    interval: Interval
    decimals: int = Field(default=2, ge=0, le=6)
    direction: Literal["higher", "lower", "neither"] = "neither"
    assumed: bool = Field(default=False, description="no source gives the formula: the pack defines it and says so")
    note: Words | None = None
    case: tuple[IndicatorCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _parts_fit_formula(self) -> Self:
        if (self.formula == "count") == bool(self.denominator):
            raise wrong(
                zh="formula 为 count 时不写 denominator，其余公式必须写。",
                en="The formula count takes no denominator; every other formula needs one.",
                mend_zh="请删去或补上 denominator。",
                mend_en="Remove or add the denominator.",
            )
        if self.formula in SUMMARIES and (len(self.numerator) != 1 or len(self.denominator) != 1):
            raise wrong(
                zh=f"公式 {self.formula} 的分子、分母各只能有一项。",
                en=f"The formula {self.formula} takes one term above and one below.",
                mend_zh="请各留一项。",
                mend_en="Leave one of each.",
            )
        return self
