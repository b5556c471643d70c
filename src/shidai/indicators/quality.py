"""The quality of a register's data, area by area: measures, their intervals, and the pack's verdict on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from shidai.demography.age_heaping import age_sex_accuracy_index, five_year_groups, myers_index, whipple_index
from shidai.demography.cells import divide
from shidai.demography.digit_preference import calendar_days, day_of_month_counts, preference
from shidai.demography.intervals import binomial_interval
from shidai.demography.registration import births_against_children
from shidai.demography.sexratio import sex_ratio, sex_ratio_interval
from shidai.indicators.engines import Records
from shidai.indicators.qualitycounts import COHORTS, QualityCounts, count_quality
from shidai.indicators.qualitywords import NO_DATA, reason_of
from shidai.indicators.results import years_covered
from shidai.indicators.tree import Area
from shidai.packs.schema.pack import Pack
from shidai.packs.schema.quality import MEASURES, Measure, Quality, Verdict
from shidai.words import ShidaiError, Text, problem

Values = npt.NDArray[np.float64]
_LEVEL = 0.99
"""Of the intervals: among some ten areas and measures, chance alone should seldom ask for a look."""
_OPEN_AGE = 80
_ADULT = slice(23, 63)
_BLENDED = slice(10, 90)
_ORDER: tuple[Verdict, ...] = ("unknown", "good", "look", "poor")


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure of one area. value, low and high are None where the records have nothing to measure.

    counts: those of people or events that the value could be worked back to.
    """

    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    n: int
    verdict: Verdict
    reason: Text
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaQuality:
    """One area's findings, in the order of `MEASURES`, and the worst verdict among them."""

    area: Area
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        return max((finding.verdict for finding in self.findings), key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A measure of all areas; low and high are NaN where there is no interval. parts: counts that make the value up."""

    value: Values
    n: Values
    low: Values | None = None
    high: Values | None = None
    parts: tuple[Values, ...] = ()


def check_quality(
    records: Records, pack: Pack, *, year: int | None = None, residence: str = "registered", level: str = "county"
) -> tuple[int, tuple[AreaQuality, ...]]:
    """The year judged (the last whole one of the records by default), and every area down to `level`, the city first.

    residence: 'registered' or 'living'. Raises ShidaiError where the pack has no [quality] or the year isn't covered.
    """
    rules = _rules(pack)
    chosen = _whole_year(records, year)
    counts = count_quality(
        records,
        chosen,
        residence=residence,
        rules=rules,
        twin_days=pack.limits.twin_days.value,
        down_to=level,
    )
    measured = _measure(counts, chosen)
    found = tuple(
        AreaQuality(area, tuple(_finding(rules, name, measured[name], place) for name in MEASURES))
        for place, area in enumerate(counts.tree.areas)
        if area.valid_in(date(chosen, 12, 31), date(chosen + 1, 1, 1))
    )
    return chosen, found


def _measure(counts: QualityCounts, year: int) -> dict[Measure, _Measured]:
    both = counts.people.sum(1)
    measured: dict[Measure, _Measured] = {
        "whipple": _whipple(both),
        "myers": _Measured(myers_index(both), both[:, _BLENDED].sum(-1)),
        "age_sex_accuracy": _accuracy(counts.people),
        "birthdays": _birthdays(counts.birthdays, year),
        "unknown_dates": _per_cent(counts.birthdays[:, 0], counts.birthdays.sum(-1)),
        "sex_ratio_at_birth": _sex_ratio(counts.births_by_sex),
        "births_against_children": _children(counts, year),
        "close_births": _plain_per_cent(counts.close, counts.births.sum(-1)),
        "repeated_births": _plain_per_cent(counts.repeated, counts.births.sum(-1)),
    }
    for at, name in enumerate(("births_in_time", "deaths_in_time")):
        entered = counts.in_time[:, at]
        measured[name] = _per_cent(entered[:, 1], entered[:, 0])  # type: ignore[index]
    return measured


def _whipple(people: Values) -> _Measured:
    """The index with the exact interval of the share of ages ending in 0 and 5, as if ages were drawn by chance."""
    stated, all_ = people[:, 25:61:5].sum(-1), people[:, _ADULT].sum(-1)
    low, high = binomial_interval(stated, all_, _LEVEL)
    return _Measured(whipple_index(people), all_, 500 * low, 500 * high, (stated, all_ - stated))


def _accuracy(people: Values) -> _Measured:
    groups = five_year_groups(people, open_age=_OPEN_AGE)
    return _Measured(age_sex_accuracy_index(groups[:, 0], groups[:, 1]), people.sum((1, 2)))


def _birthdays(days: Values, year: int) -> _Measured:
    century = calendar_days(np.datetime64(f"{year - 99}-01-01"), np.datetime64(f"{year + 1}-01-01"))
    known = days[:, 1:]
    return _Measured(preference(known, day_of_month_counts(century)).index, known.sum(-1))


def _sex_ratio(births: Values) -> _Measured:
    boys, girls = births[:, 0], births[:, 1]
    low, high = sex_ratio_interval(boys, girls, _LEVEL)
    return _Measured(sex_ratio(boys, girls), boys + girls, low, high, (boys, girls))


def _children(counts: QualityCounts, year: int) -> _Measured:
    """Cohorts together, without those whose births aren't on record in full; recorded moves of children taken out."""
    used = year - np.arange(COHORTS) >= counts.first_cohort_year
    children = np.maximum(counts.people[:, :, :COHORTS].sum(1) - counts.moved_in, 0)
    implied = (children / counts.survival)[:, used].sum(-1)
    born = counts.births[:, used].sum(-1)
    found = births_against_children(born, implied, 1.0, _LEVEL)
    there = children[:, used].sum(-1)
    return _Measured(found.share, born + there, found.low, found.high, (born, there))


def _per_cent(part: Values, whole: Values) -> _Measured:
    low, high = binomial_interval(part, whole, _LEVEL)
    return _Measured(divide(100 * part, whole), whole, 100 * low, 100 * high, (part, whole - part))


def _plain_per_cent(part: Values, whole: Values) -> _Measured:
    """Of things that are there or not: a single one counts, so there is no interval."""
    return _Measured(divide(100 * part, whole), whole, parts=(part, whole - part))


def _finding(rules: Quality, name: Measure, measured: _Measured, place: int) -> Finding:
    value, low, high = (
        None if cells is None or np.isnan(cells[place]) else float(cells[place])
        for cells in (measured.value, measured.low, measured.high)
    )
    n = round(float(measured.n[place]))
    verdict = rules.judge(name, value, low, high, n)
    threshold = rules.of(name)
    counts = (n, *(round(float(part[place])) for part in measured.parts))
    if value is None:
        return Finding(name, None, None, None, n, "unknown", NO_DATA, counts)
    return Finding(name, value, low, high, n, verdict, reason_of(name, verdict, value, n, threshold, rules), counts)


def _rules(pack: Pack) -> Quality:
    if pack.quality is None:
        raise ShidaiError(
            problem(
                "--pack",
                zh=f"政策包 {pack.id} 没有 [quality]，无从评价。",
                en=f"The pack {pack.id} has no [quality] to judge by.",
                mend_zh="请在 pack.toml 中写上，或换用 wuxi-2006。",
                mend_en="Write one into its pack.toml, or use wuxi-2006.",
            )
        )
    return pack.quality


def whole_years(records: Records) -> range:
    """The years that the records cover from the first day to the last."""
    first, last = years_covered(records)
    cutoff = records.manifest.cutoff
    if (cutoff.month, cutoff.day) != (12, 31):
        last -= 1
    return range(first, last + 1)


def _whole_year(records: Records, year: int | None) -> int:
    years = whole_years(records)
    first, last = years.start, years.stop - 1
    chosen = last if year is None else year
    if not first <= chosen <= last:
        raise ShidaiError(
            problem(
                "--year",
                zh=f"记录不能完整覆盖 {chosen} 年。",
                en=f"The records don't cover the whole of {chosen}.",
                mend_zh=f"可用：{first} 至 {last}；更晚的请先运行 shidai extract。",
                mend_en=f"They cover {first} to {last}; for a later year run 'shidai extract' first.",
            )
        )
    return chosen


def worst_first(areas: tuple[AreaQuality, ...]) -> Iterator[tuple[AreaQuality, Finding]]:
    """What is not good, the poor before what deserves a look, in the areas' order."""
    for verdict in ("poor", "look"):
        for one in areas:
            yield from ((one, finding) for finding in one.findings if finding.verdict == verdict)
