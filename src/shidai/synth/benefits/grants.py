"""Grants of the last year: to households in hardship, with an amount set case by case, and to villages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from shidai.indicators.entitled import find_scheme, find_version
from shidai.packs import Pack
from shidai.packs.schema.demonstration import GrantShares
from shidai.packs.schema.scheme import SchemeVersion
from shidai.rules import columns_for, limits_of
from shidai.rules.periods import due_days
from shidai.synth.benefits.attested import HOUSEHOLD, SUBJECTS, VILLAGE, Numbers
from shidai.synth.benefits.claims import (
    DECLINED,
    FORMS,
    IN_FORCE,
    NOT_MET,
    NOTICE,
    OWN_WISH,
    PAID,
    REFUSED,
    RETURNED,
    WAITING,
    Claims,
    Draft,
)
from shidai.synth.benefits.entitled import entitled_on
from shidai.synth.benefits.steps import Way, cut_off, draw_way
from shidai.synth.city import City, Columns
from shidai.synth.county import LIVING
from shidai.synth.days import NEVER, Days, day_number

_STEP_OF_GRANTS = 1000  # fen: what officers set is in whole ten yuan
_SPREAD = 12.0  # the larger, the nearer to the mean is what officers set
Draw = Callable[[int], Days]


def grant_claims(city: City, pack: Pack, attested: Columns, shares: GrantShares, rng: np.random.Generator) -> Claims:
    """Claims of a share of those who meet the conditions from the first day of application to the year's end."""
    scheme = find_scheme(pack, shares.scheme)
    version = find_version(scheme, pack.last_day)
    entitled = entitled_on(city, pack, attested, shares.scheme, (shares.apply[0], pack.last_day))
    wanted = min(len(entitled), max(1, round(shares.share * len(entitled)))) if shares.share else 0
    who = np.sort(rng.choice(entitled, wanted, replace=False))
    draft, kind = Draft(pack, version, scheme.id), SUBJECTS.index(scheme.subject)
    first, last = (day_number(day) for day in shares.apply)

    def days(count: int) -> Days:
        return rng.integers(first, last + 1, count).astype(np.int32)

    way, waits, in_notice = cut_off(draw_way(rng, version.step, applied := days(len(who))), city.cutoff)
    form = np.where(rng.random(len(who)) < shares.goods, FORMS.index("goods"), FORMS.index(shares.form))
    fen = _amounts(pack, version, scheme.subject, shares, len(who), rng)
    rows = draft.add(
        way, kind=kind, who=who, area=_areas(city, kind, who), applied=applied, in_force=way.in_force,
        outcome=np.select([waits, in_notice], [WAITING, NOTICE], IN_FORCE), form=form,
        granted=fen if version.amount.granted else 0,
    )  # fmt: skip
    _end_early(city, draft, kind, np.setdiff1d(entitled, who), shares, days, rng)
    _pay(city, draft, rows, way.in_force, fen, form, shares, rng)
    return draft.done()


def _amounts(
    pack: Pack, version: SchemeVersion, subject: str, shares: GrantShares, count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Within the scheme's limits, with the pack's mean; or the scheme's fixed sum."""
    columns = columns_for(subject, pack.attested.values())  # type: ignore[arg-type]
    if not version.amount.granted:
        fixed = version.amount.model_copy(update={"fen": None, "least": version.amount.fen, "most": version.amount.fen})
        return np.full(count, limits_of(version.model_copy(update={"amount": fixed}), columns, {})[0], np.int64)
    least, most = limits_of(version, columns, {})
    middle = ((shares.mean_fen or (least + most) / 2) - least) / (most - least)
    part = rng.beta(_SPREAD * middle, _SPREAD * (1 - middle), count)
    return np.clip(np.round((least + part * (most - least)) / _STEP_OF_GRANTS) * _STEP_OF_GRANTS, least, most).astype(
        np.int64
    )


def _end_early(
    city: City, draft: Draft, kind: int, others: Numbers, shares: GrantShares, days: Draw, rng: np.random.Generator
) -> None:
    """Applications that were taken back, and some of households whose hardship nobody attested: refused."""
    known = np.unique(city.spells["home"][(city.spells["kind"] == LIVING) & (city.spells["end"] == NEVER)])
    strangers = np.setdiff1d(known[known >= 0], others) if kind == HOUSEHOLD else others[:0]
    granted = draft.count
    for among, share, outcome, reason in (
        (others, shares.declined, DECLINED, OWN_WISH),
        (strangers, shares.refused, REFUSED, NOT_MET),
    ):
        wanted = min(len(among), round(share * granted))
        who = np.sort(rng.choice(among, wanted, replace=False)).astype(np.int64)
        applied = days(wanted)
        nothing = np.full((wanted, len(draft.version.step)), NEVER, np.int32)
        draft.add(
            Way(nothing, nothing, np.full(wanted, NEVER, np.int32)), kind=kind, who=who, applied=applied,
            area=_areas(city, kind, who), outcome=outcome, in_force=NEVER, ended=applied + 3, reason=reason,
        )  # fmt: skip


def _pay(
    city: City, draft: Draft, rows: Numbers, in_force: Days, fen: npt.NDArray[np.int64], form: npt.NDArray[np.int64],
    shares: GrantShares, rng: np.random.Generator,
) -> None:  # fmt: skip
    """What is granted once counts on the day it came into force, a yearly sum on the year's day; paid on the next
    day of payment."""
    version = draft.version
    year = draft.pack.last_day.year
    if version.amount.per == "event":
        period = in_force
    else:
        first = draft.pack.last_day.replace(month=1, day=1)
        period = np.full(len(rows), day_number(due_days(version.amount, first, draft.pack.last_day)[-1]), np.int32)
    days = np.array([day_number(draft.pack.last_day.replace(year, *_month_day(one))) for one in version.calendar.pay])
    days = np.append(np.sort(days), NEVER)
    on = days[np.searchsorted(days, np.maximum(in_force, period))]
    earned = (in_force <= period) & (period <= city.cutoff)
    draft.earn(rows[earned], period[earned], fen[earned])
    paid = earned & (on <= city.cutoff)
    claim, day, when = rows[paid], on[paid], period[paid]
    back = (rng.random(len(claim)) < shares.returned) & (form[paid] == FORMS.index("bank")) & (day + 40 <= city.cutoff)
    answered = np.where(back, day + rng.integers(4, 15, len(claim)), day)
    draft.pay(claim, day=day, outcome=np.where(back, RETURNED, PAID), answered=answered, first=when, last=when)
    anew = answered[back] + rng.integers(7, 20, int(back.sum()))
    draft.pay(claim[back], day=anew, outcome=PAID, answered=anew, first=when[back], last=when[back])


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _areas(city: City, kind: int, who: Numbers) -> npt.NDArray[np.int16]:
    return who.astype(np.int16) if kind == VILLAGE else city.tables["homes"]["area"][who].astype(np.int16)
