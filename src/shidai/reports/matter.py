"""Everything that the blocks of one report are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shidai.indicators.outlook.stored import KeptRun
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.report import Report
from shidai.reports.figures import Figure, Reading
from shidai.words import Language, Text


@dataclass(frozen=True, slots=True)
class Opens:
    """Areas of which the reader may open figures on the site, and of which also the records behind them."""

    figures: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Matter:
    pack: Pack
    report: Report
    figures: Mapping[str, Figure]
    reading: Reading
    area: str
    year: int
    language: Language
    opens: Opens
    outlook: KeptRun | None = None  # the newest run of the pack's first scenario that begins after the year

    def say(self, zh: str, en: str) -> str:
        return Text(zh=zh, en=en).said(self.language)
