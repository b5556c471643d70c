"""Projections put to the test of the past: from what was known in a year to what has happened since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from shidai.demography.cells import Array, divide, match_shapes, read_numbers, to_numbers
from shidai.demography.projection_migration import model_profile, reach_ages
from shidai.demography.projection_survival import single_year_fertility, single_year_mortality
from shidai.demography.trajectories import DEVIATIONS, Bounds, read_bounds_of
from shidai.demography.trajectories_plan import Plan
from shidai.demography.trajectories_run import simulate
from shidai.demography.trajectories_survival import SurvivalCurve, fit_survival_curve
from shidai.demography.wpp import Country
from shidai.demography.wpp_base import estimate_base_from
from shidai.demography.wpp_inputs import AGES, SEX_CODES
from shidai.words import ShidaiError, problem

MEASURES = ("population", "births", "deaths", "share_65", "tfr", "e0_m", "e0_f")
_ANNUAL = {
    "population": "pop_mid",
    "births": "births",
    "deaths": "deaths",
    "tfr": "tfr",
    "e0_m": "e0_m",
    "e0_f": "e0_f",
}
_TREND, _LIFE_TREND = 10, 19  # years
_REPLACEMENT = 2.1
_LEAST_TFR, _LEAST_E0 = 0.5, 20.0
_AGED = 65
_PERIOD = 5


@dataclass(frozen=True, slots=True)
class Score:
    """How a projection of one measure did over the years that have passed.

    inside80, inside95: shares of the points inside the intervals. error: mean of |median − truth|, of the truth's
    size (of its own unit for shares, rates and years of life); last_error: median − truth in the last year, likewise.
    Years in which nothing happened have no relative error; NaN where there is none else.
    """

    area: str
    measure: str
    points: int
    inside80: float
    inside95: float
    error: float
    last_error: float


def score(area: str, measure: str, quantiles: Array, truth: Array) -> Score:
    """Compare quantiles (5, years), of 2.5, 10, 50, 90 and 97.5 %, with what happened (years,); NaN is not known.

    Errors: other lengths, no known year, quantiles that are not finite. Shares inside are plain counts: no source.
    """
    fan, happened = read_numbers("quantiles", quantiles, axes=2), to_numbers("truth", truth)
    match_shapes(quantiles=fan[0], truth=happened)
    _require_known(happened)
    known = np.isfinite(happened)
    low95, low80, median, high80, high95 = (row[known] for row in fan)
    seen = happened[known]
    own_unit = measure in ("share_65", "tfr", "e0_m", "e0_f")
    off = divide(median - seen, np.ones_like(seen) if own_unit else np.abs(seen))
    return Score(
        area,
        measure,
        int(known.sum()),
        float(((seen >= low80) & (seen <= high80)).mean()),
        float(((seen >= low95) & (seen <= high95)).mean()),
        _mean_known(np.abs(off)),
        float(off[-1]),
    )


def _mean_known(values: Array, weights: Array | None = None) -> float:
    """The mean of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    weighed = np.ones_like(values) if weights is None else weights
    return float(np.average(values[known], weights=weighed[known])) if known.any() else float("nan")


def _require_known(happened: Array) -> None:
    if happened.ndim != 1 or not np.isfinite(happened).any() or np.isinf(happened).any():
        raise ShidaiError(
            problem(
                "truth",
                zh="没有一年的实际数可比，或其中有无穷大。",
                en="no year has a figure to compare with, or one is infinite.",
                mend_zh="每年给一个数，不知道的年份用NaN。",
                mend_en="Give one figure a year, NaN where it isn't known.",
            )
        )


def pool(scores: Iterable[Score]) -> list[Score]:
    """One row a measure over all areas, weighted by their points.

    Shares and errors are means by points; the scores' order is kept. Nothing to pool gives an empty
    list (no shape), no error. No source.
    """
    found: dict[str, list[Score]] = {}
    for one in scores:
        found.setdefault(one.measure, []).append(one)
    pooled = []
    for measure, each in found.items():
        weights = np.array([one.points for one in each], dtype=np.float64)

        def mean(name: str, each: list[Score] = each, weights: Array = weights) -> float:
            return _mean_known(np.array([abs(getattr(one, name)) for one in each]), weights)

        names = ("inside80", "inside95", "error", "last_error")
        pooled.append(Score("all", measure, int(weights.sum()), *(mean(name) for name in names)))
    return pooled


def backtest_countries(
    countries: Sequence[Country],
    first: int,
    last: int,
    trajectories: int,
    seed: int,
    progress: Callable[[str], object] | None = None,
) -> list[Score]:
    """Project each country from mid-`first` to `last` with what was known before, and score every measure.

    Known: the base population by age groups, and the series before the first year. Medians: fertility falls on at the
    speed of its last ten years, but not below replacement, where it stays; life expectancy goes on in a straight line
    of nineteen years; net migration keeps its mean of ten; the ages at birth, death and migration stay as they were.
    Bounds: the errors that these rules made in all the countries from earlier years on (`past_errors`), as Stoto does
    with the UN's own. The tables are today's: their estimates of the time before have been revised since, so that the
    test is kinder than the day itself was. progress: called with each country's code when it is done.
    first, last: calendar years; a list of `Score`. Errors: years without a past of 29 years or an
    outcome.
    Source of the bounds: Stoto (1983) The accuracy of population projections. JASA 78, 13–20.
    """
    for country in countries:
        _require_past(country, first, last)
    errors = past_errors(countries, first, last - first + 1)
    found = []
    for country in countries:
        plan = plan_from_past(country, first, last, errors)
        fan = simulate([plan], trajectories, seed=seed, by_age=False)[0]
        found += [
            score(country.iso3, name, fan.measures[name], _truth(country, name, first, last)) for name in MEASURES
        ]
        if progress is not None:
            progress(country.iso3)
    return found


def past_errors(countries: Sequence[Country], first: int, ahead: int) -> dict[str, Array]:
    """Root mean squares of what the rules missed so many years ahead, (ahead,), from every fifth year on whose
    outcome was known before `first`: of the logarithm of the TFR, of years of life, of net migrants a resident.
    A measure no origin tells of has 0. Errors: none of its own. Source: Stoto (1983), as `backtest_countries`.
    """
    squares: dict[str, list[Array]] = {name: [] for name in _RULES}
    for country in countries:
        for origin in range(min(country.years) + _LIFE_TREND + 1, first, _PERIOD):
            years = min(first - origin, ahead)
            for name, rule in _RULES.items():
                missed = np.full(ahead, np.nan)
                series, scale = _scaled(country, name)
                at = country.years.index(origin)
                missed[:years] = scale(rule(series[:at], ahead)[:years]) - scale(series[at : at + years])
                squares[name].append(missed**2)
    return {name: _rising(np.sqrt(np.nanmean(np.stack(each), axis=0))) for name, each in squares.items()}


def plan_from_past(country: Country, first: int, last: int, errors: dict[str, Array]) -> Plan:
    """What would have been projected on 1 January of `first`; nothing of later years is used but the base's groups.

    errors: as `past_errors` gives them, (ahead,). Years first … last, thousands. Errors: `backtest_countries` has
    checked
    the years. Source: as there.
    """
    ahead, at = last - first + 1, country.years.index(first)
    medium = {name: rule(_scaled(country, name)[0][:at], ahead) for name, rule in _RULES.items()}
    people = float(country.annual["pop_mid"][at - 1])
    tfr = read_bounds_of("tfr", medium["tfr"][:, None] * np.exp(errors["tfr"][:, None] * DEVIATIONS), least=_LEAST_TFR)
    e0 = [_around(name, medium[name], errors[name]) for name in ("e0_m", "e0_f")]
    net = _around("net_mig", medium["net_mig"] * people, errors["net_mig"] * people)
    groups = np.append(country.asfr_ages, 2 * country.asfr_ages[-1] - country.asfr_ages[-2])
    pattern = single_year_fertility(country.fertility[first - 1], groups, AGES)
    fertility = pattern * (tfr.medium / pattern.sum())[:, None]
    survival = _survival(country, first, e0)
    lived = np.stack([survival.ratios(sex, e0[sex].medium[:1])[:, 0] for sex in (0, 1)])
    srb = float(country.at("srb", first - 1))
    base = estimate_base_from(country, first, np.minimum(lived, 1), fertility[0], srb)
    movers = model_profile(AGES) * reach_ages(base)
    return Plan(
        base=base,
        fertility=fertility,
        sex_ratio=np.full(ahead, srb),
        migration=net.medium[:, None, None] * movers / movers.sum(),
        survival=survival,
        tfr=tfr,
        e0=(e0[0], e0[1]),
        net=net,
        migrants_bear=False,
    )


def _around(name: str, medium: Array, spread: Array) -> Bounds:
    return read_bounds_of(name, medium[:, None] + spread[:, None] * DEVIATIONS)


def _survival(country: Country, first: int, e0: list[Bounds]) -> SurvivalCurve:
    known = country.periods + _PERIOD <= first
    path = single_year_mortality(country.mortality[known][-4:], country.mx_ages, sex=np.array(SEX_CODES))
    low = np.array([max(one.values.min() - 5, _LEAST_E0) for one in e0])
    high = np.array([one.values.max() + 5 for one in e0])
    return fit_survival_curve(path, low, high, sex=np.array(SEX_CODES))


def _scaled(country: Country, name: str) -> tuple[Array, Callable[[Array], Array]]:
    """A series, net migrants as shares of the residents, and the scale on which its errors are alike."""
    series = np.asarray(country.annual[name], dtype=np.float64)
    if name == "net_mig":
        return series / country.annual["pop_mid"], np.asarray
    return series, np.log if name == "tfr" else np.asarray


def _fall_to_replacement(past: Array, ahead: int) -> Array:
    change = min((past[-1] - past[-1 - _TREND]) / _TREND, 0.0)
    floor = min(past[-1], _REPLACEMENT)
    return np.asarray(np.maximum(past[-1] + change * np.arange(1, ahead + 1), floor), dtype=np.float64)


def _straight(past: Array, ahead: int) -> Array:
    change = (past[-1] - past[-1 - _LIFE_TREND]) / _LIFE_TREND
    return np.asarray(past[-1] + change * np.arange(1, ahead + 1), dtype=np.float64)


def _keep_mean(past: Array, ahead: int) -> Array:
    return np.full(ahead, past[-_TREND:].mean())


_RULES: dict[str, Callable[[Array, int], Array]] = {
    "tfr": _fall_to_replacement, "e0_m": _straight, "e0_f": _straight, "net_mig": _keep_mean,
}  # fmt: skip


def _rising(errors: Array) -> Array:
    """Errors far ahead rest on few origins: none is taken for smaller than a nearer one, nor any for missing."""
    return np.maximum.accumulate(np.nan_to_num(errors))


def _truth(country: Country, measure: str, first: int, last: int) -> Array:
    years = range(first, last + 1)
    if measure in _ANNUAL:
        return np.array([country.at(_ANNUAL[measure], year) for year in years])
    aged = country.pop_ages >= _AGED
    shares = []
    for year in years:
        people = country.population.get(("estimate", year))
        shares.append(np.nan if people is None or year == first else people[:, aged].sum() / people.sum())
    return np.array(shares)


def _require_past(country: Country, first: int, last: int) -> None:
    known = sorted(year for name, year in country.population if name == "estimate")
    enough = [year for year in known if year - _LIFE_TREND - 2 * _PERIOD >= min(country.years)]
    if first not in enough or not first < last <= max(known):
        raise ShidaiError(
            problem(
                f"{country.iso3} / {first}–{last}",
                zh=f"不能从{first}年检验到{last}年。",
                en=f"Nothing can be tested from {first} to {last}.",
                mend_zh=f"起始年可选：{'、'.join(map(str, enough))}；最迟到{max(known)}年。",
                mend_en=f"Begin with one of {', '.join(map(str, enough))}; end with {max(known)} at the latest.",
            )
        )
