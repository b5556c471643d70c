"""The map that needs no map: each county a square of one size, at its place in a grid that follows geography."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from shidai.packs.schema.base import Cited, PackModel, Words, wrong


class MapTile(PackModel):
    """A county's square. Rows run from north to south, columns from west to east."""

    area: str = Field(description="code of the county")
    column: int = Field(ge=0, le=11)
    row: int = Field(ge=0, le=11)
    name: Words = Field(description="short name, to fit the square")


class MapCase(PackModel):
    """What the layout must keep of geography: one county lies north (or west) of another."""

    north: str | None = None
    south: str | None = None
    west: str | None = None
    east: str | None = None

    @model_validator(mode="after")
    def _names_a_pair(self) -> Self:
        pairs = ((self.north, self.south), (self.west, self.east))
        if sum(None not in pair for pair in pairs) != 1 or any((one is None) != (two is None) for one, two in pairs):
            raise wrong(
                zh="案例须写一对：north 与 south，或 west 与 east。",
                en="A case names one pair: north and south, or west and east.",
                mend_zh='例如 north = "320281"，south = "320282"。',
                mend_en='For example north = "320281" and south = "320282".',
            )
        return self


class AreaMap(Cited):
    """The section `[map]` of pack.toml: a square for every county."""

    note: Words | None = None
    tile: tuple[MapTile, ...] = Field(min_length=1)
    case: tuple[MapCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_county_a_square(self) -> Self:
        seen: dict[tuple[int, int], str] = {}
        for tile in self.tile:
            other = seen.setdefault((tile.row, tile.column), tile.area)
            if other != tile.area or sum(one.area == tile.area for one in self.tile) > 1:
                raise wrong(
                    zh=f"{tile.area} 与 {other} 在同一格（第{tile.row}行第{tile.column}列），或写了两次。",
                    en=f"{tile.area} and {other} share the square {tile.row}, {tile.column}, or stand twice.",
                    mend_zh="每个县（市、区）写一次，各占一格。",
                    mend_en="Give each county one square of its own.",
                )
        return self

    def place(self, area: str) -> MapTile | None:
        """A county's square; None where it has none."""
        return next((tile for tile in self.tile if tile.area == area), None)

    def keeps(self, case: MapCase) -> bool:
        """Whether the layout is as the case says."""
        first, second = self.place(case.north or case.west or ""), self.place(case.south or case.east or "")
        if first is None or second is None:
            return False
        return first.row < second.row if case.north else first.column < second.column
