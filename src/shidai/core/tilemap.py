"""The map of squares: figures of counties at their places in the pack's layout, as SVG with links, and as a table.

No outside map and no coordinates: every county is as large as any other. Its figure and interval are written in its
square, so that colour is never alone; a darker square is more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from shidai.core.language import say
from shidai.packs.schema.map import AreaMap, MapTile
from shidai.words import Text

SHADES = 5
WIDE, TALL, GAP = 92, 72, 4  # of a square, in units of the drawing
_FIT = 82  # of text in it
_NAME, _FIGURE, _SMALL = 13, 17, 11.5


@dataclass(frozen=True, slots=True)
class Seen:
    """A county's figure: None where it is hidden or unknown, and then `shown` says so."""

    value: float | None
    shown: str
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """All counties' figures at once: of a year, or of the only time there is. number: the year, for the slider."""

    label: str
    seen: Mapping[str, Seen]
    number: int = 0


@dataclass(frozen=True, slots=True)
class County:
    """name: in full; url: where its square leads, if anywhere."""

    code: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Square:
    """A square as the template draws it."""

    code: str
    x: int
    y: int
    name: str
    url: str
    shade: int
    shown: str
    interval: str
    told: str
    name_size: float
    size: float
    small: float


@dataclass(frozen=True, slots=True)
class TileMap:
    """What `core/tilemap.html` needs. legend: shade and label, from the least to the most. table: its
    head, then a row for each county."""

    id: str
    title: str
    width: int
    height: int
    squares: tuple[Square, ...]
    legend: tuple[tuple[int, str], ...]
    hidden: bool
    table: tuple[tuple[str, ...], ...]
    note: str
    csv: str
    xlsx: str
    step_name: str
    first: int
    last: int
    at: int
    label: str
    steps: Sequence[Any]


_HEADS = (Text(zh="数值", en="value"), Text(zh="区间", en="interval"))
_TOLD = Text(zh="{name}：{shown}", en="{name}: {shown}")
_TOLD_BETWEEN = Text(zh="{name}：{shown}（{interval}）", en="{name}: {shown} ({interval})")


def draw_map(
    id: str,
    title: str,
    layout: AreaMap | None,
    counties: Sequence[County],
    steps: Sequence[Step],
    *,
    show: Callable[[float], str],
    whole: bool = False,
    at: int | None = None,
    step_name: str = "",
    columns: Sequence[int] = (),
    heads: tuple[Text, Text] | None = None,
    csv: str = "",
    xlsx: str = "",
) -> TileMap | None:
    """The map of counties that have squares; None where the pack has none for any of them, or nothing is known.

    show: a bound of the legend as text; whole: figures are counts, so classes hold whole numbers. at: the number of the
    step in view, the first by default; step_name: the name of its parameter in the page's address. columns: the numbers
    of the steps that the table shows, all by default. heads: of the table's columns where there is one step. One scale
    serves all steps, so that a change is seen.
    """
    placed = [(one, tile) for one in counties if layout is not None and (tile := layout.place(one.code)) is not None]
    seen = [step.seen.get(one.code, _NOTHING).value for step in steps for one, _ in placed]
    known = [value for value in seen if value is not None]
    if not known:
        return None
    chosen = next((step for step in steps if step.number == at), steps[0])
    scale, many = Scale.of(known, whole=whole), len(steps) > 1
    squares = _squares(placed, chosen, scale)
    return TileMap(
        id=id,
        title=title,
        width=max(square.x for square in squares) + WIDE,
        height=max(square.y for square in squares) + TALL,
        squares=squares,
        legend=scale.legend(show),
        hidden=len(known) < len(seen),
        table=_table([one for one, _ in placed], steps, columns, heads or _HEADS),
        note="" if layout is None or layout.note is None else say(layout.note.text),
        csv=csv,
        xlsx=xlsx,
        step_name=step_name,
        first=steps[0].number,
        last=steps[-1].number,
        at=chosen.number,
        label=chosen.label,
        steps=_told_steps([one for one, _ in placed], steps, scale) if many else (),
    )


def _squares(placed: Sequence[tuple[County, MapTile]], step: Step, scale: Scale) -> tuple[Square, ...]:
    left, top = (min(getattr(tile, name) for _, tile in placed) for name in ("column", "row"))
    found = []
    for one, tile in placed:
        seen, name = step.seen.get(one.code, _NOTHING), say(tile.name.text)
        found.append(
            Square(
                one.code, (tile.column - left) * (WIDE + GAP), (tile.row - top) * (TALL + GAP), name, one.url,
                scale.shade(seen.value), seen.shown, seen.interval, tell(one.name, seen), _fit(name, _NAME),
                _fit(seen.shown, _FIGURE), _fit(seen.interval, _SMALL),
            )
        )  # fmt: skip
    return tuple(found)


_NOTHING = Seen(None, "–")


@dataclass(frozen=True, slots=True)
class Scale:
    """Five classes of equal width between the least and the most; of counts, of equally many whole numbers."""

    low: float
    high: float
    width: float
    whole: bool

    @classmethod
    def of(cls, values: Sequence[float], *, whole: bool) -> Scale:
        low, high = min(values), max(values)
        if whole:
            return cls(low, high, max(ceil((high - low + 1) / SHADES), 1), whole)
        return cls(low, high, (high - low) / SHADES, whole)

    def shade(self, value: float | None) -> int:
        """1 to 5; 0 for what is hidden or unknown."""
        if value is None:
            return 0
        return min(int((value - self.low) / self.width), SHADES - 1) + 1 if self.width > 0 else 1

    def legend(self, show: Callable[[float], str]) -> tuple[tuple[int, str], ...]:
        """Each class with its ends as text; a single one where all values are the same."""
        if self.width <= 0:
            return ((1, show(self.low)),)
        found = []
        for shade in range(1, SHADES + 1):
            start = self.low + (shade - 1) * self.width
            if self.whole and start > self.high:
                break
            end = min(start + self.width - 1, self.high) if self.whole else start + self.width
            found.append((shade, show(start) if start == end else f"{show(start)} – {show(end)}"))
        return tuple(found)


def tell(name: str, seen: Seen) -> str:
    """A county's figure in words, for screen readers and the square's tip."""
    said = _TOLD_BETWEEN if seen.interval else _TOLD
    return say(said.filled(name=name, shown=seen.shown, interval=seen.interval))


def _table(
    counties: Sequence[County], steps: Sequence[Step], columns: Sequence[int], heads: tuple[Text, Text]
) -> tuple[tuple[str, ...], ...]:
    """Figures and intervals of the only step in two columns, or of several in one each."""
    if len(steps) == 1:
        seen = [(one, steps[0].seen.get(one.code, _NOTHING)) for one in counties]
        return (("", *(say(head) for head in heads)), *((one.name, each.shown, each.interval) for one, each in seen))
    told = [step for step in steps if not columns or step.number in columns]
    rows = ((one.name, *(_with_interval(step.seen.get(one.code, _NOTHING)) for step in told)) for one in counties)
    return (("", *(step.label for step in told)), *rows)


def _with_interval(seen: Seen) -> str:
    return f"{seen.shown} ({seen.interval})" if seen.interval else seen.shown


def _told_steps(counties: Sequence[County], steps: Sequence[Step], scale: Scale) -> list[Any]:
    """What the slider needs: of every step its label, and of each county shade, figure, interval and words."""
    told: list[Any] = []
    for step in steps:
        seen = [(one, step.seen.get(one.code, _NOTHING)) for one in counties]
        cells = [[scale.shade(each.value), each.shown, each.interval, tell(one.name, each)] for one, each in seen]
        told.append([step.label, cells])
    return told


def _fit(words: str, size: float) -> float:
    """The size of letters with which a text stays in its square: a Han character is as wide as high, others half."""
    wide = sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in words) * size
    return size if wide <= _FIT else round(size * _FIT / wide, 1)
