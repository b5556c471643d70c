"""Are the data good enough? What was judged of the place in view and the areas below it, and why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from shidai.core import audit
from shidai.core.access import Scope, require
from shidai.core.language import say
from shidai.core.records import published_manifest
from shidai.core.request import StaffRequest
from shidai.indicators.qualitystore import FILE, KeptArea, KeptFinding, KeptQuality, kept_quality
from shidai.indicators.qualitywords import (
    HIDDEN_REASON,
    METHODS,
    NAMES,
    VERDICTS,
    say_limits,
    show_value,
)
from shidai.packs.schema.area import CODE_LENGTH
from shidai.packs.schema.quality import Verdict
from shidai.site.exports import Form, send_table
from shidai.site.figures import NOTHING, current_pack
from shidai.site.place import link
from shidai.words import Text

STYLES: dict[Verdict, str] = {"good": "good", "look": "late", "poor": "wrong", "unknown": "plain"}
RESIDENCE = {"registered": Text(zh="户籍人口", en="registered people"), "living": Text(zh="常住人口", en="residents")}
WORST_FIRST: tuple[Verdict, ...] = ("poor", "look", "unknown", "good")
HIDDEN = "*"
HEADS = ("area", "name", "measure", "value", "low", "high", "n", "verdict", "reason")


def quality(request: StaffRequest) -> HttpResponse:
    """The place in view, measure by measure, and the areas directly below it."""
    area, period = request.place.area.code, request.place.period
    require(request.scope, "aggregate.read", area)
    kept = _kept_now()
    here = kept.area(area) if kept else None
    manifest = published_manifest()
    shown: dict[str, Any] = {"kept": kept, "here": None, "styles": STYLES}
    if kept is not None:
        town = area[: CODE_LENGTH["township"]]
        shown |= {
            "residence": RESIDENCE[kept.residence],
            "old": manifest is not None and manifest.id != kept.manifest,
            "town_url": link("/quality/", town, period) if here is None and kept.area(town) else "",
        }
    if kept is not None and here is not None:
        shown |= {
            "here": _verdict(here.verdict),
            "findings": [_finding_shown(one, _open(request.scope, area)) for one in _worst_first(here)],
            "below": [_area_shown(one, period) for one in kept.below(area)],
            "files": [(form.upper(), link(f"/quality/{form}/", area, period)) for form in ("csv", "xlsx")],
        }
    return render(request, "site/quality.html", shown)


def quality_export(request: StaffRequest, form: Form) -> HttpResponse:
    """The findings of the place in view and the areas below it as a file (logged)."""
    area = request.place.area.code
    require(request.scope, "aggregate.read", area)
    kept = _kept_now()
    here = kept.area(area) if kept else None
    chosen = [here, *kept.below(area)] if kept and here else []
    rows = [row for one in chosen for row in _rows(one, _open(request.scope, one.code))]
    audit.record(request.scope, "quality.export", f"area:{area}", area=area)
    return send_table(f"quality-{area}-{kept.year if kept else 'none'}", HEADS, rows, form)


def _kept_now() -> KeptQuality | None:
    path = Path(settings.DATA) / FILE
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=2)
def _read(path: Path, _: int) -> KeptQuality | None:
    return kept_quality(path.parent)


def _open(scope: Scope, area: str) -> bool:
    """Whether the reader may see small numbers of the area: those who may read its records."""
    return scope.allows("record.read", area)


def _worst_first(one: KeptArea) -> list[KeptFinding]:
    return sorted(one.findings, key=lambda found: WORST_FIRST.index(found.verdict))


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"text": VERDICTS[verdict], "style": STYLES[verdict]}


def _finding_shown(found: KeptFinding, opened: bool) -> dict[str, Any]:
    pack = current_pack()
    threshold = pack.quality.of(found.measure) if pack.quality else None
    source = (threshold.source if threshold else None) or (pack.quality.source if pack.quality else "")
    value, interval, n, reason = _figures(found, opened)
    return {
        "title": NAMES[found.measure],
        "value": value,
        "interval": interval,
        "n": n,
        "verdict": _verdict(found.verdict),
        "reason": reason,
        "method": METHODS[found.measure],
        "limits": say_limits(threshold),
        "note": threshold.note if threshold else None,
        "source": source,
        "source_title": pack.sources[source].title if source in pack.sources else source,
    }


def _figures(found: KeptFinding, opened: bool) -> tuple[str, str, str, Text]:
    """Value, interval, number behind it and reason; without figures where they rest on a small number."""
    if found.value is None:
        return NOTHING, "", NOTHING, found.reason.text
    if found.hidden and not opened:
        return HIDDEN, "", HIDDEN, HIDDEN_REASON.filled(name=NAMES[found.measure])
    interval = ""
    if found.low is not None and found.high is not None:
        interval = f"{show_value(found.measure, found.low)} – {show_value(found.measure, found.high)}"
    return show_value(found.measure, found.value), interval, f"{found.n:,}", found.reason.text


def _area_shown(one: KeptArea, period: str) -> dict[str, Any]:
    """An area below: its verdict, and the measures that aren't good."""
    return {
        "name": one.name,
        "url": link("/quality/", one.code, period),
        "verdict": _verdict(one.verdict),
        "todo": [
            {"text": NAMES[found.measure], "style": STYLES[found.verdict]}
            for found in _worst_first(one)
            if found.verdict in ("poor", "look")
        ],
    }


def _rows(one: KeptArea, opened: bool) -> Iterator[list[object]]:
    for found in one.findings:
        _, _, _, reason = _figures(found, opened)
        told = (found.value, found.low, found.high, found.n)
        figures = told if opened or not found.hidden else (HIDDEN, None, None, HIDDEN)
        yield [one.code, say(one.name.text), found.measure, *figures, found.verdict, say(reason)]
