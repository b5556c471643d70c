"""What every part of a pack is made of: strict frozen models, bilingual words, citations with dates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shidai.words import Text

PLAIN_ID = r"^[a-z][a-z0-9_\-.]*$"
Id = Annotated[str, StringConstraints(pattern=PLAIN_ID, max_length=64)]
"""An id: lower-case Latin letters, digits, '_', '-' and '.'; begins with a letter."""

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PackModel(BaseModel):
    """Frozen, and a field that nobody knows is a mistake, not an extension."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def wrong(*, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> PydanticCustomError:
    """What a validator of the schema raises, so that the loader can say it in both languages with its place.

    `raise wrong(zh="结束日期早于开始日期。", en="The end lies before the start.", mend_zh=…, mend_en=…)`
    """
    context = {"zh": zh, "en": en, "mend_zh": mend_zh, "mend_en": mend_en}
    return PydanticCustomError("shidai", "{en}", context)


class Words(PackModel):
    """A title or sentence in Chinese (simplified) and English: `{ zh = "…", en = "…" }`."""

    zh: Sentence
    en: Sentence

    @property
    def text(self) -> Text:
        return Text(zh=self.zh, en=self.en)


class Dated(PackModel):
    """In force from `effective_from` up to, not including, `effective_to` (absent: still in force)."""

    effective_from: date
    effective_to: date | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_to is not None and self.effective_to <= self.effective_from:
            raise wrong(
                zh=f"停止生效日期 {self.effective_to} 不晚于生效日期 {self.effective_from}。",
                en=f"effective_to {self.effective_to} is not after effective_from {self.effective_from}.",
                mend_zh="effective_to 是不再生效的第一天，请改为较晚的日期，或删去。",
                mend_en="effective_to is the first day out of force: give a later date or leave it out.",
            )
        return self

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def overlaps(self, other: Dated) -> bool:
        """Whether some day has both in force."""
        ends_before = self.effective_to is not None and self.effective_to <= other.effective_from
        begins_after = other.effective_to is not None and other.effective_to <= self.effective_from
        return not (ends_before or begins_after)


class Cited(Dated):
    """A definition that names its source (an id of sources.toml), the day of its last check, its dates."""

    source: Annotated[str, Field(description="id of a source in sources.toml")]
    checked_on: Annotated[date, Field(description="the day someone last compared this with its source")]
