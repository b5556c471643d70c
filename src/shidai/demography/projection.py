"""Cohort-component projection by single year of age, sex and any number of areas, in steps of one year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, read_counts, read_fertility, read_numbers, read_share, refuse_cells
from shidai.demography.outcome import Outcome
from shidai.demography.projection_migration import Migrate, reach_ages
from shidai.words import ShidaiError, problem

MALE, FEMALE = 0, 1


@dataclass(frozen=True, slots=True)
class Components:
    """What moves a population, year by year; `…` are the areas' axes, or none. Checked by `read_components`.

    survival: (years, …, 2, ages + 1) as `projection_survival.survival_ratios` gives it.
    fertility: (years, …, ages) births a woman-year by the mother's age.
    sex_ratio: (years, …) boys for each girl at birth, for example 1.05.
    migration: (years, …, 2, ages) net migrants, in the population's unit, by the age reached at the year's end.
    Half of them live there for the whole year and half come at its end; those aged 0 all come at its end.
    migrants_bear: whether women count towards births for the half of the year of their migration that they live
    there on average; the UN's projections leave them out until the next year.
    first_year: the calendar year of the first row, by which errors name a year.
    """

    survival: Array
    fertility: Array
    sex_ratio: Array
    migration: Array
    migrants_bear: bool = True
    first_year: int = 0


def read_components(
    survival: npt.ArrayLike,
    fertility: npt.ArrayLike,
    sex_ratio: npt.ArrayLike,
    migration: npt.ArrayLike,
    *,
    migrants_bear: bool = True,
    first_year: int = 0,
) -> Components:
    """Check and complete a projection's inputs; raises ShidaiError that names the wrong cells.

    Shapes and units as in `Components`; axes of length 1 and missing leading axes are repeated. Refused are negative
    and missing cells, survival or fertility above 1, a sex ratio of more than 10 boys for each girl, other shapes.
    Source: Preston, Heuveline & Guillot (2001), section 6.3.
    """
    lived, fx = read_share("survival", survival), read_fertility("fertility", fertility, axes=2)
    boys, net = read_counts("sex_ratio", sex_ratio), read_numbers("migration", migration)
    refuse_cells(
        "sex_ratio",
        boys,
        np.asarray(boys > 10),
        zh="出生性别比是每个女婴对应的男婴数，这里是{value}。",
        en="the sex ratio at birth is boys for each girl; here it is {value}.",
        mend_zh="105请写作1.05。",
        mend_en="Write 105 as 1.05.",
    )
    years, areas, ages = fx.shape[0], fx.shape[1:-1], fx.shape[-1]
    wanted = {
        "survival": (lived, (years, *areas, 2, ages + 1)),
        "sex_ratio": (boys, (years, *areas)),
        "migration": (net, (years, *areas, 2, ages)),
    }
    fitted = {name: _fit(name, given, shape) for name, (given, shape) in wanted.items()}
    return Components(fitted["survival"], fx, fitted["sex_ratio"], fitted["migration"], migrants_bear, first_year)


def project(base: npt.ArrayLike, components: Components, migrate: Migrate | None = None) -> Outcome:
    """Project a population (…, 2, ages), male then female, the last age open; units are free (persons, thousands).

    migrate: migrants that depend on the population (`NetRates`, `Flows`), added to those of the components.
    Births come from women's exposure, the mean of a year's start and end; deaths are what the survival ratios
    leave. Raises ShidaiError for negative counts, arrays that do not match, or more emigrants than people.
    Source: Preston, Heuveline & Guillot (2001) Demography, sections 6.3 and 6.4.
    """
    people = read_counts("base", base)
    years, ages = components.fertility.shape[0], components.fertility.shape[-1]
    _fit("base", people, (*components.fertility.shape[1:-1], 2, ages))
    population = np.empty((years + 1, *people.shape))
    births_by_age = np.empty(components.fertility.shape)
    births = np.empty((years, *people.shape[:-1]))
    net = np.array(components.migration)
    population[0] = people
    for year in range(years):
        if migrate is not None:
            net[year] += migrate(year, population[year])
        end, mothers = advance(
            _ages_first(population[year]),
            _ages_first(components.survival[year]),
            np.moveaxis(components.fertility[year], -1, 0),
            components.sex_ratio[year],
            _ages_first(net[year]),
            migrants_bear=components.migrants_bear,
        )
        population[year + 1] = np.moveaxis(end, (0, 1), (-2, -1))
        births_by_age[year] = np.moveaxis(mothers, 0, -1)
        births[year] = _split_births(births_by_age[year].sum(-1), components.sex_ratio[year])
        _refuse_negative(population[year + 1], components.first_year + year)
    return Outcome(population, births, births_by_age, _find_deaths(population, births, net), net)


def advance(
    people: Array,
    survival: Array,
    fertility: Array,
    sex_ratio: Array,
    migration: Array,
    *,
    migrants_bear: bool = True,
) -> tuple[Array, Array]:
    """One year: the population at its end, and its births by the mother's age. The axes of sex and age come first.

    people and migration (2, ages, …), survival (2, ages + 1, …), fertility (ages, …), sex_ratio (…).
    Checks nothing: `project` does. Source: as there.
    """
    half = migration[:, 1:] / 2
    end = np.zeros(people.shape)
    end[:, 1:] = people[:, :-1]
    end[:, 1:-1] += half[:, :-1]
    end[:, 1:] *= survival[:, 1:-1]
    end[:, -1] += (people[:, -1] + half[:, -1]) * survival[:, -1]
    end[:, 1:] += half
    women = people[FEMALE] + end[FEMALE] - (0 if migrants_bear else migration[FEMALE])
    mothers = fertility * women / 2
    newborn = _split_births(mothers.sum(0), sex_ratio)
    end[:, 0] = np.moveaxis(newborn, -1, 0) * survival[:, 0] + migration[:, 0]
    return end, mothers


def _split_births(births: Array, sex_ratio: Array) -> Array:
    """Births (…) as boys and girls, (…, 2)."""
    girls = births / (1 + sex_ratio)
    return np.stack([births - girls, girls], axis=-1)


def _find_deaths(population: Array, births: Array, net: Array) -> Array:
    """Deaths of each cohort by the balancing equation, at the age reached at the year's end."""
    present = reach_ages(population[:-1])
    present[..., 0] = births
    return np.asarray(present + net - population[1:], dtype=np.float64)


def _refuse_negative(people: Array, year: int) -> None:
    refuse_cells(
        f"population after year {year}",
        people,
        np.asarray(people < 0),
        zh="迁出的人多于在那里的人：人口成了{value}（各轴依次为地区、性别、年龄）。",
        en="more people leave than are there: the population becomes {value} (the axes are area, sex, age).",
        mend_zh="请减少这个地区、性别、年龄的净迁出，或改用迁移率。",
        mend_en="Lower the net emigration of this area, sex and age, or use migration rates.",
    )


def _ages_first(array: Array) -> Array:
    return np.moveaxis(array, (-2, -1), (0, 1))


def _fit(name: str, given: Array, shape: tuple[int, ...]) -> Array:
    """The array in the shape wanted; axes of length 1 and missing leading axes are repeated."""
    try:
        return np.broadcast_to(given, shape)
    except ValueError:
        raise ShidaiError(
            problem(
                name,
                zh=f"形状是{given.shape}，按生育率应为{shape}。",
                en=f"the shape is {given.shape}; to match the fertility rates it must be {shape}.",
                mend_zh="各轴依次为年、地区、性别、年龄；请检查缺少的年龄或地区。",
                mend_en="The axes are year, area, sex, age; look for missing ages or areas.",
            )
        ) from None
