"""What a change of a scheme would do: two sets of rules over the same people, day by day and year by year.

Both sides see the same facts of the same day. Every named version applies on all days asked for, a draft too; without a
version's name the one in force on each day does. After the records' last day the same people grow older: nobody dies,
is born or moves. An amount paid `once` is due in the first year for everybody who meets the conditions, later for those
who newly do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shidai.indicators.engines import Records
from shidai.indicators.entitled import find_scheme, find_version
from shidai.indicators.reformfacts import Candidates, People
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scheme import Scheme, SchemeVersion, Subject
from shidai.rules import RuleSet, columns_for, compile_version
from shidai.rules.periods import due_days
from shidai.words import ShidaiError, Text, problem

Ints = npt.NDArray[np.int64]
Tell = Callable[[int, int], None]
_CHOICE = re.compile(r"(?P<scheme>[\w-]+)(:(?P<version>[\w-]+))?(@(?P<values>.+))?")
ELSEWHERE = ""  # the county of those whose area is in none


@dataclass(frozen=True, slots=True)
class Choice:
    """What one side of a comparison is: `scheme[:version][@parameter=value,…]`."""

    text: str
    scheme: str
    version: str | None
    values: Mapping[str, int | date]


def read_choice(text: str) -> Choice:
    """Read `rural-reward`, `retiree-reward:variant-a` or `rural-reward@age=58,monthly=6000`. Raises ShidaiError."""
    found = _CHOICE.fullmatch(text.strip())
    values = {}
    for part in (found["values"] or "").split(",") if found else ():
        name, equals, value = part.partition("=")
        if part and not (name.strip() and equals and _value(value) is not None):
            found = None
            break
        if part:
            values[name.strip()] = _value(value)
    if found is None:
        raise ShidaiError(
            problem(
                text,
                zh="读不懂这一方案。",
                en="This can't be read as a scheme.",
                mend_zh="写成 方案[:版本][@参数=值,…]，如 rural-reward@age=58；值是整数或日期。",
                mend_en="Write scheme[:version][@parameter=value,…], such as rural-reward@age=58.",
            )
        )
    return Choice(text.strip(), found["scheme"], found["version"], {k: v for k, v in values.items() if v is not None})


def _value(text: str) -> int | date | None:
    plain = text.strip().replace("_", "")
    if re.fullmatch(r"-?\d+", plain):
        return int(plain)
    try:
        return date.fromisoformat(plain)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its scheme, and the rules of each day on which something can be due."""

    choice: Choice
    scheme: Scheme
    rules: Mapping[date, RuleSet]

    @property
    def versions(self) -> tuple[RuleSet, ...]:
        """The rules that were used, each once, in the order of time."""
        return tuple({rules.version.id: rules for rules in self.rules.values()}.values())

    def last_day(self, year: int) -> date | None:
        return max((day for day in self.rules if day.year == year), default=None)


def make_side(pack: Pack, choice: Choice, years: range) -> Side:
    """The rules of a side on each of its due days. Raises ShidaiError for what isn't there, or never in force."""
    scheme = find_scheme(pack, choice.scheme)
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    if choice.version:
        days = _days(find_version(scheme, first, choice.version), years)
    else:
        days = {
            day: version
            for version in scheme.version
            for day in _days(version, years)
            if scheme.version_on(day) is version
        }
    if not days:
        find_version(scheme, last)  # raises, unless the version of the last day has no due day
    columns = columns_for(scheme.subject, pack.attested.values())
    compiled = {
        version.id: compile_version(version, columns).with_values(**choice.values)
        for version in {one.id: one for one in days.values()}.values()
    }
    return Side(choice, scheme, {day: compiled[days[day].id] for day in sorted(days)})


def _days(version: SchemeVersion, years: range) -> dict[date, SchemeVersion]:
    spans = ((date(year, 1, 1), date(year, 12, 31)) for year in years)
    return {day: version for first, last in spans for day in due_days(version.amount, first, last)}


@dataclass(frozen=True)
class Dues:
    """What falls due: one row for each subject, year and county.

    `county`: place in the counties of the simulation. `on`: the first due day, as days since 1970-01-01; `age` and
    `sex` on it, -1 where unknown. `fen`, `times`: shape (2, rows), of A and of B: fen of the year, periods due.
    """

    subject: npt.NDArray[Any]
    year: Ints
    county: Ints
    on: Ints
    age: Ints
    sex: Ints
    fen: Ints
    times: Ints

    def __len__(self) -> int:
        return len(self.subject)

    def pick(self, rows: Any) -> Dues:
        """Some of the rows."""
        plain = {name: getattr(self, name)[rows] for name in ("subject", "year", "county", "on", "age", "sex")}
        return Dues(**plain, fen=self.fen[:, rows], times=self.times[:, rows])

    def gathered(self, *by: str) -> Dues:
        """One row for each combination of some columns: sums of money and periods, the rest from the first day."""
        if not len(self):
            return self
        keys = [getattr(self, name) for name in by]
        rows = self.pick(np.lexsort((self.on, *reversed(keys))))
        changes = reduce(or_, [getattr(rows, name)[1:] != getattr(rows, name)[:-1] for name in by])
        starts = np.flatnonzero(np.append(True, changes))
        sums = {name: np.add.reduceat(getattr(rows, name), starts, axis=1) for name in ("fen", "times")}
        return replace(rows.pick(starts), **sums)


def join_dues(parts: Sequence[Dues]) -> Dues:
    """Rows below each other."""
    plain = ("subject", "year", "county", "on", "age", "sex")
    return Dues(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in plain},
        **{name: np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("fen", "times")},
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many subjects of a side also meet another scheme's conditions on a side's last due day of a year."""

    side: int
    day: date
    scheme: str
    version: str
    incompatible: bool
    entitled: int
    both: int
    fen: int  # of the other scheme, for one of its periods


@dataclass(frozen=True)
class Simulation:
    """Two sides over the same records: what is due to whom in each year, if everybody entitled takes it up."""

    sides: tuple[Side, Side]
    years: range
    counties: Mapping[str, Text]  # by code; `Dues.county` is a place in it
    dues: Dues
    overlaps: tuple[Overlap, ...]
    households: Mapping[Any, int]  # of persons: the household lived in on the first due day
    cutoff: date
    manifest: str

    @property
    def subject(self) -> Subject:
        return self.sides[0].scheme.subject

    @property
    def carried(self) -> tuple[int, ...]:
        """The years that end after the records' last day."""
        return tuple(year for year in self.years if date(year, 12, 31) > self.cutoff)


def make_sides(pack: Pack, a: str, b: str, years: range) -> tuple[Side, Side]:
    """Both sides of a comparison. Raises ShidaiError for choices that can't be compared."""
    sides = (make_side(pack, read_choice(a), years), make_side(pack, read_choice(b), years))
    subject = sides[0].scheme.subject
    if sides[1].scheme.subject != subject:
        raise ShidaiError(
            problem(
                f"{a} {b}",
                zh="两个方案的对象不同（个人、家庭、村），无法比较谁多谁少。",
                en="The two schemes are for different subjects (persons, households, villages): nobody gains or loses.",
                mend_zh="请选对象相同的两个方案。",
                mend_en="Choose two schemes for the same kind of subject.",
            )
        )
    return sides


def simulate(
    records: Records, pack: Pack, a: str, b: str, years: range, *, tell: Tell = lambda done, total: None
) -> Simulation:
    """Determine both sides on all their due days. Raises ShidaiError for choices that can't be compared.

    `tell`: told how many years are done, of how many; what it raises ends the run.
    """
    sides = make_sides(pack, a, b, years)
    subject = sides[0].scheme.subject
    names = _counties(records)
    run = _Run(records, pack, sides, (*names, ELSEWHERE))
    parts, overlaps = [run.empty()], []
    for done, year in enumerate(years):
        tell(done, len(years))
        found, shared = run.year(year)
        parts.append(found)
        overlaps += shared
    tell(len(years), len(years))
    dues = join_dues(parts)
    manifest = records.manifest
    homes = _households(records, dues.gathered("subject")) if subject == "person" and len(dues) else {}
    names[ELSEWHERE] = Text(zh="不详或外地", en="unknown or elsewhere")
    return Simulation(sides, years, names, dues, tuple(overlaps), homes, manifest.cutoff, manifest.id)


def _counties(records: Records) -> dict[str, Text]:
    """The counties' names by code, in the pack's order; a name of the latest period of validity."""
    area = records.table("area")
    chosen = area.filter(area.level == "county").select("code", "position", "name_zh", "name_en", "start_date")
    rows = sorted(records.fetch(chosen).to_pylist(), key=lambda row: (row["position"], row["code"], row["start_date"]))
    return {row["code"]: Text(zh=row["name_zh"], en=row["name_en"]) for row in rows}


class _Run:
    """One simulation on its way through the days: who was paid `once` is remembered."""

    def __init__(self, records: Records, pack: Pack, sides: tuple[Side, Side], counties: tuple[str, ...]) -> None:
        self.pack, self.sides, self.counties = pack, sides, counties
        self._other_rules: dict[int, RuleSet] = {}
        self.subject: Subject = sides[0].scheme.subject
        rules = [one for side in sides for one in side.versions]
        days = {day for side in sides for day in side.rules}
        self.people = Candidates(records, pack, self.subject, rules, self._columns(rules), days)
        self.paid: list[npt.NDArray[Any]] = [self.empty().subject, self.empty().subject]

    def _columns(self, rules: Iterable[RuleSet]) -> tuple[str, ...]:
        """All facts that can be needed, those of the schemes that may overlap among them."""
        closing = {side.last_day(day.year) or day for side in self.sides for day in side.rules}
        others = [one for day in sorted(closing) for _, one in self._others(day)]
        return tuple(dict.fromkeys(name for one in (*rules, *others) for name in one.columns))

    def empty(self) -> Dues:
        none = np.zeros(0, np.int64)
        ids = np.zeros(0, np.str_) if self.subject == "village" else none
        return Dues(ids, none, none, none, none, none, np.zeros((2, 0), np.int64), np.zeros((2, 0), np.int64))

    def year(self, year: int) -> tuple[Dues, list[Overlap]]:
        days = sorted({day for side in self.sides for day in side.rules if day.year == year})
        parts, overlaps = [self.empty()], []
        for day in days:
            found, shared = self.day(day)
            parts.append(found)
            overlaps += shared
        return join_dues(parts).gathered("subject", "county"), overlaps

    def day(self, day: date) -> tuple[Dues, list[Overlap]]:
        """What falls due on a day to each side, and the overlap on the last due day of a year."""
        people = self.people.on(day)
        fen, times = np.zeros((2, len(people.ids)), np.int64), np.zeros((2, len(people.ids)), np.int64)
        for at, side in enumerate(self.sides):
            if (rules := side.rules.get(day)) is None:
                continue
            found = rules.on_arrays(people.facts)
            met = found.eligible
            if rules.version.amount.per == "event":
                met = met & ~np.isin(people.ids, self.paid[at])
                self.paid[at] = np.union1d(self.paid[at], people.ids[met])
            fen[at], times[at] = np.where(met, found.fen, 0), met
        count = len(people.ids)
        since = np.full(count, (day - date(1970, 1, 1)).days)
        year = np.full(count, day.year)
        dues = Dues(people.ids, year, self._places(people.areas), since, people.ages, people.sexes, fen, times)
        return dues.pick(times.any(axis=0)), self._overlaps(day, people, fen, times)

    def _overlaps(self, day: date, people: People, fen: Ints, times: Ints) -> list[Overlap]:
        closing = [at for at, side in enumerate(self.sides) if side.last_day(day.year) == day]
        others = [(scheme, rules, rules.on_arrays(people.facts)) for scheme, rules in self._others(day) if closing]
        shared = [
            self._overlap(at, day, scheme, rules, times[at] > 0, found.eligible, found.fen)
            for at in closing
            for scheme, rules, found in others
        ]
        a, b = self.sides
        if closing == [0, 1] and a.scheme.id != b.scheme.id:
            shared.append(self._overlap(0, day, b.scheme, b.rules[day], times[0] > 0, times[1] > 0, fen[1]))
        return shared

    def _overlap(
        self, side: int, day: date, scheme: Scheme, rules: RuleSet, mine: Any, others: Any, fen: Any
    ) -> Overlap:
        own = self.sides[side].scheme
        forbidden = scheme.id in own.incompatible or own.id in scheme.incompatible
        both = mine & others
        return Overlap(
            side, day, scheme.id, rules.version.id, forbidden, int(mine.sum()), int(both.sum()), int(fen[both].sum())
        )

    def _others(self, day: date) -> list[tuple[Scheme, RuleSet]]:
        """The pack's other schemes in force on a day, for the same kind of subject."""
        compared = {side.scheme.id for side in self.sides}
        return [
            (scheme, self._compiled(version))
            for scheme in self.pack.all_schemes
            if scheme.subject == self.subject and scheme.id not in compared
            if (version := scheme.version_on(day)) is not None
        ]

    def _compiled(self, version: SchemeVersion) -> RuleSet:
        if id(version) not in self._other_rules:
            columns = columns_for(self.subject, self.pack.attested.values())
            self._other_rules[id(version)] = compile_version(version, columns)
        return self._other_rules[id(version)]

    def _places(self, codes: pa.DictionaryArray) -> Ints:
        """The county of each area by its code: a code is a path."""
        known = [
            next((at for at, one in enumerate(self.counties) if one and code.startswith(one)), len(self.counties) - 1)
            for code in codes.dictionary.to_pylist()
        ]
        places = codes.indices.fill_null(len(known)).to_numpy()
        return np.asarray(np.array([*known, len(self.counties) - 1], np.int64)[places])


def _households(records: Records, people: Dues) -> dict[int, int]:
    """The household that everybody lived in on the first due day; who lived in none isn't there."""
    days = pa.array(people.on.astype(np.int32), pa.int32()).cast(pa.date32())
    asked = records.beside("reform_people", pa.table({"asked": pa.array(people.subject), "first_day": days}))
    living = records.table("residence")
    living = living.filter((living.kind == "living") & living.household_id.notnull())
    met = living.join(asked, living.person_id == asked.asked)
    now = met.filter((met.start_date <= met.first_day) & (met.end_date.isnull() | (met.end_date > met.first_day)))
    rows = records.fetch(now.group_by("person_id").agg(household=now.household_id.max()))
    return dict(zip(rows["person_id"].to_pylist(), rows["household"].to_pylist(), strict=True))
