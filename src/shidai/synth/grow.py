"""Grows a county year by year, and a city from its counties in one or more processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.demonstration import Demonstration
from shidai.synth.births import bear
from shidai.synth.checks import check_demonstration
from shidai.synth.city import City, CountyPart, join_parts
from shidai.synth.county import County, Plan
from shidai.synth.deaths import die
from shidai.synth.doubles import register_twice
from shidai.synth.finish import finish_county
from shidai.synth.migrants import exchange_migrants, steer_registered
from shidai.synth.moves import catch_up, move_homes, study, work_outside
from shidai.synth.places import Places, read_places
from shidai.synth.rates import read_rates
from shidai.synth.start import populate
from shidai.synth.unions import marry, part
from shidai.words import ShidaiError, problem

Progress = Callable[[int, int], None]  # residents whose county is ready, residents in all
_WORTH_A_PROCESS = 400_000  # residents; below, starting processes costs more than it saves
FEWEST_RESIDENTS = 500


def grow_city(
    pack: Pack,
    residents: int,
    seed: int,
    progress: Progress | None = None,
    *,
    processes: int | None = None,
    demonstration: Demonstration | None = None,
) -> City:
    """A synthetic city of about `residents` people (registered and migrants living there, in the pack's proportion).

    The same pack, number and seed give the same city, whatever `processes` is (default: the machine's cores for large
    cities, else one). `demonstration` replaces the pack's parameters, for what-if runs. Raises ShidaiError for a pack
    without demonstration parameters and for fewer residents than `FEWEST_RESIDENTS`.
    """
    params = demonstration or _demonstration(pack)
    check_demonstration(pack, params)
    plans = list(_make_plans(pack, residents, seed, params))
    workers = processes or (min(os.cpu_count() or 1, len(plans)) if residents >= _WORTH_A_PROCESS else 1)
    parts: dict[int, CountyPart] = {}
    done = 0
    for grown in _grow_all(plans, workers):
        parts[grown.county] = grown
        done += grown.residents
        if progress:
            progress(min(done, residents), residents)
    return join_parts(pack, plans[0].places, [parts[plan.county] for plan in plans], seed)


def grow_county(plan: Plan) -> CountyPart:
    """One county from the first year to the last."""
    county = County(plan)
    populate(county)
    for year in range(plan.first_year, plan.last_year + 1):
        live_year(county, year)
    register_twice(county)
    return finish_county(county)


def live_year(county: County, year: int) -> None:
    """One calendar year. Whoever had an event is left alone by the later ones, so that dates never contradict."""
    county.start_year(year)
    die(county, year)
    bear(county, year)
    part(county, year)
    marry(county, year)
    study(county, year)
    work_outside(county, year)
    move_homes(county, year)
    catch_up(county, year)
    exchange_migrants(county, year)
    steer_registered(county, year)


def _grow_all(plans: list[Plan], workers: int) -> Iterator[CountyPart]:
    largest_first = sorted(plans, key=lambda plan: -(plan.registered + plan.migrants))
    if workers <= 1:
        yield from map(grow_county, largest_first)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for future in [pool.submit(grow_county, plan) for plan in largest_first]:
            yield future.result()


def _make_plans(pack: Pack, residents: int, seed: int, demonstration: Demonstration) -> Iterator[Plan]:
    if residents < FEWEST_RESIDENTS:
        raise ShidaiError(
            problem(
                "residents",
                zh=f"人数 {residents} 太少，至少 {FEWEST_RESIDENTS} 人。",
                en=f"{residents} residents are too few; {FEWEST_RESIDENTS} at least are needed.",
                mend_zh="例如 50000。",
                mend_en="For example 50000.",
            )
        )
    size = demonstration.size
    scale = residents / (size.registered + size.migrants)
    last_year = pack.last_day.year
    rates = read_rates(pack.folder, demonstration.rates, demonstration.first_year, last_year)
    places = read_places(pack, demonstration, seed)
    attraction = _migrant_shares(places, demonstration)
    for county in range(len(places.county_code)):
        yield Plan(
            county=county,
            seed=seed,
            registered=size.registered * scale * places.county_share[county],
            migrants=size.migrants * scale * attraction[county],
            first_year=demonstration.first_year,
            last_year=last_year,
            demonstration=demonstration,
            rates=rates,
            places=places,
        )


def _migrant_shares(places: Places, demonstration: Demonstration) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    pull = np.array([demonstration.migrants.county.get(code, 1.0) for code in places.county_code])
    weight = places.county_share * pull
    return np.asarray(weight / weight.sum())


def _demonstration(pack: Pack) -> Demonstration:
    if pack.demonstration is None:
        raise ShidaiError(
            problem(
                str(pack.folder / "demonstration.toml"),
                zh="这个政策包没有示范人口的参数。",
                en="this pack has no parameters for a synthetic city.",
                mend_zh="请补写 demonstration.toml，或选用 wuxi-2006。",
                mend_en="Add a demonstration.toml, or use wuxi-2006.",
            )
        )
    return pack.demonstration
