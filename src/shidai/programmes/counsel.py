"""Advice at a visit: worked out while the form is filled in, kept as it was shown, read again with the visit.

Which advice a step feeds, and with what, is the pack's; `shidai.advice` says it. Nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from shidai.advice.saying import Said
from shidai.advice.topics import TITLES, Counsel, consult
from shidai.packs.schema.advice import TOPICS
from shidai.packs.schema.programme import ProgrammeStep
from shidai.programmes.models import Visit, VisitAdvice
from shidai.programmes.offered import Offer, step_rules
from shidai.words import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """Advice of one topic as a page shows it."""

    topic: str
    title: Text
    version: str
    said: tuple[Said, ...]
    asks: tuple[Text, ...]

    @property
    def by_source(self) -> list[list[Said]]:
        """What follows the other from one source, together: the source is named once."""
        return [list(each) for _, each in groupby(self.said, key=lambda one: (one.source, one.check))]


def counsel_on(offer: Offer, step: ProgrammeStep, values: Mapping[str, Any], on: date) -> list[Counsel]:
    """What the step's topics say after these answers (as they are kept); none where the step feeds none."""
    if not step.advice:
        return []
    known = {
        "age": offer.facts.get("age"), "children": offer.facts.get("children_ever"), "last_birth": offer.last_birth
    }  # fmt: skip
    found = []
    for topic, told in step_rules(offer.version, step).advice_facts(values, offer.facts):
        here = {name: value for name, value in known.items() if name in TOPICS[topic]}
        said = consult(topic, here | {name: value for name, value in told.items() if value is not None}, on)
        if said is not None:
            found.append(said)
    return found


def as_shown(counsel: Counsel) -> Shown:
    """Advice that was worked out just now."""
    return Shown(counsel.topic, counsel.title, counsel.version, counsel.said, counsel.asks)


def keep_counsel(visit: Visit, offer: Offer, step: ProgrammeStep) -> None:
    """Keep what is said on the visit's answers, with its version; once a visit."""
    VisitAdvice.objects.bulk_create(
        VisitAdvice(
            by=visit.by, person_id=visit.person_id, visit=visit, day=visit.day, area=visit.area, topic=one.topic,
            version=one.version, facts={name: _plain(value) for name, value in one.facts.items()},
            said=[_kept(each) for each in one.said], asks=[_words(each) for each in one.asks],
        )
        for one in counsel_on(offer, step, visit.values, visit.day)
    )  # fmt: skip


def shown_at(visit: Visit) -> list[Shown]:
    """The advice that was shown at a visit, as it was then; for callers who have checked who reads the visit."""
    return [
        Shown(
            one.topic, TITLES[one.topic] if one.topic in TITLES else Text(zh=one.topic, en=one.topic), one.version,
            tuple(
                Said(each["id"], _text(each), _text(each["why"]) if each["why"] else None, _text(each["source"]),
                     each["check"])
                for each in one.said
            ),
            tuple(_text(each) for each in one.asks),
        )
        for one in VisitAdvice.objects.filter(visit=visit).order_by("pk")
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _kept(said: Said) -> dict[str, Any]:
    why = _words(said.why) if said.why is not None else None
    return {"id": said.id, **_words(said.text), "why": why, "source": _words(said.source), "check": said.check}


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _text(kept: Mapping[str, Any]) -> Text:
    return Text(zh=kept["zh"], en=kept["en"])
