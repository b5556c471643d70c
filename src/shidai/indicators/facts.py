"""The facts of every person, household or village on a day, from the record tables: what conditions of schemes read.

A day's state is that at its end: who died or moved on the day isn't there any more, who was born on it is. The columns
and their meanings are `shidai.rules.columns`; only those asked for are made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from shidai.indicators.engines import Records
from shidai.packs.schema.scheme import AttestedFact, Subject
from shidai.rules.halfknown import OF_BIRTH, bounds_for, bounds_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

KEYS: Mapping[Subject, str] = {"person": "person_id", "household": "household_id", "village": "area"}
_CHILDREN = {
    "children_ever", "surviving_children", "surviving_sons", "surviving_daughters", "dead_children", "youngest_months",
}  # fmt: skip
_COUPLE = {"in_union", "spouse_age", "spouse_registration"}
_REGISTERED = {"registered_area", "registered_here"}
_LIVING = {"living_area", "lives_here"}


def facts_on(
    records: Records,
    subject: Subject,
    on: date,
    columns: Collection[str],
    attested: Iterable[AttestedFact] = (),
    only: int | str | None = None,
) -> ir.Table:
    """One row for each subject that is on the register on a day: its key, the columns asked for, and bounds.

    Keys: `person_id`, `household_id` or a village's `area`. Persons born later aren't there; the dead are, with
    `alive` false, since a scheme may concern them. Bounds stand beside the facts of birth (`shidai.rules.halfknown`).
    `only`: the key of the one subject that is asked for.
    """
    wanted = set(columns)
    make = {"person": _persons, "household": _households, "village": _villages}[subject]
    table = make(_Day(records, on, KEYS[subject], only), wanted)
    facts = [fact for fact in attested if fact.id in wanted and fact.subject == subject]
    names = {fact.id for fact in facts}
    register = [name for name in columns if name not in names]
    bounds = bounds_for(columns) if subject == "person" else ()
    table = table.select(
        *dict.fromkeys((KEYS[subject], *register, *bounds))
    )  # first: a fact may be called as a record's column
    if facts:
        table = _Day(records, on, KEYS[subject], only).beside(table, attested_on(records, subject, on, facts))
    return table.select(*dict.fromkeys((KEYS[subject], *columns, *bounds)))


@dataclass(frozen=True, slots=True)
class _Day:
    """The records on a day; with `only` what concerns one subject, so that one decision doesn't join the whole city."""

    records: Records
    on: date
    key: str
    only: int | str | None = None

    def narrowed(self, table: ir.Table) -> ir.Table:
        return table if self.only is None else table.filter(table[self.key] == self.only)

    def beside(self, table: ir.Table, more: ir.Table) -> ir.Table:
        """The rows of a table with the columns of another that has at most one row for each subject."""
        right = self.narrowed(more).rename({"_key": self.key})
        return table.left_join(right, table[self.key] == right["_key"]).drop("_key")

    def now(self, kind: str) -> ir.Table:
        """The spells of one kind of residence that hold on the day."""
        spells = self.records.table("residence")
        open_ = spells.end_date.isnull() | (spells.end_date > self.on)
        return spells.filter((spells.kind == kind) & (spells.start_date <= self.on) & open_)


def _persons(day: _Day, wanted: set[str]) -> ir.Table:
    records, on, person = day.records, day.on, day.records.table("person")
    here = day.narrowed(person.filter((person.birth_date <= on) | person.birth_date.isnull()))
    born = _with_undated_deaths(records, here)
    table = _with_births(born.mutate(alive=_lives(born, on)), on, wanted)
    if wanted & _REGISTERED or wanted & _LIVING:
        table = _with_residence(day, table)
    if wanted & _CHILDREN:
        table = _with_children(day, table)
    if wanted & _COUPLE:
        table = day.beside(table, _spouses(day))
        table = table.mutate(in_union=table.in_union.fill_null(False))
    if "birth_order" in wanted:
        table = day.beside(table, birth_orders(records))
    return table


def _with_births(table: ir.Table, on: date, wanted: set[str]) -> ir.Table:
    """The facts that follow from the date of birth, unknown where a half-known date leaves them open, and bounds."""
    first, last = _first_day(table), _last_day(table)
    bounds = {
        "birth_date": (ibis.date(*first), ibis.date(*last)),
        "age": (_years_since(*last, on), _years_since(*first, on)),
        "months_old": (_months_since(*last[:2], on), _months_since(*first[:2], on)),
    }
    facts: dict[str, Any] = {}
    for name in (name for name in OF_BIRTH if name in wanted):
        least, most = bounds[name]
        facts |= dict(zip(bounds_of(name), (least, most), strict=True))
        facts[name] = ibis.cases((least == most, least))
    return table.mutate(**facts)


def _first_day(table: ir.Table) -> tuple[Any, Any, Any]:
    """Year, month and day of the first day that a birth may be: engines agree on these, not on sums of days."""
    birth, known_to = table.birth_date, table.birth_precision
    month = ibis.cases((known_to == "year", 1), else_=birth.month())
    return birth.year(), month, ibis.cases((known_to.isin(["month", "year"]), 1), else_=birth.day())


def _last_day(table: ir.Table) -> tuple[Any, Any, Any]:
    birth, known_to = table.birth_date, table.birth_precision
    year, month = birth.year(), birth.month()
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    day = ibis.cases(
        (known_to == "year", 31),
        (known_to != "month", birth.day()),
        (month.isin([4, 6, 9, 11]), 30),
        (month != 2, 31),
        (leap, 29),
        else_=28,
    )
    return year, ibis.cases((known_to == "year", 12), else_=month), day


def birth_orders(records: Records) -> ir.Table:
    """Each person's own order among the mother's births, where a birth is recorded."""
    birth = records.table("birth")
    return birth.filter(birth.person_id.notnull()).group_by("person_id").agg(birth_order=birth.birth_order.min())


def _lives(table: ir.Table, on: date) -> Any:
    """A death of unknown day is a death: nothing is due to the dead."""
    return (table.death_date.isnull() & table["_undated"].isnull()) | (table.death_date > on).fill_null(False)


def _with_undated_deaths(records: Records, person: ir.Table) -> ir.Table:
    """Persons with a column `_undated`, null unless a death without a date is recorded."""
    death = records.table("death")
    undated = death.filter(death.death_date.isnull()).select("person_id").distinct().mutate(_undated=True)
    return _Day(records, date.min, "person_id").beside(person, undated)


def completed_years(birth: Any, on: date) -> Any:
    """Age on a day; who was born on 29 February completes a year on 1 March of a common year."""
    return _years_since(birth.year(), birth.month(), birth.day(), on)


def calendar_months(birth: Any, on: date) -> Any:
    """Months between the month of birth and the day's month."""
    return _months_since(birth.year(), birth.month(), on)


def _years_since(year: Any, month: Any, day: Any, on: date) -> Any:
    passed = (month < on.month) | ((month == on.month) & (day <= on.day))
    return (on.year - year - (~passed).cast("int32")).cast("int32")


def _months_since(year: Any, month: Any, on: date) -> Any:
    return ((on.year - year) * 12 + on.month - month).cast("int32")


def _with_residence(day: _Day, table: ir.Table) -> ir.Table:
    """Where everyone is registered and lives; a migrant's registered area is the code outside that was stated."""
    registered, living = day.now("registered"), day.now("living")
    here = registered.group_by("person_id").agg(_registered=registered.area.max())
    there = living.group_by("person_id").agg(living_area=living.area.max(), _stated=living.registered_area.max())
    table = day.beside(day.beside(table, here), there)
    return table.mutate(
        registered_here=table["_registered"].notnull(),
        lives_here=table.living_area.notnull(),
        registered_area=ibis.coalesce(table["_registered"], table["_stated"]),
    )


def _with_children(day: _Day, table: ir.Table) -> ir.Table:
    """Counts of each person's own children; no child on the register counts as none."""
    on, person = day.on, day.records.table("person")
    if day.only is not None:
        person = person.filter((person.mother_id == day.only) | (person.father_id == day.only))
    person = _with_undated_deaths(day.records, person)
    child = person.filter((person.birth_date <= on) | person.birth_date.isnull())
    lives = _lives(child, on)
    facts = child.mutate(_lives=lives, _months=calendar_months(child.birth_date, on))
    by_parent = [
        facts.filter(facts[side].notnull()).select("_lives", "_months", "sex", parent=facts[side])
        for side in ("mother_id", "father_id")
    ]
    pairs = by_parent[0].union(by_parent[1])
    counts = pairs.group_by("parent").agg(
        children_ever=pairs.count(),
        surviving_children=pairs.count(where=pairs["_lives"]),
        surviving_sons=pairs.count(where=pairs["_lives"] & (pairs.sex == 1)),
        surviving_daughters=pairs.count(where=pairs["_lives"] & (pairs.sex == 2)),
        dead_children=pairs.count(where=pairs["_lives"] == ibis.literal(False)),
        youngest_months=pairs["_months"].min(where=pairs["_lives"]),
    )
    table = day.beside(table, counts.rename(person_id="parent"))
    return table.mutate(
        **{name: table[name].fill_null(0).cast("int32") for name in _CHILDREN - {"youngest_months"}},
        youngest_months=table.youngest_months.cast("int32"),
    )


def _spouses(day: _Day) -> ir.Table:
    """Who has a living spouse on the day, with the spouse's age and registration."""
    records, on = day.records, day.on
    union, person = records.table("union_"), records.table("person")
    now = union.filter((union.start_date <= on) & (union.end_date.isnull() | (union.end_date > on)))
    sides = [
        now.filter(now[one].notnull()).select(person_id=now[one], _spouse=now[other])
        for one, other in (("wife_id", "husband_id"), ("husband_id", "wife_id"))
    ]
    couples = day.narrowed(sides[0].union(sides[1]))
    if day.only is not None:
        person = person.semi_join(couples, person.person_id == couples["_spouse"])
    person = _with_undated_deaths(records, person)
    told = person.select(
        _other="person_id", _born="birth_date", _registration="registration", _alive=_lives(person, on)
    )
    couples = couples.left_join(told, couples["_spouse"] == told["_other"])
    couples = couples.filter(couples["_alive"].fill_null(True))  # the widowed have no spouse, whatever the union's end
    return couples.group_by("person_id").agg(
        in_union=couples.count() > 0,
        spouse_age=completed_years(couples["_born"], on).max(),
        spouse_registration=couples["_registration"].max(),
    )


def _households(day: _Day, wanted: set[str]) -> ir.Table:
    living = day.now("living")
    members = day.narrowed(living.filter(living.household_id.notnull()))
    members = members.mutate(_age=completed_years(members.birth_date, day.on))
    return members.group_by("household_id").agg(
        area=members.area.max(),
        members=members.person_id.nunique().cast("int32"),
        members_under_18=members.person_id.nunique(where=members["_age"] < 18).cast("int32"),
        members_60_or_older=members.person_id.nunique(where=members["_age"] >= 60).cast("int32"),
    )


def _villages(day: _Day, wanted: set[str]) -> ir.Table:
    area, on = day.records.table("area"), day.on
    valid = (area.start_date <= on) & (area.end_date.isnull() | (area.end_date > on))
    villages = day.narrowed(area.filter((area.level == "village") & valid).select("urban", area="code"))
    if "residents" not in wanted:
        return villages
    living = day.now("living")
    counts = living.group_by("area").agg(residents=living.person_id.nunique())
    table = day.beside(villages, counts)
    return table.mutate(residents=table.residents.fill_null(0).cast("int32"))


def attested_on(records: Records, subject: Subject, on: date, facts: Iterable[AttestedFact]) -> ir.Table:
    """One column a fact; of several that hold on the day the last attested counts, whichever value it has."""
    table = records.table("attested")
    key = KEYS[subject]
    holds = (table.start_date <= on) & (table.end_date.isnull() | (table.end_date > on))
    now = table.filter(holds, table[key].notnull(), table.fact.isin([fact.id for fact in facts]))
    newest_first = [now.start_date.desc(), now.record_id.desc()]
    place = ibis.row_number().over(group_by=[now[key], now.fact], order_by=newest_first)
    last = now.mutate(_place=place)
    last = last.filter(last["_place"] == 0)
    return last.group_by(key).agg(**{fact.id: _value(last, fact) for fact in facts})


def _value(table: ir.Table, fact: AttestedFact) -> Any:
    here = table.fact == fact.id
    if fact.type == "text":
        return table.text.max(where=here)
    number = table.number.max(where=here)
    if fact.type == "bool":
        return number == 1
    whole = number.try_cast("int32")  # what is no number of 32 bits is unknown, and stops nobody else's determination
    return whole if fact.type == "int" else ibis.date("1970-01-01") + whole.as_interval("D")
