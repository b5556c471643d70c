"""What is asked for in this room: the simulation of a reform, as a job."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from shidai.core.access import Scope, require
from shidai.core.actions import start_job
from shidai.indicators.reform import make_sides
from shidai.registry.citypack import city_pack
from shidai.reports.reforms import KIND, span_of
from shidai.words import ShidaiError, Text, problem

TITLE = Text(zh="方案测算：{a} 与 {b}", en="What a reform would do: {a} and {b}")


@transaction.atomic
def start_reform(
    *, by: Scope, a: str, b: str, first: int, last: int, take_up: float, id: UUID | None = None
) -> UUID:  # fmt: skip
    """Queue the comparison of two choices (`scheme[:version][@parameter=value,…]`) over some years; the job's id.

    The same `id` again queues nothing. take_up: the chance that one who is entitled applies, above 0 and up to 1.
    Raises NoAccess, and ShidaiError for choices that can't be compared or years that are none.
    """
    require(by, "reform.simulate")
    years = span_of(first, last)
    if not 0 < take_up <= 1:
        raise ShidaiError(
            problem("take_up", zh="申领率须大于0、不超过100%。", en="The take-up lies above 0 and up to 100 %.")
        )
    make_sides(city_pack(), a, b, years)
    asked = {"a": a, "b": b, "first": first, "last": last, "take_up": take_up}
    return start_job(by=by, kind=KIND, title=TITLE.filled(a=a, b=b), arguments=asked, id=id).pk
