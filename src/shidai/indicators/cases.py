"""The cases of indicators: a handful of cells in, the expected figure out, through the code that counts records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from shidai.indicators.benefits import OUTCOMES
from shidai.indicators.cells import SEX_CODES, STOCKS, TIMES, Gatherer, categories
from shidai.indicators.clock import DAY
from shidai.indicators.cubes import Cube
from shidai.indicators.formulas import Figures, evaluate
from shidai.indicators.periods import periods_of
from shidai.indicators.persontime import AGES, SEXES, UNKNOWN_AGE
from shidai.indicators.tree import Area, AreaTree
from shidai.indicators.vitals import ORDERS
from shidai.packs.cases import CaseResult
from shidai.packs.schema.indicator import CaseCell, Indicator, IndicatorCase
from shidai.packs.schema.pack import Pack

_ANY_YEAR = 2001
_PLACE = Area("0", None, "city", "某地", "Somewhere", False, 0, date(1, 1, 1), None)


class CaseCubes:
    """Cubes of one area that hold just the cells of a case, all in the year's first month."""

    def __init__(self, cells: Iterable[CaseCell]) -> None:
        self.tree = AreaTree((_PLACE,))
        self.year = _ANY_YEAR
        self.clock = DAY
        self._cells = tuple(cells)

    def stock(self, base: str, residence: str) -> Cube:
        cube = np.zeros((SEXES, AGES, 1, 13))
        for cell in self._of(base, residence, STOCKS):
            edges = slice(0, 12) if cell.at == "start" else slice(12, 13)
            cube[SEX_CODES.index(cell.sex), _ages(cell), :, edges] += cell.n
        return cube

    def time(self, base: str, residence: str) -> Cube:
        edges = self.clock.month_edges(self.year)
        cube = np.zeros((SEXES, AGES, 1, 12))
        for cell in self._of(base, residence, TIMES):
            cube[SEX_CODES.index(cell.sex), _ages(cell), :, 0] += cell.n * float(edges[-1] - edges[0])
        return cube

    def births(self, residence: str) -> tuple[Cube, Cube]:
        by_age, by_order = np.zeros((SEXES, AGES, 1, 12)), np.zeros((SEXES, ORDERS, 1, 12))
        for cell in self._of("births", residence):
            ages, sex = _ages(cell), SEX_CODES.index(cell.sex)
            by_age[sex, ages, :, 0] += cell.n
            by_order[sex, (cell.order or ORDERS) - 1, :, 0] += cell.n * (ages.stop - ages.start)
        return by_age, by_order

    def deaths(self, residence: str) -> Cube:
        cube = np.zeros((SEXES, AGES, 1, 12))
        for cell in self._of("deaths", residence):
            cube[SEX_CODES.index(cell.sex), _ages(cell), :, 0] += cell.n
        return cube

    def moves(self, residence: str) -> tuple[Cube, Cube]:
        both = []
        for name in ("moves_in", "moves_out"):
            cube = np.zeros((SEXES, 1, 12))
            for cell in self._of(name, residence):
                cube[SEX_CODES.index(cell.sex), :, 0] += cell.n
            both.append(cube)
        return both[0], both[1]

    def households(self, residence: str) -> Cube:
        cube = np.zeros((1, 13))
        cube[:, 12] = sum(cell.n for cell in self._of("households", residence))
        return cube

    def recipients(self, scheme: str) -> Cube:
        cube = np.zeros((1, len(periods_of(self.year))))
        cube[:, 0] = sum(cell.n for cell in self._of_scheme("benefit_recipients", scheme))
        return cube

    def paid(self, scheme: str) -> Cube:
        cube = np.zeros((1, 12))
        cube[:, 0] = sum(cell.n for cell in self._of_scheme("benefit_paid", scheme))
        return cube

    def claims(self, scheme: str) -> Cube:
        cube = np.zeros((len(OUTCOMES), 1, 12))
        for cell in self._of_scheme("benefit_claims", scheme):
            cube[OUTCOMES.index(cell.outcome), :, 0] += cell.n
        return cube

    def covered(self, programme: str) -> tuple[Cube, Cube]:
        both = []
        for name in ("programme_offered", "programme_reached"):
            cube = np.zeros((1, len(periods_of(self.year))))
            cube[:, 0] = sum(cell.n for cell in self._cells if (cell.measure, cell.programme) == (name, programme))
            both.append(cube)
        return both[0], both[1]

    def visits(self, programme: str, step: str | None = None, result: tuple[str, ...] = ()) -> Cube:
        cells = (cell for cell in self._of_programme("programme_visits", programme) if step in (None, cell.step))
        return _in_month_one(cell.n for cell in cells if not result or cell.result in result)

    def sessions(self, measure: str, programme: str, step: str | None = None) -> Cube:
        cells = self._of_programme(measure, programme)
        return _in_month_one(cell.n for cell in cells if step in (None, cell.step))

    def followed(self, measure: str, programme: str, step: str) -> Cube:
        return _in_month_one(cell.n for cell in self._of_programme(measure, programme) if cell.step == step)

    def supplied(self, measure: str, kind: str | None) -> Cube:
        cube = np.zeros((1, 12))
        mine = (one for one in self._cells if one.measure == measure and kind in (None, one.kind))
        cube[:, 0] = sum(cell.n for cell in mine)
        return cube

    def takers(self, kind: str | None) -> Cube:
        cube = np.zeros((1, len(periods_of(self.year))))
        cube[:, 0] = sum(cell.n for cell in self._cells if cell.measure == "takers" and kind in (None, cell.kind))
        return cube

    def sites(self, kind: str) -> Cube:
        cube = np.zeros((1, len(periods_of(self.year))))
        cube[:, 0] = sum(cell.n for cell in self._cells if (cell.measure, cell.kind) == ("sites", kind))
        return cube

    def _of_programme(self, measure: str, programme: str) -> list[CaseCell]:
        return [cell for cell in self._cells if (cell.measure, cell.programme) == (measure, programme)]

    def activities(self, measure: str, kind: str) -> Cube:
        return self.supplied(measure, kind)

    def pilots(self, measure: str, kind: str) -> Cube:
        cube = np.zeros((1, len(periods_of(self.year))))
        cube[:, 0] = sum(cell.n for cell in self._cells if (cell.measure, cell.kind) == (measure, kind))
        return cube

    def _of_scheme(self, measure: str, scheme: str) -> list[CaseCell]:
        return [cell for cell in self._cells if cell.measure == measure and cell.scheme == scheme]

    def _of(self, base: str, residence: str, names: dict[str, str] | None = None) -> list[CaseCell]:
        """Cells of this base, where `names` translates the case's measure into it."""
        return [
            cell
            for cell in self._cells
            if (cell.measure == base if names is None else names.get(cell.measure) == base)
            and (cell.residence == residence or base == "migrants")
        ]


def _in_month_one(counts: Iterable[float]) -> Cube:
    cube = np.zeros((1, 12))
    cube[:, 0] = sum(counts)
    return cube


def run_cases(pack: Pack) -> list[CaseResult]:
    """Every case of every indicator of the pack, in force or not."""
    return [
        CaseResult("indicator", indicator.id, at, _expected_text(indicator, case), _result_text(indicator, case))
        for indicator in pack.all_indicators
        for at, case in enumerate(indicator.case, 1)
    ]


def _result_text(indicator: Indicator, case: IndicatorCase) -> str:
    category = next((one for one in categories(indicator) if one.text == case.expected.breakdown), None)
    if category is None:
        return f"no breakdown {case.expected.breakdown}"
    cubes = CaseCubes(case.cell)
    figures = evaluate(indicator, category, Gatherer(cubes, periods_of(cubes.year, ("year",))))
    wanted = case.expected
    bounds = [name for name in ("low", "high") if getattr(wanted, name) is not None]
    return _text(indicator, {name: _only(figures, name) for name in ("value", *bounds)})


def _expected_text(indicator: Indicator, case: IndicatorCase) -> str:
    wanted = case.expected
    bounds = {name: getattr(wanted, name) for name in ("low", "high") if getattr(wanted, name) is not None}
    return _text(indicator, {"value": wanted.value, **bounds})


def _only(figures: Figures, name: str) -> float | None:
    number = float(getattr(figures, name)[0, 0])
    return None if np.isnan(number) else number


def _text(indicator: Indicator, numbers: dict[str, float | None]) -> str:
    return ", ".join(
        f"{name} {'none' if number is None else f'{number:.{indicator.decimals}f}'}" for name, number in numbers.items()
    )


def _ages(cell: CaseCell) -> slice:
    if cell.age is None:
        return slice(UNKNOWN_AGE, UNKNOWN_AGE + 1)
    return slice(cell.age, (cell.age if cell.age_to is None else cell.age_to) + 1)
