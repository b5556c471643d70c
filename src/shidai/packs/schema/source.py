"""Where a pack's rules and figures come from: laws, standards, statistics, publications."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shidai.packs.schema.base import Id, PackModel, Sentence, Words


class Source(PackModel):
    """One legal or statistical source. Definitions cite it by `id`."""

    id: Id
    title: Words
    kind: Literal["law", "regulation", "standard", "statistics", "publication", "method", "own"] = Field(
        description="'own': the pack's authors decided it themselves and say so"
    )
    authority: Words = Field(description="who issued it")
    issued_on: date | None = None
    reference: Annotated[Sentence | None, Field(description="number, edition, article or table")] = None
    url: str | None = None
    licence: Sentence | None = None
    checked_on: date = Field(description="the day of the last check")
    checked_against: Literal["primary", "secondary", "not-seen"] = Field(
        description="primary: the text itself; secondary: a work that cites it; not-seen: neither yet"
    )
    note: Words | None = None
