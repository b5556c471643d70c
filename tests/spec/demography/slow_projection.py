"""The cohort-component method once more, cell by cell, as slowly and plainly as it can be written."""

from __future__ import annotations

import numpy as np


def project_slowly(base, survival, fertility, sex_ratio, migration):
    """One area. Returns population (years + 1, 2, ages), births (years, 2), deaths (years, 2, ages)."""
    years, ages = len(fertility), len(fertility[0])
    people = [[[float(n) for n in sex] for sex in base]]
    all_births, all_deaths = [], []
    for year in range(years):
        now, then = people[-1], [[0.0] * ages for _ in range(2)]
        deaths = [[0.0] * ages for _ in range(2)]
        for sex in range(2):
            for age in range(ages - 1):
                reached = age + 1
                moving = migration[year][sex][reached]
                living = now[sex][age] if reached == ages - 1 else now[sex][age] + moving / 2
                alive = living * survival[year][sex][age + 1]
                deaths[sex][reached] += living - alive
                then[sex][reached] += alive + (0 if reached == ages - 1 else moving / 2)
            moving = migration[year][sex][ages - 1]
            living = now[sex][ages - 1] + moving / 2
            alive = living * survival[year][sex][ages]
            deaths[sex][ages - 1] += living - alive
            then[sex][ages - 1] += alive + moving / 2
        births = sum(
            fertility[year][age] * (now[1][age] + (0 if age == 0 else then[1][age])) / 2 for age in range(ages)
        )
        by_sex = [births * sex_ratio[year] / (1 + sex_ratio[year]), births / (1 + sex_ratio[year])]
        for sex in range(2):
            alive = by_sex[sex] * survival[year][sex][0]
            deaths[sex][0] = by_sex[sex] - alive
            then[sex][0] = alive + migration[year][sex][0]
        people.append(then)
        all_births.append(by_sex)
        all_deaths.append(deaths)
    return np.array(people), np.array(all_births), np.array(all_deaths)
