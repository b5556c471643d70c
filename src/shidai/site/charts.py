"""Charts as pages draw them: the drawing's data, and the table and sentence that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shidai.core.language import say
from shidai.demography.funnel import binomial_funnel, poisson_funnel
from shidai.indicators.standing import Standing
from shidai.indicators.store import Result
from shidai.packs.schema.indicator import Indicator
from shidai.site.figures import how_it_stands, show, show_number
from shidai.words import Text

FEWEST = 3
VALUE = Text(zh="数值", en="value")
INTERVAL = Text(zh="95% 区间", en="95% interval")
WORDS = {
    "value": VALUE,
    "interval": INTERVAL,
    "male": Text(zh="男", en="male"),
    "female": Text(zh="女", en="female"),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What `site/chart.html` needs."""

    id: str
    title: str
    data: dict[str, Any]
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    sentence: str
    size: str = ""
    csv: str = ""
    xlsx: str = ""
    note: str = ""


def draw_results(
    id: str,
    title: str,
    labelled: Sequence[tuple[str, Result | None]],
    *,
    kind: str,
    indicator: Indicator,
    csv: str = "",
    xlsx: str = "",
) -> Chart | None:
    """A line or bars over labelled results with their intervals; None when nothing was computed."""
    drawn = [(label, result) for label, result in labelled if result is not None]
    values = [(result, how_it_stands(indicator, result) is Standing.COMPUTED) for _, result in drawn]
    if not any(known for _, known in values):
        return None  # an axis without a mark says nothing
    data = {
        "kind": kind,
        "decimals": indicator.decimals,
        "labels": [label for label, _ in drawn],
        "values": [result.value if known else None for result, known in values],
        "low": [result.low if known else None for result, known in values],
        "high": [result.high if known else None for result, known in values],
        "words": {name: say(text) for name, text in WORDS.items()},
    }
    shown = [(label, show(result, indicator)) for label, result in drawn]
    rows = [(label, each.value, each.interval) for label, each in shown]
    sentence = f"{title}: " + "; ".join(f"{label} {value}" for label, value, _ in rows)
    size = "tall" if len(drawn) > 20 else ""
    return Chart(id, title, data, ("", say(VALUE), say(INTERVAL)), rows, sentence, size, csv, xlsx)


FUNNEL_WORDS = {
    "value": VALUE,
    "target": Text(zh="全体", en="all together"),
    "inner": Text(zh="95% 偶然范围", en="95% range of chance"),
    "outer": Text(zh="99.8% 偶然范围", en="99.8% range of chance"),
    "size": Text(zh="分母", en="denominator"),
}
INSIDE, OUTSIDE, FAR_OUTSIDE = (
    Text(zh="范围内", en="within"),
    Text(zh="95% 以外", en="outside 95%"),
    Text(zh="99.8% 以外", en="outside 99.8%"),
)
LOOK = Text(
    zh="在偶然范围以外：{names}。须先看年龄结构、迁移和登记，不是评判。",
    en="Outside the range of chance: {names}. Look at ages, moves and registration first; it's no verdict.",
)
NO_LOOK = Text(zh="各地都在偶然范围以内。", en="All lie within the range of chance.")
LIMITS = (0.95, 0.998)
_GRID = 60  # points of the limits' lines


def draw_funnel(
    id: str,
    title: str,
    labelled: Sequence[tuple[str, Result | None]],
    all_: Result | None,
    indicator: Indicator,
    *,
    csv: str = "",
    xlsx: str = "",
) -> Chart | None:
    """The areas by size with the limits within which chance keeps them around the figure of all together.

    None for figures that chance doesn't move, such as stocks, and where fewer than three areas have one.
    """
    whole = _chance(indicator, all_)
    points = [(label, chance) for label, result in labelled if (chance := _chance(indicator, result)) is not None]
    if whole is None or len(points) < FEWEST or whole.target <= 0:
        return None
    sizes = np.array([one.size for _, one in points])
    grid = np.geomspace(max(sizes.min() * 0.7, 1), sizes.max() * 1.15, _GRID)
    inner, outer = (whole.limits(grid, level) for level in LIMITS)
    near, far = (whole.limits(sizes, level) for level in LIMITS)
    values = np.array([one.value for _, one in points])
    outside = ((values < near[0]) | (values > near[1])).astype(int) + ((values < far[0]) | (values > far[1]))
    shown = [(INSIDE, OUTSIDE, FAR_OUTSIDE)[at] for at in outside]
    rows = [
        (label, f"{one.size:,.0f}", show_number(one.value, indicator.decimals),
         f"{show_number(float(low), indicator.decimals)} – {show_number(float(high), indicator.decimals)}", say(said))
        for (label, one), low, high, said in zip(points, *near, shown, strict=True)
    ]  # fmt: skip
    names = [label for (label, _), at in zip(points, outside, strict=True) if at]
    joined = Text("、".join(names), ", ".join(names))
    data = {
        "kind": "funnel",
        "decimals": indicator.decimals,
        "target": whole.value,
        "sizes": [round(float(one), 2) for one in grid],
        "inner": [[round(float(one), 6) for one in side] for side in inner],
        "outer": [[round(float(one), 6) for one in side] for side in outer],
        "points": [[one.size, one.value, label, int(at)] for (label, one), at in zip(points, outside, strict=True)],
        "words": {name: say(text) for name, text in FUNNEL_WORDS.items()},
    }
    head = ("", say(FUNNEL_WORDS["size"]), say(VALUE), say(FUNNEL_WORDS["inner"]), "")
    told = say(LOOK.filled(names=joined) if names else NO_LOOK)
    return Chart(id, title, data, head, rows, f"{title}. {told}", "", csv, xlsx, told)


@dataclass(frozen=True, slots=True)
class _Chance:
    """A figure as a rate of events or a share, on which chance works. size: its person-years, people or births."""

    size: float
    target: float
    value: float
    per: float
    kind: str

    def limits(self, sizes: Any, level: float) -> tuple[Any, Any]:
        """Limits of the figure for areas of other sizes, in its own unit."""
        if self.kind == "poisson":
            low, high = poisson_funnel(sizes, self.target, level)
            return low * self.per, high * self.per
        low, high = binomial_funnel(np.round(sizes), self.target, level)
        if self.kind == "binomial":
            return low * self.per, high * self.per
        with np.errstate(divide="ignore"):
            return low / (1 - low) * self.per, high / (1 - high) * self.per


def _chance(indicator: Indicator, result: Result | None) -> _Chance | None:
    if result is None or indicator.formula != "ratio" or how_it_stands(indicator, result) is not Standing.COMPUTED:
        return None
    above, below, value = result.numerator, result.denominator, result.value
    if above is None or below is None or value is None or below <= 0 or above < 0:
        return None
    if indicator.interval == "poisson":
        return _Chance(below, above / below, value, indicator.per, "poisson")
    if indicator.interval == "binomial" and above <= below:
        return _Chance(below, above / below, value, indicator.per, "binomial")
    if indicator.interval in ("odds", "wilson_odds"):
        return _Chance(above + below, above / (above + below), value, indicator.per, "odds")
    return None


def draw_pyramid(id: str, title: str, ages: Sequence[str], male: Sequence[float], female: Sequence[float]) -> Chart:
    """A population pyramid: males to the left."""
    words = {name: say(text) for name, text in WORDS.items()}
    data = {"kind": "pyramid", "ages": list(ages), "male": list(male), "female": list(female), "words": words}
    rows = [(age, f"{m:,.0f}", f"{f:,.0f}") for age, m, f in zip(ages, male, female, strict=True)]
    return Chart(id, title, data, ("", words["male"], words["female"]), rows, title, "tall")
