"""A small stand-in for stored results: the figures of a made-up city, stated here so that tests can expect them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    area: str
    period: str
    breakdown: str
    numerator: float | None
    denominator: float | None
    value: float | None
    low: float | None = None
    high: float | None = None
    suppressed: bool = False


@dataclass
class StandInReading:
    """Answers like `StoredReading`, from rows given by (indicator, area, period)."""

    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    ages: tuple[list[str], list[int], list[int]] | None = None
    manifest_id: str = "0f5c" * 16
    cutoff: str = "2006-12-31"
    stale: bool = False
    invented: bool = True

    def put(self, indicator: str, area: str, period: str, value: float | None, **more: object) -> None:
        numbers = {"numerator": value, "denominator": None, **more}
        self.rows[indicator, area, period] = Row(area, period, "", value=value, **numbers)  # type: ignore[arg-type]

    def result(self, indicator: str, area: str, period: str, breakdown: str = "") -> Row | None:
        return self.rows.get((indicator, area, period))

    def pyramid(self, area: str, year: int) -> tuple[list[str], list[int], list[int]] | None:
        return self.ages
