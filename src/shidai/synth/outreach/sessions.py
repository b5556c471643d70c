"""Training sessions of the city's last year: each topic at the areas of its level, on working days, with who came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shidai.packs import Pack
from shidai.packs.schema.demonstration import TrainingShares
from shidai.synth.city import City
from shidai.synth.county import LIVING
from shidai.synth.days import NEVER, day_number

STREAM = 13  # of chance, beside those of the people, of benefits, of programmes and of supply
_WORKDAYS = 5  # Monday to Friday
TRAINERS = ("陈老师", "吴老师", "陆老师", "杨老师")  # invented
PLACES = {"city": "市会议中心", "county": "会议室", "township": "会议室", "village": "村（居）委会"}
WHY_CANCELLED = "与其他会议冲突"


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session. day: day number; staff, residents: heads, none where it was cancelled."""

    shares: TrainingShares
    area: str
    day: int
    trainer: str
    staff: int
    residents: int
    cancelled: bool


def sessions_of_year(city: City, pack: Pack) -> list[HeldSession]:
    """The same city and pack give the same sessions. Talks for residents are as many as the city is large."""
    found: list[HeldSession] = []
    for number, shares in enumerate(pack.demonstration.training if pack.demonstration is not None else ()):
        rng = np.random.default_rng([city.seed, STREAM, number])
        for area in _areas(city, pack, shares, rng):
            for _ in range(shares.sessions):
                cancelled = bool(rng.random() < shares.cancelled)
                staff, residents = (int(rng.integers(low, high + 1)) for low, high in (shares.staff, shares.residents))
                found.append(
                    HeldSession(
                        shares, area, _day(shares, rng), str(rng.choice(TRAINERS)), 0 if cancelled else staff,
                        0 if cancelled else residents, cancelled,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda one: (one.day, one.area, one.shares.topic))


def _areas(city: City, pack: Pack, shares: TrainingShares, rng: np.random.Generator) -> list[str]:
    """Which areas of the level hold it."""
    codes = [one.code for one in pack.areas_at(shares.level, pack.last_day)]
    part = shares.share * (_size(city, pack) if shares.residents[1] else 1.0)
    wanted = max(1, round(part * len(codes))) if part else 0
    return sorted(str(code) for code in rng.choice(codes, min(wanted, len(codes)), replace=False))


def _size(city: City, pack: Pack) -> float:
    """The city's size as a share of the full one."""
    assert pack.demonstration is not None
    spells = city.spells
    registered = (spells["kind"] == 1 - LIVING) & (spells["end"] == NEVER) & (spells["area"] >= 0)
    return float(min(1.0, registered.sum() / pack.demonstration.size.registered))


def _day(shares: TrainingShares, rng: np.random.Generator) -> int:
    """A day from Monday to Friday."""
    first, last = (day_number(one) for one in shares.days)
    day = int(rng.integers(first, last + 1))
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday
    return day if weekday < _WORKDAYS or day - 2 < first else day - 2
