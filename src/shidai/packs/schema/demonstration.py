"""Parameters of the synthetic city (placeholder of helper PACKS until helper SYNTH writes this file)."""

from __future__ import annotations

from pydantic import ConfigDict

from shidai.packs.schema.base import PackModel


class Demonstration(PackModel):
    model_config = ConfigDict(frozen=True, extra="allow")
