"""Migration measured: rates, effectiveness, flows between areas, and net migration left over between two censuses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shidai.demography.cells import Array, divide, match_shapes, read_counts, read_share, refuse_cells
from shidai.demography.lifetable import LifeTable
from shidai.words import ShidaiError, problem


def net_migration_rate(
    arrivals: npt.ArrayLike, departures: npt.ArrayLike, population: npt.ArrayLike, per: float = 1000.0
) -> Array:
    """(Arrivals − departures) / population × `per`; in and out rates alone are `rates.crude_rate`.

    A net rate has nobody at risk below the line (those who come weren't there): never use it for people's behaviour.
    arrivals, departures: (…) moves a year; population: (…) persons. Errors: negative or missing cells, more net
    emigrants
    than people. Source: Shryock & Siegel (1976) The Methods and Materials of Demography, ch. 21.
    """
    came, left = read_counts("arrivals", arrivals), read_counts("departures", departures)
    people = read_counts("population", population)
    match_shapes(arrivals=came, departures=left, population=people)
    _refuse_emptied(came, left, people)
    return divide((came - left) * per, people)


def _refuse_emptied(came: Array, left: Array, people: Array) -> None:
    refuse_cells(
        "departures − arrivals",
        np.asarray(left - came, dtype=np.float64),
        np.asarray(left - came > people),
        zh="净迁出{value}人，多于这里的人口。",
        en="{value} more people leave than come, and fewer than that are there.",
        mend_zh="请核对人口与迁移是否属于同一地区、同一单位；整村搬迁时用年初人口。",
        mend_en="Check that people and moves are of one area and unit; of a place that empties, take the people at the "
        "year's start.",
    )


def migration_effectiveness(arrivals: npt.ArrayLike, departures: npt.ArrayLike) -> Array:
    """Net migration per 100 moves, −100 (all leave) to 100 (all come); no moves give NaN.

    arrivals, departures: (…) moves. Errors: negative, missing or infinite cells.
    Source: Shryock & Siegel (1976) The Methods and Materials of Demography, ch. 21.
    """
    came, left = read_counts("arrivals", arrivals), read_counts("departures", departures)
    match_shapes(arrivals=came, departures=left)
    return divide(100 * (came - left), came + left)


def system_effectiveness(moves: npt.ArrayLike) -> Array:
    """Of 100 moves between areas, how many change the areas' numbers, (…): moves (…, from, to), the diagonal left out.

    Errors: negative, missing or infinite cells, a matrix that is not square.
    Source: Bell, M. et al. (2002) Cross-national comparison of internal migration. JRSS A 165, 435–464.
    """
    between = between_areas(moves)
    came, left = between.sum(-2), between.sum(-1)
    return divide(100 * np.abs(came - left).sum(-1), (came + left).sum(-1))


def between_areas(moves: npt.ArrayLike) -> Array:
    """Moves (…, from, to) without those inside an area: the diagonal is 0.

    Errors: negative, missing or infinite cells, a matrix that is not square. No formula, no source.
    """
    counted = read_counts("moves", moves)
    if counted.ndim < 2 or counted.shape[-1] != counted.shape[-2]:
        raise ShidaiError(
            problem(
                "moves",
                zh=f"迁移矩阵的形状是{counted.shape}，最后两维须等长。",
                en=f"the moves have the shape {counted.shape}; the last two axes must be the same areas.",
                mend_zh="依次为迁出地区、迁入地区。",
                mend_en="They are the area left and the area reached.",
            )
        )
    return np.asarray(counted * ~np.eye(counted.shape[-1], dtype=bool), dtype=np.float64)


def fit_flows(
    seed: npt.ArrayLike,
    departures: npt.ArrayLike,
    arrivals: npt.ArrayLike,
    *,
    tolerance: float = 1e-9,
    rounds: int = 10_000,
) -> Array:
    """Flows (…, from, to) that have the given totals and otherwise the pattern of `seed`.

    seed: (…, from, to) an older or partial matrix; its zeros stay 0. departures, arrivals: (…, areas), with equal sums.
    Rows and columns are scaled in turn until every total is met within `tolerance` of it. The pattern (odds ratios) is
    the seed's: it adds no knowledge of who goes where.
    Errors: negative, missing or infinite cells, totals that differ or that the pattern cannot meet, other areas.
    Source: Deming, W. E.; Stephan, F. F. (1940) Annals of Mathematical Statistics 11, 427–444; Willekens, F. (1983)
    Log-linear modelling of spatial interaction.
    """
    pattern = read_counts("seed", seed, axes=2)
    left, came = read_counts("departures", departures, axes=1), read_counts("arrivals", arrivals, axes=1)
    match_shapes(seed=pattern[..., 0], departures=left)
    match_shapes(seed=pattern[..., 0, :], arrivals=came)
    match_shapes(departures=left[..., 0], arrivals=came[..., 0])
    _refuse_totals(pattern, left, came)
    shape = np.broadcast_shapes(pattern.shape, (*left.shape, 1), (*came.shape[:-1], 1, came.shape[-1]))
    flows = np.array(np.broadcast_to(pattern, shape))
    for _ in range(rounds):
        flows *= _ratio(left, flows.sum(-1))[..., None]
        flows *= _ratio(came, flows.sum(-2))[..., None, :]
        if bool(np.all(np.abs(flows.sum(-1) - left) <= tolerance * np.maximum(left, 1e-300))):
            return flows
    raise ShidaiError(
        problem(
            "seed",
            zh="迁移合计凑不成：为0的格子太多。",
            en="the totals can't be met: too many cells of the pattern are 0.",
            mend_zh="给可能有迁移的格子一个小正数。",
            mend_en="Give cells where moves are possible a small positive value.",
        )
    )


@dataclass(frozen=True, slots=True)
class Residual:
    """Net migrants between two censuses by age group at the second, (…, ages)."""

    forward: Array  # as if all had moved at the end
    reverse: Array  # as if all had moved at the start

    @property
    def average(self) -> Array:
        """Their mean: moves evenly over the time between."""
        return np.asarray((self.forward + self.reverse) / 2, dtype=np.float64)


def net_by_residual(
    first: npt.ArrayLike, second: npt.ArrayLike, births: npt.ArrayLike, survival: npt.ArrayLike
) -> Residual:
    """Net migration by what births and deaths leave over of two censuses, by age group at the second.

    first, second: (…, ages) in groups of one width, the last open. births: (…, steps) of the time between, in as many
    spans of that width as lie between the censuses, the latest first. survival: (…, ages) share of each group's cohort
    that lives to the second census, by the age reached (`cohort_survival`). Errors of coverage that differ between the
    censuses come out as migration.
    Errors: negative, missing or infinite cells, survival of 0 or above 1, other ages or areas.
    Source: Shryock & Siegel (1976), ch. 21, census survival method: forward, reverse and average.
    """
    start, end, born = (
        read_counts(name, values, axes=1) for name, values in (("first", first), ("second", second), ("births", births))
    )
    match_shapes(first=start, second=end)
    lives = read_share("survival", survival, axes=1, above_zero=True)
    match_shapes(second=end, survival=lives)
    match_shapes(first=start[..., 0], second=end[..., 0], births=born[..., 0], survival=lives[..., 0])
    before = cohort_starts(start, born)
    return Residual(np.asarray(end - before * lives), np.asarray(end / lives - before))


def cohort_starts(first: npt.ArrayLike, births: npt.ArrayLike) -> Array:
    """Who the groups of a later census were: births (…, steps) and the first census (…, ages), by the age reached.

    Errors: negative, missing or infinite cells, more steps than groups. Source: as `net_by_residual`.
    """
    start, born = read_counts("first", first, axes=1), read_counts("births", births, axes=1)
    match_shapes(first=start[..., 0], births=born[..., 0])
    steps, ages = born.shape[-1], start.shape[-1]
    _need_groups(ages, steps)
    oldest = start[..., ages - steps - 1 :].sum(-1, keepdims=True)
    parts = (born, start[..., : ages - steps - 1], oldest)
    shape = np.broadcast_shapes(start.shape[:-1], born.shape[:-1])
    return np.concatenate([np.broadcast_to(part, (*shape, part.shape[-1])) for part in parts], axis=-1)


def cohort_survival(table: LifeTable, steps: int) -> Array:
    """Share of each cohort alive after `steps` age groups, by the age reached, (…, ages): births first, then groups.

    The life table has groups of one width. The open group takes in the groups that grow into it.
    Errors: groups of other widths, more steps than groups. Source: as
    `net_by_residual`.
    """
    width = table.width[:-1]
    if not np.allclose(width, width[0]):
        raise ShidaiError(
            problem(
                "table",
                zh="生命表的年龄组宽度不一。",
                en="the life table's groups have different widths.",
                mend_zh="请先合并成同宽的组，例如每5岁一组。",
                mend_en="Merge them into groups of one width first, for example five years.",
            )
        )
    ages = table.Lx.shape[-1]
    _need_groups(ages, steps)
    born = table.Lx[..., :steps] / (width[0] * table.lx[..., :1])
    closed = table.Lx[..., steps:-1] / table.Lx[..., : ages - steps - 1]
    open_ = table.Tx[..., -1:] / table.Tx[..., ages - steps - 1 : ages - steps]
    return np.concatenate([born, closed, open_], axis=-1)


def _ratio(wanted: Array, has: Array) -> Array:
    return np.where(has > 0, wanted / np.where(has > 0, has, 1.0), 0.0)


def _refuse_totals(pattern: Array, left: Array, came: Array) -> None:
    for name, totals, has in (("departures", left, pattern.sum(-1)), ("arrivals", came, pattern.sum(-2))):
        refuse_cells(
            name,
            np.asarray(np.broadcast_to(totals, np.broadcast_shapes(totals.shape, has.shape)), dtype=np.float64),
            np.asarray((totals > 0) & (has == 0)),
            zh="合计{value}，但模式矩阵的这一地区全为0。",
            en="{value} in all, but the pattern has nothing for this area.",
            mend_zh="请给该地区一个模式。",
            mend_en="Give this area a pattern.",
        )
    gap = np.asarray(left.sum(-1) - came.sum(-1), dtype=np.float64)
    refuse_cells(
        "departures − arrivals (sum of the areas)",
        gap,
        np.asarray(np.abs(gap) > 1e-9 * np.maximum(left.sum(-1), 1e-300)),
        zh="迁出合计与迁入合计相差{value}。",
        en="all departures and all arrivals differ by {value}.",
        mend_zh="请加上“市外”一行一列，使两边相等。",
        mend_en="Add the outside as an area, so that both sides agree.",
    )


def _need_groups(ages: int, steps: int) -> None:
    if not 1 <= steps < ages - 1:
        raise ShidaiError(
            problem(
                "births",
                zh=f"两次普查相隔{steps}个年龄组宽，而年龄组只有{ages}个。",
                en=f"the censuses lie {steps} group widths apart, but there are {ages} groups.",
                mend_zh="请给出更多年龄组，或每个间隔一格出生数。",
                mend_en="Give more groups, and one cell of births for each width between the censuses.",
            )
        )
