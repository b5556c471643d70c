"""What no single file can tell: references between parts, ids that stand twice, dates that collide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from shidai.packs.arealines import check_areas
from shidai.packs.demonstrationchecks import check_demonstration
from shidai.packs.parts import Part, Parts
from shidai.packs.scenariochecks import check_scenarios
from shidai.packs.schema.base import Dated
from shidai.packs.schema.holidays import HolidayYear
from shidai.packs.schema.indicator import FOLLOWED, IN_GROUPS, PILOTS, Term
from shidai.packs.schema.programme import Programme, ProgrammeCase
from shidai.packs.schema.report import Report
from shidai.packs.templates import check_templates
from shidai.packs.unknown import unknown
from shidai.words import Problem, problem


def crosscheck(parts: Parts) -> list[Problem]:
    """All problems between the readable parts; unreadable ones are reported where they are read."""
    checks: tuple[Callable[[Parts], Iterable[Problem]], ...] = (
        check_areas,
        _check_sources_named,
        _check_ids,
        _check_holidays,
        _check_methods,
        _check_key_indicators,
        _check_in_pack_dates,
        _check_targets,
        _check_areas_named,
        _check_archive_stays_archive,
        _check_reports,
        _check_schemes,
        _check_programmes,
        check_demonstration,
        _check_terms,
        check_scenarios,
        check_templates,
    )
    return [found for check in checks for found in check(parts)]


def _citations(model: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every source id that a part names, with the path to it."""
    source = getattr(model, "source", None)
    if isinstance(source, str):
        yield (*path, "source"), source
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name == "abolished_by" and value is not None:
            yield (*path, name), value
        elif isinstance(value, BaseModel):
            yield from _citations(value, (*path, name))
        elif isinstance(value, tuple):
            for at, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _citations(item, (*path, name, at))


def _check_sources_named(parts: Parts) -> Iterator[Problem]:
    known = _ids(parts.sources) | parts.unread
    if "source" in known:
        return
    for part in parts.all():
        for path, source in _citations(part.thing):
            if source not in known:
                yield unknown(part.where(*path), "来源", "source", source, known)


def _check_ids(parts: Parts) -> Iterator[Problem]:
    for plain in (parts.sources, parts.schemes, parts.programmes, parts.facts):
        yield from _twice(plain, lambda first, second: True)
    for versions in (
        parts.indicators, parts.series, parts.targets, parts.reports, parts.commodities, parts.scenarios,
        parts.consequences, parts.whatifs, parts.trainings, parts.checklists, parts.equipment,
    ):  # fmt: skip
        yield from _twice(versions, _overlap)


def _check_holidays(parts: Parts) -> Iterator[Problem]:
    """A year is announced once."""
    first: dict[int, Part[HolidayYear]] = {}
    for part in parts.holidays:
        year = part.thing.year
        if year in first:
            yield problem(
                part.where("year"),
                zh=f"{year} 年已在 {first[year].where('year')} 写过。",
                en=f"The year {year} stands at {first[year].where('year')} too.",
                mend_zh="一年只写一次。",
                mend_en="Write each year once.",
            )
        first.setdefault(year, part)


def _overlap(first: Any, second: Any) -> bool:
    return isinstance(first, Dated) and isinstance(second, Dated) and first.overlaps(second)


def _twice(parts: Iterable[Part[Any]], collide: Callable[[Any, Any], bool]) -> Iterator[Problem]:
    seen: dict[str, list[Part[Any]]] = {}
    for part in parts:
        for other in seen.get(part.thing.id, []):
            if collide(other.thing, part.thing):
                yield _stands_twice(part, other)
        seen.setdefault(part.thing.id, []).append(part)


def _stands_twice(part: Part[Any], other: Part[Any]) -> Problem:
    name = part.thing.id
    if isinstance(part.thing, Dated):
        return problem(
            part.where("effective_from"),
            zh=f"{name} 已在 {other.where('id')} 定义，两者的生效期重叠。",
            en=f"{name} is defined at {other.where('id')} too, and both are in force on the same days.",
            mend_zh="请给较早的一个写 effective_to，或改 id。",
            mend_en="Give the earlier one an effective_to, or change the id.",
        )
    return problem(
        part.where("id"),
        zh=f"id {name} 已在 {other.where('id')} 用过。",
        en=f"The id {name} stands at {other.where('id')} already.",
        mend_zh="请改 id，或删去一个。",
        mend_en="Change the id or remove one of them.",
    )


def _check_methods(parts: Parts) -> Iterator[Problem]:
    if parts.methods is None:
        return
    known = [method.id for method in parts.methods.thing.method]
    for at, name in enumerate(known):
        if name in known[:at]:
            first = parts.methods.where("method", known.index(name), "id")
            yield problem(
                parts.methods.where("method", at, "id"),
                zh=f"id {name} 已在 {first} 用过。",
                en=f"The id {name} stands at {first} already.",
                mend_zh="请改 id，或删去一个。",
                mend_en="Change the id or remove one of them.",
            )
    for at, case in enumerate(parts.methods.thing.case):
        if case.method not in known:
            yield unknown(parts.methods.where("case", at, "method"), "避孕方法", "method", case.method, known)
    for part in parts.commodities:
        if part.thing.method is not None and part.thing.method not in known:
            yield unknown(part.where("method"), "避孕方法", "method", part.thing.method, known)


def _check_key_indicators(parts: Parts) -> Iterator[Problem]:
    known = _indicator_ids(parts) | parts.unread
    if parts.header is None or "indicator" in known:
        return
    for at, name in enumerate(parts.header.thing.key_indicators):
        if name not in known:
            yield unknown(parts.header.where("key_indicators", at), "指标", "indicator", name, known)


def _check_in_pack_dates(parts: Parts) -> Iterator[Problem]:
    if parts.header is None:
        return
    header = parts.header.thing
    dated: tuple[Part[Any], ...] = (
        *parts.indicators, *parts.targets, *parts.reports, *parts.commodities, *parts.trainings,
        *parts.checklists, *parts.equipment,
    )  # fmt: skip
    for part in dated:
        thing = part.thing
        too_early = thing.effective_to is not None and thing.effective_to <= header.valid_from
        if too_early or thing.effective_from >= header.valid_to:
            yield problem(
                part.where("effective_from"),
                zh=f"{thing.id} 在本政策包有效期内从不生效。",
                en=f"{thing.id} is never in force while the pack is valid.",
                mend_zh=f"政策包自 {header.valid_from} 起、{header.valid_to} 前有效：请改日期。",
                mend_en=f"The pack holds from {header.valid_from} until {header.valid_to}: change the dates.",
            )


def _check_targets(parts: Parts) -> Iterator[Problem]:
    archive = {part.thing.id for part in parts.series if part.thing.kind == "archive"}
    known = _indicator_ids(parts) | _ids(parts.series) | parts.unread
    for part in parts.targets:
        figure = part.thing.figure
        if figure in archive:
            yield problem(
                part.where("figure"),
                zh=f"{figure} 是已废止政策的历史数据，不能作为目标。",
                en=f"{figure} is the history of an abolished policy and cannot be a target.",
                mend_zh="请删去这个目标；可以改用服务覆盖率或满意率。",
                mend_en="Remove the target; service coverage or satisfaction can be aimed at instead.",
            )
        elif figure not in known and not known & {"indicator", "series"}:
            yield unknown(part.where("figure"), "指标或公布数列", "indicator or series", figure, known)


def _check_areas_named(parts: Parts) -> Iterator[Problem]:
    codes = {part.thing.code for part in parts.areas} | parts.unread
    if "area" in codes:
        return
    placed: tuple[Part[Any], ...] = (*parts.series, *parts.targets)
    for part in placed:
        if part.thing.area not in codes:
            yield unknown(part.where("area"), "地区", "area", part.thing.area, codes)


def _check_archive_stays_archive(parts: Parts) -> Iterator[Problem]:
    archive = {part.thing.id for part in parts.series if part.thing.kind == "archive"}
    for part in parts.indicators:
        if part.thing.id in archive:
            yield problem(
                part.where("id"),
                zh=f"{part.thing.id} 是已废止政策的历史数据，不能再计算。",
                en=f"{part.thing.id} is the history of an abolished policy: nothing may compute it anew.",
                mend_zh="请删去这个指标；历史数据只作为公布数列保留。",
                mend_en="Remove the indicator; the history stays as a published series.",
            )


def _check_reports(parts: Parts) -> Iterator[Problem]:
    indicators, series = _indicator_ids(parts) | parts.unread, _ids(parts.series) | parts.unread
    archive = {part.thing.id for part in parts.series if part.thing.kind == "archive"}
    for part in parts.reports:
        for at, figure in enumerate(part.thing.figure):
            if figure.indicator is not None and figure.indicator not in indicators and "indicator" not in indicators:
                where = part.where("figure", at, "indicator")
                yield unknown(where, "指标", "indicator", figure.indicator, indicators)
            if figure.published is not None and figure.published not in series and "series" not in series:
                yield unknown(part.where("figure", at, "published"), "公布数列", "series", figure.published, series)
        yield from _check_charts(part)
        for name in part.thing.history:
            if name not in archive | parts.unread and "series" not in parts.unread:
                yield unknown(part.where("history"), "历史数列", "archive series", name, archive)


def _check_charts(part: Part[Report]) -> Iterator[Problem]:
    figures = {figure.id for figure in part.thing.figure}
    for at, chart in enumerate(part.thing.chart):
        for name in chart.figure:
            if name not in figures:
                yield unknown(part.where("chart", at, "figure"), "数字", "figure", name, figures)


def _check_schemes(parts: Parts) -> Iterator[Problem]:
    """What a scheme names: other schemes, its own versions and conditions. Expressions are checked by `rules`."""
    known = _ids(parts.schemes) | parts.unread
    for part in parts.schemes:
        scheme = part.thing
        for at, name in enumerate(scheme.incompatible):
            if name not in known and "scheme" not in known:
                yield unknown(part.where("incompatible", at), "方案", "scheme", name, known)
        versions = {version.id: version for version in scheme.version}
        for at, case in enumerate(scheme.case):
            if case.version is not None and case.version not in versions:
                yield unknown(part.where("case", at, "version"), "版本", "version", case.version, versions)
                continue
            day = case.on or case.until
            version = versions[case.version] if case.version else scheme.version_on(day) if day else None
            conditions = {condition.id for condition in version.condition} if version else set()
            for name in case.failed:
                if version is not None and name not in conditions:
                    yield unknown(part.where("case", at, "failed"), "条件", "condition", name, conditions)


def _indicator_ids(parts: Parts) -> set[str]:
    """Of the pack's indicators, those of programmes included."""
    own = {indicator.id for part in parts.programmes for indicator in part.thing.indicator}
    return own | _ids(parts.indicators)


def _check_programmes(parts: Parts) -> Iterator[Problem]:
    """What a programme names: areas, its own conditions, steps, results and fields. `rules` checks its expressions."""
    yield from _check_own_indicators(parts)
    codes = {part.thing.code for part in parts.areas} | parts.unread
    for part in parts.programmes:
        for at, version in enumerate(part.thing.version):
            for number, code in enumerate(version.areas):
                if code not in codes and "area" not in codes:
                    yield unknown(part.where("version", at, "areas", number), "地区", "area", code, codes)
        yield from _check_dispensing(part, _ids(parts.commodities) | parts.unread)
        yield from _check_equipment(part, _ids(parts.equipment) | parts.unread)
        for at, case in enumerate(part.thing.case):
            yield from _check_programme_case(part, at, case)


def _check_dispensing(part: Part[Programme], known: set[str]) -> Iterator[Problem]:
    """Commodities that a programme's fields hand out."""
    for at, version in enumerate(part.thing.version):
        for number, step in enumerate(version.step):
            for place, one in enumerate(step.field):
                if one.dispenses is not None and one.dispenses not in known and "commodity" not in known:
                    where = part.where("version", at, "step", number, "field", place, "dispenses")
                    yield unknown(where, "药具", "commodity", one.dispenses, known)


def _check_equipment(part: Part[Programme], known: set[str]) -> Iterator[Problem]:
    """Kinds of equipment that a programme's steps need."""
    for at, version in enumerate(part.thing.version):
        for number, step in enumerate(version.step):
            for place, name in enumerate(step.equipment):
                if name not in known and "equipment" not in known:
                    where = part.where("version", at, "step", number, "equipment", place)
                    yield unknown(where, "设备种类", "kind of equipment", name, known)


def _check_terms(parts: Parts) -> Iterator[Problem]:
    """Programmes and checklists that indicators count."""
    checklists = _ids(parts.checklists) | parts.unread
    known, steps = _ids(parts.programmes) | parts.unread, {part.thing.id: part.thing for part in parts.programmes}
    for part in parts.indicators:
        for side in ("numerator", "denominator"):
            for at, term in enumerate(getattr(part.thing, side)):
                if term.programme is not None and term.programme not in known and "programme" not in known:
                    yield unknown(part.where(side, at, "programme"), "项目", "programme", term.programme, known)
                if term.measure in PILOTS and not {term.kind, "checklist"} & checklists:
                    yield unknown(part.where(side, at, "kind"), "检查表", "checklist", term.kind or "", checklists)
                if term.step is not None and term.programme in steps:
                    yield from _check_step(term, steps[term.programme], part.where(side, at))


def _check_step(term: Term, programme: Programme, where: str) -> Iterator[Problem]:
    """A term's step and results are the programme's; follow-up is of a later step."""
    every = [step for version in programme.version for step in version.step]
    wanted = [
        step.id for step in every
        if (term.measure not in FOLLOWED or step.follows is not None) and (term.measure not in IN_GROUPS or step.group)
    ]  # fmt: skip
    if term.step not in wanted:
        yield unknown(where, "步骤", "step", term.step or "", wanted)
        return
    results = [one.id for step in every if step.id == term.step for one in step.result]
    yield from (unknown(where, "结果", "result", name, results) for name in term.result if name not in results)


def _check_own_indicators(parts: Parts) -> Iterator[Problem]:
    """A programme's indicators count that programme, and their ids stand nowhere else."""
    taken = {part.thing.id for part in parts.indicators}
    for part in parts.programmes:
        for at, one in enumerate(part.thing.indicator):
            if one.id in taken:
                yield problem(
                    part.where("indicator", at, "id"),
                    zh=f"指标 {one.id} 已在别处定义。",
                    en=f"The indicator {one.id} stands elsewhere too.",
                    mend_zh="请换一个 id。",
                    mend_en="Give it another id.",
                )
            taken.add(one.id)
            for term in (*one.numerator, *one.denominator):
                if term.step is not None and term.programme == part.thing.id:
                    yield from _check_step(term, part.thing, part.where("indicator", at))
                if term.programme not in (None, part.thing.id):
                    where = part.where("indicator", at)
                    yield unknown(where, "项目", "programme", term.programme or "", [part.thing.id])


def _check_programme_case(part: Part[Programme], at: int, case: ProgrammeCase) -> Iterator[Problem]:
    version = part.thing.version_on(case.on) if case.on else part.thing.version[-1]
    if version is None:
        return
    conditions = {condition.id for condition in version.condition}
    for name in case.failed:
        if name not in conditions:
            yield unknown(part.where("case", at, "failed"), "条件", "condition", name, conditions)
    steps = {step.id: step for step in version.step}
    if case.step is None:
        return
    if case.step not in steps:
        yield unknown(part.where("case", at, "step"), "步骤", "step", case.step, steps)
        return
    step = steps[case.step]
    fields, results = {field.id for field in step.field}, {result.id for result in step.result}
    for name in (*case.values, *case.faults):
        if name not in fields:
            yield unknown(part.where("case", at, "values"), "字段", "field", name, fields)
    if case.result is not None and case.result not in results:
        yield unknown(part.where("case", at, "result"), "结果", "result", case.result, results)


def _ids(parts: Iterable[Part[Any]]) -> set[str]:
    return {part.thing.id for part in parts}
