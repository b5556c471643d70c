"""An indicator of a pack (placeholder of helper PACKS until helper INDICATORS writes this file)."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from shidai.packs.schema.base import Cited, Id, Words


class Indicator(Cited):
    model_config = ConfigDict(frozen=True, extra="allow")

    id: Id
    title: Words
    case: tuple[Any, ...] = Field(min_length=1)
