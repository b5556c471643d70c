"""What is asked for in this room, as jobs: the simulation of a reform, a run of the outlook."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from shidai.core import queries
from shidai.core.access import Scope, require
from shidai.core.actions import start_job
from shidai.indicators.reform import make_sides
from shidai.indicators.reformwords import chosen
from shidai.packs import Pack, load_pack
from shidai.packs.unknown import nearest
from shidai.registry.citypack import city_pack
from shidai.reports import outlooks, reforms
from shidai.reports.outlooks import city_code, last_recorded_year
from shidai.reports.reforms import span_of
from shidai.words import ShidaiError, Text, problem

MOST_TRAJECTORIES = 100_000
MOST_YEARS = 100
TITLE = Text(zh="方案测算：{a}与{b}", en="What a reform would do: {a} and {b}")


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
    sides = make_sides(city_pack(), a, b, years)
    asked = {"a": a, "b": b, "first": first, "last": last, "take_up": take_up}
    return start_job(
        by=by, kind=reforms.KIND, title=TITLE.filled(a=chosen(sides[0]), b=chosen(sides[1])), arguments=asked, id=id
    ).pk


def start_outlook(
    *,
    by: Scope,
    scenario: str,
    until: int,
    trajectories: int,
    seed: int,
    summary: int | None = None,
    id: UUID | None = None,
) -> str:
    """Queue a run of the outlook; gives the job's id. The same `id`, or a run that waits already, queues nothing.

    A seed that such a run was made with already is refused: its figures would be the same to the last digit, and
    agreement with them would prove nothing.

    summary: a year whose annual summary is written anew when the run is made, for it quotes it.
    Raises NoAccess, and ShidaiError for what must be mended.
    """
    pack = load_pack(settings.PACK)
    require(by, "outlook.run", city_code())
    _check_wish(pack, scenario, until, trajectories, seed)
    asked = {"scenario": scenario, "until": until, "trajectories": trajectories, "seed": seed, "summary": summary}
    before = _asked_before(by, id, asked)
    if before is not None:
        return before
    if summary is None:
        _require_new(pack, scenario, until, trajectories, seed)
    title = Text(zh="人口展望：{title}，至{until}年", en="Outlook: {title}, until {until}")
    job = start_job(
        by=by,
        kind=outlooks.KIND,
        title=title.filled(title=pack.scenarios[scenario].title.text, until=until),
        arguments=asked,
        area=city_code(),
        id=id,
    )
    return str(job.pk)


def _asked_before(by: Scope, id: UUID | None, asked: dict[str, Any]) -> str | None:
    """The job of this id, or one that waits or runs for the same figures."""
    known = queries.job(by, id) if id else None
    under_way = queries.open_jobs(queries.operator()).filter(kind=outlooks.KIND, arguments=asked)
    found = known or under_way.first()
    return str(found.pk) if found else None


def _check_wish(pack: Pack, scenario: str, until: int, trajectories: int, seed: int) -> None:
    if scenario not in pack.scenarios:
        mend_zh, mend_en = nearest(scenario, pack.scenarios)
        said = {"zh": f"没有方案 {scenario}。", "en": f"There is no scenario {scenario}."}
        raise ShidaiError(problem("scenario", **said, mend_zh=mend_zh, mend_en=mend_en))
    last = last_recorded_year()
    if last is None or not last < until <= last + MOST_YEARS:
        raise ShidaiError(
            problem(
                "until",
                zh=f"推算到的年份不在范围内：{until}。" if last else "还没有发布记录表。",
                en=f"The last year is out of range: {until}." if last else "No record tables were published yet.",
                mend_zh=f"请写{last + 1}至{last + MOST_YEARS}。" if last else "请先运行 shidai extract。",
                mend_en=f"Write {last + 1} to {last + MOST_YEARS}." if last else "Run 'shidai extract' first.",
            )
        )
    if not 1 <= trajectories <= MOST_TRAJECTORIES or seed < 0:
        raise ShidaiError(
            problem(
                "trajectories",
                zh=f"轨迹数须在1与{MOST_TRAJECTORIES:,}之间，种子不小于0。",
                en=f"Trajectories lie between 1 and {MOST_TRAJECTORIES:,}, and the seed is at least 0.",
                mend_zh="例如 1000 和 1。",
                mend_en="For example 1000 and 1.",
            )
        )


def _require_new(pack: Pack, scenario: str, until: int, trajectories: int, seed: int) -> None:
    if outlooks.run_of(pack, pack.scenarios[scenario], until, trajectories, seed) is not None:
        raise ShidaiError(
            problem(
                "seed",
                zh=f"种子{seed}已用过：这次推算已在列表中，重新推算得到完全相同的数字。",
                en=f"Seed {seed} was used already: this run is in the list, and would give the same figures to the "
                "last digit.",
                mend_zh="请打开列表中的推算；要看偶然的影响，请换一个种子。",
                mend_en="Open it there, or take another seed to see what chance does.",
            )
        )
