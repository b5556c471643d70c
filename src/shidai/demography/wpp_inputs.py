"""A country's projection inputs by single year and calendar year, from the UN's five-year tables."""

from __future__ import annotations

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.projection import Components, read_components
from shidai.demography.projection_migration import model_profile
from shidai.demography.projection_survival import (
    match_life_expectancy,
    single_year_fertility,
    single_year_mortality,
    survival_ratios,
)
from shidai.demography.wpp import OPEN_AGE, Country, Variant
from shidai.words import Problem, ShidaiError, Text, problem

AGES = OPEN_AGE + 1
SEX_CODES = (1, 2)
_PERIOD = 5
_MOST_NAMED = 5


def build_components(country: Country, first: int, last: int, variant: Variant = "medium") -> Components:
    """Components of the calendar years first … last; rates a person-year, migrants in thousands.

    Shapes: see `Components`, without areas. Errors: years or cells that the tables do not hold. Source: as `wpp_base`.
    """
    _require_years(country, first, last, variant)
    return read_components(
        survival_ratios(build_mortality(country, first, last), sex=np.array(SEX_CODES)),
        build_fertility(country, first, last, variant),
        np.array([country.at("srb", year) for year in range(first, last + 1)]),
        build_migration(country, first, last),
        migrants_bear=False,
        first_year=first,
    )


def build_mortality(country: Country, first: int, last: int) -> Array:
    """Death rates (years, 2, AGES). The logarithms of the five-year periods' rates are interpolated between the
    periods' centres (1 January of their third year) and scaled to each year's published life expectancy.

    Periods that began before the first year are left out, and the trend of the later ones is carried back: the
    deaths of an epidemic or war just before must not shape the years after it.
    deaths a person-year. Errors: none of its own. Source: as `wpp_base`; log-linear in time.
    """
    inside = (country.periods >= first) & (country.periods <= last)
    if inside.sum() < 2:  # a short span: the periods next to it
        inside = np.isin(country.periods, country.periods[np.argsort(np.abs(country.periods - first))[:2]])
    single = np.log(single_year_mortality(country.mortality[inside], country.mx_ages, sex=np.array(SEX_CODES)))
    centres = country.periods[inside] + (_PERIOD + 1) / 2
    wanted = np.arange(first, last + 1) + 0.5
    before = np.clip(np.searchsorted(centres, wanted) - 1, 0, centres.size - 2)
    weight = ((wanted - centres[before]) / (centres[before + 1] - centres[before]))[:, None, None]
    rates = np.exp(single[before] * (1 - weight) + single[before + 1] * weight)
    e0 = np.array([[country.at(f"e0_{sex}", year) for sex in "mf"] for year in range(first, last + 1)])
    return match_life_expectancy(rates, e0, sex=np.array(SEX_CODES))


def build_fertility(country: Country, first: int, last: int, variant: Variant = "medium") -> Array:
    """Fertility (years, AGES), births a woman-year: the yearly five-year pattern at the variant's TFR.

    Errors: none of its own. Source: Hyman (1983), as `single_year_fertility`.
    """
    ages = np.append(country.asfr_ages, 2 * country.asfr_ages[-1] - country.asfr_ages[-2])
    five = np.array([country.fertility[year] for year in range(first, last + 1)])
    single = single_year_fertility(five, ages, AGES)
    wanted = np.array([total_fertility(country, year, variant) for year in range(first, last + 1)])
    return np.asarray(single * (wanted / single.sum(-1))[:, None], dtype=np.float64)


def total_fertility(country: Country, year: int, variant: Variant) -> float:
    """The TFR of a year in a variant; before the variants begin it is the estimate.

    One number, children a woman. Errors: none of its own. Source: the tables.
    """
    if variant != "medium" and year in country.variant_tfr[variant]:
        return country.variant_tfr[variant][year]
    return country.at("tfr", year)


def build_migration(country: Country, first: int, last: int) -> Array:
    """Net migrants (years, 2, AGES), thousands. A year without migrants by age takes the pattern of the first year
    that has them, and the difference in their number by a model schedule of ages.
    Errors: none of its own. Source: the tables; Rogers & Castro (1981) before them.
    """
    table = np.empty((last - first + 1, 2, AGES))
    earliest = min(country.migration)
    for at, year in enumerate(range(first, last + 1)):
        if year in country.migration:
            table[at] = country.migration[year]
            continue
        pattern = country.migration[earliest]
        table[at] = pattern + (country.at("net_mig", year) - pattern.sum()) * model_profile(AGES)
    return table


def _missing_figures(country: Country, years: list[int], variant: Variant) -> list[Problem]:
    """Yearly figures that are blank, and variants that end, in years that are asked for."""
    blank = [
        (f"annual / {year} / {name}", Text(zh="这一格是空的。", en="this cell is blank."))
        for year in years
        for name in ("tfr", "srb", "e0_m", "e0_f", *(() if year in country.migration else ("net_mig",)))
        if not np.isfinite(country.at(name, year))
    ]
    if variant != "medium":
        begun = min(country.variant_tfr[variant], default=0)
        blank += [
            (
                f"annual_intervals / {year} tfr / variant_{variant}",
                Text(zh="没有这一年的方案。", en="the variant has no such year."),
            )
            for year in years
            if year > begun and year not in country.variant_tfr[variant]
        ]
    mend = Text(zh="请补上这一格，或缩短推算年份。", en="Fill it in, or project fewer years.")
    return [Problem(place, what, mend) for place, what in blank[:_MOST_NAMED]]


def _require_years(country: Country, first: int, last: int, variant: Variant) -> None:
    bases = sorted(year for name, year in country.population if name in (variant, "estimate"))
    found: list[Problem] = []
    if first not in bases:
        nearest = ", ".join(str(year) for year in bases if year < max(country.years))
        found.append(
            problem(
                f"from {first}",
                zh=f"没有{first}年年中的分年龄人口。",
                en=f"there is no population by age for mid-{first}.",
                mend_zh=f"可选的起始年：{nearest}。",
                mend_en=f"Begin with one of {nearest}.",
            )
        )
    known = set(country.years) & set(country.fertility)
    found += _missing_figures(country, [year for year in range(first, last + 1) if year in known], variant)
    if not first <= last or last not in known or first not in known:
        found.append(
            problem(
                f"until {last}",
                zh=f"推算年份必须从小到大，并在{min(known)}至{max(known)}之间。",
                en=f"the years must rise and lie within {min(known)}–{max(known)}.",
                mend_zh="请更改起止年份。",
                mend_en="Change the first or the last year.",
            )
        )
    if found:
        raise ShidaiError(found)
