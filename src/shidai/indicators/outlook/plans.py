"""From ingredients and paths to a projection: the medium one of all counties at once, and what trajectories need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array
from shidai.demography.outcome import Outcome
from shidai.demography.projection import Components, project, read_components
from shidai.demography.projection_migration import Flows, model_profile, reach_ages
from shidai.demography.trajectories import Bounds
from shidai.demography.trajectories_plan import Plan
from shidai.demography.trajectories_survival import SurvivalCurve, fit_survival_curve
from shidai.indicators.outlook.ingredients import Ingredients
from shidai.indicators.outlook.observed import AGES
from shidai.indicators.outlook.paths import Paths, follow, spread_e0, spread_migration, spread_tfr
from shidai.indicators.outlook.standard import SEX_CODES, Schedules
from shidai.packs.schema.scenario import Official, Scenario
from shidai.words import ShidaiError, problem

_MARGIN = 0.75  # of the 95 % interval's width, beyond it: about 3.5 standard deviations
_ROUNDS = 12
_MOST_MOVE = 0.95  # of a cohort in a year
_CLOSE = 0.01  # persons
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Moves that depend on the population: in and out across the city's border, and between its counties.

    arrivals: (years, areas, 2, ages) a year. leaving: (years, areas, 2, ages) shares of the cohorts.
    """

    arrivals: Array
    leaving: Array
    flows: Flows | None

    def outside(self, year: int, people: Array) -> Array:
        """Net migrants across the city's border."""
        return np.asarray(self.arrivals[year] - self.leaving[year] * reach_ages(people), dtype=np.float64)

    def __call__(self, year: int, people: Array) -> Array:
        net = self.outside(year, people)
        return net if self.flows is None else np.asarray(net + self.flows(year, people), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario made ready: one plan a county, the moves between them, and the medium outcome (years, areas, …)."""

    areas: tuple[str, ...]
    years: tuple[int, ...]
    plans: list[Plan]
    flows: Flows | None
    medium: Outcome


def prepare(
    scenario: Scenario,
    given: Ingredients,
    standard: Schedules,
    until: int,
    counted: Mapping[str, Array] | None = None,
) -> Prepared:
    """Ready a scenario. counted: further measures, weights (areas, 2, AGES) on the people at mid-year.

    Raises ShidaiError when `until` isn't after the last observed year, when an official total names no area or year
    of the projection, or when more people would leave than are there.
    """
    _require_span(given.observed.years[-1], until)
    paths = follow(scenario, given, until)
    e0 = [[spread_e0(scenario, paths.e0[:, area, sex]) for sex in (0, 1)] for area in range(len(given.observed.areas))]
    curves = [_curve(given, standard, area, each) for area, each in enumerate(e0)]
    components = _components(paths, curves)
    exchange, base = _meet_totals(scenario, given, paths, components, _exchange(given, paths))
    medium = project(base, components, exchange)
    outside = np.stack([exchange.outside(year, medium.population[year]) for year in range(len(paths.years))])
    plans = [
        Plan(
            base=base[area],
            fertility=paths.fertility[:, area],
            sex_ratio=paths.sex_ratio,
            migration=outside[:, area],
            survival=curves[area],
            tfr=spread_tfr(scenario, given, paths.tfr[:, area]),
            e0=(e0[area][0], e0[area][1]),
            net=spread_migration(
                scenario,
                given,
                paths.migration,
                outside[:, area].sum((-2, -1)),
                medium.population[:-1, area].sum((-2, -1)),
            ),
            counted={name: weights[area] for name, weights in (counted or {}).items()},
        )
        for area in range(base.shape[0])
    ]
    return Prepared(given.observed.areas, paths.years, plans, exchange.flows, medium)


def _curve(given: Ingredients, standard: Schedules, area: int, e0: list[Bounds]) -> SurvivalCurve:
    """Survival by life expectancy: the standard's ages at each, times the area's own ratio to the standard now."""
    now = standard.mortality_at(float(np.mean(given.observed.years[-5:])) + 0.5)
    own = given.mortality[area] / np.maximum(now, 1e-12)
    later = standard.mortality[standard.middles >= given.observed.years[-1] - 5]
    path = (later if later.shape[0] > 1 else standard.mortality[-2:]) * own
    margins = [_MARGIN * (one.values[:, -1] - one.values[:, 0]).max() for one in e0]
    low = np.array([one.values.min() - max(margin, 1.0) for one, margin in zip(e0, margins, strict=True)])
    high = np.array([one.values.max() + max(margin, 1.0) for one, margin in zip(e0, margins, strict=True)])
    return fit_survival_curve(path, low, high, sex=SEX_CODES)


def _components(paths: Paths, curves: list[SurvivalCurve]) -> Components:
    """Of all areas, without migrants: those are the exchange's."""
    survival = np.stack(
        [
            np.stack([curve.ratios(sex, paths.e0[:, area, sex]).T for sex in (0, 1)], axis=1)
            for area, curve in enumerate(curves)
        ],
        axis=1,
    )
    years, areas = len(paths.years), len(curves)
    sex_ratio = np.broadcast_to(paths.sex_ratio[:, None], (years, areas))
    return read_components(np.minimum(survival, 1), paths.fertility, sex_ratio, np.zeros((years, areas, 2, AGES)))


def _exchange(given: Ingredients, paths: Paths) -> Exchange:
    """Moves of every year. In a hamlet's cell more might move in all than are there: then both ways shrink alike."""
    times = paths.migration[:, None, None, None]
    leaving, flows = times * given.leaving, times[:, None] * given.flows
    going = leaving + flows.sum(2)
    fits = np.minimum(_MOST_MOVE / np.maximum(going, _MOST_MOVE), 1)
    between = Flows(flows * fits[:, :, None]) if len(given.observed.areas) > 1 else None
    return Exchange(times * given.arrivals, leaving * fits, between)


def _meet_totals(
    scenario: Scenario, given: Ingredients, paths: Paths, components: Components, exchange: Exchange
) -> tuple[Exchange, Array]:
    """Arrivals and base at which the medium comes to the official totals, one after the other by year.

    A total of the last observed year scales the base; a later one adds as many arrivals a year (or takes them away)
    since the area's total before, with the ages of its arrivals.
    """
    base, first = given.base.copy(), paths.years[0]
    met: dict[str, int] = {}
    for total in sorted(scenario.official, key=lambda one: one.year):
        rows = _rows(total, given, paths)
        if total.year == first - 1:
            base[rows] *= total.population / base[rows].sum()
            continue
        span = np.arange(met.get(total.area, 0), total.year - first + 1, dtype=np.int64)
        met[total.area] = total.year - first + 1
        for _ in range(_ROUNDS):
            reached = project(base, components, exchange).population[total.year - first + 1, rows].sum()
            if abs(total.population - reached) < _CLOSE:
                break
            exchange = _add_arrivals(exchange, span, rows, (total.population - reached) / span.size)
    return exchange, base


def _add_arrivals(exchange: Exchange, span: Places, rows: Places, more: float) -> Exchange:
    arrivals = exchange.arrivals.copy()
    for year in span:
        own = np.abs(arrivals[year][rows])
        pattern = own if own.sum() > 0 else np.broadcast_to(model_profile(AGES), own.shape)
        arrivals[year, rows] += more * pattern / pattern.sum()
    return replace(exchange, arrivals=arrivals)


def _rows(total: Official, given: Ingredients, paths: Paths) -> Places:
    areas = given.observed.areas
    chosen = np.array([at for at, code in enumerate(areas) if code.startswith(total.area)], dtype=np.int64)
    if chosen.size == 0 or not paths.years[0] - 1 <= total.year <= paths.years[-1]:
        raise ShidaiError(
            problem(
                f"official / {total.area} / {total.year}",
                zh="推算里没有这个地区或年份。",
                en="The projection has no such area or year.",
                mend_zh=f"地区：{'、'.join(areas)}；年份：{paths.years[0] - 1}至{paths.years[-1]}。",
                mend_en=f"Areas: {', '.join(areas)}; years {paths.years[0] - 1} to {paths.years[-1]}.",
            )
        )
    return chosen


def _require_span(last: int, until: int) -> None:
    if not last < until <= last + 100:
        raise ShidaiError(
            problem(
                "--until",
                zh=f"推算到的年份须在{last + 1}与{last + 100}之间，这里是{until}。",
                en=f"The last year must lie between {last + 1} and {last + 100}; here it is {until}.",
                mend_zh=f"记录到{last}年为止。",
                mend_en=f"The records end with {last}.",
            )
        )
