"""The quality of the data as it was judged last, kept in the data directory: pages read it, and judge nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shidai.indicators.engines import Records
from shidai.indicators.manifest import sync_folder
from shidai.indicators.quality import AreaQuality, Finding, check_quality, whole_years
from shidai.packs.schema.area import Level
from shidai.packs.schema.base import Words
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.quality import MEASURES, Measure, Verdict

FILE = "quality.json"
LEVEL = "township"


class KeptFinding(BaseModel):
    """A finding of one area. hidden: it rests on a small number, or would give one away; its figures are for those who
    may read the area's records."""

    model_config = ConfigDict(frozen=True)
    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    n: int
    verdict: Verdict
    reason: Words
    hidden: bool


class KeptArea(BaseModel):
    model_config = ConfigDict(frozen=True)
    code: str
    parent: str | None
    level: Level
    name: Words
    verdict: Verdict
    findings: tuple[KeptFinding, ...]


class KeptQuality(BaseModel):
    """What was judged, of which records and when: the city, its counties and towns, in the pack's order."""

    model_config = ConfigDict(frozen=True)
    manifest: str
    pack: str
    pack_version: str
    year: int
    residence: str
    made_at: datetime
    areas: tuple[KeptArea, ...]

    def area(self, code: str) -> KeptArea | None:
        return next((one for one in self.areas if one.code == code), None)

    def below(self, code: str) -> tuple[KeptArea, ...]:
        """The areas directly below one."""
        return tuple(one for one in self.areas if one.parent == code)


def keep_quality(data: Path, records: Records, pack: Pack) -> KeptQuality | None:
    """Judge the last whole year on record and keep it; None, and nothing kept, where the pack or the records have
    nothing to judge. What was kept of the same records and pack stays."""
    if pack.quality is None or not whole_years(records):
        return None
    known = kept_quality(data)
    if known and (known.manifest, known.pack, known.pack_version) == (records.manifest.id, pack.id, pack.version):
        return known
    residence = "registered"
    year, areas = check_quality(records, pack, residence=residence, level=LEVEL)
    hidden = hide_small(areas, pack.disclosure.shows, secondary=pack.disclosure.secondary)
    kept = KeptQuality(
        manifest=records.manifest.id, pack=pack.id, pack_version=pack.version, year=year, residence=residence,
        made_at=datetime.now(UTC), areas=tuple(_kept(one, hidden) for one in areas),
    )  # fmt: skip
    fresh = data / f".{FILE}.new"
    fresh.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")
    fresh.replace(data / FILE)
    sync_folder(data)
    return kept


def kept_quality(data: Path) -> KeptQuality | None:
    """What was judged last; None when nothing was, or another version of Shidai wrote it."""
    try:
        return KeptQuality.model_validate_json((data / FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _kept(one: AreaQuality, hidden: set[tuple[str, Measure]]) -> KeptArea:
    return KeptArea(
        code=one.area.code,
        parent=one.area.parent,
        level=one.area.level,
        name=Words(zh=one.area.name_zh, en=one.area.name_en),
        verdict=one.verdict,
        findings=tuple(
            KeptFinding(
                measure=found.measure, value=found.value, low=found.low, high=found.high, n=found.n,
                verdict=found.verdict, reason=Words(zh=found.reason.zh, en=found.reason.en),
                hidden=(one.area.code, found.measure) in hidden,
            )
            for found in one.findings
        ),
    )  # fmt: skip


def hide_small(
    areas: tuple[AreaQuality, ...], shows: Callable[[int], bool], *, secondary: bool
) -> set[tuple[str, Measure]]:
    """Which findings, by area and measure, rest on a small count or would give one away by a sum.

    Of an area that is shown, a part is never the only hidden one; of one that is hidden, not all parts are shown.
    """
    hidden: set[tuple[str, Measure]] = set()
    parts: dict[str | None, list[str]] = {}
    for one in areas:
        parts.setdefault(one.area.parent, []).append(one.area.code)
    for measure in MEASURES:
        found = {one.area.code: _of(one, measure) for one in areas}
        small = {code for code, one in found.items() if not all(shows(count) for count in one.counts)}
        sizes = {code: one.n for code, one in found.items()}
        while secondary and (more := _given_away(small, parts, sizes)):
            small.add(more)
        hidden |= {(code, measure) for code in small}
    return hidden


def _of(one: AreaQuality, measure: Measure) -> Finding:
    return next(found for found in one.findings if found.measure == measure)


def _given_away(small: set[str], parts: dict[str | None, list[str]], sizes: dict[str, int]) -> str | None:
    """The smallest part that must be hidden too, of the first area whose sum would tell; None where none would."""
    for whole, of in parts.items():
        if whole not in sizes:
            continue
        left = [code for code in of if code not in small]
        told = len(of) - len(left) == 1 if whole not in small else len(left) == len(of)
        counted = [code for code in left if sizes[code] > 0]
        if told and counted:
            return min(counted, key=lambda code: (sizes[code], code))
    return None
