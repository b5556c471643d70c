"""Programmes: who is offered what, where and when, what is asked at each step, and what a result calls for.

A programme is offered, never imposed: 'not now' and 'never' are final answers that leave nobody's score worse.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from shidai.packs.schema.advice import AdviceUse
from shidai.packs.schema.area import Level
from shidai.packs.schema.base import Dated, Id, PackModel, Words, wrong
from shidai.packs.schema.indicator import Indicator
from shidai.packs.schema.scheme import Expression, Fact, Name, Ruled

FieldType = Literal["bool", "int", "decimal", "text", "day", "choice", "choices"]
Value = bool | int | float | date | str | tuple[str, ...]
Sex = Literal[1, 2]
Refusal = Literal["not_now", "never", "withdrawn"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)
"""Answers to an offer that are no visit, and final: for a time, for good, and after consent was taken back."""


PartnerMark = Literal["attended", "not_attended"]
PARTNER_MARKS: tuple[PartnerMark, ...] = get_args(PartnerMark)
"""On the record of whoever was invited: the partner came to his step, or didn't; his result stands on his own."""
NO_VISITS: tuple[str, ...] = (*REFUSALS, *PARTNER_MARKS)
"""Outcomes of lines that are no visit and count as none."""


class Coding(PackModel):
    """A code of a terminology that others know."""

    system: Literal["LOINC", "SNOMED", "ICD-10", "ATC", "UCUM"]
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Option(PackModel):
    """One answer that can be chosen."""

    id: Name
    title: Words
    coding: Coding | None = None


class FormField(PackModel):
    """One thing that is asked or measured: it makes the form, the check on the server and the column of the extract.

    Decimals are kept as whole numbers of the last place (`decimals` = 1: 5.1 is 51), and expressions compare those.
    """

    id: Name
    type: FieldType
    title: Words
    unit: str = Field(default="", max_length=20, description="UCUM, such as mmol/L")
    decimals: int = Field(default=0, ge=0, le=3)
    least: float | None = Field(default=None, description="less is refused: it can't be")
    most: float | None = Field(default=None, description="more is refused: it can't be")
    usual_from: float | None = Field(default=None, description="less is asked about: is it so?")
    usual_to: float | None = Field(default=None, description="more is asked about: is it so?")
    option: tuple[Option, ...] = ()
    when: Expression | None = Field(default=None, description="asked only if this holds of what stands above it")
    computed: Expression | None = Field(default=None, description="worked out, never typed")
    needed: bool = False
    reason: Words | None = Field(default=None, description="why it is asked")
    coding: Coding | None = None
    dispenses: Id | None = Field(default=None, description="id of the commodity of which so many units are handed out")

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        number = self.type in ("int", "decimal")
        bounds = (self.least, self.most, self.usual_from, self.usual_to)
        if not number and (any(one is not None for one in bounds) or self.unit or self.decimals):
            raise wrong(
                zh=f"{self.id} 不是数，不能有单位、小数位或范围。",
                en=f"{self.id} is no number: it has no unit, decimals or range.",
                mend_zh="请删去，或把 type 改为 int 或 decimal。",
                mend_en="Remove them, or make the type int or decimal.",
            )
        if (self.type == "decimal") != (self.decimals > 0):
            raise wrong(
                zh=f"{self.id}：decimal 须写 decimals（1 到 3），其他类型不写。",
                en=f"{self.id}: a decimal says how many decimals (1 to 3), nothing else does.",
            )
        if (self.type in ("choice", "choices")) != bool(self.option):
            raise wrong(
                zh=f"{self.id}：choice 和 choices 须有选项，其他类型没有。",
                en=f"{self.id}: choice and choices have options, no other type does.",
            )
        ids = [one.id for one in self.option]
        if len(set(ids)) != len(ids):
            raise wrong(zh=f"{self.id} 有两个相同的选项。", en=f"{self.id} has an option twice.")
        if self.dispenses is not None and (self.type != "int" or self.computed is not None):
            raise wrong(
                zh=f"{self.id}：发放药具的字段须是填写的整数。",
                en=f"{self.id}: what is handed out is a whole number that somebody types.",
            )
        if self.computed is not None and (self.type not in ("int", "bool") or self.needed):
            raise wrong(
                zh=f"{self.id}：computed 得出的是整数或真假，不能要求填写。",
                en=f"{self.id}: what is computed is a whole number or true or false, and is never typed.",
            )
        return self


class Result(PackModel):
    """What a step's answers amount to, and what that calls for. The first of a step's results that holds counts."""

    id: Name
    title: Words
    when: Expression = "TRUE"
    action: Literal["none", "refer", "recheck", "counsel"] = "none"
    days: int | None = Field(default=None, ge=1, description="referred or seen again within so many days")
    to: Annotated[str, StringConstraints(max_length=40)] = Field(default="", description="kind of site referred to")
    advice: Words | None = None
    closes: bool = Field(default=False, description="ends the course: nothing more is due of it")

    @model_validator(mode="after")
    def _is_a_visit(self) -> Self:
        if self.id in NO_VISITS:
            raise wrong(
                zh=f"结果不能叫 {self.id}：它表示没有就诊的记录，不计入任何指标。",
                en=f"No result can be called {self.id}: it marks what is no visit, and nothing counts it.",
                mend_zh="请换一个编号。",
                mend_en="Choose another id.",
            )
        return self

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if (self.action in ("refer", "recheck")) != (self.days is not None):
            raise wrong(
                zh=f"{self.id}：转诊和复查须写 days，其他不写。",
                en=f"{self.id}: a referral or another check says within how many days; nothing else does.",
            )
        return self


class ProgrammeStep(PackModel):
    """One meeting or examination. The first step is what people are invited to; others follow a step."""

    id: Name
    title: Words
    follows: Name | None = Field(default=None, description="id of the step after which this one is due; absent: first")
    on: tuple[Name, ...] = Field(default=(), description="only after these results of that step; none: after any")
    after_days: int = Field(default=0, ge=0, description="due so many days after the step that it follows")
    within_days: int = Field(default=30, ge=0, description="to be done within so many days from then")
    for_: Literal["self", "partner"] = Field(
        default="self", alias="for", description="partner: a couple's step that is kept on the partner's record"
    )
    once_for: Name | None = Field(default=None, description="id of a field; the same answer once more is asked about")
    level: Level = "township"
    equipment: tuple[Id, ...] = Field(
        default=(), description="ids of the kinds that it can't be done without: booked only where one of each works"
    )
    group: bool = Field(default=False, description="can be held for several people at once, with one set of answers")
    field: tuple[FormField, ...] = Field(min_length=1)
    result: tuple[Result, ...] = Field(min_length=1)
    advice: tuple[AdviceUse, ...] = Field(default=(), description="what is said beside the form while it is filled in")

    @model_validator(mode="after")
    def _once_for_its_field(self) -> Self:
        if self.once_for is not None and self.once_for not in {one.id for one in self.field}:
            raise wrong(
                zh=f"步骤 {self.id} 没有字段 {self.once_for}。",
                en=f"Step {self.id} has no field {self.once_for}.",
                mend_zh="once_for 写本步骤的一个字段。",
                mend_en="once_for names a field of the step.",
            )
        return self

    @model_validator(mode="after")
    def _names_equipment_once(self) -> Self:
        if len(set(self.equipment)) != len(self.equipment):
            raise wrong(
                zh=f"步骤 {self.id} 的 equipment 有重复。",
                en=f"Step {self.id} names a kind of equipment twice.",
                mend_zh="每种设备只写一次。",
                mend_en="Name each kind once.",
            )
        return self

    @model_validator(mode="after")
    def _fits_a_group(self) -> Self:
        if self.group and (self.for_ == "partner" or any(one.dispenses is not None for one in self.field)):
            raise wrong(
                zh=f"步骤 {self.id}：集体活动不能发放药具，也不能是对方的步骤。",
                en=f"Step {self.id}: what is held for a group hands nothing out and is no partner's step.",
            )
        return self

    @model_validator(mode="after")
    def _last_result_holds(self) -> Self:
        if self.result[-1].when != "TRUE":
            raise wrong(
                zh=f"步骤 {self.id} 的最后一个结果不能有 when：每次就诊总要有一个结果。",
                en=f"The last result of step {self.id} has no 'when': every visit comes to one of them.",
            )
        return self


class Round(Dated):
    """A stretch of time in which everybody who is invited is offered the first step once."""

    id: Id
    title: Words

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.effective_to is None:
            raise wrong(zh=f"轮次 {self.id} 须有 effective_to。", en=f"The round {self.id} needs an effective_to.")
        return self


class Schedule(PackModel):
    """When the first step is due for whoever is invited.

    `once`: once in a life; `months`: every so many months; `round`: once in each round; `ages`: at ages in completed
    months; `birth` and `union`: so many days after the last birth or marriage (of the woman). What belongs to an age
    or an event lapses when its time has passed; what is due once or every so many months stays due, late.
    """

    per: Literal["once", "months", "round", "ages", "birth", "union"]
    months: int | None = Field(default=None, ge=1)
    round: tuple[Round, ...] = ()
    at: tuple[int, ...] = Field(default=(), description="months of age, or days after the event")
    within_days: int = Field(default=365, ge=0, description="to be done within so many days from when it is due")
    early_days: int = Field(default=0, ge=0, description="of ages, birth, union: done so many days before counts")

    @model_validator(mode="after")
    def _has_its_own(self) -> Self:
        needs = {"months": self.months is not None, "round": bool(self.round), "ages": bool(self.at)}
        needs |= {"birth": bool(self.at), "union": bool(self.at), "once": True}
        strange = (self.months is not None and self.per != "months") or (bool(self.round) and self.per != "round")
        strange |= bool(self.at) and self.per not in ("ages", "birth", "union")
        if not needs[self.per] or strange:
            raise wrong(
                zh="时间安排不全：months 写 months，round 写轮次，ages、birth、union 写 at，其余不写。",
                en="The schedule doesn't fit: months says months, round its rounds, ages, birth and union say at.",
            )
        if list(self.at) != sorted(set(self.at)):
            raise wrong(zh="at 须从小到大，不重复。", en="at goes upwards, and nothing stands twice.")
        for at, one in enumerate(self.round):
            if any(one.overlaps(other) for other in self.round[at + 1 :]):
                raise wrong(zh=f"轮次 {one.id} 与另一轮次重叠。", en=f"The round {one.id} overlaps another one.")
        return self

    def round_on(self, day: date) -> Round | None:
        """The round that a day lies in."""
        return next((one for one in self.round if one.in_force(day)), None)


class Consent(PackModel):
    """What somebody agrees to before anything is recorded, and may take back."""

    text: Words
    separate: bool = Field(default=True, description="asked for apart from everything else: health data are sensitive")


class ProgrammeVersion(Ruled):
    """A programme's rules in force from one day to another. The conditions say who is invited."""

    areas: tuple[str, ...] = Field(default=(), description="codes of the areas where it runs; none: everywhere")
    schedule: Schedule
    consent: Consent
    step: tuple[ProgrammeStep, ...] = Field(min_length=1)
    not_now_months: int = Field(default=12, ge=1, description="after 'not now' nobody asks again for so many months")
    note: Words | None = None

    @model_validator(mode="after")
    def _steps_in_order(self) -> Self:
        seen: dict[str, ProgrammeStep] = {}
        for at, step in enumerate(self.step):
            if step.id in seen:
                raise wrong(zh=f"步骤 {step.id} 写了两次。", en=f"The step {step.id} stands twice.")
            if at == 0 and step.for_ == "partner":
                raise wrong(
                    zh=f'步骤 {step.id}：第一步是受邀者本人的，不能写 for = "partner"。',
                    en=f"Step {step.id}: the first step is hers who was invited, never the partner's.",
                )
            if (at == 0) != (step.follows is None):
                raise wrong(
                    zh=f"步骤 {step.id}：第一步不写 follows，其余各步须写。",
                    en=f"Step {step.id}: the first step follows nothing, every other one follows an earlier step.",
                )
            before = seen.get(step.follows) if step.follows is not None else None
            if step.follows is not None and before is None:
                raise wrong(
                    zh=f"步骤 {step.id} 之前没有步骤 {step.follows}。",
                    en=f"There is no step {step.follows} before step {step.id}.",
                )
            strange = set(step.on) - {one.id for one in before.result} if before is not None else set(step.on)
            if strange:
                raise wrong(
                    zh=f"步骤 {step.follows} 没有结果 {'、'.join(sorted(strange))}。",
                    en=f"The step {step.follows} has no result {', '.join(sorted(strange))}.",
                )
            seen[step.id] = step
        return self

    def step_named(self, id_: str) -> ProgrammeStep:
        """A step by its id. Raises KeyError."""
        return {one.id: one for one in self.step}[id_]

    def runs_in(self, area: str) -> bool:
        """Whether it is offered in an area."""
        return not self.areas or any(area.startswith(code) for code in self.areas)


class ProgrammeCase(PackModel):
    """Of one person: whether she is invited on a day and when the first step is due; or what a step's answers give."""

    note: Words
    facts: dict[str, Fact] = Field(default={}, description="columns by name; those not given are unknown")
    on: date | None = None
    last: date | None = Field(default=None, description="when the first step was done last")
    event: date | None = Field(default=None, description="the last birth or marriage, where the schedule follows one")
    invited: bool | None = None
    failed: tuple[str, ...] = Field(default=(), description="ids of exactly the conditions that aren't met")
    due: date | None = Field(default=None, description="from when the first step is due; absent: nothing is due")
    step: Name | None = None
    values: dict[str, Value] = Field(default={}, description="what was answered at the step")
    result: Name | None = Field(default=None, description="what the answers amount to")
    faults: tuple[str, ...] = Field(default=(), description="ids of the fields that are refused")

    @model_validator(mode="after")
    def _of_a_day_or_a_step(self) -> Self:
        if (self.on is None) != (self.invited is None) or (self.on is None) == (self.step is None):
            raise wrong(
                zh="事例要么写 on 和 invited（某日是否邀请），要么写 step（一步的结果）。",
                en="A case is either of a day (on, invited) or of a step (step, and result or faults).",
            )
        return self


class Programme(PackModel):
    """A service that people are offered: its rules through time, and cases that prove them."""

    id: Id
    title: Words
    definition: Words
    sex: Sex | None = Field(default=None, description="whom it is for, where it is for one sex")
    version: tuple[ProgrammeVersion, ...] = Field(min_length=1)
    indicator: tuple[Indicator, ...] = Field(default=(), description="what is counted of it; as in indicators/*.toml")
    case: tuple[ProgrammeCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_apart(self) -> Self:
        ids = [one.id for one in self.version]
        if len(set(ids)) != len(ids):
            raise wrong(zh="两个版本编号相同。", en="Two versions have one id.")
        if self.sex != 2 and any(one.schedule.per in ("birth", "union") for one in self.version):
            raise wrong(
                zh="按生育或结婚安排的项目，对象是女性（sex = 2）；夫妇的项目也写在她名下。",
                en="A schedule after a birth or a marriage is a woman's (sex = 2); a couple's is kept under her.",
            )
        for at, one in enumerate(self.version):
            if any(one.overlaps(other) for other in self.version[at + 1 :]):
                raise wrong(
                    zh=f"从 {one.effective_from} 起生效的版本与另一版本的时间重叠。",
                    en=f"The version in force from {one.effective_from} overlaps another one.",
                )
        return self

    def version_on(self, day: date) -> ProgrammeVersion | None:
        """The version in force on a day."""
        return next((one for one in self.version if one.in_force(day)), None)
