"""One run of an outlook: a scenario over the records in force, with trajectories; the same inputs give the same run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from shidai.demography.trajectories_run import Fan, simulate
from shidai.indicators.engines import Records
from shidai.indicators.outlook.ingredients import Ingredients, measure
from shidai.indicators.outlook.needs import Need, read_needs
from shidai.indicators.outlook.observed import Observed, full_years, observe
from shidai.indicators.outlook.observedrates import observed_rates
from shidai.indicators.outlook.plans import Prepared, prepare
from shidai.indicators.outlook.standard import Schedules, read_schedules
from shidai.packs.schema.base import Words
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.rule import DisclosureRule
from shidai.packs.schema.scenario import Scenario
from shidai.words import ShidaiError, Text, problem

LEVELS = ("lo95", "lo80", "median", "hi80", "hi95")
NEED = "need."
"""What a consequence's measure begins with in the table of figures."""
_HISTORY = 16  # years for bounds from the city's own series
_NO_COUNTS = ("share_65", "old_age_ratio", "tfr", "e0_m", "e0_f", "migration")
FIGURES = pa.schema(
    [("area", pa.string()), ("year", pa.int16()), ("measure", pa.string())]
    + [(level, pa.float64()) for level in LEVELS]
    + [("error", pa.float64())]
)
"""A figure's quantiles by area and year; `error` is the median's sampling error. A small count has no values.

Of the observed years there is the figure alone, as `median`; rates have beside it how far chance may have moved them.
Years and places too small for a rate have no row of it.
"""
AGES_TABLE = pa.schema(
    [("area", pa.string()), ("year", pa.int16()), ("sex", pa.int8()), ("age", pa.int16())]
    + [(level, pa.float32()) for level in LEVELS]
)
"""People at mid-year by sex (1 male, 2 female) and single age, the last 100 and over."""


class Named(BaseModel):
    model_config = ConfigDict(frozen=True)
    code: str
    name: Words


class NeedHead(BaseModel):
    """A consequence as pages show it. fen: what one of them costs a year."""

    model_config = ConfigDict(frozen=True)
    id: str
    title: Words
    unit: Words
    source: str
    decimals: int
    fen: float | None


class RunHead(BaseModel):
    """What a run is: its inputs, with which it can be made again, and what its tables hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    scenario: str
    title: Words
    definition: Words
    pack: str
    pack_version: str
    residence: str
    manifest: str
    last_year: int  # the last full year on record
    until: int
    trajectories: int
    seed: int
    version: str  # of Shidai
    made_at: datetime
    city: Named
    areas: tuple[Named, ...]
    needs: tuple[NeedHead, ...]


@dataclass(frozen=True, slots=True)
class Run:
    head: RunHead
    figures: pa.Table
    ages: pa.Table
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a scenario, how far, how many trajectories and which stream of chance."""

    scenario: Scenario
    until: int
    trajectories: int
    seed: int


def run_outlook(records: Records, pack: Pack, wish: Wish, progress: Callable[[int], object] | None = None) -> Run:
    """Make a run. progress: called with the number of trajectories done. Raises ShidaiError."""
    if wish.trajectories < 1:
        raise _too_few(wish.trajectories)
    given, standard = read_ingredients(records, pack, wish.scenario)
    needs = read_needs(records, pack, given.observed, wish.scenario.residence)
    counted = {NEED + one.id: one.weights for one in needs if one.weights is not None}
    ready = prepare(wish.scenario, given, standard, wish.until, counted)
    fans = simulate(
        ready.plans, wish.trajectories, seed=wish.seed, correlation=wish.scenario.uncertainty.correlation,
        flows=ready.flows, chance=True, progress=progress,
    )  # fmt: skip
    head = _head(pack, wish, given, needs)
    places = [*ready.areas, head.city.code] if len(fans) > 1 else [head.city.code]
    shows = pack.disclosure.shows
    figures = pa.concat_tables(
        [
            *observed_figures(given.observed, pack.disclosure),
            *(_figures(code, ready.years, fan, needs, shows) for code, fan in zip(places, fans, strict=True)),
        ]
    )
    ages = pa.concat_tables([_ages(code, ready, fan, shows) for code, fan in zip(places, fans, strict=True)])
    return Run(head, figures, ages, wish.scenario)


def read_ingredients(records: Records, pack: Pack, scenario: Scenario) -> tuple[Ingredients, Schedules]:
    """What the scenario's projection starts from."""
    first, last = full_years(records)
    own = scenario.uncertainty.tfr.own or scenario.uncertainty.migration.own
    wanted = max(scenario.observed_years, _HISTORY) if own else scenario.observed_years
    observed = observe(records, range(max(first, last - wanted + 1), last + 1), scenario.residence)
    standard = read_schedules(pack.folder, scenario.standard, last - scenario.observed_years / 2)
    return measure(observed, standard, scenario.observed_years), standard


def run_id(pack: Pack, wish: Wish, manifest: str) -> str:
    """Names a run's inputs: same records, pack, assumptions, seed and version of Shidai, same id."""
    told: dict[str, Any] = {
        "manifest": manifest,
        "pack": [pack.id, pack.version],
        "needs": [one.model_dump(mode="json") for one in pack.consequences.values()],
        "scenario": wish.scenario.model_dump(mode="json"),
        "wish": [wish.until, wish.trajectories, wish.seed],
        "version": version("shidai"),
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in (wish.scenario.standard.mortality, wish.scenario.standard.fertility):
        digest.update((pack.folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _head(pack: Pack, wish: Wish, given: Ingredients, needs: list[Need]) -> RunHead:
    observed, scenario = given.observed, wish.scenario

    def named(code: str) -> Named:
        return Named(code=code, name=_words(observed.names[code]))

    return RunHead(
        id=run_id(pack, wish, observed.manifest),
        scenario=scenario.id,
        title=scenario.title,
        definition=scenario.definition,
        pack=pack.id,
        pack_version=pack.version,
        residence=scenario.residence,
        manifest=observed.manifest,
        last_year=observed.years[-1],
        until=wish.until,
        trajectories=wish.trajectories,
        seed=wish.seed,
        version=version("shidai"),
        made_at=datetime.now(UTC),
        city=named(observed.city),
        areas=tuple(named(code) for code in observed.areas if code != observed.city),
        needs=tuple(
            NeedHead(
                id=one.id, title=_words(one.title), unit=_words(one.unit), source=one.source, decimals=one.decimals,
                fen=one.fen,
            )
            for one in needs
        ),
    )  # fmt: skip


def _words(text: Text) -> Words:
    return Words(zh=text.zh, en=text.en)


def _figures(code: str, years: tuple[int, ...], fan: Fan, needs: list[Need], shows: Callable[[int], bool]) -> pa.Table:
    """The rows of one area: the fan's measures, and the consequences of births, which are a multiple of them."""
    quantiles, errors = dict(fan.measures), dict(fan.errors)
    of_births = {NEED + one.id for one in needs if one.weights is None}  # beds are no persons
    for one in needs:
        if one.weights is None:
            quantiles[NEED + one.id] = one.factor * quantiles["births"]
            errors[NEED + one.id] = one.factor * errors["births"]
    parts = []
    for name, values in quantiles.items():
        counted = name not in _NO_COUNTS and name not in of_births
        small = _small(values[2], shows) if counted else np.zeros(len(years), dtype=bool)
        error = errors[name][2]  # unknown for one batch
        columns = [*(pa.array(row, mask=small) for row in values), pa.array(error, mask=small | np.isnan(error))]
        where = [pa.array([code] * len(years)), pa.array(years, pa.int16()), pa.array([name] * len(years))]
        parts.append(pa.Table.from_arrays([*where, *columns], schema=FIGURES))
    return pa.concat_tables(parts)


def observed_figures(observed: Observed, rule: DisclosureRule) -> list[pa.Table]:
    """What was on record in the years behind the projection, by county and of the city, as rows of `FIGURES`.

    Small counts are hidden; where a year's births or deaths of one county alone would be, the next smallest too, so
    that the city's number doesn't give it away.
    """
    rows = [slice(at, at + 1) for at in range(len(observed.areas))] + [slice(None)] * (len(observed.areas) > 1)
    places = [*observed.areas, observed.city] if len(observed.areas) > 1 else [observed.city]
    after = np.concatenate([observed.start[1:], observed.end[None]])
    middle = (observed.start + after) / 2
    events = {"births": observed.births.sum(-1), "deaths": observed.deaths.sum((-2, -1))}  # (years, areas)
    hidden = {name: _hidden(counts, rule) for name, counts in events.items()}
    parts = []
    for at, (code, row) in enumerate(zip(places, rows, strict=True)):
        people = middle[:, row].sum((1, 2))
        born, died = (counts[:, row].sum(1) for counts in events.values())
        found = {
            "population": people.sum(-1),
            "births": born,
            "deaths": died,
            "migration": (after - observed.start)[:, row].sum((1, 2, 3)) - born + died,
            "share_65": np.divide(people[:, 65:].sum(-1), np.maximum(people.sum(-1), 1)),
        }
        for name, values in found.items():
            small = hidden[name][:, at] if name in hidden and at < len(observed.areas) else _small(values, rule.shows)
            none = np.zeros(len(observed.years), dtype=bool)
            parts.append(_observed_rows(code, observed.years, name, values, none if name in _NO_COUNTS else small))
        told = {
            name: _shown_years(counts, hidden[name], at, rule) for name, counts in (("births", born), ("deaths", died))
        }
        for name, levels in observed_rates(observed, row).items():
            parts.append(_rate_rows(code, observed.years, name, levels, told["births" if name == "tfr" else "deaths"]))
    return parts


def _shown_years(counts: Any, hidden: Any, at: int, rule: DisclosureRule) -> Any:
    """The years in which a place's events may be told; the city stands behind its counties."""
    return ~hidden[:, at] if at < hidden.shape[1] else ~_small(counts, rule.shows)


def _rate_rows(code: str, years: tuple[int, ...], name: str, levels: Any, shown: Any) -> pa.Table:
    known = np.flatnonzero(shown & ~np.isnan(levels[2]))
    chosen = [pa.array(row[known]) for row in levels]
    where = [pa.array([code] * known.size, pa.string()), pa.array(np.array(years, dtype=np.int16)[known], pa.int16())]
    name_column = pa.array([name] * known.size, pa.string())
    return pa.Table.from_arrays([*where, name_column, *chosen, pa.nulls(known.size, pa.float64())], schema=FIGURES)


def _hidden(counts: Any, rule: DisclosureRule) -> Any:
    """Which counts (years, areas) are hidden, a second one where one alone would be."""
    small = np.array([[not rule.shows(round(float(one))) for one in year] for year in counts], dtype=bool)
    for at in np.flatnonzero(rule.secondary & (small.sum(1) == 1) & (small.shape[1] > 1)):
        rest = np.where(small[at], np.inf, counts[at])
        small[at, int(rest.argmin())] = True
    return small


def _observed_rows(code: str, years: tuple[int, ...], name: str, values: Any, small: Any) -> pa.Table:
    none = pa.nulls(len(years), pa.float64())
    return pa.Table.from_arrays(
        [
            pa.array([code] * len(years)), pa.array(years, pa.int16()), pa.array([name] * len(years)),
            none, none, pa.array(values, mask=small), none, none, none,
        ],
        schema=FIGURES,
    )  # fmt: skip


def _ages(code: str, ready: Prepared, fan: Fan, shows: Callable[[int], bool]) -> pa.Table:
    assert fan.by_age is not None
    years, sexes, ages = fan.by_age.shape[1:]
    year, sex, age = (one.ravel() for one in np.meshgrid(ready.years, (1, 2), np.arange(ages), indexing="ij"))
    flat = fan.by_age.reshape(len(LEVELS), -1)
    small = _small(flat[2], shows)
    columns = [pa.array(row.astype(np.float32), mask=small) for row in flat]
    where = [
        pa.array([code] * (years * sexes * ages)), pa.array(year.astype(np.int16)),
        pa.array(sex.astype(np.int8)), pa.array(age.astype(np.int16)),
    ]  # fmt: skip
    return pa.Table.from_arrays([*where, *columns], schema=AGES_TABLE)


def _small(counts: Any, shows: Callable[[int], bool]) -> Any:
    """Which counts the pack's disclosure rule hides: in the first years a projection lies close to the records."""
    return np.array([not shows(round(float(one))) for one in counts], dtype=bool)


def _too_few(trajectories: int) -> ShidaiError:
    return ShidaiError(
        problem(
            "--trajectories",
            zh=f"轨迹数必须至少为1，这里是{trajectories}。",
            en=f"At least one trajectory is needed; here it is {trajectories}.",
            mend_zh="例如 1000。",
            mend_en="For example 1000.",
        )
    )
