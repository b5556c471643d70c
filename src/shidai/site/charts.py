"""Charts as pages draw them: the drawing's data, and the table and sentence that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shidai.core.language import say
from shidai.indicators.standing import Standing
from shidai.indicators.store import Result
from shidai.packs.schema.indicator import Indicator
from shidai.site.figures import how_it_stands, show
from shidai.words import Text

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
    csv: str = field(default="")


def draw_results(
    id: str, title: str, labelled: Sequence[tuple[str, Result | None]], *, kind: str, indicator: Indicator
) -> Chart | None:
    """A line or bars over labelled results with their intervals; None when nothing was computed."""
    drawn = [(label, result) for label, result in labelled if result is not None]
    if not drawn:
        return None
    values = [(result, how_it_stands(indicator, result) is Standing.COMPUTED) for _, result in drawn]
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
    return Chart(id, title, data, ("", say(VALUE), say(INTERVAL)), rows, sentence, "tall" if len(drawn) > 20 else "")


def draw_pyramid(id: str, title: str, ages: Sequence[str], male: Sequence[float], female: Sequence[float]) -> Chart:
    """A population pyramid: males to the left."""
    words = {name: say(text) for name, text in WORDS.items()}
    data = {"kind": "pyramid", "ages": list(ages), "male": list(male), "female": list(female), "words": words}
    rows = [(age, f"{m:,.0f}", f"{f:,.0f}") for age, m, f in zip(ages, male, female, strict=True)]
    return Chart(id, title, data, ("", words["male"], words["female"]), rows, title, "tall")
