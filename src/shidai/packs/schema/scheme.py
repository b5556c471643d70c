"""Schemes: who is entitled to what, since when, by which clause; how it is applied for, checked, paid and stopped."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shidai.packs.schema.base import Cited, Dated, Id, PackModel, Words, wrong

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""What an expression can name: lower-case Latin letters, digits and '_'."""
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
"""SQL over documented columns and `:parameters`; `shidai.rules` checks and compiles it."""
Subject = Literal["person", "household", "village"]
Level = Literal["village", "township", "county", "city"]
Fact = bool | int | date | str


class AttestedFact(Cited):
    """A fact that no register holds: attested for one subject, on paper; the system never investigates it."""

    id: Name
    subject: Subject = "person"
    type: Literal["bool", "int", "day", "text"] = "bool"
    title: Words
    meaning: Words = Field(description="what exactly is attested, by whom, on which paper")
    archive: bool = Field(default=False, description="history: stood in files of its time, asked of nobody now")


class Parameter(PackModel):
    """A number or day of a version's rules: what a reform changes."""

    id: Name
    value: int | date
    unit: Literal["fen", "years", "months", "days", "persons", "grade", "day", "number"]
    title: Words
    clause: Words | None = None


class Condition(PackModel):
    """One requirement. It holds only if `when` is true: unknown facts meet nothing, and are named as unknown."""

    id: Name
    when: Expression
    title: Words
    clause: Words = Field(description="the place in the source: article, paragraph, or that the pack sets it")
    source: str | None = Field(default=None, description="id of a source, if not the version's")


class Ruled(Cited):
    """A version of rules over somebody's facts: conditions that must all hold, and the numbers that they name."""

    id: Id
    parameter: tuple[Parameter, ...] = ()
    condition: tuple[Condition, ...] = Field(min_length=1, max_length=31)

    @model_validator(mode="after")
    def _names_once(self) -> Self:
        for noun, ids in (
            ("parameter", [one.id for one in self.parameter]),
            ("condition", [one.id for one in self.condition]),
        ):
            twice = {id_ for id_ in ids if ids.count(id_) > 1}
            if twice:
                raise wrong(
                    zh=f"{noun} {'、'.join(sorted(twice))} 写了两次。",
                    en=f"The {noun} {', '.join(sorted(twice))} stands twice.",
                    mend_zh="请改名或删去一个。",
                    mend_en="Rename or remove one.",
                )
        return self

    def value(self, parameter: str) -> int | date:
        """A parameter's value. Raises KeyError."""
        return {one.id: one.value for one in self.parameter}[parameter]


class Supplement(PackModel):
    """An amount on top when a condition holds."""

    id: Name
    when: Expression
    fen: Expression
    title: Words
    clause: Words


class Amount(PackModel):
    """What is due for one period, in whole fen.

    `month` and `quarter`: entitled for each whose last day finds every condition met; `year`: on the day `due` of the
    year; `event`: once. A `granted` amount is set by whoever approves, from `least` to `most`.
    """

    per: Literal["month", "quarter", "year", "event"]
    fen: Expression | None = None
    least: Expression | None = None
    most: Expression | None = None
    supplement: tuple[Supplement, ...] = ()
    cap: Expression | None = Field(default=None, description="no more than so much for one period")
    due: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")] = Field(
        default="12-31", description="month and day on which a yearly amount is determined"
    )

    @property
    def granted(self) -> bool:
        return self.fen is None

    @model_validator(mode="after")
    def _fixed_or_granted(self) -> Self:
        if (self.fen is None) == (self.most is None):
            raise wrong(
                zh="金额要么写 fen（固定），要么写 most（在限额内核定）。",
                en="An amount is either fixed (fen) or granted up to a limit (most).",
                mend_zh="请只写其中之一。",
                mend_en="Give one of the two.",
            )
        return self


class Calendar(PackModel):
    """When what has come due is paid: month and day of each payment of a year."""

    pay: tuple[Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")], ...] = Field(min_length=1)
    counts_from: Literal["eligibility", "application", "confirmation"] = Field(
        default="application", description="the first day whose period counts"
    )
    arrears_years: int = Field(default=0, ge=0, description="so many past years are made good; 0: all")


class Evidence(PackModel):
    """A paper that is asked for, and why. What the register knows is not asked for again."""

    id: Name
    title: Words
    reason: Words
    needed: bool = True


class Step(PackModel):
    """A level's part in an application's way."""

    level: Level
    act: Literal["review", "check", "confirm"]
    within_days: int | None = Field(default=None, ge=1, description="days to do it in")
    working_days: bool = False
    notice_days: int = Field(default=0, ge=0, description="length of the public notice after it; 0: none")
    clause: Words | None = None


class Stop(PackModel):
    """What ends an entitlement from the next period on."""

    on: Literal["death", "move_out", "condition_lost", "not_reverified", "own_wish"]
    text: Words
    clause: Words | None = None


class SchemeVersion(Ruled):
    """The rules of a scheme in force from one day to another."""

    status: Literal["in_force", "draft"] = "in_force"
    confirmed: bool = Field(default=True, description="false: its source could not be read; `note` says so")
    note: Words | None = None
    amount: Amount
    calendar: Calendar
    evidence: tuple[Evidence, ...] = ()
    step: tuple[Step, ...] = Field(min_length=1)
    stop: tuple[Stop, ...] = Field(min_length=1)
    objection: Words | None = Field(default=None, description="how an objection or an appeal is made")
    reverify_months: int | None = Field(default=None, ge=1, description="the conditions are confirmed so often")
    second_signature_over: int | None = Field(
        default=None, ge=0, description="a payment batch over so many fen is released by two"
    )
    petty_cash_up_to: int | None = Field(
        default=None,
        ge=1,
        description="at most so many fen a claim and year are petty cash; without it none are",
    )

    @model_validator(mode="after")
    def _doubt_is_explained(self) -> Self:
        if not self.confirmed and self.note is None:
            raise wrong(
                zh="未能核实的版本须有 note 说明。",
                en="A version that isn't confirmed needs a note that says why.",
                mend_zh="请写 note。",
                mend_en="Write the note.",
            )
        return self


class SchemeCase(PackModel):
    """Facts of one subject, and what must come out on a day (`on`) or for all periods from `since` to `until`."""

    note: Words
    source: str | None = Field(default=None, description="id of a source if the case is an official example")
    version: str | None = Field(default=None, description="id of a version; absent: the one in force on the day")
    facts: dict[str, Fact] = Field(description="columns by name; those not given are unknown")
    on: date | None = None
    since: date | None = None
    until: date | None = None
    eligible: bool | None = None
    failed: tuple[str, ...] = Field(default=(), description="ids of exactly the conditions that aren't met on the day")
    periods: int | None = Field(default=None, ge=0, description="how many periods are due from `since` to `until`")
    fen: int = Field(ge=0)

    @model_validator(mode="after")
    def _day_or_span(self) -> Self:
        if (self.on is None) == (self.since is None) or (self.since is None) != (self.until is None):
            raise wrong(
                zh="事例要么写 on（某日），要么写 since 和 until（一段时间）。",
                en="A case is either of a day (on) or of a span (since and until).",
                mend_zh="请写其中一种。",
                mend_en="Give one of the two.",
            )
        if self.on is not None and self.eligible is None:
            raise wrong(
                zh="某日的事例须写 eligible。",
                en="A case of a day says whether the subject is eligible.",
                mend_zh="请写 eligible = true 或 false。",
                mend_en="Write eligible = true or false.",
            )
        return self


class Scheme(PackModel):
    """A benefit: its rules through time, and cases that prove each condition."""

    id: Id
    title: Words
    definition: Words
    subject: Subject = "person"
    payee: Literal["self", "guardian", "household", "village"] = "self"
    kind: Literal["money", "goods", "grant"] = "money"
    incompatible: tuple[str, ...] = Field(default=(), description="ids of schemes that can't be held at the same time")
    version: tuple[SchemeVersion, ...] = Field(min_length=1)
    case: tuple[SchemeCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_apart(self) -> Self:
        ids = [one.id for one in self.version]
        if len(set(ids)) != len(ids):
            raise wrong(
                zh="两个版本编号相同。", en="Two versions have one id.", mend_zh="请改名。", mend_en="Rename one."
            )
        force: list[Dated] = [one for one in self.version if one.status == "in_force"]
        for at, one in enumerate(force):
            if any(one.overlaps(other) for other in force[at + 1 :]):
                raise wrong(
                    zh=f"从 {one.effective_from} 起生效的版本与另一版本的时间重叠。",
                    en=f"The version in force from {one.effective_from} overlaps another one.",
                    mend_zh="前一版本的 effective_to 应为后一版本的 effective_from。",
                    mend_en="End the earlier one (effective_to) on the day the later one begins.",
                )
        return self

    def version_on(self, day: date) -> SchemeVersion | None:
        """The version in force on a day; drafts never are."""
        return next((one for one in self.version if one.status == "in_force" and one.in_force(day)), None)

    def version_named(self, id_: str) -> SchemeVersion:
        """A version by its id, drafts too. Raises KeyError."""
        return {one.id: one for one in self.version}[id_]
