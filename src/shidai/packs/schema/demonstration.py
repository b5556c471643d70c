"""Parameters of the synthetic city: everything by which it differs from the national rates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from shidai.packs.schema.base import PackModel, Sentence, Words, wrong

Share = Annotated[float, Field(ge=0, le=1)]
Timeline = Annotated[dict[int, float], Field(min_length=1, description="value by year, linear between the years given")]


class RateFiles(PackModel):
    """CSV files of national rates, below the pack's folder; lines that begin with '#' are notes."""

    source: str = Field(description="id of a source in sources.toml")
    mortality: str
    fertility: str
    annual: str
    population: str


class Size(PackModel):
    """The full city and how its registered population came about."""

    registered: int = Field(gt=0, description="registered residents at the end of the last year, full size")
    migrants: int = Field(ge=0, description="migrants living in the city at the end of the last year, full size")
    path: Timeline = Field(description="registered population at year's end as a share of the last one")
    village_spread: float = Field(ge=0, description="sigma of the lognormal sizes of villages within a county")
    rural: dict[str, Share] = Field(description="share of rural registration by county code; 'other' for the rest")


class Mortality(PackModel):
    adult: Timeline = Field(description="multiplier of the national rates from age 1 on")
    infant: Timeline = Field(description="multiplier of the national infant mortality")
    migrant: float = Field(ge=0, description="multiplier for migrants, who are healthier than their age group")
    infant_shape: float = Field(gt=0, description="power that draws infant deaths towards the first days")
    season: float = Field(ge=0, lt=1, description="amplitude of the yearly wave, peak in January")


class Cause(PackModel):
    """An underlying cause of death (ICD-10) and its weight among deaths of some ages."""

    code: str = Field(pattern=r"^[A-Z][0-9]{2}(\.[0-9])?$")
    from_age: int = Field(ge=0)
    to_age: int = Field(default=200, description="first age at which it no longer occurs")
    weight: float = Field(gt=0)


class Fertility(PackModel):
    level: Timeline = Field(description="multiplier of the national age-specific rates, registered women")
    migrant: float = Field(ge=0, description="further multiplier for migrant women")
    parity: dict[int, tuple[float, ...]] = Field(
        min_length=1, description="by year: relative propensity of women in union with 0, 1, 2, … children"
    )
    without_son: Timeline = Field(description="factor on the propensity of mothers who have no son")
    migrant_second: float = Field(ge=0, description="factor on the propensity of migrant mothers with children")
    sterile: Share = Field(description="share of women who never conceive")
    twins: Share = Field(description="share of deliveries that are twins")
    sex_ratio: dict[int, tuple[float, ...]] = Field(
        min_length=1, description="by year: boys per 100 girls for the 1st, 2nd, 3rd and later births"
    )
    season: float = Field(ge=0, lt=1, description="amplitude of the yearly wave, peak in October")


class Marriage(PackModel):
    female_age: Timeline = Field(description="mean age at which women of that year's 22-year-olds seek a spouse")
    male_age: Timeline
    spread: float = Field(gt=0, description="standard deviation of that age, years")
    female_minimum: Timeline = Field(description="legal age")
    male_minimum: Timeline
    never: tuple[Share, Share] = Field(description="share who never seek a spouse: men, women")
    wife_joins: Share = Field(description="couples that live where the husband lived")
    registration_follows: Timeline = Field(description="share of joining spouses who move their registration too")
    outsider_registers: Share = Field(description="migrants who register with the resident they marry")
    new_household: Timeline = Field(description="couples that found a household of their own")
    new_home: Timeline = Field(description="couples that move to another village at marriage")
    divorce: Timeline = Field(description="divorces a union-year")
    remarry: tuple[Share, Share] = Field(description="share of widowed or divorced under 60 who remarry: men, women")
    across: Share = Field(description="share of migrant seekers who meet residents rather than migrants")


class Moves(PackModel):
    household: Timeline = Field(description="moves of the living residence a household-year")
    with_registration: Share
    catch_up: Share = Field(description="people registered elsewhere in the city who register where they live, a year")
    same_township: Share
    same_county: Share
    work_outside: Timeline = Field(description="unmarried aged 18 to 30 who go to live outside the city, a year")
    work_return: Share
    students: Timeline = Field(description="share of each cohort that goes to study at 18 with its registration")
    study_inside: Share = Field(description="students who study in the city, in `study_county`")
    study_county: str
    study_return: Share = Field(description="students from outside who come back after four years")


class Origin(PackModel):
    code: str = Field(pattern=r"^[0-9]{6}$")
    name: Words
    weight: float = Field(gt=0)


class Migrants(PackModel):
    path: Timeline = Field(description="stock at year's end as a share of the last one")
    county: dict[str, float] = Field(description="relative attraction by county, per registered resident; 1 if absent")
    leave: Share = Field(description="households that return home, a year")
    couples: Share = Field(description="arriving units that are couples")
    with_children: Timeline = Field(description="share of arriving couples that bring children")
    another_child: Timeline = Field(description="of those with a child, share with another, old enough marriages only")
    left_behind: Share = Field(description="arriving couples that left a first child at home")
    male: Share = Field(description="men among those who arrive alone")
    settle: Share = Field(description="part of the registered population's net gain that comes from settled migrants")
    origin: tuple[Origin, ...] = Field(min_length=1)


class MethodMix(PackModel):
    """Users among women in union and the mix of methods, by number of children and year of starting."""

    children: int = Field(ge=0, description="for women with this many children or more, up to the next entry")
    from_year: int
    users: Share
    mix: dict[str, float] = Field(min_length=1, description="method id → weight")


class AttestedShare(PackModel):
    """A fact that is attested for a share of some subjects; the number of them is the share of all, rounded.

    Of persons: those who are on the register on the last day and are as told. Of households: those lived in.
    """

    fact: str = Field(description="id of a fact in facts.toml")
    share: Share
    number: tuple[int, int] = Field(default=(1, 1), description="lowest and highest value; 1 and 0 are true and false")
    since: date = Field(description="holds from this day")
    registration: Literal["rural", "urban"] | None = None
    sex: Literal[1, 2] | None = None
    from_age: int = Field(default=0, ge=0, description="completed years on the last day")
    area: str = Field(default="", description="code of the area in which they are; '' is the city")
    among: str | None = Field(default=None, description="only those for whom this fact is attested as true")


class RosterShares(PackModel):
    """What persons do under a scheme that is paid period after period. Shares are of those who become entitled."""

    scheme: str
    first_day: date = Field(description="nobody applies earlier")
    first_year: Share = Field(description="of those entitled from the first day on: apply in the first 365 days")
    lag_days: float = Field(gt=0, description="mean days from being entitled to applying, for all others")
    overlooked: Share = Field(description="nobody has told them: no claim")
    declined: Share = Field(description="say no to it after applying")
    returned: Share = Field(description="of payments: come back from the bank")
    in_flight: Share = Field(description="of payments of the last day: not yet answered")
    refused: Share = Field(description="applicants who never met the conditions, as a share of all claims")


class GrantShares(PackModel):
    """A scheme whose amount is set case by case, or granted once, in the last year."""

    scheme: str
    share: Share = Field(description="of the subjects that meet the conditions: are granted it; rounded, at least one")
    mean_fen: int | None = Field(default=None, gt=0, description="mean of what is set within the scheme's limits")
    apply: tuple[date, date] = Field(description="first and last day on which they apply")
    form: Literal["bank", "hand", "goods"] = "bank"
    goods: Share = Field(default=0.0, description="of them: in kind")
    declined: Share = 0.0
    refused: Share = Field(default=0.0, description="applicants who don't meet the conditions, per one who is granted")
    returned: Share = 0.0


class Benefits(PackModel):
    """The year's work with benefits. Rates only: who is entitled and to how much follows from the schemes' rules."""

    note: Words
    attested: tuple[AttestedShare, ...] = ()
    roster: tuple[RosterShares, ...] = ()
    grant: tuple[GrantShares, ...] = ()
    doubles: Share = Field(default=0.0, description="parents of one child, 60 or older, who are on the register twice")
    unassigned_card: Sentence = Field(description="first digits of bank cards that no bank has been given")
    bank_code: str = Field(pattern=r"^[0-9]{12}$", description="code of a bank that doesn't exist")


class AnswerShares(PackModel):
    """What is answered to a field of a step: shares of its options, or the distribution of a number."""

    step: str
    field: str
    share: dict[str, Share] = Field(
        default={}, description="of a choice: weight by option; of choices: each option's own; of a bool: of 'true'"
    )
    mean: float | None = None
    spread: float | None = Field(default=None, gt=0, description="standard deviation of a number")

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if bool(self.share) == (self.mean is not None) or (self.mean is None) != (self.spread is None):
            raise wrong(
                zh=f"{self.step}.{self.field}：要么写 share，要么写 mean 和 spread。",
                en=f"{self.step}.{self.field}: give either shares, or a mean and a spread.",
            )
        return self


class ProgrammeShares(PackModel):
    """A programme's last year. Who is offered it, and what answers amount to, follow from the programme's own rules."""

    programme: str
    days: tuple[date, date] = Field(description="first and last day of first visits, where people could come by then")
    lag_days: float | None = Field(default=None, gt=0, description="mean days from offer to visit; none: any day")
    reached: Share = Field(description="of those who are offered it: come; their number is the share of all, rounded")
    returns: Share = Field(default=1.0, description="of those who are asked to come again: come")
    not_now: Share = Field(default=0.0, description="of those who don't come: say 'not now'")
    never: Share = Field(default=0.0, description="of those who don't come: say 'never'")
    answer: tuple[AnswerShares, ...] = ()


class HandOutShares(PackModel):
    """How a commodity is handed out in the last year. Who uses its method, and from when to when, is the city's own.

    Who comes takes so many units, and comes again once they are used: by the commodity's units of a couple-year.
    """

    commodity: str
    public: Share = Field(description="of the method's users: come to the public service")
    units: tuple[int, int] = Field(description="least and most at one time")
    step: int = Field(default=1, gt=0, description="units are handed out in multiples of it")
    last_longer: tuple[float, float] = Field(default=(1.0, 1.4), description="how much longer they last than reckoned")
    at_start: bool = Field(default=False, description="handed out once, when the use begins")
    anonymous: Share = Field(default=0.0, description="of hand-outs that may be without a name: are")


class SupplyShares(PackModel):
    """The year's work with commodities. Stock follows from what is handed out: nothing here is a total."""

    note: Words
    hours: Sentence = Field(description="of stations and rooms")
    rooms_per_migrant: float = Field(ge=0, description="service rooms a migrant; villages with most migrants have them")
    rooms_open: tuple[date, date] = Field(description="first and last day on which rooms open")
    ahead: float = Field(ge=0, description="what a site gets beyond a month's use, as a share of it")
    lost: Share = Field(description="of what a station receives: breaks")
    counted_wrong: Share = Field(description="of stations: whose stock-take finds a unit missing")
    shelf_years: float = Field(gt=0, description="from receipt to expiry")
    hand_out: tuple[HandOutShares, ...] = Field(min_length=1)
    county_stations: tuple[str, ...] = Field(default=(), description="codes of counties with a station of their own")


class EquipmentShares(PackModel):
    """Equipment of the stations on the last day. Not a number of the real city's."""

    kind: str = Field(description="id of a kind of equipment")
    mark: Annotated[str, Field(pattern=r"^[A-Z]{1,4}$", description="begins the inventory number of its pieces")]
    share: Share = Field(default=1.0, description="of the stations: have some")
    pieces: tuple[int, int] = Field(default=(1, 1), description="least and most of these stations")
    since: tuple[date, date] = Field(description="first and last day of coming into service")
    late: Share = Field(default=0.0, description="of the pieces of a kind that is checked: the check is overdue")
    broken: Share = Field(default=0.0, description="of the pieces: out of order on the last day")


class TrainingShares(PackModel):
    """How often a topic's sessions are held in the last year, and how many come. Not a number of the real city's."""

    topic: str = Field(description="id of a training")
    level: Literal["city", "county", "township", "village"] = Field(description="of the areas that hold them")
    share: Share = Field(default=1.0, description="of the areas of this level: hold them")
    sessions: int = Field(default=1, gt=0, description="by each of these areas")
    days: tuple[date, date] = Field(description="first and last day")
    hours: tuple[str, str] = Field(description="when a session begins and ends")
    staff: tuple[int, int] = Field(default=(0, 0), description="least and most who come")
    residents: tuple[int, int] = Field(default=(0, 0), description="least and most who come")
    cancelled: Share = Field(default=0.0, description="of the sessions: don't take place")


class PlannedPilot(PackModel):
    """A station that works through a checklist. Stations stand for areas: the station of this one."""

    checklist: str
    area: str = Field(description="code of the township, or of the county with a station of its own")
    enrolled: date
    submitted: date | None = None
    signed: date | None = None
    not_met: tuple[str, ...] = Field(default=(), description="ids of items that the station doesn't meet")
    unanswered: tuple[str, ...] = Field(default=(), description="ids of items that it has not come to yet")


class Demonstration(PackModel):
    """The synthetic city of a pack. Values are assumptions unless their note cites a source."""

    note: Words
    first_year: int
    register_from: date = Field(description="who died or left before this day is not on the register")
    rates: RateFiles
    size: Size
    mortality: Mortality
    cause: tuple[Cause, ...] = Field(min_length=1)
    fertility: Fertility
    marriage: Marriage
    moves: Moves
    migrants: Migrants
    contraception: tuple[MethodMix, ...] = Field(min_length=1)
    benefits: Benefits | None = None
    programme: tuple[ProgrammeShares, ...] = ()
    supply: SupplyShares | None = None
    equipment: tuple[EquipmentShares, ...] = ()
    training: tuple[TrainingShares, ...] = ()
    pilot: tuple[PlannedPilot, ...] = ()
    unassigned_area: Sentence = Field(description="two digits that no resident number begins with (see docs)")
    unassigned_phone: Sentence = Field(description="first digits of a range of telephone numbers that nobody has")

    @field_validator("register_from")
    @classmethod
    def _on_new_years_day(cls, day: date) -> date:
        if (day.month, day.day) != (1, 1):
            raise wrong(
                zh=f"register_from 是 {day}，应为某年1月1日。",
                en=f"register_from is {day}; it must be a 1 January.",
                mend_zh="请写成如 1996-01-01。",
                mend_en="Write it like 1996-01-01.",
            )
        return day


def value_in(timeline: dict[int, float], year: float) -> float:
    """The value of a year: linear between the years given, constant outside them."""
    before = [known for known in timeline if known <= year]
    after = [known for known in timeline if known > year]
    if not before or not after:
        return timeline[max(before) if before else min(after)]
    low, high = max(before), min(after)
    return timeline[low] + (year - low) / (high - low) * (timeline[high] - timeline[low])
