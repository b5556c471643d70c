"""One right call of every public function of `shidai.demography` that takes arrays: what bad input is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shidai.demography import (
    age_heaping,
    ageing,
    arriaga,
    backtest,
    birth_order,
    borrowing,
    child_mortality,
    cohort_fertility,
    completeness,
    contraception,
    control_charts,
    digit_preference,
    exposure,
    fertility,
    fertility_spline,
    funnel,
    graduation,
    healthy_life,
    intervals,
    lifetable,
    migration,
    migration_schedule,
    multiple_tests,
    own_children,
    parity,
    pclm,
    pf_ratio,
    projection,
    projection_migration,
    projection_survival,
    rate_difference,
    rates,
    registration,
    relational,
    sexratio,
    small_areas,
    standardise,
    structure,
    survey,
    topals,
    trajectories,
    trajectories_survival,
    use_episodes,
)
from tests.spec.demography.published import MOZAMBIQUE_1997, MOZAMBIQUE_2007, MOZAMBIQUE_DEATHS

AGES = np.array([0, 1, *range(5, 90, 5)], dtype=float)
MX = 0.0005 * np.exp(0.07 * AGES) + np.where(AGES == 0, 0.02, 0)
FIVE = np.arange(0, 90, 5, dtype=float)
PEOPLE = np.linspace(1000, 200, FIVE.size)
WOMEN = np.full(7, 1000.0)
FX = np.array([0.02, 0.12, 0.13, 0.08, 0.04, 0.01, 0.001])
SINGLE_MX = np.interp(np.arange(101), np.append(AGES, 100), np.append(MX, 0.4))


def table() -> lifetable.LifeTable:
    return lifetable.life_table(MX, AGES, sex="female")


def five_year_table() -> lifetable.LifeTable:
    return lifetable.life_table(np.interp(FIVE, AGES, MX), FIVE, sex="both")


@dataclass(frozen=True)
class Call:
    """A function, its right arguments, and what of them may be otherwise.

    signed: arguments that may be negative. missing: that may hold NaN. free: of any length. limited: rates and shares
    of which more than 1 can only be a mistake (not so rates of any kind of event, as in standardising).
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any]
    signed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    limited: tuple[str, ...] = ()


def call(function: Callable[..., Any], /, **arguments: Any) -> Call:
    told = {name: arguments.pop(f"_{name}", ()) for name in ("signed", "missing", "free", "limited")}
    return Call(function, arguments, **told)


def single(last: int = 101) -> np.ndarray:
    return np.linspace(1000.0, 10.0, last)


GROUPS = {
    "first": MOZAMBIQUE_1997,
    "second": MOZAMBIQUE_2007,
    "deaths": MOZAMBIQUE_DEATHS,
    "age_start": np.arange(0.0, 85, 5),
    "years": 9.88,
}
COUNTED = {"events": np.array([4.0, 9, 2]), "exposure": np.array([100.0, 250, 90])}
EVER = {
    "women": WOMEN,
    "ever_born": WOMEN * [0.2, 1, 2, 3, 3.5, 4, 4.2],
    "dead": WOMEN * [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
}
ORDERS = np.stack([FX * 0.6, FX * 0.4])

CALLS = [
    call(age_heaping.whipple_index, population=single(), _free=("population",)),
    call(age_heaping.blended_digits, population=single(), _free=("population",)),
    call(age_heaping.myers_index, population=single(), _free=("population",)),
    call(age_heaping.bachi_index, population=single(), _free=("population",)),
    call(age_heaping.age_ratios, population=PEOPLE, _free=("population",)),
    call(age_heaping.age_ratio_score, population=PEOPLE, _free=("population",)),
    call(age_heaping.sex_ratio_score, males=PEOPLE, females=PEOPLE),
    call(age_heaping.age_sex_accuracy_index, males=PEOPLE, females=PEOPLE),
    call(age_heaping.five_year_groups, population=single(), open_age=85, _free=("population",)),
    call(ageing.potential_support, population=PEOPLE, age_start=FIVE, adult=15, old=65),
    call(ageing.support_ratio, population=PEOPLE, production=PEOPLE, consumption=PEOPLE),
    call(ageing.age_at_remaining, ex=table().ex, age_start=AGES, years=np.array([15.0, 20]), _free=("years",)),
    call(ageing.prospective_age, age=60.0, ex=table().ex, standard_ex=table().ex, age_start=AGES),
    call(
        ageing.prospective_old_age_dependency,
        population=PEOPLE,
        age_start=FIVE,
        ex=five_year_table().ex,
        adult=20,
        remaining=15,
    ),
    call(ageing.mean_remaining_years, population=PEOPLE, ex=five_year_table().ex),
    call(
        arriaga.by_cause,
        first=table(),
        second=table(),
        deaths_first=np.ones((2, AGES.size)),
        deaths_second=np.ones((2, AGES.size)),
    ),
    call(
        backtest.score,
        area="x",
        measure="population",
        quantiles=np.arange(15.0).reshape(5, 3),
        truth=np.ones(3),
        _signed=("quantiles", "truth"),
        _missing=("truth",),
    ),
    call(birth_order.order_rates, births=np.ones((2, 7)), woman_years=WOMEN),
    call(
        birth_order.change_of_mean_age,
        rates=np.stack([ORDERS] * 4),
        age_start=np.arange(15.0, 50, 5),
        width=5.0,
        _missing=("rates",),
        _limited=("rates",),
    ),
    call(
        birth_order.tempo_adjusted_fertility,
        rates=np.stack([ORDERS] * 4),
        age_start=np.arange(15.0, 50, 5),
        width=5.0,
        _missing=("rates",),
        _limited=("rates",),
    ),
    call(borrowing.shrink_ratios, observed=np.array([4.0, 9, 2]), expected=np.array([5.0, 8, 3])),
    call(
        borrowing.fit_to_standard,
        events=np.ones((2, 101)),
        exposure=np.full((2, 101), 500.0),
        standard=SINGLE_MX,
        age_start=np.arange(0, 100, 10),
        _free=("age_start",),
    ),
    call(child_mortality.child_mortality, **EVER, family="west"),
    call(
        cohort_fertility.cohort_rates,
        rates=np.full((30, 35), 0.05),
        first_year=1990,
        first_age=15,
        _missing=("rates",),
        _free=("rates",),
        _limited=("rates",),
    ),
    call(
        cohort_fertility.completed_fertility,
        rates=np.full((30, 35), 0.05),
        first_year=1990,
        first_age=15,
        _missing=("rates",),
        _free=("rates",),
        _limited=("rates",),
    ),
    call(completeness.growth_balance, **GROUPS),
    call(completeness.extinct_generations, **GROUPS, open_life=5.0),
    call(completeness.balance_and_generations, **GROUPS, open_life=5.0),
    call(contraception.prevalence, users=np.array([10.0, 20]), women=100.0, _free=("users",)),
    call(contraception.method_mix, users=np.array([10.0, 20]), _free=("users",)),
    call(contraception.demand_satisfied, users=np.array([10.0, 20]), unmet=5.0, _free=("users",)),
    call(contraception.couple_years, quantities=np.array([10.0, 20, 30]), years_per_unit=np.array([3.3, 0.1, 1])),
    call(control_charts.p_chart, part=np.array([3.0, 4, 5]), n=np.array([50.0, 60, 70])),
    call(control_charts.u_chart, events=np.array([3.0, 4, 5]), exposure=np.array([50.0, 60, 70])),
    call(control_charts.g_chart, between=np.array([30.0, 44, 5]), _free=("between",)),
    call(control_charts.t_chart, times=np.array([30.0, 44, 5]), _free=("times",)),
    call(digit_preference.digit_counts, values=np.array([3200.0, 3150]), unit=10, _free=("values",)),
    call(digit_preference.preference, counts=np.full(10, 20.0), expected=np.full(10, 1.0)),
    call(digit_preference.share_test, count=3.0, total=10.0, share=0.1, _limited=("share",)),
    call(fertility.asfr, births=WOMEN * FX, woman_years=WOMEN),
    call(fertility.general_fertility_rate, births=WOMEN * FX, woman_years=WOMEN),
    call(fertility.total_fertility_rate, rates=FX, width=np.full(7, 5.0), _missing=("rates",), _limited=("rates",)),
    call(fertility.total_fertility_interval, births=WOMEN * FX, woman_years=WOMEN, width=np.full(7, 5.0)),
    call(
        fertility.gross_reproduction_rate,
        rates=FX,
        width=np.full(7, 5.0),
        sex_ratio=105.0,
        _missing=("rates",),
        _limited=("rates",),
    ),
    call(
        fertility.net_reproduction_rate,
        rates=FX,
        person_years=np.full(7, 4.9),
        sex_ratio=105.0,
        _missing=("rates",),
        _limited=("rates", "person_years"),
    ),
    call(
        fertility.mean_age_at_childbearing,
        rates=FX,
        age_start=np.arange(15.0, 50, 5),
        width=np.full(7, 5.0),
        _missing=("rates",),
        _limited=("rates",),
    ),
    call(
        fertility.variance_of_age_at_childbearing,
        rates=FX,
        age_start=np.arange(15.0, 50, 5),
        width=np.full(7, 5.0),
        _missing=("rates",),
        _limited=("rates",),
    ),
    call(fertility_spline.fertility_spline, level=0.2, start=15.0, peak=25.0, half=32.0, _limited=("level",)),
    call(
        fertility_spline.fit_fertility_spline,
        rates=FX,
        age_start=np.arange(15.0, 50, 5),
        width=np.full(7, 5.0),
        _limited=("rates",),
    ),
    call(funnel.poisson_funnel, exposure=np.array([100.0, 200]), target=0.1, _free=("exposure",)),
    call(funnel.binomial_funnel, n=np.array([100.0, 200]), target=0.1, _free=("n",), _limited=("target",)),
    call(funnel.overdispersion, z=np.array([1.0, -1, 0.3]), _signed=("z",), _free=("z",)),
    call(funnel.overdispersed_limits, target=0.1, variance=np.array([0.01, 0.02]), factor=2.0, _free=("variance",)),
    call(graduation.sprague, counts=PEOPLE, _free=("counts",)),
    call(graduation.beers, counts=PEOPLE, _free=("counts",)),
    call(graduation.monotone, counts=PEOPLE, age_start=FIVE),
    call(healthy_life.years_in_state, table=table(), share=np.full(AGES.size, 0.1), _limited=("share",)),
    call(
        healthy_life.years_in_state_error,
        table=table(),
        share=np.full(AGES.size, 0.1),
        asked=np.full(AGES.size, 50.0),
        _limited=("share",),
    ),
    call(healthy_life.care_years, population=PEOPLE, share=np.full(FIVE.size, 0.1), _limited=("share",)),
    call(intervals.poisson_interval, count=np.array([3.0, 4, 5]), exposure=np.array([50.0, 60, 70])),
    call(intervals.binomial_interval, k=np.array([3.0, 4, 5]), n=np.array([50.0, 60, 70])),
    call(intervals.wilson_interval, k=np.array([3.0, 4, 5]), n=np.array([50.0, 60, 70])),
    call(intervals.weighted_poisson_interval, weight=np.array([0.3, 0.4, 0.5]), count=np.array([50.0, 60, 70])),
    call(lifetable.life_table, mx=MX, age_start=AGES, sex="male", _limited=("mx",)),
    call(
        lifetable.life_table_from_deaths,
        deaths=MX * 10_000,
        exposure=np.full(AGES.size, 10_000.0),
        age_start=AGES,
        sex="male",
    ),
    call(
        lifetable.life_table_from_probabilities,
        qx=np.append(table().qx[:-1], 1.0),
        age_start=AGES,
        sex="male",
        open_life=5.0,
        _limited=("qx",),
    ),
    call(lifetable.e0_standard_error, table=table(), deaths=MX * 10_000),
    call(
        migration.net_migration_rate,
        arrivals=np.array([4.0, 5, 6]),
        departures=np.array([2.0, 3, 4]),
        population=np.array([100.0, 90, 80]),
    ),
    call(migration.migration_effectiveness, arrivals=np.array([4.0, 5, 6]), departures=np.array([2.0, 3, 4])),
    call(migration.system_effectiveness, moves=np.ones((3, 3))),
    call(migration.between_areas, moves=np.ones((3, 3))),
    call(migration.fit_flows, seed=np.ones((3, 3)), departures=np.array([3.0, 4, 5]), arrivals=np.array([4.0, 4, 4])),
    call(
        migration.net_by_residual,
        first=PEOPLE,
        second=PEOPLE,
        births=np.array([1000.0, 1000]),
        survival=np.full(FIVE.size, 0.95),
        _free=("births",),
        _limited=("survival",),
    ),
    call(migration.cohort_starts, first=PEOPLE, births=np.array([1000.0, 1000]), _free=("first", "births")),
    call(
        migration_schedule.fit_migration_schedule,
        rates=np.linspace(0.02, 0.01, 60) + 0.001,
        age=np.arange(60) + 0.5,
        _limited=("rates",),
    ),
    call(
        multiple_tests.adjust_p_values,
        p_values=np.array([0.01, 0.2]),
        control="holm",
        _missing=("p_values",),
        _free=("p_values",),
        _limited=("p_values",),
    ),
    call(
        own_children.own_children_rates,
        children=np.ones((15, 65)),
        unmatched=np.ones(15),
        women=np.full(65, 1000.0),
        child_years=np.full(15, 0.97),
        woman_years=np.full(65, 0.95),
        _limited=("child_years", "woman_years"),
    ),
    call(parity.progression_from_parities, women=np.array([100.0, 80, 60]), _free=("women",)),
    call(parity.progression_from_births, births=np.array([80.0, 60]), women=100.0, _free=("births",)),
    call(
        parity.mean_parity,
        progression=np.array([0.8, 0.6]),
        _missing=("progression",),
        _free=("progression",),
        _limited=("progression",),
    ),
    call(pclm.ungroup, counts=PEOPLE, age_start=FIVE, end=100),
    call(pf_ratio.parity_equivalents, rates=FX, mother_age="at_birth", _limited=("rates",)),
    call(
        pf_ratio.pf_ratios,
        parities=np.array([0.1, 0.8, 1.5, 2, 2.5, 2.7, 2.8]),
        rates=FX,
        mother_age="at_birth",
        _limited=("rates",),
    ),
    call(
        pf_ratio.adjusted_rates,
        parities=np.array([0.1, 0.8, 1.5, 2, 2.5, 2.7, 2.8]),
        rates=FX,
        mother_age="at_birth",
        _limited=("rates",),
    ),
    call(
        projection.read_components,
        survival=np.full((3, 2, 102), 0.98),
        fertility=np.full((3, 101), 0.01),
        sex_ratio=np.full(3, 1.05),
        migration=np.zeros((3, 2, 101)),
        _signed=("migration",),
        _limited=("survival", "fertility"),
    ),
    call(
        projection_migration.NetRates,
        rates=np.full((3, 2, 101), 0.01),
        _signed=("rates",),
        _free=("rates",),
        _limited=("rates",),
    ),
    call(projection_migration.Flows, shares=np.full((3, 2, 2, 2, 101), 0.01), _free=("shares",), _limited=("shares",)),
    call(projection_migration.net_of_flows, moves=np.ones((3, 3))),
    call(
        projection_migration.fit_net_to_total,
        net=np.array([4.0, -2]),
        total=3.0,
        _signed=("net", "total"),
        _free=("net",),
    ),
    call(projection_survival.single_year_mortality, mx=MX, age_start=AGES, sex="male", _limited=("mx",)),
    call(projection_survival.match_life_expectancy, mx=SINGLE_MX, e0=75.0, sex="male", _free=("mx",), _limited=("mx",)),
    call(projection_survival.survival_ratios, mx=SINGLE_MX, sex="male", _free=("mx",), _limited=("mx",)),
    call(
        projection_survival.single_year_fertility,
        rates=FX,
        age_start=np.arange(15.0, 55, 5),
        ages=101,
        _limited=("rates",),
    ),
    call(rate_difference.kitagawa, first_rates=FX, first_people=WOMEN, second_rates=FX, second_people=WOMEN),
    call(
        rate_difference.das_gupta,
        first=[np.array([1.0, 2]), 3.0],
        second=[np.array([1.0, 2]), 4.0],
        _signed=("first", "second"),
    ),
    call(rates.crude_rate, events=np.array([4.0, 9, 2]), population=np.array([100.0, 250, 90])),
    call(rates.crude_rate_interval, events=np.array([4.0, 9, 2]), population=np.array([100.0, 250, 90])),
    call(rates.mean_population, at_start=np.array([100.0, 250, 90]), at_end=np.array([100.0, 250, 90])),
    call(
        rates.natural_increase,
        births=np.array([4.0, 9, 2]),
        deaths=np.array([4.0, 9, 2]),
        at_start=np.array([100.0, 250, 90]),
        at_end=np.array([100.0, 250, 90]),
    ),
    call(
        rates.natural_increase_interval,
        births=np.array([4.0, 9, 2]),
        deaths=np.array([4.0, 9, 2]),
        population=np.array([100.0, 250, 90]),
    ),
    call(
        registration.births_against_children,
        births=np.array([40.0, 39, 38]),
        children=np.array([40.0, 38, 37]),
        survival=np.array([0.97, 0.96, 0.95]),
        _limited=("survival",),
    ),
    call(registration.share_within, lag=np.array([3.0, 40, 2]), days=30, _free=("lag",)),
    call(relational.logit, lx=np.array([1.0, 0.9, 0.5]), _free=("lx",), _limited=("lx",)),
    call(relational.relate, standard=table(), level=0.1, slope=1.1, _signed=("level",)),
    call(relational.fit_relation, deaths=MX * 10_000, exposure=np.full(AGES.size, 10_000.0), standard=table()),
    call(sexratio.sex_ratio, boys=np.array([51.0, 52, 53]), girls=np.array([49.0, 48, 47])),
    call(sexratio.sex_ratio_interval, boys=np.array([51.0, 52, 53]), girls=np.array([49.0, 48, 47])),
    call(sexratio.sex_ratio_test, boys=np.array([51.0, 52, 53]), girls=np.array([49.0, 48, 47]), baseline=105.0),
    call(sexratio.sex_ratio_tests, boys=np.array([51.0, 52, 53]), girls=np.array([49.0, 48, 47]), baseline=105.0),
    call(small_areas.small_area_rates, **COUNTED),
    call(standardise.direct_rate, **COUNTED, standard=np.array([3.0, 2, 1])),
    call(standardise.direct_rate_interval, **COUNTED, standard=np.array([3.0, 2, 1])),
    call(standardise.expected_events, exposure=np.array([100.0, 250, 90]), standard_rates=np.array([0.1, 0.2, 0.1])),
    call(
        standardise.standardised_ratio,
        events=5.0,
        exposure=np.array([100.0, 250, 90]),
        standard_rates=np.array([0.1, 0.2, 0.1]),
    ),
    call(
        standardise.standardised_ratio_interval,
        events=5.0,
        exposure=np.array([100.0, 250, 90]),
        standard_rates=np.array([0.1, 0.2, 0.1]),
    ),
    call(structure.share_from_age, population=PEOPLE, age_start=FIVE, age=65),
    call(structure.youth_dependency, population=PEOPLE, age_start=FIVE, adult=15, old=65),
    call(structure.old_age_dependency, population=PEOPLE, age_start=FIVE, adult=15, old=65),
    call(structure.total_dependency, population=PEOPLE, age_start=FIVE, adult=15, old=65),
    call(structure.ageing_index, population=PEOPLE, age_start=FIVE, adult=15, old=65),
    call(structure.median_age, population=PEOPLE, age_start=FIVE),
    call(structure.dissimilarity, first=PEOPLE, second=PEOPLE),
    call(structure.read_population, population=PEOPLE, age_start=FIVE),
    call(survey.sum_by_unit, values=np.array([1.0, 2, 3]), unit=np.array([1, 1, 2]), _signed=("values", "unit")),
    call(survey.leave_one_out, totals=np.array([1.0, 2, 3]), _signed=("totals",), _free=("totals",)),
    call(
        survey.jackknife_error,
        estimate=2.0,
        replicates=np.array([1.0, 2, 3]),
        _signed=("estimate", "replicates"),
        _free=("replicates",),
    ),
    call(
        survey.ratio_error,
        numerator=np.array([1.0, 2, 3]),
        denominator=np.array([2.0, 3, 4]),
        _signed=("numerator", "denominator"),
    ),
    call(
        survey.random_sample_error,
        numerator=np.array([1.0, 2, 3]),
        denominator=np.array([2.0, 3, 4]),
        weight=np.array([1.0, 1, 2]),
        _signed=("numerator", "denominator"),
    ),
    call(
        topals.smooth_rates,
        deaths=MX * 1000,
        exposure=np.full(AGES.size, 1000.0),
        standard=MX,
        age_start=AGES,
        _limited=("standard",),
    ),
    call(
        trajectories.read_bounds_of,
        name="tfr",
        values=np.cumsum(np.ones((3, 5)), axis=1),
        _signed=("values",),
        _free=("values",),
    ),
    call(
        trajectories.fit_persistence, values=np.cumsum(np.ones((3, 5)), axis=1), _signed=("values",), _free=("values",)
    ),
    call(
        trajectories.bounds_from_history,
        history=np.linspace(2, 1.5, 20) + 0.01 * (-1) ** np.arange(20),
        medium=np.full(5, 1.5),
        _signed=("history", "medium"),
        _free=("history", "medium"),
    ),
    call(
        trajectories_survival.fit_survival_curve,
        mx=np.stack([[SINGLE_MX, SINGLE_MX], [SINGLE_MX * 0.9, SINGLE_MX * 0.9]]),
        low=np.array([65.0, 66]),
        high=np.array([85.0, 86]),
        sex=np.array([1, 2]),
        _free=("mx",),
        _limited=("mx",),
    ),
    call(
        use_episodes.table_of_use,
        months=np.array([3.0, 5, 6]),
        reason=np.array([0.0, -1, 0]),
        weight=np.array([1.0, 1, 1]),
        _signed=("reason",),
    ),
    call(
        exposure.person_days,
        birth=np.array([0, 100, 50]),
        start=np.array([0, 100, 50]),
        end=np.array([2000, 2000, 2000]),
        period=(0, 3000),
        age_start=np.array([0, 1, 5]),
        _signed=("birth", "start"),
        _free=("age_start",),
    ),
]
