"""What advice is made of: sentences with their sources, and the numbers they turn on. All of it is package data.

`sources.csv` says of each source how it was checked: read on a page that states it ('page'), read where it is quoted
('quoted'), from memory ('memory'), or this project's own ('own').
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from shidai.words import ShidaiError, Text, problem


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number or sentence is from; `check`: page, quoted, memory or own."""

    id: str
    title: Text
    check: str


@dataclass(frozen=True, slots=True)
class Tip:
    """One sentence of advice. It advises: nothing in the system waits for it or is kept from anybody by it."""

    id: str
    text: Text
    source: Source

    @property
    def asks(self) -> bool:
        """Whether it asks for what is unknown rather than tells something."""
        return "ask" in self.id.replace(".", "_").split("_")


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that advice turns on."""

    id: str
    value: float
    unit: str
    title: Text
    source: Source


def read_text(name: str) -> str:
    """One of this room's tables as it is written."""
    return files("shidai.advice").joinpath(name).read_text(encoding="utf-8")


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of this room's tables."""
    return list(csv.DictReader(read_text(name).splitlines()))


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """All sources by id."""
    return {row["id"]: Source(row["id"], _text(row), row["check"]) for row in read_rows("sources.csv")}


@lru_cache(maxsize=1)
def tips() -> dict[str, Tip]:
    """All sentences by id."""
    return {row["id"]: Tip(row["id"], _text(row), sources()[row["source"]]) for row in read_rows("tips.csv")}


@lru_cache(maxsize=1)
def thresholds() -> dict[str, Threshold]:
    """All numbers by id."""
    return {
        row["id"]: Threshold(row["id"], float(row["value"]), row["unit"], _text(row), sources()[row["source"]])
        for row in read_rows("thresholds.csv")
    }


def tell(*ids: str) -> tuple[Tip, ...]:
    """Sentences by their ids, in this order, each once."""
    return tuple(tips()[id_] for id_ in dict.fromkeys(ids))


def limit(id_: str) -> float:
    """A number by its id. Raises KeyError."""
    return thresholds()[id_].value


def refuse_outside(where: str, value: float | None, least: float, most: float) -> None:
    """Refuse a number that can't be, such as a negative one. Raises ShidaiError."""
    if value is not None and not least <= value <= most:
        raise ShidaiError(
            problem(
                where,
                zh=f"{where} 不能是 {value:g}。",
                en=f"{where} can't be {value:g}.",
                mend_zh=f"请填写 {least:g} 至 {most:g}。",
                mend_en=f"Give {least:g} to {most:g}.",
            )
        )


def refuse_unknown(where: str, name: str, known: tuple[str, ...]) -> None:
    """Refuse a word that isn't one of those known. Raises ShidaiError."""
    if name not in known:
        raise ShidaiError(
            problem(
                where,
                zh=f"没有“{name}”。",
                en=f"There is no '{name}'.",
                mend_zh=f"可选：{'、'.join(known)}。",
                mend_en=f"Choose one of {', '.join(known)}.",
            )
        )


def _text(row: dict[str, str]) -> Text:
    return Text(zh=row["zh"], en=row["en"])
