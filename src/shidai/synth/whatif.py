"""A what-if beside the scenario it leans on: the same people with the same luck, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from shidai.indicators.outlook.observed import Observed
from shidai.indicators.outlook.plans import prepare
from shidai.indicators.outlook.running import read_ingredients
from shidai.indicators.records import Records
from shidai.packs import Pack
from shidai.packs.schema.scenario import Scenario
from shidai.packs.schema.whatif import LAST_ORDER, NO_METHOD, WhatIf
from shidai.synth.futures import GROUPS, Array, Numbers, People, Rates, live
from shidai.words import ShidaiError, problem

_PRIOR_BIRTHS = 5.0  # a group's births by parity lean on its births in all as if so many more had been seen


@dataclass(frozen=True, slots=True)
class Comparison:
    """measure → (runs, years) values without and with the what-if."""

    years: tuple[int, ...]
    without: dict[str, Array]
    with_it: dict[str, Array]

    def difference(self, measure: str) -> tuple[Array, Array, Array]:
        """Mean difference of each year, its standard error, and the error that runs with luck of their own would have.

        All (years,). Errors are of the runs' chance alone: they say nothing of how sure the assumption is.
        """
        without, with_it = self.without[measure], self.with_it[measure]
        runs = len(without)
        apart = with_it - without
        own = np.sqrt((without.var(0, ddof=1) + with_it.var(0, ddof=1)) / runs)
        return apart.mean(0), apart.std(0, ddof=1) / np.sqrt(runs), own


def compare(
    start: People,
    rates: Rates,
    whatif: WhatIf,
    *,
    seeds: Sequence[int],
    progress: Callable[[int], object] = lambda done: None,
) -> Comparison:
    """Live through the years without and with the what-if, once for each seed (`luck.spread_seed` gives some).

    Raises ShidaiError for fewer than two seeds, and for one that is used twice.
    """
    _require_own_luck(seeds)
    told: tuple[list[dict[str, Array]], list[dict[str, Array]]] = ([], [])
    for done, seed in enumerate(seeds, 1):
        without = live(start, rates, seed)
        told[0].append(without.measures)
        told[1].append(live(start, rates, seed, whatif, without.levels).measures)
        progress(done)
    zero = np.zeros(len(rates.years))
    measures = list(dict.fromkeys([*told[1][0], *told[0][0]]))
    stacked = [{name: np.stack([one.get(name, zero) for one in side]) for name in measures} for side in told]
    return Comparison(rates.years, stacked[0], stacked[1])


def _require_own_luck(seeds: Sequence[int]) -> None:
    """A seed used again would be counted as one more run with other luck, and the errors would come out too small."""
    if len(seeds) < 2:
        raise ShidaiError(
            problem(
                "--runs",
                zh="至少要两次运行，才知道偶然的影响有多大。",
                en="Two runs at least are needed to tell what chance does.",
                mend_zh="例如 --runs 20。",
                mend_en="For example --runs 20.",
            )
        )
    for at, seed in enumerate(seeds):
        if (before := seeds.index(seed)) < at:
            raise ShidaiError(
                problem(
                    f"seeds[{at}]",
                    zh=f"种子{seed}已用于 seeds[{before}]：同样的运气会算作两次运行，误差会显得过小。",
                    en=f"Seed {seed} was used already, as seeds[{before}]: the same luck would count as two runs, and "
                    "the errors would look too small.",
                    mend_zh="请给每次运行不同的种子，例如 spread_seed(1, 20)。",
                    mend_en="Give each run a seed of its own, for example spread_seed(1, 20).",
                )
            )


def read_start(records: Records, pack: Pack, scenario: Scenario, whatif: WhatIf, until: int) -> tuple[People, Rates]:
    """The residents at the end of the last full year, and the scenario's rates of the years to come.

    Whoever has no date of birth or sex on record is left out.
    """
    given, standard = read_ingredients(records, pack, scenario)
    ready = prepare(scenario, given, standard, until)
    day = date(given.observed.years[-1], 12, 31)
    people, keys = _residents(records, given.observed, scenario.residence, day)
    mothers, born = _children(records, keys, day)
    people.children = np.bincount(mothers, minlength=len(people))
    methods, mix = _mix(records, pack, people, keys, whatif, day)
    failing = whatif.failures.by if whatif.failures is not None else {}
    survival = [
        np.stack([plan.survival.ratios(sex, plan.e0[sex].medium).T for sex in (0, 1)], axis=1) for plan in ready.plans
    ]
    rates = Rates(
        years=ready.years,
        survival=np.minimum(np.stack(survival, axis=1), 1.0),
        fertility=np.stack([plan.fertility for plan in ready.plans], axis=1),
        sex_ratio=ready.plans[0].sex_ratio,
        by_parity=_by_parity(people, mothers, born, range(day.year - scenario.observed_years + 1, day.year + 1)),
        methods=methods,
        mix=mix,
        failures=np.array([failing.get(one, 0.0) / 100 for one in methods]),
    )
    return people, rates


def _residents(records: Records, observed: Observed, residence: str, day: date) -> tuple[People, Numbers]:
    """The people, in the order of their pseudonyms, which are given beside them."""
    spells = records.table("residence")
    spells = spells.filter(
        spells.kind == residence, spells.start_date <= day, spells.end_date.isnull() | (spells.end_date > day),
        spells.birth_date.notnull(), spells.sex.isin([1, 2]),
    )  # fmt: skip
    rows = records.fetch(spells.select("person_id", "sex", "birth_date", county=spells.area.substr(0, 6)).distinct())
    place = {code: at for at, code in enumerate(observed.areas)}
    areas = np.array([place.get(code, -1) for code in rows["county"].to_pylist()], np.int16)
    known = areas >= 0
    keys, first = np.unique(rows["person_id"].to_numpy()[known], return_index=True)
    days = rows["birth_date"].to_numpy()[known][first].astype("datetime64[D]")
    return (
        People(
            key=keys.astype(np.uint64),
            sex=(rows["sex"].to_numpy()[known][first] - 1).astype(np.int8),
            area=areas[known][first],
            born=_in_years(days),
            children=np.zeros(len(keys), np.int64),
        ),
        keys,
    )


def _in_years(days: np.ndarray) -> Array:
    """Dates as years with the part of the year that was gone."""
    year = days.astype("datetime64[Y]")
    length = ((year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(np.float64)
    return np.asarray(year.astype(np.int64) + 1970 + (days - year.astype("datetime64[D]")).astype(np.float64) / length)


def _children(records: Records, keys: Numbers, day: date) -> tuple[Numbers, Numbers]:
    """Of every child of a resident woman: her row and the year of its birth."""
    people = records.table("person")
    people = people.filter(people.mother_id.notnull(), people.birth_date <= day)
    rows = records.fetch(people.select("mother_id", year=people.birth_date.year()))
    mothers, years = rows["mother_id"].to_numpy(), rows["year"].to_numpy().astype(np.int64)
    place = np.minimum(np.searchsorted(keys, mothers), len(keys) - 1)
    known = keys[place] == mothers
    return place[known], years[known]


def _by_parity(people: People, mothers: Numbers, born: Numbers, years: range) -> Array:
    """Births of women with 0, 1, 2, 3 or more children as multiples of their age group's, (groups, 4)."""
    births, women = np.zeros((len(GROUPS), LAST_ORDER + 1)), np.zeros((len(GROUPS), LAST_ORDER + 1))
    for year in years:
        age = people.age(year) + 1
        group = np.clip((age - GROUPS[0]) // 5, 0, len(GROUPS) - 1)
        counted = (people.sex == 1) & (age >= GROUPS[0]) & (age < GROUPS[-1] + 5)
        parity = np.minimum(np.bincount(mothers[born < year], minlength=len(people)), LAST_ORDER)
        bore = np.bincount(mothers[born == year], minlength=len(people)) > 0
        np.add.at(women, (group[counted], parity[counted]), 1)
        np.add.at(births, (group[counted & bore], parity[counted & bore]), 1)
    rate = births.sum(1, keepdims=True) / np.maximum(women.sum(1, keepdims=True), 1)
    return np.asarray((births + _PRIOR_BIRTHS) / (women * rate + _PRIOR_BIRTHS), dtype=np.float64)


def _mix(
    records: Records, pack: Pack, people: People, keys: Numbers, whatif: WhatIf, day: date
) -> tuple[tuple[str, ...], Array]:
    """Which methods there are, and the shares of women by age group who use each on the day.

    Who uses two is counted with the one that the pack lists first: it lists the surest first. A method that the
    pack doesn't know is none.
    """
    use = records.table("contraception")
    listed = [one.id for one in pack.methods]
    use = use.filter(use.start_date <= day, use.end_date.isnull() | (use.end_date > day), use.method.isin(listed))
    rows = records.fetch(use.select("person_id", "method").distinct())
    chosen = np.array(rows["method"].to_pylist(), dtype=object)
    wanted = {one.method for one in whatif.method} | set(chosen)
    methods = (NO_METHOD, *(one.id for one in pack.methods if one.id in wanted))
    women = np.flatnonzero((people.sex == 1) & (people.age(day.year + 1) >= GROUPS[0]))
    used = np.full(len(people), len(methods))
    place = np.minimum(np.searchsorted(keys, rows["person_id"].to_numpy()), len(keys) - 1)
    known = keys[place] == rows["person_id"].to_numpy()
    np.minimum.at(used, place[known], np.array([methods.index(one) for one in chosen[known]], np.int64))
    used %= len(methods)
    group = np.clip((people.age(day.year + 1)[women] - GROUPS[0]) // 5, 0, len(GROUPS) - 1)
    inside = people.age(day.year + 1)[women] < GROUPS[-1] + 5
    counts = np.zeros((len(GROUPS), len(methods)))
    np.add.at(counts, (group[inside], used[women[inside]]), 1)
    return methods, np.asarray(counts / np.maximum(counts.sum(1, keepdims=True), 1), dtype=np.float64)
