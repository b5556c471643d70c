"""Probabilistic cohort-component projection: many trajectories, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from shidai.demography.cells import Array
from shidai.demography.outcome_quantiles import RunningQuantiles
from shidai.demography.projection import FEMALE, MALE
from shidai.demography.projection_migration import Flows, model_profile, reach_ages
from shidai.demography.trajectories import correlate, draw_deviations
from shidai.demography.trajectories_plan import Plan, require_plans
from shidai.words import ShidaiError, problem

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
MEASURES = ("population", "births", "deaths", "migration", "share_65", "old_age_ratio", "tfr", "e0_m", "e0_f")
_BATCH = 2000
_ADULT, _AGED = 15, 65
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles (levels, years) of each measure at mid-year or in the year, and of the population by sex and age
    (levels, years, 2, ages) at mid-year; with their sampling errors."""

    levels: tuple[float, ...]
    measures: dict[str, Array]
    errors: dict[str, Array]
    by_age: Array | None


@dataclass(slots=True)
class _State:
    """The arrays of one area and batch, used again every year. Trajectories stand on the last axis."""

    plan: Plan
    paths: dict[str, Array]
    people: Array
    after: Array
    moves: Array
    lived: Array
    medium: Array  # (years, 2, ages) people of the medium path at the years' starts
    chance: np.random.Generator | None = None  # draws who is born and who dies, where that is asked for


def simulate(
    plans: list[Plan],
    trajectories: int,
    *,
    seed: int,
    correlation: float = 1.0,
    flows: Flows | None = None,
    chance: bool = False,
    levels: tuple[float, ...] = LEVELS,
    by_age: bool = True,
    batch: int = _BATCH,
    progress: Callable[[int], object] | None = None,
) -> list[Fan]:
    """Fans of every area and, where there are several, last of all of their sum, whose rates are those of all people.

    correlation: of the areas' deviations, 0 (independent) to 1 (one city). flows: moves between the areas, by the
    people of each trajectory; they sum to zero in every cell of every trajectory. chance: births and deaths are also
    drawn around their rates (Poisson), which matters for a town and not for a province. The same seed
    and batch give the same figures on any machine with the same NumPy. Memory grows with the areas and the batch, not
    with the trajectories. progress: called with the number of trajectories done, after every year of a batch.
    Plans in one unit (persons, thousands); fans (levels, years). Errors: plans that differ in years or ages, cells that
    can't
    be, flows of other areas, no trajectory. Source: Raftery et al. (2012) PNAS 109, 13915–13921, for the idea; the
    paths as
    in `trajectories`.
    """
    require_plans(plans, flows)
    _require_draws(trajectories, batch)
    fans = [_Fans(plans[0], levels, by_age) for _ in range(len(plans) + (len(plans) > 1))]
    media = find_media(plans, flows)
    seeds = np.random.SeedSequence(seed).spawn(-(-trajectories // batch))
    for at, one in enumerate(seeds):
        count = min(batch, trajectories - at * batch)
        draw = np.random.default_rng(one)
        states = [
            _begin(plan, paths, count, path, draw if chance else None)
            for plan, paths, path in zip(plans, _draw(plans, count, draw, correlation), media, strict=True)
        ]
        for year in _run_batch(states, fans, count, flows):
            if progress is not None:
                progress(at * batch + count * (year + 1) // plans[0].fertility.shape[0])
    return [fan.read() for fan in fans]


def _run_batch(states: list[_State], fans: list[_Fans], count: int, flows: Flows | None) -> Iterator[int]:
    """All years of a batch; gives each year's index when it is done."""
    for year in range(states[0].plan.fertility.shape[0]):
        events = _step_all(states, year, flows)
        for fan, state, event in zip(fans, states, events, strict=False):
            fan.add(year, state.moves, event)
        if len(states) > 1:
            together = _sum_events(events, states[0].plan) | _pool_rates(states, year)
            fans[-1].add(year, np.sum([state.moves for state in states], axis=0), together)
        yield year
    for fan in fans:
        fan.finish(count)


def _step_all(states: list[_State], year: int, flows: Flows | None) -> list[dict[str, Array]]:
    """One year of all areas. Moves between them start from the people of the year's start."""
    if flows is None:
        return [_step(state, year, None) for state in states]
    moved = _move(flows.shares[year], np.stack([state.people for state in states], axis=2))
    return [_step(state, year, moved[:, :, at]) for at, state in enumerate(states)]


def _move(shares: Array, people: Array) -> Array:
    """Net migrants (2, ages, areas, n) of the shares (areas from, areas to, 2, ages) of the cohorts of `people`."""
    leaving = np.moveaxis(shares, (2, 3), (0, 1))  # (2, ages, from, to)
    turned = leaving.swapaxes(2, 3).copy()
    at = np.arange(shares.shape[0])
    turned[:, :, at, at] -= leaving.sum(-1)
    moved = np.zeros_like(people)
    moved[:, 1:] = turned[:, 1:] @ people[:, :-1]
    moved[:, -1] += turned[:, -1] @ people[:, -1]
    return moved


def _draw(plans: list[Plan], count: int, draw: np.random.Generator, correlation: float) -> list[dict[str, Array]]:
    """Paths of every area. Men and women share the deviations of life expectancy."""
    years = plans[0].fertility.shape[0]
    common = {name: draw.standard_normal((0,)) for name in ("tfr", "e0", "net")}
    found = []
    for at, plan in enumerate(plans):
        paths = {}
        for name, bounds in (("tfr", plan.tfr), ("e0", plan.e0[FEMALE]), ("net", plan.net)):
            if at == 0:
                common[name] = draw_deviations(bounds.persistence, years, count, draw)
            same = len(plans) == 1 or correlation == 1
            own = common[name] if same else draw_deviations(bounds.persistence, years, count, draw)
            paths[name] = common[name] if same else correlate(own, common[name], correlation)
        found.append(
            {
                "tfr": plan.tfr.place(paths["tfr"]),
                "e0_m": plan.e0[MALE].place(paths["e0"]),
                "e0_f": plan.e0[FEMALE].place(paths["e0"]),
                "migration": plan.net.place(paths["net"]),
            }
        )
    return found


def _begin(
    plan: Plan, paths: dict[str, Array], count: int, medium: Array, chance: np.random.Generator | None = None
) -> _State:
    people = np.repeat(plan.base[:, :, None], count, axis=2)
    lived = np.empty((2, plan.base.shape[1] + 1, count))
    return _State(plan, paths, people, np.empty_like(people), np.empty_like(people), lived, medium, chance)


def find_media(plans: list[Plan], flows: Flows | None = None) -> list[Array]:
    """Each area's medium population at the start of every year, (years, 2, ages): the paths without deviations.

    Errors: none of its own; `simulate` checks the plans. Source: as `projection.project`.
    """
    states = []
    for plan in plans:
        paths = {"tfr": plan.tfr, "e0_m": plan.e0[MALE], "e0_f": plan.e0[FEMALE], "migration": plan.net}
        medium = np.empty((plan.fertility.shape[0], *plan.base.shape))
        states.append(_begin(plan, {name: bounds.medium[:, None] for name, bounds in paths.items()}, 1, medium))
    for year in range(plans[0].fertility.shape[0]):
        for state in states:
            state.medium[year] = state.people[..., 0]
        _step_all(states, year, flows)
    return [state.medium for state in states]


def _step(state: _State, year: int, moved: Array | None) -> dict[str, Array]:
    """One year of one area and batch; afterwards `people` is the population at its end, `moves` that at mid-year.

    moved: net migrants from the other areas (2, ages, n); none of them is newborn.
    """
    plan, people, after, moves, lived = state.plan, state.people, state.after, state.moves, state.lived
    for sex, name in ((MALE, "e0_m"), (FEMALE, "e0_f")):
        plan.survival.ratios(sex, state.paths[name][year], out=lived[sex])
    before = people.sum((0, 1))
    total = state.paths["migration"][year] * before / state.medium[year].sum()
    _spread_migrants(plan, state.medium[year], year, total, moves)
    if moved is not None:
        moves += moved
        total = total + moved.sum((0, 1))
    infants = moves[:, 0].copy()
    women_less = 0 if plan.migrants_bear else moves[FEMALE].copy()
    moves *= 0.5
    np.add(people[:, :-1], moves[:, 1:], out=after[:, 1:])
    after[:, -1] = people[:, -2]
    oldest = people[:, -1] + moves[:, -1]
    if state.chance is not None:
        lived[:, 1:-1] = _let_chance_decide(state.chance, after[:, 1:], lived[:, 1:-1])
        lived[:, -1] = _let_chance_decide(state.chance, oldest, lived[:, -1])
    staying = oldest * lived[:, -1]
    after[:, 1:] *= lived[:, 1:-1]
    after[:, 1:] += moves[:, 1:]
    after[:, -1] += staying
    total = total + _keep_at_home(people, moves, after)
    level = state.paths["tfr"][year] / max(plan.fertility[year].sum(), _LEAST)
    births = np.maximum(_count_births(plan, year, people, after, women_less) * level, 0)
    if state.chance is not None:
        births = state.chance.poisson(births).astype(np.float64)
    girls = births / (1 + plan.sex_ratio[year])
    after[MALE, 0] = (births - girls) * lived[MALE, 0] + infants[MALE]
    after[FEMALE, 0] = girls * lived[FEMALE, 0] + infants[FEMALE]
    total = total - np.minimum(after[:, 0], 0).sum(0)
    np.maximum(after[:, 0], 0, out=after[:, 0])
    left = after.sum((0, 1))
    np.add(people, after, out=moves)
    moves *= 0.5
    state.people, state.after = after, people
    rates = {name: state.paths[name][year] for name in ("tfr", "e0_m", "e0_f")}
    flat = moves.reshape(-1, moves.shape[-1])
    counted = {name: weights.ravel() @ flat for name, weights in plan.counted.items()}
    return {"births": births, "deaths": births + total - (left - before), "migration": total, **rates, **counted}


def _keep_at_home(people: Array, half: Array, after: Array) -> Array | float:
    """Nobody leaves who is not there: such moves are not made. How many that are, (n,); `after` is mended in place.

    people, half, after: (2, ages, n) at the year's start, half of its moves, at its end; the newborn apart. Where those
    who leave in the first half alone are too many, nobody is left to die either.
    """
    if after[:, 1:].min() >= 0:
        return 0.0
    short = -after[:, 1:]
    there = people[:, :-1] + 2 * half[:, 1:]
    there[:, -1] += people[:, -1]
    not_made = np.where(short > 0, np.maximum(short, -there), 0).sum((0, 1))
    np.maximum(after[:, 1:], 0, out=after[:, 1:])
    return np.asarray(not_made, dtype=np.float64)


def _pool_rates(states: list[_State], year: int) -> dict[str, Array]:
    """TFR and life expectancies of all areas as one, after a year's step: at each age the areas' rates weigh as much as
    their people of that age."""
    ages = np.flatnonzero(sum(state.plan.fertility[year] for state in states))
    window = slice(int(ages[0]), int(ages[-1]) + 1) if ages.size else slice(0, 0)
    found = {"tfr": _weigh([(_fertility(state, year, window), state.moves[FEMALE, window]) for state in states]).sum(0)}
    for sex, name in ((MALE, "e0_m"), (FEMALE, "e0_f")):
        pairs = []
        for state in states:
            ratios = state.plan.survival.ratios(sex, state.paths[name][year], out=state.lived[sex])
            start = state.after[sex]  # the people at the year's start, until the next step
            pairs.append((ratios, np.concatenate([start[:1], start])))
        found[name] = _life_expectancy(_weigh(pairs))
    return found


def _fertility(state: _State, year: int, window: slice) -> Array:
    """Births a woman-year (ages of the window, n) of each path."""
    medium = state.plan.fertility[year]
    level = state.paths["tfr"][year] / max(medium.sum(), _LEAST)
    return np.asarray(medium[window, None] * level, dtype=np.float64)


def _weigh(pairs: list[tuple[Array, Array]]) -> Array:
    """The mean of several areas' values by their weights, cell by cell; where nobody is, each counts alike."""
    total = np.zeros_like(pairs[0][0])
    weights = np.zeros_like(total)
    for values, weight in pairs:
        total += values * (weight + _LEAST)
        weights += weight + _LEAST
    return np.asarray(total / weights, dtype=np.float64)


def _life_expectancy(ratios: Array) -> Array:
    """e0 (n,) of survival ratios (ages + 1, n) as `survival_ratios` gives them."""
    lived = np.cumprod(ratios[:-1], axis=0)
    staying = np.minimum(ratios[-1], 1 - _LEAST)
    return np.asarray(lived[:-1].sum(0) + lived[-1] / (1 - staying), dtype=np.float64)


def _let_chance_decide(draw: np.random.Generator, people: Array, ratios: Array) -> Array:
    """The shares of these people who in fact live through the year: the deaths of every cell are Poisson."""
    present = np.maximum(people, 0)
    dying = np.minimum(draw.poisson(present * np.maximum(1 - ratios, 0)), present)
    lived = np.divide(present - dying, present, out=ratios.copy(), where=present > 0)
    return np.asarray(lived, dtype=np.float64)


def _spread_migrants(plan: Plan, present: Array, year: int, total: Array, out: Array) -> None:
    """Net migrants by sex and age: the medium ones, and the difference by model rates on the people `present`."""
    medium = plan.migration[year]
    extra = model_profile(medium.shape[-1]) * reach_ages(present)
    patterns = np.stack([medium.ravel(), extra.ravel() / max(extra.sum(), _LEAST)], axis=1)
    weights = np.stack([np.ones_like(total), total - medium.sum()])
    np.matmul(patterns, weights, out=out.reshape(patterns.shape[0], -1))


def _count_births(plan: Plan, year: int, people: Array, after: Array, less: Array | int) -> Array:
    """Births at the medium rates; only the ages at which there are any."""
    ages = np.flatnonzero(plan.fertility[year])
    if ages.size == 0:
        return np.zeros(people.shape[-1])
    window = slice(max(int(ages[0]), 1), int(ages[-1]) + 1)
    rates = plan.fertility[year, window] / 2
    births = rates @ people[FEMALE, window] + rates @ after[FEMALE, window]
    return np.asarray(births - (0 if isinstance(less, int) else rates @ less[window]), dtype=np.float64)


def _sum_events(events: list[dict[str, Array]], plan: Plan) -> dict[str, Array]:
    added = ("births", "deaths", "migration", *plan.counted)
    return {name: np.sum([event[name] for event in events], axis=0) for name in added}


class _Fans:
    """Running quantiles of one area."""

    def __init__(self, plan: Plan, levels: tuple[float, ...], by_age: bool) -> None:
        years, ages = plan.fertility.shape
        self._measures = {name: RunningQuantiles(levels, (years,)) for name in (*MEASURES, *plan.counted)}
        self._by_age = RunningQuantiles(levels, (years, 2, ages)) if by_age else None
        self._seen: set[str] = set()
        self._levels = levels

    def add(self, year: int, middle: Array, events: dict[str, Array]) -> None:
        both = middle.sum(0)
        total, aged, young = both.sum(0), both[_AGED:].sum(0), both[:_ADULT].sum(0)
        found = {
            **events,
            "population": total,
            "share_65": aged / total,
            "old_age_ratio": aged / (total - aged - young),
        }
        for name, values in found.items():
            self._measures[name].add(values, (year,))
        self._seen.update(found)
        if self._by_age is not None:
            self._by_age.add(middle, (year,))

    def finish(self, count: int) -> None:
        for one in self._measures.values():
            one.finish_batch(count)
        if self._by_age is not None:
            self._by_age.finish_batch(count)

    def read(self) -> Fan:
        measures = {name: one.values for name, one in self._measures.items() if name in self._seen}
        errors = {name: one.sampling_error for name, one in self._measures.items() if name in self._seen}
        return Fan(self._levels, measures, errors, None if self._by_age is None else self._by_age.values)


def _require_draws(trajectories: int, batch: int) -> None:
    if trajectories < 1 or batch < 1:
        raise ShidaiError(
            problem(
                "trajectories",
                zh=f"轨迹数必须至少为1，这里是{trajectories}（每批{batch}）。",
                en=f"at least one trajectory is needed; here {trajectories} in batches of {batch}.",
                mend_zh="例如10000。",
                mend_en="For example 10000.",
            )
        )
