"""The report as a document: headings, paragraphs with live figures, charts, tables, boxes. Writers make files of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shidai.words import Language


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A figure in the text: a quiet link to its entry in the appendix."""

    text: str
    figure: str
    quiet: bool = False  # without a value: shown more softly


Run = Words | Link


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 1 or 2
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    runs: tuple[Run, ...]
    number: bool = False

    @classmethod
    def of(cls, text: str, *, number: bool = False) -> Cell:
        return cls((Words(text),), number)


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    widths: tuple[int, ...] = ()  # relative; empty: equal
    name: str = ""  # a class for pages: figures-table, …


@dataclass(frozen=True, slots=True)
class Chart:
    anchor: str
    title: str
    description: str
    wide: str  # SVG for a desk and for paper
    narrow: str  # SVG for a phone
    table: Table | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    title: str
    lines: tuple[tuple[str, str], ...]  # label, text
    text: str = ""


@dataclass(frozen=True, slots=True)
class Highlight:
    title: str
    value: Link
    remark: str


@dataclass(frozen=True, slots=True)
class Highlights:
    """The few figures that a reader looks for first."""

    items: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure in the appendix: what it is, how it was made, where it opens."""

    figure: str
    title: str
    shown: str
    facts: tuple[tuple[str, str], ...]
    definition_url: str = ""
    records_url: str = ""


@dataclass(frozen=True, slots=True)
class Entries:
    title: str
    entries: tuple[Entry, ...]


Block = Heading | Paragraph | Table | Chart | Box | Highlights | Entries


@dataclass(frozen=True, slots=True)
class Document:
    language: Language
    title: str
    subtitle: str
    organisation: str
    notice: str  # what the reader must know before anything else
    made: str
    words: dict[str, str]  # labels that writers need: contents, page, show table, …
    blocks: Sequence[Block] = field(default_factory=tuple)
