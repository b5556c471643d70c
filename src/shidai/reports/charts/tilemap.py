"""A table-map: one tile for each county at its rough place on the map, all of one size, so that small ones are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shidai.reports.charts.drawing import Drawing

SHADES = 4
FIGURE_SIZE, WORD_SIZE = 16.0, 12.0


@dataclass(frozen=True, slots=True)
class Tile:
    column: int
    row: int
    name: str
    value: float | None
    value_words: str
    interval_words: str = ""


def draw_tile_map(tiles: Sequence[Tile], *, title: str, description: str, width: float, language: str) -> str:
    """Darker is more; the figure and its interval are written in each tile, so that colour is never alone."""
    columns = max(tile.column for tile in tiles) + 1
    rows = max(tile.row for tile in tiles) + 1
    side = min((width - 8) / columns, 168)
    tall = min(side, 84) if width >= 500 else 74
    margin = (width - side * columns) / 2
    sheet = Drawing(width, rows * tall + 8, title, description, language)
    known = sorted(tile.value for tile in tiles if tile.value is not None)
    for tile in tiles:
        shade = _shade(tile.value, known)
        x, y = margin + tile.column * side, 4 + tile.row * tall
        sheet.rect(f"tile-{shade}", x + 2, y + 2, side - 4, tall - 4, round_=6)
        ink = "on-mark" if shade == SHADES else "ink"
        middle = x + side / 2
        sheet.write(tile.name, middle, y + tall / 2 - 12, size=12.5, anchor="middle", kind=ink)
        size = WORD_SIZE if tile.value is None else FIGURE_SIZE
        sheet.write(tile.value_words, middle, y + tall / 2 + 8, size=size, anchor="middle", kind=ink)
        sheet.write(tile.interval_words, middle, y + tall / 2 + 25, size=10.5, anchor="middle", kind=ink)
    return sheet.text()


def _shade(value: float | None, known: Sequence[float]) -> int:
    """0 for unknown; 1 to 4 by quarter of the range from the smallest to the largest."""
    if value is None or not known:
        return 0
    span = known[-1] - known[0]
    return 1 if span == 0 else 1 + min(int(SHADES * (value - known[0]) / span), SHADES - 1)
