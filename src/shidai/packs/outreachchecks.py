"""Topics and checklists that a pack's indicators and synthetic year name."""

from __future__ import annotations

from collections.abc import Iterator

from shidai.packs.parts import Parts
from shidai.packs.schema.indicator import PILOTS
from shidai.packs.unknown import unknown
from shidai.words import Problem


def check_outreach(parts: Parts) -> Iterator[Problem]:
    """Indicators count pilots of checklists that are there; the synthetic year holds what the pack has."""
    checklists = {one.thing.id: one.thing for one in parts.checklists}
    known = set(checklists) | parts.unread
    for part in parts.indicators:
        for side in ("numerator", "denominator"):
            for at, term in enumerate(getattr(part.thing, side)):
                if term.measure in PILOTS and term.kind not in known and "checklist" not in known:
                    yield unknown(part.where(side, at, "kind"), "检查表", "checklist", term.kind or "", known)
    if parts.demonstration is None:
        return
    topics = {one.thing.id for one in parts.trainings} | parts.unread
    for at, shares in enumerate(parts.demonstration.thing.training):
        if shares.topic not in topics and "training" not in topics:
            where = parts.demonstration.where("training", at, "topic")
            yield unknown(where, "培训主题", "training", shares.topic, topics)
    for at, pilot in enumerate(parts.demonstration.thing.pilot):
        if pilot.checklist not in checklists:
            if pilot.checklist not in known and "checklist" not in known:
                where = parts.demonstration.where("pilot", at, "checklist")
                yield unknown(where, "检查表", "checklist", pilot.checklist, known)
            continue
        items = {item.id for item in checklists[pilot.checklist].item}
        for name in ("not_met", "unanswered"):
            for item in (one for one in getattr(pilot, name) if one not in items):
                yield unknown(parts.demonstration.where("pilot", at, name), "条目", "item", item, items)
