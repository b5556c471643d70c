"""A city's outlook put to the test of its own past: from an earlier year to the last one on record."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shidai.demography.backtest import Score, score
from shidai.demography.cells import Array
from shidai.demography.trajectories_run import simulate
from shidai.indicators.engines import Records
from shidai.indicators.outlook.ingredients import measure
from shidai.indicators.outlook.observed import Observed, full_years, observe
from shidai.indicators.outlook.plans import prepare
from shidai.indicators.outlook.standard import read_schedules
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.scenario import Scenario
from shidai.words import ShidaiError, problem

MEASURES = ("population", "births", "deaths", "migration", "share_65")
_AGED = 65


def backtest_city(
    records: Records,
    pack: Pack,
    scenario: Scenario,
    first: int,
    trajectories: int,
    seed: int,
    progress: Callable[[int], object] | None = None,
) -> list[Score]:
    """Project from the end of `first` − 1, with rates of the years before it, to the last full year; score every
    county and the city. Net migration may be near 0: its errors are shares of the residents.

    Raises ShidaiError when the records don't cover the years that the scenario wants before the first one.
    """
    begin, last = full_years(records)
    start = first - scenario.observed_years
    _require_years(begin, start, first, last)
    whole = observe(records, range(start, last + 1), scenario.residence)
    known = whole.until(first - 1)
    standard = read_schedules(pack.folder, scenario.standard, first - scenario.observed_years / 2)
    ready = prepare(scenario, measure(known, standard, scenario.observed_years), standard, last)
    fans = simulate(
        ready.plans, trajectories, seed=seed, correlation=scenario.uncertainty.correlation, flows=ready.flows,
        chance=True, by_age=False, progress=progress,
    )  # fmt: skip
    truth = _happened(whole, first)
    areas = [*whole.areas, whole.city] if len(fans) > 1 else [whole.city]
    found = []
    for at, (code, fan) in enumerate(zip(areas, fans, strict=True)):
        rows = slice(at, at + 1) if at < len(whole.areas) else slice(None)
        for name in MEASURES:
            quantiles, seen = fan.measures[name], truth[name](rows)
            if name == "migration":
                people = truth["population"](rows)
                quantiles, seen = 1 + quantiles / people, 1 + seen / people
            found.append(score(code, name, quantiles, seen))
    return found


def _happened(whole: Observed, first: int) -> dict[str, Callable[[slice], Array]]:
    """What was on record in the projected years, by the rows of the areas that are summed."""
    at = whole.years.index(first)
    after = np.concatenate([whole.start[1:], whole.end[None]])
    middle = ((whole.start + after) / 2)[at:]
    born, died = whole.births[at:].sum(-1), whole.deaths[at:].sum((-2, -1))
    grown = (after - whole.start)[at:].sum((-2, -1))
    return {
        "population": lambda rows: middle[:, rows].sum((1, 2, 3)),
        "births": lambda rows: born[:, rows].sum(1),
        "deaths": lambda rows: died[:, rows].sum(1),
        "migration": lambda rows: (grown - born + died)[:, rows].sum(1),
        "share_65": lambda rows: middle[:, rows, :, _AGED:].sum((1, 2, 3)) / middle[:, rows].sum((1, 2, 3)),
    }


def _require_years(begin: int, start: int, first: int, last: int) -> None:
    if not begin <= start < first <= last:
        raise ShidaiError(
            problem(
                "--from",
                zh=f"记录从{begin}年到{last}年，不能从{first}年检验。",
                en=f"The records cover {begin} to {last}: nothing can be tested from {first} on.",
                mend_zh=f"起始年须在{begin + first - start}与{last}之间。",
                mend_en=f"Begin between {begin + first - start} and {last}.",
            )
        )
