"""Where people can live: the pack's villages as arrays, and the places from which migrants come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.packs import Pack
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.demonstration import Demonstration
from shidai.words import ShidaiError, problem

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
NOWHERE = np.int16(-1)


@dataclass(frozen=True)
class Places:
    """Villages (by number, in the pack's order) and counties of a city, and the origins of migrants."""

    village_code: npt.NDArray[np.str_]
    village_name: npt.NDArray[np.str_]
    village_urban: npt.NDArray[np.bool_]
    county_of: npt.NDArray[np.int16]  # by village
    township_of: npt.NDArray[np.int16]  # by village
    county_code: tuple[str, ...]
    county_share: Floats  # of the registered population
    weight: Floats  # of each village within its county, sums to 1 a county
    origin_code: tuple[str, ...]
    origin_weight: Floats
    one_place: npt.NDArray[np.bool_]  # by county: moves between these make nobody a migrant

    def villages_in(self, county: int) -> Ints:
        return np.flatnonzero(self.county_of == county).astype(np.int32)

    def draw_in_county(self, rng: np.random.Generator, county: int, count: int) -> npt.NDArray[np.int16]:
        inside = self.villages_in(county)
        return _draw(rng, inside, self.weight[inside], count)

    def draw_in_townships(self, rng: np.random.Generator, villages: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
        """For each village one of the same township, all equally likely."""
        order = np.argsort(self.township_of, kind="stable")
        sizes = np.bincount(self.township_of)
        starts = np.cumsum(sizes) - sizes
        township = self.township_of[villages]
        place = starts[township] + (rng.random(len(villages)) * sizes[township]).astype(np.int64)
        return np.asarray(order[place], dtype=np.int16)

    def draw_in_city(self, rng: np.random.Generator, count: int) -> npt.NDArray[np.int16]:
        everywhere = np.arange(len(self.weight), dtype=np.int32)
        return _draw(rng, everywhere, self.weight * self.county_share[self.county_of], count)


def read_places(pack: Pack, demonstration: Demonstration, seed: int) -> Places:
    """The villages valid on the pack's last day; their sizes are drawn once for the whole city."""
    counties = pack.areas_at("county", pack.last_day)
    villages = pack.areas_at("village", pack.last_day)
    if not counties or not villages:
        raise ShidaiError(
            problem(
                "areas.csv",
                zh="没有县区或村居，无法生成人口。",
                en="no counties or no villages: no city can grow here.",
                mend_zh="请补全区划。",
                mend_en="Complete the area tree.",
            )
        )
    codes = np.array([v.code for v in villages])
    county_codes = tuple(c.code for c in counties)
    county_of = np.array([county_codes.index(c[: CODE_LENGTH["county"]]) for c in codes], dtype=np.int16)
    _, township_of = np.unique([c[: CODE_LENGTH["township"]] for c in codes], return_inverse=True)
    people = np.array([float(c.population or 1) for c in counties])
    rng = np.random.default_rng([seed, 0])
    size = np.exp(rng.normal(0, demonstration.size.village_spread, len(codes)))
    weight = size / np.bincount(county_of, size, minlength=len(county_codes))[county_of]
    origins = demonstration.migrants.origin
    return Places(
        village_code=codes,
        village_name=np.array([v.name_zh for v in villages]),
        village_urban=np.array([v.urban for v in villages]),
        county_of=county_of,
        township_of=township_of.astype(np.int16),
        county_code=county_codes,
        county_share=people / people.sum(),
        weight=weight,
        origin_code=tuple(o.code for o in origins),
        origin_weight=np.array([o.weight for o in origins]) / sum(o.weight for o in origins),
        one_place=np.array([c in pack.migrant.one_place for c in county_codes]),
    )


def _draw(rng: np.random.Generator, from_: Ints, weight: Floats, count: int) -> npt.NDArray[np.int16]:
    edges = np.cumsum(weight)
    place = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    return np.asarray(from_[np.minimum(place, len(from_) - 1)], dtype=np.int16)
