"""What a city trains its staff in and tells its residents about: topics, for whom, and what earns a certificate."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shidai.packs.schema.base import Cited, Id, PackModel, Words

Audience = Literal["staff", "residents"]


class TrainingCase(PackModel):
    """Somebody who attended sessions of so many minutes each."""

    minutes: tuple[int, ...]
    certificate: bool


class Training(Cited):
    """A topic of training sessions."""

    id: Id
    title: Words
    kind: Literal["course", "talk", "practice"]
    audience: tuple[Audience, ...] = Field(min_length=1, description="who may come")
    certificate_minutes: int | None = Field(
        default=None, gt=0, description="minutes attended in all that earn a certificate; none: there is none"
    )
    note: Words | None = None
    case: tuple[TrainingCase, ...] = Field(min_length=1)

    def earns_certificate(self, minutes: int) -> bool:
        """Whether so many minutes, attended in all, earn the topic's certificate."""
        return self.certificate_minutes is not None and minutes >= self.certificate_minutes
