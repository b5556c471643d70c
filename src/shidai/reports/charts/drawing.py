"""A sheet to draw on, and the few marks that the charts need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

# Light ink, for documents that are printed; pages give the same classes their own colours.
INK = {
    "ink": "fill:#1d2b2e",
    "muted": "fill:#5b6b6e",
    "on-mark": "fill:#ffffff",
    "rule": "stroke:#dfe5e4;stroke-width:1;fill:none",
    "zero": "stroke:#5b6b6e;stroke-width:1;fill:none",
    "first": "fill:#0d6b70",
    "second": "fill:#c98a3c",
    "third": "fill:#5b6b6e",
    "line-first": "stroke:#0d6b70;stroke-width:2;fill:none",
    "line-second": "stroke:#c98a3c;stroke-width:2;fill:none;stroke-dasharray:5 3",
    "line-third": "stroke:#5b6b6e;stroke-width:2;fill:none;stroke-dasharray:2 2",
    "band-first": "fill:#0d6b70;fill-opacity:.16",
    "band-second": "fill:#c98a3c;fill-opacity:.2",
    "band-third": "fill:#5b6b6e;fill-opacity:.16",
    "hatch": "stroke:#ffffff;stroke-width:1.2;stroke-opacity:.55;fill:none",
    "whisker": "stroke:#1d2b2e;stroke-width:1.4;fill:none",
    "hollow": "fill:#ffffff;stroke:#5b6b6e;stroke-width:1.4",
    "track": "fill:#eef1f0",
    "aim": "stroke:#c98a3c;stroke-width:2.4;fill:none",
    "tile-0": "fill:#eef1f0",
    "tile-1": "fill:#d5e6e6",
    "tile-2": "fill:#a3cccd",
    "tile-3": "fill:#5fa3a6",
    "tile-4": "fill:#0d6b70",
}


@dataclass
class Drawing:
    """Marks in user units; `text()` gives the finished SVG with a title and a description for screen readers."""

    width: float
    height: float
    title: str
    description: str
    language: str = "zh"
    marks: list[str] = field(default_factory=list)

    def rect(self, kind: str, x: float, y: float, width: float, height: float, *, round_: float = 0) -> None:
        corner = f' rx="{_n(round_)}"' if round_ else ""
        size = f'width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
        self.marks.append(f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" {size}{corner}/>')

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        ends = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        self.marks.append(f'<line class="{kind}" {ends}/>')

    def path(self, kind: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> None:
        if points:
            way = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
            self.marks.append(f'<path class="{kind}" d="M{way}{"Z" if closed else ""}"/>')

    def dot(self, kind: str, x: float, y: float, radius: float) -> None:
        self.marks.append(f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def write(
        self, words: str, x: float, y: float, *, kind: str = "ink", size: float = 12, anchor: str = "start"
    ) -> None:
        place = f'x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}"'
        self.marks.append(f'<text class="{kind}" {place}>{escape(words)}</text>')

    def text(self) -> str:
        box = f'viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" class="chart" lang="{self.language}">'
        said = f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>"
        return head + said + "".join(self.marks) + "</svg>"


def with_ink(svg: str, font: str) -> str:
    """The drawing with its own colours, size and font, for a document that has no style sheet of ours."""
    rules = "".join(f".{name}{{{style}}}" for name, style in INK.items())
    style = f"<style>{rules}text{{font-family:'{font}'}}</style>"
    start = svg.index(">") + 1
    return svg[:start] + style + svg[start:]


def text_width(words: str, size: float = 12) -> float:
    """About how wide a text will be: a Han character is as wide as it is high, a Latin one about half."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.54 for letter in words)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`."""
    span = max(high - low, 1e-9)
    step = _round_step(span / max(about, 1))
    first = int(low // step)
    last = int(-(-high // step))
    return [round(step * at, 10) for at in range(first, last + 1)]


def _round_step(rough: float) -> float:
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough - 1e-12)


def _n(value: float) -> str:
    """A short number."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
