"""A country's plan for probabilistic projection, from the UN's tables and their published bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.projection import project
from shidai.demography.trajectories import Bounds, read_bounds_of
from shidai.demography.trajectories_plan import Plan
from shidai.demography.trajectories_survival import fit_survival_curve
from shidai.demography.wpp import Country, read_bounds
from shidai.demography.wpp_base import estimate_base
from shidai.demography.wpp_inputs import SEX_CODES, build_components, build_mortality
from shidai.words import ShidaiError, problem

# The UN's paths differ in their parameters too, so that each keeps its side for decades while the bounds no longer
# widen. The two floors were set once for all countries, by the bounds of the total population of the ten.
_LEAST_PERSISTENCE = {"tfr": 0.99, "net_mig": 0.95}
_MARGIN = 0.75  # of the 95 % interval's width, beyond it: about 3.5 standard deviations


def plan_country(folder: Path, country: Country, first: int, last: int) -> Plan:
    """The medium variant of the years first … last, in thousands, with the bounds of TFR, life expectancy and net
    migration that stand in the folder. Raises ShidaiError for years without them, and where on the medium path more
    people would leave than are there (on other paths such moves are not made).
    Shapes: see `Plan`. Source: as `trajectories`.
    """
    components = build_components(country, first, last)
    base = estimate_base(country, first, "medium", components)
    project(base, components)
    bounds = {name: _bounds(folder, country.iso3, name, first, last) for name in ("tfr", "e0_m", "e0_f", "net_mig")}
    e0 = (bounds["e0_m"], bounds["e0_f"])
    margins = [_MARGIN * (one.values[:, -1] - one.values[:, 0]).max() for one in e0]
    low = np.array([one.values.min() - margin for one, margin in zip(e0, margins, strict=True)])
    high = np.array([one.values.max() + margin for one, margin in zip(e0, margins, strict=True)])
    return Plan(
        base=base,
        fertility=components.fertility,
        sex_ratio=components.sex_ratio,
        migration=components.migration,
        survival=fit_survival_curve(build_mortality(country, first, last), low, high, sex=np.array(SEX_CODES)),
        tfr=bounds["tfr"],
        e0=e0,
        net=bounds["net_mig"],
        migrants_bear=components.migrants_bear,
    )


def _bounds(folder: Path, iso3: str, name: str, first: int, last: int) -> Bounds:
    found = read_bounds(folder, iso3, name)
    missing = [year for year in range(first, last + 1) if year not in found]
    if missing:
        raise ShidaiError(
            problem(
                f"annual_intervals / {name} / {missing[0]}",
                zh="没有这一年的概率界限。",
                en="there are no probabilistic bounds for this year.",
                mend_zh=f"请在{min(found, default=0)}至{max(found, default=0)}年之间推算。",
                mend_en=f"Project between {min(found, default=0)} and {max(found, default=0)}.",
            )
        )
    table: Array = np.array([found[year] for year in range(first, last + 1)])
    least = 0.1 if name == "tfr" else -np.inf
    return read_bounds_of(name, table, least=least, least_persistence=_LEAST_PERSISTENCE.get(name, 0.0))
